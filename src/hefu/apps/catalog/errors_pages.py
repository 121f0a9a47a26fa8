"""Refusals about product pages."""

from typing import ClassVar

from hefu.core.errors import DomainError, Kind


class PageExists(DomainError):
    """The product has its page already: one per product (R095); ``page`` is its id."""

    code = "catalog.page_exists"
    kind: ClassVar[Kind] = Kind.CONFLICT


class EditedMeanwhile(DomainError):
    """Somebody else saved this draft first; ``by`` says who. Nothing of theirs was lost."""

    code = "catalog.edited_meanwhile"
    kind: ClassVar[Kind] = Kind.CONFLICT


class NotADraft(DomainError):
    """The version is not (any more) in the state this needs; ``state`` says where it stands."""

    code = "catalog.not_a_draft"
    kind: ClassVar[Kind] = Kind.CONFLICT


class PageIncomplete(DomainError):
    """Readers would miss something; ``field`` and ``rule`` are the first of ``gaps``."""

    code = "catalog.page_incomplete"


class NothingWaits(DomainError):
    """No version of this page waits for a second person."""

    code = "catalog.nothing_waits"
    kind: ClassVar[Kind] = Kind.CONFLICT


class NothingPublic(DomainError):
    """No version of this page is public, nor waits for its time."""

    code = "catalog.nothing_public"
    kind: ClassVar[Kind] = Kind.CONFLICT
