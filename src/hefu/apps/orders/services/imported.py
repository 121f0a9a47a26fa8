"""Taking over one order of a marketplace (平台订单入库): told twice it is one, later it moves on.

What is imported never goes back: a list that is older than what we know changes nothing. Who
bought is kept as a pseudonym only; a member is named if he agreed to be served by what he bought.
"""

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from django.db import IntegrityError, transaction

from hefu.apps.accounts.fields import lookup
from hefu.apps.audit.services import publish, record, service
from hefu.apps.members.addresses import normalise_address
from hefu.apps.members.models import Member
from hefu.apps.members.purposes import Purpose
from hefu.apps.members.selectors import has_consent
from hefu.apps.orders.errors import OrderMoved
from hefu.apps.orders.events import OrderImported
from hefu.apps.orders.models import Order, OrderLine
from hefu.apps.orders.platforms import PlatformLine, PlatformOrder, State
from hefu.apps.orders.selectors.imports import Match, folded_code, matches_of, unmatched_lines
from hefu.core.actor import Actor
from hefu.core.errors import Invalid
from hefu.core.permissions import Permission

CREATED, UPDATED, UNCHANGED = "created", "updated", "unchanged"
_TRIES = 3
_NOBODY = Match(product_id=None)


@dataclass(frozen=True, kw_only=True, slots=True)
class Outcome:
    """What became of one order."""

    order: Order
    what: str  # created, updated, unchanged
    unmatched: int = 0  # lines of it


@dataclass(frozen=True, kw_only=True, slots=True)
class Told:
    """One order of a list, with what the list as a whole adds to it."""

    order: PlatformOrder
    shop: str = ""  # as said when the list was sent
    matches: Mapping[str, Match] = field(default_factory=dict)


@service
def save_order(actor: Actor, *, told: Told, now: datetime) -> Outcome:
    """Create the order, or move it on to what the list says of it.

    Safe to race: of two lists that tell of one order, the second sees what the first wrote.

    Raises:
        NotAllowed: the role does not manage sales.
        OrderMoved: it is being changed all the time; send the row again.
    """
    actor.require(Permission.SALE_MANAGE)
    for _ in range(_TRIES):
        have = known_order(actor.own_brand(), told)
        outcome = _create(actor, told, now) if have is None else _move(actor, have, told, now)
        if outcome is not None:
            return outcome
    raise OrderMoved(field="number", value=told.order.number)


def known_order(brand_id: int, told: Told) -> Order | None:
    """The order as we know it so far."""
    return Order.objects.filter(
        brand_id=brand_id, source=told.order.platform, number=_number(told)
    ).first()


def is_older(told: PlatformOrder, have: Order) -> bool:
    """Say whether a list tells what was true before what we know."""
    if told.state.rank != State(have.state).rank:
        return told.state.rank < State(have.state).rank
    return (told.refunded or 0) < have.refunded and told.refunded is not None


def _create(actor: Actor, told: Told, now: datetime) -> Outcome | None:
    values = {**_columns(told.order, None), **_buyer(actor.own_brand(), told.order)}
    if told.shop and not values.get("shop"):
        values["shop"] = told.shop
    try:
        with transaction.atomic():
            order = Order.objects.create(
                brand_id=actor.own_brand(), source=told.order.platform, number=_number(told),
                updated_at=now, **values,
            )  # fmt: skip
    except IntegrityError:
        return None  # another list was first: look again
    rows = [
        OrderLine(order=order, place=place, **_line(line, told.matches))
        for place, line in enumerate(told.order.lines)
    ]
    OrderLine.objects.bulk_create(rows)
    _tell(actor, order, now)
    return Outcome(order=order, what=CREATED, unmatched=_unknown(rows))


def _move(actor: Actor, have: Order, told: Told, now: datetime) -> Outcome | None:
    rows = list(have.lines.order_by("place"))
    if is_older(told.order, have):
        return Outcome(order=have, what=UNCHANGED, unmatched=_unknown(rows))
    values = {**_columns(told.order, have), **_buyer(have.brand_id, told.order)}
    changed = {name: value for name, value in values.items() if getattr(have, name) != value}
    fresh, moved = _lines(have, rows, told)
    unmatched = _unknown(rows) + _unknown(fresh)
    if not (changed or fresh or moved):
        return Outcome(order=have, what=UNCHANGED, unmatched=unmatched)
    same = Order.objects.filter(pk=have.pk, updated_at=have.updated_at, state=have.state)
    if not same.update(**changed, updated_at=now):
        return None  # another list was first: look again
    OrderLine.objects.bulk_create(fresh)
    for row, names in moved:
        row.save(update_fields=names)
    have.refresh_from_db()
    record(
        actor, "orders.order_import_changed", have, now=now, number=have.number,
        fields=sorted({*changed, *(("lines",) if fresh or moved else ())} - {"buyer_key"}),
    )  # fmt: skip
    _tell(actor, have, now)
    return Outcome(order=have, what=UPDATED, unmatched=unmatched)


def _tell(actor: Actor, order: Order, now: datetime) -> None:
    publish(OrderImported(brand_id=actor.own_brand(), order_id=order.pk), now=now)


