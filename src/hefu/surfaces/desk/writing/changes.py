"""What differs between two versions of a page (版本差异), told to people place by place."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from typing import Any

from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from hefu.core.pages import (
    AttributeChange,
    Block,
    BlockChange,
    FieldChange,
    How,
    ImageBlock,
    LanguageChange,
    ManualChange,
    ManualVersion,
    Mark,
    PageContent,
    Piece,
    TextBlock,
    difference,
    words_changed,
)
from hefu.surfaces.consumer.page_attributes import LABELS, groups_of
from hefu.surfaces.consumer.page_languages import language_name
from hefu.surfaces.consumer.page_manuals import KINDS

_HOWS: Mapping[How, Promise] = {
    How.ADDED: gettext_lazy("added"),
    How.REMOVED: gettext_lazy("removed"),
    How.CHANGED: gettext_lazy("changed"),
    How.MOVED: gettext_lazy("moved"),
}
_FIELDS: Mapping[str, Promise] = {
    "title": gettext_lazy("title"),
    "summary": gettext_lazy("summary"),
    "keywords": gettext_lazy("keywords"),
    "media": gettext_lazy("the file"),
    "kind": gettext_lazy("kind"),
    "label": gettext_lazy("edition"),
    "batches": gettext_lazy("batches"),
    "made_from": gettext_lazy("made from"),
    "made_until": gettext_lazy("made until"),
    "issued_on": gettext_lazy("day of issue"),
}
#: Parts of a file's own: they change with it.
_SILENT = ("bytes", "media_type")

#: An unchanged stretch of text longer than this is cut in the middle.
_KEPT = 80


@dataclass(frozen=True, kw_only=True)
class Told:
    """One change: where it is, what happened, and the words that went and came."""

    where: str
    how: str
    pieces: Sequence[Piece]


def changes_told(old: PageContent, new: PageContent) -> list[Told]:
    """Tell every difference."""
    return [_told(change) for change in difference(old, new)]


def _told(change: Any) -> Told:
    if isinstance(change, LanguageChange):
        return Told(where=language_name(change.language), how=str(_HOWS[change.how]), pieces=())
    if isinstance(change, FieldChange):
        where = f"{language_name(change.language)}, {_FIELDS[change.field]}"
        return Told(where=where, how="", pieces=_between(change.old, change.new))
    if isinstance(change, BlockChange):
        return _block(change)
    if isinstance(change, ManualChange):
        return _manual(change)
    return _attribute(change)


def _block(change: BlockChange) -> Told:
    place = change.new_place if change.new_place is not None else change.old_place
    where = _("%(language)s, block %(number)s") % {
        "language": language_name(change.language), "number": (place or 0) + 1
    }  # fmt: skip
    how = str(_HOWS[change.how])
    if change.how is How.MOVED:
        how = _("moved from place %(number)s") % {"number": (change.old_place or 0) + 1}
        return Told(where=where, how=how, pieces=[_kept(_text_of(change.new))])
    return Told(where=where, how=how, pieces=_between(_text_of(change.old), _text_of(change.new)))


def _text_of(block: Block | None) -> str:
    if block is None:
        return ""
    if isinstance(block, TextBlock):
        return block.text
    if isinstance(block, ImageBlock):
        return _("[picture %(mark)s] %(alt)s %(caption)s") % {
            "mark": block.media[:6], "alt": block.alt, "caption": block.caption
        }  # fmt: skip
    return _("[film %(mark)s] %(caption)s") % {
        "mark": block.url or block.media[:6],
        "caption": block.caption,
    }


def _manual(change: ManualChange) -> Told:
    one = change.new or change.old
    if one is None:
        raise ValueError("a change without editions")
    where = f"{KINDS[one.kind]}, {language_name(one.language)}, {one.label or one.title}"
    how = str(_HOWS[change.how])
    if change.old is None or change.new is None or change.how is How.MOVED:
        return Told(where=where, how=how, pieces=[_kept(one.title)])
    old, new = change.old, change.new
    pieces: list[Piece] = []
    for name in change.fields:
        if name not in _SILENT:
            pieces.append(_kept(f"{_FIELDS.get(name, name)}: "))
            pieces += [*_between(_shown(old, name), _shown(new, name)), _kept("  ")]
    return Told(where=where, how=how, pieces=pieces)


def _shown(manual: ManualVersion, name: str) -> str:
    value = getattr(manual, name)
    if name == "kind":
        return str(KINDS[manual.kind])
    if isinstance(value, tuple):
        return ", ".join(value) or _("every batch")
    if isinstance(value, date):
        return f"{value:%Y-%m-%d}"
    return str(value or "–")[:12] if name == "media" else str(value or "–")


def _attribute(change: AttributeChange) -> Told:
    return Told(
        where=str(LABELS[change.key]), how="",
        pieces=_between(_said(change.key, change.old), _said(change.key, change.new)),
    )  # fmt: skip


def _said(key: str, value: Any) -> str:
    if isinstance(value, Mapping):
        return "\n".join(f"{language_name(tag)}: {text}" for tag, text in value.items())
    if value is None:
        return ""
    groups = groups_of(PageContent(attributes={key: value}), ())
    return groups[0].lines[0].value if groups else ""


def _between(old: str, new: str) -> list[Piece]:
    return [_cut(piece) for piece in words_changed(old, new)]


def _cut(piece: Piece) -> Piece:
    if piece.mark is not Mark.KEPT or len(piece.text) <= _KEPT:
        return piece
    half = _KEPT // 2
    return replace(piece, text=f"{piece.text[:half]} … {piece.text[-half:]}")


def _kept(text: str) -> Piece:
    return _cut(Piece(mark=Mark.KEPT, text=text))
