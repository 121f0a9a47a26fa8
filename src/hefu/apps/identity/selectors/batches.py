"""What is known of a batch (批次) without asking for a unit: its seal, product, ranges and marks.

A code is read thousands of times between two changes of its batch, so these facts are kept for
about a second. Whoever changes them in this process says so with ``forget``; other processes see
the change a second later.

When one is too old, all that were asked for meanwhile are read with it, so that a thousand batches
in use cost hardly more statements than one; and what was read before is kept as it is where the
rows say the same.
"""

import threading
import time
from collections import OrderedDict
from collections.abc import Callable, Collection, Iterable, Mapping
from dataclasses import dataclass

from django.db.models import Q

from hefu.apps.identity.selectors.facts import (
    BatchFacts,
    BulkMark,
    Frame,
    IssuedRange,
    Made,
    Spans,
    load,
)

__all__ = [
    "BOOK", "BatchBook", "BatchFacts", "BulkMark", "Context", "Frame", "IssuedRange", "Name",
    "Spans",
]  # fmt: skip

TTL = 1.0  # seconds that facts are believed
DOUBT = 0.02  # seconds that a miss is believed: what is asked for may be being made right now
ROOM = 4096  # batches kept
TOGETHER = 512  # read in one go: nobody waits much longer for it


@dataclass(frozen=True, kw_only=True, slots=True)
class Context:
    """How a maker's template names a batch: everything it prints but the seal."""

    brand_id: int
    text: str


#: A batch as a code names it: by reference, or by what a maker's template prints.
Name = int | Context


@dataclass(kw_only=True, slots=True)
class _Entry:
    """What the book holds under a name. ``used``: somebody asked again since it was read."""

    read_at: float
    made: Made | None  # None: there is no such batch
    used: bool = False


class BatchBook:
    """Keeps the facts of the batches in use; bounded, shared by threads.

    Unknown names are kept too, if only for a moment: a forger who repeats himself costs little.
    """

    def __init__(self, *, clock: Callable[[], float] = time.monotonic) -> None:
        self._clock = clock
        self._lock = threading.Lock()
        self._kept: OrderedDict[Name, _Entry] = OrderedDict()
        self._forgotten = 0  # counts ``forget``: what was read before it must not be kept

    def find(
        self, names: Iterable[Name], *, oldest: float | None = None
    ) -> dict[Name, BatchFacts | None]:
        """The facts of each batch, at most ``oldest`` (``TTL``) seconds old; None: no such batch.

        At most four queries however many names.
        """
        believed = TTL if oldest is None else oldest
        now = self._clock()
        found: dict[Name, BatchFacts | None] = {}
        missing: set[Name] = set()
        with self._lock:
            round_ = self._forgotten
            for name in names:
                entry = self._kept.get(name)
                age = believed if entry and entry.made else DOUBT
                if entry is not None and now - entry.read_at < age:
                    entry.used = True
                    found[name] = entry.made.facts if entry.made else None
                else:
                    missing.add(name)
            if not missing:
                return found
            together = missing | self._ageing(missing, now)
            entries = (self._kept.get(name) for name in together)
            before = _by_row(entry.made for entry in entries if entry is not None)
        fresh = _by_name(together, before)
        self._keep(fresh, read_at=now, round_=round_)
        return found | {name: _facts(fresh[name]) for name in missing}

    def _ageing(self, missing: set[Name], now: float) -> set[Name]:
        """Those that would be missed next, if a batch that is known has grown too old."""
        if not any(name in self._kept and self._kept[name].made for name in missing):
            return set()
        ageing = [
            name
            for name, entry in self._kept.items()
            if entry.used and entry.made and now - entry.read_at > TTL / 2
        ]
        return set(ageing[:TOGETHER])

    def by_id(self, batch_ids: Iterable[int]) -> dict[int, BatchFacts]:
        """The facts of batches that exist, by row number; always read anew, then kept."""
        with self._lock:
            round_ = self._forgotten
            before = _by_row(entry.made for entry in self._kept.values())
        now = self._clock()
        loaded = load(Q(pk__in=set(batch_ids)), before)
        self._keep({made.facts.reference: made for made in loaded}, read_at=now, round_=round_)
        return {made.facts.pk: made.facts for made in loaded}

    def forget(self, batch_id: int) -> None:
        """Something about this batch changed; what is being read now will not be kept."""
        with self._lock:
            self._forgotten += 1
            for name, entry in list(self._kept.items()):
                if entry.made is not None and entry.made.facts.pk == batch_id:
                    del self._kept[name]

    def clear(self) -> None:
        """Forget everything."""
        with self._lock:
            self._forgotten += 1
            self._kept.clear()

    def _keep(self, fresh: Mapping[Name, Made | None], *, read_at: float, round_: int) -> None:
        with self._lock:
            if round_ != self._forgotten:
                return
            for name, made in fresh.items():
                self._kept[name] = _Entry(read_at=read_at, made=made)
                self._kept.move_to_end(name)
            while len(self._kept) > ROOM:
                self._kept.popitem(last=False)


#: The book of this process.
BOOK = BatchBook()


def _named(names: Collection[Name]) -> Q:
    wanted = Q(reference__in=[name for name in names if isinstance(name, int)])
    contexts = [name for name in names if isinstance(name, Context)]
    if contexts:
        brands = {name.brand_id for name in contexts}
        wanted |= Q(brand_id__in=brands, context__in={name.text for name in contexts})
    return wanted


def _by_name(names: Collection[Name], before: Mapping[int, Made]) -> dict[Name, Made | None]:
    known: dict[Name, Made] = {}
    for made in load(_named(names), before):
        facts = made.facts
        known[facts.reference] = known[Context(brand_id=facts.brand_id, text=facts.context)] = made
    return {name: known.get(name) for name in names}


def _by_row(known: Iterable[Made | None]) -> dict[int, Made]:
    return {made.facts.pk: made for made in known if made is not None}


def _facts(made: Made | None) -> BatchFacts | None:
    return made.facts if made else None
