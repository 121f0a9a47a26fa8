"""Charts on paper (纸上图表): the numbers of a chart drawn with a few calm lines."""

from collections.abc import Callable, Sequence

from reportlab.lib.colors import HexColor
from reportlab.platypus import Flowable

from hefu.core.charts import Chart, nice_ticks

INK, MUTED, LINE = HexColor("#1f2328"), HexColor("#6b6f76"), HexColor("#dcdfe3")

#: Today, tomorrow, and more where there are more.
COLOURS = tuple(map(HexColor, ("#9aa3ad", "#8a2b2b", "#2f6f8f", "#5f7a3a")))

_LEFT, _BOTTOM, _TOP = 54, 16, 18
_SMALL = 7


class LinesOnPaper(Flowable):  # type: ignore[misc]  # reportlab has no types
    """A line per column of a chart's table, with its axis and its names above."""

    def __init__(
        self, chart: Chart, *, face: Callable[[str], str], write: Callable[[float], str],
        height: float = 120,
    ) -> None:  # fmt: skip
        super().__init__()
        self._table = chart.table
        self._face, self._write = face, write
        self._height = height
        self.width = 0.0

    def wrap(self, width: float, _height: float) -> tuple[float, float]:
        """Take all the width there is."""
        self.width = width
        return width, self._height

    def draw(self) -> None:
        """Draw axis, lines and names."""
        columns = list(zip(*(row.values for row in self._table.rows), strict=True))
        numbers = [value for column in columns for value in column if value is not None]
        ticks = nice_ticks(min(0, *numbers, 0), max(1, *numbers, 1))
        for tick in ticks:
            self._rule(tick, ticks)
        for column, colour in zip(columns, COLOURS, strict=False):
            self._line(column, ticks, colour)
        self._names()
        self._ends()

    def _y(self, value: float, ticks: Sequence[float]) -> float:
        room = self._height - _BOTTOM - _TOP
        return _BOTTOM + room * (value - ticks[0]) / ((ticks[-1] - ticks[0]) or 1)

    def _rule(self, tick: float, ticks: Sequence[float]) -> None:
        y = self._y(tick, ticks)
        self.canv.setStrokeColor(LINE)
        self.canv.setLineWidth(0.5)
        self.canv.line(_LEFT, y, self.width, y)
        text = self._write(tick)
        self._text(_LEFT - 6, y - 2.5, text, right=True)

    def _line(self, column: Sequence[float | None], ticks: Sequence[float], colour: object) -> None:
        step = (self.width - _LEFT) / max(1, len(column) - 1)
        path = self.canv.beginPath()
        begun = False
        for place, value in enumerate(column):
            if value is None:
                begun = False
                continue
            x, y = _LEFT + step * place, self._y(value, ticks)
            if begun:
                path.lineTo(x, y)
            else:
                path.moveTo(x, y)
            begun = True
        self.canv.setStrokeColor(colour)
        self.canv.setLineWidth(1.4)
        self.canv.drawPath(path)

    def _names(self) -> None:
        x: float = _LEFT
        for name, colour in zip(self._table.head[1:], COLOURS, strict=False):
            self.canv.setFillColor(colour)
            self.canv.rect(x, self._height - 8, 8, 3, stroke=0, fill=1)
            x += 12 + self._text(x + 12, self._height - 9.5, name) + 16

    def _ends(self) -> None:
        rows = self._table.rows
        if rows:
            self._text(_LEFT, 2, rows[0].label)
            self._text(self.width, 2, rows[-1].label, right=True)

    def _text(self, x: float, y: float, text: str, *, right: bool = False) -> float:
        text = text.replace("\N{MINUS SIGN}", "\N{EN DASH}")
        face = self._face(text)
        self.canv.setFillColor(MUTED)
        self.canv.setFont(face, _SMALL)
        (self.canv.drawRightString if right else self.canv.drawString)(x, y, text)
        return float(self.canv.stringWidth(text, face, _SMALL))
