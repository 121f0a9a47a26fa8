"""What the marks of a one-question survey say (满意度): spread, mean, share of the contented."""

from collections.abc import Mapping
from dataclasses import dataclass

from hefu.core.intervals import Interval, wilson

#: By highest mark: the lowest one, the first that counts as content, the last that does not.
_BOUNDS = {5: (1, 4, 2), 10: (0, 9, 6)}


def marks_of(scale: int) -> range:
    """Return the marks of a scale, the lowest first: 1 to 5, or 0 to 10.

    Raises:
        ValueError: there is no such scale.
    """
    if scale not in _BOUNDS:
        raise ValueError(f"no scale up to {scale}")
    return range(_BOUNDS[scale][0], scale + 1)


@dataclass(frozen=True, kw_only=True, slots=True)
class Tally:
    """Answers counted: ``counts`` has every mark of the scale, the lowest first.

    Content are 4 and 5 of five (the two highest boxes, as customer satisfaction is usually told),
    9 and 10 of ten (promoters: F. Reichheld, Harvard Business Review 12/2003).
    """

    scale: int
    asked: int
    counts: tuple[int, ...]

    @property
    def answered(self) -> int:
        """How many gave a mark."""
        return sum(self.counts)

    @property
    def rate(self) -> Interval | None:
        """The response rate: answered of asked."""
        return wilson(self.answered, self.asked)

    @property
    def mean(self) -> float | None:
        """The mean mark, unrounded; None without answers."""
        if not self.answered:
            return None
        marks = marks_of(self.scale)
        return sum(m * n for m, n in zip(marks, self.counts, strict=True)) / self.answered

    @property
    def contented(self) -> int:
        """How many are content."""
        return self._from(_BOUNDS[self.scale][1])

    @property
    def content(self) -> Interval | None:
        """The share of the contented, with the interval of 95 %."""
        return wilson(self.contented, self.answered)

    @property
    def score(self) -> int | None:
        """On ten only: promoters less detractors (0 to 6), in per cent, half to even."""
        if self.scale != 10 or not self.answered:
            return None
        detractors = self.answered - self._from(_BOUNDS[10][2] + 1)
        return round(100 * (self._from(9) - detractors) / self.answered)

    def _from(self, mark: int) -> int:
        lowest = _BOUNDS[self.scale][0]
        return sum(self.counts[mark - lowest :])


def tally_of(marks: Mapping[int, int], *, scale: int, asked: int) -> Tally:
    """Count marks; who answered was asked, though the page that asked may not have been counted.

    Raises:
        ValueError: a mark is not of the scale.
    """
    known = marks_of(scale)
    if any(mark not in known for mark in marks):
        raise ValueError(f"marks beyond the scale {scale}: {sorted(marks)}")
    counts = tuple(marks.get(mark, 0) for mark in known)
    return Tally(scale=scale, asked=max(asked, sum(counts)), counts=counts)
