"""Manuals of a page (说明书下载): the newest first, the older ones by batch or date (R102)."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from hefu.apps.accounts.models import Brand
from hefu.apps.catalog.models import Media
from hefu.core.pages import ManualKind, ManualVersion, PageContent, kinds_of, manual_for
from hefu.surfaces.consumer.page_addresses import media_path
from hefu.surfaces.consumer.page_languages import language_name
from hefu.surfaces.consumer.results import day_text

KINDS: Mapping[ManualKind, Promise] = {
    ManualKind.MANUAL: gettext_lazy("Manual"),
    ManualKind.QUICK_START: gettext_lazy("Quick start"),
    ManualKind.WARRANTY: gettext_lazy("Warranty terms"),
    ManualKind.PARTS: gettext_lazy("Spare parts"),
    ManualKind.REPAIR: gettext_lazy("Repair"),
    ManualKind.CONFORMITY: gettext_lazy("Certificates"),
    ManualKind.RECIPES: gettext_lazy("Recipes"),
    ManualKind.OTHER: gettext_lazy("Further document"),
}
_ENDINGS = {Media.Type.PDF: "PDF", Media.Type.MP4: "MP4"}
_UNIT = re.compile(r"(?:(\d{4}-\d{2}-\d{2})/)?([^/,;\s][^/,;]{0,19})")


@dataclass(frozen=True, kw_only=True, slots=True)
class UnitOf:
    """What is known of the reader's own unit: its batch, and the day it was made."""

    batch: str
    made_on: date | None = None


@dataclass(frozen=True, kw_only=True, slots=True)
class Document:
    """One edition as a line: ``about`` is language, size and date, ``fits`` whose it is."""

    title: str
    label: str
    about: str
    fits: str
    url: str
    language: str


@dataclass(frozen=True, kw_only=True, slots=True)
class Shelf:
    """The editions of one kind: the one to show, a newer one where the reader's is older."""

    first: Document
    newer: Document | None
    others: tuple[Document, ...]
    misfit: bool  # a unit was named, and no edition is for it


def read_unit(text: str) -> UnitOf | None:
    """Read a batch as an address names it (``2026-11-22/01`` or ``01``); None: it names none."""
    match = _UNIT.fullmatch(text.strip())
    if match is None:
        return None
    try:
        made_on = date.fromisoformat(match[1]) if match[1] else None
    except ValueError:
        return None
    return UnitOf(batch=match[2], made_on=made_on)


def shelves(
    content: PageContent, brand: Brand, files: Mapping[str, Media], *,
    languages: Sequence[str], unit: UnitOf | None,
) -> tuple[Shelf, ...]:  # fmt: skip
    """The documents of a page, kind by kind, as a reader with these languages and unit has them."""
    held = PageContent(manuals=tuple(one for one in content.manuals if one.media in files))
    found = []
    for kind in kinds_of(held):
        batch, made_on = (unit.batch, unit.made_on) if unit else ("", None)
        fit = manual_for(held, kind=kind, languages=languages, batch=batch, made_on=made_on)
        first = fit.fits or fit.newest
        if first is None:
            continue
        editions = sorted(
            (one for one in held.manuals if one.kind is kind),
            key=lambda one: one.issued_on or date.min, reverse=True,
        )  # fmt: skip
        others = [one for one in editions if one not in (first, fit.newer)]
        found.append(
            Shelf(
                first=_document(first, brand, files),
                newer=_document(fit.newer, brand, files) if fit.fits and fit.newer else None,
                others=tuple(_document(one, brand, files) for one in others),
                misfit=unit is not None and fit.fits is None,
            )
        )
    return tuple(found)


def told_apart(content: PageContent) -> bool:
    """Whether editions differ by batch or day, so that asking for the batch helps."""
    return any(one.batches or one.made_from or one.made_until for one in content.manuals)


def _document(one: ManualVersion, brand: Brand, files: Mapping[str, Media]) -> Document:
    media = files[one.media]
    ending = _ENDINGS.get(Media.Type(media.media_type), media.media_type.partition("/")[2].upper())
    issued = day_text(one.issued_on) if one.issued_on else ""
    about = (language_name(one.language), ending, size_text(media.bytes), issued)
    return Document(
        title=one.title or str(KINDS[one.kind]), label=one.label, language=one.language,
        about=" · ".join(part for part in about if part), fits=_fits(one),
        url=media_path(brand, media),
    )  # fmt: skip


def _fits(one: ManualVersion) -> str:
    said = []
    if one.batches:
        shown = ", ".join(one.batches[:6]) + (" …" if len(one.batches) > 6 else "")
        text = ngettext("For batch %(batches)s", "For batches %(batches)s", len(one.batches))
        said.append(text % {"batches": shown})
    start, end = one.made_from, one.made_until
    if start and end:
        said.append(_("made from %(start)s to %(end)s")
                    % {"start": day_text(start), "end": day_text(end)})  # fmt: skip
    elif start:
        said.append(_("made from %(start)s on") % {"start": day_text(start)})
    elif end:
        said.append(_("made until %(end)s") % {"end": day_text(end)})
    text = _(", ").join(said)
    return text[:1].upper() + text[1:]


def size_text(size: int) -> str:
    """Bytes as people read them: kB below a million, else MB with one decimal."""
    if size < 1_000_000:
        return f"{max(1, round(size / 1000))} kB"
    return f"{size / 1_000_000:.1f} MB"
