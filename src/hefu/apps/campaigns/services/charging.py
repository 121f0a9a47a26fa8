"""Who bears a discount (优惠分摊): partners their declared part to the cent, the brand the rest."""

from collections.abc import Iterable, Mapping
from datetime import datetime

from django.db.models import Sum

from hefu.apps.audit.services import record, service
from hefu.apps.campaigns.models import CostShare, PartnerCharge, PromotionUse, UseState
from hefu.apps.campaigns.selectors.returns import returned_so_far, sale_of
from hefu.apps.orders.events import OrderRefunded
from hefu.apps.orders.models import Order
from hefu.apps.orders.selectors.orders import subject_of
from hefu.core.actor import Actor, system
from hefu.core.errors import Invalid
from hefu.core.money import WHOLE_BP, spread
from hefu.core.promotions.remaining import discounts_left


def parts_of(amount: int, shares: Mapping[int, int]) -> dict[int, int]:
    """Split a discount over partners by basis points; what they do not bear is the brand's.

    Largest-remainder: 60 and 40 per cent of 1,000.01 are 600.01 and 400.00.
    """
    if not amount or not shares:
        return {}
    organisations = sorted(shares)
    weights = [shares[one] for one in organisations]
    split = spread(amount, [*weights, WHOLE_BP - sum(weights)])
    return dict(zip(organisations, split, strict=False))


@service
def charge_partners(actor: Actor, *, uses: Iterable[PromotionUse], now: datetime) -> int:
    """Charge every partner of confirmed uses with its part; returns how many charges. Once each."""
    rows = [
        PartnerCharge(
            brand_id=use.brand_id, organisation_id=organisation, use=use,
            key=f"use:{use.pk}:{organisation}", amount=part, at=now,
        )
        for use, shares in _with_shares(uses)
        for organisation, part in parts_of(use.amount, shares).items()
        if part
    ]  # fmt: skip
    return _write(actor, rows, now=now)


@service
def credit_partners(
    actor: Actor, *, uses: Iterable[PromotionUse], key: str = "release", now: datetime
) -> int:
    """Give partners back whatever of these uses they still bear; returns how many credits."""
    rows = [row for use in uses for row in _difference(use, {}, key=f"{key}:{use.pk}", now=now)]
    return _write(actor, rows, now=now)


@service
def credit_return(
    actor: Actor, *, use: PromotionUse, discount_left: int, key: str, now: datetime
) -> int:
    """Some goods came back, and the use's discount is ``discount_left`` now: partners bear that.

    Each part is that of the whole discount that is left, so that after any number of returns the
    parts still sum to the cent. ``key`` names the return; asked twice, credited once.

    Raises:
        Invalid: more is left than was given.
    """
    if not 0 <= discount_left <= use.amount:
        raise Invalid(field="discount_left", rule="out_of_range", value=discount_left)
    shares = dict(_with_shares([use]))[use]
    rows = list(_difference(use, parts_of(discount_left, shares), key=key, now=now))
    return _write(actor, rows, now=now)


def share_return(event: OrderRefunded, *, now: datetime) -> None:
    """Let partners bear what is left of an order's discounts; a reaction, may run twice."""
    actor = system("orders", brand_id=event.brand_id)
    order = Order.objects.get(pk=event.order_id)
    uses = PromotionUse.objects.filter(
        brand_id=order.brand_id, order_key=subject_of(order.pk), state=UseState.CONFIRMED
    ).select_related("promotion")
    if not PartnerCharge.objects.filter(use__in=uses).exists():
        return
    left = discounts_left(sale_of(actor, order), returned_so_far(order))
    for use in uses:
        credit_return(
            actor, use=use, discount_left=min(use.amount, left.get(use.promotion.code, 0)),
            key=f"refund:{event.refund_id}:{use.pk}", now=now,
        )  # fmt: skip


def _difference(
    use: PromotionUse, wanted: Mapping[int, int], *, key: str, now: datetime
) -> Iterable[PartnerCharge]:
    borne = PartnerCharge.objects.filter(use=use).values_list("organisation_id")
    for organisation, amount in borne.annotate(Sum("amount")).order_by("organisation_id"):
        change = wanted.get(organisation, 0) - amount
        if change:
            yield PartnerCharge(
                brand_id=use.brand_id, organisation_id=organisation, use=use,
                key=f"{key}:{organisation}", amount=change, at=now,
            )  # fmt: skip


def _with_shares(
    uses: Iterable[PromotionUse],
) -> list[tuple[PromotionUse, dict[int, int]]]:
    """Return uses with what their version says about partners; one query."""
    listed = list(uses)
    shares = CostShare.objects.filter(version__promotion__in={use.promotion_id for use in listed})
    by_version: dict[tuple[int, int], dict[int, int]] = {}
    for promotion, number, organisation, bp in shares.values_list(
        "version__promotion_id", "version__number", "organisation_id", "share_bp"
    ):
        by_version.setdefault((promotion, number), {})[organisation] = bp
    return [(use, by_version.get((use.promotion_id, use.version), {})) for use in listed]


def _write(actor: Actor, rows: list[PartnerCharge], *, now: datetime) -> int:
    if not rows:
        return 0
    PartnerCharge.objects.bulk_create(rows, ignore_conflicts=True)
    for row in rows:
        record(
            actor, "campaigns.partner_charged", f"campaigns.promotionuse:{row.use_id}", now=now,
            organisation=row.organisation_id, amount=row.amount,
        )  # fmt: skip
    return len(rows)
