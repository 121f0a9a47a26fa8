"""The EPCIS REST binding, as a partner's system speaks it."""

import json
from urllib.parse import quote

import pytest
from django.test import Client

from hefu.apps.epcis.models import Event
from hefu.apps.epcis.naming import unit_uri
from hefu.core.gs1.epcis import CONTEXT, verify_document
from hefu.core.permissions import Permission
from tests.apps.epcis.documents import a_document, an_event, work
from tests.factories import a_brand
from tests.surfaces.api.conftest import a_key

HOPE = "GS1-Capture-Error-Behaviour"
pytestmark = pytest.mark.django_db


class Caller:
    def __init__(self, brand, scopes=tuple(Permission)):
        self.secret = a_key(brand, scopes)[1]
        self.client = Client()

    def __call__(self, method, path, body=None, *, kind="application/json", **headers):
        data = body if isinstance(body, str) else json.dumps(body) if body is not None else ""
        return self.client.generic(
            method, f"/api/epcis/{path}", data.encode(), content_type=kind,
            headers={"Authorization": f"Bearer {self.secret}", **headers},
        )  # fmt: skip


@pytest.fixture
def call(goods):
    return Caller(goods.brand)


def single(**about):
    return {"@context": CONTEXT, **an_event(**about)}


def problem(response, status, exception):
    body = response.json()
    assert (response.status_code, body["type"]) == (status, f"epcisException:{exception}"), body
    assert response["Content-Type"] == "application/problem+json"
    return body


def test_a_document_is_captured_by_a_job(call):
    sent = call("POST", "capture", a_document(an_event(), an_event()))
    assert sent.status_code == 202
    job = call("GET", sent["Location"].removeprefix("/api/epcis/")).json()
    assert (job["running"], job["success"]) == (True, True)
    work()
    job = call("GET", sent["Location"].removeprefix("/api/epcis/")).json()
    assert (job["running"], job["success"], job["stored"]) == (False, True, 2)
    assert call("GET", "capture").json()[0]["captureID"] == job["captureID"]
    assert sent["GS1-EPCIS-Version"] == "2.0.0"


@pytest.mark.parametrize(("behaviour", "stored"), [("rollback", 0), ("proceed", 1)])
def test_the_error_behaviour_is_the_senders_choice(call, behaviour, stored):
    text = a_document(an_event(), an_event(bizStep="flying"))
    sent = call("POST", "capture", text, **{"GS1-Capture-Error-Behaviour": behaviour})
    work()
    job = call("GET", f"capture/{sent.json()['captureID']}").json()

    assert (job["running"], job["success"], job["stored"]) == (False, False, stored)
    assert (job["errors"][0]["event"], job["errors"][0]["field"]) == (1, "/bizStep")
    assert Event.objects.filter(own=False).count() == stored


def test_xml_is_taken(call, shared_data):
    path = next((shared_data / "identity" / "epcis_event_hash").rglob("*.xml"))
    sent = call("POST", "capture", path.read_text(), kind="application/xml")
    work()
    assert call("GET", f"capture/{sent.json()['captureID']}").json()["success"]


def test_a_single_event_is_kept_found_and_refused_the_second_time(call):
    event = single(ilmd=None)
    made = call("POST", "events", event)
    assert made.status_code == 201
    path = made["Location"].removeprefix("/api/epcis/")
    got = call("GET", path).json()
    assert got["epcList"] == event["epcList"]
    assert got["@context"] == [CONTEXT]
    again = problem(call("POST", "events", event), 409, "ResourceAlreadyExistsException")
    assert again["event_id"] == got["eventID"]
    wrong = problem(call("POST", "events", single(action="LOOK")), 400, "ValidationException")
    assert (wrong["layer"], wrong["rule"], wrong["field"]) == (
        "structure", "not_allowed", "/action",
    )  # fmt: skip


def test_events_are_queried_and_paged_by_links(call):
    for _ in range(5):
        call("POST", "events", single(bizStep="receiving"))
    seen, path = [], "events?EQ_bizStep=receiving&perPage=2"
    while path:
        response = call("GET", path)
        document = response.json()
        verify_document(document)
        seen += document["epcisBody"]["queryResults"]["resultsBody"]["eventList"]
        link = response.headers.get("Link", "")
        path = link.partition("/api/epcis/")[2].partition(">")[0]

    assert len({one["eventID"] for one in seen}) == len(seen) == 5
    problem(call("GET", "events?EQ_colour=red"), 400, "QueryParameterException")
    problem(call("GET", "events?maxEventCount=2"), 413, "QueryTooLargeException")


