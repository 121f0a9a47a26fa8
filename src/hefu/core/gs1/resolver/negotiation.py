"""Choosing among links (内容协商): what was asked for, and which link fits it best.

Source: GS1-Conformant Resolver Standard 1.0; quality values of RFC 9110 section 12, language
ranges of RFC 4647 section 3.3 (a range fits itself and what begins with it).
"""

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from enum import Enum

from hefu.core.gs1.percent import unescape
from hefu.core.gs1.resolver.link_types import DEFAULT, DEFAULT_MULTI, link_type_named

LINKSET_TYPE = "application/linkset+json"
_QUALITY = re.compile(r"(?:0(?:\.\d{0,3})?|1(?:\.0{0,3})?)")
_MOST_RANGES = 30  # of a header; nobody has more wishes

Ranges = tuple[tuple[str, float], ...]


@dataclass(frozen=True, kw_only=True, slots=True)
class Link:
    """A link of a thing. ``level`` is the qualifier pattern it hangs at, "" the key itself.

    ``offered``: it is the house's own, and gives way to any of the brand's of the same type.
    """

    link_type: str
    href: str
    title: str
    language: str = ""
    media_type: str = ""
    context: str = ""
    default: bool = False
    forward: bool = True  # pass the request's query on
    level: str = ""
    offered: bool = False


@dataclass(frozen=True, kw_only=True, slots=True)
class Wish:
    """What a request asks for. ``link_type`` is "" for the default, None for one unheard of."""

    link_type: str | None = ""
    linkset: bool = False
    languages: Ranges = ()
    media_types: Ranges = ()
    context: str = ""


class Outcome(Enum):
    """What a request gets."""

    FOLLOW = "follow"  # redirect to the one link
    CHOICES = "choices"  # several fit equally: 300
    LINKSET = "linkset"  # everything there is
    MISSING = "missing"  # no such link, or nothing known of the thing: 404
    GONE = "gone"  # there were links once: 410


@dataclass(frozen=True, kw_only=True, slots=True)
class Decision:
    """The outcome and its links: one to follow, or those to choose from."""

    outcome: Outcome
    links: tuple[Link, ...] = ()
    link_type: str = ""


def read_wish(query: str, *, accept: str = "", accept_language: str = "") -> Wish:
    """Read a request's query string and headers; what cannot be understood is no wish."""
    given: dict[str, str] = {}
    for parameter in query.split("&"):
        name, _, text = parameter.partition("=")
        given.setdefault(name, unescape(text, query=True))
    asked = given.get("linkType", "")
    media_types = read_ranges(accept)
    linkset = asked in ("linkset", "all", "gs1:all") or (
        not asked and any(name == LINKSET_TYPE and q > 0 for name, q in media_types)
    )
    link_type: str | None = "" if linkset or not asked else link_type_named(asked) or None
    return Wish(
        link_type="" if link_type in (DEFAULT, DEFAULT_MULTI) else link_type,
        linkset=linkset,
        languages=read_ranges(accept_language),
        media_types=media_types,
        context=given.get("context", ""),
    )


def read_ranges(header: str) -> Ranges:
    """The ranges of an Accept or Accept-Language header with their qualities, best first."""
    found: list[tuple[str, float]] = []
    for item in header.split(",")[:_MOST_RANGES]:
        name, *parameters = (part.strip().lower() for part in item.split(";"))
        quality = 1.0
        for parameter in parameters:
            key, _, value = parameter.partition("=")
            if key == "q":
                quality = float(value) if _QUALITY.fullmatch(value) else 0.0
        if name:
            found.append((name, quality))
    return tuple(sorted(found, key=lambda pair: -pair[1]))


def decide(links: Sequence[Link], ranks: Mapping[str, int], wish: Wish, *, gone: bool) -> Decision:
    """Say what a wish gets of the links that apply to a thing.

    ``ranks`` are the levels of the thing (``places.levels``); ``gone`` says that links were
    withdrawn from it.
    """
    if not links:
        return Decision(outcome=Outcome.GONE if gone else Outcome.MISSING)
    if wish.linkset:
        return Decision(outcome=Outcome.LINKSET, links=tuple(links), link_type="linkset")
    if wish.link_type is None:
        return Decision(outcome=Outcome.MISSING)
    if wish.link_type == "":
        return _default(links, ranks, wish)
    found = nearest([link for link in links if link.link_type == wish.link_type], ranks)
    fitting = tuple(_fitting(found, wish))
    outcome = (Outcome.MISSING, Outcome.FOLLOW, Outcome.CHOICES)[min(len(fitting), 2)]
    return Decision(outcome=outcome, links=fitting, link_type=wish.link_type)


def _default(links: Sequence[Link], ranks: Mapping[str, int], wish: Wish) -> Decision:
    found = defaults(links, ranks)
    if not found:
        return Decision(outcome=Outcome.MISSING)
    fitting = _fitting(found, wish)
    chosen = fitting[0] if len(fitting) == 1 else found[0]
    return Decision(outcome=Outcome.FOLLOW, links=(chosen,), link_type=DEFAULT)


def defaults(links: Sequence[Link], ranks: Mapping[str, int]) -> list[Link]:
    """The default links of a thing: the first is the default, the others differ in language.

    Where nobody has said which, it is the link entered first: there is always one.
    """
    chosen = _at_top([link for link in links if link.default] or links[:1], ranks)
    return _brands_first(chosen)


def nearest(links: Sequence[Link], ranks: Mapping[str, int]) -> list[Link]:
    """Those at the level nearest to the thing; the house's own only if there are no others."""
    return _at_top(_brands_first(links), ranks)


def _at_top(links: Sequence[Link], ranks: Mapping[str, int]) -> list[Link]:
    top = max((ranks[link.level] for link in links), default=0)
    return [link for link in links if ranks[link.level] == top]


def _brands_first(links: Sequence[Link]) -> list[Link]:
    return [link for link in links if not link.offered] or list(links)


def _fitting(links: Sequence[Link], wish: Wish) -> list[Link]:
    """The best by context, then language, then media type; what tells nothing apart is skipped."""
    found = _best(links, lambda link: _context_fit(link, wish.context))
    found = _best(found, lambda link: language_fit(link.language, wish.languages))
    return _best(found, lambda link: media_fit(link.media_type, wish.media_types))


def _best(links: Sequence[Link], fit: Callable[[Link], float]) -> list[Link]:
    fits = [fit(link) for link in links]
    top = max(fits, default=0.0)
    return [link for link, found in zip(links, fits, strict=True) if found == top]


def _context_fit(link: Link, context: str) -> float:
    """The context asked for, else the link that is for all."""
    if context and link.context.casefold() == context.casefold():
        return 1.0
    return 0.0 if link.context else 0.5


def language_fit(language: str, ranges: Ranges) -> float:
    """How well a language fits, 0 to 1; a link without one fits everybody a little."""
    if not language:
        return 0.0001
    tag = language.lower()
    best = 0.0
    for wanted, quality in ranges:
        if wanted in ("*", tag) or tag.startswith(f"{wanted}-") or wanted.startswith(f"{tag}-"):
            exact = 1e-6 if wanted == tag else 0.0
            best = max(best, quality + exact if quality else 0.0)
    return best


def media_fit(media_type: str, ranges: Ranges) -> float:
    """How well a media type fits, 0 to 1; a link that does not say leads to a web page."""
    kind = (media_type or "text/html").lower()
    family = kind.partition("/")[0] + "/*"
    for name in (kind, family, "*/*"):
        for wanted, quality in ranges:
            if wanted == name:
                return quality
    return 0.0
