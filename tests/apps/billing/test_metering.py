"""Every begun year of every order is charged once, whoever looks and how often."""

import threading
from datetime import date, timedelta

import pytest
from django.db import connections

from hefu.apps.audit.models import Entry
from hefu.apps.billing.models import Block, BlockUse, Charge, Meter
from hefu.apps.billing.selectors.contracts import order_cost
from hefu.apps.billing.selectors.metered import outlook_for
from hefu.apps.billing.services.contracts import sell_block
from hefu.apps.billing.services.metering import (
    continue_codes,
    end_codes,
    meter_due,
    meter_order,
)
from hefu.apps.identity.services import marks
from hefu.apps.identity.services.marks import Serials
from hefu.core.errors import Invalid, NotAllowed, NotFound
from hefu.core.permissions import Role
from tests.apps.billing.rows import BEGINS, a_contract, at, told
from tests.apps.identity.issue.rows import House
from tests.factories import NOW, a_brand, an_actor, operator

pytestmark = pytest.mark.django_db
TODAY = NOW.date()


@pytest.fixture
def house():
    return House()


def charges():
    rows = Charge.objects.order_by("pk")
    return [(c.order_number, c.year, c.codes, c.prepaid, c.starts_on) for c in rows]


def a_block(house, contract, **about):
    values = {
        "contract": contract, "key": "B-1", "codes": 60, "years": 1, "amount": 100,
        "expires_on": date(2027, 12, 31), "now": NOW, **about,
    }  # fmt: skip
    return sell_block(operator(house.brand), **values)


def test_R137_an_issued_order_is_charged_by_its_event_and_never_twice(house):
    a_contract(house.brand)
    order = house.issued("PO-A", quantity=3)
    told()
    assert charges() == [("PO-A", 1, 3, 0, TODAY)]
    assert Charge.objects.get().ends_on == date(2027, 11, 21)

    meter_due(at(TODAY))
    meter_order(operator(house.brand), order_id=order.pk, now=NOW)
    Meter.objects.update(years=0, next_on=TODAY)  # a meter that lost its place
    meter_due(at(TODAY))

    assert charges() == [("PO-A", 1, 3, 0, TODAY)]
    assert Entry.objects.filter(action="billing.year_charged").count() == 1


def test_a_batch_of_any_size_is_one_row(house):
    a_contract(house.brand)
    house.issued("PO-A", quantity=5_000_000)
    told()
    assert charges() == [("PO-A", 1, 5_000_000, 0, TODAY)]


def test_what_was_issued_before_billing_knew_of_it_is_found_by_the_clock(house):
    house.issued("PO-A", quantity=10)
    told()
    assert not Meter.objects.exists()
    a_contract(house.brand)
    meter_due(at(TODAY))
    assert charges() == [("PO-A", 1, 10, 0, TODAY)]


def test_every_begun_year_until_the_brand_ends_them(house):
    contract = a_contract(house.brand, until_on=date(2032, 12, 31))
    order = house.issued("PO-A", quantity=10)
    told()
    meter_due(at(date(2028, 11, 21)))
    assert [year for _, year, *_ in charges()] == [1, 2]
    meter_due(at(date(2028, 11, 22)))
    assert [year for _, year, *_ in charges()] == [1, 2, 3]

    end_codes(house.admin, order_id=order.pk, now=at(date(2029, 1, 5)))
    meter_due(at(date(2031, 1, 5)))
    assert [year for _, year, *_ in charges()] == [1, 2, 3]
    continue_codes(house.admin, order_id=order.pk, now=at(date(2031, 1, 6)))
    meter_due(at(date(2031, 1, 6)))
    assert [year for _, year, *_ in charges()] == [1, 2, 3, 4, 5]
    assert {c.contract_id for c in Charge.objects.all()} == {contract.pk}


def test_only_the_brands_admin_ends_its_codes(house):
    a_contract(house.brand)
    order = house.issued(quantity=10)
    told()
    with pytest.raises(NotAllowed):
        end_codes(house.specialist, order_id=order.pk, now=NOW)
    with pytest.raises(NotFound):
        end_codes(an_actor(a_brand(), Role.BRAND_ADMIN), order_id=order.pk, now=NOW)
    assert Meter.objects.get().ended_on is None


def test_void_codes_are_not_renewed_but_their_begun_year_stays(house):
    a_contract(house.brand, until_on=date(2032, 12, 31))
    order = house.issued("PO-A", quantity=10)
    told()
    marks.void(
        house.specialist, serials=[Serials(batch_id=order.batch_id, first=0, count=4)],
        reason="spoilt", now=at(date(2027, 3, 1)),
    )  # fmt: skip
    marks.void(
        house.specialist, serials=[Serials(batch_id=order.batch_id, first=2, count=4)],
        reason="spoilt", now=at(date(2027, 12, 1)),
    )  # fmt: skip
    meter_due(at(date(2029, 1, 1)))
    assert [(year, codes) for _, year, codes, *_ in charges()] == [(1, 10), (2, 6), (3, 4)]


