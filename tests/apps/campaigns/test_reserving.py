"""Holding what a quote gives: all or nothing, exactly to the limit, whoever else is at it."""

from dataclasses import replace
from datetime import timedelta
from itertools import count
from threading import Barrier, Thread

import pytest
from django.db import connections
from hypothesis import given, settings
from hypothesis import strategies as st

from hefu.apps.campaigns.errors.promotions import (
    AlreadyHeld,
    BudgetSpent,
    HoldEnded,
    LimitReached,
    NotRunning,
)
from hefu.apps.campaigns.models import (
    Counter,
    CustomerSlot,
    OrderHold,
    PartnerCharge,
    PromotionUse,
    UseState,
)
from hefu.apps.campaigns.selectors.quoting import Known, quote
from hefu.apps.campaigns.services import promotions as lives
from hefu.apps.campaigns.services.charging import credit_return, parts_of
from hefu.apps.campaigns.services.reserving import confirm, expire_holds, release, reserve
from hefu.core.errors import DomainError, Invalid, NotFound
from hefu.core.promotions import OrderOff, Scope, Tier, Tiered
from hefu.core.promotions import Promotion as Rule
from tests.apps.campaigns.promoting import a_cart, a_house, later, launched
from tests.factories import NOW, a_partner

OFF = Rule(id="off", title="满减", currency="CNY",
           benefit=Tiered(tiers=(Tier(at_least=1_000, amount=300),)))  # fmt: skip
_keys = count(1)


def quoted(house, goods=None, *, who="p", now=NOW):
    known = Known(pseudonym=who)
    return quote(house.system, cart=a_cart(goods or {"mug": 3}), known=known, now=now)


def held(house, *, key="", who="p", goods=None, expires_at=None, now=NOW):
    priced = quoted(house, goods, who=who, now=now)
    return reserve(
        house.system, order_key=key or f"o{next(_keys)}", quoted=priced, expires_at=expires_at,
        now=now,
    )  # fmt: skip


def counted(row):
    counter = Counter.objects.get(promotion=row)
    return counter.uses, counter.spent


@pytest.mark.django_db
def test_a_hold_is_confirmed_once_and_released_never_after():
    house = a_house()
    row = launched(house, OFF)
    hold = held(house, key="one")
    assert (hold.state, hold.total, counted(row)) == ("held", 2_700, (1, 300))

    for _ in range(2):
        confirm(house.system, order_key="one", now=NOW)
    with pytest.raises(AlreadyHeld):
        release(house.system, order_key="one", because="cancelled", now=NOW)

    assert counted(row) == (1, 300)
    assert PromotionUse.objects.get().state == UseState.CONFIRMED


@pytest.mark.django_db
def test_a_released_hold_gives_everything_back_and_reopening_reserves_again():
    house = a_house()
    row = launched(house, replace(OFF, max_per_customer=1))
    held(house, key="one")
    for _ in range(2):
        release(house.system, order_key="one", because="cancelled", now=NOW)
    assert (counted(row), CustomerSlot.objects.count()) == ((0, 0), 0)
    with pytest.raises(HoldEnded):
        confirm(house.system, order_key="one", now=NOW)

    hold = held(house, key="one")

    assert (hold.round, hold.state, counted(row)) == (2, "held", (1, 300))
    assert list(PromotionUse.objects.order_by("round").values_list("round", "state")) == [
        (1, "released"), (2, "held"),
    ]  # fmt: skip


@pytest.mark.django_db
def test_one_key_and_one_cart_are_one_hold_another_cart_is_refused():
    house = a_house()
    row = launched(house, OFF)
    first = held(house, key="one")

    assert held(house, key="one").pk == first.pk
    with pytest.raises(AlreadyHeld):
        held(house, key="one", goods={"mug": 4})

    assert counted(row) == (1, 300)


@pytest.mark.django_db
def test_R227_a_budget_of_10000_stops_at_10000_and_refuses_the_next_cent():
    house = a_house()
    row = launched(house, OFF, budget=1_000_000)
    Counter.objects.filter(promotion=row).update(spent=999_700)
    stale = quoted(house)
    held(house)
    assert counted(row) == (1, 1_000_000)

    with pytest.raises(BudgetSpent) as refused:
        reserve(house.system, order_key="late", quoted=stale, expires_at=None, now=NOW)

    assert refused.value.details == {"promotion": "off", "left": 0, "asked": 300}
    assert not OrderHold.objects.filter(order_key="late").exists()
    assert quoted(house).quote.total == 3_000  # the next quote says so


@pytest.mark.django_db
def test_R227_the_rest_is_granted_where_that_is_declared():
    house = a_house()
    row = launched(house, replace(OFF, at_budget_edge="grant_rest"), budget=1_000)

    totals = [held(house).total for _ in range(5)]

    assert totals == [2_700, 2_700, 2_700, 2_900, 3_000]
    assert counted(row) == (4, 1_000)


