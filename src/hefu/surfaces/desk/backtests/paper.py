"""A backtest on paper (回测报告 PDF): what people hand to each other, on a few calm pages.

Latin text is set in Helvetica; Chinese in STSong-Light, which viewers bring along, or in the
TrueType file the house is told to use. The same report makes the same bytes.
"""

import io
import re
from collections.abc import Iterable, Sequence
from typing import Any
from xml.sax.saxutils import escape

from django.conf import settings
from django.utils.translation import gettext as _
from reportlab.lib.pagesizes import A4
from reportlab.lib.styles import ParagraphStyle
from reportlab.lib.units import mm
from reportlab.pdfbase import pdfmetrics
from reportlab.pdfbase.cidfonts import UnicodeCIDFont
from reportlab.pdfbase.ttfonts import TTFont
from reportlab.pdfgen.canvas import Canvas
from reportlab.platypus import (
    CondPageBreak,
    Flowable,
    KeepTogether,
    Paragraph,
    SimpleDocTemplate,
    Spacer,
    Table,
    TableStyle,
)

from hefu.surfaces.desk.backtests.figures import INK, LINE, MUTED, LinesOnPaper
from hefu.surfaces.desk.backtests.shown import Report
from hefu.surfaces.desk.backtests.values import CartShown

_CHINESE = "STSong-Light"
_MARGIN = 20 * mm
_MOST_ROWS = 20
_LATIN = re.compile(r"[!-~\u00a1-\u00ff\u2013]+(?: [!-~\u00a1-\u00ff\u2013]+)*")
_ROOM = A4[0] - 2 * _MARGIN - 12  # the frame keeps 6 points on each side

#: Faces without a minus sign have a dash.
_MINUS = str.maketrans({"\N{MINUS SIGN}": "\N{EN DASH}"})


def paper(report: Report) -> bytes:
    """Lay the report out on A4."""
    file = io.BytesIO()
    document = SimpleDocTemplate(
        file, pagesize=A4, leftMargin=_MARGIN, rightMargin=_MARGIN, topMargin=_MARGIN,
        bottomMargin=_MARGIN, title=report.backtest.name, author=report.backtest.created_by,
        invariant=1,
    )  # fmt: skip
    sheet = _Paper(report)
    document.build(list(sheet.story()), onFirstPage=sheet.foot, onLaterPages=sheet.foot)
    return file.getvalue()


def face_of(text: str, *, bold: bool = False) -> str:
    """Choose the face that has the text's characters."""
    try:
        text.encode("cp1252")
    except UnicodeEncodeError:
        return _chinese()
    return "Helvetica-Bold" if bold else "Helvetica"


def _chinese() -> str:
    path = getattr(settings, "HEFU_LABEL_FONT", "")
    name = path or _CHINESE
    if name not in pdfmetrics.getRegisteredFontNames():
        pdfmetrics.registerFont(TTFont(path, path) if path else UnicodeCIDFont(_CHINESE))
    return name


def marked(text: str) -> str:
    """Escape a text; in a Chinese one, Latin words and numbers keep their own face."""
    if face_of(text) == "Helvetica":
        return escape(text)
    marked, end = "", 0
    for run in _LATIN.finditer(text):
        latin = f'<font face="Helvetica">{escape(run.group())}</font>'
        marked += escape(text[end : run.start()]) + latin
        end = run.end()
    return marked + escape(text[end:])


