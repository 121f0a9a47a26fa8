"""Queries: the parameters of the standard find what the standard says, paged without loss."""

import json
from datetime import timedelta

import pytest

from hefu.apps.epcis.errors import BadQuery, QueryTooLarge
from hefu.apps.epcis.rows import event_row
from hefu.apps.epcis.selectors.documents import event_json, query_document
from hefu.apps.epcis.selectors.events import events_for, find_events
from hefu.apps.epcis.services import capture as capturing
from hefu.core.gs1.epcis import verify_document
from tests.apps.epcis.documents import SGTIN, an_event
from tests.factories import NOW, a_brand, operator


@pytest.fixture
def actor(db):
    return operator(a_brand())


def told(actor, *, now=NOW, **about):
    return capturing.capture_event(actor, event=an_event(**about), now=now).event_id


def found(actor, **parameters) -> set[str]:
    return {event.event_id for event in find_events(actor, parameters).events}


AGGREGATION = {
    "type": "AggregationEvent", "action": "ADD", "epcList": None, "bizStep": "packing",
    "parentID": "urn:epc:id:sscc:9506000.1234567890", "childEPCs": [SGTIN.format("C1")],
    "childQuantityList": [{"epcClass": "urn:epc:class:lgtin:9506000.013435.L1", "quantity": 12}],
}  # fmt: skip


def test_columns_are_found_in_short_and_long_form(actor):
    shipped, received = told(actor), told(actor, bizStep="receiving", action="ADD")

    assert found(actor, EQ_bizStep=["shipping"]) == {shipped}
    assert found(actor, EQ_bizStep="https://ref.gs1.org/cbv/BizStep-receiving") == {received}
    assert found(actor, EQ_action="ADD|OBSERVE") == {shipped, received}
    assert found(actor, eventType=["AggregationEvent"]) == set()
    assert found(actor, EQ_disposition="in_transit", EQ_action="ADD") == {received}
    place = "https://id.gs1.org/414/9506000134307"
    assert found(actor, EQ_readPoint=place) == {shipped, received}
    assert found(actor, EQ_bizLocation=place) == set()


def test_times_take_the_beginning_and_leave_the_end(actor):
    early = told(actor, eventTime="2026-11-20T08:00:00+08:00")
    late = told(actor, now=NOW + timedelta(hours=1), eventTime="2026-11-20T09:00:00+08:00")

    assert found(actor, GE_eventTime="2026-11-20T00:00:00Z") == {early, late}
    assert found(actor, LT_eventTime="2026-11-20T01:00:00Z") == {early}
    assert found(actor, GE_recordTime="2026-11-22T13:00:00.000Z") == {late}
    assert found(actor, LT_recordTime="2026-11-22T13:00:00 00:00") == {early}  # "+" in an address


def test_things_match_by_name_pattern_and_role(actor):
    one = told(actor, epcList=[SGTIN.format("A1")])
    packed = told(actor, **AGGREGATION)

    assert found(actor, MATCH_epc="https://any.example/01/09506000134352/21/A1") == {one}
    assert found(actor, MATCH_epc=SGTIN.format("C1")) == {packed}
    assert found(actor, MATCH_epc="urn:epc:idpat:sgtin:9506000.013435.*") == {one, packed}
    assert found(actor, MATCH_epc="urn:epc:idpat:sgtin:9506000.*.*") == {one, packed}
    assert found(actor, MATCH_epc="urn:epc:idpat:sgtin:9506001.*.*") == set()
    assert found(actor, MATCH_parentID="urn:epc:id:sscc:9506000.1234567890") == {packed}
    assert found(actor, MATCH_epc="urn:epc:id:sscc:9506000.1234567890") == set()
    assert found(actor, MATCH_anyEPC="urn:epc:idpat:sscc:9506000.*") == {packed}
    assert found(actor, MATCH_epcClass="urn:epc:class:lgtin:9506000.013435.L1") == {packed}
    assert found(actor, MATCH_anyEPCClass="https://id.gs1.org/01/09506000134352") == {packed}
    assert found(actor, GE_quantity="12", EQ_action="ADD") == {packed}
    assert found(actor, GT_quantity=12) == set()


def test_papers_parties_and_states_are_found(actor):
    event = told(
        actor,
        bizTransactionList=[{"type": "po", "bizTransaction": "urn:epcglobal:cbv:bt:9506:77"}],
        sourceList=[{"type": "possessing_party", "source": "urn:epc:id:pgln:9506000.00000"}],
        destinationList=[{"type": "owning_party", "destination": "https://a.example/417/9506000134307"}],
        persistentDisposition={"set": ["recalled"]},
    )  # fmt: skip
    told(actor)

    assert found(actor, EQ_bizTransaction_po="urn:epcglobal:cbv:bt:9506:77") == {event}
    assert found(actor, EQ_bizTransaction_inv="urn:epcglobal:cbv:bt:9506:77") == set()
    assert found(actor, EQ_source_possessing_party="urn:epc:id:pgln:9506000.00000") == {event}
    assert found(actor, EQ_destination_owning_party="https://id.gs1.org/417/9506000134307") == {
        event
    }
    assert found(actor, EQ_persistentDisposition_set="recalled") == {event}
    assert found(actor, EQ_eventID=event) == {event}