def test_what_hefu_did_is_found_by_the_printed_address(call, goods):
    work()
    uri = quote(unit_uri(goods.facts, 3), safe="")
    events = call("GET", f"epcs/{uri}/events").json()["epcisBody"]["queryResults"]["resultsBody"]

    assert [one["bizStep"] for one in events["eventList"]] == ["commissioning"]


def test_collections_name_what_is_known(call):
    call(
        "POST", "events", single(bizStep="receiving", epcList=["urn:epc:id:sgtin:9506000.013435.Z"])
    )
    assert call("GET", "").json()["member"][:2] == ["capture", "events"]
    assert call("GET", "bizSteps").json()["member"] == ["receiving"]
    assert call("GET", "bizSteps/receiving").json()["member"] == ["events"]
    assert call("GET", "epcs").json()["member"] == ["https://id.gs1.org/01/09506000134352/21/Z"]
    assert call("GET", "eventTypes/ObjectEvent/events").status_code == 200
    assert call("GET", "readPoints?perPage=1").json()["member"]
    problem(call("GET", "dispositions/destroyed"), 404, "NoSuchResourceException")


def test_queries_have_names_and_subscribers(call):
    query = {"name": "Received", "query": {"EQ_bizStep": ["receiving"]}}
    assert call("POST", "queries", query).status_code == 201
    problem(call("POST", "queries", query), 409, "ResourceAlreadyExistsException")
    call("POST", "events", single())
    call("POST", "events", single(bizStep="receiving"))
    events = call("GET", "queries/Received/events").json()["epcisBody"]["queryResults"]
    assert events["queryName"] == "Received"
    assert len(events["resultsBody"]["eventList"]) == 1
    secret = "a-secret-of-the-client"
    wanted = {"dest": "https://a.example/in", "signatureToken": secret, "stream": True}
    made = call("POST", "queries/Received/subscriptions", wanted)
    assert made.status_code == 201
    assert secret not in made.content.decode()
    path = made["Location"].removeprefix("/api/epcis/")
    assert call("GET", path).json()["dest"] == wanted["dest"]
    both = {**wanted, "schedule": {"hour": "1"}}
    never = {**wanted, "stream": None, "schedule": {"dayOfMonth": "30", "month": "2"}}
    for refused in (both, never, {**wanted, "stream": False}, {**never, "schedule": "hourly"}):
        problem(
            call("POST", "queries/Received/subscriptions", refused), 400,
            "SubscriptionControlsException",
        )  # fmt: skip
    assert call("DELETE", path).status_code == 204
    assert call("DELETE", "queries/Received").status_code == 204
    problem(call("GET", "queries/Received"), 404, "NoSuchResourceException")


def test_subscriptions_by_schedule(call):
    """The example of the standard's REST binding: every morning at five past one."""
    call("POST", "queries", {"name": "Received", "query": {}})
    wanted = {
        "dest": "https://a.example/in", "signatureToken": "a-secret-of-the-client",
        "reportIfEmpty": True, "schedule": {"hour": "1", "minute": "5"},
        "initialRecordTime": "2026-11-01T00:00:00+08:00",
    }  # fmt: skip
    made = call("POST", "queries/Received/subscriptions", wanted)
    assert made.status_code == 201
    shown = call("GET", made["Location"].removeprefix("/api/epcis/")).json()
    assert (shown["schedule"], shown["reportIfEmpty"]) == (wanted["schedule"], True)
    assert shown["initialRecordTime"] == "2026-10-31T16:00:00.000Z"
    bad = {**wanted, "initialRecordTime": "yesterday"}
    problem(call("POST", "queries/Received/subscriptions", bad), 400, "QueryParameterException")
    bad = {**wanted, "reportIfEmpty": "yes"}
    problem(call("POST", "queries/Received/subscriptions", bad), 400, "ValidationException")


