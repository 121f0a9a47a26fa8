"""Marks over REST: stations and exceptions of units, ranges and whole orders."""

from collections.abc import Callable, Sequence
from datetime import datetime
from functools import partial
from typing import Any, Literal

from django.http import HttpRequest, HttpResponse
from django.utils import timezone
from ninja import Field, Router, Schema

from hefu.apps.accounts.selectors import organisations_for
from hefu.apps.identity.models import Mark
from hefu.apps.identity.selectors.orders import order_by_number
from hefu.apps.identity.selectors.reconcile import issued_ranges
from hefu.apps.identity.services import marks
from hefu.apps.identity.services.marks import Serials
from hefu.apps.network.selectors import channel_by_code
from hefu.core.actor import Actor
from hefu.core.codes import Range
from hefu.core.errors import Invalid, NotFound
from hefu.core.permissions import Permission
from hefu.surfaces.api.auth import actor_of, needs
from hefu.surfaces.api.fields import REGION, SOME_TEXT, TEXT, Body, CodeText, OrderNumber
from hefu.surfaces.api.idempotency import answer_once
from hefu.surfaces.api.named import serials_of, span_of, units_named
from hefu.surfaces.api.problems import REFUSALS

router = Router(tags=["units"])
MANAGE, ORDERS = Permission.UNIT_MANAGE, Permission.ORDER_VIEW
MOST = 200

Marking = Callable[..., list[Mark] | int]


class SpanIn(Body):
    """All units from one to another as they were printed, both included: a roll of labels."""

    first: CodeText
    last: CodeText


class MarkIn(Body):
    """What happened, and to which units; any of codes, spans and orders."""

    mark: Literal[
        "commissioned", "shipped", "void", "lost", "found", "frozen", "unfrozen", "recalled",
        "recall_ended",
    ] = Field(examples=["shipped"])  # fmt: skip
    codes: list[CodeText] = Field([], max_length=MOST)
    spans: list[SpanIn] = Field([], max_length=MOST)
    orders: list[OrderNumber] = Field([], max_length=MOST, description="all codes of these orders")
    reason: str = Field(
        "", max_length=200, pattern=TEXT,
        description="required for void, lost and frozen; of a recall: its notice",
    )  # fmt: skip
    channel: str | None = Field(
        None, min_length=1, max_length=8, pattern=SOME_TEXT, examples=["jd"],
        description="shipped: to which channel",
    )  # fmt: skip
    partner: str | None = Field(
        None, min_length=1, max_length=40, pattern=SOME_TEXT,
        description="shipped: to which partner (code)",
    )  # fmt: skip
    region: str | None = Field(
        None, pattern=REGION, description="shipped: where it may be sold", examples=["440000"]
    )


class MarkedOut(Schema):
    """What was marked."""

    mark: str
    units: int = Field(description="units named, each counted once")
    ranges: int = Field(description="ranges they make up")
    ended: int = Field(description="earlier marks that this ended, wholly or in part")
    at: datetime


@router.post("marks", response={200: MarkedOut, **REFUSALS}, openapi_extra=needs(MANAGE))
def mark_units(request: HttpRequest, data: MarkIn) -> HttpResponse:
    """Commission, ship, void, lose, freeze or recall units, or end that; all of them or none.

    One request may mark a whole order: a range costs as much as a unit. Naming orders needs
    `identity:order:view` too.
    """
    actor = actor_of(request, MANAGE, *([ORDERS] if data.orders else []))

    def mark() -> object:
        now = timezone.now()
        serials = _serials(actor, data)
        done = _marking(actor, data)(actor, serials=serials, now=now)
        return {
            "mark": data.mark, "units": sum(part.count for part in serials),
            "ranges": len(serials), "ended": done if isinstance(done, int) else 0, "at": now,
        }  # fmt: skip

    return answer_once(request, MarkedOut, mark)


def _serials(actor: Actor, data: MarkIn) -> Sequence[Serials]:
    if not (data.codes or data.spans or data.orders):
        raise Invalid(field="codes", rule="required")
    units = units_named(actor, data.codes, field="codes")
    ends = units_named(
        actor, [text for span in data.spans for text in (span.first, span.last)], field="spans"
    )
    spans: list[tuple[int, Range]] = [
        span_of(first, last, field=f"spans.{place}")
        for place, (first, last) in enumerate(zip(ends[::2], ends[1::2], strict=True))
    ]
    for number in data.orders:
        order = order_by_number(actor, number)
        spans += [(order.batch_id, part) for part in issued_ranges(order)]
    return serials_of(units, spans)


def _marking(actor: Actor, data: MarkIn) -> Marking:
    """The service of a mark, with what it needs besides the units."""
    if data.mark == "shipped":
        return partial(marks.ship, **_destination(actor, data))
    if data.channel or data.partner or data.region:
        raise Invalid(field="mark", rule="only_shipped_has_a_destination")
    if data.mark == "recalled":
        return partial(marks.recall, notice=data.reason)
    plain: dict[str, Marking] = {
        "commissioned": marks.commission, "found": marks.report_found,
        "unfrozen": marks.unfreeze, "recall_ended": marks.end_recall,
    }  # fmt: skip
    if data.mark in plain:
        return plain[data.mark]
    reasoned: dict[str, Marking] = {
        "void": marks.void, "lost": marks.report_lost, "frozen": marks.freeze,
    }  # fmt: skip
    return partial(reasoned[data.mark], reason=data.reason)


def _destination(actor: Actor, data: MarkIn) -> dict[str, Any]:
    channel = channel_by_code(actor, data.channel) if data.channel else None
    partner = None
    if data.partner:
        partner = organisations_for(actor).filter(code=data.partner).first()
        if partner is None:
            raise NotFound(field="partner")
    return {
        "channel": channel, "organisation_id": partner.pk if partner else None,
        "region": data.region or "",
    }  # fmt: skip
