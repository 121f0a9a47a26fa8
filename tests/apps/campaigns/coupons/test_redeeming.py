"""A coupon is used once, by whom it belongs to, and lives again when the order comes to nothing."""

import threading
from concurrent.futures import ThreadPoolExecutor

import pytest
from django.db import connection
from hypothesis import given
from hypothesis import strategies as st

from hefu.apps.campaigns.coupon_codes import code_of, read_coupon
from hefu.apps.campaigns.errors.coupons import CouponGone, CouponUnusable
from hefu.apps.campaigns.models import Coupon, CouponState
from hefu.apps.campaigns.selectors.coupons import find_coupon, outstanding, usable_by, wallet_for
from hefu.apps.campaigns.services.coupons import give
from hefu.apps.campaigns.services.redeeming import (
    confirm_coupons,
    hold_coupons,
    release_coupons,
)
from hefu.core.actor import consumer
from hefu.core.codes import TypingError
from hefu.core.permissions import Role
from tests.apps.campaigns.coupons.rows import DAY, a_promotion, a_use, issued, members
from tests.factories import NOW, a_brand, an_actor


def printed(batch, number=0):
    return code_of(batch.brand_id, reference=batch.reference, number=number)


@given(st.integers(0, 2**20 - 1), st.integers(0, 2**30 - 1))
def test_a_code_reads_back_and_only_under_its_brand(reference, number):
    code = code_of(7, reference=reference, number=number)

    assert read_coupon(7, code.lower()) == (reference, number)
    assert read_coupon(8, code) is None


@given(st.integers(0, 16), st.sampled_from("0123456789ABCDEFGHJKMNPQRSTVWXYZ"))
def test_a_wrong_character_is_a_slip_of_the_hand(place, char):
    code = code_of(7, reference=5, number=9).replace("-", "")
    wrong = code[:place] + char + code[place + 1 :]
    if wrong != code:
        with pytest.raises(TypingError):
            read_coupon(7, wrong)


@pytest.fixture
def mine(brand, manager):
    """A member and his one coupon's code."""
    (member,) = members(brand, 1)
    promotion = a_promotion(brand)
    batch = issued(manager, promotion, 10)
    batch.bearer = False
    type(batch).objects.filter(pk=batch.pk).update(issued=0, bearer=False)
    give(manager, batch=batch, members=[member.pk], now=NOW)
    actor = consumer(brand_id=brand.pk, member_id=member.pk)
    return actor, promotion, wallet_for(actor, now=NOW)[0].code


@pytest.mark.django_db
def test_a_coupon_held_is_usable_nowhere_else_and_free_after_release(mine):
    actor, promotion, code = mine
    assert usable_by(actor, [code, "nonsense"], now=NOW) == {code: promotion.code}
    use = a_use(promotion)

    hold_coupons(actor, uses={code: use}, now=NOW)

    assert usable_by(actor, [code], now=NOW) == {}
    with pytest.raises(CouponGone):
        hold_coupons(actor, uses={code: a_use(promotion, "orders.order:2")}, now=NOW)
    assert release_coupons(actor, uses=[use.pk], now=NOW) == 1
    assert usable_by(actor, [code], now=NOW) == {code: promotion.code}


@pytest.mark.django_db
def test_R160_a_used_coupon_is_used_for_good_unless_everything_comes_back(mine):
    actor, promotion, code = mine
    use = a_use(promotion)
    hold_coupons(actor, uses={code: use}, now=NOW)

    assert confirm_coupons(actor, uses=[use.pk], now=NOW) == 1
    assert confirm_coupons(actor, uses=[use.pk], now=NOW) == 0
    assert release_coupons(actor, uses=[use.pk], now=NOW) == 0
    assert find_coupon(actor, code).state == CouponState.USED
    assert outstanding(promotion, now=NOW) == 0
    assert release_coupons(actor, uses=[use.pk], used_too=True, now=NOW) == 1
    assert outstanding(promotion, now=NOW) == 1


@pytest.mark.django_db
def test_R184_a_coupon_ends_at_the_instant_announced(mine):
    actor, _, code = mine
    end = NOW + 30 * DAY

    assert usable_by(actor, [code], now=end - DAY / 86_400)
    assert not usable_by(actor, [code], now=end)


@pytest.mark.django_db
def test_another_members_another_brands_and_invented_codes_look_alike(mine, brand):
    _, promotion, code = mine
    stranger = consumer(brand_id=brand.pk, member_id=999)
    elsewhere = consumer(brand_id=a_brand().pk, member_id=999)

    assert usable_by(stranger, [code], now=NOW) == {}
    assert usable_by(elsewhere, [code], now=NOW) == {}
    with pytest.raises(CouponUnusable):
        hold_coupons(stranger, uses={code: a_use(promotion)}, now=NOW)
    for text in ("ABC", "0000-0000-0000-0000-0", "１２３４"):
        with pytest.raises(CouponUnusable):
            find_coupon(stranger, text)


@pytest.mark.django_db
def test_printed_coupons_are_a_range_until_somebody_uses_one(brand, manager):
    promotion = a_promotion(brand)
    batch = issued(manager, promotion, 1_000_000)
    anybody = consumer(brand_id=brand.pk, member_id=1)
    assert not Coupon.objects.exists()

    hold_coupons(anybody, uses={printed(batch, 999_999): a_use(promotion)}, now=NOW)

    assert Coupon.objects.count() == 1
    with pytest.raises(CouponUnusable):
        find_coupon(anybody, printed(batch, 1_000_000))


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("bearer", [True, False])
def test_R160_sixty_four_hands_use_one_coupon_once(bearer):
    brand = a_brand()
    manager = an_actor(brand, Role.CAMPAIGN_MANAGER)
    promotion = a_promotion(brand)
    batch = issued(manager, promotion, 1)
    (member,) = members(brand, 1)
    if not bearer:
        type(batch).objects.filter(pk=batch.pk).update(issued=0, bearer=False)
        batch.refresh_from_db()
        give(manager, batch=batch, members=[member.pk], now=NOW)
    uses = [a_use(promotion, f"orders.order:{n}") for n in range(64)]
    actor = consumer(brand_id=brand.pk, member_id=member.pk)
    gate = threading.Barrier(64)

    def grab(use):
        gate.wait()
        try:
            return hold_coupons(actor, uses={printed(batch): use}, now=NOW)
        except CouponGone:
            return 0
        finally:
            connection.close()

    with ThreadPoolExecutor(64) as pool:
        assert sum(pool.map(grab, uses)) == 1


@pytest.mark.django_db(transaction=True)
def test_two_workers_give_nobody_two_coupons():
    brand = a_brand()
    manager = an_actor(brand, Role.CAMPAIGN_MANAGER)
    crowd = [member.pk for member in members(brand, 40)]
    batch = issued(manager, a_promotion(brand), 30)
    type(batch).objects.filter(pk=batch.pk).update(issued=0, bearer=False)
    gate = threading.Barrier(8)

    def hand_out(_):
        gate.wait()
        try:
            return give(manager, batch=batch, members=crowd, now=NOW)
        finally:
            connection.close()

    with ThreadPoolExecutor(8) as pool:
        assert sum(pool.map(hand_out, range(8))) == 30
    assert Coupon.objects.values("member_id").distinct().count() == 30
