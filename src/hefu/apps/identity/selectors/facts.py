"""The facts of a batch (批次), made from its rows: seal, product, ranges, marks on ranges.

Read often and changed seldom: what was made before is kept as it is where the rows say the same.
"""

import json
from bisect import bisect_right
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime
from functools import lru_cache
from typing import Any

from django.db.models import Exists, ExpressionWrapper, F, OuterRef, Q, QuerySet, TextField

from hefu.apps.identity.models import Batch, CodeTemplate, Mark, SerialRange
from hefu.apps.identity.selectors.keys import sealer_of
from hefu.apps.identity.selectors.templates import template_of
from hefu.apps.network.models import Channel
from hefu.core.codes import Alphabet, Face, Sealer

Rows = list[tuple[Any, ...]]

#: Everything facts are made from, as it is stored; templates are never changed.
_FIELDS = (
    "pk", "reference", "context", "number", "produced_on", "inner", "next_serial", "channel_id",
    "body_bits", "tag_bits", "template_id", "channel__code", "channel__name", "product_id",
    "product__kind", "product__item_no", "product__model", "product__name", "product__name_en",
    "product__gtin", "product__coins", "key__key_id", "key__burned_at",
)  # fmt: skip
_SEALED = ExpressionWrapper(F("key__secret"), output_field=TextField())  # not opened to compare
_SINGLES = Exists(Mark.objects.filter(batch=OuterRef("pk"), single=True, lifted_at=None))
_RANGE = ("batch_id", "first", "count", "order_id", "order__channel_id", "created_at")
_MARK = (
    "batch_id", "pk", "kind", "first", "count", "at", "reason", "channel_id", "organisation_id",
    "region",
)  # fmt: skip


@dataclass(frozen=True, kw_only=True, slots=True)
class BulkMark:
    """A live mark on serials ``first .. stop - 1``."""

    pk: int
    kind: Mark.Kind
    first: int
    stop: int
    at: datetime
    reason: str
    channel_id: int | None
    organisation_id: int | None
    region: str


@dataclass(frozen=True, kw_only=True, slots=True)
class IssuedRange:
    """Serials ``first .. stop - 1`` were issued by one order."""

    first: int
    stop: int
    order_id: int
    channel_id: int | None
    at: datetime


@dataclass(frozen=True, kw_only=True, slots=True)
class Frame:
    """What a maker's template prints around the seal of a batch."""

    before: str
    after: str
    alphabet: Alphabet
    chars: int

    def around(self, sealed: int) -> str:
        """Print a code."""
        return self.before + self.alphabet.encode(sealed, self.chars) + self.after


_EVER = datetime.min.replace(tzinfo=UTC)


class Spans:
    """Which of many ranges hold a serial: found by bisection, however many there are."""

    def __init__(self, marks: Iterable[BulkMark]) -> None:
        opens: dict[int, list[BulkMark]] = defaultdict(list)
        closes: dict[int, set[int]] = defaultdict(set)
        ordered = sorted(marks, key=lambda mark: (mark.at, mark.pk))
        #: from when on all marks are in force
        self.settled_at = ordered[-1].at if ordered else _EVER
        for mark in ordered:
            opens[mark.first].append(mark)
            closes[mark.stop].add(mark.pk)
        #: what others worked out about a stretch between two edges, where all serials are alike
        self.memo: dict[int, Any] = {}
        #: the same of units that nothing ever happened to, by stretch and where they are seen
        self.untouched: dict[tuple[int, str], Any] = {}
        self._edges = sorted(opens.keys() | closes.keys())
        self._held: list[tuple[BulkMark, ...]] = [()]
        held: list[BulkMark] = []
        for edge in self._edges:
            held = [mark for mark in held if mark.pk not in closes[edge]] + opens[edge]
            held.sort(key=lambda mark: (mark.at, mark.pk))
            self._held.append(tuple(held))

    def stretch(self, serial: int) -> int:
        """The number of the stretch that holds ``serial``, a key into ``memo``."""
        return bisect_right(self._edges, serial)

    def at(self, serial: int) -> tuple[BulkMark, ...]:
        """The marks on ``serial``, oldest first."""
        return self._held[bisect_right(self._edges, serial)]


@dataclass(frozen=True, kw_only=True, slots=True)
class BatchFacts:
    """A batch as the hot path needs it; ``issued`` serials exist, 0 .. issued - 1."""

    pk: int
    brand_id: int
    reference: int
    context: str
    number: str
    produced_on: date
    product_id: int
    kind: str  # Product.Kind
    item_no: str
    model: str
    name: str
    name_en: str
    gtin: str
    coins: int
    frame: Frame | None  # of a maker's template
    has_inner: bool
    burned_at: datetime | None
    issued: int
    channel_id: int | None
    outer: Sealer
    inner: Sealer
    ranges: tuple[IssuedRange, ...]
    marks: Spans
    has_singles: bool  # there are live marks on single units, which are looked up by serial

    def range_of(self, serial: int) -> IssuedRange | None:
        """The range that issued ``serial``."""
        place = bisect_right(self.ranges, serial, key=lambda issued: issued.first) - 1
        if place < 0 or serial >= self.ranges[place].stop:
            return None
        return self.ranges[place]


