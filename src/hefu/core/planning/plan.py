"""What a plan says: values only. Amounts are minor units, rates basis points, days count from 1."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from enum import StrEnum
from types import MappingProxyType


class ThemeKind(StrEnum):
    """What a campaign hangs on (主题类型)."""

    FESTIVAL = "festival"
    BRAND = "brand"
    INDUSTRY = "industry"


class GoalKind(StrEnum):
    """The six aims of a campaign (六个目标)."""

    AWARENESS = "awareness"  # 知名度
    SHARE = "share"  # 市场份额
    LOYALTY = "loyalty"  # 粘性
    UPGRADE = "upgrade"  # 消费升级
    EFFICIENCY = "efficiency"  # 运营效率
    CHANNELS = "channels"  # 合作渠道


class Metric(StrEnum):
    """What an aim is measured by."""

    SCANS = "scans"
    NEW_MEMBERS = "new_members"
    ORDERS = "orders"
    REVENUE = "revenue"  # minor units
    REPURCHASE_BP = "repurchase_bp"  # of the buyers, those who had bought before
    ORDER_VALUE = "order_value"  # minor units an order
    COST_PER_ORDER = "cost_per_order"  # minor units of discount an order
    ACTIVATIONS = "activations"
    NEW_PARTNERS = "new_partners"


class Phase(StrEnum):
    """The three stretches of a campaign."""

    PREPARE = "prepare"
    RUN = "run"
    REVIEW = "review"


class LineKind(StrEnum):
    """What money is planned for: three works, and the five kinds of media (五类媒体)."""

    PROMOTION = "promotion"  # 营销
    GOODS = "goods"  # 礼品与包装
    LOGISTICS = "logistics"  # 物流
    TELEVISION = "television"
    RADIO = "radio"
    PRESS = "press"
    OUTDOOR = "outdoor"
    INTERNET = "internet"


MEDIA = frozenset(
    {
        LineKind.TELEVISION, LineKind.RADIO, LineKind.PRESS, LineKind.OUTDOOR, LineKind.INTERNET,
    }
)  # fmt: skip


@dataclass(frozen=True, kw_only=True, slots=True)
class Goal:
    """What shall be different: from ``baseline`` to ``target``; None: not measured before."""

    kind: GoalKind
    metric: Metric
    target: int
    baseline: int | None = None


@dataclass(frozen=True, kw_only=True, slots=True)
class Task:
    """Something to do from the ``first`` to the ``last`` day of a phase, after others are done."""

    id: str
    phase: Phase
    title: str
    first: int
    last: int
    owner: str = ""
    after: tuple[str, ...] = ()


@dataclass(frozen=True, kw_only=True, slots=True)
class Line:
    """A line of the budget; ``reach`` says where a medium's reach is known from."""

    id: str
    kind: LineKind
    name: str
    planned: int
    reach: str = ""


#: Days of each phase where a plan says nothing else: 45 together, which is not "one month".
DAYS: Mapping[Phase, int] = MappingProxyType({Phase.PREPARE: 15, Phase.RUN: 15, Phase.REVIEW: 15})


@dataclass(frozen=True, kw_only=True, slots=True)
class Plan:
    """All of it; ``starts_on`` is the first day of the run.

    ``trend`` says what the market does, ``form`` and ``strength`` what is offered and how much.
    """

    starts_on: date
    theme_kind: ThemeKind = ThemeKind.BRAND
    theme: str = ""
    trend: str = ""
    form: str = ""
    strength: str = ""
    days: Mapping[Phase, int] = field(default_factory=lambda: DAYS)
    goals: tuple[Goal, ...] = ()
    tasks: tuple[Task, ...] = ()
    lines: tuple[Line, ...] = ()

    @property
    def planned(self) -> int:
        """All money that is planned, minor units."""
        return sum(line.planned for line in self.lines)
