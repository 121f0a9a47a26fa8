"""What happens in campaigns, as others are told."""

from dataclasses import dataclass
from typing import ClassVar

from hefu.apps.audit.events import Event


@dataclass(frozen=True, kw_only=True)
class RulesChanged(Event):
    """Other rules are in force from now on."""

    name: ClassVar[str] = "campaigns.rules_changed"
    ruleset: str  # content hash


@dataclass(frozen=True, kw_only=True)
class PromotionStopped(Event):
    """Somebody stopped a promotion before its time."""

    name: ClassVar[str] = "campaigns.promotion_stopped"
    promotion_id: int


@dataclass(frozen=True, kw_only=True)
class RunningOut(Event):
    """A budget, stock or goods of a campaign do not last, or are not there in time."""

    name: ClassVar[str] = "campaigns.running_out"
    kind: str  # budget, stock, goods
    subject: str  # the promotion's short name, the article's sku, "campaign: sku"
    runs_out_at: str  # ISO 8601


@dataclass(frozen=True, kw_only=True)
class TaskSlipped(Event):
    """The last day of a campaign's task is over, and it is not done."""

    name: ClassVar[str] = "campaigns.task_slipped"
    campaign_id: int
    task: str  # its ID in the plan


@dataclass(frozen=True, kw_only=True)
class StartBlocked(Event):
    """A promotion's start came, and nobody had agreed to it: it does not run."""

    name: ClassVar[str] = "campaigns.start_blocked"
    promotion_id: int


@dataclass(frozen=True, kw_only=True)
class GroupFormed(Event):
    """Enough people have paid in a group buy: its orders may be sent."""

    name: ClassVar[str] = "campaigns.group_formed"
    group_id: int
    offer: str  # its short name
    orders: list[int]


@dataclass(frozen=True, kw_only=True)
class GroupLapsed(Event):
    """A group's time was over before enough people had paid: all of them are refunded."""

    name: ClassVar[str] = "campaigns.group_lapsed"
    group_id: int
    offer: str
