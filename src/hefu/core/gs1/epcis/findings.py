"""What a check finds in an event, and the small checks that all others are made of (检查项)."""

import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from hefu.core.gs1.epcis.vocabulary import VOCABULARIES


class Layer(StrEnum):
    """Which kind of rule is broken, from the outermost inwards."""

    STRUCTURE = "structure"  # fields, types and formats of the JSON binding
    VOCABULARY = "vocabulary"  # terms of the Core Business Vocabulary
    SEMANTICS = "semantics"  # facts that contradict each other
    IDENTIFIERS = "identifiers"  # GS1 keys: digits, check digits, instance or class


@dataclass(frozen=True, kw_only=True, slots=True)
class Finding:
    """One broken rule; ``field`` is the JSON pointer (RFC 6901) of what breaks it."""

    layer: Layer
    rule: str
    field: str


#: How deep an event may nest. Nothing real comes near; what goes beyond wants to break its reader.
DEEPEST = 100
#: Yields what is wrong with a value that stands at a JSON pointer.
Check = Callable[[object, str], Iterator[Finding]]

_URI = re.compile(r"[A-Za-z_][\w+.-]*:[^\s<>\"{}|\\^`\x00-\x1f\x7f]+")
_TIME = re.compile(
    r"(\d{4}-\d\d-\d\d)[Tt]([01]\d|2[0-3])(:[0-5]\d:[0-5]\d)(?:\.\d+)?"
    r"([Zz]|[+-](?:[01]\d|2[0-3]):[0-5]\d)",
    re.ASCII,
)
_HEX = re.compile(r"[0-9A-Fa-f]+")
_OFFSET = re.compile(r"[+-]((0\d|1[0-3]):[0-5]\d|14:00)", re.ASCII)
_UNIT = re.compile(r"[A-Z0-9]{2,3}", re.ASCII)
_VERSION = re.compile(r"\d+(\.\d+)*", re.ASCII)


def found(rule: str, at: str, layer: Layer = Layer.STRUCTURE) -> Finding:
    """A finding."""
    return Finding(layer=layer, rule=rule, field=at or "/")


def below(at: str, name: str | int) -> str:
    """The JSON pointer of ``name`` in what stands at ``at``."""
    if isinstance(name, str) and ("/" in name or "~" in name):
        name = name.replace("~", "~0").replace("/", "~1")
    return f"{at}/{name}"


def too_deep(value: object) -> bool:
    """Whether objects and lists are nested deeper than ``DEEPEST``."""
    level = [value]
    for _ in range(DEEPEST):
        inner: list[object] = []
        for one in level:
            if isinstance(one, Mapping):
                inner += one.values()
            elif isinstance(one, list):
                inner += one
        if not inner:
            return False
        level = inner
    return True


def is_uri(value: object) -> bool:
    """Whether ``value`` is a text of the form "scheme:rest" without illegal characters."""
    return isinstance(value, str) and _URI.fullmatch(value) is not None


def moment(value: object) -> datetime | None:
    """The time that ``value`` names with its offset from UTC (RFC 3339), None if it is none.

    Fractions of a second are cut to microseconds.
    """
    match = _TIME.fullmatch(value) if isinstance(value, str) else None
    if match is None:
        return None
    try:
        return datetime.fromisoformat(str(value).upper())
    except ValueError:  # the thirtieth of February
        return None


def _formatted(rule: str, test: Callable[[object], bool]) -> Check:
    def check(value: object, at: str) -> Iterator[Finding]:
        if not test(value):
            yield found(rule, at)

    return check


def _matching(pattern: re.Pattern[str]) -> Callable[[object], bool]:
    return lambda value: isinstance(value, str) and pattern.fullmatch(value) is not None


text = _formatted("not_text", lambda value: isinstance(value, str))
boolean = _formatted("not_boolean", lambda value: isinstance(value, bool))
number = _formatted(
    "not_a_number", lambda value: isinstance(value, int | float) and not isinstance(value, bool)
)
uri = _formatted("not_a_uri", is_uri)
time = _formatted("bad_time", lambda value: moment(value) is not None)
hexadecimal = _formatted("not_hexadecimal", _matching(_HEX))
offset = _formatted("bad_time_zone_offset", _matching(_OFFSET))
unit = _formatted("bad_unit_of_measure", _matching(_UNIT))
version = _formatted("bad_version", _matching(_VERSION))


def anything(value: object, at: str) -> Iterator[Finding]:
    """Accept whatever it is."""
    del value, at
    return iter(())


def one_of(*allowed: str) -> Check:
    """One of the texts ``allowed``."""
    return _formatted("not_allowed", lambda value: value in allowed)


def term(name: str) -> Check:
    """A bare term of the vocabulary ``name``, or a URI of another vocabulary."""
    vocabulary = VOCABULARIES[name]
    reserved = re.compile(_RESERVED_WEB if vocabulary.web.startswith(_VOC) else _RESERVED_CBV)

    def is_foreign(value: str) -> bool:
        """A URI outside the standard's names, or a long name of one of its terms."""
        if not is_uri(value) or reserved.match(value):
            return False
        return not vocabulary.claims(value) or vocabulary.bare(value) in vocabulary.terms

    def check(value: object, at: str) -> Iterator[Finding]:
        if not isinstance(value, str):
            yield found("not_text", at)
        elif value not in vocabulary.terms and not is_foreign(value):
            yield found("unknown_term", at, Layer.VOCABULARY)

    return check


_VOC = "https://gs1.org/voc/"
_RESERVED_WEB = r"https?://(www\.)?gs1\.org/voc/"
_RESERVED_CBV = r"urn:epcglobal:cbv|https?://ns\.gs1\.org/cbv/"


def list_of(item: Check, *, least: int = 0, unique: bool = False) -> Check:
    """A list of at least ``least`` items."""

    def check(value: object, at: str) -> Iterator[Finding]:
        if not isinstance(value, list):
            yield found("not_a_list", at)
            return
        if len(value) < least:
            yield found("too_few_items", at)
        if unique and len({_comparable(one) for one in value}) < len(value):
            yield found("repeated_item", at)
        for place, one in enumerate(value):
            yield from item(one, below(at, place))

    return check


def _comparable(value: object) -> object:
    """Something hashable that is equal for equal values of JSON."""
    return value if isinstance(value, str) else repr(value)


def either(first: Check, second: Check, *, rule: str) -> Check:
    """What one of two checks accepts."""

    def check(value: object, at: str) -> Iterator[Finding]:
        if any(first(value, at)) and any(second(value, at)):
            yield found(rule, at)

    return check


def group(
    fields: Mapping[str, Check], *, required: tuple[str, ...] = (), others: Check | None = None
) -> Check:
    """An object with ``fields``; ``others`` checks the names of all else (None: there is none)."""

    def check(value: object, at: str) -> Iterator[Finding]:
        if not isinstance(value, Mapping):
            yield found("not_an_object", at)
            return
        for name in required:
            if name not in value:
                yield found("required_missing", below(at, name))
        for name, one in value.items():
            if name in fields:
                yield from fields[name](one, below(at, name))
            elif others is None or any(others(name, at)):
                yield found("unknown_field", below(at, name))

    return check
