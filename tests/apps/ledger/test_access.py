"""Budgets, who may see and move what, and what the auditor finds."""

import pytest

from hefu.apps.audit.models import Entry
from hefu.apps.ledger import selectors, services
from hefu.apps.ledger.errors import BudgetBelowUsed
from hefu.apps.ledger.models import Lot
from hefu.apps.ledger.services import GrantStatus
from hefu.core.actor import consumer
from hefu.core.errors import Invalid, NotAllowed, NotFound
from hefu.core.permissions import Role
from tests.apps.ledger.steps import LI, WANG, give, has, refused_and_unchanged, set_aside, spend
from tests.factories import NOW, a_brand, a_partner, an_actor, operator

pytestmark = pytest.mark.django_db


# --- budgets


def test_a_budget_is_raised_but_never_cut_below_what_was_given(clerk):
    budget = services.create_budget(clerk, name="launch", limit=100, now=NOW)
    give(clerk, 40, budget_id=budget.pk)

    with pytest.raises(BudgetBelowUsed) as caught:
        services.change_budget(clerk, budget_id=budget.pk, limit=39, per_person=None, now=NOW)
    cut = services.change_budget(clerk, budget_id=budget.pk, limit=40, per_person=5, now=NOW)

    assert caught.value.details["used"] == 40
    assert (cut.limit, cut.used, cut.per_person) == (40, 40, 5)
    assert selectors.budgets_for(clerk).get().remaining == 0


@pytest.mark.parametrize(
    ("about", "field", "rule"),
    [
        ({"name": " "}, "name", "required"),
        ({"name": "n" * 81}, "name", "too_long"),
        ({"name": "launch"}, "name", "taken"),
        ({"limit": -1}, "limit", "out_of_range"),
        ({"per_person": 10**16}, "per_person", "out_of_range"),
    ],
)
def test_a_budget_that_makes_no_sense_is_refused_by_field(clerk, about, field, rule):
    services.create_budget(clerk, name="launch", limit=1, now=NOW)

    with pytest.raises(Invalid) as caught:
        services.create_budget(clerk, **{"name": "other", "limit": 1} | about, now=NOW)

    assert (caught.value.details["field"], caught.value.details["rule"]) == (field, rule)


# --- who may


def test_members_see_and_move_only_their_own(brand, clerk):
    give(clerk, 10)
    li, wang = (consumer(brand_id=brand.pk, member_id=member) for member in (LI, WANG))

    assert has(li) == 10
    assert [line.amount for line in selectors.history_for(li, LI)] == [10]
    assert has(wang, WANG) == 0
    for deed in (
        lambda: selectors.balance_for(wang, LI),
        lambda: selectors.balance_for(wang, LI + 90, known=True),
        lambda: selectors.history_for(wang, LI),
        lambda: spend(wang, 1),
        lambda: set_aside(wang, 1),
    ):
        refused_and_unchanged(NotFound, deed)
    set_aside(li, 2)
    refused_and_unchanged(NotFound, lambda: services.release(wang, key="cart-1", now=NOW))
    refused_and_unchanged(NotAllowed, lambda: give(li, key="for myself"))
    refused_and_unchanged(
        NotAllowed, lambda: services.reverse(li, key="welcome", reason="returned", now=NOW)
    )
    assert not selectors.transfers_for(wang).exists()


def test_another_brand_sees_and_moves_nothing(clerk):
    give(clerk, 10)
    set_aside(clerk, 3)
    budget = services.create_budget(clerk, name="launch", limit=1, now=NOW)
    rival = operator(a_brand())

    for deed in (
        lambda: selectors.balance_for(rival, LI),
        lambda: selectors.budget_remaining(rival, budget.pk),
        lambda: services.capture(rival, key="cart-1", now=NOW),
        lambda: services.reverse(rival, key="welcome", reason="returned", now=NOW),
        lambda: services.change_budget(
            rival, budget_id=budget.pk, limit=5, per_person=None, now=NOW
        ),
    ):
        refused_and_unchanged(NotFound, deed)
    assert not selectors.history_for(rival, LI).exists()
    assert not selectors.transfers_for(rival).exists()
    assert give(rival, 4, key="welcome").status is GrantStatus.GRANTED  # keys are the brand's own
    assert (has(rival), has(clerk)) == (4, 7)


def test_a_member_without_a_coin_has_zero_for_whoever_knows_him(clerk):
    with pytest.raises(NotFound):
        selectors.balance_for(clerk, WANG)

    assert selectors.balance_for(clerk, WANG, known=True).available == 0


def test_auditors_see_and_change_nothing(brand, clerk):
    give(clerk, 10)
    budget = services.create_budget(clerk, name="launch", limit=1, now=NOW)
    auditor = an_actor(brand, Role.AUDITOR)

    assert has(auditor) == 10
    assert selectors.budgets_for(auditor).get() == budget
    for deed in (
        lambda: give(auditor, key="k"),
        lambda: spend(auditor, 1),
        lambda: set_aside(auditor, 1),
        lambda: services.reverse(auditor, key="welcome", reason="returned", now=NOW),
        lambda: services.create_budget(auditor, name="mine", limit=1, now=NOW),
        lambda: services.change_budget(
            auditor, budget_id=budget.pk, limit=5, per_person=None, now=NOW
        ),
    ):
        refused_and_unchanged(NotAllowed, deed)


@pytest.mark.parametrize("role", [Role.RETAILER, Role.PRODUCT_SPECIALIST])
def test_whoever_does_not_see_the_ledger_sees_none_of_it(brand, clerk, role):
    give(clerk, 10)
    partner = a_partner(brand, kind="retailer") if role is Role.RETAILER else None
    actor = an_actor(brand, role, partner)

    for look in (selectors.budgets_for, selectors.transfers_for, selectors.shortfalls_for):
        refused_and_unchanged(NotAllowed, lambda look=look: look(actor))
    refused_and_unchanged(NotAllowed, lambda: selectors.balance_for(actor, LI))


def test_each_deed_leaves_one_entry_in_the_audit_chain(clerk):
    before = Entry.objects.count()
    give(clerk, 10)
    spend(clerk, 1)
    set_aside(clerk, 2)
    services.release(clerk, key="cart-1", now=NOW)
    services.reverse(clerk, key="welcome", reason="returned", now=NOW)
    spend_again = spend(clerk, 1)

    assert spend_again.repeated
    actions = Entry.objects.order_by("pk").values_list("action", flat=True)[before:]
    assert list(actions) == [
        "ledger.coins_granted", "ledger.coins_spent", "ledger.coins_held",
        "ledger.hold_released", "ledger.grant_reversed",
    ]  # fmt: skip


def test_the_auditor_finds_a_changed_number(clerk):
    give(clerk, 10)
    Lot.objects.update(amount=12, remaining=11)

    assert {i.rule for i in selectors.imbalances()} == {
        "balance_is_its_lots", "lot_is_what_was_not_drawn",
    }  # fmt: skip
    assert not selectors.book_is_balanced()


def test_history_reads_newest_first_with_a_constant_number_of_queries(
    clerk, django_assert_num_queries
):
    give(clerk, 10)
    spend(clerk, 3)

    with django_assert_num_queries(1):
        lines = [(line.amount, line.transfer.deed) for line in selectors.history_for(clerk, LI)]

    assert lines == [(-3, "spend"), (10, "grant")]
