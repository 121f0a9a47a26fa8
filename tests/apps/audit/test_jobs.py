"""Jobs go on where a killed worker stopped; reactions are retried, then kept; nothing twice."""

from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from datetime import timedelta
from typing import ClassVar

import pytest
from django.db import connection

from hefu.apps.audit import jobs, worker
from hefu.apps.audit.errors import LeaseLost
from hefu.apps.audit.events import Event
from hefu.apps.audit.models import Delivery, Job
from hefu.apps.audit.services import publish, put_back, service
from hefu.core.actor import system
from hefu.core.errors import Invalid
from tests.factories import NOW

ACTOR = system("tests", brand_id=7)
heard: list[str] = []
steps: list[int] = []


@dataclass(frozen=True, kw_only=True)
class Rang(Event):
    name: ClassVar[str] = "tests.rang"
    text: str


def hear(event, *, now):
    heard.append(event.text)


def break_down(event, *, now):
    raise RuntimeError("cannot hear")


def count_to_ten(run):
    for step in range(run.cursor.get("next", 0), 10):
        steps.append(step)
        run.advance(done=step + 1, cursor={"next": step + 1}, total=10)
    return {"counted": 10}


def refuse(run):
    raise Invalid(field="file", rule="empty")


def stumble(run):
    raise OSError("disk full")


REACTIONS = {Rang: (hear,)}
BROKEN = {Rang: (break_down, hear)}
JOBS = {"count": count_to_ten, "refuse": refuse, "stumble": stumble}

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _ours(settings):
    settings.HEFU_REACTIONS = f"{__name__}.REACTIONS"
    settings.HEFU_JOBS = f"{__name__}.JOBS"
    heard.clear()
    steps.clear()


@service
def ring(actor, *, text, now, fail=False):
    publish(Rang(brand_id=7, text=text), now=now)
    if fail:
        raise RuntimeError


def run_next(name="w", now=NOW):
    job = jobs.claim(name, now=now)
    jobs.run(job, worker=name, clock=lambda: now)
    job.refresh_from_db()
    return job


def test_an_event_is_told_if_and_only_if_its_deed_is_done():
    with pytest.raises(RuntimeError):
        ring(ACTOR, text="never", now=NOW, fail=True)
    ring(ACTOR, text="ding", now=NOW)

    assert worker.drain(now=NOW) == 1
    assert worker.drain(now=NOW) == 0
    assert heard == ["ding"]


def test_a_broken_reaction_is_tried_later_and_later_then_kept(settings):
    settings.HEFU_REACTIONS = f"{__name__}.BROKEN"
    ring(ACTOR, text="ding", now=NOW)
    now, waits = NOW, []
    for _ in range(worker.MAX_ATTEMPTS):
        worker.drain(now=now)
        broken = Delivery.objects.get(reaction__endswith="break_down")
        waits.append((broken.due_at - now).total_seconds())
        now = broken.due_at

    assert waits == [2, 4, 8, 16, 32, 64, 128, 256]
    assert (broken.state, broken.error) == ("dead", "RuntimeError: cannot hear")
    assert heard == ["ding"]  # the other reaction was not held up

    assert put_back(ACTOR, deliveries=[broken.pk], now=now) == 1
    assert worker.drain(now=now) == 1


def test_a_delivery_of_a_killed_worker_is_due_again():
    ring(ACTOR, text="ding", now=NOW)
    # what a worker that was killed right after its claim leaves behind
    Delivery.objects.update(attempts=1, due_at=NOW + worker.VISIBILITY)

    assert worker.drain(now=NOW) == 0
    assert worker.drain(now=NOW + worker.VISIBILITY) == 1
    assert heard == ["ding"]


def test_a_job_shows_progress_and_is_done_once():
    jobs.start(ACTOR, kind="count", params={}, now=NOW)

    job = run_next()

    assert (job.state, job.done, job.total, job.percent) == ("done", 10, 10, 100)
    assert job.result == {"counted": 10}
    assert jobs.claim("w", now=NOW) is None


def test_a_job_of_a_killed_worker_goes_on_at_its_cursor(monkeypatch):
    jobs.start(ACTOR, kind="count", params={}, now=NOW)
    advance = jobs.JobRun.advance

    def die_at_four(run, **progress):
        advance(run, **progress)
        if progress["done"] == 4:
            raise SystemExit

    monkeypatch.setattr(jobs.JobRun, "advance", die_at_four)
    with pytest.raises(SystemExit):
        run_next("first")
    monkeypatch.setattr(jobs.JobRun, "advance", advance)

    assert jobs.claim("second", now=NOW) is None  # its lease still runs
    job = run_next("second", NOW + jobs.LEASE + timedelta(seconds=1))
    assert job.state == "done"
    assert steps == list(range(10))


def test_a_worker_that_lost_its_lease_writes_no_more():
    job = jobs.start(ACTOR, kind="count", params={}, now=NOW)
    slow = jobs.claim("slow", now=NOW)
    later = NOW + jobs.LEASE + timedelta(seconds=1)
    assert jobs.claim("quick", now=later).pk == job.pk

    with pytest.raises(LeaseLost):
        jobs.JobRun(job=slow, worker="slow", clock=lambda: later).advance(done=1, cursor={})
    assert Job.objects.get().done == 0


def test_a_refusal_fails_a_job_at_once_and_an_accident_is_tried_again():
    jobs.start(ACTOR, kind="refuse", params={}, now=NOW)
    assert run_next().state == "failed"

    jobs.start(ACTOR, kind="stumble", params={}, now=NOW)
    states = [run_next().state for _ in range(jobs.MAX_ATTEMPTS)]
    assert states == ["queued"] * (jobs.MAX_ATTEMPTS - 1) + ["failed"]
    assert Job.objects.get(kind="stumble").error == "OSError: disk full"


def test_a_job_nobody_knows_fails_and_the_worker_lives():
    jobs.start(ACTOR, kind="unheard_of", params={}, now=NOW)
    for _ in range(jobs.MAX_ATTEMPTS):
        job = run_next()
    assert job.state == "failed"


@pytest.mark.django_db(transaction=True)
def test_of_many_workers_each_job_has_one():
    for _ in range(20):
        jobs.start(ACTOR, kind="count", params={}, now=NOW)

    def take(name):
        taken = []
        try:
            while (job := jobs.claim(name, now=NOW)) is not None or Job.objects.filter(
                state="queued"
            ).exists():
                if job is not None:
                    taken.append(job.pk)
            return taken
        finally:
            connection.close()

    with ThreadPoolExecutor(6) as pool:
        taken = [pk for found in pool.map(take, [f"w{n}" for n in range(6)]) for pk in found]

    assert sorted(taken) == sorted(Job.objects.values_list("pk", flat=True))
