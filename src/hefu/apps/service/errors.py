"""Refusals of surveys and their answers."""

from typing import ClassVar

from hefu.core.errors import DomainError, Kind


class SurveyOpen(DomainError):
    """Another survey is open after the same occasion; ``details['occasion']``."""

    code: ClassVar[str] = "service.survey_open"
    kind: ClassVar[Kind] = Kind.CONFLICT


class SurveyChanged(DomainError):
    """Somebody else wrote a version meanwhile, or closed it."""

    code: ClassVar[str] = "service.survey_changed"
    kind: ClassVar[Kind] = Kind.CONFLICT


class AnsweredBefore(DomainError):
    """This asking has its answer; one occasion, one answer."""

    code: ClassVar[str] = "service.answered_before"
    kind: ClassVar[Kind] = Kind.CONFLICT
