"""The rules a brand answers by, its stored replies, and what is open by them."""

from django.db.models import Q, QuerySet

from hefu.apps.community.models import Question, QueuePolicy, Reply, Showing
from hefu.core.actor import Actor, ActorKind
from hefu.core.permissions import Permission

#: Waits for the maker: neither answered, hidden nor merged.
OPEN = Q(answered_at__isnull=True, merged_into__isnull=True) & ~Q(showing=Showing.HIDDEN)


def policy_of(brand_id: int) -> QueuePolicy:
    """The brand's rules, or the defaults (not saved) where it never chose."""
    return QueuePolicy.objects.filter(brand_id=brand_id).first() or QueuePolicy(brand_id=brand_id)


def policy_for(actor: Actor) -> QueuePolicy:
    """The rules of the actor's own brand; anybody on its pages may know them."""
    return policy_of(actor.own_brand())


def open_questions(brand_id: int) -> QuerySet[Question]:
    """What a brand has still to answer, the one due first."""
    return Question.objects.filter(OPEN, brand_id=brand_id).order_by("due_at", "pk")


def replies_for(actor: Actor) -> QuerySet[Reply]:
    """The stored replies of the brand, by title; partners and readers have none.

    Raises:
        NotAllowed: staff who may not see questions.
    """
    rows = Reply.objects.filter(brand_id=actor.own_brand(), retired_at=None).order_by("title", "pk")
    if actor.is_partner or actor.kind in (ActorKind.CONSUMER, ActorKind.ANONYMOUS):
        return rows.none()
    actor.require(Permission.QUESTION_VIEW)
    return rows
