"""Flash sales as their readers may see them: the brand's staff, its visitors, one member."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db.models import QuerySet

from hefu.apps.campaigns.models import LIVE, FlashSale, Reservation
from hefu.core.actor import Actor, ActorKind
from hefu.core.errors import NotFound
from hefu.core.permissions import Permission

_WINDOW = timedelta(seconds=10)
_NEWEST = 1000  # reservations looked at for the pace


def flash_sales_for(actor: Actor) -> QuerySet[FlashSale]:
    """The brand's sales, newest first: for consumers and visitors, who see them announced, too."""
    rows = FlashSale.objects.filter(brand_id=actor.own_brand(), rehearsal=False)
    rows = rows.order_by("-starts_at", "-pk")
    if actor.is_partner:
        return rows.none()
    if actor.kind not in (ActorKind.CONSUMER, ActorKind.ANONYMOUS):
        actor.require(Permission.CAMPAIGN_VIEW)
    return rows


def flash_sale_by_id(actor: Actor, sale_id: int) -> FlashSale:
    """Return one sale.

    Raises:
        NotFound: the actor's brand has none of this number.
    """
    found = flash_sales_for(actor).filter(pk=sale_id).first()
    if found is None:
        raise NotFound
    return found


def flash_sale_by_code(actor: Actor, code: str) -> FlashSale:
    """Return one sale by the short name in its address.

    Raises:
        NotFound: the actor's brand has none of this name.
    """
    found = flash_sales_for(actor).filter(code=code).first()
    if found is None:
        raise NotFound
    return found


def reservations_for(actor: Actor) -> QuerySet[Reservation]:
    """The brand's reservations for staff and shops, a consumer's own for himself; newest first."""
    rows = Reservation.objects.filter(brand_id=actor.own_brand(), sale__rehearsal=False)
    rows = rows.order_by("-pk")
    if actor.kind is ActorKind.CONSUMER:
        return rows.filter(member_id=actor.member_id or 0)
    if actor.is_partner or actor.kind is ActorKind.ANONYMOUS:
        return rows.none()
    if not actor.may(Permission.CAMPAIGN_VIEW):
        actor.require(Permission.SALE_VIEW)
    return rows


def holders_of(sale_id: int) -> frozenset[int]:
    """Who has a piece of a sale, by member: for the gate, which lets them through."""
    rows = Reservation.objects.filter(sale_id=sale_id, state__in=LIVE)
    return frozenset(rows.values_list("member_id", flat=True))


@dataclass(frozen=True, kw_only=True, slots=True)
class Pace:
    """How fast a sale goes: pieces per second now, and when it would run out; None: not now."""

    per_second: float
    runs_out_in: timedelta | None


def pace_of(actor: Actor, sale: FlashSale, *, now: datetime) -> Pace:
    """Reservations of the last ten seconds, at most ``_NEWEST`` looked at, whatever the crowd."""
    rows = reservations_for(actor).filter(sale=sale).order_by("-arrival")
    newest = list(rows.values_list("reserved_at", flat=True)[:_NEWEST])
    recent = [at for at in newest if at > now - _WINDOW]
    if not recent:
        return Pace(per_second=0.0, runs_out_in=None)
    whole = len(recent) == _NEWEST  # more than we looked at: the window is shorter
    span = (now - recent[-1]).total_seconds() if whole else _WINDOW.total_seconds()
    rate = len(recent) / max(span, 0.001)
    return Pace(per_second=rate, runs_out_in=timedelta(seconds=sale.left / rate))