@dataclass(frozen=True, kw_only=True, slots=True)
class Source:
    """The rows that facts were made from: while they are the same, so are the facts."""

    batch: tuple[Any, ...]
    ranges: Rows
    marks: Rows


@dataclass(frozen=True, kw_only=True, slots=True)
class Made:
    """Facts, and what they were made from."""

    facts: BatchFacts
    source: Source


def load(wanted: Q, before: Mapping[int, Made]) -> list[Made]:
    """Read batches with their ranges and bulk marks: three queries, four if something is new.

    ``before`` has what is known, by the batch's row.
    """
    rows = Batch.objects.filter(wanted).values_list(*_FIELDS, _SEALED, _SINGLES)
    batches = {row[0]: row for row in rows}
    if not batches:
        return []
    pks = list(batches)
    ranges = _by_batch(
        SerialRange.objects.filter(batch_id__in=pks).order_by("batch_id", "first"), _RANGE
    )
    marks = _by_batch(
        Mark.objects.filter(batch_id__in=pks, single=False, lifted_at=None).order_by("pk"), _MARK
    )
    found: list[Made] = []
    changed: dict[int, Source] = {}
    for pk, row in batches.items():
        source = Source(batch=row, ranges=ranges.get(pk, []), marks=marks.get(pk, []))
        known = before.get(pk)
        if known is not None and known.source == source:
            found.append(known)
        else:
            changed[pk] = source
    if changed:
        related = Batch.objects.select_related("product", "key", "template", "channel")
        found += [
            Made(facts=_facts(batch, changed[batch.pk]), source=changed[batch.pk])
            for batch in related.filter(pk__in=changed)
        ]
    return found


def _by_batch(rows: QuerySet[Any], fields: Sequence[str]) -> dict[int, Rows]:
    found: dict[int, Rows] = defaultdict(list)
    for row in rows.values_list(*fields):
        found[row[0]].append(row)
    return found


def _facts(batch: Batch, source: Source) -> BatchFacts:
    product = batch.product
    return BatchFacts(
        pk=batch.pk, brand_id=batch.brand_id, reference=batch.reference, context=batch.context,
        number=batch.number, produced_on=batch.produced_on, product_id=product.pk,
        kind=product.kind, item_no=product.item_no, model=product.model, name=product.name,
        name_en=product.name_en, gtin=product.gtin, coins=product.coins, frame=_frame_of(batch),
        has_inner=batch.inner, burned_at=batch.key.burned_at, issued=batch.next_serial,
        channel_id=batch.channel_id, outer=sealer_of(batch), inner=sealer_of(batch, Face.INNER),
        ranges=tuple(_ranges(source.ranges)), marks=Spans(_bulk_marks(source.marks)),
        has_singles=source.batch[-1],
    )  # fmt: skip


def _frame_of(batch: Batch) -> Frame | None:
    if batch.template is None:
        return None
    channel = (batch.channel.code, batch.channel.name) if batch.channel else None
    return _frame(
        json.dumps(batch.template.segments, sort_keys=True), batch.product.model,
        batch.produced_on, batch.number, channel,
    )  # fmt: skip


@lru_cache(maxsize=4096)
def _frame(
    segments: str, model: str, made_on: date, number: str, channel: tuple[str, str] | None
) -> Frame:
    """Making a template proves that it is unambiguous, so it is not made anew for every code."""
    known = [Channel(code=channel[0], name=channel[1])] if channel else []
    template = template_of(CodeTemplate(segments=json.loads(segments)), *known)
    before, after = template.compose_around(
        model=model, made_on=made_on, batch=number, channel=channel[0] if channel else None
    )
    return Frame(
        before=before, after=after, alphabet=template.seal.alphabet, chars=template.seal.chars
    )


def _ranges(rows: Rows) -> Iterator[IssuedRange]:
    for _, first, count, order_id, channel_id, at in rows:
        yield IssuedRange(
            first=first, stop=first + count, order_id=order_id, channel_id=channel_id, at=at
        )


def _bulk_marks(rows: Rows) -> Iterator[BulkMark]:
    for _, pk, kind, first, count, at, reason, channel_id, organisation_id, region in rows:
        yield BulkMark(
            pk=pk, kind=Mark.Kind(kind), first=first, stop=first + count, at=at, reason=reason,
            channel_id=channel_id, organisation_id=organisation_id, region=region,
        )  # fmt: skip
