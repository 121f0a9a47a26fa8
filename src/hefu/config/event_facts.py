"""What webhooks tell beside the numbers of rows in events: codes and numbers people know.

A key is an app and a field, or an event and a field; see ``apps.notices.webhooks.types``.
"""

from collections.abc import Sequence
from contextlib import suppress
from typing import Any

from hefu.apps.epcis.selectors.events import events_for
from hefu.apps.identity.models import Unit
from hefu.apps.identity.selectors.codes import code_text
from hefu.apps.identity.selectors.orders import orders_for as production_orders_for
from hefu.apps.identity.selectors.units import refs_of, units_for
from hefu.apps.notices.webhooks.types import EventFact
from hefu.apps.orders.selectors.orders import orders_for as sales_orders_for
from hefu.core.actor import Actor, system
from hefu.core.errors import DomainError


def _reader(brand_id: int) -> Actor:
    return system("notices:webhooks", brand_id=brand_id)


def _codes(brand_id: int, rows: Sequence[int]) -> list[str | None]:
    """The outer codes of units, in the order asked; None where there is no such unit."""
    units: list[Unit] = list(units_for(_reader(brand_id)).filter(pk__in=rows))
    codes: dict[int, str] = {}
    for pk, ref in refs_of(units).items():
        with suppress(DomainError):  # its key was burned: nobody writes that code any more
            codes[pk] = code_text(ref.batch, ref.serial)
    return [codes.get(row) for row in rows]


def _code(brand_id: int, row: Any) -> dict[str, str | None]:
    return {"code": _codes(brand_id, [row])[0]}


def _parent(brand_id: int, row: Any) -> dict[str, str | None]:
    return {"parent_code": _codes(brand_id, [row])[0]}


def _children(brand_id: int, rows: Any) -> dict[str, list[str | None]]:
    return {"children_codes": _codes(brand_id, rows)}


def _production_order(brand_id: int, row: Any) -> dict[str, str | None]:
    rows = production_orders_for(_reader(brand_id)).filter(pk=row)
    return {"order": rows.values_list("number", flat=True).first()}


def _sales_order(brand_id: int, row: Any) -> dict[str, str | None]:
    rows = sales_orders_for(_reader(brand_id)).filter(pk=row)
    return {"order": rows.values_list("number", flat=True).first()}


def _events(brand_id: int, rows: Any) -> dict[str, list[str]]:
    found = events_for(_reader(brand_id)).filter(pk__in=rows).order_by("pk")
    return {"events": list(found.values_list("event_id", flat=True))}


FACTS: dict[str, EventFact] = {
    "billing.order_id": EventFact(told=("order",), look_up=_production_order),
    "epcis.event_ids": EventFact(told=("events",), look_up=_events),
    "identity.unit_id": EventFact(told=("code",), look_up=_code),
    "identity.parent_id": EventFact(told=("parent_code",), look_up=_parent),
    "identity.children": EventFact(told=("children_codes",), look_up=_children),
    "identity.order_issued.order_id": EventFact(told=("order",), look_up=_production_order),
    "orders.order_id": EventFact(told=("order",), look_up=_sales_order),
}
