"""Where a page and its versions stand (网页状态), in words, tones and signs."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from hefu.apps.catalog.models import PageVersion
from hefu.surfaces.design.parts import Tone
from hefu.surfaces.desk.shown import when

State = PageVersion.State


@dataclass(frozen=True, kw_only=True)
class Standing:
    """A state as a badge."""

    words: str
    tone: Tone
    icon: str


_LOOKS: Mapping[str, tuple[Promise, Tone, str]] = {
    State.DRAFT: (gettext_lazy("draft"), "info", "pencil"),
    State.SUBMITTED: (gettext_lazy("waits for approval"), "notice", "clock"),
    State.APPROVED: (gettext_lazy("approved, public from %(at)s"), "info", "calendar"),
    State.PUBLISHED: (gettext_lazy("public"), "good", "eye"),
    State.SUPERSEDED: (gettext_lazy("replaced"), "neutral", "arrow-path"),
    State.RETIRED: (gettext_lazy("taken offline"), "neutral", "eye-slash"),
    State.REFUSED: (gettext_lazy("refused"), "bad", "x-mark"),
    State.WITHDRAWN: (gettext_lazy("set aside"), "neutral", "archive-box"),
}


def standing_of(version: PageVersion) -> Standing:
    """Say where one version stands."""
    words, tone, icon = _LOOKS[version.state]
    return Standing(words=str(words) % {"at": when(version.publish_at)}, tone=tone, icon=icon)


def standings_of(versions: Iterable[PageVersion]) -> list[Standing]:
    """Say what readers see and what is under way; of a page that has neither, its last state.

    ``versions`` come newest first.
    """
    rows = list(versions)
    live = [row for row in rows if row.state == State.PUBLISHED]
    moving = [row for row in rows if row.state in (State.DRAFT, State.SUBMITTED, State.APPROVED)]
    refused = [row for row in rows[:1] if row.state == State.REFUSED]
    return [standing_of(row) for row in [*live, *moving, *refused] or rows[:1]]


def story_of(version: PageVersion) -> str:
    """Say in one line who wrote a version and what became of it."""
    said = [_("%(at)s, %(who)s") % {"at": when(version.updated_at), "who": version.written_by}]
    if version.restored_from:
        said.append(_("back to version %(number)s") % {"number": version.restored_from})
    if version.decided_by:
        said.append(_("decided by %(who)s") % {"who": version.decided_by})
    if version.published_at:
        said.append(_("public since %(at)s") % {"at": when(version.published_at)})
    if version.ended_at:
        said.append(_("ended %(at)s") % {"at": when(version.ended_at)})
    return " · ".join(said)
