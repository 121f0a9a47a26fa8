"""Consents as boxes on a page (同意事项): one box each, never ticked beforehand, none required."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from types import MappingProxyType

from django.utils.translation import gettext_lazy as _

from hefu.apps.members import services
from hefu.apps.members.errors import TextChanged
from hefu.apps.members.purposes import Purpose
from hefu.apps.members.selectors import ConsentState
from hefu.surfaces.consumer.site import Visit

_TITLES = {
    Purpose.SERVICE: _("Service messages"),
    Purpose.MARKETING: _("News and offers"),
    Purpose.PLACE: _("Rough place"),
    Purpose.SHARE: _("Pass on to the service point"),
    Purpose.PUBLISH: _("Nickname among winners"),
}


@dataclass(frozen=True, kw_only=True, slots=True)
class Choice:
    """One box, posted with the version and language of the text that stands beside it."""

    purpose: str
    title: str
    text: str
    language: str
    version: int
    ticked: bool  # by the reader, on a page that came back; never by us


def purpose_title(purpose: Purpose) -> str:
    """Name a purpose in two or three words."""
    return str(_TITLES[purpose])


def choices_of(
    states: Iterable[ConsentState], *, asked: bool = False, but: Purpose | None = None,
    ticked: Mapping[str, str] = MappingProxyType({}),
) -> list[Choice]:  # fmt: skip
    """Return the boxes to show; ``asked`` shows also those that rest after a no."""
    return [
        Choice(
            purpose=state.purpose.value, title=purpose_title(state.purpose),
            text=state.text, language=state.language, version=state.version,
            ticked=ticked.get(f"consent_{state.purpose.value}") == "yes",
        )
        for state in states
        if (asked or state.may_ask) and state.purpose is not but
    ]  # fmt: skip


def record_answers(visit: Visit, *, only_yes: bool = False, but: Purpose | None = None) -> None:
    """Keep the answers of a posted page: a ticked box is a yes, an empty one that was shown a no.

    An answer to a text that changed meanwhile is no answer; it is asked again another time and
    stands in nobody's way.
    """
    posted = visit.request.POST
    for purpose in Purpose:
        version = posted.get(f"version_{purpose.value}", "")
        given = posted.get(f"consent_{purpose.value}") == "yes"
        if purpose is but or not version.isdecimal() or (only_yes and not given):
            continue
        language = posted.get(f"language_{purpose.value}", visit.language)
        try:
            services.answer_consent(
                visit.actor, purpose=purpose, given=given, version=int(version),
                language=language, now=visit.now,
            )  # fmt: skip
        except TextChanged:
            continue
