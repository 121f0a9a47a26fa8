"""Sixty-four hands at once: budgets, caps, keys and balances hold exactly on both databases."""

import threading
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta

import pytest
from django.db import connection

from hefu.apps.ledger import selectors, services
from hefu.apps.ledger.errors import HoldEnded, InsufficientBalance
from hefu.apps.ledger.services import Grant, GrantStatus
from hefu.core.ledger import Refusal
from tests.factories import NOW, a_brand, operator

THREADS = 64
LI = 7
DAY = timedelta(days=1)

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def clerk():
    return operator(a_brand())


def at_once(deed):
    """Run ``deed(n)`` in 64 threads that start together; returns results or refusals."""
    gate = threading.Barrier(THREADS)

    def run(n):
        gate.wait()
        try:
            return deed(n)
        except (HoldEnded, InsufficientBalance) as refusal:
            return refusal
        finally:
            connection.close()

    with ThreadPoolExecutor(THREADS) as pool:
        return list(pool.map(run, range(THREADS)))


def give(clerk, key, member_id, amount, *, budget_id=None, expires_at=None):
    grant = Grant(
        key=key, member_id=member_id, amount=amount, budget_id=budget_id, expires_at=expires_at
    )
    return services.grant_many(clerk, grants=[grant], now=NOW)[0]


def test_a_budget_holds_exactly(clerk):
    budget = services.create_budget(clerk, name="launch", limit=400, now=NOW)

    outcomes = at_once(lambda n: give(clerk, f"k{n}", n, 10, budget_id=budget.pk))

    assert sum(o.amount for o in outcomes) == 400
    assert {o.code for o in outcomes} == {None, Refusal.BUDGET_EXHAUSTED}
    assert selectors.budgets_for(clerk).get().used == 400
    assert selectors.book_is_balanced()


def test_the_cap_of_a_person_holds_exactly(clerk):
    budget = services.create_budget(clerk, name="launch", limit=10**6, per_person=100, now=NOW)

    outcomes = at_once(lambda n: give(clerk, f"k{n}", n % 2, 10, budget_id=budget.pk))

    assert sum(o.amount for o in outcomes) == 200
    assert selectors.balance_for(clerk, 0).available == 100
    assert selectors.balance_for(clerk, 1).available == 100
    assert selectors.book_is_balanced()


def test_one_key_brings_coins_once(clerk):
    outcomes = at_once(lambda _: give(clerk, "unit:1", LI, 10))

    granted = [o for o in outcomes if o.status is GrantStatus.GRANTED]
    assert len(granted) == 1
    assert all(o.amount == 10 for o in outcomes)
    assert selectors.balance_for(clerk, LI).available == 10
    assert selectors.book_is_balanced()


def test_batches_with_keys_and_members_in_common_neither_deadlock_nor_double(clerk):
    budget = services.create_budget(clerk, name="launch", limit=395, per_person=60, now=NOW)

    def batch(n):
        numbers = [(n * 7 + i * (5 if n % 2 else 11)) % 50 for i in range(20)]
        grants = [
            Grant(key=f"unit:{m}", member_id=m % 10, amount=10, budget_id=budget.pk)
            for m in numbers
        ]
        return services.grant_many(clerk, grants=grants, now=NOW)

    outcomes = [o for some in at_once(batch) for o in some if o.status is GrantStatus.GRANTED]

    assert len({o.key for o in outcomes}) == len(outcomes) == 39
    assert selectors.budgets_for(clerk).get().used == 390
    assert selectors.book_is_balanced()


def test_nobody_overspends(clerk):
    for n in range(10):
        give(clerk, f"k{n}", LI, 10)

    results = at_once(
        lambda n: services.spend(
            clerk, key=f"order-{n}", member_id=LI, amount=3, reason="order", now=NOW
        )
    )

    assert sum(isinstance(r, InsufficientBalance) for r in results) == THREADS - 33
    assert selectors.balance_for(clerk, LI).available == 1
    assert selectors.book_is_balanced()


def test_a_hold_ends_in_one_way_only(clerk):
    give(clerk, "k", LI, 10)
    services.hold(
        clerk, key="cart", member_id=LI, amount=10, reason="cart", now=NOW, expires_at=NOW + DAY
    )
    ways = (services.capture, services.release)

    results = at_once(lambda n: ways[n % 2](clerk, key="cart", now=NOW))

    assert sum(not isinstance(r, HoldEnded) and not r.repeated for r in results) == 1
    assert sum(isinstance(r, HoldEnded) for r in results) == THREADS // 2
    assert selectors.balance_for(clerk, LI).held == 0
    assert selectors.book_is_balanced()


def test_everything_at_once_stays_in_balance(clerk):
    budget = services.create_budget(clerk, name="launch", limit=300, per_person=90, now=NOW)
    for n in range(8):
        give(clerk, f"old:{n}", n % 4, 10, expires_at=NOW + DAY)
    deeds = (
        lambda n: give(clerk, f"new:{n}", n % 4, 10, budget_id=budget.pk, expires_at=NOW + DAY),
        lambda n: services.spend(
            clerk, key=f"o{n}", member_id=n % 4, amount=7, reason="order", now=NOW
        ),
        lambda n: services.reverse(clerk, key=f"old:{n % 8}", reason="returned", now=NOW),
        lambda _: services.expire_due(NOW + DAY),
    )

    at_once(lambda n: deeds[(n // 4) % 4](n))

    assert selectors.imbalances() == []
    assert selectors.ledger_sums().books[0].total == 0
