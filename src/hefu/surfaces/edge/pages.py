"""The edge's answers as bytes: the same page the slower views render, cut once and filled often.

A result differs from the next of its kind only in the code and in the sentences of its reasons.
So ``consumer/result.html`` is rendered once per product, day, kind and language with marks in these
places, cut at the marks, and filled for every scan by joining. The words are therefore the
template's own, and one more scan costs no template.
"""

import json
import re
import threading
import time
from collections import OrderedDict
from collections.abc import Sequence
from dataclasses import dataclass, replace
from functools import lru_cache
from html import escape, unescape
from typing import Any, Generic, NamedTuple, TypeVar

from django.template.loader import render_to_string
from django.utils import timezone, translation

from hefu.apps.accounts.models import Brand
from hefu.apps.accounts.selectors import brands_for
from hefu.apps.catalog.selectors_public import public_product_ids
from hefu.apps.identity.selectors.batches import BatchFacts
from hefu.apps.identity.selectors.codes import Missed, MissReason
from hefu.apps.identity.services.scans import Seen
from hefu.core.actor import system
from hefu.core.codes import UnreadableCode, Verdict, complete, group
from hefu.core.codes.verdict import Reason
from hefu.surfaces.consumer.results import (
    frame,
    grouped_code,
    miss_context,
    result_context,
    sentence,
)
from hefu.surfaces.edge.request import Visit, Visitor

TEMPLATE = "consumer/result.html"
_CODE = complete("Z" * 16)  # reads like a code and is nobody's
_SPOT = re.compile(f"{_CODE}|{grouped_code(_CODE)}|\ue000([0-9])\ue000")
_FRESH = 5.0  # seconds a brand's name and colour are believed
_SETTLED = 30.0  # seconds that it is believed which products have a page
_ROOM = 8000
Value = TypeVar("Value")


class Page(NamedTuple):
    """An answer: its status, and its body as page or JSON, whichever was asked for."""

    status: int
    body: bytes


def result_pages(found: Sequence[tuple[Seen, Visit]]) -> list[Page]:
    """Say what the records show about codes that were recognised.

    Most of a group have one verdict in common, so its sentences are set once.
    """
    pages: list[Page] = []
    filled: dict[tuple[int, int, bool, str], tuple[_Cut, list[bytes]]] = {}
    for seen, (path, _method, visitor) in found:
        code, by_default = _printed(path)
        if visitor.json:
            pages.append(Page(200, _json(_facts(seen, code, visitor.language))))
            continue
        batch, verdict = seen.unit.batch, seen.verdict
        kind = (id(batch), id(verdict), seen.activated_at is None, visitor.language)
        found_cut = filled.get(kind)
        if found_cut is None:
            cut = _cut(seen, visitor.language)
            filled[kind] = found_cut = cut, _with_reasons(cut, seen, visitor.language)
        cut, told = found_cut
        parts = told.copy()
        raw = code.encode()
        for place in cut.codes:
            parts[place] = raw
        if cut.grouped:
            apart = (group(code) if by_default else code).encode()
            for place in cut.grouped:
                parts[place] = apart
        pages.append(Page(200, b"".join(parts)))
    return pages


def _with_reasons(cut: "_Cut", seen: Seen, language: str) -> list[bytes]:
    verdict = seen.verdict
    if cut.told is None or cut.told[0] is not verdict:
        parts = cut.parts.copy()
        for place, number in cut.reasons:
            parts[place] = _said(verdict.reasons[number], language)
        cut.told = verdict, parts
        return parts
    return cut.told[1]


def _facts(seen: Seen, code: str, language: str) -> dict[str, Any]:
    verdict, batch = seen.verdict.for_consumer(), seen.unit.batch
    return {
        "verdict": verdict.kind.value,
        "code": code,
        "product": {"item_no": batch.item_no, "model": batch.model, "name": batch.name},
        "checks": seen.checks,
        "first_check_at": seen.first_check_at.isoformat(),
        "reasons": [
            {"code": reason.code, "says": unescape(_said(reason, language).decode())}
            for reason in verdict.reasons
        ],
    }


def _json(facts: dict[str, Any]) -> bytes:
    return json.dumps(facts, ensure_ascii=False).encode()


def miss_page(missed: Missed, visitor: Visitor) -> Page:
    """Say that a code is mistyped or unknown; all unknown ones get the same bytes."""
    typing_error = missed.reason is MissReason.TYPING_ERROR
    if visitor.json:
        return Page(404, _json({"verdict": "typing_error" if typing_error else "unknown"}))
    return Page(404, _miss(typing_error, visitor.language))


@lru_cache(maxsize=8)
def _miss(typing_error: bool, language: str) -> bytes:
    with translation.override(language):
        context = miss_context(brand=None, typing_error=typing_error)
        return render_to_string(TEMPLATE, context).encode()


