"""From any text a person scans or types to the unit it names (识码).

A code is recognised by its seal: no row is needed, and a forgery is found without the database.
Numbers that others gave (IMEI and the like) prove nothing and are understood only where a brand's
own people ask.
"""

import json
import re
import threading
import time
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from enum import StrEnum
from functools import lru_cache
from itertools import product
from typing import NamedTuple, cast
from urllib.parse import unquote

from hefu.apps.identity.models import CodeTemplate, ExternalSerial
from hefu.apps.identity.selectors.batches import BOOK, DOUBT, TTL, BatchFacts, Context
from hefu.apps.identity.selectors.templates import build
from hefu.core.codes import (
    BadNumber,
    Code,
    ExternalKind,
    Face,
    Parsed,
    Seal,
    Sealer,
    SealKey,
    Template,
    TypingError,
    UnreadableCode,
    is_gtin,
    is_link,
    normalise,
    read_code,
    read_external,
    read_link,
    read_serial,
)


class Reading(StrEnum):
    """How a text named its unit; only the first two prove that the code was in sight."""

    OUTER = "outer"
    INNER = "inner"
    EXTERNAL = "external"


class MissReason(StrEnum):
    """Why a text names no unit. All that is not a slip of the hand is one and the same."""

    TYPING_ERROR = "typing_error"
    UNKNOWN = "unknown"


class UnitRef(NamedTuple):
    """A unit that a text names; it need not have a row."""  # a tuple: one is made for every scan

    batch: BatchFacts
    serial: int
    reading: Reading

    @property
    def brand_id(self) -> int:
        """Whose unit it is."""
        return self.batch.brand_id

    @property
    def batch_id(self) -> int:
        """Its batch's row."""
        return self.batch.pk

    @property
    def product_id(self) -> int:
        """Its product's row."""
        return self.batch.product_id

    @property
    def key(self) -> tuple[int, int]:
        """Batch and serial: what tells units apart."""
        return self.batch.pk, self.serial


@dataclass(frozen=True, kw_only=True, slots=True)
class Missed:
    """A text that names no unit; ``position`` counts from 0 where one character is at fault."""

    reason: MissReason
    position: int | None = None


UNKNOWN = Missed(reason=MissReason.UNKNOWN)

Resolved = UnitRef | Missed

_BARE = re.compile(r"https?://[^/?#]+(?:/[^?#]*)?/c/([^/?#]+)/?(?:[?#].*)?", re.IGNORECASE)

_BARE_PATH = re.compile(r"/[cC]/([^/]{1,40})/?")
_PATH = re.compile(r"/01/([0-9]{14})/21/([0-9A-Z]{16})/?")

#: Opens nothing; an unknown batch must take as long as a known one.
_DECOY = Sealer(SealKey(material=bytes(16)), Seal())


class _Asked(NamedTuple):
    """A text as far as it can be read without any table; batch -1 if it is no default code."""

    batch: int
    sealed: int
    gtin: str = ""  # the carrier's, empty for a bare code
    serial: str = ""  # what stands where a code is expected
    slip: Missed = UNKNOWN


def resolve(text: str, *, brand_id: int | None = None) -> Resolved:
    """Recognise one sealed code: see ``resolve_many``."""
    return resolve_many([text], brand_id=brand_id)[0]


def resolve_many(texts: Sequence[str], *, brand_id: int | None = None) -> list[Resolved]:
    """Recognise sealed codes: default codes, carriers, makers' own codes, outer and inner.

    With ``brand_id`` the codes of other brands are unknown. However many texts, the batches they
    name are read in at most three queries, and in none while they are in the book; only makers'
    own codes are looked up one by one.
    """
    return _open([_read(text) for text in texts], brand_id=brand_id)


