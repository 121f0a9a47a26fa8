"""What the edge reads from a request: the code's link, the visitor's marks, the language.

Plain functions, over the ASGI scope or over the head as it came; no framework, since every
microsecond is paid per scan.
"""

import re
from collections.abc import Awaitable, Callable, Iterable
from typing import Any, NamedTuple

from hefu.core.gs1.resolver import LINKSET_TYPE

#: ASGI, as the edge and the resolver speak it.
Scope = dict[str, Any]
Send = Callable[[dict[str, Any]], Awaitable[None]]
Receive = Callable[[], Awaitable[dict[str, Any]]]

_LINK = re.compile(r"/01/[0-9]{8,14}/21/[^/]{1,40}/?")
_BARE = re.compile(r"/[cC]/([^/]{1,40})/?")  # products without a GTIN

#: One field of a head (RFC 9112, section 5); what is folded or has control characters is none.
_FIELD = re.compile(rb"([!#$%&'*+.^_`|~0-9A-Za-z-]+):[ \t]*([^\x00-\x08\x0a-\x1f\x7f]*?)[ \t]*\r\n")
#: Fields that say there is more to a request than its head.
_MORE = frozenset({b"content-length", b"transfer-encoding", b"expect", b"upgrade"})


class Visitor(NamedTuple):
    """Who scans, as far as a head tells. ``device`` is what the browser says it is."""

    address: str
    device: str
    language: str  # zh-hans or en
    json: bool
    known: bool  # carries a session: answered by the slower pages, which know the member


class Visit(NamedTuple):
    """One scan as it arrives."""

    path: str
    method: str
    visitor: Visitor


def is_link(path: str) -> bool:
    """Whether the path is a printed code's: a GS1 Digital Link with a serial, or ``/C/CODE``."""
    return _LINK.fullmatch(path) is not None or _BARE.fullmatch(path) is not None


def read_visit(scope: dict[str, Any], *, trust_proxy: bool) -> Visit:
    """Read a visit from an ASGI scope; headers are bytes, names in lower case."""
    client = scope.get("client")
    address = client[0] if client else ""
    visitor = _visitor(scope["headers"], address, trust_proxy=trust_proxy)
    return Visit(scope["path"], scope["method"], visitor)


def read_head(head: bytes, address: str, *, trust_proxy: bool) -> Visitor | None:
    """Read who scans from the fields of a request, the empty line after them included.

    None if this is more than a plain scan, or no proper head: then a server has to look at it. So
    it is with bodies, with connections that are to be closed or changed, and with who asks for the
    links of a product or carries a session.
    """
    fields: list[tuple[bytes, bytes]] = []
    at = 0
    while (field := _FIELD.match(head, at)) is not None:
        fields.append((field[1].lower(), field[2]))
        at = field.end()
    if head[at:] != b"\r\n":
        return None
    for name, value in fields:
        if name in _MORE or (name == b"connection" and value.lower() != b"keep-alive"):
            return None
        if name == b"accept" and LINKSET_TYPE.encode() in value:
            return None
    visitor = _visitor(fields, address, trust_proxy=trust_proxy)
    return None if visitor.known else visitor


def _visitor(fields: Iterable[tuple[bytes, bytes]], address: str, *, trust_proxy: bool) -> Visitor:
    agent = accept = cookies = languages = forwarded = b""
    for name, value in fields:
        if name == b"user-agent":
            agent = value
        elif name == b"accept":
            accept = value
        elif name == b"cookie":
            cookies = value
        elif name == b"accept-language":
            languages = value
        elif name == b"x-forwarded-for":
            forwarded = value
    if trust_proxy and forwarded:
        address = forwarded.rpartition(b",")[2].strip().decode("latin-1")
    return Visitor(
        address=address,
        device=f"{address}|{agent.decode('latin-1')}",
        language=_language(cookies, languages),
        json=accept.startswith((b"application/json", b"application/problem+json")),
        known=b"sessionid=" in cookies,
    )


def _language(cookies: bytes, accepted: bytes) -> str:
    """Chinese first: English only where it is asked for before Chinese."""
    if b"django_language=en" in cookies:
        return "en"
    if b"django_language=zh" in cookies:
        return "zh-hans"
    chinese, english = accepted.find(b"zh"), accepted.find(b"en")
    return "en" if english >= 0 and (chinese < 0 or english < chinese) else "zh-hans"
