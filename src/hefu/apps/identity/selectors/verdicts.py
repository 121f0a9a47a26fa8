"""The verdict on a unit without checking it (不计数查看): for staff, support and interfaces."""

from dataclasses import replace
from datetime import datetime

from django.db.models import QuerySet

from hefu.apps.identity.errors.life import CodeUnknown
from hefu.apps.identity.models import GuessAlarm
from hefu.apps.identity.selectors.codes import UnitRef
from hefu.apps.identity.selectors.states import Asked, facts_for, states_of
from hefu.apps.identity.selectors.units import is_visible, row_of
from hefu.core.actor import Actor, ActorKind
from hefu.core.codes import Check, UnitFacts, VelocityPolicy, Verdict, judge
from hefu.core.permissions import Permission

RECENT = 32


def verdict_for(actor: Actor, unit: UnitRef, *, now: datetime) -> Verdict:
    """Say what the records show at ``now``; nothing is counted, nothing is written.

    Only the brand's own staff are told of diversion.

    Raises:
        CodeUnknown: not the actor's to see.
    """
    if not is_visible(actor, unit):
        raise CodeUnknown(field="code")
    verdict = judge(_facts(actor, unit, now), now=now)
    own = actor.kind in (ActorKind.STAFF, ActorKind.SYSTEM)
    return verdict if own else verdict.for_consumer()


def _facts(actor: Actor, unit: UnitRef, now: datetime) -> UnitFacts:
    row = row_of(unit)
    asked = Asked(key=unit.key, unit_id=row.pk if row else 0, checked=row is not None)
    since = now - VelocityPolicy().window
    state = states_of([asked], since=since, limit=RECENT)[unit.key]
    facts = facts_for(unit.batch, unit.serial, state, member_id=actor.member_id)
    if row is None or row.first_scan_at is None:
        return facts
    return replace(
        facts, first_check=Check(at=row.first_scan_at, region=row.first_scan_region),
        earlier_checks=row.scan_count, recent=tuple(state.recent),
    )  # fmt: skip


def guess_alarms_for(actor: Actor) -> QuerySet[GuessAlarm]:
    """The alarms about guessing, newest first; they concern the installation, not one brand.

    Raises:
        NotAllowed: the actor may not audit.
    """
    actor.require(Permission.AUDIT_VIEW)
    rows = GuessAlarm.objects.order_by("-raised_at", "-pk")
    return rows.none() if actor.is_partner else rows
