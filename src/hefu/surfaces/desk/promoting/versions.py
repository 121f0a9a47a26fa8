"""The versions of a promotion (版本), each with what it changed and who agreed."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise

from django.utils.translation import gettext as _

from hefu.apps.campaigns.models import PromotionVersion
from hefu.apps.campaigns.values import offer_of
from hefu.core.promotions.favour import changes
from hefu.surfaces.design.parts import Tone
from hefu.surfaces.desk.promoting.changed import Difference, Sentence, differences, page_changes
from hefu.surfaces.desk.shown import when


@dataclass(frozen=True, kw_only=True)
class Told:
    """One version: its state, its author, and what differs from the one before."""

    number: int
    state: str
    tone: Tone
    icon: str
    written: str
    by: str
    fields: Sequence[Difference]
    sentences: Sequence[Sentence]
    first: bool


def versions_told(rows: Sequence[PromotionVersion], texts: Mapping[int, str]) -> list[Told]:
    """Tell versions, the newest first; ``rows`` ascend, ``texts`` are rule pages by number."""
    told = [_told(row, (), (), first=True) for row in rows[:1]]
    for before, after in pairwise(rows):
        fields = differences(changes(offer_of(before), offer_of(after)))
        lines = page_changes(texts[before.number], texts[after.number])
        told.append(_told(after, fields, lines, first=False))
    return told[::-1]


def _told(
    row: PromotionVersion, fields: Sequence[Difference], lines: Sequence[Sentence], *, first: bool
) -> Told:
    state, tone, icon = _state(row)
    return Told(
        number=row.number, state=state, tone=tone, icon=icon, written=when(row.written_at),
        by=row.written_by, fields=fields, sentences=lines, first=first,
    )  # fmt: skip


def _state(row: PromotionVersion) -> tuple[str, Tone, str]:
    if row.approved_at is not None:
        return _("approved %(at)s") % {"at": when(row.approved_at)}, "good", "check"
    if row.withdrawn_at is not None:
        return _("withdrawn %(at)s") % {"at": when(row.withdrawn_at)}, "neutral", "x-mark"
    return _("not decided"), "notice", "clock"
