"""Refusals about a campaign's materials and what shops put up."""

from typing import ClassVar

from hefu.core.errors import DomainError, Kind


class VenueBarred(DomainError):
    """The law closes this kind of place to advertising: ``article``, ``text`` (L12)."""

    code = "campaigns.venue_barred"


class PosterIncomplete(DomainError):
    """A poster needs more: ``missing`` names what, of theme, dates and how."""

    code = "campaigns.poster_incomplete"


class PhotoTooOld(DomainError):
    """The camera took it (``taken_at``) before the task was given (``since``)."""

    code = "campaigns.photo_too_old"


class MaterialMoved(DomainError):
    """Somebody else changed it in this moment, or it is over: look again."""

    code = "campaigns.material_moved"
    kind: ClassVar[Kind] = Kind.CONFLICT
