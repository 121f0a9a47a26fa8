"""The edge's answers as bytes: the same page the slower views render, cut once and filled often.

A result differs from the next of its kind only in the code and in the sentences of its reasons.
So ``consumer/result.html`` is rendered once per product, kind and language with marks in these
places, cut at the marks, and filled for every scan by joining. The words are therefore the
template's own, and one more scan costs no template.
"""

import re
import threading
import time
from collections import OrderedDict
from collections.abc import Callable
from dataclasses import dataclass, replace
from functools import lru_cache
from html import escape
from typing import Any

from django.template.loader import render_to_string
from django.utils import translation

from hefu.apps.accounts.models import Brand
from hefu.apps.accounts.selectors import brands_for
from hefu.apps.identity.selectors.codes import Missed, MissReason
from hefu.apps.identity.services.scans import Seen
from hefu.core.actor import system
from hefu.core.codes import UnreadableCode, is_link, read_code, read_link
from hefu.core.codes.verdict import Reason, Verdict
from hefu.surfaces.consumer.results import (
    frame,
    grouped_code,
    miss_context,
    result_context,
    sentence,
)
from hefu.surfaces.edge.request import Visit, code_in

TEMPLATE = "consumer/result.html"
_CODE = "ZZZ0ZZZ1ZZZ2ZZZ3Z"  # 17 characters, as long as a code and nobody's
_SPOT = re.compile(f"{_CODE}|{grouped_code(_CODE)}|\ue000([0-9])\ue000")
_FRESH = 5.0  # seconds a brand's name and colour are believed
_ROOM = 2000


@dataclass(frozen=True, kw_only=True, slots=True)
class Page:
    """An answer in both of its forms."""

    status: int
    html: bytes
    facts: dict[str, Any]


def result_page(seen: Seen, visit: Visit) -> Page:
    """Say what the records show about a code that was recognised."""
    code = _printed(visit.path)
    verdict = seen.verdict.for_consumer()
    spots = _cut(seen, verdict, visit.language)
    reasons = [_said(reason, visit.language) for reason in verdict.reasons]
    grouped = grouped_code(code)
    html = "".join(
        part if index % 2 == 0 else _fill(part, code, grouped, reasons)
        for index, part in enumerate(spots)
    )
    facts = {
        "verdict": verdict.kind.value,
        "code": code,
        "product": {
            "item_no": seen.unit.batch.item_no,
            "model": seen.unit.batch.model,
            "name": seen.unit.batch.name,
        },
        "checks": seen.checks,
        "first_check_at": seen.first_check_at.isoformat(),
        "reasons": [
            {"code": r.code, "says": s} for r, s in zip(verdict.reasons, reasons, strict=True)
        ],
    }
    return Page(status=200, html=html.encode(), facts=facts)


def miss_page(missed: Missed, visit: Visit) -> Page:
    """Say that a code is mistyped or unknown; all unknown ones get the same bytes."""
    typing_error = missed.reason is MissReason.TYPING_ERROR
    html, kind = _miss(typing_error, visit.language)
    return Page(status=404, html=html, facts={"verdict": kind})


@lru_cache(maxsize=8)
def _miss(typing_error: bool, language: str) -> tuple[bytes, str]:
    with translation.override(language):
        html = render_to_string(TEMPLATE, miss_context(brand=None, typing_error=typing_error))
    return html.encode(), "typing_error" if typing_error else "unknown"


def failure_page(status: int, visit: Visit) -> Page:
    """Say politely that there is no answer just now (429 too many, 503 not now)."""
    return Page(
        status=status, html=_failure(status, visit.language),
        facts={"verdict": "none", "reason": "too_many" if status == 429 else "try_again"},
    )  # fmt: skip


@lru_cache(maxsize=8)
def _failure(status: int, language: str) -> bytes:
    with translation.override(language):
        return render_to_string("edge/failure.html", {**frame(None), "status": status}).encode()


def _printed(path: str) -> str:
    """The code as labels print it: a default code with its check character."""
    text = code_in(path)
    serial = read_link(text).serial if is_link(text) else text
    try:
        return read_code(serial).text
    except UnreadableCode:
        return serial.upper()  # a maker's own code


def _fill(spot: str, code: str, grouped: str, reasons: list[str]) -> str:
    if spot == "code":
        return escape(code)
    if spot == "grouped":
        return escape(grouped)
    return escape(reasons[int(spot)])


@lru_cache(maxsize=4096)
def _said(reason: Reason, language: str) -> str:
    with translation.override(language):
        return sentence(reason)


class _Shelf:
    """A bounded cache of cut pages; the least used goes first."""

    def __init__(self) -> None:
        self._pages: OrderedDict[tuple[Any, ...], tuple[str, ...]] = OrderedDict()
        self._lock = threading.Lock()

    def get(self, key: tuple[Any, ...], make: Callable[[], tuple[str, ...]]) -> tuple[str, ...]:
        with self._lock:
            page = self._pages.get(key)
            if page is not None:
                self._pages.move_to_end(key)
                return page
        page = make()
        with self._lock:
            self._pages[key] = page
            while len(self._pages) > _ROOM:
                self._pages.popitem(last=False)
        return page


_shelf = _Shelf()


def _cut(seen: Seen, verdict: Verdict, language: str) -> tuple[str, ...]:
    """Return the page in pieces: text, name of a spot, text, name of a spot, ..., text."""
    batch = seen.unit.batch
    brand = _brand(batch.brand_id, int(time.monotonic() / _FRESH))
    key = (
        language, verdict.kind, len(verdict.reasons), seen.activated_at is None, batch.pk,
        batch.name, batch.name_en, batch.model, batch.item_no, brand.name, brand.colour,
    )  # fmt: skip
    return _shelf.get(key, lambda: _render(seen, verdict, brand, language))


def _render(seen: Seen, verdict: Verdict, brand: Brand, language: str) -> tuple[str, ...]:
    with translation.override(language):
        context = result_context(replace(seen, verdict=verdict), brand=brand, code=_CODE)
        context["told"] = replace(context["told"], why=_mark(0))
        context["more"] = tuple(_mark(n) for n in range(1, len(verdict.reasons)))
        html = render_to_string(TEMPLATE, context)
    pieces: list[str] = []
    end = 0
    for match in _SPOT.finditer(html):
        name = match[1] or ("code" if match[0] == _CODE else "grouped")
        pieces += [html[end : match.start()], name]
        end = match.end()
    return (*pieces, html[end:])


def _mark(number: int) -> str:
    return f"\ue000{number}\ue000"


@lru_cache(maxsize=256)
def _brand(pk: int, period: int) -> Brand:  # noqa: ARG001  (the period makes it fresh again)
    return brands_for(system("edge")).get(pk=pk)
