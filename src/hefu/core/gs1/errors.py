"""What can be wrong with GS1 data (错误), named by identifier, position and rule.

The tree::

    Gs1Error                 gs1.invalid               anything below
    ├── MalformedText        gs1.malformed             brackets, separators or symbology are broken
    ├── UnknownIdentifier    gs1.unknown_identifier    no such application identifier
    ├── InvalidValue         gs1.invalid_value         the value breaks the identifier's format
    ├── InvalidCombination   gs1.invalid_combination   identifiers that need or exclude others
    ├── InvalidDigitalLink   gs1.invalid_digital_link  not a GS1 Digital Link, or none can be made
    ├── InvalidEpc           gs1.invalid_epc           not an EPC URN that names a GS1 key
    └── InvalidEvent         gs1.invalid_event         an EPCIS document or event breaks a rule

Details: ``rule`` (a stable snake-case name) always; ``ai``, ``position`` and ``length`` (characters
of the text given, from 0), ``value_position`` (characters of the identifier's value) where they
apply. In a Digital Link ``position`` is where the value begins: percent-encoding moves the rest.
"""

from hefu.core.errors import DomainError


class Gs1Error(DomainError):
    """Base of all that can be wrong with GS1 data."""

    code = "gs1.invalid"

    @property
    def rule(self) -> str:
        """The stable name of the rule that was broken."""
        return str(self.details["rule"])


class MalformedText(Gs1Error):
    """The notation itself is broken: brackets, separators, symbology identifier."""

    code = "gs1.malformed"


class UnknownIdentifier(Gs1Error):
    """No application identifier of that number exists; ``details['ai']`` quotes it."""

    code = "gs1.unknown_identifier"


class InvalidValue(Gs1Error):
    """A value breaks its identifier's format: length, characters or a check."""

    code = "gs1.invalid_value"


class InvalidCombination(Gs1Error):
    """An identifier misses one it needs, or meets one it excludes; ``details['other']``."""

    code = "gs1.invalid_combination"


class InvalidDigitalLink(Gs1Error):
    """The text is no GS1 Digital Link URI, or the data cannot be written as one."""

    code = "gs1.invalid_digital_link"


class InvalidEpc(Gs1Error):
    """The text is no EPC URN or Digital Link that names a GS1 key."""

    code = "gs1.invalid_epc"


class InvalidEvent(Gs1Error):
    """An EPCIS document or event breaks a rule; ``details['field']`` is its JSON pointer."""

    code = "gs1.invalid_event"