class _Paper:
    """The parts of one report, in the order of its page."""

    def __init__(self, report: Report) -> None:
        self._report = report

    def story(self) -> Iterable[Flowable]:
        """Yield everything from the title to the hashes."""
        report = self._report
        yield self._text(report.backtest.name, size=20, bold=True, after=4)
        yield self._text(report.replayed, colour=MUTED, after=14)
        yield self._text(report.cost, size=26, bold=True, after=2)
        yield self._text(report.says, size=11, after=14)
        yield self._table(
            ["", _("Today"), _("Tomorrow"), _("Difference")],
            [[one.name, one.today, one.tomorrow, one.change] for one in report.compared],
        )
        yield Spacer(1, 5)
        yield self._text(
            _(
                "This is arithmetic on the orders there were: nobody in it buys more, less or "
                "something else because of a promotion."
            ),
            size=8, colour=MUTED,
        )  # fmt: skip
        yield from self._charts()
        yield from self._findings()
        yield from self._worst()
        yield from self._rules()
        yield from self._groups()
        yield from self._scenarios()
        yield from self._held()
        yield from self._about()

    def foot(self, canvas: Canvas, document: Any) -> None:
        """Number the page and name the report by its hash."""
        canvas.saveState()
        canvas.setFont("Helvetica", 7)
        canvas.setFillColor(MUTED)
        canvas.drawString(_MARGIN, 11 * mm, self._report.backtest.result_hash[:32])
        canvas.drawRightString(A4[0] - _MARGIN, 11 * mm, str(document.page))
        canvas.restoreState()

    def _text(
        self, text: str, *, size: float = 9.5, bold: bool = False, colour: Any = INK,
        after: float = 3,
    ) -> Paragraph:  # fmt: skip
        text = text.translate(_MINUS)
        style = ParagraphStyle(
            "text", fontName=face_of(text, bold=bold), fontSize=size, leading=size * 1.4,
            textColor=colour, spaceAfter=after, wordWrap="CJK" if not text.isascii() else None,
        )  # fmt: skip
        return Paragraph(marked(text), style)

    def _head(self, text: str) -> list[Flowable]:
        return [
            CondPageBreak(40 * mm),
            Spacer(1, 16),
            self._text(text, size=13, bold=True, after=6),
        ]

    def _table(
        self, heads: Sequence[str], rows: Sequence[Sequence[str]], *, wide: int = 0
    ) -> Flowable:
        """Set a table; the column ``wide`` takes the room, numbers stand right."""
        others = len(heads) - 1
        share = min(0.18, 0.72 / max(1, others))
        widths = [_ROOM * share] * len(heads)
        widths[wide] = _ROOM * (1 - share * others)
        cells = [
            [
                self._cell(text, head=number == 0, right=place not in (0, wide))
                for place, text in enumerate(row)
            ]
            for number, row in enumerate([heads, *rows])
        ]
        look = [
            ("LINEBELOW", (0, 0), (-1, 0), 0.7, MUTED),
            ("LINEBELOW", (0, 1), (-1, -1), 0.3, LINE),
            ("VALIGN", (0, 0), (-1, -1), "TOP"),
            ("LEFTPADDING", (0, 0), (-1, -1), 0),
            ("RIGHTPADDING", (0, 0), (-1, -1), 4),
        ]
        return Table(cells, colWidths=widths, style=TableStyle(look), repeatRows=1)

    def _cell(self, text: str, *, head: bool, right: bool) -> Paragraph:
        text = text.translate(_MINUS)
        style = ParagraphStyle(
            "cell", fontName=face_of(text), fontSize=7.5 if head else 8.5, leading=11,
            textColor=MUTED if head else INK, alignment=2 if right else 0,
        )  # fmt: skip
        return Paragraph(marked(text), style)

    def _charts(self) -> Iterable[Flowable]:
        for name in ("discount", "budgets"):
            chart = self._report.charts.get(name)
            if chart is not None:
                drawn = LinesOnPaper(chart, face=face_of, write=self._report.amounts.drawn)
                yield KeepTogether([*self._head(chart.title), drawn])

    def _findings(self) -> Iterable[Flowable]:
        findings = [*self._report.findings, *self._report.more_findings]
        yield from self._head(_("What stands out"))
        if not findings:
            yield self._text(
                _("Nothing: every rule applies somewhere, and nothing sells at a loss.")
            )
        for one in findings[:_MOST_ROWS]:
            yield self._text(f"– {one.text}")

    def _worst(self) -> Iterable[Flowable]:
        for cart in self._report.worst[:1]:
            yield from self._head(_("The cart that loses most"))
            yield from self._cart(cart)

    def _cart(self, cart: CartShown) -> Iterable[Flowable]:
        yield self._text(
            _("Order %(order)s, %(day)s, %(segment)s: %(loss)s less than today")
            % {"order": cart.order, "day": cart.day, "segment": cart.segment, "loss": cart.loss},
            colour=MUTED, after=6,
        )  # fmt: skip
        rows = [
            [f"{line.sku} × {line.qty}", line.listed, line.today, line.tomorrow]
            for line in cart.lines
        ]
        if cart.more_lines:
            rows.append([_("%(count)s more lines") % {"count": cart.more_lines}, "", "", ""])
        rows.append([_("To pay"), "", cart.today, cart.tomorrow])
        yield self._table([_("Article"), _("List price"), _("Today"), _("Tomorrow")], rows)
        yield Spacer(1, 6)
        for said in (*cart.answers, *cart.silent):
            amount = f"  {said.amount}" if said.amount else ""
            colour = INK if said.amount else MUTED
            yield self._text(f"{said.title}: {said.text}{amount}", size=8.5, colour=colour, after=1)

    def _rules(self) -> Iterable[Flowable]:
        rows = [
            [one.title, one.touched, one.applied, one.discount, one.each]
            for one in self._report.rules[:_MOST_ROWS]
        ]
        yield from self._head(_("What each rule does"))
        heads = [_("Promotion"), _("Carts touched"), _("Applied"), _("Discount"), _("Each time")]
        yield self._table(heads, rows)

    def _groups(self) -> Iterable[Flowable]:
        for title, head, groups in (
            (_("Winners and losers by segment"), _("Segment"), self._report.segments),
            (_("By category"), _("Category"), self._report.categories),
        ):
            if len(groups) > 1:
                yield from self._head(title)
                yield self._table(
                    [head, _("Revenue today"), _("Revenue tomorrow"), _("Difference")],
                    [
                        [one.name, one.today, one.tomorrow, one.change]
                        for one in groups[:_MOST_ROWS]
                    ],
                )

    def _scenarios(self) -> Iterable[Flowable]:
        yield from self._head(_("If buyers react"))
        yield self._table(
            [_("If"), _("Revenue"), _("Margin")],
            [[f"{one.title}. {one.assumed}", one.revenue, one.margin]
             for one in self._report.scenarios],
        )  # fmt: skip
        if self._report.break_even:
            facts = "; ".join(f"{one.name} {one.value}" for one in self._report.break_even)
            yield Spacer(1, 5)
            yield self._text(_("To earn today's margin again: %(facts)s.") % {"facts": facts})

    def _held(self) -> Iterable[Flowable]:
        yield from self._head(_("How to measure it afterwards"))
        heads = [
            _("Held out"), _("Customers held out"), _("In the campaign"),
            _("Smallest effect found"), _("Same, revenue capped"),
        ]  # fmt: skip
        rows = [
            [f"{one.share} ←" if one.chosen else one.share, one.held, one.campaign, one.effect,
             one.effect_capped]
            for one in self._report.held
        ]  # fmt: skip
        yield self._table(heads, rows)

    def _about(self) -> Iterable[Flowable]:
        yield from self._head(_("These orders and rules"))
        rows = [[one.name, one.value] for one in self._report.about]
        rows += [[reason, count] for reason, count in self._report.aside]
        yield self._table([_("What"), ""], rows, wide=1)
