"""A coupon at the counter: what it takes off is said, it is used once, and online it is gone."""

import threading
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace

import pytest
from django.db import connection
from django.urls import reverse

from hefu.apps.campaigns.coupon_codes import code_of
from hefu.apps.campaigns.errors.coupons import CouponGivesNothing, CouponGone, CouponUnusable
from hefu.apps.campaigns.errors.promotions import AlreadyHeld
from hefu.apps.campaigns.models import Counter, Coupon, CouponState, PromotionUse
from hefu.apps.campaigns.selectors.counter import Bill, try_coupon
from hefu.apps.campaigns.selectors.coupons import usable_by
from hefu.apps.campaigns.services.counter import redeem_coupon
from hefu.apps.campaigns.services.coupons import give
from hefu.apps.campaigns.services.rules import refresh_rules
from hefu.core.actor import consumer
from hefu.core.errors import Invalid, NotAllowed
from hefu.core.permissions import Role
from hefu.core.promotions import OrderOff, Spend, to_document
from hefu.core.promotions import Promotion as Terms
from tests.apps.campaigns.coupons.rows import DAY, a_promotion, issued, members
from tests.apps.orders.shop import an_article, open_mall
from tests.factories import NOW, a_brand, a_partner, an_actor
from tests.surfaces.desk.codes.browsing import signed_in, text_of

HUNDRED = Bill(amount=10000)


class Shop:
    """A retailer's counter, a coupon of 10.00 off from 100.00, and the member who has it."""

    def __init__(self):
        self.brand = a_brand()
        self.manager = an_actor(self.brand, Role.CAMPAIGN_MANAGER)
        self.partner = a_partner(self.brand, "retailer")
        self.clerk = an_actor(self.brand, Role.RETAILER, self.partner)
        promotion = a_promotion(self.brand)
        terms = Terms(
            id=promotion.code, benefit=OrderOff(amount=1000), needs_coupon=True, currency="CNY",
            conditions=(Spend(at_least=10000),),
        )  # fmt: skip
        promotion.versions.update(document=to_document(terms))
        Counter.objects.create(promotion=promotion)
        refresh_rules(self.manager, because="tests", now=NOW)
        batch = issued(self.manager, promotion, 5)
        type(batch).objects.filter(pk=batch.pk).update(bearer=False, issued=0)
        batch.refresh_from_db()
        (self.member,) = members(self.brand, 1)
        give(self.manager, batch=batch, members=[self.member.pk], now=NOW)
        self.batch = batch
        self.code = code_of(self.brand.pk, reference=batch.reference, number=0)
        self.owner = consumer(brand_id=self.brand.pk, member_id=self.member.pk)


@pytest.fixture
def shop(db):
    return Shop()


def test_R160_used_at_a_counter_it_is_gone_online_at_once(shop):
    tried = try_coupon(shop.clerk, code=shop.code, bill=HUNDRED, now=NOW)
    assert (tried.listed, tried.off, tried.to_pay, tried.why) == (10000, 1000, 9000, None)
    assert usable_by(shop.owner, [shop.code], now=NOW)

    redeem_coupon(shop.clerk, code=shop.code, bill=HUNDRED, key="receipt-1", now=NOW)

    assert not usable_by(shop.owner, [shop.code], now=NOW)
    coupon = Coupon.objects.get()
    assert (coupon.state, coupon.organisation_id) == (CouponState.USED, shop.partner.pk)
    counter = Counter.objects.get()
    assert (counter.uses, counter.spent) == (1, 1000)


def test_pressed_twice_it_is_one_use(shop):
    first = redeem_coupon(shop.clerk, code=shop.code, bill=HUNDRED, key="receipt-1", now=NOW)
    again = redeem_coupon(shop.clerk, code=shop.code, bill=HUNDRED, key="receipt-1", now=NOW)

    assert first.pk == again.pk
    assert PromotionUse.objects.count() == 1
    with pytest.raises(CouponUnusable):
        redeem_coupon(shop.clerk, code=shop.code, bill=HUNDRED, key="receipt-2", now=NOW)


def test_the_key_of_a_sale_redeems_no_other_coupon(shop):
    redeem_coupon(shop.clerk, code=shop.code, bill=HUNDRED, key="receipt-1", now=NOW)
    (next_one,) = members(shop.brand, 1, start=100)
    give(shop.manager, batch=shop.batch, members=[next_one.pk], now=NOW)
    other = code_of(shop.brand.pk, reference=shop.batch.reference, number=1)

    with pytest.raises(AlreadyHeld):  # the page of the sale before, come back to
        redeem_coupon(shop.clerk, code=other, bill=HUNDRED, key="receipt-1", now=NOW)

    assert Coupon.objects.get(number=1).state == CouponState.FREE
    with pytest.raises(NotAllowed):
        redeem_coupon(
            an_actor(shop.brand, Role.ANALYST), code=shop.code, bill=HUNDRED, key="receipt-1",
            now=NOW,
        )  # fmt: skip


