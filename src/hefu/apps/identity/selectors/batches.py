"""What is known of a batch (批次) without asking for a unit: its seal, product, ranges and marks.

A code is read thousands of times between two changes of its batch, so these facts are kept for
about a second. Whoever changes them in this process says so with ``forget``; other processes see
the change a second later.
"""

import json
import threading
import time
from bisect import bisect_right
from collections import OrderedDict, defaultdict
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from functools import lru_cache
from typing import Any

from django.db.models import F, Q

from hefu.apps.identity.models import Batch, CodeTemplate, Mark, SerialRange
from hefu.apps.identity.selectors.keys import sealer_of
from hefu.apps.identity.selectors.templates import template_of
from hefu.apps.network.models import Channel
from hefu.core.codes import Alphabet, Face, Sealer

TTL = 1.0  # seconds that facts are believed
DOUBT = 0.02  # seconds that a miss is believed: what is asked for may be being made right now
ROOM = 4096  # batches kept


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


class Spans:
    """Which of many ranges hold a serial: found by bisection, however many there are."""

    def __init__(self, marks: Iterable[BulkMark]) -> None:
        opens: dict[int, list[BulkMark]] = defaultdict(list)
        closes: dict[int, set[int]] = defaultdict(set)
        for mark in sorted(marks, key=lambda mark: (mark.at, mark.pk)):
            opens[mark.first].append(mark)
            closes[mark.stop].add(mark.pk)
        #: what others worked out about a stretch between two edges, where all serials are alike
        self.memo: dict[int, Any] = {}
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

    def range_of(self, serial: int) -> IssuedRange | None:
        """The range that issued ``serial``."""
        place = bisect_right(self.ranges, serial, key=lambda issued: issued.first) - 1
        if place < 0 or serial >= self.ranges[place].stop:
            return None
        return self.ranges[place]


@dataclass(frozen=True, kw_only=True, slots=True)
class Context:
    """How a maker's template names a batch: everything it prints but the seal."""

    brand_id: int
    text: str


#: A batch as a code names it: by reference, or by what a maker's template prints.
Name = int | Context


class BatchBook:
    """Keeps the facts of the batches in use; bounded, shared by threads.

    Unknown names are kept too, if only for a moment: a forger who repeats himself costs little.
    """

    def __init__(self, *, clock: Callable[[], float] = time.monotonic) -> None:
        self._clock = clock
        self._lock = threading.Lock()
        self._kept: OrderedDict[Name, tuple[float, BatchFacts | None]] = OrderedDict()
        self._forgotten = 0  # counts ``forget``: what was read before it must not be kept

    def find(
        self, names: Iterable[Name], *, oldest: float | None = None
    ) -> dict[Name, BatchFacts | None]:
        """The facts of each batch, at most ``oldest`` (``TTL``) seconds old; None: no such batch.

        At most three queries however many names.
        """
        wanted = set(names)
        believed = TTL if oldest is None else oldest
        now = self._clock()
        with self._lock:
            kept = {name: self._kept[name] for name in wanted if name in self._kept}
            round_ = self._forgotten
        found = {
            name: facts
            for name, (read_at, facts) in kept.items()
            if now - read_at < (believed if facts else DOUBT)
        }
        missing = wanted - found.keys()
        if missing:
            fresh = _by_name(missing)
            self._keep(fresh, read_at=now, round_=round_)
            found |= fresh
        return found

    def by_id(self, batch_ids: Iterable[int]) -> dict[int, BatchFacts]:
        """The facts of batches that exist, by row number; always read anew, then kept."""
        with self._lock:
            round_ = self._forgotten
        now = self._clock()
        loaded = _load(Q(pk__in=set(batch_ids)))
        self._keep({facts.reference: facts for facts in loaded}, read_at=now, round_=round_)
        return {facts.pk: facts for facts in loaded}

    def forget(self, batch_id: int) -> None:
        """Something about this batch changed; what is being read now will not be kept."""
        with self._lock:
            self._forgotten += 1
            for name, (_, facts) in list(self._kept.items()):
                if facts is not None and facts.pk == batch_id:
                    del self._kept[name]

    def clear(self) -> None:
        """Forget everything."""
        with self._lock:
            self._forgotten += 1
            self._kept.clear()

    def _keep(
        self, fresh: Mapping[Name, BatchFacts | None], *, read_at: float, round_: int
    ) -> None:
        with self._lock:
            if round_ != self._forgotten:
                return
            for name, facts in fresh.items():
                self._kept[name] = read_at, facts
                self._kept.move_to_end(name)
            while len(self._kept) > ROOM:
                self._kept.popitem(last=False)


