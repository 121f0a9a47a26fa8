"""Places (挂接位置): the identified things that a link is for, as a pattern of a Digital Link path.

``/01/09506000134352`` is one product, ``/01/09506000134352/21/{serial}`` each of its units,
``/01/{gtin}`` every product. So a million units cost one link. A target may use the same names:
``https://shop.example/buy?sku={gtin}``.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache
from types import MappingProxyType

from hefu.core.gs1.digital_link import SHORT_NAMES, DigitalLink, verify_order
from hefu.core.gs1.digital_link import Place as Segment
from hefu.core.gs1.errors import InvalidDigitalLink, UnknownIdentifier
from hefu.core.gs1.percent import escape, unescape
from hefu.core.gs1.syntax import CHECKERS
from hefu.core.gs1.tables import IDENTIFIERS

#: What stands for any value of an identifier; others are named by their number: ``{8011}``.
VARIABLES: Mapping[str, str] = MappingProxyType(
    {ai: name for name, ai in SHORT_NAMES.items()} | {"21": "serial", "235": "tpx"}
)
PRIMARY_KEYS = tuple(ai for ai, found in IDENTIFIERS.items() if found.primary_key)
_VARIABLE = re.compile(r"\{([^{}]*)\}")


def variable(ai: str) -> str:
    """What stands for any value of ``ai``, in braces."""
    return "{" + VARIABLES.get(ai, ai) + "}"


@dataclass(frozen=True, kw_only=True, slots=True)
class Place:
    """A primary key ("" for any) and what qualifies it, as text: ``/10/{lot}/21/{serial}``."""

    key_ai: str
    key_value: str
    qualifiers: str

    def __str__(self) -> str:
        return f"/{self.key_ai}/{escape(self.key_value) or variable(self.key_ai)}{self.qualifiers}"

    @property
    def names(self) -> frozenset[str]:
        """The variables that a target of a link at this place may use."""
        ais = (self.key_ai, *self.qualifiers.split("/")[1::2])
        return frozenset(variable(ai)[1:-1] for ai in ais)


def read_place(text: str) -> Place:
    """Read a pattern such as ``/01/09506000134352/21/{serial}``.

    Raises:
        InvalidDigitalLink: no path of pairs, no primary key first, qualifiers out of order, or a
            variable of another identifier.
        UnknownIdentifier, InvalidValue: as for Digital Links.
    """
    parts = text.strip().strip("/").split("/")
    if len(parts) % 2 or not all(parts):
        raise InvalidDigitalLink(rule="not_pairs")
    pairs = list(zip(parts[::2], parts[1::2], strict=True))
    key = IDENTIFIERS.get(pairs[0][0])
    if key is None or not key.primary_key:
        raise InvalidDigitalLink(rule="no_primary_key", ai=pairs[0][0])
    values = [(ai, _value(ai, value)) for ai, value in pairs]
    verify_order([Segment(ai, value, 0) for ai, value in values])
    (ai, value), *rest = values
    return Place(
        key_ai=ai,
        key_value="" if value == variable(ai) else value,
        qualifiers="".join(_segment(ai, value) for ai, value in rest),
    )


def _value(ai: str, text: str) -> str:
    """An exact value, checked; or the identifier's variable."""
    if ai not in CHECKERS:
        raise UnknownIdentifier(ai=ai, rule="unknown_identifier")
    if found := _VARIABLE.fullmatch(text):
        if found[0] != variable(ai):
            raise InvalidDigitalLink(rule="variable_of_another_identifier", ai=ai)
        return text
    value = unescape(text)
    CHECKERS[ai].verify(value, 0)
    return value


def _segment(ai: str, value: str) -> str:
    return f"/{ai}/{value if value == variable(ai) else escape(value)}"


@dataclass(frozen=True, kw_only=True, slots=True)
class Subject:
    """The thing a request is about: its key, and what qualifies it in the path, in order."""

    key_ai: str
    key_value: str
    qualifiers: tuple[tuple[str, str], ...]

    @property
    def values(self) -> dict[str, str]:
        """Its values by the names of variables."""
        pairs = ((self.key_ai, self.key_value), *self.qualifiers)
        return {variable(ai)[1:-1]: value for ai, value in pairs}

    def path(self, ais: frozenset[str] | None = None) -> str:
        """Its path; with ``ais`` only these qualifiers."""
        kept = [(ai, value) for ai, value in self.qualifiers if ais is None or ai in ais]
        key = f"/{self.key_ai}/{escape(self.key_value)}"
        return key + "".join(f"/{ai}/{escape(value)}" for ai, value in kept)


def subject_of(link: DigitalLink, uri: str) -> Subject:
    """What a Digital Link, parsed from ``uri``, is about; attributes of the query are left out."""
    path = uri[len(link.stem) :].partition("?")[0].partition("#")[0]
    key, *rest = link.message.elements[: path.count("/") // 2]
    return Subject(
        key_ai=key.ai, key_value=key.value, qualifiers=tuple((e.ai, e.value) for e in rest)
    )


@lru_cache(maxsize=1024)  # a request asks three times: which rows, which ranks, which anchors
def levels(subject: Subject) -> Mapping[str, int]:
    """The qualifier patterns that apply to ``subject``, each with its rank; 0 is the key itself.

    A unit's links come before its lot's, those before its variant's, those before the product's: a
    later qualifier outweighs all earlier ones; at one level a value outweighs a variable.
    At most three qualifiers make at most 27 patterns.
    """
    found = {"": 0}
    for place, (ai, value) in enumerate(subject.qualifiers):
        exact, any_value = _segment(ai, value), _segment(ai, variable(ai))
        weight = 1 << place << 3  # the count of exact values stays below
        for pattern, rank in list(found.items()):
            found[pattern + any_value] = rank + weight
            found[pattern + exact] = rank + weight + 1
    return MappingProxyType(found)


def qualifying(pattern: str) -> frozenset[str]:
    """The identifiers in a qualifier pattern."""
    return frozenset(pattern.split("/")[1::2])


def unknown_variables(target: str, place: Place) -> list[str]:
    """The variables of a target that its place does not know."""
    return sorted(set(_VARIABLE.findall(target)) - place.names)


def expand(target: str, subject: Subject) -> str:
    """Put the values of ``subject`` into a target, percent-encoded."""
    if "{" not in target:
        return target
    values = subject.values
    return _VARIABLE.sub(lambda m: escape(values.get(m[1], m[0])), target)
