"""Capture: every valid document, every invalid one refused with its reason, each event once."""

import json
import threading
from dataclasses import replace

import pytest
from django.db import connection

from hefu.apps.audit import jobs
from hefu.apps.audit.models import Delivery, Job
from hefu.apps.epcis.errors import EventExists, EventInvalid, NotADocument
from hefu.apps.epcis.models import Event, Term
from hefu.apps.epcis.selectors.events import event_by_id, events_for
from hefu.apps.epcis.services import capture as capturing
from hefu.core.errors import NotAllowed, NotFound
from hefu.core.permissions import Role
from tests.apps.epcis.documents import a_document, an_event, captured
from tests.factories import NOW, a_brand, a_partner, an_actor, operator


@pytest.fixture
def actor(db, settings):
    settings.HEFU_JOBS = "tests.apps.epcis.test_capture.JOBS"
    settings.HEFU_REACTIONS = "tests.apps.epcis.test_capture.REACTIONS"
    return operator(a_brand())


JOBS = {capturing.JOB: capturing.run_capture}
REACTIONS: dict = {}


def test_all_valid_documents_are_captured(actor, shared_data):
    folder = shared_data / "identity" / "epcis_documents" / "valid"
    for path in sorted(folder.glob("*.json*")):
        document = path.read_text()
        expected = len(capturing._events(json.loads(document)))
        # a brand for each: the samples use one event ID for different events
        capture = captured(replace(actor, brand_id=a_brand().pk), text=document)

        assert capture.refused == 0, (path.name, capture.errors)
        assert capture.stored + capture.repeated == expected


def test_xml_and_json_of_one_event_are_one_event(actor, shared_data):
    folder = shared_data / "identity" / "epcis_event_hash"
    pairs = [path for path in folder.rglob("*.xml") if path.with_suffix(".jsonld").exists()]
    for path in pairs[:3]:
        first = captured(actor, text=path.with_suffix(".jsonld").read_text())
        second = captured(actor, text=path.read_text(), xml=True)

        assert (second.refused, second.stored) == (0, 0), (path.name, second.errors)
        assert second.repeated == first.stored + first.repeated


def test_rollback_keeps_nothing_and_says_why(actor):
    capture = captured(actor, an_event(), an_event(bizStep="flying"), an_event(action="LOOK"))

    assert not Event.objects.exists()
    assert not Term.objects.exists()
    assert (capture.stored, capture.refused) == (0, 2)
    assert [(one["event"], one["layer"], one["rule"], one["field"]) for one in capture.errors] == [
        (1, "vocabulary", "unknown_term", "/bizStep"),
        (2, "structure", "not_allowed", "/action"),
    ]


def test_proceed_keeps_the_others(actor):
    capture = captured(
        actor, an_event(), an_event(eventTime="yesterday"), an_event(), behaviour="proceed"
    )

    assert (capture.stored, capture.refused) == (2, 1)
    assert capture.errors[0]["field"] == "/eventTime"
    assert capture.finished_at is not None


def test_a_document_again_changes_nothing(actor):
    text = a_document(an_event(), an_event())
    captured(actor, text=text)
    again = captured(actor, text=text)

    assert (again.stored, again.repeated, again.refused) == (0, 2, 0)
    assert Event.objects.count() == 2


def test_an_event_twice_in_a_document_is_kept_once(actor):
    event = an_event()
    capture = captured(actor, event, event)

    assert (capture.stored, capture.repeated) == (1, 1)


def test_an_event_id_names_one_event_only(actor):
    first = an_event(eventID="urn:uuid:404d95fc-9457-4a51-bd6a-0bba133845a8")
    captured(actor, first)
    capture = captured(actor, an_event(), {**first, "bizStep": "receiving"})

    assert (capture.stored, capture.refused) == (0, 1)
    assert capture.errors[0]["rule"] == "event_id_taken"
    assert Event.objects.count() == 1


def test_a_single_event_twice_is_a_conflict(actor):
    event = an_event()
    kept = capturing.capture_event(actor, event=event, now=NOW)

    with pytest.raises(EventExists) as caught:
        capturing.capture_event(actor, event=event, now=NOW)
    assert caught.value.details["event_id"] == kept.event_id
    assert kept.event_id.startswith("ni:///sha-256;")


def test_the_same_event_in_other_words_is_a_conflict(actor):
    capturing.capture_event(
        actor, event=an_event(epcList=["urn:epc:id:sgtin:9506000.013435.K7"]), now=NOW
    )
    link = "https://shop.example/01/09506000134352/21/K7"
    with pytest.raises(EventExists):
        capturing.capture_event(actor, event=an_event(epcList=[link]), now=NOW)


