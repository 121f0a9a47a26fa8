"""Payment disputes (支付纠纷): entered, evidenced, answered in time, ended with their money."""

from dataclasses import dataclass
from datetime import date, datetime
from hashlib import sha256

from django.db import IntegrityError, transaction
from django.db.models import F

from hefu.apps.audit.services import record, service
from hefu.apps.campaigns.errors.disputes import DisputeMoved
from hefu.apps.campaigns.models import DisputeFile, DisputeNote, PaymentDispute
from hefu.apps.campaigns.selectors.disputes import OPEN, SEALED_AS
from hefu.apps.identity.invoices import MOST_BYTES, Fault, content_type_of
from hefu.apps.identity.sealed_files import keep_sealed
from hefu.apps.orders.models import Order, OrderRefund
from hefu.apps.orders.services.refunds import refund_amount
from hefu.core.actor import Actor
from hefu.core.errors import Invalid, NotFound
from hefu.core.permissions import Permission

__all__ = [
    "MOST_BYTES", "NOTE_CHARS", "Claim", "Outcome", "add_evidence", "add_note", "answer_dispute",
    "end_dispute", "open_dispute",
]  # fmt: skip

Kind, State = PaymentDispute.Kind, PaymentDispute.State
NOTE_CHARS = 2000
MOST_FILES = 20
#: Why a refund was made, as orders keep it.
REASON = "payment_dispute"


@dataclass(frozen=True, kw_only=True, slots=True)
class Claim:
    """What the provider tells us; ``amount`` in minor units of the order's currency."""

    reference: str
    kind: str
    amount: int
    due_on: date
    note: str = ""


@dataclass(frozen=True, kw_only=True, slots=True)
class Outcome:
    """How a case ended. ``refund`` goes back to the payer, minor units; 0 if it was won.

    ``taken``: the provider took it back itself, so nobody is asked to pay it once more.
    """

    state: str  # won, lost, settled
    refund: int = 0
    taken: bool = False
    note: str = ""


@service
def open_dispute(actor: Actor, *, order: Order, claim: Claim, now: datetime) -> PaymentDispute:
    """Enter a case that the provider told of.

    Raises:
        NotAllowed: the role does not manage sales.
        NotFound: another brand's order.
        Invalid: a field cannot be, or the reference is entered already.
    """
    actor.require(Permission.SALE_MANAGE)
    if order.brand_id != actor.own_brand():
        raise NotFound
    reference = _text("reference", claim.reference, 80)
    if claim.kind not in Kind.values:
        raise Invalid(field="kind", rule="not_a_choice", value=claim.kind)
    if not 1 <= claim.amount <= order.total:
        raise Invalid(field="amount", rule="out_of_range", value=order.total)
    try:
        with transaction.atomic():
            dispute = PaymentDispute.objects.create(
                brand_id=order.brand_id, order=order, reference=reference, kind=claim.kind,
                amount=claim.amount, due_on=claim.due_on, state=State.OPEN, opened_at=now,
            )  # fmt: skip
    except IntegrityError as error:
        raise Invalid(field="reference", rule="taken", value=reference) from error
    _note(actor, dispute, claim.note, now=now)
    record(
        actor, "campaigns.dispute_opened", dispute, now=now, order=order.number,
        kind=claim.kind, amount=claim.amount,
    )  # fmt: skip
    return dispute


@service
def add_note(actor: Actor, *, dispute: PaymentDispute, text: str, now: datetime) -> None:
    """Write something down about a case.

    Raises:
        NotAllowed, NotFound: the role does not manage sales, or another brand's.
        Invalid: nothing said, or too much.
    """
    _check_mine(actor, dispute)
    _note(actor, dispute, _text("note", text, NOTE_CHARS), now=now)
    record(actor, "campaigns.dispute_noted", dispute, now=now)


