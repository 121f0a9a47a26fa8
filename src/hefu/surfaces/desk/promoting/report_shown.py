"""A campaign's report in the reader's words (总结报告): the same tables on page, paper, sheet."""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from django.utils.text import capfirst
from django.utils.translation import gettext as _
from django.utils.translation import ngettext, pgettext

from hefu.apps.campaigns.models import ReportText, ReportVersion
from hefu.core.planning import GoalKind, LineKind, Metric, Report, read_report
from hefu.core.reach import Channel, each
from hefu.surfaces.design.numbers import grouped, price
from hefu.surfaces.desk.forms_placements import CHANNELS
from hefu.surfaces.desk.forms_plans import GOALS, HUNDREDTHS, LINES, METRICS
from hefu.surfaces.desk.promoting import boards
from hefu.surfaces.desk.promoting.planning import metric_words
from hefu.surfaces.desk.shown import NOTHING, day, when

_MOST_IN_HALF = 6  # columns
_GOALS, _METRICS, _LINES = dict(GOALS), dict(METRICS), dict(LINES)


@dataclass(frozen=True, kw_only=True, slots=True)
class Cell:
    """A figure as people read it, and as a sheet reckons with it."""

    said: str
    raw: Any


@dataclass(frozen=True, kw_only=True, slots=True)
class Section:
    """One table; the first ``words`` columns are words, the others figures."""

    title: str
    icon: str
    heads: tuple[str, ...]
    rows: tuple[tuple[Cell, ...], ...]
    words: int
    none: str  # what it says without rows

    @property
    def lines(self) -> list[tuple[str, list[tuple[str, bool]]]]:
        """Rows for a page: the first cell, then each other one and whether it is a figure."""
        return [
            (row[0].said, [(cell.said, place >= self.words) for place, cell in enumerate(row)][1:])
            for row in self.rows
        ]

    @property
    def wide(self) -> bool:
        """Whether it wants the whole width of a page."""
        return len(self.heads) > _MOST_IN_HALF

    @property
    def columns(self) -> list[tuple[str, bool]]:
        """Heads, and whether a figure stands below."""
        return [(head, place >= self.words) for place, head in enumerate(self.heads)]


@dataclass(frozen=True, kw_only=True, slots=True)
class Told:
    """One version of the report with the conclusions beside it."""

    title: str
    version: ReportVersion
    report: Report
    text: ReportText | None
    sections: tuple[Section, ...]

    @property
    def measured(self) -> str:
        """Which version, when, by whom, over which days."""
        said = _(
            "Version %(number)s, measured %(at)s by %(by)s, over the run %(since)s to %(until)s"
        )
        return said % {
            "number": self.version.number, "at": when(self.version.measured_at),
            "by": _("the house's clock") if self.version.by_clock else self.version.measured_by,
            "since": day(self.report.since), "until": day(self.report.until),
        }  # fmt: skip

    @property
    def says(self) -> str:
        """How many aims were reached."""
        aims = len(self.report.goals)
        said = ngettext(
            "%(reached)s of %(aims)s aim reached", "%(reached)s of %(aims)s aims reached", aims
        )
        return said % {"reached": self.report.goals_reached, "aims": aims}

    @property
    def concluded(self) -> str:
        """Who wrote the conclusions, when, beside which figures."""
        if self.text is None:
            return ""
        return _("Wording %(number)s, %(by)s, %(at)s, beside version %(beside)s of the figures") % {
            "number": self.text.number, "by": self.text.written_by, "beside": self.text.beside,
            "at": when(self.text.written_at),
        }  # fmt: skip


def told(title: str, version: ReportVersion, text: ReportText | None) -> Told:
    """Put a version into words."""
    report = read_report(version.document)
    return Told(
        title=title, version=version, report=report, text=text, sections=tuple(_sections(report))
    )


def _sections(report: Report) -> Iterator[Section]:
    for make in _MAKERS:
        yield make(report)


def _word(text: object) -> Cell:
    return Cell(said=capfirst(str(text)), raw=capfirst(str(text)))


