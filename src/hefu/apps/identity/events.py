"""What happens to codes and units, as others are told."""

from dataclasses import dataclass
from typing import ClassVar

from hefu.apps.audit.events import Event


@dataclass(frozen=True, kw_only=True)
class OrderIssued(Event):
    """The codes of a production order exist from now on."""

    name: ClassVar[str] = "identity.order_issued"
    order_id: int
    batch_id: int
    quantity: int


@dataclass(frozen=True, kw_only=True)
class UnitActivated(Event):
    """A consumer bound a unit to themselves."""

    name: ClassVar[str] = "identity.unit_activated"
    activation_id: int
    unit_id: int
    member_id: int
    product_id: int
    region: str


@dataclass(frozen=True, kw_only=True)
class UnitReturned(Event):
    """A unit came back: unbound, its coins reclaimed."""

    name: ClassVar[str] = "identity.unit_returned"
    activation_id: int
    unit_id: int
    member_id: int


@dataclass(frozen=True, kw_only=True)
class UnitTransferred(Event):
    """A unit changed hands between members."""

    name: ClassVar[str] = "identity.unit_transferred"
    activation_id: int
    unit_id: int
    from_member_id: int
    member_id: int


@dataclass(frozen=True, kw_only=True)
class UnitSuspected(Event):
    """A rule found fault with the checks of a unit, for the first time: leaked, copied ..."""

    name: ClassVar[str] = "identity.unit_suspected"
    unit_id: int
    reason: str


@dataclass(frozen=True, kw_only=True)
class UnitsMarked(Event):
    """A range of a batch was shipped, recalled, frozen, voided ..."""

    name: ClassVar[str] = "identity.units_marked"
    mark_id: int
    kind: str


@dataclass(frozen=True, kw_only=True)
class GuessingSuspected(Event):
    """Somebody tries codes; ``brand_id`` is 0: it concerns the installation."""

    name: ClassVar[str] = "identity.guessing_suspected"
    public: ClassVar[bool] = False
    alarm_id: int


@dataclass(frozen=True, kw_only=True)
class UnitsReleased(Event):
    """A recall, a freeze or a loss ended for a range; ``kind`` of the mark, ``at`` ISO 8601."""

    name: ClassVar[str] = "identity.units_released"
    batch_id: int
    first: int
    count: int
    kind: str
    at: str


@dataclass(frozen=True, kw_only=True)
class UnitsPacked(Event):
    """Units were put into another; rows of units, ``at`` ISO 8601."""

    name: ClassVar[str] = "identity.units_packed"
    parent_id: int
    children: list[int]
    at: str


@dataclass(frozen=True, kw_only=True)
class UnitsUnpacked(Event):
    """Units were taken out of another; rows of units, ``at`` ISO 8601."""

    name: ClassVar[str] = "identity.units_unpacked"
    parent_id: int
    children: list[int]
    at: str