@pytest.mark.django_db
def test_all_or_nothing_the_promotion_that_fails_is_named():
    house = a_house()
    rows = [
        launched(house, Rule(id=name, benefit=OrderOff(amount=100), currency="CNY", lane=3))
        for name in ("a", "z")
    ]
    stale = quoted(house)
    Counter.objects.filter(promotion=rows[1]).update(budget=99)

    with pytest.raises(BudgetSpent) as refused:
        reserve(house.system, order_key="one", quoted=stale, expires_at=None, now=NOW)

    assert refused.value.details == {"promotion": "z", "left": 99, "asked": 100}
    assert [counted(row) for row in rows] == [(0, 0), (0, 0)]
    assert not PromotionUse.objects.exists()


@pytest.mark.django_db
def test_a_limit_per_customer_is_his_alone_and_needs_a_customer():
    house = a_house()
    launched(house, replace(OFF, max_per_customer=2, max_uses=3))
    stale = quoted(house)
    held(house)
    held(house)
    with pytest.raises(LimitReached) as refused:
        reserve(house.system, order_key="third", quoted=stale, expires_at=None, now=NOW)
    assert refused.value.details == {"promotion": "off", "limit": "customer", "most": 2}
    assert held(house).total == 3_000  # quoted again, without it

    other, last = quoted(house, who="q"), quoted(house, who="r")
    reserve(house.system, order_key="q", quoted=other, expires_at=None, now=NOW)
    with pytest.raises(LimitReached) as refused:
        reserve(house.system, order_key="r", quoted=last, expires_at=None, now=NOW)
    assert refused.value.details == {"promotion": "off", "limit": "all", "most": 3}
    Counter.objects.update(max_uses=None)
    with pytest.raises(Invalid):
        reserve(
            house.system, order_key="nobody", quoted=replace_customer(stale), expires_at=None,
            now=NOW,
        )  # fmt: skip


def replace_customer(one):
    return replace(one, facts=replace(one.facts, customer=""))


@pytest.mark.django_db
def test_a_stopped_promotion_is_not_held_but_what_is_held_may_be_paid():
    house = a_house()
    row = launched(house, OFF)
    stale = quoted(house)
    held(house, key="before")
    lives.stop(house.writer, promotion=row, reason="wrong", now=NOW)

    with pytest.raises(NotRunning):
        reserve(house.system, order_key="after", quoted=stale, expires_at=None, now=NOW)

    assert confirm(house.system, order_key="before", now=NOW).state == "confirmed"


@pytest.mark.django_db
def test_what_is_not_paid_in_time_is_released_by_the_clock():
    house = a_house()
    row = launched(house, OFF)
    held(house, key="slow", expires_at=later(minutes=10))
    held(house, key="paid", expires_at=later(minutes=10))
    confirm(house.system, order_key="paid", now=NOW)

    assert expire_holds(later(minutes=9)) == 0
    assert expire_holds(later(minutes=10)) == 1

    assert counted(row) == (1, 300)
    assert OrderHold.objects.get(order_key="slow").state == UseState.RELEASED


@pytest.mark.django_db
def test_another_brands_order_is_not_found():
    house, other = a_house(), a_house()
    launched(house, OFF)
    held(house, key="mine")

    for deed in (confirm, lambda actor, **said: release(actor, because="x", **said)):
        with pytest.raises(NotFound):
            deed(other.system, order_key="mine", now=NOW)


def test_R147_a_share_of_60_and_40_of_1000_01_sums_to_the_cent():
    assert parts_of(100_001, {1: 6_000, 2: 4_000}) == {1: 60_001, 2: 40_000}
    assert parts_of(100_001, {1: 6_000}) == {1: 60_001}
    assert parts_of(0, {1: 6_000}) == {}


@pytest.mark.django_db
def test_R147_partners_bear_their_part_on_payment_and_get_it_back_with_the_goods():
    house = a_house()
    partners = [a_partner(house.brand), a_partner(house.brand)]
    shares = {partners[0].pk: 6_000, partners[1].pk: 4_000}
    everything = Rule(id="joint", benefit=OrderOff(amount=100_001), currency="CNY")
    launched(house, everything, shares=shares, override="old stock")
    hold = held(house, key="joint", goods={"cooker": 3})
    assert not PartnerCharge.objects.exists()

    confirm(house.system, order_key="joint", now=NOW)
    assert borne(partners) == [60_001, 40_000]

    use = PromotionUse.objects.get(hold=hold)
    for _ in range(2):
        credit_return(house.system, use=use, discount_left=33_334, key="r1", now=NOW)
    assert borne(partners) == [20_000, 13_334]
    credit_return(house.system, use=use, discount_left=0, key="r2", now=NOW)
    assert borne(partners) == [0, 0]
    with pytest.raises(Invalid):
        credit_return(house.system, use=use, discount_left=100_002, key="r3", now=NOW)


@pytest.mark.django_db
def test_a_paid_order_undone_gives_partners_all_back():
    house = a_house()
    partner = a_partner(house.brand)
    row = launched(house, OFF, shares={partner.pk: 5_000})
    held(house, key="one")
    confirm(house.system, order_key="one", now=NOW)

    release(house.system, order_key="one", because="undone", paid_too=True, now=NOW)

    assert borne([partner]) == [0]
    assert counted(row) == (0, 0)