def test_R092_an_event_is_taken_back_by_a_declaration(actor):
    event = an_event()
    kept = capturing.capture_event(actor, event=event, now=NOW)
    declaration = {"declarationTime": "2026-11-21T08:00:00Z", "reason": "did_not_occur"}
    capturing.capture_event(
        actor, event={**event, "eventID": kept.event_id, "errorDeclaration": declaration}, now=NOW
    )

    assert events_for(actor).count() == 2
    assert event_by_id(actor, kept.event_id).declared


def test_a_wrong_event_is_refused_with_layer_rule_and_field(actor):
    with pytest.raises(EventInvalid) as caught:
        capturing.capture_event(actor, event=an_event(ilmd={"ex:lot": "1"}), now=NOW)

    assert caught.value.details == {
        "layer": "semantics", "rule": "ilmd_without_add", "field": "/ilmd",
    }  # fmt: skip
    assert not Event.objects.exists()


@pytest.mark.parametrize("text", ["", "[]", "{", "nul", '{"type": "EPCISDocument"}', "[" * 5000])
def test_what_is_no_document_is_refused_at_once(actor, text):
    with pytest.raises(NotADocument):
        capturing.capture_document(actor, text=text, now=NOW)
    assert not Job.objects.exists()


@pytest.mark.parametrize("odd", ["\ud800", "\x00"])
def test_text_that_no_database_keeps_is_refused(actor, odd):
    capture = captured(actor, an_event(**{"https://a.example/note": odd}))

    assert (capture.stored, capture.refused) == (0, 1)


def test_brands_do_not_meet(actor):
    other = operator(a_brand())
    event = an_event(eventID="urn:uuid:404d95fc-9457-4a51-bd6a-0bba133845a9")
    captured(actor, event)
    captured(other, event)

    assert events_for(actor).count() == events_for(other).count() == 1
    third = operator(a_brand())
    with pytest.raises(NotFound):
        event_by_id(third, event["eventID"])


def test_who_may_not_manage_units_captures_nothing(actor):
    brand = a_brand()
    with pytest.raises(NotAllowed):
        capturing.capture_event(an_actor(brand, Role.ANALYST), event=an_event(), now=NOW)
    partner = an_actor(brand, Role.DISTRIBUTOR, a_partner(brand))
    capturing.capture_event(operator(brand), event=an_event(), now=NOW)
    assert not events_for(partner).exists()


class Killed(BaseException):
    """As if the process had been killed."""


@pytest.mark.parametrize("behaviour", ["rollback", "proceed"])
@pytest.mark.django_db(transaction=True)
def test_a_killed_capture_goes_on_where_it_stopped(actor, monkeypatch, behaviour):
    monkeypatch.setattr(capturing, "CHUNK", 2)
    events = [an_event() for _ in range(7)]
    capture = capturing.capture_document(
        actor, text=a_document(*events), behaviour=behaviour, now=NOW
    )
    keep = capturing.keep
    calls = []

    def keep_then_die(*args, **kwargs):
        calls.append(1)
        answer = keep(*args, **kwargs)
        if len(calls) == 2:
            raise Killed
        return answer

    monkeypatch.setattr(capturing, "keep", keep_then_die)
    job = jobs.claim("one", now=NOW)
    with pytest.raises(Killed):
        jobs.run(job, worker="one", clock=lambda: NOW)
    assert Event.objects.count() == (2 if behaviour == "proceed" else 0)

    later = NOW + 2 * jobs.LEASE
    job = jobs.claim("two", now=later)
    jobs.run(job, worker="two", clock=lambda: later)

    capture.refresh_from_db()
    assert (capture.stored, capture.repeated, capture.refused) == (7, 0, 0)
    assert Event.objects.count() == 7
    assert Term.objects.filter(name="epc").count() == 7


@pytest.mark.django_db(transaction=True)
def test_two_captures_that_meet_keep_each_event_once(actor):
    events = [an_event() for _ in range(40)]
    documents = [a_document(*events), a_document(*reversed(events))]
    captures = [capturing.capture_document(actor, text=one, now=NOW) for one in documents]
    start = threading.Barrier(2)

    def run(name):
        job = jobs.claim(name, now=NOW)
        start.wait()
        jobs.run(job, worker=name, clock=lambda: NOW)
        while (again := jobs.claim(name, now=NOW)) is not None:
            jobs.run(again, worker=name, clock=lambda: NOW)
        connection.close()

    threads = [threading.Thread(target=run, args=(name,)) for name in ("a", "b")]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    for capture in captures:
        capture.refresh_from_db()
    assert sorted((one.stored, one.repeated) for one in captures) == [(0, 40), (40, 0)]
    assert Event.objects.count() == Term.objects.filter(name="epc").count() == 40
    assert not Delivery.objects.exists()
