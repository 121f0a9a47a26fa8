"""Issuing coupons (发券): personal ones to an audience, printed ones as a range."""

import secrets
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db import IntegrityError, transaction
from django.db.models import F, Max

from hefu.apps.audit import jobs
from hefu.apps.audit.jobs import JobRun
from hefu.apps.audit.services import record, service
from hefu.apps.campaigns.coupon_codes import code_of
from hefu.apps.campaigns.errors.coupons import NoReference
from hefu.apps.campaigns.errors.shop import RewardGone
from hefu.apps.campaigns.models import (
    Coupon,
    CouponBatch,
    CouponState,
    Promotion,
    PromotionState,
)
from hefu.apps.campaigns.selectors.audiences import Audience, audience_of, members_of, size_of
from hefu.apps.members.selectors import members_for
from hefu.core.actor import Actor
from hefu.core.codes.default import BATCHES
from hefu.core.errors import Invalid, NotFound
from hefu.core.permissions import Permission
from hefu.core.promotions import hold_out_bp

JOB = "campaigns.issue_coupons"

#: The largest printed issue; a batch's seal holds far more.
MOST = 10_000_000
LONGEST = 80  # characters of a title
_DRAWS = 64


@dataclass(frozen=True, kw_only=True, slots=True)
class Issue:
    """What is to be issued.

    Args:
        quantity: the most there will ever be.
        valid_from, valid_until: from, inclusive, until, exclusive; announced, so never shortened.
        audience: who gets them, ``per_member`` each, in the order in which they became members;
            a job does it, and its report says how many were left over. None: printed ones for
            whoever holds them, there at once as a range.
        counter_sale: whether a shop's counter may redeem them.
    """

    promotion: Promotion
    title: str
    quantity: int
    valid_from: datetime
    valid_until: datetime
    audience: Audience | None
    per_member: int = 1
    counter_sale: bool = True


@service
def issue_coupons(actor: Actor, *, issue: Issue, now: datetime) -> CouponBatch:
    """Issue coupons of an approved promotion.

    Raises:
        NotAllowed: the role may not.
        NotFound: another brand's promotion.
        Invalid: the promotion takes no coupons, is not approved or ends before they do; it has a
            limit per customer and printed ones are for counters; quantity, times or title.
    """
    actor.require(Permission.CAMPAIGN_MANAGE)
    if issue.promotion.brand_id != actor.own_brand():
        raise NotFound
    _check(issue, now)
    audience = issue.audience
    batch = _open(
        actor, now=now, promotion=issue.promotion, title=issue.title.strip(),
        quantity=issue.quantity, per_member=issue.per_member, valid_from=issue.valid_from,
        valid_until=issue.valid_until, counter_sale=issue.counter_sale, bearer=audience is None,
        issued=issue.quantity if audience is None else 0,
    )  # fmt: skip
    if audience is not None:
        params = {"batch": batch.pk, "audience": audience.document()}
        total = size_of(actor, audience)
        batch.job_id = jobs.start(actor, kind=JOB, params=params, total=total, now=now).pk
        batch.save(update_fields=["job_id"])
    record(
        actor, "campaigns.coupons_issued", batch, now=now, promotion=issue.promotion.code,
        quantity=issue.quantity, bearer=batch.bearer,
    )  # fmt: skip
    return batch


def _check(issue: Issue, now: datetime) -> None:
    promotion = issue.promotion
    version = promotion.versions.filter(number=promotion.live_version or 0).first()
    if promotion.state != PromotionState.LIVE or version is None:
        raise Invalid(field="promotion", rule="not_approved", value=promotion.code)
    if not version.document.get("needs_coupon"):
        raise Invalid(field="promotion", rule="takes_no_coupons", value=promotion.code)
    if issue.audience is None and issue.counter_sale and version.document.get("max_per_customer"):
        # whoever holds a printed one at a counter is nobody whose uses could be counted
        raise Invalid(field="counter_sale", rule="limit_per_customer", value=promotion.code)
    if not issue.title.strip():
        raise Invalid(field="title", rule="required")
    if len(issue.title.strip()) > LONGEST:
        raise Invalid(field="title", rule="too_long", value=LONGEST)
    if not 1 <= issue.quantity <= MOST:
        raise Invalid(field="quantity", rule="out_of_range", value=issue.quantity)
    if not 1 <= issue.per_member <= 100:
        raise Invalid(field="per_member", rule="out_of_range", value=issue.per_member)
    if issue.valid_until <= max(issue.valid_from, now):
        raise Invalid(field="valid_until", rule="in_the_past", value=issue.valid_until.isoformat())
    if version.ends_at is not None and issue.valid_until > version.ends_at:
        # a coupon that still reads as good and is refused is a promise broken (order 56, art. 19)
        end = version.ends_at.isoformat()
        raise Invalid(field="valid_until", rule="after_promotion", value=end)


