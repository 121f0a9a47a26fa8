"""How the desk writes times, sizes and paths: one form on every page."""

from datetime import date, datetime

from django.template.defaultfilters import filesizeformat
from django.urls import reverse
from django.utils import timezone

from hefu.surfaces.design.parts import Crumb

NOTHING = "–"


def when(at: datetime | None) -> str:
    """An instant in the reader's zone: sorts and compares at a glance."""
    return f"{timezone.localtime(at):%Y-%m-%d %H:%M}" if at else NOTHING


def day(on: date | None) -> str:
    """A day."""
    return f"{on:%Y-%m-%d}" if on else NOTHING


def size(count: int) -> str:
    """A file's size."""
    return filesizeformat(count).replace("\xa0", " ")


def trail(*steps: tuple[object, str], end: object = "") -> list[Crumb]:
    """The path to a page: label and view of each step, then the page itself."""
    crumbs = [Crumb(label=str(label), url=reverse(view)) for label, view in steps]
    return [*crumbs, Crumb(label=str(end))] if end else crumbs
