"""The points shop: the last one goes to one, the loser keeps his coins, and all can be undone."""

import threading
from concurrent.futures import ThreadPoolExecutor

import pytest
from django.db import connection

from hefu.apps.campaigns.errors.shop import RedemptionMoved, RewardGone, RewardLimit
from hefu.apps.campaigns.models import CouponBatch, Redemption, RedemptionState
from hefu.apps.campaigns.selectors.coupons import find_coupon, usable_by, wallet_for
from hefu.apps.campaigns.selectors.shop import redemptions_for, reward_by_id, rewards_on_offer
from hefu.apps.campaigns.services.redeeming import hold_coupons
from hefu.apps.campaigns.services.redemptions import (
    cancel_redemption,
    confirm_delivery,
    redeem,
    ship_redemption,
)
from hefu.apps.campaigns.services.shop import (
    RewardTerms,
    better_reward,
    offer_reward,
    withdraw_reward,
)
from hefu.apps.ledger import selectors as ledger_reads
from hefu.apps.ledger import services as ledger
from hefu.apps.ledger.errors import InsufficientBalance
from hefu.core.actor import consumer
from hefu.core.errors import Invalid, NotAllowed, NotFound
from hefu.core.permissions import Role
from tests.apps.campaigns.coupons.rows import DAY, a_promotion, a_use, issued, members
from tests.factories import NOW, a_brand, an_actor, operator

HOME = {"name": "李雷", "phone": "13800138000", "address": "广州市天河区 1 号"}


@pytest.fixture
def brand():
    return a_brand()


def a_reward(brand, **about):
    terms = {
        "slug": "cup", "title": "杯子", "kind": "goods", "currency": "C", "price": 30, "stock": 2,
        "starts_at": NOW,
    } | about  # fmt: skip
    manager = an_actor(brand, Role.CAMPAIGN_MANAGER)
    return offer_reward(manager, terms=RewardTerms(**terms), now=NOW)


def rich(brand, coins=100, currency="C", count=1):
    """Members with coins, as actors."""
    people = [consumer(brand_id=brand.pk, member_id=one.pk) for one in members(brand, count)]
    grants = [
        ledger.Grant(key=f"start:{one.member_id}", member_id=one.member_id, amount=coins)
        for one in people
    ]
    ledger.grant_many(operator(brand), grants=grants, currency=currency, now=NOW)
    return people


def coins_of(actor, currency="C"):
    return ledger_reads.balance_for(actor, actor.member_id, currency=currency).available


def take(actor, reward, key="k1", **about):
    return redeem(actor, reward=reward, key=key, receiver=HOME, now=NOW, **about)


@pytest.mark.django_db(transaction=True)
def test_R146_two_hands_on_the_last_one():
    brand = a_brand()
    reward = a_reward(brand, stock=1)
    people = rich(brand, count=8)
    gate = threading.Barrier(8)

    def grab(actor):
        gate.wait()
        try:
            return take(actor, reward)
        except RewardGone:
            return None
        finally:
            connection.close()

    with ThreadPoolExecutor(8) as pool:
        got = list(pool.map(grab, people))

    assert sum(one is not None for one in got) == 1
    assert sorted(coins_of(one) for one in people) == [70] + [100] * 7
    reward.refresh_from_db()
    assert reward.left == 0
    assert not ledger_reads.imbalances()


@pytest.mark.django_db(transaction=True)
def test_one_request_from_eight_hands_is_one_redemption():
    brand = a_brand()
    reward = a_reward(brand, stock=5)
    (actor,) = rich(brand)
    gate = threading.Barrier(8)

    def grab(_):
        gate.wait()
        try:
            return take(actor, reward).pk
        finally:
            connection.close()

    with ThreadPoolExecutor(8) as pool:
        assert len(set(pool.map(grab, range(8)))) == 1
    reward.refresh_from_db()
    assert (reward.left, coins_of(actor)) == (4, 70)


