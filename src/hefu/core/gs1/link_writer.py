"""Writing GS1 Digital Link URIs (数字链接), uncompressed.

Source: GS1 Digital Link Standard: URI Syntax 1.6: the primary key and its qualifiers make the path,
in the standard's order; everything else goes to the query.
"""

import re
from collections.abc import Callable, Iterable, Sequence

from hefu.core.gs1.errors import InvalidDigitalLink
from hefu.core.gs1.percent import escape
from hefu.core.gs1.tables import IDENTIFIERS, Identifier

CANONICAL_STEM = "https://id.gs1.org"

_STEM = re.compile(r"https?://[A-Za-z0-9\-.:\[\]]+(/[A-Za-z0-9\-._~!$&'()*+,;=:@%]*)*")

Pair = tuple[str, str]


def separated(ai: str) -> bool:
    """Whether ``ai`` needs FNC1 after its value."""
    identifier = IDENTIFIERS.get(ai)
    return identifier is None or identifier.separated


def write_link(
    pairs: Iterable[Pair],
    stem: str = CANONICAL_STEM,
    *,
    unknown_attributes: bool = False,
    attribute_order: Callable[[str], int] = separated,
) -> str:
    """The URI of the (identifier, value) ``pairs`` under ``stem``.

    The first primary key among them is the key of the link. Attributes of predefined length come
    before the others, each group in the order given, unless ``attribute_order`` sorts them
    otherwise; an identifier given twice is written once.

    Raises:
        InvalidDigitalLink: if no primary key is given or a pair has no place in a link.
        ValueError: if ``stem`` is no http or https address without query and fragment.
    """
    if _STEM.fullmatch(stem) is None:
        raise ValueError(f"not the stem of a link: {stem!r}")
    values: dict[str, str] = {}
    for ai, value in pairs:
        values.setdefault(ai, value)
    key = _key(values)
    path = [key.ai, *_qualifiers(key, values)]
    attributes = [ai for ai in values if ai not in path]
    for ai in attributes:
        _verify_attribute(ai, unknown=unknown_attributes)
    attributes.sort(key=attribute_order)
    uri = stem.rstrip("/") + "".join(f"/{ai}/{escape(values[ai])}" for ai in path)
    query = "&".join(f"{ai}={escape(values[ai], query=True)}" for ai in attributes)
    return f"{uri}?{query}" if query else uri


def _key(values: dict[str, str]) -> Identifier:
    for ai in values:
        identifier = IDENTIFIERS.get(ai)
        if identifier and identifier.primary_key:
            return identifier
    raise InvalidDigitalLink(rule="no_primary_key")


def _qualifiers(key: Identifier, values: dict[str, str]) -> Sequence[str]:
    """The qualifiers present, in the order of the first sequence that has most of them."""
    present = [[ai for ai in order if ai in values] for order in key.qualifiers]
    return max(present, key=len, default=[])


def _verify_attribute(ai: str, *, unknown: bool) -> None:
    identifier = IDENTIFIERS.get(ai)
    if not (identifier.attribute if identifier else unknown):
        raise InvalidDigitalLink(rule="not_an_attribute", ai=ai)
