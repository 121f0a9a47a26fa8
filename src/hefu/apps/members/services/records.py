"""Registers that the law wants (评估、出境与事件登记): assessments, transfers abroad, breaches.

A breach says the three things the persons and the authority are told (PIPL §57, law L38): which
data, why and with what harm; the remedies; whom to ask.
"""

from dataclasses import asdict, dataclass
from datetime import date, datetime
from enum import StrEnum

from django.db.models import QuerySet
from django.utils import timezone

from hefu.apps.audit.services import record, service
from hefu.apps.members.models import Record
from hefu.apps.members.rights import record_by_id
from hefu.core.actor import Actor
from hefu.core.errors import Invalid
from hefu.core.permissions import Permission

Kind = Record.Kind
_LONGEST = {"title": 120, "data": 500, "why": 4000, "harm": 4000, "measures": 4000,
            "recipient": 200}  # fmt: skip


class Step(StrEnum):
    """What happens to a record; each once."""

    AUTHORITY_TOLD = "authority_told_at"
    PEOPLE_TOLD = "people_told_at"
    CLOSED = "closed_at"


@dataclass(frozen=True, kw_only=True, slots=True)
class Noted:
    """A record as somebody writes it down."""

    kind: str
    title: str
    on: date
    data: str
    why: str
    harm: str
    measures: str
    recipient: str = ""
    people: int | None = None


@service
def note_record(actor: Actor, *, noted: Noted, now: datetime) -> Record:
    """Write a record; it is not edited afterwards, a correction is another one.

    Raises:
        NotAllowed: the role does not manage the brand.
        Invalid: a field is missing or too long; a transfer names no recipient, a breach no contact.
    """
    actor.require(Permission.BRAND_MANAGE)
    if noted.kind not in Kind.values:
        raise Invalid(field="kind", rule="not_a_choice", value=noted.kind[:20])
    for field, longest in _LONGEST.items():
        text = getattr(noted, field).strip()
        if not text and (field != "recipient" or noted.kind != Kind.IMPACT):
            raise Invalid(field=field, rule="required")
        if len(text) > longest:
            raise Invalid(field=field, rule="too_long", value=longest)
    if noted.on > timezone.localdate(now):
        raise Invalid(field="on", rule="in_the_future")
    row = Record.objects.create(
        brand_id=actor.own_brand(), by=actor.label[:120], created_at=now, **asdict(noted)
    )
    record(actor, "members.record_noted", row, now=now, kind=row.kind)
    return row


@service
def step_record(actor: Actor, *, record_id: int, step: Step, now: datetime) -> Record:
    """Note that the authority or the people were told, or that it is over; twice is harmless.

    Raises:
        NotAllowed: the role does not manage the brand.
        NotFound: another brand's, or none.
    """
    actor.require(Permission.BRAND_MANAGE)
    row = record_by_id(actor, record_id)
    still: QuerySet[Record] = Record.objects.filter(pk=row.pk, **{f"{step.value}__isnull": True})
    if still.update(**{step.value: now}):
        record(actor, "members.record_stepped", row, now=now, step=step.name.lower())
    row.refresh_from_db()
    return row
