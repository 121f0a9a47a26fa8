"""Coupons as their holder, a counter or the brand may see them."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime

from django.db.models import Count, F, Q, QuerySet, Sum

from hefu.apps.campaigns.coupon_codes import code_of, read_coupon
from hefu.apps.campaigns.errors.coupons import CouponUnusable
from hefu.apps.campaigns.models import (
    Coupon,
    CouponBatch,
    CouponState,
    Promotion,
    PromotionState,
)
from hefu.apps.campaigns.selectors.promotions import promotions_for
from hefu.core.actor import Actor, ActorKind
from hefu.core.codes import UnreadableCode
from hefu.core.errors import NotFound
from hefu.core.permissions import Permission


@dataclass(frozen=True, kw_only=True, slots=True)
class Held:
    """A coupon that a code names; ``coupon`` is None while nobody touched a printed one."""

    batch: CouponBatch
    number: int
    coupon: Coupon | None

    @property
    def code(self) -> str:
        """The code, in fours."""
        return code_of(self.batch.brand_id, reference=self.batch.reference, number=self.number)

    @property
    def state(self) -> CouponState:
        """Where it stands, time left aside."""
        return CouponState(self.coupon.state) if self.coupon else CouponState.FREE

    def usable(self, *, member_id: int | None, now: datetime) -> bool:
        """Whether this member (None: nobody known) may use it now."""
        if not self.batch.valid_from <= now < self.batch.valid_until:
            return False
        if self.state != CouponState.FREE:
            return False
        owner = self.coupon.member_id if self.coupon else None
        return owner is None or owner == member_id


@dataclass(frozen=True, kw_only=True, slots=True)
class WalletCoupon:
    """One coupon in a member's wallet."""

    code: str
    title: str
    promotion: str  # its code, for the rule page
    promotion_title: str
    valid_from: datetime
    valid_until: datetime
    state: CouponState
    expired: bool
    counter: bool
    redeemed_at: datetime | None


@dataclass(frozen=True, kw_only=True, slots=True)
class BatchFigures:
    """How one issue goes."""

    batch: int
    quantity: int
    issued: int
    held: int
    used: int
    void: int
    discount: int  # minor units given by used ones


def batches_for(actor: Actor) -> QuerySet[CouponBatch]:
    """The brand's issues of coupons, newest first.

    Raises:
        NotAllowed: staff and integrations who may not see campaigns.
    """
    rows = CouponBatch.objects.filter(brand_id=actor.own_brand()).order_by("-created_at", "-pk")
    if actor.is_partner or actor.kind in (ActorKind.CONSUMER, ActorKind.ANONYMOUS):
        return rows.none()
    actor.require(Permission.CAMPAIGN_VIEW)
    return rows.select_related("promotion")


def promotions_with_coupons(actor: Actor) -> QuerySet[Promotion]:
    """The brand's approved promotions that ask for a coupon of one's own, by short name.

    Raises:
        NotAllowed: the role does not see campaigns.
    """
    return promotions_for(actor).filter(
        state=PromotionState.LIVE, versions__number=F("live_version"),
        versions__document__needs_coupon=True,
    )  # fmt: skip


def batch_by_id(actor: Actor, pk: int) -> CouponBatch:
    """Return one issue.

    Raises:
        NotFound: there is none, or not for this actor.
    """
    batch = batches_for(actor).filter(pk=pk).first()
    if batch is None:
        raise NotFound
    return batch


def figures_of(actor: Actor, batches: Iterable[int]) -> dict[int, BatchFigures]:
    """Count the coupons of several issues at once, by issue."""
    rows = batches_for(actor).filter(pk__in=set(batches)).annotate(
        held=Count("coupons", filter=Q(coupons__state=CouponState.HELD)),
        used=Count("coupons", filter=Q(coupons__state=CouponState.USED)),
        void=Count("coupons", filter=Q(coupons__state=CouponState.VOID)),
        discount=Sum("coupons__use__amount", filter=Q(coupons__state=CouponState.USED)),
    )  # fmt: skip
    return {
        row.pk: BatchFigures(
            batch=row.pk, quantity=row.quantity, issued=row.issued, held=row.held, used=row.used,
            void=row.void, discount=row.discount or 0,
        )
        for row in rows
    }  # fmt: skip


