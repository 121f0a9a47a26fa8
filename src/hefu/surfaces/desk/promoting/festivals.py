"""Festivals, days off and make-up working days of China (节假日与调休), for plans and calendars."""

from collections.abc import Iterator
from datetime import date, timedelta
from functools import cache

import holidays
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from hefu.surfaces.design.parts import Tone
from hefu.surfaces.desk.promoting.clashes import Entry

_DAY = timedelta(days=1)


@cache
def _year(year: int, language: str) -> tuple[dict[date, str], frozenset[date]]:
    """Return days off with their names, and days that are worked though they are weekends."""
    known = holidays.country_holidays("CN", years=[year], language=language)
    worked = frozenset(day for day in known.weekend_workdays if day.year == year)
    return dict(known), worked


def festivals(first: date, last: date) -> Iterator[Entry]:
    """Yield what lies between two days, runs of one festival as one bar; nothing past the table."""
    chinese = (get_language() or "").startswith("zh")
    language = "zh_CN" if chinese else "en_US"
    days: dict[date, tuple[str, Tone]] = {}
    for year in range(first.year, last.year + 1):
        named, worked = _year(year, language)
        days |= {day: (_festival(name), "good") for day, name in named.items()}
        days |= {day: (_("Working day instead of the weekend"), "neutral") for day in worked}
    open_ones: list[tuple[date, date, str, Tone]] = []
    for day in sorted(one for one in days if first <= one <= last):
        name, tone = days[day]
        if open_ones and open_ones[-1][1] + _DAY == day and open_ones[-1][2] == name:
            open_ones[-1] = (open_ones[-1][0], day, name, tone)
        else:
            open_ones.append((day, day, name, tone))
    for begins, ends, name, tone in open_ones:
        yield Entry(
            key=f"festival:{begins}", title=name, url="", begins=begins, ends=ends, state=name,
            tone=tone, when=begins.isoformat(), sketch=False, audience="", code="", over=False,
        )  # fmt: skip


def _festival(name: str) -> str:
    """Cut what the table says about an observed or exchanged day: it is the same festival."""
    plain = name.partition("（")[0].partition(" (")[0]
    return _("Day off") if plain in ("休息日", "Day off") else plain