def _open(asked: list[_Asked], *, brand_id: int | None) -> list[Resolved]:
    """Open the seals of default codes, batch by batch, then try the makers' templates."""
    opened: list[UnitRef | None] = [None] * len(asked)
    places: dict[int, list[int]] = {}
    for place, one in enumerate(asked):
        if one.batch >= 0:
            places.setdefault(one.batch, []).append(place)
    for batch, facts in BOOK.find(places).items():
        here = places[cast("int", batch)]
        found = _unsealed(facts, [asked[place].sealed for place in here])
        for place, unit in zip(here, found, strict=True):
            opened[place] = unit
    return [_settled(one, unit, brand_id=brand_id) for one, unit in zip(asked, opened, strict=True)]


def resolve_paths(paths: Sequence[str]) -> list[Resolved]:
    """Recognise codes by the paths of their links, as ``resolve_many`` does by whole links."""
    return _open([_read_path(path) for path in paths], brand_id=None)


def resolve_any(text: str, *, brand_id: int) -> Resolved:
    """Recognise what a brand's own people type: sealed codes and external serials."""
    found = resolve(text, brand_id=brand_id)
    if isinstance(found, UnitRef):
        return found
    return _by_external(text, brand_id) or found


def code_text(batch: BatchFacts, serial: int, *, face: Face = Face.OUTER) -> str:
    """Write the code of a unit as it is printed."""
    sealed = (batch.inner if face is Face.INNER else batch.outer).seal_serial(serial)
    if batch.frame is not None:
        return batch.frame.around(sealed)
    return Code(batch=batch.reference, sealed=sealed).text


def _read(text: str) -> _Asked:
    gtin, serial = _link(text) if is_link(text) else ("", text)
    plain = read_serial(serial)
    if plain is not None:
        return _Asked(plain[0], plain[1], gtin, serial)
    try:
        code = read_code(serial)
    except TypingError as error:
        position = error.details.get("position")
        slip = Missed(
            reason=MissReason.TYPING_ERROR,
            position=position if isinstance(position, int) else None,
        )
        return _Asked(-1, 0, gtin, serial, slip)
    except UnreadableCode:
        return _Asked(-1, 0, gtin, serial)
    return _Asked(code.batch, code.sealed, gtin, serial)


def _read_path(path: str) -> _Asked:
    """The short way for a path as it is printed, with GTIN-14 and serial."""
    plain = _PATH.fullmatch(path)
    if plain is not None:
        gtin, serial = plain.groups()
        read = read_serial(serial)
        if read is not None and is_gtin(gtin):
            return _Asked(read[0], read[1], gtin, serial)
    bare = _BARE_PATH.fullmatch(path)
    return _read(bare[1] if bare else f"https://code{path}")


def _link(text: str) -> tuple[str, str]:
    """Product and serial of a carrier; a product without GTIN has its codes under ``/C/``."""
    try:
        link = read_link(text)
    except UnreadableCode:
        bare = _BARE.fullmatch(text.strip())
        return "", unquote(bare[1]) if bare else ""
    return link.gtin, link.serial


def _unsealed(facts: BatchFacts | None, sealed: list[int]) -> list[UnitRef | None]:
    """Open the seals of default codes that name one batch."""
    if facts is None or facts.context:
        _DECOY.unseal_many(sealed)
        return [None] * len(sealed)
    serials = facts.outer.unseal_many(sealed)
    return [
        UnitRef(facts, serial, Reading.OUTER)
        if serial is not None and serial < facts.issued
        else _unseal(facts, value)
        for serial, value in zip(serials, sealed, strict=True)
    ]


def _settled(asked: _Asked, found: UnitRef | None, *, brand_id: int | None) -> Resolved:
    """Say what a text names: what its seal opened to, or by a maker's template of that length."""
    if found is None and asked.serial:
        found = _by_template(asked.serial, brand_id)
    if found is None:
        return asked.slip
    if asked.gtin and asked.gtin != found.batch.gtin:
        return UNKNOWN
    return found if brand_id in (None, found.batch.brand_id) else UNKNOWN


