"""Coupons, rewards and returns over REST: issued, tried, used once; sent; refunded."""

import pytest

from hefu.apps.campaigns.models import Coupon, CouponState, Redemption
from hefu.apps.orders.models import OrderRefund
from tests.apps.campaigns.coupons.rows import a_promotion
from tests.apps.campaigns.coupons.test_counter import Shop
from tests.apps.campaigns.returns.test_returns import bought
from tests.apps.campaigns.shop.test_shop import a_reward, rich, take
from tests.apps.orders.shop import a_buyer, an_article, open_mall
from tests.factories import a_brand
from tests.surfaces.api.conftest import Caller, a_key

pytestmark = pytest.mark.django_db


def caller_of(brand, *scopes):
    return Caller(a_key(brand, *([scopes] if scopes else []))[1])


def test_coupons_are_issued_once_per_key():
    brand = a_brand()
    a_promotion(brand)
    call = caller_of(brand)
    wanted = {
        "promotion": "welcome", "title": "新会员券", "quantity": 10,
        "valid_from": "2026-11-01T00:00:00Z", "valid_until": "2027-01-01T00:00:00Z",
    }  # fmt: skip

    first = call.post("coupons/issues", wanted, **{"Idempotency-Key": "k"})
    again = call.post("coupons/issues", wanted, **{"Idempotency-Key": "k"})

    assert (first["id"], first["issued"], first["printed"]) == (again["id"], 10, True)
    assert call.get("coupons/issues")["items"][0]["title"] == "新会员券"
    assert call.get(f"coupons/issues/{first['id']}")["quantity"] == 10
    call.post("coupons/issues", {**wanted, "promotion": "nothing"})
    call.refused(404, "not_found")


def test_R160_a_till_tries_a_coupon_and_uses_it_once():
    shop = Shop()
    till = caller_of(shop.brand)
    bill = {"code": shop.code, "amount": 10000}

    tried = till.post("coupons/try", bill)
    assert (tried["off"], tried["to_pay"], tried["failed"]) == (1000, 9000, "")
    short = till.post("coupons/try", {**bill, "amount": 8800})
    assert (short["failed"], short["missing"]) == ("spend", 1200)
    done = till.post("coupons/redeem", bill, **{"Idempotency-Key": "receipt-1"})
    again = till.post("coupons/redeem", bill, **{"Idempotency-Key": "receipt-1"})

    assert done == again
    assert done["total"] == 9000
    assert Coupon.objects.get().state == CouponState.USED
    till.post("coupons/redeem", bill, **{"Idempotency-Key": "receipt-2"})
    till.refused(404, "campaigns.coupon_unusable")


def test_rewards_are_sent_by_the_warehouse():
    brand = a_brand()
    (member,) = rich(brand)
    taken = take(member, a_reward(brand))
    call = caller_of(brand)

    assert call.get("rewards")["items"][0]["left"] == 1
    (listed,) = call.get("rewards/redemptions?waiting=true")["items"]
    assert "receiver" not in listed
    assert call.get(f"rewards/redemptions/{taken.pk}")["receiver"]["phone"] == "13800138000"
    parcel = {"carrier": "SF", "tracking": "SF1"}
    assert call.post(f"rewards/redemptions/{taken.pk}/ship", parcel)["state"] == "shipped"
    assert call.get("rewards/redemptions?waiting=true")["items"] == []
    call.post(f"rewards/redemptions/{taken.pk}/delivered", None)
    assert call.get(f"rewards/redemptions/{taken.pk}")["receiver"] == {}
    assert Redemption.objects.get().receiver == ""


def test_goods_come_back_at_what_was_paid_for_them():
    brand = a_brand()
    open_mall(brand)
    an_article(brand, "BIG", 12000)
    an_article(brand, "SMALL", 9000)
    order = bought(brand, a_buyer(brand))
    call = caller_of(brand)

    lines = call.get(f"sales/{order.number}/returns/lines")
    small = next(line["line"] for line in lines if line["sku"] == "SMALL")
    shown = call.post(f"sales/{order.number}/returns/preview", {"units": {small: 1}})
    assert shown["amount"] == 7714
    deed = {"units": {small: 1}, "reason": "seven_days", "expected": 9000}
    call.post(f"sales/{order.number}/returns", deed)
    call.refused(409, "campaigns.refund_changed")
    deed["expected"] = 7714
    first = call.post(f"sales/{order.number}/returns", deed, **{"Idempotency-Key": "r"})
    again = call.post(f"sales/{order.number}/returns", deed, **{"Idempotency-Key": "r"})

    assert first == again
    assert OrderRefund.objects.get().amount == 7714
    call.post(f"sales/{order.number}/returns/preview", {"units": {"nothing": 1}})
    call.refused(409, "promotions.return_refused")
