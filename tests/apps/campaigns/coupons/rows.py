"""Rows that the coupons' tests stand on."""

from datetime import timedelta

from hefu.apps.campaigns.models import OrderHold, Promotion, PromotionState, PromotionUse, UseState
from hefu.apps.campaigns.services.coupons import Issue, issue_coupons
from hefu.apps.members.models import Member
from hefu.core.promotions import OrderOff, to_document
from hefu.core.promotions import Promotion as Terms
from tests.factories import NOW

DAY = timedelta(days=1)


def members(brand, count, *, start=0):
    """So many members, each with a phone nobody reads; ``start`` keeps two crowds apart."""
    return Member.objects.bulk_create(
        Member(brand=brand, phone=f"+8613{n:09d}", phone_key=f"key{n}", created_at=NOW)
        for n in range(start, start + count)
    )


def a_promotion(brand, code="welcome", *, campaign=None, needs_coupon=True):
    """An approved promotion that takes 10.00 off with a coupon."""
    promotion = Promotion.objects.create(
        brand=brand, code=code, title=code, state=PromotionState.LIVE, live_version=1,
        campaign=campaign, created_at=NOW, updated_at=NOW,
    )  # fmt: skip
    terms = Terms(id=code, benefit=OrderOff(amount=1000), needs_coupon=needs_coupon, currency="CNY")
    promotion.versions.create(
        number=1, document=to_document(terms), content_hash="0" * 64, written_by="tests",
        written_at=NOW, approved_at=NOW,
    )  # fmt: skip
    return promotion


def issued(actor, promotion, quantity, *, audience=None, now=NOW, days=30, **about):
    issue = Issue(
        promotion=promotion, title="新会员券", quantity=quantity, valid_from=now,
        valid_until=now + days * DAY, audience=audience, **about,
    )  # fmt: skip
    return issue_coupons(actor, issue=issue, now=now)


def a_use(promotion, order_key="orders.order:1"):
    about = {"brand_id": promotion.brand_id, "order_key": order_key, "customer": "member:1"}
    hold = OrderHold.objects.create(
        **about, state=UseState.HELD, ruleset="", currency="CNY", total=9000, at=NOW
    )
    return PromotionUse.objects.create(
        **about, promotion=promotion, hold=hold, version=1, amount=1000, state=UseState.HELD,
        at=NOW,
    )  # fmt: skip
