"""Refusals after the goods left: checks, marks, packing, activation, ownership, appeals.

The tree::

    DomainError
    ├── NotFound > CodeUnknown  names no unit: not ours, forged, or never issued, all alike
    │   └── CodeMistyped      the check character says: look again
    ├── UnitStopped           void, recalled, frozen, lost, or not yet on a product
    ├── AlreadyActivated      somebody was first; an appeal is possible
    ├── InnerCodeNeeded       the code under the scratch layer or in the box is wanted
    ├── InnerCodeWrong        it belongs to another unit, or to none
    ├── KeyReused             the request's key was used for another activation
    ├── NotActivated          nobody owns it (any more), or not you
    ├── OfferGone             taken, withdrawn, run out, or never made, all alike
    ├── OwnOffer              one cannot hand over to oneself
    ├── AlreadyLinked         the number belongs to another unit
    ├── AlreadyPacked         it lies in another package
    ├── NotPacked             it does not lie there
    ├── CannotContain         kinds or brands that do not go into each other
    ├── AppealOpen            one at a time
    ├── AppealAnswered        somebody answered it before
    ├── BadInvoice            neither PDF, JPEG nor PNG, too large, or with active content
    └── TooManyMisses         unknown codes again and again: wait
"""

from typing import ClassVar

from hefu.core.errors import DomainError, Kind, NotFound


class CodeUnknown(NotFound):
    """No unit has this code, or it is not yours to see."""

    code = "identity.code_unknown"
    kind: ClassVar[Kind] = Kind.MISSING


class CodeMistyped(CodeUnknown):
    """A character is wrong; ``details['position']`` counts from 0 where it is known."""

    code = "identity.code_mistyped"
    kind: ClassVar[Kind] = Kind.INVALID


class UnitStopped(DomainError):
    """It cannot be activated; ``details``: reason (void, recalled ...), since (ISO 8601)."""

    code = "identity.unit_stopped"
    kind: ClassVar[Kind] = Kind.CONFLICT


class AlreadyActivated(DomainError):
    """Somebody was first; ``details``: on (the day only), yours (1 if it was you)."""

    code = "identity.already_activated"
    kind: ClassVar[Kind] = Kind.CONFLICT


class InnerCodeNeeded(DomainError):
    """Units of this batch are activated with their inner code."""

    code = "identity.inner_code_needed"


class InnerCodeWrong(DomainError):
    """The inner code is not this unit's."""

    code = "identity.inner_code_wrong"


class KeyReused(DomainError):
    """The key was used for another unit or member; a new request needs a new key."""

    code = "identity.key_reused"
    kind: ClassVar[Kind] = Kind.CONFLICT


class NotActivated(DomainError):
    """There is no live activation to work on."""

    code = "identity.not_activated"
    kind: ClassVar[Kind] = Kind.CONFLICT


class OfferGone(DomainError):
    """No open offer has this code."""

    code = "identity.offer_gone"
    kind: ClassVar[Kind] = Kind.MISSING


class OwnOffer(DomainError):
    """The offer is one's own."""

    code = "identity.own_offer"


class AlreadyLinked(DomainError):
    """The number is linked to another unit; ``details``: kind, unit (row)."""

    code = "identity.already_linked"
    kind: ClassVar[Kind] = Kind.CONFLICT


class AlreadyPacked(DomainError):
    """It lies elsewhere; ``details``: child (row), parent (row)."""

    code = "identity.already_packed"
    kind: ClassVar[Kind] = Kind.CONFLICT


class NotPacked(DomainError):
    """It does not lie there; ``details``: child (row)."""

    code = "identity.not_packed"
    kind: ClassVar[Kind] = Kind.CONFLICT


class CannotContain(DomainError):
    """The one does not go into the other; ``details``: parent and child (kinds), rule."""

    code = "identity.cannot_contain"


class AppealOpen(DomainError):
    """This member's appeal about this unit is not answered yet; ``details['appeal']``."""

    code = "identity.appeal_open"
    kind: ClassVar[Kind] = Kind.CONFLICT


class AppealAnswered(DomainError):
    """Somebody answered it before; ``details['state']`` says how."""

    code = "identity.appeal_answered"
    kind: ClassVar[Kind] = Kind.CONFLICT


class BadInvoice(DomainError):
    """The file cannot be taken; ``details``: field, rule (not_a_document, too_large ...)."""

    code = "identity.bad_invoice"


class TooManyMisses(DomainError):
    """Too many unknown codes; ``details['retry_after']`` in seconds."""

    code = "identity.too_many_misses"
    kind: ClassVar[Kind] = Kind.THROTTLED
