"""Asking and answering (询问与回答): once per occasion, not too often, never in the way."""

from datetime import datetime, timedelta

from django.db import IntegrityError, transaction

from hefu.apps.audit.services import publish, record, service
from hefu.apps.identity.events import UnitActivated
from hefu.apps.service.errors import AnsweredBefore
from hefu.apps.service.events import SurveyAnswered
from hefu.apps.service.models import Ask, LastAsked, Occasion, Survey
from hefu.apps.service.selectors.asks import ask_by_key, key_of
from hefu.core.actor import Actor, system
from hefu.core.errors import Invalid, NotFound
from hefu.core.surveys import marks_of

MOST_WORD = 500


def activation_subject(activation_id: int) -> str:
    """Name the occasion of an activation."""
    return f"identity.activation:{activation_id}"


def question_subject(question_id: int) -> str:
    """Name the occasion of a question that the maker answered."""
    return f"community.question:{question_id}"


def ask_after_activation(event: UnitActivated, *, now: datetime) -> None:
    """Reaction: the member is asked on the page of the product, if it is their turn."""
    invite(
        system("surveys", brand_id=event.brand_id), occasion=Occasion.ACTIVATION,
        subject=activation_subject(event.activation_id), product_id=event.product_id,
        member_id=event.member_id, now=now,
    )  # fmt: skip


@service
def invite(
    actor: Actor, *, occasion: str, subject: str, product_id: int | None,
    member_id: int | None, now: datetime,
) -> Ask | None:  # fmt: skip
    """Have an occasion asked about; None where no survey is open or the person has their rest.

    Idempotent per subject. Of two occasions of one member at the same moment one asks: whoever
    moves the member's row by its conditional UPDATE.
    """
    brand_id = actor.own_brand()
    known = Ask.objects.filter(brand_id=brand_id, subject=subject)
    survey = Survey.objects.filter(brand_id=brand_id, occasion=occasion, closed_at=None).first()
    if survey is None or known.exists() or not _turn_of(survey, member_id, now=now):
        return known.first()
    try:
        with transaction.atomic():
            return Ask.objects.create(
                brand_id=brand_id, survey=survey, subject=subject, product_id=product_id,
                member_id=member_id, key=key_of(brand_id=brand_id, subject=subject), made_at=now,
            )  # fmt: skip
    except IntegrityError:
        return known.first()


def _turn_of(survey: Survey, member_id: int | None, *, now: datetime) -> bool:
    """Say whether this person may be asked now, and take the turn; guests always may."""
    if member_id is None:
        return True
    _, first = LastAsked.objects.get_or_create(
        brand_id=survey.brand_id, member_id=member_id, defaults={"at": now}
    )
    rested = LastAsked.objects.filter(
        brand_id=survey.brand_id, member_id=member_id,
        at__lte=now - timedelta(days=survey.rest_days),
    )  # fmt: skip
    return first or bool(rested.update(at=now))


def note_shown(key: str, *, now: datetime) -> None:
    """Count an asking as asked: its page was seen, for the first time."""
    Ask.objects.filter(key=key, shown_at=None, made_at__lte=now).update(shown_at=now)


@service
def answer(
    actor: Actor, *, key: str, version: int, mark: int, word: str = "", agreed_to: str,
    language: str, now: datetime,
) -> Ask:  # fmt: skip
    """Give the answer to an asking; whoever holds the key may, signed in or not.

    Safe to race: the first answer stays.

    Args:
        actor: of the brand, or a visitor of its pages.
        key: of the asking.
        version: of the wording that was read.
        mark: of the survey's scale.
        word: free, at most ``MOST_WORD`` characters; sealed.
        agreed_to: what stood beside the button about what becomes of it.
        language: in which it was read.
        now: when.

    Raises:
        NotFound: no such asking of this brand.
        Invalid: the mark is not of the scale, the word is too long, no such version.
        AnsweredBefore: it has its answer.
    """
    ask = _of(actor, key)
    if mark not in marks_of(ask.survey.scale):
        raise Invalid(field="mark", rule="not_a_choice", value=mark)
    word = word.replace("\0", "").strip()
    if len(word) > MOST_WORD:
        raise Invalid(field="word", rule="too_long", longest=MOST_WORD)
    read = ask.survey.versions.filter(number=version).first()
    if read is None:
        raise Invalid(field="version", rule="not_a_choice", value=version)
    won = Ask.objects.filter(pk=ask.pk, answered_at=None).update(
        answered_at=now, mark=mark, version=read, word=word, agreed_to=agreed_to[:300],
        language=language[:10],
    )  # fmt: skip
    note_shown(key, now=now)
    ask.refresh_from_db()
    if not won:
        raise AnsweredBefore
    record(actor, "service.survey_answered", f"service.ask:{ask.pk}", now=now)
    publish(SurveyAnswered(brand_id=ask.brand_id, survey_id=ask.survey_id, ask_id=ask.pk), now=now)
    return ask


@service
def skip(actor: Actor, *, key: str, now: datetime) -> None:
    """Not now: the occasion is not shown again. Skipping twice, or after an answer, is harmless.

    Raises:
        NotFound: no such asking of this brand.
    """
    ask = _of(actor, key)
    Ask.objects.filter(pk=ask.pk, answered_at=None, skipped_at=None).update(skipped_at=now)


def _of(actor: Actor, key: str) -> Ask:
    ask = ask_by_key(key)
    if ask.brand_id != actor.own_brand():
        raise NotFound
    return ask
