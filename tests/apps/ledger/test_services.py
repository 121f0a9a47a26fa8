"""What the ledger promises to members and brands, on whichever database the tests run."""

from datetime import timedelta

import pytest

from hefu.apps.ledger import selectors, services
from hefu.apps.ledger.errors import HoldEnded, InsufficientBalance, KeyReused
from hefu.apps.ledger.models import Lot, Shortfall, Transfer
from hefu.apps.ledger.services import Grant, GrantStatus
from hefu.core.actor import consumer
from hefu.core.errors import Invalid, NotFound
from hefu.core.ledger import Refusal
from tests.apps.ledger.steps import (
    DAY,
    LI,
    WANG,
    give,
    has,
    refused_and_unchanged,
    set_aside,
    spend,
)
from tests.factories import NOW, a_brand, operator

pytestmark = pytest.mark.django_db


# --- granting


def test_R123_five_codes_bring_fifty_coins_once(clerk):
    grants = [Grant(key=f"unit:{n}", member_id=LI, amount=10) for n in range(5)]

    first = services.grant_many(clerk, grants=grants, now=NOW)
    again = services.grant_many(clerk, grants=grants, now=NOW + DAY)

    assert [o.status for o in first] == [GrantStatus.GRANTED] * 5
    assert [(o.status, o.amount) for o in again] == [(GrantStatus.ALREADY_GRANTED, 10)] * 5
    assert has(clerk) == 50
    assert selectors.book_is_balanced()


def test_R134_the_101st_of_a_budget_of_100_is_refused_gracefully(brand, clerk):
    budget = services.create_budget(clerk, name="launch", limit=100, now=NOW)
    grants = [Grant(key=f"k{n}", member_id=n, amount=1, budget_id=budget.pk) for n in range(1, 102)]

    outcomes = services.grant_many(clerk, grants=grants, now=NOW)

    assert [o.status for o in outcomes[:100]] == [GrantStatus.GRANTED] * 100
    assert (outcomes[100].status, outcomes[100].amount, outcomes[100].code) == (
        GrantStatus.REFUSED, 0, Refusal.BUDGET_EXHAUSTED,
    )  # fmt: skip
    visitor = consumer(brand_id=brand.pk, member_id=101)
    assert selectors.budget_remaining(visitor, budget.pk).remaining == 0
    assert selectors.book_is_balanced()


def test_a_refused_grant_may_be_asked_again_after_the_budget_was_raised(clerk):
    budget = services.create_budget(clerk, name="launch", limit=10, now=NOW)
    assert give(clerk, 11, budget_id=budget.pk).code == "ledger.budget_exhausted"
    assert not Transfer.objects.exists()

    services.change_budget(clerk, budget_id=budget.pk, limit=11, per_person=None, now=NOW)

    assert give(clerk, 11, budget_id=budget.pk).status is GrantStatus.GRANTED


def test_the_cap_per_person_holds_within_a_call_and_across_calls(clerk):
    budget = services.create_budget(clerk, name="launch", limit=1000, per_person=25, now=NOW)
    grants = [
        Grant(key=f"{member}:{n}", member_id=member, amount=10, budget_id=budget.pk)
        for n in range(3)
        for member in (LI, WANG)
    ]

    outcomes = services.grant_many(clerk, grants=grants, now=NOW)

    assert [o.code for o in outcomes] == [None] * 4 + [Refusal.CAP_REACHED] * 2
    assert give(clerk, 5, key="small", budget_id=budget.pk).status is GrantStatus.GRANTED
    assert give(clerk, 1, key="more", budget_id=budget.pk).code is Refusal.CAP_REACHED
    assert (has(clerk, LI), has(clerk, WANG)) == (25, 20)
    assert selectors.book_is_balanced()


