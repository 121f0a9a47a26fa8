"""What a page lacks (缺项), said so that its editor finds the place."""

from collections.abc import Iterable
from dataclasses import dataclass

from django.utils.translation import gettext as _

from hefu.core.pages import Gap
from hefu.surfaces.consumer.page_attributes import LABELS
from hefu.surfaces.consumer.page_languages import language_name


@dataclass(frozen=True, kw_only=True)
class Lack:
    """One gap in words; without ``blocking`` it is advice."""

    words: str
    blocking: bool


def gaps_said(gaps: Iterable[Gap]) -> list[Lack]:
    """Say gaps, what must be mended first."""
    said = [Lack(words=_said(gap), blocking=gap.blocking) for gap in gaps]
    return sorted(said, key=lambda one: not one.blocking)


def place_said(place: str) -> str:
    """Say a place of the document: ``texts.zh.blocks.0.alt``."""
    part, *steps = place.split(".")
    if part == "texts" and steps:
        language = language_name(steps[0])
        if len(steps) > 2:
            return _("%(language)s, block %(number)s") % {
                "language": language, "number": int(steps[2]) + 1
            }  # fmt: skip
        names = {"title": _("title"), "summary": _("summary"), "blocks": _("text and pictures")}
        return _("%(language)s, %(part)s") % {
            "language": language, "part": names[steps[1]]
        } if len(steps) > 1 else language  # fmt: skip
    if part == "manuals" and steps:
        return _("manual %(number)s") % {"number": int(steps[0]) + 1}
    if part == "attributes" and steps:
        return str(LABELS.get(steps[0], steps[0]))
    return _("the page")


def _said(gap: Gap) -> str:
    place = place_said(gap.place)
    if gap.rule == "absolute_term":
        return _("%(place)s: the advertising law frowns on “%(words)s”.") % {
            "place": place, "words": gap.words
        }  # fmt: skip
    if gap.rule == "newer_unknown":
        return _("%(place)s: another edition is for the same units, so say when it was issued.") % {
            "place": place
        }
    if gap.rule == "not_in":
        return _("%(place)s: not in %(language)s.") % {
            "place": place, "language": language_name(gap.words)
        }  # fmt: skip
    if gap.place.endswith(".alt"):
        return _("%(place)s: say what the picture shows.") % {"place": place}
    if gap.place == "texts":
        return _("There is no language yet.")
    return _("%(place)s is still empty.") % {"place": place}
