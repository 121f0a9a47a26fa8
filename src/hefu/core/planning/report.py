"""What a campaign came to (总结报告): figures as they were measured, frozen as one document."""

import hashlib
import json
from collections.abc import Mapping
from dataclasses import asdict, dataclass, fields
from datetime import date, timedelta
from typing import Any

from hefu.core.planning.plan import Metric, Phase, Plan
from hefu.core.planning.schedule import phases, span_of

#: IDs of the review's tasks in the house's template: gathering the figures, writing about them.
COLLECT_TASK, REPORT_TASK = "collect", "report"
_COLLECTED_ON = 5  # day of the review, where the plan has no task for it
#: Measures of which less is better.
_LESS = frozenset({Metric.COST_PER_ORDER})


def reached(metric: Metric, came: int | None, target: int) -> bool:
    """Whether a measure came to its target; what could not be measured did not."""
    if came is None:
        return False
    return came <= target if metric in _LESS else came >= target


def collect_on(plan: Plan) -> date:
    """Return the day on which the figures are gathered: the last one of the plan's task for it.

    The fifth day of the review where there is no such task, its last one if it is shorter.
    """
    for task in plan.tasks:
        if task.id == COLLECT_TASK and task.phase is Phase.REVIEW:
            return span_of(plan, task).last_on
    review = phases(plan)[Phase.REVIEW]
    return min(review.first_on + timedelta(days=_COLLECTED_ON - 1), review.last_on)


@dataclass(frozen=True, kw_only=True, slots=True)
class GoalCame:
    """An aim as the signed plan has it, and what it came to; units of ``Metric``."""

    kind: str
    metric: str
    baseline: int | None
    target: int
    came: int | None

    @property
    def reached(self) -> bool:
        """Whether the target was."""
        return reached(Metric(self.metric), self.came, self.target)


@dataclass(frozen=True, kw_only=True, slots=True)
class LineCame:
    """A budget line, minor units."""

    kind: str
    name: str
    planned: int
    committed: int
    spent: int


@dataclass(frozen=True, kw_only=True, slots=True)
class PromotionCame:
    """What a promotion gave away: confirmed uses and their amounts, minor units."""

    code: str
    title: str
    currency: str
    orders: int
    discount: int
    budget: int | None


@dataclass(frozen=True, kw_only=True, slots=True)
class ChannelCame:
    """What came of a placement (``core.reach``), minor units."""

    name: str
    kind: str
    cost: int
    visits: int
    again: int
    robots: int
    late: int
    orders: int
    paid: int
    revenue: int
    share_bp: int


@dataclass(frozen=True, kw_only=True, slots=True)
class CouponsCame:
    """An issue of coupons: how many were to be had, given out, used."""

    title: str
    promotion: str
    quantity: int
    issued: int
    used: int


@dataclass(frozen=True, kw_only=True, slots=True)
class Report:
    """All of it, measured from the first day of the run up to ``until``, both counted."""

    since: date
    until: date
    goals: tuple[GoalCame, ...] = ()
    lines: tuple[LineCame, ...] = ()
    promotions: tuple[PromotionCame, ...] = ()
    channels: tuple[ChannelCame, ...] = ()
    coupons: tuple[CouponsCame, ...] = ()

    @property
    def goals_reached(self) -> int:
        """How many aims were."""
        return sum(one.reached for one in self.goals)


_PARTS: Mapping[str, type[Any]] = {
    "goals": GoalCame, "lines": LineCame, "promotions": PromotionCame, "channels": ChannelCame,
    "coupons": CouponsCame,
}  # fmt: skip


def report_document(report: Report) -> dict[str, Any]:
    """Return the report as plain JSON values."""
    return {
        "since": report.since.isoformat(), "until": report.until.isoformat(),
        **{name: [asdict(row) for row in getattr(report, name)] for name in _PARTS},
    }  # fmt: skip


def read_report(document: Mapping[str, Any]) -> Report:
    """Read a document that ``report_document`` wrote; what later versions add is passed over."""
    parts = {}
    for name, kind in _PARTS.items():
        known = {field.name for field in fields(kind)}
        parts[name] = tuple(
            kind(**{key: value for key, value in row.items() if key in known})
            for row in document.get(name, ())
        )
    return Report(
        since=date.fromisoformat(document["since"]), until=date.fromisoformat(document["until"]),
        **parts,
    )  # fmt: skip


def report_hash(report: Report) -> str:
    """SHA-256 of the document's canonical bytes."""
    text = json.dumps(
        report_document(report), ensure_ascii=False, sort_keys=True, separators=(",", ":")
    )
    return hashlib.sha256(text.encode()).hexdigest()