def _open(actor: Actor, *, now: datetime, **values: Any) -> CouponBatch:
    for _ in range(_DRAWS):
        try:
            with transaction.atomic():
                return CouponBatch.objects.create(
                    brand_id=actor.own_brand(), reference=secrets.randbelow(BATCHES),
                    created_by=actor.label, created_at=now, **values,
                )  # fmt: skip
        except IntegrityError:
            continue
    raise NoReference(field="reference")


def run_issue(run: JobRun) -> dict[str, Any]:
    """Job: give the coupons of one issue to its audience, a step of members at a time."""
    batch = CouponBatch.objects.select_related("promotion__campaign").get(pk=run.params["batch"])
    audience = audience_of(run.params["audience"])
    after, seen = run.cursor.get("after", 0), run.cursor.get("seen", 0)
    while members := members_of(run.actor, audience, after=after):
        give(run.actor, batch=batch, members=members, now=run.clock())
        after, seen = members[-1], seen + len(members)
        run.advance(done=seen, cursor={"after": after, "seen": seen})
    return report(run.actor, batch=batch, audience_size=seen, now=run.clock())


@service
def give(actor: Actor, *, batch: CouponBatch, members: list[int], now: datetime) -> int:
    """Give the coupons of a batch to members, in this order, until it is used up; returns how many.

    Held-out members of the promotion's campaign get none. Whoever has his gets no second set,
    however often and from wherever this runs: the unique key of the member's n-th decides, and
    the loser of a race looks again.
    """
    wanted = [
        (member, n)
        for member in members
        if not _held_out(batch.promotion, member)
        for n in range(1, batch.per_member + 1)
    ]
    while True:
        had = set(
            Coupon.objects.filter(batch=batch, member_id__in=members).values_list(
                "member_id", "member_n"
            )
        )
        try:
            with transaction.atomic():
                first, count = _give(batch, [one for one in wanted if one not in had], now=now)
        except IntegrityError:
            continue
        if count:
            record(actor, "campaigns.coupons_given", batch, now=now, first=first, count=count)
        return count


def _give(batch: CouponBatch, wanted: list[tuple[int, int]], *, now: datetime) -> tuple[int, int]:
    first, count = _take(batch, len(wanted), now=now)
    Coupon.objects.bulk_create(
        [
            Coupon(
                brand_id=batch.brand_id, batch=batch, number=first + place, member_id=member,
                member_n=n, state=CouponState.FREE, issued_at=now,
            )
            for place, (member, n) in enumerate(wanted[:count])
        ],
        batch_size=500,
    )  # fmt: skip
    return first, count


def _take(batch: CouponBatch, wanted: int, *, now: datetime) -> tuple[int, int]:
    """Take up to ``wanted`` numbers of a batch; returns the first and how many.

    None of a batch whose time is over, also by being taken back in this moment.
    """
    rows = CouponBatch.objects.filter(pk=batch.pk, valid_until__gt=now)
    if wanted and rows.filter(issued__lte=F("quantity") - wanted).update(
        issued=F("issued") + wanted
    ):
        return rows.values_list("issued", flat=True).get() - wanted, wanted
    # the row is ours from here on: nobody else moves it before this transaction ends
    if not rows.update(issued=F("issued")):
        return 0, 0
    issued, quantity = rows.values_list("issued", "quantity").get()
    part = min(wanted, quantity - issued)
    rows.update(issued=F("issued") + part)
    return issued, part


def _held_out(promotion: Promotion, member: int) -> bool:
    campaign = promotion.campaign
    if campaign is None or not campaign.hold_out_bp:
        return False
    return hold_out_bp(f"member:{member}", campaign.salt) < campaign.hold_out_bp


