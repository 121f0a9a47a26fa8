"""Made-up figures for the living guide: a chart of each kind, and one with nothing in it (样例)."""

from datetime import date, timedelta

from django.utils.translation import gettext as _

from hefu.core import charts
from hefu.surfaces.design.numbers import (
    chart_language,
    chart_words,
    compact,
    grouped,
    short_day,
)

FIRST = date(2026, 11, 1)
DAYS = 21
SCANS = tuple(900 + 37 * i + (i * i * 7919) % 420 for i in range(DAYS))
ACTIVATIONS = tuple(scans * 2 // 5 for scans in SCANS)
UNMEASURED = (8, 9)


def figures() -> dict[str, charts.Chart]:
    """A chart of each kind, by name."""
    words = chart_words(total=_("Total"))
    return {
        "lines": _lines(words),
        "area": _area(words),
        "grouped": charts.bar_chart(
            charts.About(ident="grouped", title=_("Verdicts by channel")),
            _channels(),
            number=grouped,
            words=words,
        ),
        "stacked": charts.bar_chart(
            charts.About(ident="stacked", title=_("Verdicts by channel, stacked")),
            _channels(),
            mode="stacked",
            number=grouped,
            words=words,
        ),
        "lying": charts.horizontal_bar_chart(
            charts.About(ident="lying", title=_("Verdicts by channel, lying")),
            _channels(),
            number=grouped,
            words=words,
        ),
        "map": _map(words),
        "spark": charts.sparkline(
            charts.About(ident="spark", title=_("Scans, last 21 days")), SCANS, _days()
        ),
        "none": charts.line_chart(
            charts.About(ident="none", title=_("Nothing measured yet")),
            charts.Dataset(head=_("Day"), labels=(), series=()),
            words=words,
        ),
    }


def _days() -> tuple[str, ...]:
    return tuple(short_day(FIRST + timedelta(days=i)) for i in range(DAYS))


def _lines(words: charts.Words) -> charts.Chart:
    measured = tuple(None if i in UNMEASURED else v for i, v in enumerate(ACTIVATIONS))
    series = (
        charts.Series(name=_("Scans"), values=SCANS),
        charts.Series(name=_("Activations"), values=measured),
    )
    return charts.line_chart(
        charts.About(
            ident="lines",
            title=_("Scans and activations per day"),
            description=_("No activations were measured on two days."),
        ),
        charts.Dataset(head=_("Day"), labels=_days(), series=series),
        number=grouped,
        words=words,
    )


def _area(words: charts.Words) -> charts.Chart:
    series = charts.Series(name=_("Activations"), values=ACTIVATIONS)
    return charts.line_chart(
        charts.About(ident="area", title=_("Activations per day")),
        charts.Dataset(head=_("Day"), labels=_days(), series=(series,)),
        number=grouped,
        words=words,
        filled=True,
    )


def _channels() -> charts.Dataset:
    return charts.Dataset(
        head=_("Channel"),
        labels=(_("Online shop"), _("Live stream"), _("Store"), _("Dealer")),
        series=(
            charts.Series(name=_("Genuine"), values=(4200, 2600, 1900, 800)),
            charts.Series(name=_("Take care"), values=(120, 310, 90, 260)),
            charts.Series(name=_("Unknown"), values=(60, 140, 30, 210)),
        ),
    )


def _map(words: charts.Words) -> charts.Chart:
    values = {code: (int(code) * 7907) % 9000 for code in charts.PROVINCES if code != "54"}
    return charts.tile_map(
        charts.About(
            ident="map",
            title=_("Activations by province"),
            description=_("One square each, arranged by neighbourhood; not a map."),
        ),
        {**values, "": 321},
        language=chart_language(),
        number=grouped,
        compact=compact,
        words=words,
    )
