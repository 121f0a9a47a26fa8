"""Questions, answers, what readers do with them, and how the desk wants to work."""

from hefu.apps.community.models.answers import Answer, AnswerEdit, AnswerKind, Vote
from hefu.apps.community.models.desk import Limit, QueuePolicy, Reply
from hefu.apps.community.models.questions import (
    Follower,
    HideReason,
    Question,
    SearchText,
    Showing,
)
from hefu.apps.community.models.reports import Report, ReportReason

__all__ = [
    "Answer",
    "AnswerEdit",
    "AnswerKind",
    "Follower",
    "HideReason",
    "Limit",
    "Question",
    "QueuePolicy",
    "Reply",
    "Report",
    "ReportReason",
    "SearchText",
    "Showing",
    "Vote",
]
