"""Linksets (链接集): all links of a thing as JSON, RFC 9264 with the members that GS1 adds.

One context object for the thing asked for and one for each level above it that has links: the
unit, its lot, the product. Every one has exactly one default link, without attributes.
"""

from collections.abc import Mapping, Sequence
from typing import Any

from hefu.core.gs1.resolver.link_types import DEFAULT, DEFAULT_MULTI, VOCABULARY
from hefu.core.gs1.resolver.negotiation import Link, defaults
from hefu.core.gs1.resolver.places import Subject, expand, levels, qualifying

#: What a linkset's JSON means as linked data; served beside the resolver's description.
CONTEXT: dict[str, Any] = {
    "@context": {
        "@vocab": VOCABULARY,
        "linkset": "@graph",
        "anchor": "@id",
        "href": "@id",
        "itemDescription": "http://www.w3.org/2000/01/rdf-schema#comment",
        "title": "http://purl.org/dc/terms/title",
        "type": "http://purl.org/dc/terms/format",
        "hreflang": {"@id": "http://purl.org/dc/terms/language", "@container": "@set"},
        "context": {"@id": "http://purl.org/dc/terms/coverage", "@container": "@set"},
    }
}


def build_linkset(
    subject: Subject, links: Sequence[Link], *, stem: str, description: str
) -> dict[str, Any]:
    """The linkset of ``subject``; anchors are uncompressed Digital Links under ``stem``."""
    ranks = levels(subject)
    everything = frozenset(ai for ai, _ in subject.qualifiers)
    parts = {qualifying(link.level) for link in links} | {everything}
    nearest_first = sorted(parts, key=lambda ais: -_weight(subject, ais))
    return {
        "linkset": [
            _context(subject, ais, links, ranks, stem=stem, description=description)
            for ais in nearest_first
        ]
    }


def _weight(subject: Subject, ais: frozenset[str]) -> int:
    return sum(1 << place for place, (ai, _) in enumerate(subject.qualifiers) if ai in ais)


def _context(
    subject: Subject, ais: frozenset[str], links: Sequence[Link], ranks: Mapping[str, int],
    *, stem: str, description: str,
) -> dict[str, Any]:  # fmt: skip
    """What is said of one level: its links by type, and its default."""
    found: dict[str, Any] = {
        "anchor": stem + subject.path(ais),
        "itemDescription": " ".join([description, *_qualified(subject, ais)]),
    }
    for link in links:
        if qualifying(link.level) == ais:
            found.setdefault(VOCABULARY + link.link_type, []).append(_target(link, subject))
    ours = defaults([link for link in links if qualifying(link.level) <= ais], ranks)
    if len(ours) > 1:
        found[VOCABULARY + DEFAULT_MULTI] = [_target(link, subject) for link in ours]
    if ours:
        plain = {"href": expand(ours[0].href, subject), "title": ours[0].title}
        found[VOCABULARY + DEFAULT] = [plain]
    return found


def _qualified(subject: Subject, ais: frozenset[str]) -> list[str]:
    return [f"({ai}) {value}" for ai, value in subject.qualifiers if ai in ais]


def _target(link: Link, subject: Subject) -> dict[str, Any]:
    found: dict[str, Any] = {"href": expand(link.href, subject), "title": link.title}
    if link.media_type:
        found["type"] = link.media_type
    if link.language:
        found["hreflang"] = [link.language]
    if link.context:
        found["context"] = [link.context]
    if not link.forward:
        found["fwqs"] = False
    return found
