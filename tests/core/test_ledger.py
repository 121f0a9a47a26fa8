"""The pure rules of the ledger: balance, the order of lots, caps and claw-backs."""

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from hefu.core.ledger import (
    Book,
    Deed,
    InsufficientBalance,
    Lot,
    Purse,
    Refusal,
    Request,
    Take,
    admit,
    claw_back,
    consume,
    give_back,
    in_spending_order,
    lines,
)

NOW = datetime(2026, 11, 22, 12, tzinfo=UTC)
DAY = timedelta(days=1)


def lot(number, remaining, *, expires=None, age=0):
    return Lot(
        id=number, remaining=remaining, granted_at=NOW - age * DAY,
        expires_at=None if expires is None else NOW + expires * DAY,
    )  # fmt: skip


def pairs(takes):
    return [(take.lot_id, take.amount) for take in takes]


rows = st.tuples(st.integers(0, 20), st.none() | st.integers(-3, 9), st.integers(0, 5))
lots = st.lists(rows, max_size=8).map(
    lambda drawn: [
        lot(number, remaining, expires=expires, age=age)
        for number, (remaining, expires, age) in enumerate(drawn)
    ]
)


@pytest.mark.parametrize("deed", Deed)
def test_every_movement_is_balanced(deed):
    two = lines(deed, 7)

    assert sum(line.amount for line in two) == 0
    assert {abs(line.amount) for line in two} == {7}
    assert two[0].book is not two[1].book


def test_coins_come_from_issued_and_only_from_there():
    sources = {deed: lines(deed, 1)[0].book for deed in Deed}

    assert [deed for deed, book in sources.items() if book is Book.ISSUED] == [Deed.GRANT]
    with pytest.raises(ValueError):
        lines(Deed.GRANT, 0)


def test_the_worked_table_of_lots():
    three = [lot(1, 10), lot(2, 10, expires=39), lot(3, 10, expires=8)]

    assert pairs(consume(three, 12, now=NOW)) == [(3, 10), (2, 2)]


def test_equal_expiry_goes_by_age_then_number_and_never_comes_last():
    mixed = [
        lot(5, 1),
        lot(4, 1, age=9),
        lot(3, 1, expires=2),
        lot(2, 1, expires=2),
        lot(1, 1, expires=2, age=1),
    ]

    assert [x.id for x in in_spending_order(mixed)] == [1, 2, 3, 4, 5]


def test_the_last_moment_of_a_lot_is_exclusive():
    dying = lot(1, 5, expires=1)

    assert consume([dying], 5, now=NOW + DAY - timedelta(microseconds=1))
    with pytest.raises(InsufficientBalance) as caught:
        consume([dying], 5, now=NOW + DAY)
    assert caught.value.details == {"wanted": 5, "available": 0}


@settings(max_examples=100)
@given(lots, st.integers(1, 100))
def test_consuming_takes_exactly_and_never_more_than_a_living_lot_has(some, amount):
    living = {x.id: x.remaining for x in some if x.alive(NOW)}
    if amount > sum(living.values()):
        with pytest.raises(InsufficientBalance):
            consume(some, amount, now=NOW)
        return

    takes = consume(some, amount, now=NOW)

    assert sum(take.amount for take in takes) == amount
    assert all(0 < take.amount <= living[take.lot_id] for take in takes)
    # nothing that expires sooner is left behind while something later is taken
    last = {x.id: x for x in some}[takes[-1].lot_id]
    before = in_spending_order([x for x in some if x.alive(NOW)])
    earlier = before[: before.index(last)]
    taken = {take.lot_id: take.amount for take in takes}
    assert all(taken.get(x.id, 0) == x.remaining for x in earlier)


@settings(max_examples=100)
@given(lots, st.data())
def test_what_is_given_back_is_what_was_taken_last(some, data):
    total = sum(x.remaining for x in some if x.alive(NOW))
    if not total:
        return
    takes = consume(some, data.draw(st.integers(1, total)), now=NOW)
    amount = data.draw(st.integers(0, sum(t.amount for t in takes)))

    back = give_back(takes, amount)

    coins = [t.lot_id for t in takes for _ in range(t.amount)]
    returned = [t.lot_id for t in back for _ in range(t.amount)]
    assert sorted(returned) == sorted(coins[len(coins) - amount :])


