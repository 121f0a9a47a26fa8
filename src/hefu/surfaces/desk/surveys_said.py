"""What surveys found (调查结果), in the reader's words: shares with their intervals, a chart."""

from django.utils.translation import gettext as _

from hefu.core import charts
from hefu.core.intervals import Interval
from hefu.core.surveys import Tally, marks_of
from hefu.surfaces.design.numbers import chart_words, grouped
from hefu.surfaces.desk.shown import NOTHING


def point_said(interval: Interval | None) -> str:
    """The share alone: 70 %."""
    return NOTHING if interval is None else f"{round(100 * interval.share)} %"


def range_said(interval: Interval | None, *, of: str) -> str:
    """Where the true share lies, and of what: (40–89 %) marks 4 and 5."""
    if interval is None:
        return of
    return f"({round(100 * interval.low)}–{round(100 * interval.high)} %) {of}"


def share_said(interval: Interval | None) -> str:
    """A share and where the true one plausibly lies: 70 % (40–89 %)."""
    if interval is None:
        return NOTHING
    share, low, high = (round(100 * part) for part in (interval.share, interval.low, interval.high))
    return f"{share} % ({low}–{high} %)"


def mean_said(tally: Tally) -> str:
    """The mean mark with two decimals."""
    return NOTHING if tally.mean is None else f"{tally.mean:.2f}"


def content_means(scale: int) -> str:
    """Whose share is told."""
    return _("marks 9 and 10") if scale == 10 else _("marks 4 and 5")


def spread_chart(tally: Tally) -> charts.Chart:
    """How often each mark was given."""
    return charts.bar_chart(
        charts.About(ident="marks", title=_("Marks given")),
        charts.Dataset(
            head=_("Mark"),
            labels=tuple(str(mark) for mark in marks_of(tally.scale)),
            series=(charts.Series(name=_("Answers"), values=tally.counts),),
        ),
        number=grouped,
        words=chart_words(total=_("Total")),
    )
