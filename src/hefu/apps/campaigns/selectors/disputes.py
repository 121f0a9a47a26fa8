"""Payment disputes as who manages sales sees them (支付纠纷): what is overdue first."""

from dataclasses import dataclass
from datetime import date

from django.db.models import Case, F, QuerySet, Value, When

from hefu.apps.campaigns.models import DisputeFile, DisputeNote, PaymentDispute
from hefu.apps.identity.sealed_files import open_sealed
from hefu.core.actor import Actor, ActorKind
from hefu.core.errors import NotFound
from hefu.core.permissions import Permission

State = PaymentDispute.State
#: States in which a case is not decided.
OPEN = (State.OPEN, State.ANSWERED)
#: What evidence is sealed for.
SEALED_AS = "campaigns.dispute.evidence"


def disputes_for(actor: Actor) -> QuerySet[PaymentDispute]:
    """The brand's cases: to be answered by their day, then answered ones, then ended, newest first.

    Raises:
        NotAllowed: the role does not see sales.
    """
    rows = PaymentDispute.objects.filter(brand_id=actor.own_brand()).select_related("order")
    if actor.is_partner or actor.kind in (ActorKind.CONSUMER, ActorKind.ANONYMOUS):
        return rows.none()
    actor.require(Permission.SALE_VIEW)
    rank = Case(
        When(state=State.OPEN, then=Value(0)), When(state=State.ANSWERED, then=Value(1)),
        default=Value(2),
    )  # fmt: skip
    return rows.order_by(rank, F("ended_at").desc(nulls_last=True), "due_on", "pk")


def dispute_by_id(actor: Actor, pk: int) -> PaymentDispute:
    """Return one case.

    Raises:
        NotFound: there is none, or it is not the actor's to see.
    """
    row = disputes_for(actor).select_related("order", "refund").filter(pk=pk).first()
    if row is None:
        raise NotFound
    return row


def due_disputes(actor: Actor, *, until: date) -> QuerySet[PaymentDispute]:
    """Cases that are to be answered by that day, the first to be answered first."""
    return disputes_for(actor).filter(state=State.OPEN, due_on__lte=until).order_by("due_on", "pk")


def notes_of(actor: Actor, dispute: PaymentDispute) -> QuerySet[DisputeNote]:
    """What was written down about a case, newest first; it may name people.

    Raises:
        NotAllowed: the role does not manage sales.
    """
    actor.require(Permission.SALE_MANAGE)
    return DisputeNote.objects.filter(
        dispute_id=dispute.pk, dispute__brand_id=actor.own_brand()
    ).order_by("-at", "-pk")


def files_of(actor: Actor, dispute: PaymentDispute) -> QuerySet[DisputeFile]:
    """The evidence of a case, oldest first; it may name people.

    Raises:
        NotAllowed: the role does not manage sales.
    """
    actor.require(Permission.SALE_MANAGE)
    return DisputeFile.objects.filter(
        dispute_id=dispute.pk, dispute__brand_id=actor.own_brand()
    ).order_by("at", "pk")


@dataclass(frozen=True, kw_only=True, slots=True)
class Evidence:
    """One piece of evidence; to be sent as a download, never shown inside a page."""

    name: str
    content_type: str
    content: bytes


def evidence_of(actor: Actor, dispute: PaymentDispute, pk: int) -> Evidence:
    """Open a piece of evidence.

    Raises:
        NotAllowed: the role does not manage sales.
        NotFound: there is none in this case, or its file is gone.
    """
    row = files_of(actor, dispute).filter(pk=pk).first()
    if row is None:
        raise NotFound
    content = open_sealed(row.path, sealed_as=SEALED_AS)
    return Evidence(name=row.name, content_type=row.content_type, content=content)