@pytest.mark.django_db(transaction=True)
def test_the_limit_holds_against_eight_hands_of_one_member():
    brand = a_brand()
    reward = a_reward(brand, stock=9, price=1, per_member=2)
    (actor,) = rich(brand)
    gate = threading.Barrier(8)

    def grab(n):
        gate.wait()
        try:
            return take(actor, reward, key=f"k{n}").pk
        except RewardLimit:
            return None
        finally:
            connection.close()

    with ThreadPoolExecutor(8) as pool:
        assert sum(pk is not None for pk in pool.map(grab, range(8))) == 2
    reward.refresh_from_db()
    assert (reward.left, coins_of(actor)) == (7, 98)


@pytest.mark.django_db
def test_too_few_coins_and_nothing_moves(brand):
    reward = a_reward(brand, price=101)
    (actor,) = rich(brand)

    with pytest.raises(InsufficientBalance):
        take(actor, reward)

    reward.refresh_from_db()
    assert (reward.left, coins_of(actor)) == (2, 100)
    assert not Redemption.objects.exists()


@pytest.mark.django_db
def test_cancelled_everything_goes_back_and_the_slot_is_free(brand):
    reward = a_reward(brand, per_member=1)
    (actor,) = rich(brand)
    first = take(actor, reward)
    with pytest.raises(RewardLimit):
        take(actor, reward, key="k2")

    cancel_redemption(actor, redemption=first, now=NOW)

    reward.refresh_from_db()
    assert (reward.left, coins_of(actor)) == (2, 100)
    with pytest.raises(RedemptionMoved):
        cancel_redemption(actor, redemption=first, now=NOW)
    assert take(actor, reward, key="k3").n == 1
    assert not ledger_reads.imbalances()


@pytest.mark.django_db
def test_a_redemption_is_shipped_delivered_and_its_address_forgotten(brand):
    reward = a_reward(brand)
    (actor,) = rich(brand)
    agent = an_actor(brand, Role.SERVICE_AGENT)
    redemption = take(actor, reward)
    with pytest.raises(RedemptionMoved):
        confirm_delivery(actor, redemption=redemption, now=NOW)
    with pytest.raises(Invalid):
        ship_redemption(agent, redemption=redemption, carrier="顺丰", tracking=" ", now=NOW)

    ship_redemption(agent, redemption=redemption, carrier="顺丰", tracking="SF1", now=NOW)
    with pytest.raises(RedemptionMoved) as refusal:
        cancel_redemption(actor, redemption=redemption, now=NOW)
    done = confirm_delivery(actor, redemption=redemption, now=NOW + 3 * DAY)

    assert refusal.value.details["state"] == "shipped"
    assert done.state == RedemptionState.DELIVERED
    assert done.receiver == ""


@pytest.mark.django_db
def test_a_coupon_for_points_lies_in_the_wallet_at_once(brand):
    manager = an_actor(brand, Role.CAMPAIGN_MANAGER)
    promotion = a_promotion(brand)
    batch = issued(manager, promotion, 5)
    CouponBatch.objects.filter(pk=batch.pk).update(bearer=False, issued=0)
    batch.refresh_from_db()
    reward = a_reward(brand, slug="ten", kind="coupon", currency="P", coupons=batch)
    (actor,) = rich(brand, currency="P")

    first = redeem(actor, reward=reward, key="a", now=NOW)
    second = redeem(actor, reward=reward, key="b", now=NOW)

    codes = [card.code for card in wallet_for(actor, now=NOW)]
    assert len(usable_by(actor, codes, now=NOW)) == 2
    assert coins_of(actor, "P") == 40
    hold_coupons(actor, uses={codes[0]: a_use(promotion)}, now=NOW)
    held = find_coupon(actor, codes[0]).coupon
    used, unused = (first, second) if first.coupon == held else (second, first)
    with pytest.raises(RedemptionMoved):
        cancel_redemption(actor, redemption=used, now=NOW)
    cancel_redemption(actor, redemption=unused, now=NOW)
    assert coins_of(actor, "P") == 70