def _count(number: int) -> Cell:
    return Cell(said=grouped(number), raw=number)


def _money(minor: int | None, currency: str = "CNY") -> Cell:
    if minor is None:
        return Cell(said=NOTHING, raw=None)
    return Cell(said=price(minor, currency), raw=Decimal(minor) / 100)


def _metric(metric: Metric, value: int | None) -> Cell:
    raw = Decimal(value) / 100 if value is not None and metric in HUNDREDTHS else value
    return Cell(said=metric_words(metric, value), raw=raw)


def _aims(report: Report) -> Section:
    return Section(
        title=_("Aims"), icon="flag", words=2, none=_("The plan has no aims."),
        heads=(_("Aim"), _("Measured by"), _("Before the campaign"), _("Target"), _("Came to"),
               _("Reached")),
        rows=tuple(
            (
                _word(_GOALS[GoalKind(one.kind)]), _word(_METRICS[Metric(one.metric)]),
                *(_metric(Metric(one.metric), value)
                  for value in (one.baseline, one.target, one.came)),
                _word(_("yes") if one.reached else _("no")),
            )
            for one in report.goals
        ),
    )  # fmt: skip


def _budget(report: Report) -> Section:
    return Section(
        title=_("Money"), icon="banknotes", words=2, none=_("The plan has no budget lines."),
        heads=(_("For what"), _("Kind"), _("Planned"), _("Ordered so far"), _("Paid so far"),
               _("Free")),
        rows=tuple(
            (
                Cell(said=one.name, raw=one.name), _word(_LINES[LineKind(one.kind)]),
                _money(one.planned), _money(one.committed), _money(one.spent),
                _money(one.planned - one.committed - one.spent),
            )
            for one in report.lines
        ),
    )  # fmt: skip


def _promotions(report: Report) -> Section:
    return Section(
        title=_("Promotions"), icon="receipt-percent", words=1,
        none=_("No promotion of this campaign was launched."),
        heads=(_("Promotion"), _("Orders"), _("Discount given"), _("Budget")),
        rows=tuple(
            (
                Cell(said=one.title, raw=one.title), _count(one.orders),
                _money(one.discount, one.currency), _money(one.budget, one.currency),
            )
            for one in report.promotions
        ),
    )  # fmt: skip


def _channels(report: Report) -> Section:
    return Section(
        title=pgettext("campaign", "Channels"), icon="megaphone", words=2,
        none=_("No channels were entered."),
        heads=(pgettext("campaign", "Name"), _("Channel"), _("Visits"), _("Orders"), _("Turnover"),
               _("Cost"), _("Per visit"), _("Per order"), _("Share of turnover")),
        rows=tuple(
            (
                Cell(said=one.name, raw=one.name), _word(CHANNELS[Channel(one.kind)]),
                _count(one.visits), _count(one.orders), _money(one.revenue), _money(one.cost),
                _money(each(one.cost, one.visits)), _money(each(one.cost, one.orders)),
                Cell(said=boards.share(one.share_bp), raw=Decimal(one.share_bp) / 100),
            )
            for one in report.channels
        ),
    )  # fmt: skip


def _coupons(report: Report) -> Section:
    return Section(
        title=_("Coupons"), icon="ticket", words=2, none=_("No coupons were issued."),
        heads=(_("Coupons"), _("Promotion"), _("Pieces"), _("Issued"), _("Used"), _("Share used")),
        rows=tuple(
            (
                Cell(said=one.title, raw=one.title), Cell(said=one.promotion, raw=one.promotion),
                _count(one.quantity), _count(one.issued), _count(one.used),
                _used(one.used, one.issued),
            )
            for one in report.coupons
        ),
    )  # fmt: skip


def _used(used: int, issued: int) -> Cell:
    if not issued:
        return Cell(said=NOTHING, raw=None)
    bp = used * 10_000 // issued
    return Cell(said=boards.share(bp), raw=Decimal(bp) / 100)


_MAKERS: Sequence[Callable[[Report], Section]] = (
    _aims, _budget, _promotions, _channels, _coupons,
)  # fmt: skip
