"""What Hefu does is told as events that the standard accepts, and found by the unit."""

import json
from datetime import timedelta

import pytest

from hefu.apps.audit.services import deed
from hefu.apps.epcis.models import Event, Span
from hefu.apps.epcis.naming import unit_uri
from hefu.apps.epcis.selectors.documents import query_document
from hefu.apps.epcis.selectors.events import events_for, find_events
from hefu.apps.epcis.services import telling
from hefu.apps.identity.events import UnitsMarked
from hefu.apps.identity.models import Mark
from hefu.apps.identity.services import activation, marks, packing
from hefu.apps.identity.services.marks import Serials
from hefu.core.gs1.epcis import Layer, verify_document
from tests.apps.epcis.documents import work
from tests.apps.identity.issue.rows import a_product
from tests.factories import NOW, a_partner, operator


def told(goods) -> list[dict]:
    work()
    rows = events_for(operator(goods.brand)).order_by("event_at", "pk")
    return [json.loads(row.body) for row in rows]


def steps(events) -> list[tuple]:
    return [(one["type"], one["action"], one.get("bizStep", "")) for one in events]


def test_R092_a_life_is_told_from_commissioning_to_sale(goods):
    partner = a_partner(goods.brand)
    one = [goods.serials(3)]
    marks.ship(goods.manager, serials=one, organisation_id=partner.pk, now=NOW + timedelta(hours=1))
    marks.recall(goods.manager, serials=one, notice="R-1", now=NOW + timedelta(hours=2))
    marks.end_recall(goods.manager, serials=one, now=NOW + timedelta(hours=3))
    marks.void(
        goods.manager, serials=[goods.serials(4)], reason="torn", now=NOW + timedelta(hours=4)
    )
    events = told(goods)

    assert steps(events) == [
        ("ObjectEvent", "ADD", "commissioning"),
        ("ObjectEvent", "OBSERVE", "shipping"),
        ("ObjectEvent", "OBSERVE", "holding"),
        ("ObjectEvent", "OBSERVE", "inspecting"),
        ("ObjectEvent", "DELETE", "decommissioning"),
    ]
    assert len(events[0]["epcList"]) == 100
    assert events[2]["persistentDisposition"] == {"set": ["recalled"]}
    assert events[3]["persistentDisposition"] == {"unset": ["recalled"]}
    actor = operator(goods.brand)
    life = find_events(actor, {"MATCH_epc": unit_uri(goods.facts, 3)}).events
    assert [event.biz_step for event in life].count("shipping") == 1
    assert len(life) == 4


def test_all_that_is_told_is_valid_in_every_layer(goods, shared_data):
    fastjsonschema = pytest.importorskip("fastjsonschema")
    schema = shared_data / "identity" / "epcis_schema" / "EPCIS-JSON-Schema.json"
    with deed():
        for kind in Mark.Kind:
            marks._mark(goods.manager, kind, [goods.serials(5)], now=NOW, reason="r")
    carton = a_product(goods.brand, kind="packaging")
    box = goods.house.issued(product=carton, batch="02").batch
    work()
    packing.pack(
        goods.manager, parent=_unit(box, 0), children=[goods.unit(1), goods.unit(2)], now=NOW
    )
    packing.unpack(goods.manager, children=[goods.unit(1)], now=NOW)
    work()
    document = query_document(list(events_for(operator(goods.brand))), now=NOW)

    verify_document(document, refusing=frozenset(Layer))
    fastjsonschema.compile(json.loads(schema.read_text()))(document)
    assert {"AggregationEvent"} < {event.kind for event in Event.objects.all()}


def _unit(batch, serial):
    from hefu.apps.identity.selectors import batches, codes

    facts = batches.BOOK.by_id([batch.pk])[batch.pk]
    return codes.UnitRef(batch=facts, serial=serial, reading=codes.Reading.OUTER)


def test_a_sale_names_nobody(goods):
    member = goods.member()
    wish = activation.ActivationWish(member_id=member.pk, code=goods.code(7), key="k1")
    activation.activate(_consumer(goods, member), wish=wish, now=NOW)
    sale = told(goods)[-1]

    assert (sale["bizStep"], sale["disposition"]) == ("retail_selling", "retail_sold")
    assert str(member.phone) not in json.dumps(sale)


def _consumer(goods, member):
    from hefu.core.actor import consumer

    return consumer(brand_id=goods.brand.pk, member_id=member.pk)


def test_a_deed_is_told_once_however_often_the_reaction_runs(goods):
    work()
    before = Event.objects.count()
    mark = Mark.objects.get(kind="commissioned")
    for _ in range(2):
        telling.tell_marked(
            UnitsMarked(brand_id=goods.brand.pk, mark_id=mark.pk, kind=mark.kind), now=NOW
        )

    assert Event.objects.count() == before == 1


def test_a_million_units_are_one_event_that_each_of_them_finds(db, wired):
    from tests.apps.identity.life.rows import Goods

    goods = Goods(commissioned=False, about={"quantity": 1_000_000})
    marks.commission(
        goods.manager, serials=[Serials(batch_id=goods.batch.pk, first=0, count=1_000_000)], now=NOW
    )
    (event,) = told(goods)

    assert event["quantityList"][0]["quantity"] == 1_000_000
    assert event["hefu:serials"] == ["0-999999"]
    assert len(json.dumps(event)) < 1000
    assert Span.objects.get().count == 1_000_000
    actor = operator(goods.brand)
    for serial in (0, 777_777, 999_999):
        assert len(find_events(actor, {"MATCH_epc": unit_uri(goods.facts, serial)}).events) == 1
    assert not find_events(operator(Goods().brand), {"MATCH_epc": unit_uri(goods.facts, 1)}).events
