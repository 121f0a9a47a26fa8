"""What the edge reads from a request: the code's link, the visitor's marks, the language.

Plain functions over the ASGI scope; no framework, since every microsecond is paid per scan.
"""

import re
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from typing import Any

#: ASGI, as the edge and the resolver speak it.
Scope = dict[str, Any]
Send = Callable[[dict[str, Any]], Awaitable[None]]
Receive = Callable[[], Awaitable[dict[str, Any]]]

_LINK = re.compile(r"/01/[0-9]{8,14}/21/[^/]{1,40}/?")
_BARE = re.compile(r"/[cC]/([^/]{1,40})/?")  # products without a GTIN
_FORWARDED = b"x-forwarded-for"


@dataclass(frozen=True, kw_only=True, slots=True)
class Visit:
    """One scan as it arrives. ``device`` is a cookie of ours, else what the browser says it is."""

    path: str
    method: str
    address: str
    device: str
    language: str  # zh-hans or en
    json: bool
    known: bool  # carries a session: answered by the slower pages, which know the member


def is_link(path: str) -> bool:
    """Whether the path is a printed code's: a GS1 Digital Link with a serial, or ``/C/CODE``."""
    return _LINK.fullmatch(path) is not None or _BARE.fullmatch(path) is not None


def code_in(path: str) -> str:
    """The text to be recognised: the whole link, so that its GTIN is compared, or the bare code."""
    bare = _BARE.fullmatch(path)
    return bare[1] if bare else f"https://code{path}"


def read_visit(scope: dict[str, Any], *, trust_proxy: bool) -> Visit:
    """Read a visit from an ASGI scope; headers are bytes, names in lower case."""
    agent = accept = cookies = languages = forwarded = b""
    for name, value in scope["headers"]:
        if name == b"user-agent":
            agent = value
        elif name == b"accept":
            accept = value
        elif name == b"cookie":
            cookies = value
        elif name == b"accept-language":
            languages = value
        elif name == _FORWARDED:
            forwarded = value
    client = scope.get("client")
    address = client[0] if client else ""
    if trust_proxy and forwarded:
        address = forwarded.rpartition(b",")[2].strip().decode("latin-1")
    return Visit(
        path=scope["path"],
        method=scope["method"],
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
