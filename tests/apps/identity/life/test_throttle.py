"""Guessing: misses cost, genuine checks do not, alarms are raised once per source and hour."""

from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta

import pytest
from django.db import connection
from hypothesis import given, settings
from hypothesis import strategies as st

from hefu.apps.audit.models import PLATFORM, Entry
from hefu.apps.identity.errors.life import TooManyMisses
from hefu.apps.identity.models import GuessAlarm
from hefu.apps.identity.services import throttle
from hefu.apps.identity.services.throttle import (
    POLICIES,
    Bucket,
    BucketPolicy,
    GuessThrottle,
    Scope,
    Source,
)
from tests.apps.identity.life.rows import EDGE, later
from tests.factories import NOW

SLOW = BucketPolicy(capacity=3, per_minute=60)


def test_a_bucket_empties_and_fills_at_its_rate():
    bucket = Bucket(level=3, at=0)
    for _ in range(3):
        assert throttle.wait(bucket, SLOW, now=0) == 0
        bucket = throttle.drawn(bucket, SLOW, now=0)

    assert (bucket.level, bucket.strikes) == (0, 1)
    # one strike: half of one per second
    assert throttle.wait(bucket, SLOW, now=0) == pytest.approx(2)
    assert throttle.wait(bucket, SLOW, now=1) == pytest.approx(1)
    assert throttle.wait(bucket, SLOW, now=2) == 0
    assert throttle.refilled(bucket, SLOW, now=3600).strikes == 0


@given(st.lists(st.floats(0, 500), max_size=60))
@settings(max_examples=60, deadline=None)
def test_a_patient_guesser_gets_capacity_and_rate_and_no_more(gaps):
    bucket, at, misses = Bucket(level=SLOW.capacity, at=0), 0.0, 0
    for gap in gaps:
        at += gap
        if throttle.wait(bucket, SLOW, now=at) == 0:
            bucket = throttle.drawn(bucket, SLOW, now=at)
            misses += 1
        assert 0 <= bucket.level <= SLOW.capacity

    assert misses <= SLOW.capacity + at * SLOW.per_minute / 60 + 1


def missed(guard, source, times, *, at=NOW):
    return [alarm for _ in range(times) for alarm in guard.miss(source, now=at)]


def test_a_device_waits_longer_after_every_round():
    guard, source = GuessThrottle(), Source(device="d")
    missed(guard, source, 10)

    with pytest.raises(TooManyMisses) as first:
        guard.admit(source, now=NOW)
    missed(guard, source, 1, at=later(minutes=2))
    with pytest.raises(TooManyMisses) as second:
        guard.admit(source, now=later(minutes=2))

    assert first.value.details["retry_after"] == 121
    assert second.value.details["retry_after"] > first.value.details["retry_after"]
    guard.admit(Source(device="another"), now=NOW)


def test_an_address_is_roomier_and_ipv6_counts_by_network():
    guard = GuessThrottle()
    missed(guard, Source(address="2001:db8::1"), 59)
    guard.admit(Source(address="2001:db8::2"), now=NOW)
    missed(guard, Source(address="2001:db8:0:0:ffff::9"), 1)

    with pytest.raises(TooManyMisses):
        guard.admit(Source(address="2001:db8::2"), now=NOW)
    guard.admit(Source(address="2001:db8:0:1::2"), now=NOW)
    guard.admit(Source(address="203.0.113.5"), now=NOW)


def test_genuine_checks_are_never_charged():
    guard, source = GuessThrottle(), Source(device="d", address="203.0.113.5")
    for _ in range(1000):
        guard.admit(source, now=NOW)


def test_many_places_at_once_make_those_wait_who_missed():
    guard = GuessThrottle()
    capacity = int(POLICIES[Scope.GLOBAL].capacity)
    sources = [
        Source(device=f"d{n}", address=f"10.0.{n // 250}.{n % 250}") for n in range(capacity)
    ]
    alarms = [alarm for source in sources for alarm in guard.miss(source, now=NOW)]

    assert [(alarm.scope, alarm.misses) for alarm in alarms] == [(Scope.GLOBAL, capacity)]
    with pytest.raises(TooManyMisses):
        guard.admit(sources[0], now=NOW)
    guard.admit(Source(device="honest", address="203.0.113.5"), now=NOW)
    guard.admit(sources[0], now=later(hours=2))


def test_memory_is_bounded(monkeypatch):
    monkeypatch.setattr(throttle, "ROOM", 8)
    guard = GuessThrottle()
    for n in range(100):
        guard.miss(Source(device=f"d{n}"), now=NOW)

    assert len(guard._known[Scope.DEVICE]) == 8


@pytest.mark.django_db
def test_an_alarm_is_raised_once_per_source_and_hour():
    guard, source = GuessThrottle(), Source(device="d", address="203.0.113.5")
    alarms = missed(guard, source, 30)

    assert [(alarm.scope, alarm.misses) for alarm in alarms] == [(Scope.DEVICE, 10)]
    assert throttle.raise_alarms(EDGE, alarms=alarms, now=NOW) == 1
    assert throttle.raise_alarms(EDGE, alarms=alarms, now=NOW + timedelta(minutes=9)) == 0
    assert throttle.raise_alarms(EDGE, alarms=alarms, now=later(hours=1)) == 1
    assert throttle.raise_alarms(EDGE, alarms=[], now=NOW) == 0
    (first, _) = GuessAlarm.objects.order_by("pk")
    assert (first.scope, first.misses, first.hour) == ("device", 10, NOW)
    assert "203" not in first.source_key
    assert Entry.objects.filter(chain=PLATFORM, action="identity.guessing_suspected").count() == 2


@pytest.mark.django_db(transaction=True)
def test_racing_processes_raise_one_alarm():
    alarms = missed(GuessThrottle(), Source(device="d"), 10)

    def tell(_):
        try:
            return throttle.raise_alarms(EDGE, alarms=alarms, now=NOW)
        finally:
            connection.close()

    with ThreadPoolExecutor(6) as pool:
        assert sum(pool.map(tell, range(6))) == 1


def test_misses_are_held_back_to_one_time():
    assert throttle.pause_before_answer(seconds_taken=0.01) == pytest.approx(0.04)
    assert throttle.pause_before_answer(seconds_taken=1) == 0
