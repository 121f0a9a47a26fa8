"""What happens to surveys, as others are told.

An answer's event carries no mark: nothing that reacts can reward a good one.
"""

from dataclasses import dataclass
from typing import ClassVar

from hefu.apps.audit.events import Event


@dataclass(frozen=True, kw_only=True)
class SurveyAnswered(Event):
    """Somebody answered a survey."""

    name: ClassVar[str] = "service.survey_answered"
    survey_id: int
    ask_id: int
