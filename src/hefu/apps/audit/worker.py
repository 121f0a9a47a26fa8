"""The loop that drains the outbox, runs jobs and minds the clocks.

Any number of workers may run; every claim is a compare-and-swap on a due column, so a worker
that is killed costs one lease and nothing else.
"""

import threading
from collections.abc import Callable, Iterable
from datetime import datetime, timedelta

import structlog
from django.conf import settings
from django.db import OperationalError, close_old_connections
from django.utils.module_loading import import_string

from hefu.apps.audit import jobs
from hefu.apps.audit.models import Delivery

log = structlog.get_logger(__name__)

VISIBILITY = timedelta(seconds=60)  # a reaction not finished by then may run again
MAX_ATTEMPTS = 8
DONE_KEPT = timedelta(days=7)
PER_ROUND = 5  # of ten seconds each at most: the last one's claim still holds, its clock is right

#: A clock minds one kind of due column: it does what is due at ``now`` and says how much it did.
Minder = Callable[[datetime], int]


def drain(*, now: datetime, limit: int = 100) -> int:
    """Run the reactions that are due; returns how many were tried.

    A failed one is due again after 2, 4, 8 ... seconds; after ``MAX_ATTEMPTS`` it is dead, kept
    and logged as an error, and can be put back from the backstage.
    """
    due = Delivery.objects.filter(state=Delivery.State.DUE, due_at__lte=now).order_by(
        "due_at", "pk"
    )
    tried = 0
    for delivery in due[:limit]:
        won = Delivery.objects.filter(
            pk=delivery.pk, state=Delivery.State.DUE, attempts=delivery.attempts
        ).update(attempts=delivery.attempts + 1, due_at=now + VISIBILITY)
        if won:
            _react(delivery, attempt=delivery.attempts + 1, now=now)
            tried += 1
    return tried


def _react(delivery: Delivery, *, attempt: int, now: datetime) -> None:
    mine = Delivery.objects.filter(pk=delivery.pk, state=Delivery.State.DUE)
    try:
        event = import_string(delivery.event)(**delivery.payload)
        import_string(delivery.reaction)(event, now=now)
    except Exception as error:  # one bad reaction must not stop the others
        dead = attempt >= MAX_ATTEMPTS
        mine.update(
            state=Delivery.State.DEAD if dead else Delivery.State.DUE,
            due_at=now + timedelta(seconds=2**attempt),
            error=f"{type(error).__name__}: {error}"[:2000],
        )
        log.exception("reaction_failed", delivery=delivery.pk, dead=dead)
    else:
        mine.update(state=Delivery.State.DONE, done_at=now)


def forget_delivered(now: datetime) -> int:
    """Remove deliveries done a week ago; what failed stays until somebody looks."""
    return Delivery.objects.filter(state=Delivery.State.DONE, done_at__lt=now - DONE_KEPT).delete()[
        0
    ]


def work(
    worker: str, *, clock: Callable[[], datetime], stop: threading.Event, idle: float = 0.3
) -> None:
    """Work until ``stop`` is set; survives the database going away and coming back."""
    minders: tuple[Minder, ...] = import_string(settings.HEFU_MINDERS)
    next_round = clock()
    while not stop.is_set():
        busy = 0
        try:
            close_old_connections()
            now = clock()
            busy = drain(now=now, limit=PER_ROUND)
            job = jobs.claim(worker, now=now)
            if job is not None:
                jobs.run(job, worker=worker, clock=clock)
                busy += 1
            if now >= next_round:
                mind(minders, now)
                next_round = now + timedelta(seconds=15)
        except OperationalError as error:
            log.warning("database_away", error=str(error))
            stop.wait(1.0)
        if not busy:
            stop.wait(idle)


def mind(minders: Iterable[Minder], now: datetime) -> None:
    """Let each clock do what is due; one that fails is logged and asked again the next round.

    Raises:
        OperationalError: the database is away, for all of them.
    """
    for minder in minders:
        try:
            minder(now)
        except OperationalError:
            raise
        except Exception:  # one bad row must not stop the other clocks
            log.exception("minder_failed", minder=f"{minder.__module__}.{minder.__qualname__}")


def work_off(*, clock: Callable[[], datetime], rounds: int = 1000) -> None:
    """Do all that is due now and return; for commands and tests."""
    for _ in range(rounds):
        job = jobs.claim("inline", now=clock())
        if job is not None:
            jobs.run(job, worker="inline", clock=clock)
        elif not drain(now=clock()):
            return
