"""What the warranty card is made from, and the card itself with its reasons."""

from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum

_LAST_YEAR = 3000  # a later date is a slip of the pen, and would leave the calendar with its term
_LONGEST = 1200  # months


class FactKind(StrEnum):
    """Stations of a warranty."""

    ACTIVATED = "activated"
    DELIVERED = "delivered"
    INSTALLED = "installed"
    REPAIR_IN = "repair_in"
    REPAIR_OUT = "repair_out"
    REPLACED = "replaced"


class Basis(StrEnum):
    """What the start is known from."""

    ACTIVATION = "activation"  # evidence only: the latest day on which it can have started
    DELIVERY = "delivery"
    INSTALLATION = "installation"
    REPLACEMENT = "replacement"


class Status(StrEnum):
    """Where the warranty stands on a day."""

    ENDED = "ended"
    NOT_STARTED = "not_started"
    PAUSED = "paused"
    RUNNING = "running"
    UNKNOWN = "unknown"  # no start is known; an invoice would show it


class StepCode(StrEnum):
    """Why the card says what it says; surfaces translate each into a sentence."""

    ACTIVATION_ADDED = "activation_added"  # amount: months, part of the term's
    ACTIVATION_TOO_LATE = "activation_too_late"
    FORMER_END_KEPT = "former_end_kept"  # a replacement never shortens
    MOVED_TO_WORKING_DAY = "moved_to_working_day"  # amount: days
    NO_START_KNOWN = "no_start_known"
    NOT_ACTIVATED = "not_activated"  # it takes nothing away; amount: months it would add
    PAUSED = "paused"  # amount: days
    PAUSE_OPEN = "pause_open"  # amount: days so far
    REPAIR_AFTER_END = "repair_after_end"
    REPAIR_OUT_ALONE = "repair_out_alone"
    REPLACEMENT_BEFORE_START = "replacement_before_start"
    RESTARTED = "restarted"  # amount: months
    STARTED = "started"  # with the card's basis
    TERM = "term"  # amount: months


_LAW = {
    StepCode.ACTIVATION_ADDED: "R136",
    StepCode.NOT_ACTIVATED: "R136",
    StepCode.PAUSED: "L26",
    StepCode.PAUSE_OPEN: "L26",
    StepCode.RESTARTED: "L26",
    StepCode.STARTED: "L26",
    StepCode.TERM: "民法典 §202",
    StepCode.MOVED_TO_WORKING_DAY: "民法典 §203",
}


@dataclass(frozen=True, kw_only=True, slots=True)
class Fact:
    """Something that happened to the unit on a day.

    ``recorded_at`` decides between two deliveries or installations: the later record corrects.

    Raises:
        ValueError: the day is after the year 3000, or ``recorded_at`` has no time zone.
    """

    kind: FactKind
    on: date
    recorded_at: datetime | None = None

    def __post_init__(self) -> None:
        check_day(self.on)
        if self.recorded_at is not None and self.recorded_at.tzinfo is None:
            raise ValueError("recorded_at needs a time zone")


@dataclass(frozen=True, kw_only=True, slots=True)
class Terms:
    """What is promised: months, and the months that activation adds.

    Raises:
        ValueError: no months, a negative number, or more than a hundred years together.
    """

    months: int
    activation_months: int = 0

    def __post_init__(self) -> None:
        if self.months < 1 or self.activation_months < 0:
            raise ValueError("a warranty needs at least one month, and activation cannot take any")
        if self.months + self.activation_months > _LONGEST:
            raise ValueError(f"a warranty lasts at most {_LONGEST} months")


@dataclass(frozen=True, kw_only=True, slots=True)
class Pause:
    """A stay in repair that counts; ``until`` None is still open. ``days`` as counted."""

    since: date
    until: date | None
    days: int


@dataclass(frozen=True, kw_only=True, slots=True)
class Step:
    """One step of the reckoning; ``amount`` is in the unit its code says, ``ends_on`` after it."""

    code: StepCode
    on: date | None = None
    until: date | None = None
    amount: int = 0
    ends_on: date | None = None

    @property
    def rule(self) -> str:
        """The rule of law or requirement the step follows, or nothing."""
        return _LAW.get(self.code, "")


@dataclass(frozen=True, kw_only=True, slots=True)
class Card:
    """A unit's warranty as of ``as_of``; both days inclusive, None where no start is known.

    While a repair is open ``ends_on`` is the earliest day on which the warranty can end.
    """

    as_of: date
    status: Status
    basis: Basis | None = None
    starts_on: date | None = None  # of the term that runs now: the replacement's where there is one
    ends_on: date | None = None
    pauses: tuple[Pause, ...] = ()
    restarts: tuple[date, ...] = ()
    steps: tuple[Step, ...] = ()

    @property
    def days_left(self) -> int:
        """Days from ``as_of`` to the last day, 0 when it is over or unknown."""
        return max(0, (self.ends_on - self.as_of).days) if self.ends_on else 0


def check_day(day: date) -> None:
    """Refuse a slip of the pen.

    Raises:
        ValueError: the day is after the year 3000.
    """
    if day.year > _LAST_YEAR:
        raise ValueError(f"{day} is after the year {_LAST_YEAR}")
