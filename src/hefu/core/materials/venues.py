"""Where printed things may hang (张贴场所): not in schools and kindergartens (law L12).

The article is a dated row: a change of law is a new row here.
"""

from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from hefu.core.law import in_force


class Venue(StrEnum):
    """What kind of place it is (场所类型)."""

    SHOP = "shop"  # 门店
    MALL = "mall"  # 商场
    COMMUNITY = "community"  # 社区
    OFFICE = "office"  # 写字楼
    TRANSPORT = "transport"  # 车站、地铁
    OUTDOOR = "outdoor"  # 户外
    UNIVERSITY = "university"  # 高校
    OTHER = "other"
    PRIMARY_SCHOOL = "primary_school"  # 小学
    MIDDLE_SCHOOL = "middle_school"  # 中学
    KINDERGARTEN = "kindergarten"  # 幼儿园
    SCHOOL_BUS = "school_bus"  # 校车


@dataclass(frozen=True, kw_only=True, slots=True)
class Bar:
    """An article that closes places to advertising, from a day on."""

    id: str
    source: str
    text: str
    valid_from: date
    venues: frozenset[Venue]


SCHOOLS = (
    Bar(
        id="L12", source="广告法第三十九条", valid_from=date(2015, 9, 1),
        text="不得在中小学校、幼儿园内开展广告活动，不得利用校车等发布广告",
        venues=frozenset(
            {Venue.PRIMARY_SCHOOL, Venue.MIDDLE_SCHOOL, Venue.KINDERGARTEN, Venue.SCHOOL_BUS}
        ),
    ),
)  # fmt: skip
_NAMES = ("小学", "中学", "幼儿园", "幼稚园", "附小", "附中", "primary school", "kindergarten",
          "middle school", "high school")  # fmt: skip


def barred(venue: Venue, *, on: date) -> Bar | None:
    """Return the article that forbids advertising at a kind of place on a day, if there is one."""
    row = in_force(SCHOOLS, on=on)
    return row if venue in row.venues else None


def school_named(address: str) -> str:
    """The school that an address names, or "": a gate is no school, but somebody should look."""
    folded = address.casefold()
    return next((name for name in _NAMES if name in folded), "")
