"""Asking (提问): a member or a guest asks once, is told later, and loses nothing on the way."""

from dataclasses import dataclass
from datetime import datetime

from django.db import IntegrityError, transaction

from hefu.apps.audit.services import publish, record, service
from hefu.apps.catalog.models import Product
from hefu.apps.community.errors import NotOpen
from hefu.apps.community.events import QuestionAsked, QuestionShown
from hefu.apps.community.models import Follower, Question, Showing
from hefu.apps.community.selectors.policy import policy_of
from hefu.apps.community.services.indexing import touch
from hefu.apps.community.services.limits import count_question, count_writing
from hefu.apps.community.services.policy import due_at
from hefu.apps.community.services.words import doubtful, text_key, tidy
from hefu.apps.members.addresses import normalise_address
from hefu.core.actor import Actor, ActorKind
from hefu.core.errors import Invalid, NotFound

LONGEST = 600
LANGUAGES = ("zh-hans", "en")


@dataclass(frozen=True, kw_only=True, slots=True)
class Contact:
    """Where a guest wants to be told, and the text agreed to beside the field."""

    address: str
    agreed_to: str


@dataclass(frozen=True, kw_only=True, slots=True)
class Asked:
    """The question that stands now; ``new`` is False where somebody had asked just this."""

    question: Question
    new: bool


@service
def ask(
    actor: Actor, *, product: Product, text: str, language: str, client: str = "",
    contact: Contact | None = None, now: datetime,
) -> Asked:  # fmt: skip
    """Ask about a product; the same question again becomes one more who waits for its answer.

    Args:
        actor: a member, or a visitor of the brand (``members.selectors.visitor``).
        product: what about.
        text: at most 600 characters.
        language: ``zh-hans`` or ``en``; the answer's message is written in it.
        client: the network address; only keyed counts of it are kept, for two days.
        contact: a guest's, if the guest wants to be told; members are told at their own address.
        now: the instant.

    Raises:
        NotFound: the product is another brand's, or the actor is no reader.
        Invalid: ``text`` or ``address``.
        TooMany: asked too often.
        NotOpen: the same question was hidden in this moment; ask again.
    """
    if actor.kind not in (ActorKind.CONSUMER, ActorKind.ANONYMOUS):
        raise NotFound
    brand_id = actor.own_brand()
    if product.brand_id != brand_id:
        raise NotFound
    text = tidy(text, field="text", longest=LONGEST)
    follower = _follower(actor, contact, language=language, now=now)
    count_writing("ask", brand_id=brand_id, actor=actor, client=client, now=now)
    key = text_key(text)
    count_question(brand_id=brand_id, product_id=product.pk, text_key=key, now=now)
    shown = not policy_of(brand_id).read_first and not doubtful(text)
    wanted = Question(
        brand_id=brand_id, product=product, text=text, text_key=key, member_id=actor.member_id,
        language=language if language in LANGUAGES else LANGUAGES[0],
        showing=Showing.SHOWN if shown else Showing.WAITING, asked_at=now, changed_at=now,
        due_at=due_at(brand_id, now),
    )  # fmt: skip
    asked = _once(wanted)
    if follower is not None:
        follower.question = asked.question
        Follower.objects.bulk_create([follower], ignore_conflicts=True)
    if asked.new:
        _announce(actor, asked.question, now=now)
    else:
        record(actor, "community.question_asked_again", asked.question, now=now)
    return asked


def _once(wanted: Question) -> Asked:
    """Write the question unless it stands there; of two at once the unique key takes one."""
    try:
        with transaction.atomic():
            wanted.save()
    except IntegrityError:
        standing = Question.objects.filter(
            product_id=wanted.product_id, text_key=wanted.text_key, merged_into=None
        ).exclude(showing=Showing.HIDDEN)
        first = standing.first()
        if first is None:  # it was hidden in this moment
            raise NotOpen(question=None) from None
        return Asked(question=first, new=False)
    return Asked(question=wanted, new=True)


def _follower(
    actor: Actor, contact: Contact | None, *, language: str, now: datetime
) -> Follower | None:
    row = Follower(brand_id=actor.own_brand(), language=language[:10], at=now)
    if actor.member_id is not None:
        row.member_id = actor.member_id
        return row
    if contact is None or not contact.address.strip():
        return None
    if not contact.agreed_to.strip():
        raise Invalid(field="agreed_to", rule="required")
    to = normalise_address(contact.address)
    row.channel, row.address, row.address_key = to.channel, to.value, to.key(row.brand_id)
    row.agreed_to = contact.agreed_to.strip()[:300]
    return row


def _announce(actor: Actor, question: Question, *, now: datetime) -> None:
    touch(question, now=now)
    brand_id, product_id = question.brand_id, question.product_id
    record(
        actor, "community.question_asked", question, now=now, product=product_id,
        guest=question.member_id is None,
    )  # fmt: skip
    asked = QuestionAsked(brand_id=brand_id, question_id=question.pk, product_id=product_id)
    publish(asked, now=now)
    if question.showing == Showing.SHOWN:
        publish(
            QuestionShown(brand_id=brand_id, question_id=question.pk, product_id=product_id),
            now=now,
        )


@service
def stop_telling(actor: Actor, *, question_id: int, now: datetime) -> None:
    """Take the signed-in member off those who are told; harmless where they were not.

    Raises:
        NotFound: nobody is signed in.
    """
    if actor.kind is not ActorKind.CONSUMER or actor.member_id is None:
        raise NotFound
    mine = Follower.objects.filter(
        brand_id=actor.own_brand(), question_id=question_id, member_id=actor.member_id
    )
    if mine.delete()[0]:
        subject = f"community.question:{question_id}"
        record(actor, "community.telling_stopped", subject, now=now)
