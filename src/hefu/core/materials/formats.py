"""The sizes that platforms and printers want (物料规格), as a table with where each is known from.

Platforms change their pages often; a row says how far it may be trusted. Pixels for screens,
millimetres for paper. Where a platform's own limit of bytes is not known, it is that of this house.
"""

import csv
from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from importlib.resources import files
from types import MappingProxyType


class Kind(StrEnum):
    """What it is (物料种类)."""

    POSTER = "poster"  # 海报
    LEAFLET = "leaflet"  # 宣传册、折页
    ROLL_UP = "roll_up"  # 易拉宝
    SHORT_VIDEO = "short_video"  # 短视频
    MOVING_POSTER = "moving_poster"  # 动态海报
    ARTICLE = "article"  # 图文


class Platform(StrEnum):
    """Where it is shown."""

    PRINT = "print"
    PHONE = "phone"  # sent from hand to hand
    WECHAT = "wechat"
    DOUYIN = "douyin"
    KUAISHOU = "kuaishou"
    XIAOHONGSHU = "xiaohongshu"
    WEIBO = "weibo"
    WEBSITE = "website"
    SHOP_SCREEN = "shop_screen"


class Unit(StrEnum):
    """What sizes are counted in."""

    PX = "px"
    MM = "mm"


@dataclass(frozen=True, kw_only=True, slots=True)
class Format:
    """One size: sides in ``unit``, the most bytes a file may have, where that is known from."""

    key: str
    platform: Platform
    kind: Kind
    unit: Unit
    width: int
    height: int
    most_bytes: int
    source: str

    @property
    def moves(self) -> bool:
        """Whether it is a film."""
        return self.kind in (Kind.SHORT_VIDEO, Kind.MOVING_POSTER)

    @property
    def printed(self) -> bool:
        """Whether it comes out of a printing press."""
        return self.platform is Platform.PRINT


def _read() -> Mapping[str, Format]:
    table = (files("hefu.core.materials") / "formats.csv").read_text(encoding="utf-8")
    rows = csv.DictReader(table.splitlines())
    return MappingProxyType(
        {
            row["key"]: Format(
                key=row["key"], platform=Platform(row["platform"]), kind=Kind(row["kind"]),
                unit=Unit(row["unit"]), width=int(row["width"]), height=int(row["height"]),
                most_bytes=int(row["most_bytes"]), source=row["source"],
            )
            for row in rows
        }
    )  # fmt: skip


FORMATS: Mapping[str, Format] = _read()
