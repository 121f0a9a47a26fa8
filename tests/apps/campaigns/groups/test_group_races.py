"""Many at once about one group: one gets the last place, and it ends in one way only."""

import threading
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta

import pytest
from django.db import connection, transaction

from hefu.apps.audit.worker import work_off
from hefu.apps.campaigns.errors.groups import GroupFull, GroupOver, PlacesLimit
from hefu.apps.campaigns.models import GroupPlace, GroupState, PlaceState
from hefu.apps.campaigns.services import group_ending
from hefu.apps.campaigns.services.group_ending import mind_groups
from hefu.apps.campaigns.services.groups import join_group
from hefu.apps.orders.models import Order, OrderRefund, OrderState
from tests.apps.campaigns.groups.rows import LASTS, Deal, a_wish, money_kept, take
from tests.factories import NOW

OVER = NOW + LASTS + timedelta(seconds=1)


def at_once(*deeds):
    """Do all of them at the same moment, each on a thread; what was refused comes back as well."""
    gate = threading.Barrier(len(deeds))

    def do(deed):
        gate.wait()
        try:
            return deed()
        except (GroupFull, GroupOver, PlacesLimit) as refusal:
            return refusal
        finally:
            connection.close()

    with ThreadPoolExecutor(len(deeds)) as pool:
        return list(pool.map(do, deeds))


@pytest.mark.django_db(transaction=True)
def test_R250_twenty_people_for_the_last_place_one_gets_it():
    deal = Deal()
    group, _ = deal.open()
    deal.join(group)
    buyers = [deal.buyer() for _ in range(20)]

    answers = at_once(
        *(
            lambda buyer=buyer: join_group(buyer, token=group.token, wish=a_wish(), now=NOW)
            for buyer in buyers
        )
    )

    orders = [one for one in answers if isinstance(one, Order)]
    assert len(orders) == 1
    assert {type(one) for one in answers if one not in orders} == {GroupFull}
    assert Order.objects.count() == 3  # those who were refused left nothing behind
    deal.pay(orders[0])
    group.refresh_from_db()
    assert (group.state, group.held, group.paid) == (GroupState.FORMED, 0, 3)
    assert deal.counts == (27, 0, 3)


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("attempt", range(3))
def test_R250_the_deadline_against_the_last_payment_has_one_outcome(attempt):
    deal = Deal()
    group, _ = deal.open()
    deal.join(group)
    last = deal.join(group, now=NOW + LASTS - timedelta(minutes=5), paid=False)
    paid_at = NOW + LASTS - timedelta(seconds=1)

    def pay():
        take(last, now=paid_at)
        work_off(clock=lambda: paid_at)

    at_once(pay, lambda: mind_groups(OVER), lambda: mind_groups(OVER))
    mind_groups(OVER)  # the next round
    work_off(clock=lambda: OVER)

    group.refresh_from_db()
    states = set(Order.objects.values_list("state", flat=True))
    if group.state == GroupState.FORMED:
        assert states == {OrderState.PAID}
        assert not OrderRefund.objects.exists()
        assert (money_kept(deal.brand), deal.counts) == (3 * 19900, (27, 0, 3))
    else:
        assert group.state == GroupState.LAPSED
        assert states == {OrderState.REFUNDED}
        assert OrderRefund.objects.count() == 3
        assert (money_kept(deal.brand), deal.counts) == (0, (30, 0, 0))
    assert (group.held, group.paid) == (0, 3 if group.state == GroupState.FORMED else 0)


@pytest.mark.django_db(transaction=True)
def test_one_person_who_presses_everywhere_has_one_place_a_group_and_no_more_than_the_limit():
    deal = Deal({"per_person": 2})
    groups = [deal.open()[0] for _ in range(3)]
    buyer = deal.buyer()

    answers = at_once(
        *(
            lambda group=group: join_group(buyer, token=group.token, wish=a_wish(), now=NOW)
            for group in groups
            for _ in range(3)
        )
    )

    mine = GroupPlace.objects.filter(member_id=buyer.member_id, state=PlaceState.HELD)
    assert mine.count() == 2
    assert {one.pk for one in answers if isinstance(one, Order)} == set(
        mine.values_list("order_id", flat=True)
    )
    for group in groups:
        group.refresh_from_db()
    assert sum(group.held for group in groups) == 2


@pytest.mark.django_db(transaction=True)
def test_R250_refunds_that_are_cut_off_anywhere_go_on_and_pay_everybody_once(monkeypatch):
    """As a kill does: the transaction in work is lost whole, what was committed stays."""
    deal = Deal({"size": 4, "pieces": 8})
    group, _ = deal.open()
    for _ in range(2):
        deal.join(group)
    whole, calls = group_ending.take_back, []

    def cut_off(*args, **about):
        row = whole(*args, **about)
        calls.append(row.pk)
        if len(calls) == 2:
            raise SystemExit  # after the second refund was written, before it was committed
        return row

    monkeypatch.setattr(group_ending, "take_back", cut_off)
    with pytest.raises(SystemExit), transaction.atomic():
        mind_groups(OVER)
    assert not OrderRefund.objects.exists()
    calls.clear()
    with pytest.raises(SystemExit):
        mind_groups(OVER)
    assert OrderRefund.objects.count() == 1
    monkeypatch.undo()

    at_once(*(lambda: mind_groups(OVER) for _ in range(4)))
    work_off(clock=lambda: OVER)

    assert OrderRefund.objects.count() == Order.objects.count() == 3
    assert money_kept(deal.brand) == 0
    assert deal.counts == (8, 0, 0)
