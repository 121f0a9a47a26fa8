"""What a campaign is told with (物料): sizes, rights, places, and what a poster says."""

from hefu.core.materials.formats import FORMATS, Format, Kind, Platform, Unit
from hefu.core.materials.judging import Fault, Finding, Rights, findings, remedy_height
from hefu.core.materials.posters import (
    PosterFacts,
    changed,
    document,
    missing,
    poster_hash,
    read_facts,
)
from hefu.core.materials.venues import SCHOOLS, Bar, Venue, barred, school_named

__all__ = [
    "FORMATS",
    "SCHOOLS",
    "Bar",
    "Fault",
    "Finding",
    "Format",
    "Kind",
    "Platform",
    "PosterFacts",
    "Rights",
    "Unit",
    "Venue",
    "barred",
    "changed",
    "document",
    "findings",
    "missing",
    "poster_hash",
    "read_facts",
    "remedy_height",
    "school_named",
]