@pytest.mark.django_db
def test_before_after_and_withdrawn(brand):
    (actor,) = rich(brand)
    early = a_reward(brand, slug="early", starts_at=NOW + DAY, ends_at=NOW + 2 * DAY)
    over = a_reward(brand, slug="over", starts_at=NOW - 2 * DAY, ends_at=NOW)
    gone = a_reward(brand, slug="gone")
    manager = an_actor(brand, Role.CAMPAIGN_MANAGER)
    with pytest.raises(Invalid):
        withdraw_reward(manager, reward=gone, reason="", now=NOW)
    withdraw_reward(manager, reward=gone, reason="faulty goods", now=NOW)

    for reward, reason in ((early, "not_yet"), (over, "over"), (gone, "withdrawn")):
        with pytest.raises(RewardGone) as refusal:
            take(actor, reward)
        assert refusal.value.details["reason"] == reason
    assert [one.slug for one in rewards_on_offer(actor, now=NOW)] == ["early"]


@pytest.mark.django_db
def test_announced_terms_only_get_better(brand):
    reward = a_reward(brand, per_member=1, ends_at=NOW + DAY)
    manager = an_actor(brand, Role.CAMPAIGN_MANAGER)
    for worse in ({"price": 31}, {"more": -1}, {"ends_at": NOW}, {"per_member": 0}):
        with pytest.raises(Invalid) as refusal:
            better_reward(manager, reward=reward, now=NOW, **worse)
        assert refusal.value.details["rule"] == "worse"

    better_reward(
        manager, reward=reward, price=20, more=3, ends_at=NOW + 9 * DAY, per_member=2, now=NOW
    )

    reward = reward_by_id(manager, reward.pk)
    assert (reward.price, reward.stock, reward.left, reward.per_member) == (20, 5, 5, 2)


@pytest.mark.django_db
def test_of_two_hands_on_the_terms_the_better_ones_stand(brand):
    seen = a_reward(brand, per_member=1)
    manager = an_actor(brand, Role.CAMPAIGN_MANAGER)
    better_reward(manager, reward=reward_by_id(manager, seen.pk), price=10, per_member=5, now=NOW)

    with pytest.raises(Invalid) as refusal:  # read before the other hand wrote
        better_reward(manager, reward=seen, price=20, per_member=2, now=NOW)

    assert refusal.value.details["rule"] == "worse"
    reward = reward_by_id(manager, seen.pk)
    assert (reward.price, reward.per_member) == (10, 5)


@pytest.mark.django_db
def test_a_cancelled_reward_forgets_the_address_and_gives_coins_back_though_their_time_is_up(brand):
    reward = a_reward(brand)
    (member,) = members(brand, 1)
    actor = consumer(brand_id=brand.pk, member_id=member.pk)
    short = ledger.Grant(key="s", member_id=member.pk, amount=30, expires_at=NOW + DAY)
    ledger.grant_many(operator(brand), grants=[short], now=NOW)
    taken = take(actor, reward)

    cancel_redemption(actor, redemption=taken, now=NOW + 3 * DAY)

    taken.refresh_from_db()
    assert taken.receiver == ""
    later = ledger_reads.balance_for(actor, member.pk, now=NOW + 4 * DAY)
    assert later.available == 30


@pytest.mark.django_db
def test_bad_terms_and_strangers(brand):
    with pytest.raises(Invalid) as refusal:
        a_reward(brand, price=0)
    assert refusal.value.details["field"] == "price"
    with pytest.raises(Invalid) as refusal:
        a_reward(brand, kind="coupon")
    assert refusal.value.details["field"] == "coupons"
    reward = a_reward(brand)
    with pytest.raises(Invalid) as refusal:
        a_reward(brand)
    assert refusal.value.details == {"field": "slug", "rule": "taken", "value": "cup"}
    actor, other = rich(brand, count=2)
    with pytest.raises(Invalid) as refusal:
        redeem(actor, reward=reward, key="k", receiver={"name": "李"}, now=NOW)
    assert refusal.value.details["field"] == "phone"
    mine = take(actor, reward)
    with pytest.raises(NotFound):
        cancel_redemption(other, redemption=mine, now=NOW)
    assert list(redemptions_for(other)) == []
    with pytest.raises(NotFound):
        take(consumer(brand_id=a_brand().pk, member_id=1), reward)
    with pytest.raises(NotAllowed):
        ship_redemption(
            an_actor(brand, Role.ANALYST), redemption=mine, carrier="x", tracking="y", now=NOW
        )