def test_the_same_key_twice_in_one_call_brings_coins_once(clerk):
    grant = Grant(key="unit:1", member_id=LI, amount=10)

    outcomes = services.grant_many(clerk, grants=[grant, grant], now=NOW)

    assert [o.status for o in outcomes] == [GrantStatus.GRANTED, GrantStatus.ALREADY_GRANTED]
    assert has(clerk) == 10


def test_another_brands_budget_is_as_good_as_none(clerk):
    other = operator(a_brand())
    budget = services.create_budget(other, name="theirs", limit=100, now=NOW)

    outcomes = [give(clerk, budget_id=budget.pk), give(clerk, key="k2", budget_id=10**9)]

    assert [o.code for o in outcomes] == [Refusal.UNKNOWN_BUDGET] * 2
    assert selectors.budgets_for(other).get().used == 0


def test_statements_do_not_grow_with_the_number_of_grants(clerk, django_assert_num_queries):
    budget = services.create_budget(clerk, name="launch", limit=10**6, per_person=10, now=NOW)
    give(clerk, key="opens the brand's books")

    for n in (2, 250):
        grants = [
            Grant(key=f"{n}:{m}", member_id=m, amount=10, budget_id=budget.pk)
            for m in range(n * 1000, n * 1000 + n)
        ]
        # in the test's own transaction: savepoint and its release included
        with django_assert_num_queries(14):
            services.grant_many(clerk, grants=grants, now=NOW)


@pytest.mark.parametrize(
    ("about", "field"),
    [
        ({"key": ""}, "key"),
        ({"key": "~x"}, "key"),
        ({"key": "k" * 101}, "key"),
        ({"amount": 0}, "amount"),
        ({"amount": -1}, "amount"),
        ({"amount": 10**16}, "amount"),
        ({"reason": "r" * 61}, "reason"),
        ({"subject": "s" * 81}, "subject"),
    ],
)
def test_a_movement_that_makes_no_sense_is_refused_by_field(clerk, about, field):
    good = {"key": "k", "member_id": LI, "amount": 1, "reason": "r"}
    for deed in (
        lambda: Grant(**good | about),
        lambda: services.spend(clerk, **good | about, now=NOW),
        lambda: services.hold(clerk, **good | about, expires_at=NOW + DAY, now=NOW),
    ):
        assert refused_and_unchanged(Invalid, deed).details["field"] == field


def test_nothing_begins_after_its_end(clerk):
    give(clerk, 10)
    set_aside(clerk, 5)

    for deed, field in (
        (lambda: give(clerk, key="k", expires_at=NOW), "expires_at"),
        (lambda: set_aside(clerk, 1, key="cart-2", days=0), "expires_at"),
        (lambda: services.capture(clerk, key="cart-1", amount=6, now=NOW), "amount"),
        (lambda: services.capture(clerk, key="cart-1", amount=0, now=NOW), "amount"),
        (lambda: services.reverse(clerk, key="welcome", reason="r" * 61, now=NOW), "reason"),
    ):
        assert refused_and_unchanged(Invalid, deed).details["field"] == field


# --- spending


def test_coins_that_expire_first_are_spent_first_then_the_oldest(clerk):
    give(clerk, key="never", now=NOW - 3 * DAY)
    give(clerk, key="old", now=NOW - 2 * DAY, expires_at=NOW + 9 * DAY)
    give(clerk, key="young", now=NOW - DAY, expires_at=NOW + 9 * DAY)
    give(clerk, key="soon", expires_at=NOW + DAY)

    spend(clerk, 22)

    left = dict(Lot.objects.values_list("transfer__key", "remaining"))
    assert left == {"soon": 0, "old": 0, "young": 8, "never": 10}
    draws = Transfer.objects.get(key="order-1").draws.order_by("pk")
    assert list(draws.values_list("lot__transfer__key", "amount")) == [
        ("soon", 10), ("old", 10), ("young", 2),
    ]  # fmt: skip


