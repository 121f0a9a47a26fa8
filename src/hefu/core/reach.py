"""Promotion channels (推广渠道): where a campaign is told of, and what came of each place.

A placement is one place: an account, an advertisement, a poster. It has a link of its own; who
follows it is counted, and an order that is placed soon afterwards is put down to the last place
its buyer came from.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum


class Channel(StrEnum):
    """The kinds of channel (渠道类型); those printed or spoken of in a shop are off-line."""

    OWN_SITE = "own_site"  # 官网
    WECHAT = "wechat"  # 公众号
    WEIBO = "weibo"  # 微博
    DOUYIN = "douyin"  # 抖音
    KUAISHOU = "kuaishou"  # 快手
    PARTNER = "partner"  # 伙伴
    SEARCH = "search"  # 搜索
    ADVERTISEMENT = "ad"  # 广告
    EMAIL = "email"  # 邮件
    SHOP = "shop"  # 门店
    POSTER = "poster"  # 海报
    LEAFLET = "leaflet"  # 传单
    PACKAGE = "package"  # 包装
    EVENT = "event"  # 现场活动


OFFLINE = frozenset({Channel.SHOP, Channel.POSTER, Channel.LEAFLET, Channel.PACKAGE, Channel.EVENT})


class Target(StrEnum):
    """Where a link leads: pages of the brand itself, never an address that somebody typed."""

    SECTION = "section"  # the brand's front page
    PRODUCT = "product"  # a product's page, by item number
    PROMOTION = "promotion"  # a promotion's rules, by short name
    FLASH = "flash"  # a flash sale, by short name
    DRAW = "draw"  # a draw, by short name
    SHELF = "shelf"  # the mall, or one category of it by its code
    ARTICLE = "article"  # an article of the mall, by sku


#: Of these there is one without naming it.
WHOLE = frozenset({Target.SECTION, Target.SHELF})


class Hit(StrEnum):
    """What one request for a link was; the names are those of the counters."""

    VISIT = "visits"
    AGAIN = "again"  # the same browser a moment later
    ROBOT = "robots"
    LATE = "late"  # the campaign is over; the link leads on all the same


#: An order is put down to a visit that was no longer ago.
ATTRIBUTED_FOR = timedelta(days=7)
#: A browser that comes back sooner is on the same visit.
SAME_VISIT = timedelta(minutes=30)

#: What programs call themselves, in small letters; who says nothing at all is one, too.
_ROBOTS = (
    "bot", "spider", "crawl", "slurp", "archiver", "preview", "externalhit", "embedly", "monitor",
    "pingdom", "lighthouse", "curl/", "wget", "python", "httpx", "java/", "okhttp", "go-http",
    "libwww", "scrapy", "postman", "axios", "node-fetch", "feed",
)  # fmt: skip
#: A maker of telephones, whose name ends like a robot's.
_PHONE = "cubot"


def is_robot(agent: str, *, purpose: str = "") -> bool:
    """Say whether a program asks and no person; ``purpose`` is what ``Sec-Purpose`` says.

    A page that is fetched ahead was not visited.
    """
    name = agent.strip().lower()
    fetched_ahead = "prefetch" in purpose.lower() or "preview" in purpose.lower()
    name = name.replace(_PHONE, "")
    return not name or fetched_ahead or any(mark in name for mark in _ROBOTS)


def hit_of(*, robot: bool, late: bool, last_at: datetime | None, now: datetime) -> Hit:
    """Say what a request was; ``last_at`` is when this browser came to the same place before."""
    if robot:
        return Hit.ROBOT
    if late:
        return Hit.LATE
    return Hit.AGAIN if last_at is not None and now - last_at < SAME_VISIT else Hit.VISIT


@dataclass(frozen=True, kw_only=True, slots=True)
class Touch:
    """That a browser came from a placement, and when."""

    placement_id: int
    at: datetime


def counts(touch: Touch, now: datetime) -> bool:
    """Whether an order of now is put down to a touch: it was at most seven days ago."""
    return timedelta() <= now - touch.at <= ATTRIBUTED_FOR


def last_touch(touches: Iterable[Touch | None], now: datetime) -> Touch | None:
    """Choose the last touch that counts."""
    known = [one for one in touches if one is not None and counts(one, now)]
    return max(known, key=lambda one: (one.at, one.placement_id), default=None)


@dataclass(frozen=True, kw_only=True, slots=True)
class Priced:
    """A placement's cost as entered: its own, or None for its part of a budget ``line``."""

    id: int
    cost: int | None
    line: str = ""


def costs(placements: Iterable[Priced], used: Mapping[str, int]) -> dict[int, int]:
    """Return what each placement cost, minor units.

    One that has no cost of its own bears a part of what was ordered and paid on its budget line:
    what the others' own costs leave of it, in equal parts, odd minor units to the first ones. All
    parts of a line together are what was used of it, unless own costs alone are more.
    """
    rows = list(placements)
    found = {one.id: one.cost or 0 for one in rows}
    for line, amount in used.items():
        on_line = [one for one in rows if one.line == line]
        sharing = [one.id for one in on_line if one.cost is None]
        rest = max(0, amount - sum(one.cost or 0 for one in on_line))
        for place, ident in enumerate(sharing):
            part, odd = divmod(rest, len(sharing))
            found[ident] = part + (place < odd)
    return found


def each(cost: int, count: int) -> int | None:
    """Return a cost per visit or order in minor units, half up; None where there was none."""
    return (2 * cost + count) // (2 * count) if count else None


def share_bp(part: int, whole: int) -> int:
    """Return a share in basis points, half up; of nothing, none."""
    return (20_000 * part + whole) // (2 * whole) if whole > 0 else 0
