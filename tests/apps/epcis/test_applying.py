"""Goods moved by others' events: our units follow, each event once, and nobody tells it twice."""

import pytest

from hefu.apps.epcis.events import EventsCaptured
from hefu.apps.epcis.models import Applied, Content, Event
from hefu.apps.epcis.naming import sscc_uri, unit_uri
from hefu.apps.epcis.services import applying
from hefu.apps.epcis.services import capture as capturing
from hefu.apps.identity.models import Containment, Mark
from hefu.apps.identity.selectors.units import units_for
from hefu.apps.identity.services.units import touch
from hefu.core.permissions import Role
from tests.apps.epcis.documents import an_event, work
from tests.factories import NOW, a_partner, an_actor, operator

SSCC = "195060001234567890"
CARTON = sscc_uri(SSCC)
GLN = "urn:epc:id:sgln:9506000.12345.0"


@pytest.fixture
def dealer(goods):
    partner = a_partner(goods.brand)
    applying.name_party(operator(goods.brand), identifier=GLN, organisation_id=partner.pk, now=NOW)
    work()
    return partner


def capture(goods, **about):
    kept = capturing.capture_event(operator(goods.brand), event=an_event(**about), now=NOW)
    work()
    return kept


def things(goods, *serials):
    return [unit_uri(goods.facts, serial) for serial in serials]


def shipments():
    return [
        (mark.first, mark.count, mark.organisation_id)
        for mark in Mark.objects.filter(kind="shipped").order_by("first")
    ]


def aggregation(goods, action, *serials, parent=CARTON):
    return capture(
        goods, type="AggregationEvent", action=action, epcList=None, parentID=parent,
        childEPCs=things(goods, *serials), bizStep="packing",
    )  # fmt: skip


def test_shipping_by_another_ships_our_units_to_the_named_partner(goods, dealer):
    touch([goods.unit(2)])
    capture(
        goods, epcList=things(goods, 1, 2, 3, 9),
        destinationList=[{"type": "possessing_party", "destination": GLN}],
    )  # fmt: skip

    assert shipments() == [(1, 3, dealer.pk), (9, 1, dealer.pk)]
    partner = an_actor(goods.brand, Role.DISTRIBUTOR, dealer)
    assert [unit.serial for unit in units_for(partner)] == [2]
    assert Event.objects.filter(biz_step="shipping").count() == 1  # it is not told again


def test_receiving_binds_goods_to_who_received_them(goods, dealer):
    capture(goods, bizStep="receiving", epcList=things(goods, 5), bizLocation={"id": GLN})
    capture(goods, bizStep="receiving", epcList=things(goods, 6))  # nobody we know

    assert shipments() == [(5, 1, dealer.pk)]


def test_an_event_is_applied_once(goods, dealer):
    kept = capture(goods, epcList=things(goods, 1))
    for _ in range(2):
        told = EventsCaptured(brand_id=goods.brand.pk, event_ids=[kept.pk])
        applying.apply_events(told, now=NOW)

    assert len(shipments()) == 1


def test_a_carton_of_another_moves_what_lies_in_it(goods, dealer):
    aggregation(goods, "ADD", 10, 11, 12)
    capture(goods, epcList=[CARTON], destinationList=[{"type": "owning_party", "destination": GLN}])

    assert shipments() == [(10, 3, dealer.pk)]
    aggregation(goods, "DELETE", 11)
    live = Content.objects.filter(until=None).order_by("first")
    assert [(row.first, row.count) for row in live] == [(10, 1), (12, 1)]
    capture(goods, type="AggregationEvent", action="DELETE", epcList=None, parentID=CARTON,
            childEPCs=[], bizStep="unpacking")  # fmt: skip
    assert not Content.objects.filter(until=None).exists()


def test_a_second_live_parent_is_noted_not_believed(goods, dealer):
    aggregation(goods, "ADD", 10)
    kept = aggregation(goods, "ADD", 10, parent=sscc_uri("195060001234567807"))

    assert Content.objects.filter(until=None).count() == 1
    assert "already_inside" in Applied.objects.get(event=kept).note
    assert Event.objects.filter(pk=kept.pk).exists()


def test_a_contract_maker_commissions_and_decommissions(goods, dealer):
    capture(goods, action="ADD", bizStep="commissioning", epcList=things(goods, 20))
    capture(goods, action="DELETE", bizStep="decommissioning", epcList=things(goods, 20),
            disposition=None)  # fmt: skip

    assert Mark.objects.filter(first=20, kind="commissioned").exists()
    assert Mark.objects.filter(first=20, kind="void").exists()


def test_units_of_another_brand_are_left_alone(goods, dealer):
    from tests.apps.identity.life.rows import Goods

    other = Goods()
    capture(goods, epcList=things(other, 1))

    assert shipments() == []


def test_a_declared_error_moves_nothing(goods, dealer):
    kept = capture(goods, epcList=things(goods, 1))
    capture(
        goods, epcList=things(goods, 1), eventID=kept.event_id,
        errorDeclaration={"declarationTime": "2026-11-21T08:00:00Z"},
    )  # fmt: skip

    assert len(shipments()) == 1


def test_aggregation_into_our_own_carton_packs_and_is_told_once(goods, dealer):
    from tests.apps.identity.life.rows import Goods

    boxes = Goods(house=goods.house, about={"batch": "09"})
    type(boxes.product).objects.filter(pk=boxes.product.pk).update(kind="packaging")
    from hefu.apps.identity.selectors.batches import BOOK

    BOOK.forget(boxes.batch.pk)
    aggregation(goods, "ADD", 1, 2, parent=unit_uri(boxes.facts, 0))

    assert Containment.objects.filter(until=None).count() == 2
    assert Event.objects.filter(kind="AggregationEvent").count() == 1


def test_a_clock_that_runs_ahead_moves_goods_now(goods, dealer):
    kept = capture(goods, epcList=things(goods, 1), eventTime="2031-01-01T00:00:00Z")

    assert Mark.objects.get(kind="shipped").at == kept.recorded_at