def test_no_year_is_charged_that_no_contract_covers(house):
    a_contract(house.brand, grace_days=30)  # until 2027-10-31, grace to 2027-11-30
    house.issued("PO-A", quantity=10)
    told()
    meter_due(at(date(2028, 12, 1)))
    # the second year began within the grace, the third after it
    assert [year for _, year, *_ in charges()] == [1, 2]
    a_contract(house.brand, from_on=date(2028, 11, 1), until_on=date(2029, 10, 31))
    meter_due(at(date(2028, 12, 1)))
    assert [year for _, year, *_ in charges()] == [1, 2, 3]


def test_R137_blocks_are_used_first_come_first_used_and_lapse(house):
    contract = a_contract(house.brand, until_on=date(2032, 12, 31))
    a_block(house, contract, key="B-1", codes=30, years=2)
    a_block(house, contract, key="B-2", codes=100, expires_on=TODAY)
    a_block(house, contract, key="B-3", codes=1000, now=at(date(2027, 1, 1)))
    house.issued("PO-A", quantity=100)
    told()
    assert charges() == [("PO-A", 1, 100, 100, TODAY)]
    used = BlockUse.objects.order_by("pk").values_list("block__key", "codes")
    assert list(used) == [("B-1", 60), ("B-2", 40)]

    house.issued("PO-B", quantity=70)
    told()
    assert charges()[1] == ("PO-B", 1, 70, 60, TODAY)
    assert Block.objects.get(key="B-2").left == 0


def test_a_block_that_lapsed_or_was_bought_later_covers_nothing(house):
    contract = a_contract(house.brand, until_on=date(2032, 12, 31))
    a_block(house, contract, key="B-1", expires_on=TODAY + timedelta(days=1))
    house.issued("PO-A", quantity=10)
    told()
    a_block(house, contract, key="B-2", now=at(date(2027, 11, 23)))
    meter_due(at(date(2027, 11, 24)))  # the second year began a day before B-2
    assert [(year, prepaid) for _, year, _, prepaid, _ in charges()] == [(1, 10), (2, 0)]


def test_a_sale_of_a_block_said_twice_is_one_and_another_under_its_key_is_refused(house):
    contract = a_contract(house.brand)
    first = a_block(house, contract)
    assert a_block(house, contract) == first
    for wrong in ({"codes": 61}, {"key": "B-9", "now": at(date(2028, 1, 1))}):
        with pytest.raises(Invalid):
            a_block(house, contract, **wrong)
    assert Block.objects.count() == 1


@pytest.mark.django_db(transaction=True)
def test_a_race_of_metering_workers_makes_one_charge_and_uses_a_block_once():
    house = House()
    contract = a_contract(house.brand)
    a_block(house, contract, codes=60)
    order = house.issued("PO-A", quantity=100)
    start = threading.Barrier(6)

    def work():
        try:
            start.wait()
            meter_due(at(TODAY))
            meter_order(operator(house.brand), order_id=order.pk, now=NOW)
        finally:
            connections.close_all()

    threads = [threading.Thread(target=work) for _ in range(6)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert charges() == [("PO-A", 1, 100, 60, TODAY)]
    assert Block.objects.get().left == 0


def test_the_issuing_page_knows_the_cost_before_anybody_approves(house):
    assert order_cost(house.specialist, codes=10, now=NOW).contract is None
    contract = a_contract(house.brand)
    a_block(house, contract, codes=400_000)
    cost = order_cost(house.specialist, codes=1_000_000, now=NOW)
    assert (cost.prepaid, cost.amount, cost.refused) == (400_000, 1_200_000, False)
    assert order_cost(house.specialist, codes=3, now=NOW).amount == 0
    assert order_cost(house.supplier, codes=3, now=NOW) is None
    assert order_cost(house.specialist, codes=3, now=at(date(2028, 6, 1))).refused


def test_the_year_so_far_and_what_will_come_if_nothing_more_is_ordered(house):
    contract = a_contract(house.brand, from_on=BEGINS, until_on=date(2032, 12, 31))
    house.issued("PO-A", quantity=100_000)
    told()
    meter_due(at(date(2027, 6, 1)))
    house.issued("PO-B", quantity=50_000, batch="02")
    outlook = outlook_for(house.admin, now=at(date(2027, 6, 2)))
    assert (outlook.year.amount, outlook.to_come.amount) == (0, 200_000)
    assert outlook.forecast == 200_000
    a_block(house, contract, codes=40_000, now=at(date(2027, 6, 2)))
    outlook = outlook_for(house.admin, now=at(date(2027, 6, 2)))
    assert (outlook.to_come.prepaid, outlook.forecast) == (40_000, 120_000)
    assert (outlook.prepaid_left, outlook.prepaid_until) == (40_000, date(2027, 12, 31))