def failure_page(status: int, visitor: Visitor) -> Page:
    """Say politely that there is no answer just now (429 too many, 503 not now)."""
    if visitor.json:
        reason = "too_many" if status == 429 else "try_again"
        return Page(status, _json({"verdict": "none", "reason": reason}))
    return Page(status, _failure(status, visitor.language))


@lru_cache(maxsize=8)
def _failure(status: int, language: str) -> bytes:
    with translation.override(language):
        return render_to_string("edge/failure.html", {**frame(None), "status": status}).encode()


def _printed(path: str) -> tuple[str, bool]:
    """The code as labels print it; a default code has a check character and is set in fours."""
    serial = path.rstrip("/").rpartition("/")[2]
    try:
        return complete(serial), True
    except UnreadableCode:
        return escape(serial.upper()), False


@lru_cache(maxsize=4096)
def _said(reason: Reason, language: str) -> bytes:
    with translation.override(language):
        return escape(sentence(reason)).encode()


@dataclass(kw_only=True, slots=True)
class _Cut:
    """A page in pieces, and at which places codes and sentences stand in it."""

    parts: list[bytes]
    codes: tuple[int, ...]
    grouped: tuple[int, ...]
    reasons: tuple[tuple[int, int], ...]  # place, number of the reason
    told: tuple[Verdict, list[bytes]] | None = None  # the pieces with a verdict's sentences


class _Shelf(Generic[Value]):
    """Keeps so many things, the oldest goes first; shared by threads."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._kept: OrderedDict[tuple[Any, ...], Value] = OrderedDict()

    def get(self, key: tuple[Any, ...]) -> Value | None:
        return self._kept.get(key)

    def put(self, key: tuple[Any, ...], value: Value) -> None:
        with self._lock:
            self._kept[key] = value
            while len(self._kept) > _ROOM:
                self._kept.popitem(last=False)


#: By what stands on them: batches of one product and day have their pages in common.
_cuts: _Shelf[_Cut] = _Shelf()
#: By batch, with the facts and the period for which this is known to be its page.
_pages: _Shelf[tuple[_Cut, BatchFacts, int]] = _Shelf()


def _cut(seen: Seen, language: str) -> _Cut:
    """Return the page of this kind of answer, made anew when product or brand have changed."""
    batch, verdict = seen.unit.batch, seen.verdict
    period = int(time.monotonic() / _FRESH)
    kind = (language, verdict.kind, len(verdict.reasons), seen.activated_at is None)
    known = _pages.get((batch.pk, *kind))
    if known is not None and known[1] is batch and known[2] == period:
        return known[0]
    brand = _brand(batch.brand_id, period)
    has_page = batch.product_id in _with_page(brand.pk, int(time.monotonic() / _SETTLED))
    about = (
        batch.name, batch.name_en, batch.model, batch.item_no, str(batch.produced_on), brand.name,
        brand.name_en, brand.colour, brand.trader_name, brand.trader_address, brand.trader_contact,
        brand.logo, has_page,
    )  # fmt: skip
    cut = _cuts.get((about, *kind))
    if cut is None:
        cut = _render(seen, brand, language, has_page=has_page)
        _cuts.put((about, *kind), cut)
    _pages.put((batch.pk, *kind), (cut, batch, period))
    return cut


def _render(seen: Seen, brand: Brand, language: str, *, has_page: bool) -> _Cut:
    verdict = seen.verdict.for_consumer()
    with translation.override(language):
        context = result_context(
            seen._replace(verdict=verdict), brand=brand, code=_CODE, has_page=has_page
        )
        context["told"] = replace(context["told"], why=_mark(0))
        context["more"] = tuple(_mark(n) for n in range(1, len(verdict.reasons)))
        html = render_to_string(TEMPLATE, context)
    parts: list[bytes] = []
    codes: list[int] = []
    grouped: list[int] = []
    reasons: list[tuple[int, int]] = []
    end = 0
    for match in _SPOT.finditer(html):
        parts += [html[end : match.start()].encode(), b""]
        place, end = len(parts) - 1, match.end()
        if match[1]:
            reasons.append((place, int(match[1])))
        else:
            (codes if match[0] == _CODE else grouped).append(place)
    parts.append(html[end:].encode())
    return _Cut(parts=parts, codes=tuple(codes), grouped=tuple(grouped), reasons=tuple(reasons))


def _mark(number: int) -> str:
    return f"\ue000{number}\ue000"


@lru_cache(maxsize=256)
def _with_page(brand_id: int, period: int) -> frozenset[int]:  # noqa: ARG001  (as below)
    return public_product_ids(brand_id, now=timezone.now())


@lru_cache(maxsize=256)
def _brand(pk: int, period: int) -> Brand:  # noqa: ARG001  (the period makes it fresh again)
    return brands_for(system("edge")).get(pk=pk)
