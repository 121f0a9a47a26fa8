"""What is open to answer: by its key, which only who was asked holds."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from hefu.apps.accounts.fields import lookup
from hefu.apps.service.models import Ask, Survey, SurveyVersion
from hefu.core.actor import Actor
from hefu.core.errors import NotFound
from hefu.core.surveys import marks_of

#: After so long nobody is reminded of an occasion any more; the key still works.
SHOWN_FOR = timedelta(days=30)
FALLBACK = "zh-hans"


def key_of(*, brand_id: int, subject: str) -> str:
    """Return the key of an occasion's asking: 128 bits that nobody can guess, always the same."""
    return lookup(subject, purpose="survey", brand_id=brand_id)


@dataclass(frozen=True, kw_only=True)
class AskShown:
    """A question as somebody reads it: ``marks`` of its scale, words in their language."""

    key: str
    brand_id: int
    version: int
    question: str
    low: str
    high: str
    word: str  # asks for a free word; "" asks for none
    marks: tuple[int, ...]
    language: str
    answered: bool
    mark: int | None


def ask_by_key(key: str) -> Ask:
    """Return an asking by its key, whoever holds it.

    Raises:
        NotFound: there is none.
    """
    found = Ask.objects.select_related("survey", "version").filter(key=key).first()
    if found is None:
        raise NotFound
    return found


def newest_version(survey: Survey) -> SurveyVersion:
    """Return the wording that is asked now."""
    return survey.versions.order_by("-number")[0]


def shown_of(ask: Ask, *, language: str) -> AskShown:
    """Word an asking: as answered, or as it is asked now; Chinese where a language is missing."""
    version = ask.version or newest_version(ask.survey)
    spoken = language if language in version.texts else FALLBACK
    spoken = spoken if spoken in version.texts else next(iter(version.texts))
    return AskShown(
        key=ask.key, brand_id=ask.brand_id, version=version.number, language=spoken,
        marks=tuple(marks_of(ask.survey.scale)), answered=ask.answered_at is not None,
        mark=ask.mark, **version.texts[spoken],
    )  # fmt: skip


def open_ask(actor: Actor, *, subject: str, language: str, now: datetime) -> AskShown | None:
    """What stands on the page after an occasion: nothing once answered, skipped, closed or old."""
    ask = (
        Ask.objects.select_related("survey", "version")
        .filter(
            brand_id=actor.own_brand(), subject=subject, answered_at=None, skipped_at=None,
            made_at__gte=now - SHOWN_FOR, survey__closed_at=None,
        )
        .first()
    )  # fmt: skip
    return shown_of(ask, language=language) if ask else None
