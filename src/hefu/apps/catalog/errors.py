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
