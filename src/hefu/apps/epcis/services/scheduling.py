"""Subscriptions with a schedule (定时订阅): what matched since the last time, sent when it is due.

Events wait in a table of their own, put there after they were committed, so that none is lost
however long its transaction took. A subscription runs at most once a minute, and once for all the
times that were missed while nobody minded the clock.
"""

from collections.abc import Iterator, Sequence
from datetime import datetime, timedelta
from typing import Any

from django.db.models import Q
from django.utils import timezone

from hefu.apps.audit.services import deed, publish
from hefu.apps.epcis.errors import BadQuery, QueryTooLarge
from hefu.apps.epcis.events import PushQueued
from hefu.apps.epcis.models import Push, Subscription, Waiting
from hefu.apps.epcis.selectors.events import limits_of, matching, ordered
from hefu.core.actor import Actor, system
from hefu.core.gs1.epcis.schedule import read_schedule

PER_MESSAGE = 500  # events
SENT_KEPT = timedelta(days=7)  # as long as a reaction may run again
CHUNK = 1000


def next_due(schedule: dict[str, Any], after: datetime) -> datetime | None:
    """When a schedule is due next, from ``after`` on, by the house's clock; None: never."""
    return read_schedule(schedule).after(timezone.localtime(after))


def let_wait(subscription: Subscription, rows: Sequence[int]) -> None:
    """Have events wait for the schedule; each once, however often this is said."""
    Waiting.objects.bulk_create(
        (Waiting(subscription=subscription, event_id=pk) for pk in rows), ignore_conflicts=True
    )


def let_recorded_wait(subscription: Subscription) -> None:
    """Have events wait that were recorded before somebody subscribed, since the time he named."""
    since = subscription.initial_record_at
    found = matching(_reader(subscription), subscription.query.parameters)
    found = found.filter(recorded_at__gte=since)
    rows: list[int] = []
    for pk in found.order_by("pk").values_list("pk", flat=True).iterator():
        rows.append(pk)
        if len(rows) == CHUNK:
            let_wait(subscription, rows)
            rows = []
    let_wait(subscription, rows)


def run_schedules(now: datetime) -> int:
    """Run the subscriptions that are due; returns how many. A clock of the worker.

    Several workers may mind it: the one that moves the due time runs it.
    """
    due = Subscription.objects.filter(due_at__lte=now).select_related("query").order_by("due_at")
    ran = 0
    for one in due:
        with deed():
            ran += _run(one, now)
    Waiting.objects.filter(sent_at__lt=now - SENT_KEPT).delete()
    return ran


def _run(subscription: Subscription, now: datetime) -> bool:
    minute = now.replace(second=0, microsecond=0) + timedelta(minutes=1)
    same = Subscription.objects.filter(pk=subscription.pk, due_at=subscription.due_at)
    if not same.update(due_at=next_due(subscription.schedule, minute), ran_at=now):
        return False  # another worker was first, or it was ended
    mine = Waiting.objects.filter(subscription=subscription)
    mine.filter(sent_at=None).update(sent_at=now)  # what comes from here on waits for the next time
    rows, refusal = _found(subscription, mine.filter(sent_at=now).values("event"))
    stamp = int(now.timestamp())
    for number, part in enumerate(_messages(rows, empty=subscription.report_if_empty or refusal)):
        push = Push.objects.create(
            subscription=subscription, key=f"msg_{subscription.key}_{stamp}_{number}",
            events=part, refusal=refusal,
        )  # fmt: skip
        publish(PushQueued(brand_id=subscription.query.brand_id, push_id=push.pk), now=now)
    return True


def _reader(subscription: Subscription) -> Actor:
    return system("epcis:subscriptions", brand_id=subscription.query.brand_id)


def _found(subscription: Subscription, waiting: Any) -> tuple[list[int], str]:
    """The waiting events in the order asked for, or the code of what stands against it."""
    actor, parameters = _reader(subscription), subscription.query.parameters
    since = Q(recorded_at__gte=subscription.initial_record_at)
    try:
        found = matching(actor, parameters).filter(since, pk__in=waiting)
        limit = limits_of(parameters, found)
        rows = ordered(actor, parameters, found)
    except (BadQuery, QueryTooLarge) as error:
        return [], error.code
    listed = rows.values_list("pk", flat=True)
    return list(listed[:limit] if limit else listed), ""


def _messages(rows: Sequence[int], *, empty: object) -> Iterator[Sequence[int]]:
    if not rows and empty:
        yield []
    for start in range(0, len(rows), PER_MESSAGE):
        yield rows[start : start + PER_MESSAGE]
