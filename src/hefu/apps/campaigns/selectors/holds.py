"""What orders hold of promotions, and under which terms their goods may come back (占用与条款)."""

from collections.abc import Iterable
from dataclasses import dataclass

from django.db.models import Q, QuerySet

from hefu.apps.campaigns.models import OrderHold, PromotionUse, PromotionVersion
from hefu.core.actor import Actor, ActorKind
from hefu.core.permissions import Permission
from hefu.core.promotions import Quote, Terms, Way, from_document

_KINDEST_LAST = (Way.LITERAL, Way.REPRICE, Way.KEEP)


def holds_for(actor: Actor) -> QuerySet[OrderHold]:
    """The brand's holds for staff and integrators, newest first; nobody else has any.

    Raises:
        NotAllowed: the role does not see campaigns.
    """
    rows = OrderHold.objects.filter(brand_id=actor.own_brand()).order_by("-at", "-pk")
    if actor.is_partner or actor.kind in (ActorKind.CONSUMER, ActorKind.ANONYMOUS):
        return rows.none()
    actor.require(Permission.CAMPAIGN_VIEW)
    return rows


def hold_by_key(actor: Actor, order_key: str) -> OrderHold | None:
    """Return what an order holds, or held; None: nothing ever."""
    return OrderHold.objects.filter(brand_id=actor.own_brand(), order_key=order_key).first()


@dataclass(frozen=True, kw_only=True, slots=True)
class HeldUse:
    """One promotion that an order holds."""

    promotion: str
    version: int
    amount: int  # minor units


def uses_of(hold: OrderHold) -> list[HeldUse]:
    """Return the promotions of a hold's current round, by short name."""
    rows = PromotionUse.objects.filter(hold=hold, round=hold.round).order_by("promotion__code")
    return [
        HeldUse(promotion=code, version=version, amount=amount)
        for code, version, amount in rows.values_list("promotion__code", "version", "amount")
    ]


def terms_of(brand_id: int, quote: Quote) -> Terms:
    """Return the terms of return of an order: of all that applied, the declared ones together.

    Where one promotion is priced again on a return, the whole order is; the buyer saw it on that
    promotion's page.
    """
    wanted = [(one.promotion, one.version) for one in quote.applied]
    if not wanted:
        return Terms()
    said = Q()
    for code, number in wanted:
        said |= Q(promotion__code=code, number=number)
    rows = PromotionVersion.objects.filter(said, promotion__brand_id=brand_id)
    return together(from_document(Terms, row) for row in rows.values_list("terms", flat=True))


def together(several: Iterable[Terms]) -> Terms:
    """Join declared terms into those of one order: what any of them reserves holds for all."""
    listed = list(several) or [Terms()]
    return Terms(
        way=min((one.way for one in listed), key=_KINDEST_LAST.index),
        recheck_shipping=any(one.recheck_shipping for one in listed),
        refund_shipping=all(one.refund_shipping for one in listed),
    )
