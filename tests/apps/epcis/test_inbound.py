"""Cartons that arrive: confirmed once for a note, told once, and where they are known to be."""

import json
import threading
from datetime import timedelta

import pytest
from django.db import connection

from hefu.apps.epcis.errors import CartonEmpty
from hefu.apps.epcis.models import Event, InboundLine
from hefu.apps.epcis.naming import sscc_uri, unit_uri
from hefu.apps.epcis.selectors.events import find_events
from hefu.apps.epcis.selectors.lines import Line
from hefu.apps.epcis.services import inbound, outbound, warehouse
from hefu.apps.identity.models import Mark
from hefu.core.errors import Invalid, NotAllowed, NotFound
from hefu.core.gs1.epcis import CONTEXT, verify_document
from hefu.core.permissions import Role
from tests.apps.epcis.documents import work
from tests.apps.identity.life.rows import Goods
from tests.factories import NOW, a_brand, a_partner, an_actor, operator

SSCC, OTHER = "195060001234567890", "195060001234567807"
PAPER = "SH 20261122/7"


@pytest.fixture
def staff(goods):
    actor = operator(goods.brand)
    warehouse.put_in(actor, sscc=SSCC, serials=[goods.serials(10, 12)], now=NOW)
    work()
    return actor


def receive(actor, *cartons, **about):
    return inbound.receive_cartons(
        actor, **{"paper": PAPER, "cartons": cartons, "now": NOW, **about}
    )


def told():
    return Event.objects.filter(biz_step="receiving")


def test_a_carton_that_arrives_is_told_once(goods, staff):
    first = receive(staff, SSCC, warehouse="Wuhan")
    again = receive(staff, f"(00){SSCC}")
    work()

    assert (first.received, first.repeated, first.units) == (1, 0, 12)
    assert (again.received, again.repeated, again.units) == (0, 1, 0)
    event = json.loads(told().get().body)
    verify_document({"@context": CONTEXT, **event})
    assert event["epcList"] == [sscc_uri(SSCC)]
    assert event["bizTransactionList"][0]["bizTransaction"] == "urn:hefu:paper:SH%2020261122%2F7"
    assert InboundLine.objects.get().warehouse == "Wuhan"
    assert not Mark.objects.filter(kind="shipped").exists()
    parameters = {"MATCH_epc": unit_uri(goods.facts, 15), "EQ_bizStep": "receiving"}
    assert len(find_events(staff, parameters).events) == 1  # its units are found in it


def test_goods_are_at_the_partner_who_received_them(goods, staff):
    partner = a_partner(goods.brand)
    receive(staff, SSCC, organisation_id=partner.pk)
    work()

    mark = Mark.objects.get(kind="shipped")
    assert (mark.first, mark.count, mark.organisation_id) == (10, 12, partner.pk)
    assert not Event.objects.filter(biz_step="shipping").exists()  # it was received, not sent
    assert json.loads(told().get().body)["destinationList"][0]["destination"] == (
        f"urn:hefu:organisation:{partner.pk}"
    )


def test_what_we_sent_there_is_not_bound_again(goods, staff):
    partner = a_partner(goods.brand)
    line = Line(order="CK-1", organisation=partner, carton=SSCC, at=NOW, warehouse="")
    outbound.dispatch(staff, line=line, now=NOW)
    receive(staff, SSCC, organisation_id=partner.pk, now=NOW + timedelta(hours=1))
    work()

    assert Mark.objects.filter(kind="shipped").count() == 1
    assert told().count() == 1


def test_a_unit_arrives_by_its_code(goods, staff):
    assert receive(staff, goods.code(50)).units == 1
    assert json.loads(told().get().body)["epcList"] == [unit_uri(goods.facts, 50)]


def test_all_arrive_or_none(goods, staff):
    with pytest.raises(NotFound):
        receive(staff, SSCC, OTHER)
    warehouse.put_in(staff, sscc=OTHER, serials=[goods.serials(60)], now=NOW)
    warehouse.empty(staff, sscc=OTHER, now=NOW)
    with pytest.raises(CartonEmpty):
        receive(staff, SSCC, OTHER)
    assert not InboundLine.objects.exists()
    assert not told().exists()


@pytest.mark.parametrize(
    ("about", "field"),
    [({"paper": " "}, "paper"), ({"paper": "x" * 61}, "paper"), ({"paper": "a\x00"}, "paper"),
     ({"cartons": []}, "cartons"), ({"at": NOW + timedelta(days=2)}, "at"),
     ({"warehouse": "x" * 61}, "warehouse")],
)  # fmt: skip
def test_what_cannot_be_is_refused_by_name(staff, about, field):
    with pytest.raises(Invalid) as caught:
        receive(staff, SSCC, **about)
    assert caught.value.details["field"] == field


def test_cartons_and_partners_of_others_do_not_exist(goods, staff):
    stranger = operator(a_brand())
    with pytest.raises(NotFound):
        receive(stranger, SSCC)
    with pytest.raises(NotFound):
        receive(staff, SSCC, organisation_id=a_partner(a_brand()).pk)
    with pytest.raises(NotAllowed):
        receive(an_actor(goods.brand, Role.ANALYST), SSCC)
    assert not InboundLine.objects.exists()


@pytest.mark.django_db(transaction=True)
def test_of_two_who_receive_a_carton_one_does(wired):
    goods = Goods()
    actor = operator(goods.brand)
    warehouse.put_in(actor, sscc=SSCC, serials=[goods.serials(10, 12)], now=NOW)
    found, gate = [], threading.Barrier(2)

    def arrive():
        gate.wait()
        found.append(receive(actor, SSCC).received)
        connection.close()

    threads = [threading.Thread(target=arrive) for _ in range(2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(found) == [0, 1]
    assert told().count() == 1