@service
def add_evidence(
    actor: Actor, *, dispute: PaymentDispute, name: str, content: bytes, now: datetime
) -> DisputeFile:
    """Keep a document or a photo with a case, sealed; the same twice is kept once.

    Raises:
        NotAllowed, NotFound: the role does not manage sales, or another brand's.
        Invalid: no PDF, JPEG or PNG up to 5 MB without active content; or too many files.
    """
    _check_mine(actor, dispute)
    kind = content_type_of(content)
    if isinstance(kind, Fault):
        raise Invalid(field="file", rule=kind.rule)
    digest = sha256(content).hexdigest()
    # rivals wait here: pressed twice, no sealed file is left without a row, never to be erased
    PaymentDispute.objects.filter(pk=dispute.pk).update(opened_at=F("opened_at"))
    mine = DisputeFile.objects.filter(dispute_id=dispute.pk)
    known = mine.filter(sha256=digest).first()
    if known is not None:
        return known
    if mine.count() >= MOST_FILES:
        raise Invalid(field="file", rule="too_many", value=MOST_FILES)
    last = name.replace("\\", "/").rpartition("/")[2]
    row = DisputeFile(
        dispute=dispute, name="".join(one for one in last if one.isprintable())[-120:] or "file",
        content_type=kind, size=len(content), sha256=digest, by=actor.label, at=now,
    )  # fmt: skip
    row.path = keep_sealed(
        content, folder=f"disputes/{dispute.brand_id}", name=str(dispute.pk), sealed_as=SEALED_AS
    )
    row.save()
    record(actor, "campaigns.dispute_evidence_added", dispute, now=now, sha256=digest)
    return row


@service
def answer_dispute(
    actor: Actor, *, dispute: PaymentDispute, note: str, now: datetime
) -> PaymentDispute:
    """Note that the provider has our answer; the clock stops.

    Raises:
        NotAllowed, NotFound: the role does not manage sales, or another brand's.
        Invalid: nothing is said about the answer.
        DisputeMoved: it was answered or ended before.
    """
    _check_mine(actor, dispute)
    text = _text("note", note, NOTE_CHARS)
    _move(dispute, (State.OPEN,), state=State.ANSWERED, answered_at=now)
    _note(actor, dispute, text, now=now)
    record(actor, "campaigns.dispute_answered", dispute, now=now)
    return dispute


@service
def end_dispute(
    actor: Actor, *, dispute: PaymentDispute, outcome: Outcome, now: datetime
) -> PaymentDispute:
    """Note how a case ended; what is lost or settled is refunded of the order in the same deed.

    Safe to race: one outcome counts, and refunds once.

    Raises:
        NotAllowed, NotFound: the role does not manage sales, or another brand's.
        Invalid: no outcome, or more than was claimed; a won case refunds nothing.
        DisputeMoved: it ended before.
        OrderMoved, RefundedAlready: see ``orders.services.refunds.refund_amount``.
    """
    _check_mine(actor, dispute)
    if outcome.state not in (State.WON, State.LOST, State.SETTLED):
        raise Invalid(field="state", rule="not_a_choice", value=outcome.state)
    most = 0 if outcome.state == State.WON else dispute.amount
    if not 0 <= outcome.refund <= most:
        raise Invalid(field="refund", rule="out_of_range", value=most)
    if len(outcome.note.strip()) > NOTE_CHARS:
        raise Invalid(field="note", rule="too_long", value=NOTE_CHARS)
    _move(dispute, OPEN, state=outcome.state, ended_at=now)
    if outcome.refund:
        refund = _pay_back(actor, dispute, outcome, now=now)
        PaymentDispute.objects.filter(pk=dispute.pk).update(refund=refund)
        dispute.refund = refund
    _note(actor, dispute, outcome.note, now=now)
    record(
        actor, "campaigns.dispute_ended", dispute, now=now, outcome=outcome.state,
        refund=outcome.refund,
    )  # fmt: skip
    return dispute


def _pay_back(
    actor: Actor, dispute: PaymentDispute, outcome: Outcome, *, now: datetime
) -> OrderRefund:
    return refund_amount(
        actor, order=dispute.order, key=f"dispute:{dispute.pk}", amount=outcome.refund,
        reason=REASON, beside=dispute.kind == Kind.DOUBLE_CHARGE, reference=dispute.reference,
        paid=outcome.taken, now=now,
    )  # fmt: skip


def _check_mine(actor: Actor, dispute: PaymentDispute) -> None:
    actor.require(Permission.SALE_MANAGE)
    if dispute.brand_id != actor.own_brand():
        raise NotFound


def _move(dispute: PaymentDispute, before: tuple[str, ...], **values: object) -> None:
    won = PaymentDispute.objects.filter(pk=dispute.pk, state__in=before).update(**values)
    dispute.refresh_from_db()
    if not won:
        raise DisputeMoved(state=dispute.state)


def _note(actor: Actor, dispute: PaymentDispute, text: str, *, now: datetime) -> None:
    if text.strip():
        DisputeNote.objects.create(dispute=dispute, text=text.strip(), by=actor.label, at=now)


def _text(field: str, value: str, longest: int) -> str:
    text = value.strip()
    if not text:
        raise Invalid(field=field, rule="required")
    if len(text) > longest:
        raise Invalid(field=field, rule="too_long", value=longest)
    return text
