"""Goods moved by others' events: our units follow, each event once, and nobody tells it twice."""

import pytest

from hefu.apps.epcis.events import EventsCaptured
from hefu.apps.epcis.models import Applied, Content, Event
from hefu.apps.epcis.naming import batch_uri, sscc_uri, unit_uri
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


def a_lot(goods, quantity, uom=None, lot=None, step="shipping", **about):
    name = lot or batch_uri(goods.facts)
    told = {"epcClass": name, "quantity": quantity, **({"uom": uom} if uom else {})}
    return capture(goods, epcList=None, bizStep=step, quantityList=[told], **about)


TO = [{"type": "possessing_party", "destination": GLN}]


@pytest.mark.parametrize("gtin", ["06901234567892"])
def test_a_whole_lot_moves_the_batch(goods, dealer, gtin):
    type(goods.product).objects.filter(pk=goods.product.pk).update(gtin=gtin)
    kept = a_lot(goods, 100, destinationList=TO)
    facts = goods.facts
    lot = f"https://id.gs1.org/01/{gtin}/10/{facts.produced_on:%y%m%d}-{facts.number}"
    a_lot(goods, 100.0, uom="H87", lot=lot, step="receiving", bizLocation={"id": GLN})
    a_lot(goods, 100, lot=f"https://id.gs1.org/01/{gtin}/10/{facts.number}", destinationList=TO)

    assert shipments() == [(0, 100, dealer.pk)] * 3
    assert Applied.objects.get(event=kept).deed
    assert Event.objects.filter(biz_step="shipping").count() == 2  # none is told again


@pytest.mark.parametrize(
    ("quantity", "uom", "note"),
    [(40, None, "partial_lot: 40 of 100 units"), (101, None, "partial_lot: 101 of 100"),
     (100, "KGM", "lot_by_measure"), (None, None, "partial_lot: any of 100")],
)  # fmt: skip
def test_part_of_a_lot_is_noted_and_moves_nothing(goods, dealer, quantity, uom, note):
    type(goods.product).objects.filter(pk=goods.product.pk).update(gtin="06901234567892")
    name = batch_uri(goods.facts)
    told = {"epcClass": name, "quantity": quantity, "uom": uom}
    told = {key: value for key, value in told.items() if value is not None}
    kept = capture(goods, epcList=None, quantityList=[told], destinationList=TO)

    assert shipments() == []
    assert note in Applied.objects.get(event=kept, deed="").note


def test_lots_of_others_leave_no_note(goods, dealer):
    lot = "urn:epc:class:lgtin:9506000.013435.L1"
    kept = a_lot(goods, 40, lot=lot, destinationList=TO)
    other = a_lot(goods, 40, lot="https://id.gs1.org/01/06901234567892/10/99", step="packing")

    assert not Applied.objects.filter(event__in=[kept, other]).exists()
