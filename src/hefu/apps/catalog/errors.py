"""Refusals of the catalogue."""

from typing import ClassVar

from hefu.core.errors import DomainError, Kind


class ItemNumberTaken(DomainError):
    """Another product of the brand has this item number (R095), GTIN or short code."""

    code = "catalog.taken"
    kind: ClassVar[Kind] = Kind.CONFLICT


class LinkTaken(DomainError):
    """The brand has this very link already; change that one."""

    code = "catalog.link_taken"
    kind: ClassVar[Kind] = Kind.CONFLICT


class KeyTaken(DomainError):
    """Another brand of this house has links for this key; whoever was first keeps it."""

    code = "catalog.key_taken"
    kind: ClassVar[Kind] = Kind.CONFLICT


class DigitsTaken(DomainError):
    """Another model has these short digits, with or without zeros in front (R101)."""

    code = "catalog.digits_taken"
    kind: ClassVar[Kind] = Kind.CONFLICT


class NoDigits(DomainError):
    """A model has no short digits yet, so its smart code would lead nowhere."""

    code = "catalog.no_digits"
    kind: ClassVar[Kind] = Kind.CONFLICT


class MediaRefused(DomainError):
    """A file is not what pages may show; ``details``: ``field`` and ``rule``.

    ``rule``: active (SVG, HTML, a PDF that acts), damaged, encrypted, no_picture (a film without
    one), too_large (``value``: bytes), too_many_pixels (``value``), unknown_type.
    """

    code = "catalog.media_refused"


class MediaInUse(DomainError):
    """A page, or an earlier version of one, shows the file; or it is the brand's logo."""

    code = "catalog.media_in_use"
    kind: ClassVar[Kind] = Kind.CONFLICT
