"""Reading GS1 Digital Link URIs (数字链接).

Source: GS1 Digital Link Standard: URI Syntax 1.6, uncompressed form. Strict: nothing is guessed,
nothing is repaired. The right-most primary key of the path is the key, what stands before it is
the stem; query parameters with names that are not numbers are other people's and are handed back.
"""

import re
from dataclasses import dataclass
from typing import NamedTuple

from hefu.core.gs1 import associations
from hefu.core.gs1.errors import InvalidDigitalLink, UnknownIdentifier
from hefu.core.gs1.message import STRICT, Element, Message, Rules
from hefu.core.gs1.percent import unescape
from hefu.core.gs1.syntax import CHECKERS, Checker, unknown_checker
from hefu.core.gs1.tables import IDENTIFIERS

_SCHEME = re.compile(r"https?://|HTTPS?://")
_FOREIGN = re.compile(r"[^A-Za-z0-9\-._~:/?#\[\]@!$&'()*+,;=%]")
_DOMAIN = re.compile(r"[A-Za-z0-9\-.:\[\]]+")
_SHORT_GTINS = (8, 12, 13)
#: Names that stood for identifiers until URI Syntax 1.2.
SHORT_NAMES = {
    "sscc": "00", "gtin": "01", "lot": "10", "ser": "21", "cpv": "22", "gdti": "253",
    "glnx": "254", "gcn": "255", "ginc": "401", "gsin": "402", "gln": "414", "payTo": "415",
    "party": "417", "grai": "8003", "giai": "8004", "itip": "8006", "cpid": "8010",
    "cpsn": "8011", "gmn": "8013", "gsrnp": "8017", "gsrn": "8018", "srin": "8019",
    "refno": "8020",
}  # fmt: skip


@dataclass(frozen=True, kw_only=True, slots=True)
class DigitalLink:
    """A Digital Link taken apart.

    ``stem`` is everything before the key, without the last slash; ``parameters`` are the query
    parameters that are no identifiers, as they stand in the URI; ``fragment`` is None or the text
    after "#".
    """

    stem: str
    message: Message
    parameters: tuple[str, ...]
    fragment: str | None


class Place(NamedTuple):
    """An identifier and its encoded value as they stand in the URI, and where the value begins."""

    ai: str
    text: str
    at: int


def parse_digital_link(uri: str, *, rules: Rules = STRICT) -> DigitalLink:
    """Read an uncompressed GS1 Digital Link.

    Raises:
        InvalidDigitalLink: the URI is none.
        UnknownIdentifier, InvalidValue, InvalidCombination: as for element strings.
    """
    if foreign := _FOREIGN.search(uri):
        raise InvalidDigitalLink(rule="illegal_character", position=foreign.start())
    start = path_start(uri)
    rest, hash_, fragment = uri.partition("#")
    path, _, query = rest.partition("?")
    stem_end, places = path_places(path, start, rules)
    attributes, parameters = _query_places(query, len(path) + 1)
    _verify_unique([*places, *attributes])
    in_path = [_element(place, query=False, rules=rules) for place in places]
    verify_order(places)
    elements = [*in_path, *(_attribute(place, in_path, rules) for place in attributes)]
    if rules.associations:
        associations.verify([e.ai for e in elements], [e.value for e in elements])
    return DigitalLink(
        stem=uri[:stem_end],
        message=Message(elements=tuple(elements)),
        parameters=parameters,
        fragment=fragment if hash_ else None,
    )


def path_start(uri: str) -> int:
    """Where the path begins, after scheme and domain."""
    scheme = _SCHEME.match(uri)
    if scheme is None:
        raise InvalidDigitalLink(rule="scheme_not_http", position=0)
    slash = uri.find("/", scheme.end())
    if slash <= scheme.end():
        raise InvalidDigitalLink(rule="domain_or_path_missing", position=scheme.end())
    if _DOMAIN.fullmatch(uri, scheme.end(), slash) is None:
        raise InvalidDigitalLink(rule="illegal_domain", position=scheme.end())
    return slash


def path_places(path: str, start: int, rules: Rules) -> tuple[int, list[Place]]:
    """The pairs from the right-most primary key on, and where they begin.

    Read from the right, two segments at a time, so that a stem may look like an identifier.
    """
    places: list[Place] = []
    end = len(path)
    while True:
        value_at = path.rfind("/", start, end)
        name_at = path.rfind("/", start, value_at) if value_at > start else -1
        if name_at < 0:
            raise InvalidDigitalLink(rule="no_primary_key", position=start)
        name = path[name_at + 1 : value_at]
        ai = SHORT_NAMES.get(name, name) if rules.short_names else name
        places.append(Place(ai, path[value_at + 1 : end], value_at + 1))
        identifier = IDENTIFIERS.get(ai)
        if identifier and identifier.primary_key:
            return name_at, places[::-1]
        end = name_at


def _query_places(query: str, start: int) -> tuple[list[Place], tuple[str, ...]]:
    """The parameters whose names are numbers, and the others."""
    places: list[Place] = []
    others: list[str] = []
    at = start
    for parameter in query.split("&"):
        name, equals, text = parameter.partition("=")
        if equals and name.isascii() and name.isdigit():
            places.append(Place(name, text, at + len(name) + 1))
        elif parameter:
            others.append(parameter)
        at += len(parameter) + 1
    return places, tuple(others)


def _element(place: Place, *, query: bool, rules: Rules) -> Element:
    checker = _checker(place, rules)
    if not place.text:
        raise InvalidDigitalLink(rule="value_empty", ai=place.ai, position=place.at)
    value = unescape(place.text, query=query)
    if rules.short_gtins and place.ai == "01" and len(value) in _SHORT_GTINS:
        value = value.zfill(14)
    checker.verify(value, place.at)
    return Element(ai=place.ai, value=value)


def _checker(place: Place, rules: Rules) -> Checker:
    checker = CHECKERS.get(place.ai)
    if checker is None and rules.unknown_ais:
        checker = unknown_checker(place.ai)
    if checker is None:
        raise UnknownIdentifier(ai=place.ai, rule="unknown_identifier", position=place.at)
    return checker


def _attribute(place: Place, path: list[Element], rules: Rules) -> Element:
    """An element of the query; one that could qualify the key belongs in the path."""
    element = _element(place, query=True, rules=rules)
    identifier = IDENTIFIERS.get(place.ai)
    if not (identifier.attribute if identifier else rules.unknown_attributes):
        raise InvalidDigitalLink(rule="not_an_attribute", ai=place.ai, position=place.at)
    used = {qualifier.ai for qualifier in path[1:]}
    for order in IDENTIFIERS[path[0].ai].qualifiers:
        if place.ai in order and place.ai not in used and used <= set(order):
            raise InvalidDigitalLink(rule="belongs_in_path", ai=place.ai, position=place.at)
    return element


def verify_order(places: list[Place]) -> None:
    """The qualifiers follow one of the orders of the key."""
    key, *used = places
    for order in ((), *IDENTIFIERS[key.ai].qualifiers):
        remaining = iter(order)
        if all(place.ai in remaining for place in used):  # each found after the one before it
            return
    raise InvalidDigitalLink(rule="qualifiers_out_of_order", ai=key.ai, position=key.at)


def _verify_unique(places: list[Place]) -> None:
    seen: set[str] = set()
    for place in places:
        if place.ai in seen:
            raise InvalidDigitalLink(rule="duplicated", ai=place.ai, position=place.at)
        seen.add(place.ai)
