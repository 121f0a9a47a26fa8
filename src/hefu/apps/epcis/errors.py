"""Refusals of the event repository and the warehouse.

The tree::

    DomainError
    ├── NotADocument          no EPCIS document or event can be read from what was sent
    ├── EventInvalid          an event breaks a rule; layer, rule and field say which
    ├── EventExists           that event, or another with its ID, is here already
    ├── BadQuery              a parameter is unknown or its value cannot be used
    ├── QueryTooLarge         more events match than the asker wants
    ├── QueryExists           a query of that name exists
    ├── BadAddress            a subscriber's address cannot be delivered to
    ├── BadSchedule           a subscription's schedule cannot be read, or is never due
    ├── BadSscc               no SSCC, or its check digit is wrong
    ├── AlreadyInside         it lies in another carton or on another pallet
    ├── NotInside             it does not lie there
    ├── CartonEmpty           nothing lies in it, so nothing can leave in it
    ├── AlreadyLeft           the carton left for that order before
    ├── CannotHold            pallets hold cartons, cartons hold units
    ├── OrderClosed           the order was reconciled already
    ├── CountsDiffer          what left is not what was expected
    └── NotTaken              a subscriber did not take a message (yet)
"""

from typing import ClassVar

from hefu.core.errors import DomainError, Kind


class NotADocument(DomainError):
    """What was sent is no EPCIS document; ``details``: ``rule`` and ``field`` (JSON pointer)."""

    code = "epcis.not_a_document"


class EventInvalid(DomainError):
    """An event breaks a rule; ``details``: ``layer``, ``rule``, ``field`` (JSON pointer)."""

    code = "epcis.event_invalid"


class EventExists(DomainError):
    """The event was captured before; ``details['event_id']`` is the one that is here."""

    code = "epcis.event_exists"
    kind: ClassVar[Kind] = Kind.CONFLICT


class BadQuery(DomainError):
    """A query parameter cannot be used; ``details``: ``field`` and ``rule``."""

    code = "epcis.bad_query"


class QueryTooLarge(DomainError):
    """More events match than ``maxEventCount``."""

    code = "epcis.query_too_large"


class QueryExists(DomainError):
    """Names of queries are unique."""

    code = "epcis.query_exists"
    kind: ClassVar[Kind] = Kind.CONFLICT


class BadAddress(DomainError):
    """Nothing can be delivered to this address; ``details``: ``field`` and ``rule``."""

    code = "epcis.bad_address"


class BadSchedule(DomainError):
    """A schedule cannot be read, or is never due; ``details``: ``field`` and ``rule``."""

    code = "epcis.bad_schedule"


class NotTaken(DomainError):
    """The subscriber did not answer with success; the outbox tries again."""

    code = "epcis.not_taken"
    kind: ClassVar[Kind] = Kind.UNAVAILABLE


class BadSscc(DomainError):
    """Not 18 digits, or the check digit is wrong."""

    code = "epcis.bad_sscc"


class AlreadyInside(DomainError):
    """A thing lies in one carton at a time; ``details['sscc']`` says in which."""

    code = "epcis.already_inside"
    kind: ClassVar[Kind] = Kind.CONFLICT


class NotInside(DomainError):
    """It does not lie there (any more)."""

    code = "epcis.not_inside"
    kind: ClassVar[Kind] = Kind.CONFLICT


class CartonEmpty(DomainError):
    """Nothing lies in the carton."""

    code = "epcis.carton_empty"
    kind: ClassVar[Kind] = Kind.CONFLICT


class CannotHold(DomainError):
    """Cartons lie on pallets, pallets in nothing; a carton does not lie in itself."""

    code = "epcis.cannot_hold"


class OrderClosed(DomainError):
    """The order was reconciled and closed; what leaves now needs another order."""

    code = "epcis.order_closed"
    kind: ClassVar[Kind] = Kind.CONFLICT


class CountsDiffer(DomainError):
    """Cartons or units that left are not those expected; give a reason to close all the same."""

    code = "epcis.counts_differ"
    kind: ClassVar[Kind] = Kind.CONFLICT


class AlreadyLeft(DomainError):
    """The carton left for that order before; saying so again changes nothing."""

    code = "epcis.already_left"
    kind: ClassVar[Kind] = Kind.CONFLICT
