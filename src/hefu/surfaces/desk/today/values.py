"""What a home is made of: tiles, short lists of work, and the first thing one does."""

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from hefu.core.actor import Actor
from hefu.core.charts import Chart
from hefu.surfaces.design.parts import Tone

LISTED = 5  # rows of a short list
RECENT = timedelta(days=7)


@dataclass(frozen=True, kw_only=True)
class Tile:
    """One number that matters, and where to act on it."""

    label: str
    value: str
    url: str
    hint: str = ""
    tone: Tone = "neutral"
    spark: Chart | None = None


@dataclass(frozen=True, kw_only=True)
class Line:
    """One piece of work."""

    title: str
    url: str
    text: str = ""
    state: str = ""  # a key of vocabulary.STATES
    at: str = ""
    plain: bool = False  # a name, not a number


@dataclass(frozen=True, kw_only=True)
class Work:
    """A short list of work, with the way to all of it."""

    title: str
    icon: str
    lines: tuple[Line, ...]
    url: str = ""
    all: str = ""
    nothing: str = ""  # says what will stand here
    ident: str = ""  # an anchor, where a tile leads down the page


@dataclass(frozen=True, kw_only=True)
class Action:
    """The first thing somebody of this role does."""

    label: str
    url: str
    icon: str


@dataclass(kw_only=True)
class Today:
    """A home."""

    lead: str = ""
    tiles: list[Tile] = field(default_factory=list)
    works: list[Work] = field(default_factory=list)
    actions: list[Action] = field(default_factory=list)
    code: bool = True  # may paste a code


#: Adds what waits for an actor at an instant to a home.
Part = Callable[[Actor, datetime, Today], None]