def test_nobody_spends_more_than_he_has(clerk):
    give(clerk, 10)

    error = refused_and_unchanged(InsufficientBalance, lambda: spend(clerk, 11))
    stranger = refused_and_unchanged(InsufficientBalance, lambda: spend(clerk, 1, member_id=WANG))

    assert error.details == {"wanted": 11, "available": 10}
    assert stranger.details == {"wanted": 1, "available": 0}


def test_coins_whose_time_is_up_are_not_spent_even_before_the_clock_came_by(clerk):
    give(clerk, expires_at=NOW + DAY)

    refused_and_unchanged(InsufficientBalance, lambda: spend(clerk, 1, now=NOW + DAY))

    assert has(clerk, now=NOW + DAY) == 0
    assert spend(clerk, 1, now=NOW + DAY - timedelta(seconds=1)).amount == 1


def test_spending_again_with_the_same_key_moves_nothing(clerk):
    give(clerk, 10)

    outcomes = [spend(clerk, 4), spend(clerk, 4)]

    assert [o.repeated for o in outcomes] == [False, True]
    assert has(clerk) == 6
    for other in (
        lambda: spend(clerk, 5),
        lambda: spend(clerk, 4, member_id=WANG),
        lambda: spend(clerk, 4, key="welcome"),
    ):
        refused_and_unchanged(KeyReused, other)
    refused_and_unchanged(KeyReused, lambda: give(clerk, key="order-1"))


def test_a_hold_is_captured_in_part_and_the_rest_comes_back_to_its_lots(clerk):
    give(clerk, key="a", expires_at=NOW + 5 * DAY)
    give(clerk, key="b")
    set_aside(clerk, 15)
    assert (has(clerk), selectors.balance_for(clerk, LI).held) == (5, 15)

    outcome = services.capture(clerk, key="cart-1", amount=8, now=NOW)

    assert (outcome.amount, has(clerk), selectors.balance_for(clerk, LI).held) == (8, 12, 0)
    assert dict(Lot.objects.values_list("transfer__key", "remaining")) == {"a": 2, "b": 10}
    assert services.capture(clerk, key="cart-1", amount=8, now=NOW).repeated
    refused_and_unchanged(HoldEnded, lambda: services.release(clerk, key="cart-1", now=NOW))
    assert selectors.book_is_balanced()


def test_a_released_hold_gives_everything_back_once(clerk):
    give(clerk, 10)
    set_aside(clerk, 10)

    outcomes = [services.release(clerk, key="cart-1", now=NOW) for _ in range(2)]

    assert [o.repeated for o in outcomes] == [False, True]
    assert has(clerk) == 10
    refused_and_unchanged(HoldEnded, lambda: services.capture(clerk, key="cart-1", now=NOW))
    refused_and_unchanged(NotFound, lambda: services.release(clerk, key="none", now=NOW))


def test_a_hold_whose_time_is_up_cannot_be_captured_and_the_clock_releases_it(clerk):
    give(clerk, 10)
    set_aside(clerk, 10)
    late = NOW + DAY

    error = refused_and_unchanged(
        HoldEnded, lambda: services.capture(clerk, key="cart-1", now=late)
    )

    assert error.details["state"] == "expired"
    assert services.expire_due(late) == 1
    assert has(clerk) == 10


def test_coins_in_a_hold_outlive_their_expiry_and_expire_when_released(clerk):
    give(clerk, 10, expires_at=NOW + DAY)
    set_aside(clerk, 6, days=5)
    later = NOW + 2 * DAY

    assert services.expire_due(later) == 1  # the four that were not held
    services.capture(clerk, key="cart-1", amount=2, now=later)
    assert services.expire_due(later) == 1  # the four that came back

    sums = selectors.ledger_sums().books[0]
    assert (sums.spent, sums.expired, sums.member, sums.issued) == (2, 8, 0, -10)
    assert selectors.book_is_balanced()


# --- expiry and claw-back