def wallet_for(actor: Actor, *, now: datetime) -> list[WalletCoupon]:
    """The signed-in member's coupons: usable ones by the end of their time, then the others."""
    if actor.kind is not ActorKind.CONSUMER:
        raise NotFound
    rows = Coupon.objects.filter(brand_id=actor.own_brand(), member_id=actor.member_id or 0)
    cards = [_card(row, now) for row in rows.select_related("batch__promotion").order_by("-pk")]
    return sorted(
        cards,
        key=lambda card: (
            card.expired or card.state is not CouponState.FREE,
            card.valid_until if not card.expired else card.valid_until.max,
        ),
    )


def coupon_in_wallet(actor: Actor, text: str, *, now: datetime) -> WalletCoupon:
    """Return one coupon of the signed-in member by its code.

    Raises:
        NotFound: it is not his, or there is none.
    """
    try:
        held = find_coupon(actor, text)
    except CouponUnusable:
        raise NotFound from None
    if actor.member_id is None or held.coupon is None or held.coupon.member_id != actor.member_id:
        raise NotFound
    held.coupon.batch = held.batch
    return _card(held.coupon, now)


def _card(coupon: Coupon, now: datetime) -> WalletCoupon:
    batch, promotion = coupon.batch, coupon.batch.promotion
    return WalletCoupon(
        code=code_of(coupon.brand_id, reference=batch.reference, number=coupon.number),
        title=batch.title, promotion=promotion.code, promotion_title=promotion.title,
        valid_from=batch.valid_from, valid_until=batch.valid_until,
        state=CouponState(coupon.state), expired=now >= batch.valid_until,
        counter=batch.counter_sale, redeemed_at=coupon.redeemed_at,
    )  # fmt: skip


def find_coupon(actor: Actor, text: str) -> Held:
    """Read a code as typed or scanned.

    Raises:
        CouponUnusable: no coupon of this brand.
    """
    brand_id = actor.own_brand()
    try:
        read = read_coupon(brand_id, text)
    except UnreadableCode as error:
        raise CouponUnusable from error
    if read is None:
        raise CouponUnusable
    reference, number = read
    batch = (
        CouponBatch.objects.select_related("promotion")
        .filter(brand_id=brand_id, reference=reference, issued__gt=number)
        .first()
    )
    if batch is None:
        raise CouponUnusable
    coupon = Coupon.objects.filter(batch=batch, number=number).first()
    return Held(batch=batch, number=number, coupon=coupon)


def usable_by(actor: Actor, codes: Iterable[str], *, now: datetime) -> Mapping[str, str]:
    """Return which of the typed codes the actor may use now, each with its promotion's code.

    Two queries, however many codes: the promotion engine takes this as ``Facts.coupons``.
    """
    brand_id = actor.own_brand()
    read: dict[str, tuple[int, int]] = {}
    for text in codes:
        try:
            place = read_coupon(brand_id, text)
        except UnreadableCode:
            continue
        if place is not None:
            read[text] = place
    if not read:
        return {}
    references = {reference for reference, _ in read.values()}
    batches = {
        batch.reference: batch
        for batch in CouponBatch.objects.select_related("promotion").filter(
            brand_id=brand_id, reference__in=references
        )
    }
    rows = {
        (row.batch_id, row.number): row
        for row in Coupon.objects.filter(
            batch__in=batches.values(), number__in={number for _, number in read.values()}
        )
    }
    found: dict[str, str] = {}
    for text, (reference, number) in read.items():
        batch = batches.get(reference)
        if batch is None or number >= batch.issued:
            continue
        held = Held(batch=batch, number=number, coupon=rows.get((batch.pk, number)))
        if held.usable(member_id=actor.member_id, now=now):
            found[text] = batch.promotion.code
    return found


def outstanding(promotion: Promotion, *, now: datetime) -> int:
    """How many coupons of a promotion could still be used: what stopping it would break."""
    live = CouponBatch.objects.filter(promotion=promotion, valid_until__gt=now)
    issued = live.aggregate(total=Sum("issued"))["total"] or 0
    spent = Coupon.objects.filter(
        batch__in=live, state__in=(CouponState.USED, CouponState.VOID)
    ).count()
    return int(issued) - spent
