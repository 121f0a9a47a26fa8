"""Campaign plans (活动方案): goals, phases, tasks and money of a campaign, as one document."""

from hefu.core.planning.document import plan_bytes, plan_document, plan_hash, read_plan
from hefu.core.planning.plan import (
    Goal,
    GoalKind,
    Line,
    LineKind,
    Metric,
    Phase,
    Plan,
    Task,
    ThemeKind,
)
from hefu.core.planning.schedule import (
    Conflict,
    Span,
    conflicts,
    extended,
    launch_push_on,
    phases,
    shifted,
    slipped,
    span_of,
    warm_up_on,
)
from hefu.core.planning.template import template

__all__ = [
    "Conflict",
    "Goal",
    "GoalKind",
    "Line",
    "LineKind",
    "Metric",
    "Phase",
    "Plan",
    "Span",
    "Task",
    "ThemeKind",
    "conflicts",
    "extended",
    "launch_push_on",
    "phases",
    "plan_bytes",
    "plan_document",
    "plan_hash",
    "read_plan",
    "shifted",
    "slipped",
    "span_of",
    "template",
    "warm_up_on",
]