def _unseal(facts: BatchFacts, sealed: int) -> UnitRef | None:
    reading, serial = Reading.OUTER, facts.outer.unseal(sealed)
    if serial is None and facts.has_inner:
        reading, serial = Reading.INNER, facts.inner.unseal(sealed)
    if serial is None:
        return None
    if serial >= facts.issued:
        # the seal is ours, so this is no forger: more may have been issued a moment ago
        facts = BOOK.by_id([facts.pk])[facts.pk]
        if serial >= facts.issued:
            return None
    return UnitRef(batch=facts, serial=serial, reading=reading)


@dataclass(frozen=True, kw_only=True, slots=True)
class _Known:
    """A maker's template, by which printed goods are read for ever, in use or not."""

    brand_id: int
    lengths: frozenset[int]
    template: Template


class _TemplateBook:
    """The templates of all brands, read anew when they are old, or when one is missed."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._read_at = float("-inf")
        self._known: tuple[_Known, ...] = ()

    def known(self, *, oldest: float) -> tuple[_Known, ...]:
        """All templates, at most ``oldest`` seconds old."""
        with self._lock:
            if time.monotonic() - self._read_at < oldest:
                return self._known
        now = time.monotonic()
        rows = CodeTemplate.objects.order_by("brand_id", "name", "-version")
        known = tuple(
            _known(brand_id, json.dumps(segments, sort_keys=True))
            for brand_id, segments in rows.values_list("brand_id", "segments")
        )
        with self._lock:
            self._read_at, self._known = now, known
        return known


_TEMPLATES = _TemplateBook()


@lru_cache(maxsize=1024)
def _known(brand_id: int, segments: str) -> _Known:
    template = build(json.loads(segments))
    widths = product(*(part.widths for part in template.segments))
    return _Known(
        brand_id=brand_id, lengths=frozenset(sum(each) for each in widths), template=template
    )


def _by_template(text: str, brand_id: int | None) -> UnitRef | None:
    for oldest in (TTL, DOUBT):
        for known in _candidates(text, brand_id, oldest=oldest):
            found = _read_by(known, text, oldest=oldest)
            if found is not None:
                return found
    return None


def _candidates(text: str, brand_id: int | None, *, oldest: float) -> Iterator[_Known]:
    length = len(normalise(text))
    for known in _TEMPLATES.known(oldest=oldest):
        if length in known.lengths and brand_id in (None, known.brand_id):
            yield known


def _read_by(known: _Known, text: str, *, oldest: float) -> UnitRef | None:
    """Of the readings of a text, nearest first, the one whose seal opens; one look-up for all."""
    try:
        readings = known.template.readings(text)
    except UnreadableCode:
        return None
    names = [Context(brand_id=known.brand_id, text=parsed.context) for parsed in readings]
    batches = BOOK.find(names, oldest=oldest)
    for name, parsed in zip(names, readings, strict=True):
        found = _opened(known.template, batches[name], parsed)
        if found is not None:
            return found
    return None


def _opened(template: Template, facts: BatchFacts | None, parsed: Parsed) -> UnitRef | None:
    sealed = template.seal.alphabet.decode(parsed.seal)
    if facts is None or sealed is None:
        _DECOY.unseal(sealed or 0)
        return None
    return _unseal(facts, sealed)


def _by_external(text: str, brand_id: int) -> UnitRef | None:
    values: dict[str, str] = {}
    for kind in ExternalKind:
        try:
            values[kind.value] = read_external(kind, text)
        except BadNumber:
            continue
    rows = ExternalSerial.objects.filter(
        brand_id=brand_id, kind__in=values, value__in=values.values(), unlinked_at=None
    ).select_related("unit")
    for row in rows:
        if values[row.kind] == row.value:
            facts = BOOK.by_id([row.unit.batch_id])[row.unit.batch_id]
            return UnitRef(batch=facts, serial=row.unit.serial, reading=Reading.EXTERNAL)
    return None