def _number(told: Told) -> str:
    """The order's number; Shopify's are one shop's only, so the shop stands before it."""
    number = told.order.number
    if told.shop and told.order.platform == "shopify":
        number = f"{told.shop} {number}"
    if len(number) > 64:
        raise Invalid(field="number", rule="too_long", value=64)
    return number


def _columns(told: PlatformOrder, have: Order | None) -> dict[str, Any]:
    """What the list says; what it is silent about stays as it is."""
    values: dict[str, Any] = {
        "state": told.state.value, "currency": told.currency, "listed": told.listed,
        "discount": max(told.listed - told.goods, 0), "total": told.total,
        "placed_at": told.placed_at, "doubts": sorted(told.doubts),
    }  # fmt: skip
    for name in ("due", "shipping", "tax", "paid_at", "shipped_at", "ended_at"):
        if getattr(told, name) is not None:
            values[name] = getattr(told, name)
    for name in ("shop", "region", "parcel"):
        if getattr(told, name):
            values[name] = getattr(told, name)
    if told.refunded is not None:
        values["refunded"] = max(told.refunded, have.refunded if have else 0)
    return values


def _buyer(brand_id: int, told: PlatformOrder) -> dict[str, Any]:
    """A pseudonym of the buyer's account, and the member he is if he wants that to be known."""
    values: dict[str, Any] = {}
    if told.buyer and "*" not in told.buyer:
        account = f"{told.platform} {told.buyer.casefold()}"
        values["buyer_key"] = lookup(account, purpose="orders.buyer", brand_id=brand_id)
    for text in (told.phone, told.buyer if "@" in told.buyer else ""):
        member_id = _member(brand_id, text)
        if member_id is not None:
            values["member_id"] = member_id
            break
    return values


def _member(brand_id: int, text: str) -> int | None:
    """The member whose phone or e-mail this is; only with his leave to be served (law L34)."""
    if not text or "*" in text:
        return None
    try:
        address = normalise_address(text)
    except Invalid:
        return None
    column = "phone_key" if address.channel == "sms" else "email_key"
    found = Member.objects.filter(
        brand_id=brand_id, closed_at=None, **{column: address.key(brand_id)}
    ).values_list("pk", flat=True).first()  # fmt: skip
    if found is None:
        return None
    agreed = has_consent(brand_id=brand_id, member_id=found, purpose=Purpose.SERVICE)
    return found if agreed else None


def _line(line: PlatformLine, matches: Mapping[str, Match]) -> dict[str, Any]:
    match = matches.get(folded_code(line.sku), _NOBODY)
    return {
        "line_no": line.line_no, "sku": line.sku, "article_id": match.article_id,
        "product_id": match.product_id, "title": line.title, "unit": line.unit,
        "quantity": line.quantity, "net": line.net, "shown": dict(line.shown),
    }  # fmt: skip


def _lines(
    have: Order, rows: Sequence[OrderLine], told: Told
) -> tuple[list[OrderLine], list[tuple[OrderLine, list[str]]]]:
    """New lines, and those that changed with the names of what did; none is taken away."""
    known = dict(zip(_keys(rows), rows, strict=True))
    fresh: list[OrderLine] = []
    moved: list[tuple[OrderLine, list[str]]] = []
    place = max((row.place for row in rows), default=-1)
    for key, line in zip(_keys(told.order.lines), told.order.lines, strict=True):
        values, row = _line(line, told.matches), known.get(key)
        if row is None:
            place += 1
            fresh.append(OrderLine(order=have, place=place, **values))
            continue
        for name in ("product_id", "article_id"):  # what somebody matched by hand stays
            values[name] = getattr(row, name) or values[name]
        names = [name for name, value in values.items() if getattr(row, name) != value]
        for name in names:
            setattr(row, name, values[name])
        if names:
            moved.append((row, names))
    return fresh, moved


def _keys(lines: Iterable[PlatformLine | OrderLine]) -> list[tuple[str, str, str, int]]:
    """A line is the same by its number, else by code and title; of equal ones, by their order."""
    seen: Counter[tuple[str, str, str]] = Counter()
    keys = []
    for line in lines:
        key = (line.line_no, "", "") if line.line_no else ("", line.sku, line.title)
        keys.append((*key, seen[key]))
        seen[key] += 1
    return keys


def _unknown(rows: Iterable[OrderLine]) -> int:
    return sum(row.product_id is None for row in rows)


@service
def match_lines(actor: Actor, *, now: datetime) -> int:
    """Recognise the lines whose codes belong to a product by now; returns how many were.

    Raises:
        NotAllowed: the role does not manage sales.
    """
    actor.require(Permission.SALE_MANAGE)
    matches = matches_of(actor.own_brand())
    lines = unmatched_lines(actor)
    count = 0
    for sku in lines.exclude(sku="").values_list("sku", flat=True).distinct():
        match = matches.get(folded_code(sku))
        if match is not None and match.product_id is not None:
            mine = OrderLine.objects.filter(pk__in=lines.filter(sku=sku).values("pk"))
            count += mine.update(product_id=match.product_id, article_id=match.article_id)
    if count:
        record(actor, "orders.lines_matched", "orders.orderline", now=now, count=count)
    return count
