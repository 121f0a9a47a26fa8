"""A message (单元数据串): the identified values that one code carries, in order."""

from collections.abc import Iterator
from dataclasses import dataclass

from hefu.core.gs1.link_writer import CANONICAL_STEM, write_link
from hefu.core.gs1.tables import IDENTIFIERS

#: FNC1 as readers transmit it between element strings: the ASCII group separator.
GROUP_SEPARATOR = "\x1d"


@dataclass(frozen=True, kw_only=True, slots=True)
class Rules:
    """How strict to be. The default is the standard; each field relaxes or drops one rule."""

    associations: bool = True  # check required, excluded and repeated identifiers
    unknown_ais: bool = False  # accept identifiers that are not in the table
    unknown_attributes: bool = False  # ... also as attributes of a Digital Link
    short_gtins: bool = False  # Digital Links with GTIN-8, -12 or -13 instead of fourteen digits
    short_names: bool = False  # Digital Links with "gtin" for 01 and the like (before release 1.2)


STRICT = Rules()


@dataclass(frozen=True, kw_only=True, slots=True)
class Element:
    """One identified value."""

    ai: str
    value: str

    @property
    def title(self) -> str:
        """The data title of the General Specifications, "" if the identifier is unknown."""
        identifier = IDENTIFIERS.get(self.ai)
        return identifier.title if identifier else ""


@dataclass(frozen=True, kw_only=True, slots=True)
class Message:
    """The elements of one code, valid by the rules they were read with."""

    elements: tuple[Element, ...]

    def __iter__(self) -> Iterator[Element]:
        return iter(self.elements)

    def __len__(self) -> int:
        return len(self.elements)

    def get(self, ai: str) -> str | None:
        """The value of the first element with ``ai``."""
        return next((element.value for element in self.elements if element.ai == ai), None)

    @property
    def key(self) -> Element | None:
        """The first primary key (GTIN, SSCC, ...): what the message is about."""
        for element in self.elements:
            identifier = IDENTIFIERS.get(element.ai)
            if identifier and identifier.primary_key:
                return element
        return None

    def to_bracketed(self) -> str:
        r"""Identifiers in brackets: ``(01)09506000134352(10)AB``; "(" in a value as ``\(``."""
        return "".join(f"({e.ai})" + e.value.replace("(", "\\(") for e in self.elements)

    def to_fnc1(self, fnc1: str = GROUP_SEPARATOR) -> str:
        """Element strings as a symbol encodes them: FNC1 first and after each value that needs it.

        A reader does not transmit the first FNC1 but a symbology identifier: see ``write_scan``.
        """
        parts = [fnc1]
        for element in self.elements:
            identifier = IDENTIFIERS.get(element.ai)
            needs_end = identifier is None or identifier.separated
            parts += [element.ai, element.value, fnc1 if needs_end else ""]
        return "".join(parts[:-1])

    def hri(self) -> list[str]:
        """Human-readable interpretation, one line for each element: ``(01) 09506000134352``."""
        return [f"({element.ai}) {element.value}" for element in self.elements]

    def to_digital_link(
        self, stem: str = CANONICAL_STEM, *, unknown_attributes: bool = False
    ) -> str:
        """The uncompressed GS1 Digital Link URI; with the default ``stem`` the canonical one.

        Raises:
            InvalidDigitalLink: if there is no primary key or an element has no place in a link.
            ValueError: if ``stem`` is not the stem of a link.
        """
        pairs = ((element.ai, element.value) for element in self.elements)
        return write_link(pairs, stem, unknown_attributes=unknown_attributes)