def test_more_than_was_taken_cannot_be_given_back():
    for amount in (-1, 4):
        with pytest.raises(ValueError):
            give_back([Take(lot_id=1, amount=3)], amount)
    with pytest.raises(ValueError):
        consume([lot(1, 3)], 0, now=NOW)


@pytest.mark.parametrize(
    ("granted", "expired", "own", "other", "taken", "shortfall"),
    [  # the worked table of the algorithm page
        (10, 0, 10, 0, 10, 0),
        (10, 0, 6, 0, 6, 4),
        (10, 0, 0, 30, 10, 0),
        (10, 10, 0, 30, 0, 0),
    ],
)
def test_the_worked_table_of_claw_backs(*, granted, expired, own, other, taken, shortfall):
    plan = claw_back(
        granted=granted, expired=expired, own=lot(1, own), others=[lot(2, other)], now=NOW
    )

    assert (plan.taken, plan.shortfall) == (taken, shortfall)
    assert sum(take.amount for take in plan.takes) == taken


@settings(max_examples=100)
@given(lots, st.integers(0, 20), st.integers(0, 20), st.integers(0, 20))
def test_a_claw_back_never_takes_more_than_there_is(others, left, spent, expired):
    own = lot(99, left)

    plan = claw_back(
        granted=left + spent + expired, expired=expired, own=own, others=others, now=NOW
    )

    has = {x.id: x.remaining for x in others if x.alive(NOW)} | {99: left}
    assert plan.taken + plan.shortfall == left + spent
    assert plan.taken == min(left + spent, sum(has.values()))
    assert all(0 < take.amount <= has[take.lot_id] for take in plan.takes)
    if left and plan.takes:
        assert plan.takes[0].lot_id == 99  # its own coins first


def test_nothing_can_have_expired_that_was_not_granted():
    with pytest.raises(ValueError):
        claw_back(granted=5, expired=6, own=lot(1, 0), others=[], now=NOW)


def test_requests_are_decided_in_order_each_whole_or_not_at_all():
    purses = {1: Purse(limit=25, used=0, per_person=15), 2: Purse(limit=5, used=5)}
    asked = [
        (7, 10, 1), (7, 10, 1), (8, 16, 1), (8, 15, 1), (9, 1, 1), (9, 1, 2), (9, 1, 3),
        (9, 99, None),
    ]  # fmt: skip
    requests = [Request(member_id=m, amount=a, budget_id=b) for m, a, b in asked]

    assert admit(requests, purses=purses, shares={}) == [
        None,
        Refusal.CAP_REACHED,
        Refusal.BUDGET_EXHAUSTED,
        None,  # a large request refused does not stop a smaller one behind it
        Refusal.BUDGET_EXHAUSTED,
        Refusal.BUDGET_EXHAUSTED,
        Refusal.UNKNOWN_BUDGET,
        None,
    ]
    assert admit(requests[:1], purses=purses, shares={(1, 7): 6}) == [Refusal.CAP_REACHED]


@settings(max_examples=100)
@given(
    st.lists(st.tuples(st.integers(1, 4), st.integers(1, 30)), max_size=30),
    st.integers(0, 200), st.integers(0, 60),
)  # fmt: skip
def test_neither_budget_nor_cap_is_ever_exceeded(asked, limit, cap):
    requests = [Request(member_id=m, amount=a, budget_id=1) for m, a in asked]

    verdicts = admit(requests, purses={1: Purse(limit=limit, used=0, per_person=cap)}, shares={})

    admitted = [r for r, verdict in zip(requests, verdicts, strict=True) if verdict is None]
    assert sum(r.amount for r in admitted) <= limit
    for member in range(1, 5):
        assert sum(r.amount for r in admitted if r.member_id == member) <= cap
