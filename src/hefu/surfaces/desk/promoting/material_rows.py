"""Materials as their pages show them (物料列表): rows with names, figures, findings and states."""

from collections.abc import Iterable
from datetime import date
from typing import Any

from django.utils import timezone
from django.utils.translation import gettext as _

from hefu.apps.accounts.models import Brand
from hefu.apps.campaigns.models import Asset, AssetVersion, OfflineItem, Poster
from hefu.apps.campaigns.selectors import materials as selectors
from hefu.core.materials import FORMATS, Kind, Venue, school_named
from hefu.surfaces.consumer.page_addresses import copy_path, media_path
from hefu.surfaces.design.parts import Fact, Tone
from hefu.surfaces.desk.places import place
from hefu.surfaces.desk.promoting.materials_said import (
    KINDS,
    PLATFORMS,
    VENUES,
    facts_said,
    finding_said,
    format_name,
)
from hefu.surfaces.desk.shown import NOTHING, day, size, when


def posters(rows: Iterable[Poster]) -> list[dict[str, Any]]:
    """Versions of the poster that were replaced, and why."""
    return [
        {
            "number": row.number, "made": when(row.made_at), "until": when(row.obsolete_at),
            "because": facts_said(row.because),
        }
        for row in rows
        if row.obsolete_at
    ]  # fmt: skip


def assets(brand: Brand, rows: Iterable[Asset]) -> list[dict[str, Any]]:
    """Materials in use with what is wrong with each."""
    today = timezone.localdate()
    return [_asset(brand, row, today) for row in rows]


def _asset(brand: Brand, row: Asset, today: date) -> dict[str, Any]:
    newest: list[AssetVersion] = getattr(row, "newest", [])
    version = newest[0] if newest else None
    format_ = FORMATS[row.format]
    found = selectors.findings_of(row, version, on=today)
    said = [finding_said(one, format_) for one in found]
    return {
        "row": row, "platform": PLATFORMS[format_.platform], "format": format_name(format_),
        "version": version.number if version else 0, "picture": _small(brand, version),
        "owner": row.owner, "until": day(row.rights_until) if row.rights_until else _("no end"),
        "wrong": said, "worst": _worst(said),
    }  # fmt: skip


def _worst(said: list[tuple[str, Tone]]) -> Tone:
    return "bad" if any(tone == "bad" for _text, tone in said) else "notice"


def _small(brand: Brand, version: AssetVersion | None) -> str:
    media = version.media if version else None
    return copy_path(brand, media, media.widths[0]) if media and media.widths else ""


def asset(brand: Brand, row: Asset) -> dict[str, Any]:
    """One material: its format with where that is known from, its versions, what is wrong."""
    format_ = selectors.format_of(row)
    versions = list(selectors.versions_of(row))
    newest = next((one for one in versions if one.replaced_at is None), None)
    found = selectors.findings_of(row, newest, on=timezone.localdate())
    return {
        "findings": [finding_said(one, format_) for one in found],
        "facts": [
            Fact(name=_("For"), value=f"{PLATFORMS[format_.platform]} · {format_name(format_)}"),
            Fact(name=_("At most"), value=size(format_.most_bytes)),
            Fact(name=_("Known from"), value=_(format_.source)),
            Fact(name=_("Who holds the rights"), value=row.owner),
            Fact(name=_("Licence"), value=row.licence or NOTHING),
            Fact(
                name=_("Rights until"),
                value=day(row.rights_until) if row.rights_until else _("no end"),
            ),
        ],
        "versions": [_version(brand, one) for one in versions],
        "is_article": format_.kind is Kind.ARTICLE,
    }  # fmt: skip


def _version(brand: Brand, row: AssetVersion) -> dict[str, Any]:
    media = row.media
    unit = "mm" if media is not None and not media.is_picture and not media.seconds else "px"
    about = []
    if media is not None:
        about = [media.get_media_type_display(), size(media.bytes)]
        if row.width:
            about.insert(0, f"{row.width} × {row.height} {unit}")
    return {
        "number": row.number, "by": row.by, "at": when(row.at), "replaced": when(row.replaced_at)
        if row.replaced_at else "", "name": media.name if media else "", "text": row.text,
        "url": media_path(brand, media) if media else "", "about": " · ".join(about),
        "picture": _small(brand, row),
    }  # fmt: skip


def items(rows: Iterable[OfflineItem]) -> list[dict[str, Any]]:
    """What was printed, where it is, and whether it still shows what holds."""
    return [item(row) for row in rows]


def item(row: OfflineItem) -> dict[str, Any]:
    """One item in words."""
    outdated = selectors.is_outdated(row)
    state: tuple[str, Tone] = (_("not there yet"), "neutral")
    if row.down_at:
        state = (_("taken down"), "neutral")
    elif outdated:
        state = (_("to be replaced"), "bad")
    elif row.up_at:
        state = (_("in its place"), "good")
    return {
        "row": row, "kind": KINDS[Kind(row.kind)], "venue": VENUES[Venue(row.venue)],
        "region": place(row.region), "shows": shows(row), "outdated": outdated,
        "state": state[0], "tone": state[1], "school": school_named(row.address),
    }  # fmt: skip


def shows(row: OfflineItem) -> str:
    """What is on it, with its version."""
    if row.poster is not None:
        return _("poster, version %(n)s") % {"n": row.poster.number}
    if row.shown is not None:
        return _("%(title)s, version %(n)s") % {
            "title": row.shown.asset.title, "n": row.shown.number,
        }  # fmt: skip
    return NOTHING
