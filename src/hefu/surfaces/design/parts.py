"""The plain values components are drawn from.

A page turns domain facts into these and hands them to a tag; the tag draws them. Texts are
already in the reader's language (or lazy); dates and numbers are already formatted, because
only the page knows which form its reader needs.
"""

from dataclasses import dataclass, field
from typing import Literal

Tone = Literal["good", "notice", "bad", "info", "neutral"]
#: Begins a message's extra tags that say how to take back what it tells: JSON, url and fields.
UNDO = "undo:"


@dataclass(frozen=True, kw_only=True)
class NavItem:
    """One place in the desk's navigation.

    ``primary`` items (the first four of them) also stand in the bottom bar of a phone.
    """

    label: str
    url: str
    icon: str  # a heroicons outline name
    current: bool = False
    count: int = 0  # work waiting there; 0 shows nothing
    primary: bool = False


@dataclass(frozen=True, kw_only=True)
class NavGroup:
    """A headed run of navigation items; an empty label draws no heading."""

    label: str = ""
    items: tuple[NavItem, ...]


@dataclass(frozen=True, kw_only=True)
class Crumb:
    """One step of the path to this page; the last one needs no url."""

    label: str
    url: str = ""


@dataclass(frozen=True, kw_only=True)
class Tab:
    """One view of the same thing, at its own address."""

    label: str
    url: str
    current: bool = False
    count: int | None = None


@dataclass(frozen=True, kw_only=True)
class Fact:
    """A name and its value; ``code`` sets the value in the fixed-width face."""

    name: str
    value: str
    url: str = ""
    code: bool = False


@dataclass(frozen=True, kw_only=True)
class Moment:
    """One entry of a timeline (a code's whole story).

    ``at`` is what the reader sees, ``iso`` the machine's form of the same instant.
    """

    at: str
    iso: str
    title: str
    text: str = ""
    who: str = ""
    icon: str = "clock"
    tone: Tone = "neutral"
    facts: tuple[Fact, ...] = ()
    url: str = ""


@dataclass(frozen=True, kw_only=True)
class Verdict:
    """What we tell about a scanned code.

    ``kind`` is one of ``hefu_design.VERDICTS``; an empty ``title`` takes that kind's own words.
    ``why`` says what the records show, ``since`` when they begin to show it.
    """

    kind: str
    title: str = ""
    kicker: str = ""
    why: str = ""
    since: str = ""


@dataclass(frozen=True, kw_only=True)
class WarrantyCard:
    """The warranty card (保修卡) as it looks in the hand."""

    brand: str
    product: str
    model: str
    code: str
    starts: str
    ends: str
    status: str
    holder: str = ""


@dataclass(frozen=True, kw_only=True)
class Trader:
    """Who stands behind the page: the identity the law wants at the foot of it.

    ``registration`` is the 统一社会信用代码 or the trade register's number, ``icp`` the 备案号.
    """

    name: str
    address: str = ""
    registration: str = ""
    icp: str = ""
    icp_url: str = "https://beian.miit.gov.cn/"
    phone: str = ""
    links: tuple[Crumb, ...] = field(default=())
