"""Columns that several lists of the desk share: instants, words, places, members, yes or no."""

from collections.abc import Mapping
from typing import Any

from django.utils.functional import Promise
from django.utils.text import capfirst
from django.utils.translation import gettext_lazy as _
from django_tables2 import A, Column

from hefu.surfaces.design.templatetags.hefu_design import badge
from hefu.surfaces.desk.lists import CODE
from hefu.surfaces.desk.places import place
from hefu.surfaces.desk.shown import NOTHING
from hefu.surfaces.desk.tables_codes import WhenColumn as WhenColumn  # noqa: PLC0414 - handed on

SHORT = {"td": {"class": "short"}}  # never broken into two lines
SURFACES: Mapping[str, Promise] = {
    "api": _("API"),
    "backstage": _("Backstage"),
    "cli": _("Command line"),
    "consumer": _("Phone page"),
    "desk": _("Desk"),
    "edge": _("Scan"),
    "system": _("By itself"),
}


class WordColumn(Column):  # type: ignore[misc]  # django-tables2 has no types
    """A stable word, in the reader's language where it has one; exported as it is shown."""

    def __init__(self, *, words: Mapping[str, Promise] | None = None, **about: Any) -> None:
        super().__init__(**{"attrs": SHORT, **about})
        self._words = words or {}

    def render(self, value: Any) -> str:
        """Say it."""
        return capfirst(str(self._words.get(str(value), value)))


class PlaceColumn(Column):  # type: ignore[misc]  # django-tables2 has no types
    """A region by its name; exports carry the code."""

    def __init__(self, **about: Any) -> None:
        super().__init__(**{"attrs": SHORT, **about})

    def render(self, value: Any) -> str:
        """Draw the name."""
        return place(str(value)) or NOTHING

    def value(self, value: Any) -> str:
        """Export the code of GB/T 2260."""
        return str(value)


class SurfaceColumn(Column):  # type: ignore[misc]  # django-tables2 has no types
    """Through which door it came."""

    def __init__(self, **about: Any) -> None:
        super().__init__(**{"attrs": SHORT, **about})

    def render(self, value: str) -> str:
        """Say it."""
        return str(SURFACES.get(value, value))

    def value(self, value: str) -> str:
        """Export the stable word."""
        return value


class MemberNumberColumn(Column):  # type: ignore[misc]  # django-tables2 has no types
    """A member by number, with the way to their page; no personal data."""

    def __init__(self, **about: Any) -> None:
        super().__init__(
            **{
                "verbose_name": _("Member"), "attrs": CODE,
                "linkify": ("desk:member", [A(about["accessor"])]), **about,
            }
        )  # fmt: skip


class YesNoColumn(Column):  # type: ignore[misc]  # django-tables2 has no types
    """A fact as a badge: the good word or the other one."""

    def __init__(self, *, yes: Promise, no: Promise, **about: Any) -> None:
        super().__init__(**about)
        self._words = {True: yes, False: no}

    def render(self, value: Any) -> Any:
        """Draw it."""
        if value:
            return badge(str(self._words[True]), tone="good", icon_name="check")
        return badge(str(self._words[False]))

    def value(self, value: Any) -> str:
        """Export the word."""
        return str(self._words[bool(value)])