def test_L49_coins_expire_as_announced_and_not_before(clerk):
    give(clerk, 10, key="dated", expires_at=NOW + DAY)
    give(clerk, 5, key="for ever")
    spend(clerk, 3)

    assert services.expire_due(NOW + DAY - timedelta(seconds=1)) == 0
    assert services.expire_due(NOW + DAY) == 1
    assert services.expire_due(NOW + 900 * DAY) == 0

    assert has(clerk) == 5
    assert selectors.ledger_sums().books[0].expired == 7
    assert selectors.book_is_balanced()


def test_a_claw_back_takes_no_more_than_the_balance_and_notes_the_rest(clerk):
    give(clerk, 10)
    spend(clerk, 4)

    outcome = services.reverse(clerk, key="welcome", reason="returned", now=NOW)
    again = services.reverse(clerk, key="welcome", reason="returned", now=NOW)

    assert (outcome.taken, outcome.shortfall, outcome.repeated) == (6, 4, False)
    assert (again.taken, again.shortfall, again.repeated) == (6, 4, True)
    assert has(clerk) == 0
    assert Shortfall.objects.get().amount == 4
    assert selectors.book_is_balanced()


def test_a_claw_back_takes_other_coins_when_its_own_were_spent(clerk):
    for n in range(5):
        give(clerk, 10, key=f"unit:{n}", now=NOW + n * DAY)
    spend(clerk, 15, now=NOW + 5 * DAY)

    outcome = services.reverse(clerk, key="unit:0", reason="returned", now=NOW + 6 * DAY)

    assert (outcome.taken, outcome.shortfall, has(clerk)) == (10, 0, 25)


def test_a_claw_back_does_not_take_twice_what_expired(clerk):
    give(clerk, 10, expires_at=NOW + DAY)
    give(clerk, 30, key="other")
    services.expire_due(NOW + DAY)

    outcome = services.reverse(clerk, key="welcome", reason="returned", now=NOW + 2 * DAY)

    assert (outcome.taken, outcome.shortfall, has(clerk)) == (0, 0, 30)
    assert selectors.book_is_balanced()


def test_later_grants_are_not_cut_for_an_old_shortfall(clerk):
    give(clerk, 10)
    spend(clerk, 10)
    services.reverse(clerk, key="welcome", reason="returned", now=NOW)

    give(clerk, 10, key="second")

    assert has(clerk) == 10


def test_a_hold_is_no_way_round_a_claw_back(clerk):
    give(clerk, 10)
    set_aside(clerk, 8)
    outcome = services.reverse(clerk, key="welcome", reason="returned", now=NOW)
    assert (outcome.taken, outcome.shortfall) == (2, 8)

    services.capture(clerk, key="cart-1", amount=3, now=NOW)

    assert has(clerk) == 0
    assert (Shortfall.objects.get().amount, Shortfall.objects.get().settled) == (8, 5)
    assert selectors.book_is_balanced()


def test_a_claw_back_gives_room_in_budget_and_cap_but_never_a_second_grant(clerk):
    budget = services.create_budget(clerk, name="launch", limit=10, per_person=10, now=NOW)
    give(clerk, 10, budget_id=budget.pk)
    spend(clerk, 3)
    services.reverse(clerk, key="welcome", reason="returned", now=NOW)

    assert selectors.budgets_for(clerk).get().used == 3
    assert give(clerk, 10, budget_id=budget.pk).status is GrantStatus.ALREADY_GRANTED
    assert give(clerk, 7, key="other", budget_id=budget.pk).status is GrantStatus.GRANTED
    assert selectors.book_is_balanced()


def test_only_grants_are_taken_back(clerk):
    give(clerk, 10)
    spend(clerk, 5)

    for key in ("order-1", "nothing"):
        refused_and_unchanged(
            NotFound, lambda key=key: services.reverse(clerk, key=key, reason="returned", now=NOW)
        )
