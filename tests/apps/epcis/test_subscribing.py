"""Named queries and subscriptions: matching events arrive signed, again until they are taken."""

import base64
import hashlib
import hmac
import json
import threading
from datetime import timedelta
from http.server import BaseHTTPRequestHandler, HTTPServer

import pytest

from hefu.apps.audit import worker
from hefu.apps.audit.models import Delivery
from hefu.apps.epcis.errors import BadAddress, BadQuery, NotTaken, QueryExists
from hefu.apps.epcis.events import EventsCaptured
from hefu.apps.epcis.models import Push
from hefu.apps.epcis.services import capture as capturing
from hefu.apps.epcis.services import subscribing
from hefu.core.errors import Invalid, NotFound
from hefu.core.gs1.epcis import verify_document
from tests.apps.epcis.documents import an_event, work
from tests.factories import NOW, a_brand, operator

SECRET = "whsec_" + base64.b64encode(b"k" * 24).decode()


@pytest.fixture
def inbox():
    """A subscriber that takes what it is told to take."""
    got, statuses = [], []

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self):
            body = self.rfile.read(int(self.headers["Content-Length"]))
            got.append((dict(self.headers), body))
            self.send_response(statuses.pop(0) if statuses else 200)
            self.end_headers()

        def log_message(self, *args):
            pass

    server = HTTPServer(("127.0.0.1", 0), Handler)
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    yield f"http://127.0.0.1:{server.server_port}/in?a=1", got, statuses
    server.shutdown()
    thread.join()
    server.server_close()


@pytest.fixture
def actor(db, wired):
    return operator(a_brand())


def told(actor, **about):
    return capturing.capture_event(actor, event=an_event(**about), now=NOW)


def test_matching_events_arrive_once_and_signed(actor, inbox):
    address, got, _ = inbox
    subscribing.create_query(
        actor, name="received", parameters={"EQ_bizStep": ["receiving"]}, now=NOW
    )
    made = subscribing.subscribe(actor, name="received", address=address, secret=SECRET, now=NOW)
    told(actor)
    event = told(actor, bizStep="receiving")
    told(operator(a_brand()), bizStep="receiving")
    work()

    ((headers, body),) = got
    document = json.loads(body)
    verify_document(document)
    results = document["epcisBody"]["queryResults"]
    assert results["subscriptionID"] == made.key
    assert [one["eventID"] for one in results["resultsBody"]["eventList"]] == [event.event_id]
    # as the specification of Standard Webhooks says, computed here by itself
    signed = f"{headers['webhook-id']}.{headers['webhook-timestamp']}.".encode() + body
    expected = base64.b64encode(hmac.new(b"k" * 24, signed, hashlib.sha256).digest()).decode()
    assert headers["webhook-signature"] == f"v1,{expected}"
    made.refresh_from_db()
    assert made.notified_at is not None


def test_what_was_not_taken_is_sent_again_with_the_same_id(actor, inbox):
    address, got, statuses = inbox
    statuses += [503, 302]
    subscribing.create_query(actor, name="all", parameters={}, now=NOW)
    subscribing.subscribe(actor, name="all", address=address, secret=SECRET, now=NOW)
    told(actor)
    for minutes in range(5):
        worker.drain(now=NOW + timedelta(minutes=minutes))

    assert len(got) == 3
    assert len({headers["webhook-id"] for headers, _ in got}) == 1
    assert Push.objects.get().sent_at is not None
    assert not Delivery.objects.exclude(state="done").exists()


def test_a_message_is_queued_once_however_often_the_reaction_runs(actor, inbox):
    address, got, _ = inbox
    subscribing.create_query(actor, name="all", parameters={}, now=NOW)
    subscribing.subscribe(actor, name="all", address=address, secret=SECRET, now=NOW)
    event = told(actor)
    work()
    captured = EventsCaptured(brand_id=actor.brand_id, event_ids=[event.pk])
    subscribing.queue_pushes(captured, now=NOW)
    work()

    assert len(got) == 1


def test_who_unsubscribed_hears_nothing(actor, inbox):
    address, got, _ = inbox
    subscribing.create_query(actor, name="all", parameters={}, now=NOW)
    made = subscribing.subscribe(actor, name="all", address=address, secret=SECRET, now=NOW)
    told(actor)
    subscribing.unsubscribe(actor, name="all", key=made.key, now=NOW)
    told(actor)
    work()
    assert got == []
    with pytest.raises(NotFound):
        subscribing.unsubscribe(actor, name="all", key=made.key, now=NOW)
    subscribing.delete_query(actor, name="all", now=NOW)
    with pytest.raises(NotFound):
        subscribing.delete_query(operator(a_brand()), name="all", now=NOW)


def test_queries_are_checked_when_they_are_named(actor):
    subscribing.create_query(actor, name="q", parameters={"EQ_action": ["ADD"]}, now=NOW)
    with pytest.raises(QueryExists):
        subscribing.create_query(actor, name="q", parameters={}, now=NOW)
    with pytest.raises(BadQuery):
        subscribing.create_query(actor, name="r", parameters={"EQ_colour": ["red"]}, now=NOW)
    with pytest.raises(Invalid):
        subscribing.create_query(actor, name="a/b", parameters={}, now=NOW)


@pytest.mark.parametrize(
    "address",
    ["", "ftp://a.example/", "http://", "http://u:p@a.example/", "http://a.example:99999/",
     "http://a.example/ x", "http://[::1", "https://a.example/" + "x" * 500],
)  # fmt: skip
def test_addresses_that_cannot_be_delivered_to_are_refused(actor, address):
    subscribing.create_query(actor, name="all", parameters={}, now=NOW)
    with pytest.raises(BadAddress):
        subscribing.subscribe(actor, name="all", address=address, secret=SECRET, now=NOW)


def test_secrets_of_machines_are_not_asked_for():
    with pytest.raises(NotTaken) as caught:
        subscribing.post("http://169.254.169.254/latest", b"", {})
    assert caught.value.details["rule"] == "link_local"
