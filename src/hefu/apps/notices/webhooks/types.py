"""What webhooks tell of (事件类型): every event of the house, under a public name.

An event joins by being declared: its class has the name, its docstring says what happened, its
fields are plain values. Numbers of rows and stable words only; who a member is, nobody reads here.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, fields
from datetime import UTC, datetime
from functools import lru_cache
from importlib import import_module
from importlib.util import find_spec
from typing import Any

from django.apps import apps
from django.conf import settings
from django.utils.module_loading import import_string

from hefu.apps.audit.events import Event

PREFIX = "hefu."
TEST = "hefu.webhooks.test"

#: Looks up what else is worth telling of a field's value: brand and value in, JSON values out.
Fact = Callable[[int, Any], Mapping[str, Any]]


@dataclass(frozen=True, kw_only=True)
class EventFact:
    """Something told beside a field: ``told`` are the names of what ``look_up`` returns."""

    told: tuple[str, ...]
    look_up: Fact


@dataclass(frozen=True, kw_only=True)
class EventType:
    """One kind of event as receivers know it."""

    name: str  # hefu.identity.unit_activated
    version: int  # of its data; raised when a field goes or changes its meaning
    about: str  # one English sentence
    data: tuple[str, ...]  # names of what it tells


def public_name(kind: type[Event]) -> str:
    """How receivers know an event."""
    return PREFIX + kind.name


@lru_cache(maxsize=1)
def event_types() -> dict[str, EventType]:
    """Every public event of the house by its public name, in the order of names."""
    for app in apps.get_app_configs():
        if app.name.startswith("hefu.apps.") and find_spec(f"{app.name}.events"):
            import_module(f"{app.name}.events")
    found = [_described(kind) for kind in _all_kinds(Event) if kind.public]
    return {one.name: one for one in sorted(found, key=lambda one: one.name)}


def _all_kinds(base: type[Event]) -> list[type[Event]]:
    kinds = []
    for kind in base.__subclasses__():
        if kind.__module__.startswith("hefu."):
            kinds += [kind, *_all_kinds(kind)]
    return kinds


def _described(kind: type[Event]) -> EventType:
    told: list[str] = []
    for one in fields(kind):
        if one.name != "brand_id":
            told.append(one.name)
            fact = _fact(kind.name, one.name)
            told += fact.told if fact else ()
    about = " ".join((kind.__doc__ or "").split("\n\n")[0].split()).replace("``", "`")
    return EventType(name=public_name(kind), version=kind.version, about=about, data=tuple(told))


def _fact(event: str, field: str) -> EventFact | None:
    """What is told beside a field: said for the event, or for all events of its app."""
    facts: dict[str, EventFact] = import_string(settings.HEFU_EVENT_FACTS)
    return facts.get(f"{event}.{field}") or facts.get(f"{event.partition('.')[0]}.{field}")


def data_of(brand_id: int, type_name: str, payload: Mapping[str, Any]) -> dict[str, Any]:
    """What is told of an event: its fields, and beside them what they stand for."""
    data: dict[str, Any] = {}
    for name, value in payload.items():
        data[name] = value
        fact = _fact(type_name.removeprefix(PREFIX), name)
        if fact is not None:
            data |= fact.look_up(brand_id, value)
    return data


def envelope(
    *, type_name: str, version: int, brand: str, happened_at: datetime, data: Mapping[str, Any]
) -> dict[str, Any]:
    """The body of a message, before it is written as JSON."""
    return {
        "type": type_name,
        "version": version,
        "timestamp": f"{happened_at.astimezone(UTC):%Y-%m-%dT%H:%M:%S.%f}Z",
        "brand": brand,
        "data": dict(data),
    }
