"""Province-level regions (省级行政区) by GB/T 2260, and positions rounded until they name nobody.

The table holds the 34 provinces, municipalities, autonomous and special administrative regions:
six digits of GB/T 2260, letters of ISO 3166-2:CN (edition of 2017 and later), Chinese and English
names. Outside China a region is written by ISO 3166-2.
"""

import csv
import math
import re
import unicodedata
from dataclasses import dataclass
from functools import lru_cache
from importlib.resources import files

from hefu.core.errors import Invalid

UNKNOWN = ""


@dataclass(frozen=True, kw_only=True, slots=True)
class Region:
    """One province-level region."""

    code: str  # GB/T 2260, six digits, e.g. 440000
    iso: str  # ISO 3166-2:CN without the country, e.g. GD
    short: str  # 广东
    name: str  # 广东省
    english: str  # Guangdong

    @property
    def two_digits(self) -> str:
        """The province's part of every code below it, e.g. 44."""
        return self.code[:2]


@dataclass(frozen=True, kw_only=True, slots=True)
class CoarsePosition:
    """A position in whole tenths of a degree (WGS 84): a cell of about 11 km."""

    latitude: float
    longitude: float

    def __str__(self) -> str:
        return f"{self.latitude:.1f},{self.longitude:.1f}"


def _read() -> tuple[Region, ...]:
    table = (files("hefu.core") / "regions.csv").read_text(encoding="utf-8")
    return tuple(Region(**row) for row in csv.DictReader(table.splitlines()))


REGIONS: tuple[Region, ...] = _read()
_BY_TWO_DIGITS = {region.two_digits: region for region in REGIONS}
_BY_ISO = {region.iso: region for region in REGIONS}
#: Other spellings in use, folded as ``_fold`` does.
_ALIASES = {
    "neimenggu": "NM", "neimongol": "NM", "nei mongol": "NM", "xizang": "XZ", "macau": "MO",
    "aomen": "MO", "xianggang": "HK", "guangxi zhuang": "GX", "ningxia hui": "NX",
    "xinjiang uygur": "XJ", "xinjiang uyghur": "XJ", "臺灣": "TW", "澳門": "MO",
}  # fmt: skip
_ENDING = re.compile(
    r" (province|municipality|shi|sheng|autonomous region|special administrative region|sar)$"
)


def _fold(name: str) -> str:
    return _ENDING.sub("", " ".join(name.casefold().replace("'", "").split()))


_BY_NAME = {
    **{_fold(region.short): region for region in REGIONS},
    **{_fold(region.name): region for region in REGIONS},
    **{_fold(region.english): region for region in REGIONS},
    **{_fold(alias): _BY_ISO[iso] for alias, iso in _ALIASES.items()},
}


@lru_cache(maxsize=1024)
def region_named(text: str) -> Region | None:
    """Return the region that ``text`` names, or None.

    Understands GB/T 2260 with two, four or six digits (a city counts as its province), ISO 3166-2
    (``CN-GD``, ``CN-44``), Chinese names with or without their ending, English names.
    """
    text = unicodedata.normalize("NFKC", text).strip()
    code = text.upper().removeprefix("CN-")
    if re.fullmatch(r"\d{2}|\d{4}|\d{6}", code, re.ASCII):
        return _BY_TWO_DIGITS.get(code[:2])
    if len(code) == 2 and code.isascii():
        return _BY_ISO.get(code)
    return _BY_NAME.get(_fold(text))


def normalise_region(text: str) -> str:
    """Return the six-digit province code that ``text`` names; empty stays empty (unknown).

    Raises:
        Invalid: no such region.
    """
    if not text.strip():
        return UNKNOWN
    region = region_named(text)
    if region is None:
        raise Invalid(field="region", rule="not_a_region", value=text[:40])
    return region.code


def coarse(latitude: float, longitude: float) -> CoarsePosition:
    """Round a position to one decimal of a degree.

    Args:
        latitude: degrees north, -90 to 90 (WGS 84).
        longitude: degrees east, -180 to 180.

    Returns:
        The rounded position; the error is at most 0.05 degrees, 5.6 km from north to south.

    Raises:
        Invalid: not a position on this planet.
    """
    for field, value, limit in (("latitude", latitude, 90), ("longitude", longitude, 180)):
        if not math.isfinite(value) or abs(value) > limit:
            raise Invalid(field=field, rule="not_a_position")
    # adding zero turns -0.0 into 0.0
    return CoarsePosition(latitude=round(latitude, 1) + 0.0, longitude=round(longitude, 1) + 0.0)
