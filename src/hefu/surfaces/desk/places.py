"""Provinces (省级行政区) as people call them: in tables, choices and sentences."""

from django.utils.translation import gettext as _

from hefu.core.regions import REGIONS, region_named
from hefu.surfaces.design.numbers import chart_language


def place(region: str) -> str:
    """The province of a region code in the reader's language; empty where it is not known."""
    if not region:
        return ""
    found = region_named(region) if region.isdigit() else None
    if found is None:
        return region
    return found.short if chart_language() == "zh" else found.english


def province_choices() -> list[tuple[str, str]]:
    """Every province, after "everywhere"."""
    return [("", _("Everywhere")), *((each.code, place(each.code)) for each in REGIONS)]