def test_fields_of_others_are_asked_for_with_prefixes_of_the_asker(call):
    context = [CONTEXT, {"ex": "https://ns.example.com/epcis/"}]
    sent = {"@context": context, **an_event(**{"ex:colour": "red"})}
    assert call("POST", "events", sent).status_code == 201
    call("POST", "events", single())

    def count(query, **headers):
        found = call("GET", f"events?{query}", **headers).json()
        return len(found["epcisBody"]["queryResults"]["resultsBody"]["eventList"])

    prefixes = {"GS1-Extensions": "other=urn:x:, mine=https://ns.example.com/epcis/"}
    assert count("EQ_mine:colour=red", **prefixes) == 1
    assert count(f"EQ_{quote('https://ns.example.com/epcis#colour', safe='')}=red") == 1
    problem(call("GET", "events?EQ_mine:colour=red"), 400, "QueryParameterException")
    body = {"name": "Red", "query": {"@context": {"e": "https://ns.example.com/epcis/"},
                                     "EQ_e:colour": ["red"]}}  # fmt: skip
    assert call("POST", "queries", body).status_code == 201
    found = call("GET", "queries/Red/events").json()["epcisBody"]["queryResults"]["resultsBody"]
    assert len(found["eventList"]) == 1


def test_keys_scopes_and_brands(call, goods):
    made = call("POST", "events", single())
    stranger = Caller(a_brand())
    path = made["Location"].removeprefix("/api/epcis/")
    problem(stranger("GET", path), 404, "NoSuchResourceException")
    found = stranger("GET", "events").json()["epcisBody"]["queryResults"]["resultsBody"]
    assert found == {"eventList": []}
    reader = Caller(goods.brand, [Permission.CODE_VIEW])
    problem(reader("POST", "events", single()), 403, "SecurityException")
    assert reader("GET", path).status_code == 200
    for one in ("", "events", "capture", "queries", "bizSteps"):
        refusal = Client().get(f"/api/epcis/{one}")
        problem(refusal, 401, "SecurityException")


@pytest.mark.parametrize(
    ("sent", "status", "exception"),
    [
        (("POST", "capture", "{", {}), 400, "ValidationException"),
        (("POST", "capture", "x", {"kind": "text/plain"}), 415, "UnsupportedMediaTypeException"),
        (("POST", "capture", "<a/>", {"kind": "text/xml"}), 400, "ValidationException"),
        (("POST", "capture", "{}", {HOPE: "hope"}), 400, "ValidationException"),
        (("POST", "events", "[]", {}), 400, "ValidationException"),
        (("POST", "events", "[" * 9999, {}), 400, "ValidationException"),
        (("GET", "events", "", {"Accept": "application/xml"}), 406, "NotAcceptableException"),
        (("GET", "events?perPage=x", "", {}), 400, "QueryParameterException"),
        (("GET", "events?nextPageToken=%00", "", {}), 400, "QueryParameterException"),
        (("GET", "events?EQ_eventID=%00", "", {}), 400, "QueryParameterException"),
        (("GET", "events/%00", "", {}), 404, "NoSuchResourceException"),
        (("GET", "epcs/%00/events", "", {}), 404, "NoSuchResourceException"),
        (("GET", "capture/%00", "", {}), 404, "NoSuchResourceException"),
        (("GET", "queries/%00", "", {}), 404, "NoSuchResourceException"),
        (("POST", "queries", '{"name": 1}', {}), 400, "ValidationException"),
        (("PUT", "events", "", {}), 405, "NoSuchResourceException"),
    ],
)  # fmt: skip
def test_what_cannot_be_is_refused_in_the_standards_words(call, sent, status, exception):
    *words, headers = sent
    problem(call(*words, **headers), status, exception)


def test_too_large_a_document_is_refused(call, monkeypatch):
    from hefu.apps.epcis.services import capture

    monkeypatch.setattr(capture, "MOST_BYTES", 100)
    problem(call("POST", "capture", a_document(an_event())), 413, "CaptureLimitExceededException")


def test_options_tell_the_limits(call):
    response = call("OPTIONS", "capture")

    assert response.status_code == 204
    assert response["Allow"] == "OPTIONS, GET, POST"
    assert int(response["GS1-EPCIS-Capture-Limit"]) >= 10_000