@service
def report(
    actor: Actor, *, batch: CouponBatch, audience_size: int, now: datetime
) -> dict[str, Any]:
    """Note how an issue went: the audience, how many got theirs, who did not, what is left."""
    batch.refresh_from_db()
    served = Coupon.objects.filter(batch=batch).values("member_id").distinct().count()
    said = {
        "audience": audience_size,
        "members": served,
        "without": audience_size - served,
        "issued": batch.issued,
        "left": batch.quantity - batch.issued,
    }
    CouponBatch.objects.filter(pk=batch.pk).update(report=said)
    record(actor, "campaigns.coupon_issue_ended", batch, now=now, **said)
    return said


@service
def void_coupons(actor: Actor, *, batch: CouponBatch, reason: str, now: datetime) -> int:
    """Take back the coupons of a batch that nobody has used; returns how many were.

    To refuse an announced coupon is a price promise broken (order 56, article 19): only for an
    issue made in error, and the reason stays in the trail.

    Raises:
        NotAllowed, NotFound: see ``issue_coupons``.
        Invalid: no reason.
    """
    actor.require(Permission.CAMPAIGN_MANAGE)
    if batch.brand_id != actor.own_brand():
        raise NotFound
    if not reason.strip():
        raise Invalid(field="reason", rule="required")
    CouponBatch.objects.filter(pk=batch.pk, valid_until__gt=now).update(valid_until=now)
    count = Coupon.objects.filter(batch=batch, state=CouponState.FREE).update(
        state=CouponState.VOID
    )
    record(
        actor, "campaigns.coupons_voided", batch, now=now, count=count, reason=reason.strip()[:200]
    )
    return count


@service
def give_one(actor: Actor, *, batch: CouponBatch, member_id: int, now: datetime) -> int:
    """Give one member his coupons of a batch, as a prize, a reward or an apology.

    Raises:
        NotAllowed: the role may not.
        NotFound: no such batch or member of this brand.
    """
    actor.require(Permission.CAMPAIGN_MANAGE)
    if batch.brand_id != actor.own_brand():
        raise NotFound
    if not members_for(actor).filter(pk=member_id, closed_at=None).exists():
        raise NotFound
    return give(actor, batch=batch, members=[member_id], now=now)


@service
def give_another(actor: Actor, *, batch: CouponBatch, member_id: int, now: datetime) -> Coupon:
    """Give a member one more coupon of a batch, beyond ``per_member``: he paid for it, or won it.

    The caller has decided that he may have it.

    Raises:
        RewardGone: the batch is used up, or its time is over.
    """
    if now >= batch.valid_until:
        raise RewardGone(reason="over")
    first, count = _take(batch, 1, now=now)
    if not count:
        raise RewardGone(reason="sold_out")
    mine = Coupon.objects.filter(batch=batch, member_id=member_id)
    while True:
        newest: int = mine.aggregate(newest=Max("member_n"))["newest"] or batch.per_member
        try:
            with transaction.atomic():
                coupon = Coupon.objects.create(
                    brand_id=batch.brand_id, batch=batch, number=first, member_id=member_id,
                    member_n=max(newest, batch.per_member) + 1, state=CouponState.FREE,
                    issued_at=now,
                )  # fmt: skip
        except IntegrityError:
            continue
        record(actor, "campaigns.coupons_given", batch, now=now, first=first, count=1)
        return coupon


@service
def print_coupons(actor: Actor, *, batch: CouponBatch, now: datetime) -> Iterator[str]:
    """Hand out the codes of printed coupons, made one after the other; who took them is on record.

    Raises:
        NotAllowed, NotFound: not by or for this actor.
        Invalid: personal coupons lie in their owners' wallets and are not printed.
    """
    actor.require(Permission.CAMPAIGN_MANAGE)
    if batch.brand_id != actor.own_brand():
        raise NotFound
    if not batch.bearer:
        raise Invalid(field="batch", rule="personal")
    record(actor, "campaigns.coupons_printed", batch, now=now, count=batch.issued)
    return (
        code_of(batch.brand_id, reference=batch.reference, number=number)
        for number in range(batch.issued)
    )
