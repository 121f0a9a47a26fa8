"""The resolver's answers: status, headers and body, as GS1-Conformant Resolver 1.0 wants them.

Every answer may be read from any web page (CORS: nothing here is private to a session). An error
is never a 200; a program gets it as problem JSON, a person as a page.
"""

import json
from dataclasses import dataclass
from typing import Any

from django.template.loader import render_to_string
from django.utils import translation

from hefu.core.errors import DomainError
from hefu.core.gs1.resolver import (
    CONTEXT,
    LINKSET_TYPE,
    PRIMARY_KEYS,
    Decision,
    Link,
    Outcome,
    build_linkset,
    expand,
    with_query,
)
from hefu.core.gs1.resolver.link_types import VOCABULARY
from hefu.surfaces.consumer.results import frame
from hefu.surfaces.edge.resolver_links import Known
from hefu.surfaces.edge.resolver_request import CONTEXT_FILE, Ask, Reading
from hefu.surfaces.headers import POLICY

Headers = list[tuple[bytes, bytes]]
METHODS = "GET, HEAD, OPTIONS"
_ALWAYS: Headers = [
    (b"access-control-allow-origin", b"*"),
    (b"access-control-expose-headers", b"link, location, content-type"),
    (b"vary", b"accept, accept-language"),
    (b"x-content-type-options", b"nosniff"),
]
_NOT_KEPT = (b"cache-control", b"no-store")  # each use is counted, and links may change


@dataclass(frozen=True, kw_only=True, slots=True)
class Reply:
    """An answer as it is sent."""

    status: int
    headers: Headers
    body: bytes = b""


def answer(reading: Reading, found: Known, decision: Decision) -> Reply:
    """The answer to a request for a thing."""
    if decision.outcome is Outcome.FOLLOW:
        return _redirect(reading, found, decision)
    if decision.outcome is Outcome.LINKSET:
        return _linkset(reading, found)
    if decision.outcome is Outcome.CHOICES:
        return _choices(reading, found, decision)
    gone = decision.outcome is Outcome.GONE
    return refusal(
        reading.ask, 410 if gone else 404, "gone" if gone else "no_such_link",
        links=_link_headers(reading),
    )  # fmt: skip


def _redirect(reading: Reading, found: Known, decision: Decision) -> Reply:
    target = _target(reading, decision.links[0])
    links = _link_headers(reading, title=found.description)
    return Reply(
        status=307, headers=[*_ALWAYS, _NOT_KEPT, (b"location", target.encode("ascii")), *links]
    )


def _target(reading: Reading, link: Link) -> str:
    """Where a link leads for this request: filled in, the request's query passed on."""
    target = expand(link.href, reading.subject)
    return with_query(target, reading.ask.query) if link.forward else target


def _linkset(reading: Reading, found: Known) -> Reply:
    linkset = build_linkset(
        reading.subject, found.links, stem=reading.ask.stem, description=found.description
    )
    accept = reading.ask.accept
    plain = LINKSET_TYPE not in accept and ("application/json" in accept or reading.ask.html)
    kind = "application/json" if plain else LINKSET_TYPE
    return said(200, kind, linkset, _link_headers(reading))


def _choices(reading: Reading, found: Known, decision: Decision) -> Reply:
    links = _link_headers(reading)
    if not reading.ask.html:
        linkset = build_linkset(
            reading.subject, decision.links, stem=reading.ask.stem, description=found.description
        )
        return said(300, LINKSET_TYPE, linkset, links)
    choices = [
        {
            "title": link.title,
            "language": link.language,
            "kind": link.media_type,
            "href": _target(reading, link),
        }
        for link in decision.links
    ]
    context = {"status": 300, "choices": choices, "description": found.description}
    return _page(reading.ask, 300, context, links)


def refusal(
    ask: Ask | None, status: int, rule: str, *, error: DomainError | None = None,
    links: Headers | None = None,
) -> Reply:  # fmt: skip
    """Say what is wrong: the error's code, rule, identifier and position where it has them."""
    told: dict[str, Any] = {"status": status, "code": "resolver", "rule": rule}
    if error is not None:
        told |= {"code": error.code, **error.details}
    headers = [*(links or []), *_later(told)]
    if ask is not None and ask.html:
        return _page(ask, status, told, headers)
    return said(status, "application/problem+json", told, headers)


def _later(told: dict[str, Any]) -> Headers:
    """After how many seconds to ask again, where that helps."""
    if told["status"] not in (429, 503):
        return []
    return [(b"retry-after", str(told.get("retry_after", 2)).encode())]


def description(ask: Ask) -> Reply:
    """The resolver description file."""
    about = {
        "name": "Hefu",
        "resolverRoot": ask.stem,
        "supportedPrimaryKeys": list(PRIMARY_KEYS),
        "supportedLinkType": [{"namespace": VOCABULARY, "prefix": "gs1:"}],
        "linkTypeDefaultCanBeLinkset": False,
        "jsonLdContext": ask.stem + CONTEXT_FILE,
    }
    return said(200, "application/json", about, [])


def linkset_context(ask: Ask) -> Reply:  # noqa: ARG001  (the same under every address)
    """What the members of a linkset mean as linked data."""
    return said(200, "application/ld+json", CONTEXT, [])


def methods(*, refused: bool) -> Reply:
    """Which methods there are: the answer to OPTIONS, and to a method there is not."""
    allowed = METHODS.encode()
    headers = [
        *_ALWAYS,
        (b"allow", allowed),
        (b"access-control-allow-methods", allowed),
        (b"access-control-allow-headers", b"accept, accept-language, content-type"),
        (b"access-control-max-age", b"86400"),
    ]
    return Reply(status=405 if refused else 204, headers=headers)


def _link_headers(reading: Reading, *, title: str = "") -> Headers:
    """Where the linkset is, what its JSON means, and what a compressed link was short for."""
    here = reading.ask.stem + reading.subject.path()
    linkset = f'<{here}?linkType=linkset>; rel="linkset"; type="{LINKSET_TYPE}"'
    if title.isascii() and title.isprintable() and not set(title) & set('"\\'):
        linkset += f'; title="{title}"' if title else ""
    meaning = (
        f'<{reading.ask.stem}{CONTEXT_FILE}>; rel="http://www.w3.org/ns/json-ld#context"; '
        'type="application/ld+json"'
    )
    found = [linkset, meaning]
    if reading.uncompressed:
        found.append(f'<{reading.uncompressed}>; rel="owl:sameAs"')
    return [(b"link", ", ".join(found).encode("ascii"))]


def said(status: int, kind: str, content: dict[str, Any], links: Headers) -> Reply:
    """An answer in JSON."""
    body = json.dumps(content, ensure_ascii=False, separators=(",", ":")).encode()
    headers = [*_ALWAYS, _NOT_KEPT, (b"content-type", kind.encode()), *links]
    return Reply(status=status, headers=headers, body=body)


def _page(ask: Ask, status: int, context: dict[str, Any], links: Headers) -> Reply:
    with translation.override(ask.language):
        html = render_to_string("edge/resolver.html", {**frame(None), **context})
    headers = [
        *_ALWAYS,
        _NOT_KEPT,
        (b"content-type", b"text/html; charset=utf-8"),
        (b"content-language", ask.language.encode()),
        (b"content-security-policy", POLICY.encode()),
        *links,
    ]
    return Reply(status=status, headers=headers, body=html.encode())