#: The book of this process.
BOOK = BatchBook()


def _named(names: Iterable[Name]) -> Q:
    references = [name for name in names if isinstance(name, int)]
    wanted = Q(reference__in=references)
    for name in names:
        if isinstance(name, Context):
            wanted |= Q(brand_id=name.brand_id, context=name.text)
    return wanted


def _by_name(names: Iterable[Name]) -> dict[Name, BatchFacts | None]:
    loaded = _load(_named(names))
    known: dict[Name, BatchFacts] = {facts.reference: facts for facts in loaded}
    for facts in loaded:
        known[Context(brand_id=facts.brand_id, text=facts.context)] = facts
    return {name: known.get(name) for name in names}


def _load(wanted: Q) -> list[BatchFacts]:
    """Read batches with their ranges and bulk marks, in three queries."""
    batches = list(
        Batch.objects.filter(wanted).select_related("product", "key", "template", "channel")
    )
    if not batches:
        return []
    pks = [batch.pk for batch in batches]
    ranges = _ranges_of(pks)
    marks = bulk_marks_of(pks)
    return [_facts(batch, ranges[batch.pk], marks[batch.pk]) for batch in batches]


def _facts(batch: Batch, ranges: list[IssuedRange], marks: list[BulkMark]) -> BatchFacts:
    product = batch.product
    return BatchFacts(
        pk=batch.pk, brand_id=batch.brand_id, reference=batch.reference, context=batch.context,
        number=batch.number, produced_on=batch.produced_on, product_id=product.pk,
        kind=product.kind, item_no=product.item_no, model=product.model, name=product.name,
        name_en=product.name_en, gtin=product.gtin, coins=product.coins, frame=_frame_of(batch),
        has_inner=batch.inner, burned_at=batch.key.burned_at, issued=batch.next_serial,
        channel_id=batch.channel_id, outer=sealer_of(batch), inner=sealer_of(batch, Face.INNER),
        ranges=tuple(ranges), marks=Spans(marks),
    )  # fmt: skip


def _frame_of(batch: Batch) -> Frame | None:
    if batch.template is None:
        return None
    channel = (batch.channel.code, batch.channel.name) if batch.channel else None
    return _frame(
        json.dumps(batch.template.segments, sort_keys=True), batch.product.model,
        batch.produced_on, batch.number, channel,
    )  # fmt: skip


@lru_cache(maxsize=ROOM)
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


def _ranges_of(batch_ids: Sequence[int]) -> dict[int, list[IssuedRange]]:
    found: dict[int, list[IssuedRange]] = defaultdict(list)
    rows = (
        SerialRange.objects.filter(batch_id__in=batch_ids)
        .annotate(channel_id=F("order__channel_id"))
        .order_by("batch_id", "first")
        .values_list("batch_id", "first", "count", "order_id", "channel_id", "created_at")
    )
    for batch_id, first, count, order_id, channel_id, at in rows:
        found[batch_id].append(
            IssuedRange(
                first=first, stop=first + count, order_id=order_id, channel_id=channel_id, at=at
            )
        )
    return found


def bulk_marks_of(batch_ids: Sequence[int]) -> dict[int, list[BulkMark]]:
    """The live marks on more than one unit, by batch."""
    found: dict[int, list[BulkMark]] = defaultdict(list)
    rows = Mark.objects.filter(batch_id__in=batch_ids, single=False, lifted_at=None)
    for mark in rows:
        found[mark.batch_id].append(
            BulkMark(
                pk=mark.pk,
                kind=Mark.Kind(mark.kind),
                first=mark.first,
                stop=mark.first + mark.count,
                at=mark.at,
                reason=mark.reason,
                channel_id=mark.channel_id,
                organisation_id=mark.organisation_id,
                region=mark.region,
            )
        )
    return found
