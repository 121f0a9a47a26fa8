"""Scheduled subscriptions: what is new when they are due, no event lost and none told twice."""

import json
import threading
from datetime import UTC, datetime, timedelta

import pytest
from django.db import connection

from hefu.apps.audit import worker
from hefu.apps.epcis.errors import BadSchedule
from hefu.apps.epcis.events import EventsCaptured
from hefu.apps.epcis.models import Push, Subscription, Waiting
from hefu.apps.epcis.services import capture as capturing
from hefu.apps.epcis.services import scheduling, subscribing
from tests.apps.epcis.documents import an_event
from tests.apps.epcis.test_subscribing import SECRET, actor, inbox
from tests.factories import NOW, a_brand, operator

__all__ = ["actor", "inbox"]

FIVE_PAST = {"hour": "1", "minute": "5"}  # by the house's clock: 17:05 UTC
DUE = datetime(2026, 11, 22, 17, 5, tzinfo=UTC)
DAY = timedelta(days=1)


def told(actor, *, now=NOW, **about):
    return capturing.capture_event(actor, event=an_event(**about), now=now)


def subscribed(actor, address="http://127.0.0.1:9/", *, now=NOW, query=None, **about):
    subscribing.create_query(actor, name="q", parameters=query or {}, now=now)
    about = {"schedule": FIVE_PAST, **about}
    return subscribing.subscribe(actor, name="q", address=address, secret=SECRET, now=now, **about)


def lists(got):
    documents = [json.loads(body) for _, body in got]
    return [
        [one["eventID"] for one in told["epcisBody"]["queryResults"]["resultsBody"]["eventList"]]
        for told in documents
    ]


def tick(now):
    """A round of the worker at a time."""
    worker.drain(now=now)
    ran = scheduling.run_schedules(now)
    worker.drain(now=now)
    return ran


def test_what_is_new_is_sent_when_it_is_due(actor, inbox):
    address, got, _ = inbox
    subscribed(actor, address, query={"EQ_bizStep": ["receiving"]})
    first = told(actor, bizStep="receiving")
    told(actor)
    assert tick(DUE - timedelta(seconds=1)) == 0
    assert got == []
    assert tick(DUE + timedelta(seconds=14)) == 1
    second = told(actor, bizStep="receiving", now=DUE + timedelta(hours=1))
    assert tick(DUE + timedelta(hours=2)) == 0
    assert tick(DUE + DAY) == 1

    assert lists(got) == [[first.event_id], [second.event_id]]
    assert Subscription.objects.get().notified_at is not None


def test_missed_times_are_made_up_for_once(actor, inbox):
    address, got, _ = inbox
    subscribed(actor, address)
    event = told(actor)
    assert tick(DUE + 5 * DAY + timedelta(hours=3)) == 1  # the worker was away for days
    assert tick(DUE + 5 * DAY + timedelta(hours=3, minutes=1)) == 0

    assert lists(got) == [[event.event_id]]
    assert Subscription.objects.get().due_at == DUE + 6 * DAY


def test_a_minute_is_the_least_between_two_runs(actor):
    subscribed(actor, schedule={"second": "[0-59]"}, report_if_empty=True)
    start = NOW + timedelta(minutes=1)
    ran = sum(scheduling.run_schedules(start + timedelta(seconds=15 * turn)) for turn in range(8))
    assert ran == 2
    assert Push.objects.count() == 2


def test_nothing_new_is_told_only_if_wanted(actor, inbox):
    address, got, _ = inbox
    made = subscribed(actor, address)
    tick(DUE)
    assert got == []
    Subscription.objects.filter(pk=made.pk).update(report_if_empty=True)
    tick(DUE + DAY)
    assert lists(got) == [[]]


def test_the_first_time_reaches_back_to_the_time_named(actor, inbox):
    address, got, _ = inbox
    told(actor, now=NOW - timedelta(hours=2))
    old = told(actor, now=NOW - timedelta(hours=1))
    subscribed(actor, address, initial_record_at=NOW - timedelta(hours=1))
    tick(DUE)
    tick(DUE + DAY)
    assert lists(got) == [[old.event_id]]


def test_the_order_and_limit_of_the_query_hold(actor, inbox):
    address, got, _ = inbox
    query = {"orderBy": "eventTime", "orderDirection": "DESC", "eventCountLimit": 2}
    subscribed(actor, address, query=query)
    ids = [told(actor, eventTime=f"2026-11-20T08:00:0{n}Z").event_id for n in (2, 3, 1)]
    tick(DUE)
    assert lists(got) == [[ids[1], ids[0]]]


def test_a_query_that_finds_too_much_says_so(actor, inbox):
    address, got, _ = inbox
    subscribed(actor, address, query={"maxEventCount": 1})
    told(actor)
    told(actor)
    tick(DUE)
    ((_, body),) = got
    assert json.loads(body)["type"] == "epcisException:QueryTooLargeException"


def test_an_event_waits_once_however_often_it_is_announced(actor, inbox):
    address, got, _ = inbox
    subscribed(actor, address)
    event = told(actor)
    captured = EventsCaptured(brand_id=actor.brand_id, event_ids=[event.pk])
    subscribing.queue_pushes(captured, now=NOW)
    tick(DUE)
    subscribing.queue_pushes(captured, now=NOW)
    tick(DUE + DAY)
    assert lists(got) == [[event.event_id]]
    tick(DUE + 9 * DAY)
    assert not Waiting.objects.exists()


def test_many_events_come_in_several_messages(actor, inbox, monkeypatch):
    address, got, _ = inbox
    monkeypatch.setattr(scheduling, "PER_MESSAGE", 2)
    subscribed(actor, address)
    ids = [told(actor).event_id for _ in range(5)]
    tick(DUE)
    assert [len(part) for part in lists(got)] == [2, 2, 1]
    assert [one for part in lists(got) for one in part] == ids


def test_others_hear_nothing(actor, inbox):
    address, got, _ = inbox
    subscribed(actor, address)
    told(operator(a_brand()))
    tick(DUE)
    assert got == []


@pytest.mark.parametrize(
    ("schedule", "rule"),
    [({}, "required_missing"), ({"hour": "25"}, "outside_limits"),
     ({"dayOfMonth": "31", "month": "[2-2],4"}, "never_due")],
)  # fmt: skip
def test_schedules_that_cannot_be_are_refused(actor, schedule, rule):
    with pytest.raises(BadSchedule) as caught:
        subscribed(actor, schedule=schedule)
    assert caught.value.details["rule"] == rule
    assert not Subscription.objects.exists()


@pytest.mark.django_db(transaction=True)
def test_of_two_workers_one_runs_a_schedule(wired):
    mine = operator(a_brand())
    subscribed(mine)
    told(mine)
    worker.drain(now=NOW)
    ran, gate = [], threading.Barrier(2)

    def mind():
        gate.wait()
        ran.append(scheduling.run_schedules(DUE))
        connection.close()

    threads = [threading.Thread(target=mind) for _ in range(2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(ran) == [0, 1]
    assert Push.objects.count() == 1