def test_no_printed_coupon_for_counters_where_uses_per_customer_are_limited(shop):
    promotion = shop.batch.promotion
    version = promotion.versions.get()
    version.document["max_per_customer"] = 1
    version.save()

    with pytest.raises(Invalid) as refusal:  # nobody at a counter could be counted
        issued(shop.manager, promotion, 2)

    assert refusal.value.details["field"] == "counter_sale"
    assert issued(shop.manager, promotion, 2, counter_sale=False).bearer


def test_too_small_a_bill_leaves_it_unused_and_says_what_is_missing(shop):
    tried = try_coupon(shop.clerk, code=shop.code, bill=Bill(amount=8800), now=NOW)
    assert (tried.off, tried.why.missing) == (0, 1200)

    with pytest.raises(CouponGivesNothing):
        redeem_coupon(shop.clerk, code=shop.code, bill=Bill(amount=8800), key="r", now=NOW)
    assert usable_by(shop.owner, [shop.code], now=NOW)


def test_R184_out_of_time_invented_or_not_for_counters_look_alike(shop):
    with pytest.raises(CouponUnusable):
        try_coupon(shop.clerk, code=shop.code, bill=HUNDRED, now=NOW + 31 * DAY)
    with pytest.raises(CouponUnusable):
        try_coupon(shop.clerk, code="0000-0000-0000-0000-0", bill=HUNDRED, now=NOW)
    type(shop.batch).objects.update(counter_sale=False)
    with pytest.raises(CouponUnusable):
        try_coupon(shop.clerk, code=shop.code, bill=HUNDRED, now=NOW)


def test_only_who_may_and_only_a_bill(shop):
    with pytest.raises(NotAllowed):
        try_coupon(an_actor(shop.brand, Role.ANALYST), code=shop.code, bill=HUNDRED, now=NOW)
    with pytest.raises(Invalid):
        try_coupon(shop.clerk, code=shop.code, bill=Bill(), now=NOW)
    other = an_actor(a_brand(), Role.CAMPAIGN_MANAGER)
    with pytest.raises(CouponUnusable):
        try_coupon(other, code=shop.code, bill=HUNDRED, now=NOW)


def test_the_page_says_what_it_takes_off_and_uses_it(shop):
    clerk = signed_in(shop.clerk)
    page = clerk.get(reverse("desk:counter"))
    sent = {"code": shop.code.lower(), "amount": "100", "key": page.context["form"]["key"].value()}

    tried = clerk.post(reverse("desk:counter"), {**sent, "try": "1"})
    assert "¥90.00" in text_of(tried)
    assert Coupon.objects.get().state == CouponState.FREE
    done = clerk.post(reverse("desk:counter"), {**sent, "redeem": "1"})

    assert done.status_code == 302
    assert Coupon.objects.get().state == CouponState.USED
    refused = clerk.post(reverse("desk:counter"), {**sent, "key": "other", "redeem": "1"})
    assert refused.status_code == 422
    assert "it was used, is out of its time" in text_of(refused)
    assert clerk.post(reverse("desk:counter"), {"code": "x"}).status_code == 422


def test_articles_are_named_with_their_pieces(shop):
    open_mall(shop.brand)
    an_article(shop.brand, "CUP", 4000)
    clerk = signed_in(shop.clerk)
    sent = {"code": shop.code, "try": "1", "key": "k"}

    assert "¥110.00" in text_of(clerk.post(reverse("desk:counter"), {**sent, "skus": "CUP*3"}))
    twice = clerk.post(reverse("desk:counter"), {**sent, "skus": "CUP, CUP×2"})
    assert "¥110.00" in text_of(twice)
    wrong = clerk.post(reverse("desk:counter"), {**sent, "skus": "CUP*x"})
    assert "skus" in wrong.context["form"].errors


@pytest.mark.django_db(transaction=True)
def test_R160_a_counter_and_a_cart_at_once_use_it_once():
    shop = Shop()
    clerks = [
        replace(shop.clerk, organisation_id=a_partner(shop.brand, "retailer").pk) for _ in range(16)
    ]
    gate = threading.Barrier(16)

    def press(clerk):
        gate.wait()
        try:
            redeem_coupon(clerk, code=shop.code, bill=HUNDRED, key="r", now=NOW)
        except (CouponGone, CouponUnusable):
            return 0
        finally:
            connection.close()
        return 1

    with ThreadPoolExecutor(16) as pool:
        assert sum(pool.map(press, clerks)) == 1
    counter = Counter.objects.get()
    assert (counter.uses, counter.spent) == (1, 1000)
