"""Refusals of the catalogue."""

from typing import ClassVar

from hefu.core.errors import DomainError, Kind


class ItemNumberTaken(DomainError):
    """Another product of the brand has this item number (R095), GTIN or short code."""

    code = "catalog.taken"
    kind: ClassVar[Kind] = Kind.CONFLICT
