"""Patterns of things (标识通配): what a MATCH parameter means, as exact names and as beginnings.

The standard's patterns are EPC pattern URIs with ``*`` from some field on (Tag Data Standard 2.0,
section 8). A GTIN alone, as a Digital Link, stands for all its serials and lots.
"""

import re
from collections.abc import Iterator, Sequence

from hefu.apps.epcis.errors import BadQuery
from hefu.apps.epcis.rows import canonical
from hefu.apps.identity.selectors.codes import UnitRef, resolve_many
from hefu.core.actor import Actor

_PATTERN = re.compile(r"urn:epc:idpat:(sgtin|sscc):(\*|[0-9]{6,12})\.(?:\*|[0-9]+\.\*|\*\.\*)")
_CLASS = re.compile(r"https://id\.gs1\.org/01/[0-9]{14}")
_AIS = {"sgtin": "01", "sscc": "00"}
_INDICATORS = "0123456789"


def prefixes_of(name: str, uris: Sequence[str]) -> tuple[list[str], list[str]]:
    """Canonical names to be equal to, and beginnings to start with.

    Raises:
        BadQuery: a pattern that is none of the standard's, or of a key that has none.
    """
    exact: list[str] = []
    begins: list[str] = []
    for uri in uris:
        named = canonical(uri)
        if _CLASS.fullmatch(named):
            exact.append(named)
            begins.append(f"{named}/")
        elif named.startswith("urn:epc:idpat:"):
            begins += _wild(name, named)
        else:
            exact.append(named)
    return exact, begins


def _wild(name: str, pattern: str) -> list[str]:
    match = _PATTERN.fullmatch(pattern)
    if match is None:
        raise BadQuery(field=name, rule="bad_pattern")
    stem = f"https://id.gs1.org/{_AIS[match[1]]}/"
    # a company prefix stands behind an indicator or extension digit, which may be any
    return [stem] if match[2] == "*" else [stem + digit + match[2] for digit in _INDICATORS]


def units_in(actor: Actor, names: Sequence[str]) -> Iterator[tuple[int, int]]:
    """Batch and serial of those names that are codes of the actor's brand."""
    for found in resolve_many([name for name in names if "/" in name], brand_id=actor.own_brand()):
        if isinstance(found, UnitRef):
            yield found.key
