"""What one production order prints (印刷任务): its serials, its seals, what the label says."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date
from functools import cached_property

from hefu.core.codes import Face, Range, Sealer, Sheet, Template, TemplateSheet

#: A caption is read in groups of so many characters.
GROUP = 4


@dataclass(frozen=True, kw_only=True)
class PrintRun:
    """The codes of one order, ready to be laid out.

    Args:
        outer: sealer of the visible code.
        inner: sealer of the hidden one, if units have two.
        reference: of the batch, printed in a default code.
        template: of the maker, if the batch has one; ``model`` .. ``channel`` are then printed.
        link_head: the URL up to the serial.
        element_head: the GS1 element string up to the serial; empty without a GTIN.
        name: of the product, for people.
        ranges: the serials, in the order printed.
    """

    outer: Sealer
    inner: Sealer | None = None
    reference: int
    template: Template | None = None
    model: str
    made_on: date
    batch: str
    channel: str | None = None
    link_head: str
    element_head: str = ""
    name: str
    ranges: tuple[Range, ...]

    @cached_property
    def total(self) -> int:
        """How many units there are."""
        return sum(len(part) for part in self.ranges)

    @property
    def serial_field(self) -> str:
        """The field of a pattern that goes into the URL: a maker's code goes there whole."""
        return "{code}" if self.template else "{serial}"

    @property
    def link(self) -> str:
        """The URL as a pattern."""
        return self.link_head + self.serial_field

    def sheet(self, face: Face, pattern: str) -> Sheet | TemplateSheet:
        """Return what writes rows of ``pattern`` for one face.

        Raises:
            ValueError: the units have no inner code.
        """
        sealer = self.outer if face is Face.OUTER else self.inner
        if sealer is None:
            raise ValueError("the units of this batch have no inner code")
        if self.template is None:
            return Sheet(self.reference, sealer, pattern)
        return TemplateSheet(
            self.template, sealer, pattern=pattern, model=self.model, made_on=self.made_on,
            batch=self.batch, channel=self.channel,
        )  # fmt: skip

    def texts(self, pattern: str, part: Range) -> Iterator[str]:
        """Yield one text per serial of a range, outer face."""
        sheet = self.sheet(Face.OUTER, pattern + "\n")
        for chunk in sheet.chunks(part.start, part.stop):
            yield from chunk.tobytes().decode("ascii").splitlines()

    def groups(self, code: str) -> list[str]:
        """The code as people read it: ours in groups of four, a maker's as he prints it."""
        if self.template is not None:
            return [code]
        return [code[at : at + GROUP] for at in range(0, len(code), GROUP)]

    def caption(self, code: str) -> str:
        """The groups with dashes between them."""
        return "-".join(self.groups(code))


def positions(ranges: Iterable[Range], start: int, stop: int) -> list[Range]:
    """Return the serials at places ``start`` to ``stop - 1`` of ranges laid end to end."""
    found: list[Range] = []
    at = 0
    for part in ranges:
        first, last = max(start, at), min(stop, at + len(part))
        if first < last:
            found.append(Range(start=part.start + first - at, stop=part.start + last - at))
        at += len(part)
    return found
