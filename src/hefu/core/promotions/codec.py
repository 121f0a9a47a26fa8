"""Rules, carts and facts as canonical documents (规则存档): same values, same bytes.

A value that equals its default is left out, so that a field added later does not change
the hash of rules that do not use it.
"""

import json
import types
from collections.abc import Mapping
from dataclasses import MISSING, fields, is_dataclass
from datetime import UTC, date, datetime
from enum import Enum
from functools import cache
from typing import Any, Literal, TypeVar, Union, get_args, get_origin, get_type_hints

from hefu.core.promotions.errors import RulesUnreadable

T = TypeVar("T")


def to_document(value: Any) -> Any:
    """Turn a dataclass of this package into plain JSON values.

    Raises:
        ValueError: if an instant has no zone, or a type has no canonical form.
    """
    if is_dataclass(value):
        contents = ((field, getattr(value, field.name)) for field in fields(value))
        return {
            field.name: to_document(content)
            for field, content in contents
            if field.name == "kind" or content != _default(field)
        }
    if isinstance(value, Mapping):
        return {key: to_document(content) for key, content in value.items()}
    if isinstance(value, frozenset | set):
        return sorted(value)
    if isinstance(value, tuple | list):
        return [to_document(one) for one in value]
    if isinstance(value, Enum):
        return value.value
    return _plain(value)


def _plain(value: Any) -> Any:
    if isinstance(value, datetime):
        if value.tzinfo is None:
            raise ValueError("an instant needs a zone")
        return value.astimezone(UTC).isoformat()
    if isinstance(value, date):
        return value.isoformat()
    if value is None or isinstance(value, str | int | bool):
        return value
    raise ValueError(f"{type(value).__name__} has no canonical form")


def _default(field: Any) -> Any:
    if field.default_factory is not MISSING:
        return field.default_factory()
    return field.default


def canonical_bytes(document: Any) -> bytes:
    """Write plain JSON values canonically: sorted keys, no spaces, UTF-8."""
    text = json.dumps(document, sort_keys=True, ensure_ascii=False, separators=(",", ":"))
    return text.encode()


def from_document(kind: type[T], document: Any) -> T:
    """Read a dataclass back from plain JSON values.

    Raises:
        RulesUnreadable: naming the field and what was expected there.
    """
    read: T = _read(kind, document, kind.__name__)
    return read


def _read(hint: Any, value: Any, path: str) -> Any:
    origin = get_origin(hint)
    if origin in (Union, types.UnionType):
        return _read_union(get_args(hint), value, path)
    if origin is Literal:
        if value in get_args(hint):
            return value
        raise _unreadable(path, f"one of {', '.join(map(str, get_args(hint)))}")
    if origin in (tuple, frozenset):
        if not isinstance(value, list):
            raise _unreadable(path, "a list")
        inner = get_args(hint)[0]
        return origin(_read(inner, one, f"{path}[{place}]") for place, one in enumerate(value))
    if origin is not None and issubclass(origin, Mapping):
        if not isinstance(value, Mapping):
            raise _unreadable(path, "an object")
        inner = get_args(hint)[1]
        return {key: _read(inner, one, f"{path}.{key}") for key, one in value.items()}
    if is_dataclass(hint):
        return _read_dataclass(hint, value, path)
    return _read_plain(hint, value, path)


def _read_plain(hint: Any, value: Any, path: str) -> Any:
    try:
        if hint in (datetime, date):
            return hint.fromisoformat(value)
        if issubclass(hint, Enum):
            return hint(value)
    except (TypeError, ValueError):
        raise _unreadable(path, f"a {hint.__name__}") from None
    if isinstance(value, hint) and (hint is bool or not isinstance(value, bool)):
        return value
    raise _unreadable(path, f"a value of type {hint.__name__}")


def _read_union(options: tuple[Any, ...], value: Any, path: str) -> Any:
    if value is None and type(None) in options:
        return None
    kinds = {_kinds(one): one for one in options if is_dataclass(one) and _kinds(one)}
    if kinds:
        kind = value.get("kind") if isinstance(value, Mapping) else None
        if kind not in kinds:
            raise _unreadable(f"{path}.kind", f"one of {', '.join(sorted(kinds))}")
        return _read_dataclass(kinds[kind], value, path)
    failure: RulesUnreadable | None = None
    for one in options:
        if one is not type(None):
            try:
                return _read(one, value, path)
            except RulesUnreadable as error:
                failure = error
    raise failure or _unreadable(path, "a value")


def _read_dataclass(hint: Any, value: Any, path: str) -> Any:
    if not isinstance(value, Mapping):
        raise _unreadable(path, "an object")
    hints = _hints(hint)
    for key in value:
        if key not in hints:
            raise _unreadable(f"{path}.{key}", "a known field")
    given = {key: _read(hints[key], one, f"{path}.{key}") for key, one in value.items()}
    try:
        return hint(**given)
    except (TypeError, ValueError) as error:
        raise _unreadable(path, str(error)) from None


@cache
def _hints(hint: Any) -> dict[str, Any]:
    return get_type_hints(hint)


def _kinds(hint: Any) -> str:
    kind = _hints(hint).get("kind")
    return str(get_args(kind)[0]) if kind is not None else ""


def _unreadable(path: str, expected: str) -> RulesUnreadable:
    return RulesUnreadable(field=path, reason=f"expected {expected}")
