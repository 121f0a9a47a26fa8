"""Spent coins that come back: to their own lots, never more than was spent, once per key."""

import threading
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta

import pytest
from django.db import connection
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.django import TestCase

from hefu.apps.ledger import selectors, services
from hefu.apps.ledger.models import Lot
from hefu.core.errors import Invalid, NotAllowed, NotFound
from hefu.core.permissions import Role
from tests.apps.ledger.steps import DAY, LI, give, has, set_aside, spend
from tests.factories import NOW, a_brand, an_actor, operator


def give_back(clerk, amount, *, key="refund-1", spent="order-1", now=NOW, **about):
    return services.give_back(
        clerk, spent=spent, key=key, amount=amount, reason="returned", now=now, **about
    )


def left_by_lot():
    return list(Lot.objects.order_by("pk").values_list("remaining", flat=True))


@pytest.mark.django_db
def test_coins_return_to_their_lots_the_last_taken_first(clerk):
    give(clerk, 10, key="a", expires_at=NOW + DAY)
    give(clerk, 10, key="b", expires_at=NOW + 9 * DAY)
    spend(clerk, 15)

    give_back(clerk, 7)
    assert left_by_lot() == [2, 10]
    give_back(clerk, 8, key="refund-2")

    assert left_by_lot() == [10, 10]
    assert has(clerk) == 20
    assert selectors.book_is_balanced()
    assert not selectors.imbalances()


@pytest.mark.django_db
def test_never_more_than_was_spent_and_once_per_key(clerk):
    give(clerk, 10)
    spend(clerk, 6)
    assert not give_back(clerk, 4).repeated
    assert give_back(clerk, 4).repeated

    with pytest.raises(Invalid) as refusal:
        give_back(clerk, 3, key="refund-2")

    assert refusal.value.details["value"] == 2
    assert has(clerk) == 8
    assert not selectors.imbalances()


@pytest.mark.django_db
def test_of_a_hold_only_what_was_captured_comes_back(clerk):
    give(clerk, 10)
    set_aside(clerk, 8)
    services.capture(clerk, key="cart-1", amount=5, now=NOW)

    with pytest.raises(Invalid):
        give_back(clerk, 6, spent="cart-1")
    give_back(clerk, 5, spent="cart-1")

    assert has(clerk) == 10
    assert not selectors.imbalances()


@pytest.mark.django_db
def test_coins_of_a_dead_lot_die_with_it_unless_a_grace_is_declared(clerk):
    give(clerk, 10, expires_at=NOW + DAY)
    spend(clerk, 10)
    later = NOW + 5 * DAY
    services.expire_due(later)

    give_back(clerk, 4, now=later)
    give_back(clerk, 6, key="refund-2", now=later, grace=30 * DAY)
    services.expire_due(later)

    assert has(clerk, now=later) == 6
    services.expire_due(later + 31 * DAY)
    assert has(clerk, now=later + 31 * DAY) == 0
    assert not selectors.imbalances()


@pytest.mark.django_db
def test_only_who_may_and_only_what_was_spent(clerk, brand):
    give(clerk, 10)
    spend(clerk, 5)
    with pytest.raises(NotFound):
        give_back(clerk, 1, spent="welcome")  # a grant
    with pytest.raises(NotFound):
        give_back(operator(a_brand()), 1)
    with pytest.raises(NotAllowed):
        give_back(an_actor(brand, Role.SERVICE_AGENT), 1)


@pytest.mark.django_db
def test_a_grant_is_taken_back_in_parts_each_once(clerk):
    give(clerk, 10, key="earned")

    def take(amount, part):
        return services.reverse(
            clerk, key="earned", reason="returned", amount=amount, part=part, now=NOW
        )

    assert take(4, "r1").taken == 4
    assert take(4, "r1").repeated
    with pytest.raises(Invalid):
        take(7, "r2")
    spend(clerk, 3)
    last = take(6, "r2")

    assert (last.taken, last.shortfall) == (3, 3)
    assert has(clerk) == 0
    assert not selectors.imbalances()


class TestParts(TestCase):
    @given(
        lots=st.lists(st.integers(1, 30), min_size=1, max_size=5),
        parts=st.lists(st.integers(1, 20), max_size=6),
        data=st.data(),
    )
    def test_any_parts_add_up_and_the_book_balances(self, lots, parts, data):
        clerk = operator(a_brand())
        for place, amount in enumerate(lots):
            give(clerk, amount, key=f"g{place}", expires_at=NOW + (place + 1) * DAY)
        spent = data.draw(st.integers(1, sum(lots)))
        spend(clerk, spent)
        back = 0
        for place, part in enumerate(parts):
            later = NOW + timedelta(hours=9 * place)
            services.expire_due(later)
            try:
                give_back(clerk, part, key=f"r{place}", now=later, grace=99 * DAY)
                back += part
            except Invalid:
                assert back + part > spent
        assert not selectors.imbalances()
        assert selectors.book_is_balanced()


@pytest.mark.django_db(transaction=True)
def test_sixteen_refunds_at_once_give_back_no_more_than_was_spent():
    clerk = operator(a_brand())
    give(clerk, 100)
    spend(clerk, 50)
    gate = threading.Barrier(16)

    def one(n):
        gate.wait()
        try:
            return give_back(clerk, 7, key=f"r{n}").amount
        except Invalid:
            return 0
        finally:
            connection.close()

    with ThreadPoolExecutor(16) as pool:
        assert sum(pool.map(one, range(16))) == 49
    assert has(clerk, LI) == 99
    assert not selectors.imbalances()