def borne(partners):
    return [
        sum(PartnerCharge.objects.filter(organisation_id=one.pk).values_list("amount", flat=True))
        for one in partners
    ]


def together(*deeds):
    """Run deeds at the same moment, each on a connection of its own; returns what they say."""
    barrier, said = Barrier(len(deeds)), []

    def run(deed):
        try:
            barrier.wait()
            said.append(deed())
        except DomainError as refusal:
            said.append(type(refusal))
        finally:
            connections.close_all()

    threads = [Thread(target=run, args=(deed,)) for deed in deeds]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return said


@pytest.mark.django_db(transaction=True)
def test_R227_many_at_once_stop_exactly_at_the_budget():
    house = a_house()
    row = launched(house, OFF, budget=3_000)
    stale = [quoted(house, who=f"p{n}") for n in range(16)]

    said = together(
        *(
            lambda n=n: (
                reserve(
                    house.system, order_key=f"o{n}", quoted=stale[n], expires_at=None, now=NOW
                ).state
            )
            for n in range(16)
        )
    )

    assert sorted(map(str, said)) == sorted([*["held"] * 10, *[str(BudgetSpent)] * 6])
    assert counted(row) == (10, 3_000)
    assert OrderHold.objects.count() == PromotionUse.objects.count() == 10


@pytest.mark.django_db(transaction=True)
def test_one_customer_at_many_tills_gets_his_slots_and_no_more():
    house = a_house()
    row = launched(house, replace(OFF, max_per_customer=2))
    stale = quoted(house)

    said = together(
        *(
            lambda n=n: (
                reserve(
                    house.system, order_key=f"o{n}", quoted=stale, expires_at=None, now=NOW
                ).state
            )
            for n in range(8)
        )
    )

    assert said.count("held") == 2
    assert said.count(LimitReached) == 6
    assert counted(row) == (2, 600)


@pytest.mark.django_db(transaction=True)
def test_payment_cancellation_and_clock_at_once_leave_one_end():
    house = a_house()
    row = launched(house, OFF)
    for n in range(4):
        held(house, key=f"o{n}", expires_at=NOW)
        together(
            lambda n=n: confirm(house.system, order_key=f"o{n}", now=NOW).state,
            lambda n=n: release(house.system, order_key=f"o{n}", because="x", now=NOW).state,
            lambda: expire_holds(NOW),
        )

    confirmed = OrderHold.objects.filter(state=UseState.CONFIRMED).count()
    assert not OrderHold.objects.filter(state=UseState.HELD).exists()
    assert counted(row) == (confirmed, confirmed * 300)


@pytest.mark.django_db(transaction=True)
def test_orders_of_the_same_promotions_never_wait_in_a_circle():
    house = a_house()
    shirts, cookers = (Scope(skus=frozenset({one})) for one in ("shirt", "cooker"))
    for name, scope in (("z", shirts), ("a", cookers)):
        launched(
            house,
            Rule(id=name, benefit=OrderOff(amount=100, scope=scope), currency="CNY", lane=3,
                 max_per_customer=99),
        )  # fmt: skip
    both = [quoted(house, {"shirt": 1, "cooker": 1}, who="p"),
            quoted(house, {"cooker": 1, "shirt": 1}, who="p")]  # fmt: skip

    said = together(
        *(
            lambda n=n: (
                reserve(
                    house.system, order_key=f"o{n}", quoted=both[n % 2], expires_at=None, now=NOW
                ).state
            )
            for n in range(8)
        )
    )

    assert said == ["held"] * 8


_DEEDS = st.lists(
    st.tuples(
        st.sampled_from(["reserve", "confirm", "release", "undo", "expire", "later"]),
        st.integers(0, 3),
    ),
    min_size=5, max_size=25,
)  # fmt: skip


@pytest.mark.django_db
@settings(max_examples=25, deadline=None)
@given(deeds=_DEEDS, budget=st.integers(0, 1_200))
def test_whatever_happens_the_counter_is_the_sum_of_what_is_held_and_used(deeds, budget):
    house = a_house()
    row = launched(
        house, replace(OFF, max_per_customer=2, at_budget_edge="grant_rest"), budget=budget
    )
    now = NOW
    for deed, n in deeds:
        key, who = f"o{n}", f"p{n % 2}"
        try:
            if deed == "reserve":
                held(house, key=key, who=who, expires_at=now + timedelta(minutes=5), now=now)
            elif deed == "confirm":
                confirm(house.system, order_key=key, now=now)
            elif deed in ("release", "undo"):
                release(house.system, order_key=key, because="x", paid_too=deed == "undo", now=now)
            elif deed == "expire":
                expire_holds(now)
            else:
                now += timedelta(minutes=3)
        except DomainError:
            pass
        alive = PromotionUse.objects.filter(promotion=row).exclude(state=UseState.RELEASED)
        amounts = list(alive.values_list("amount", flat=True))
        assert counted(row) == (len(amounts), sum(amounts))
        assert sum(amounts) <= budget
        assert CustomerSlot.objects.filter(promotion=row).count() == len(amounts)