def test_declarations_are_found(actor):
    event = told(actor)
    body = json.loads(events_for(actor).get().body)
    declaration = {
        "declarationTime": "2026-11-21T08:00:00Z", "reason": "incorrect_data",
        "correctiveEventIDs": ["urn:uuid:404d95fc-9457-4a51-bd6a-0bba133845a8"],
    }  # fmt: skip
    capturing.capture_event(actor, event={**body, "errorDeclaration": declaration}, now=NOW)

    assert found(actor, EXISTS_errorDeclaration="") == {event}
    assert found(actor, EQ_errorReason="incorrect_data") == {event}
    assert found(actor, GE_errorDeclarationTime="2026-11-21T08:00:00Z") == {event}
    assert found(actor, LT_errorDeclarationTime="2026-11-21T08:00:00Z") == set()
    assert found(actor, EQ_correctiveEventID=declaration["correctiveEventIDs"]) == {event}


def test_sensors_are_found(actor):
    sensors = [
        {
            "sensorMetadata": {"deviceID": "urn:epc:id:giai:4000001.111"},
            "sensorReport": [{"type": "Temperature", "value": 26.0, "uom": "CEL"}],
        }
    ]
    event = told(actor, sensorElementList=sensors)

    assert found(actor, EQ_type="Temperature") == {event}
    assert found(actor, EQ_deviceID="urn:epc:id:giai:4000001.111") == {event}
    assert found(actor, EQ_type="AbsoluteHumidity") == set()


@pytest.mark.parametrize("by", [None, "eventTime", "recordTime"])
def test_pages_hold_every_event_once(actor, by):
    ids = {
        told(
            actor,
            eventTime=f"2026-11-20T08:00:0{number % 3}Z",
            now=NOW + timedelta(seconds=number % 2),
        )
        for number in range(11)
    }
    parameters = {"perPage": 3, **({"orderBy": by} if by else {})}
    seen, token, pages = [], "", 0
    while True:
        page = find_events(actor, {**parameters, **({"nextPageToken": token} if token else {})})
        seen += [event.event_id for event in page.events]
        pages += 1
        if not (token := page.next):
            break

    assert pages == 4
    assert len(seen) == 11
    assert set(seen) == ids


def test_limits_of_the_standard(actor):
    for number in range(5):
        told(actor, eventTime=f"2026-11-20T08:00:0{number}Z")
    newest = find_events(actor, {"orderBy": "eventTime", "eventCountLimit": 3, "perPage": 2})
    rest = find_events(
        actor,
        {"orderBy": "eventTime", "eventCountLimit": 3, "perPage": 2, "nextPageToken": newest.next},
    )

    assert [len(newest.events), len(rest.events), rest.next] == [2, 1, ""]
    assert newest.events[0].event_at > newest.events[1].event_at > rest.events[0].event_at
    with pytest.raises(QueryTooLarge):
        find_events(actor, {"maxEventCount": 4})
    assert len(find_events(actor, {"maxEventCount": 5}).events) == 5


@pytest.mark.parametrize(
    ("parameters", "field"),
    [
        ({"EQ_colour": "red"}, "EQ_colour"),
        ({"GE_eventTime": "today"}, "GE_eventTime"),
        ({"EQ_bizStep": []}, "EQ_bizStep"),
        ({"EQ_bizStep": [1]}, "EQ_bizStep"),
        ({"EQ_eventID": "a\x00b"}, "EQ_eventID"),
        ({"GE_quantity": "nan"}, "GE_quantity"),
        ({"perPage": "0"}, "perPage"),
        ({"nextPageToken": "!"}, "nextPageToken"),
        ({"nextPageToken": "W10"}, "nextPageToken"),
        ({"orderBy": "colour"}, "orderBy"),
        ({"eventCountLimit": 3}, "eventCountLimit"),
        ({"eventCountLimit": 3, "maxEventCount": 3, "orderBy": "eventTime"}, "maxEventCount"),
        ({"MATCH_epc": "urn:epc:idpat:grai:9506000.*.*"}, "MATCH_epc"),
    ],
)
def test_a_parameter_that_cannot_be_used_is_named(actor, parameters, field):
    with pytest.raises(BadQuery) as caught:
        find_events(actor, parameters)
    assert caught.value.details["field"] == field


def test_a_query_asks_the_database_once(actor, django_assert_num_queries):
    for _ in range(3):
        told(actor)
    with django_assert_num_queries(1):
        assert len(find_events(actor, {"EQ_bizStep": "shipping"}).events) == 3


def test_what_comes_out_is_a_valid_document_and_hashes_as_it_did(actor, shared_data):
    fastjsonschema = pytest.importorskip("fastjsonschema")
    folder = shared_data / "identity"
    schema = json.loads((folder / "epcis_schema" / "EPCIS-JSON-Schema.json").read_text())
    validate = fastjsonschema.compile(schema)
    for path in (
        sorted((folder / "epcis_documents" / "valid").glob("*WithUserExt*.json*"))
        + sorted((folder / "epcis_documents" / "valid").glob("*.json*"))[:25]
    ):
        document = json.loads(path.read_text())
        mine = operator(a_brand())
        for event in capturing._events(document):
            capturing.capture_event(mine, event=event, context=document["@context"], now=NOW)
        events = list(events_for(mine))
        out = json.loads(json.dumps(query_document(events, now=NOW)))

        verify_document(out)
        validate(out)
        for event in events:
            alone = event_json(event, alone=True)
            assert event_row(alone, context=alone["@context"]).hash == event.hash, path.name
