"""What happens to questions, as others are told; ids only, never words."""

from dataclasses import dataclass
from typing import ClassVar

from hefu.apps.audit.events import Event


@dataclass(frozen=True, kw_only=True)
class QuestionAsked(Event):
    """A reader asked about a product."""

    name: ClassVar[str] = "community.question_asked"
    question_id: int
    product_id: int


@dataclass(frozen=True, kw_only=True)
class QuestionShown(Event):
    """A question may be read by everybody from now on."""

    name: ClassVar[str] = "community.question_shown"
    question_id: int
    product_id: int


@dataclass(frozen=True, kw_only=True)
class QuestionHidden(Event):
    """A question is not shown (any more)."""

    name: ClassVar[str] = "community.question_hidden"
    question_id: int
    reason: str


@dataclass(frozen=True, kw_only=True)
class QuestionAnswered(Event):
    """An answer is to be read by everybody: of the maker, an owner or a member."""

    name: ClassVar[str] = "community.question_answered"
    question_id: int
    answer_id: int
    product_id: int
    kind: str


@dataclass(frozen=True, kw_only=True)
class QuestionsMerged(Event):
    """A question was merged into another one, which is kept."""

    name: ClassVar[str] = "community.questions_merged"
    question_id: int
    kept_id: int


@dataclass(frozen=True, kw_only=True)
class QuestionOverdue(Event):
    """Nobody answered within the brand's target."""

    name: ClassVar[str] = "community.question_overdue"
    question_id: int
    product_id: int


@dataclass(frozen=True, kw_only=True)
class AnswerAccepted(Event):
    """The asker says that an answer solved it."""

    name: ClassVar[str] = "community.answer_accepted"
    question_id: int
    answer_id: int
