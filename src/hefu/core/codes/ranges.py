"""Ranges of serials (号段): a batch, a shipment, a carton, a spoilt roll of labels.

A batch is a range, what happens to it are ranges or exceptions to ranges; single units are ranges
of one. Sets of serials are lists of ranges, sorted, disjoint and merged where they touch.
"""

from bisect import bisect_right
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

from hefu.core.codes.errors import BadRange


@dataclass(frozen=True, kw_only=True, order=True, slots=True)
class Range:
    """Serials ``start`` to ``stop - 1`` of one batch; never empty.

    Raises:
        ValueError: empty or negative.
    """

    start: int
    stop: int

    def __post_init__(self) -> None:
        if not 0 <= self.start < self.stop:
            raise ValueError(f"no range from {self.start} to {self.stop}")

    def __len__(self) -> int:
        return self.stop - self.start

    def __contains__(self, serial: int) -> bool:
        return self.start <= serial < self.stop


def merged(ranges: Iterable[Range]) -> list[Range]:
    """Make a set of ranges that may overlap: sorted, disjoint, merged where they touch."""
    found: list[Range] = []
    for part in sorted(ranges):
        if found and part.start <= found[-1].stop:
            stop = max(part.stop, found[-1].stop)
            found[-1] = Range(start=found[-1].start, stop=stop)
        else:
            found.append(part)
    return found


def of_serials(serials: Iterable[int]) -> list[Range]:
    """Make a set of single serials."""
    return merged(Range(start=serial, stop=serial + 1) for serial in serials)


def count(ranges: Iterable[Range]) -> int:
    """How many serials a set of ranges has."""
    return sum(len(part) for part in ranges)


def contains(ranges: Sequence[Range], serial: int) -> bool:
    """Whether a set (sorted, disjoint) has a serial; logarithmic."""
    place = bisect_right(ranges, serial, key=lambda part: part.start)
    return place > 0 and serial in ranges[place - 1]


def common(left: Iterable[Range], right: Iterable[Range]) -> list[Range]:
    """Serials in both."""
    found: list[Range] = []
    ours, theirs = merged(left), merged(right)
    here = there = 0
    while here < len(ours) and there < len(theirs):
        start = max(ours[here].start, theirs[there].start)
        stop = min(ours[here].stop, theirs[there].stop)
        if start < stop:
            found.append(Range(start=start, stop=stop))
        if ours[here].stop < theirs[there].stop:
            here += 1
        else:
            there += 1
    return found


def subtract(ranges: Iterable[Range], exceptions: Iterable[Range]) -> list[Range]:
    """Serials in the first set and not in the second."""
    found: list[Range] = []
    holes = merged(exceptions)
    at = 0
    for part in merged(ranges):
        start = part.start
        while at < len(holes) and holes[at].stop <= start:
            at += 1
        for place in range(at, len(holes)):
            hole = holes[place]
            if hole.start >= part.stop:
                break
            if hole.start > start:
                found.append(Range(start=start, stop=hole.start))
            start = max(start, hole.stop)
        if start < part.stop:
            found.append(Range(start=start, stop=part.stop))
    return found


def allocate(issued: int, quantity: int, *, planned: int) -> Range:
    """Take the next serials of a batch.

    Args:
        issued: serials taken so far; they are 0 to ``issued - 1``.
        quantity: how many are wanted.
        planned: how many the batch may have; more needs another approval.

    Raises:
        BadRange: more than is left.
        ValueError: nothing is wanted.
    """
    if issued + quantity > planned:
        raise BadRange(field="quantity", reason="over-issue", left=planned - issued)
    return Range(start=issued, stop=issued + quantity)


def split(whole: Range, sizes: Sequence[int]) -> list[Range]:
    """Cut a range into parts of given sizes, in order.

    Raises:
        BadRange: the sizes do not add up to the range.
        ValueError: a size is not positive.
    """
    if sum(sizes) != len(whole):
        raise BadRange(
            field="sizes", reason="do not add up", wanted=sum(sizes), available=len(whole)
        )
    parts, start = [], whole.start
    for size in sizes:
        parts.append(Range(start=start, stop=start + size))
        start += size
    return parts


def cartons(whole: Range, per_carton: int) -> Iterator[Range]:
    """Pack a range in order, ``per_carton`` units each; the last carton may hold fewer.

    Raises:
        ValueError: fewer than one unit per carton.
    """
    if per_carton < 1:
        raise ValueError("a carton holds at least one unit")
    for start in range(whole.start, whole.stop, per_carton):
        yield Range(start=start, stop=min(start + per_carton, whole.stop))


@dataclass(frozen=True, kw_only=True)
class Reconciliation:
    """What a print run says about itself: printed = used + void, or where it does not."""

    missing: list[Range]  # printed, but neither used nor void: where are the labels?
    both: list[Range]  # used although void
    unprinted: list[Range]  # used or void, but never printed

    @property
    def balanced(self) -> bool:
        """Whether printed = used + void."""
        return not (self.missing or self.both or self.unprinted)


def reconcile(
    *, printed: Iterable[Range], used: Iterable[Range], void: Iterable[Range]
) -> Reconciliation:
    """Compare what was printed with what was used and what was voided."""
    printed, used, void = merged(printed), merged(used), merged(void)
    return Reconciliation(
        missing=subtract(printed, [*used, *void]),
        both=common(used, void),
        unprinted=subtract([*used, *void], printed),
    )
