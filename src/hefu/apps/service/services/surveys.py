"""Writing surveys (编写调查): a question per language, a new version for every change."""

from collections.abc import Mapping
from datetime import datetime

from django.db import IntegrityError, transaction

from hefu.apps.audit.services import record, service
from hefu.apps.service.errors import SurveyChanged, SurveyOpen
from hefu.apps.service.models import Occasion, Scale, Survey, SurveyVersion
from hefu.apps.service.selectors.results import survey_by_id
from hefu.core.actor import Actor
from hefu.core.errors import Invalid
from hefu.core.permissions import Permission

LANGUAGES = ("zh-hans", "en")
#: The parts of a wording and how long each may be; the first one is required.
PARTS = {"question": 120, "low": 30, "high": 30, "word": 80}
LONGEST_REST = 730

Texts = Mapping[str, Mapping[str, str]]


@service
def open_survey(
    actor: Actor, *, occasion: str, scale: int, rest_days: int, texts: Texts, now: datetime
) -> Survey:
    """Ask a question after an occasion from now on; nobody more often than ``rest_days``.

    Raises:
        Invalid: a part cannot be; ``details['field']``.
        SurveyOpen: another one is open after this occasion.
    """
    actor.require(Permission.SURVEY_MANAGE)
    if occasion not in Occasion.values:
        raise Invalid(field="occasion", rule="not_a_choice", value=occasion)
    if scale not in Scale.values:
        raise Invalid(field="scale", rule="not_a_choice", value=scale)
    if not 1 <= rest_days <= LONGEST_REST:
        raise Invalid(field="rest_days", rule="out_of_range", value=rest_days)
    worded = _worded(texts)
    try:
        with transaction.atomic():
            survey = Survey.objects.create(
                brand_id=actor.own_brand(), occasion=occasion, scale=scale, rest_days=rest_days,
                opened_at=now,
            )  # fmt: skip
    except IntegrityError as error:
        raise SurveyOpen(field="occasion", occasion=occasion) from error
    SurveyVersion.objects.create(survey=survey, number=1, texts=worded, by=actor.label, at=now)
    record(actor, "service.survey_opened", survey, now=now, occasion=occasion, scale=scale)
    return survey


@service
def reword_survey(
    actor: Actor, *, survey: Survey, texts: Texts, seen: int, now: datetime
) -> SurveyVersion:
    """Ask in other words from now on; ``seen`` is the version the writer looked at.

    The same words again are the same version.

    Raises:
        NotFound: another brand's.
        Invalid: a part cannot be.
        SurveyChanged: somebody wrote another version meanwhile, or it is closed.
    """
    actor.require(Permission.SURVEY_MANAGE)
    survey = survey_by_id(actor, survey.pk)
    newest = survey.versions.order_by("-number")[0]
    worded = _worded(texts)
    if newest.texts == worded:
        return newest
    if newest.number != seen or survey.closed_at is not None:
        raise SurveyChanged
    try:
        with transaction.atomic():
            version = SurveyVersion.objects.create(
                survey=survey, number=seen + 1, texts=worded, by=actor.label, at=now
            )
    except IntegrityError as error:
        raise SurveyChanged from error
    record(actor, "service.survey_reworded", survey, now=now, version=version.number)
    return version


@service
def close_survey(actor: Actor, *, survey: Survey, now: datetime) -> Survey:
    """Ask nobody any more; what was answered stays. Closing twice is harmless.

    Raises:
        NotFound: another brand's.
    """
    actor.require(Permission.SURVEY_MANAGE)
    survey = survey_by_id(actor, survey.pk)
    if Survey.objects.filter(pk=survey.pk, closed_at=None).update(closed_at=now):
        record(actor, "service.survey_closed", survey, now=now)
    survey.refresh_from_db()
    return survey


def _worded(texts: Texts) -> dict[str, dict[str, str]]:
    """Tidy a wording; a language without a question is left out, Chinese must be there."""
    found = {}
    for language in LANGUAGES:
        given = texts.get(language, {})
        parts = {part: " ".join(given.get(part, "").split()) for part in PARTS}
        for part, longest in PARTS.items():
            if len(parts[part]) > longest:
                raise Invalid(field=f"{part}_{language}", rule="too_long", longest=longest)
        if parts["question"]:
            found[language] = parts
        elif any(parts.values()):
            raise Invalid(field=f"question_{language}", rule="required")
    if LANGUAGES[0] not in found:
        raise Invalid(field=f"question_{LANGUAGES[0]}", rule="required")
    return found
