"""Appeals (申诉): somebody holds a unit that another activated (oddity O19).

The words are sealed in the database and the invoice in its file: both may name people.
"""

from datetime import datetime

from django.db import IntegrityError, transaction

from hefu.apps.audit.services import record, service
from hefu.apps.identity.errors.life import AppealAnswered, AppealOpen, BadInvoice, NotActivated
from hefu.apps.identity.invoices import SEALED_AS, Fault, content_type_of
from hefu.apps.identity.models import Activation, Appeal
from hefu.apps.identity.sealed_files import keep_sealed
from hefu.apps.identity.selectors.codes import UnitRef
from hefu.apps.identity.services.ownership import correct_owner
from hefu.apps.identity.services.units import touch
from hefu.core.actor import Actor, ActorKind
from hefu.core.errors import Invalid, NotFound
from hefu.core.permissions import Permission

TEXT_CHARS = 2000
ANSWER_CHARS = 500

State = Appeal.State


@service
def open_appeal(
    actor: Actor, *, unit: UnitRef, text: str, now: datetime, invoice: bytes | None = None
) -> Appeal:
    """Say that a unit is one's own though another activated it; one at a time per unit.

    Raises:
        NotFound: the unit is another brand's, or the actor no signed-in member.
        Invalid: the text is empty or too long.
        BadInvoice: the file is no document we take.
        NotActivated: nobody has it, or the actor has: nothing to appeal against.
        AppealOpen: the last one is not answered yet.
    """
    if actor.kind is not ActorKind.CONSUMER or actor.member_id is None:
        raise NotFound
    if unit.brand_id != actor.own_brand():
        raise NotFound
    text = text.strip()
    if not text:
        raise Invalid(field="text", rule="required")
    if len(text) > TEXT_CHARS:
        raise Invalid(field="text", rule="too_long", longest=TEXT_CHARS)
    _check_invoice(invoice)
    (unit_id,) = touch([unit]).values()
    owner = Activation.objects.filter(unit_id=unit_id, ended_at=None).first()
    if owner is None or owner.member_id == actor.member_id:
        raise NotActivated
    appeal = _create(actor, unit_id, text, now)
    if invoice is not None:
        appeal.invoice_path = _keep(appeal, invoice)
        appeal.save(update_fields=["invoice_path"])
    record(
        actor, "identity.appeal_opened", appeal, now=now, unit=unit_id,
        invoice=invoice is not None,
    )  # fmt: skip
    return appeal


@service
def answer_appeal(
    actor: Actor, *, appeal: Appeal, uphold: bool, answer: str, now: datetime
) -> Appeal:
    """Decide; upholding it gives the unit to the one who appealed.

    Safe to race: one answer counts.

    Raises:
        NotFound: another brand's.
        Invalid: no answer, or too long.
        AppealAnswered: somebody was first.
        NotActivated: upheld, but the unit is nobody's any more.
    """
    actor.require(Permission.ACTIVATION_MANAGE)
    if appeal.brand_id != actor.own_brand():
        raise NotFound
    answer = answer.strip()
    if not answer:
        raise Invalid(field="answer", rule="required")
    if len(answer) > ANSWER_CHARS:
        raise Invalid(field="answer", rule="too_long", longest=ANSWER_CHARS)
    state = State.UPHELD if uphold else State.REJECTED
    won = Appeal.objects.filter(pk=appeal.pk, state=State.OPEN).update(
        state=state, answer=answer, answered_by_id=actor.user_id, answered_at=now
    )
    appeal.refresh_from_db()
    if not won:
        raise AppealAnswered(state=appeal.state)
    if uphold:
        correct_owner(actor, appeal=appeal, now=now)
    record(actor, "identity.appeal_answered", appeal, now=now, state=state.value)
    return appeal


def _create(actor: Actor, unit_id: int, text: str, now: datetime) -> Appeal:
    try:
        with transaction.atomic():
            return Appeal.objects.create(
                brand_id=actor.own_brand(), unit_id=unit_id, member_id=actor.member_id or 0,
                text=text, created_at=now,
            )  # fmt: skip
    except IntegrityError as error:
        open_one = Appeal.objects.filter(
            unit_id=unit_id, member_id=actor.member_id or 0, state=State.OPEN
        ).first()
        raise AppealOpen(appeal=open_one.pk if open_one else None) from error


def _check_invoice(invoice: bytes | None) -> None:
    kind = content_type_of(invoice) if invoice is not None else None
    if isinstance(kind, Fault):
        raise BadInvoice(field="invoice", rule=kind.rule)


def _keep(appeal: Appeal, invoice: bytes) -> str:
    """Write the invoice, sealed, below the data folder; a file without a row is harmless."""
    return keep_sealed(
        invoice, folder=f"appeals/{appeal.brand_id}", name=str(appeal.pk), sealed_as=SEALED_AS
    )
