"""What the resolver reads from a request: which thing, under which address, and what is wished.

Plain functions over the ASGI scope, as for scans. The path is taken as it was sent, still
percent-encoded: a "/" inside a value must not look like one between values.
"""

import re
from dataclasses import dataclass
from typing import Any
from urllib.parse import quote

from django.conf import settings
from django.http.request import split_domain_port, validate_host

from hefu.core import gs1
from hefu.core.errors import Invalid
from hefu.core.gs1.resolver import LINKSET_TYPE, PRIMARY_KEYS, Subject, Wish, read_wish, subject_of

DESCRIPTION = "/.well-known/gs1resolver"
CONTEXT_FILE = "/.well-known/gs1resolver/linkset-context.jsonld"
_KEYED = re.compile(rf"/(?:{'|'.join(PRIMARY_KEYS)})(?:/|$)")
_COMPRESSED = re.compile(r"/[A-Za-z0-9_-]{10,200}/?")
_RULES = gs1.Rules(short_gtins=True)  # as the scan path: a GTIN-13 is read, too
_LEGAL = "-._~:/?#[]@!$&'()*+,;=%"
_LONGEST = 4000  # characters of an address; no carrier holds more


@dataclass(frozen=True, kw_only=True, slots=True)
class Ask:
    """A request to the resolver, not yet judged. ``stem`` is scheme and host."""

    method: str
    host: str  # without port
    stem: str
    path: str  # percent-encoded, without trailing slashes
    query: str
    accept: str
    languages: str

    @property
    def html(self) -> bool:
        """Whether somebody reads the answer in a browser."""
        return "text/html" in self.accept

    @property
    def language(self) -> str:
        """The house's language for this reader: Chinese unless English is asked for first."""
        chinese, english = self.languages.find("zh"), self.languages.find("en")
        return "en" if english >= 0 and (chinese < 0 or english < chinese) else "zh-hans"


@dataclass(frozen=True, kw_only=True, slots=True)
class Reading:
    """A request that names a thing. ``uncompressed`` is the link it was short for, or ""."""

    ask: Ask
    subject: Subject
    wish: Wish
    uncompressed: str = ""


def resolves(scope: dict[str, Any]) -> bool:
    """Whether the resolver answers a path: a primary key's, its own, or an old compressed link."""
    if scope["type"] != "http":
        return False
    path = scope["path"]
    if _KEYED.match(path) or path in (DESCRIPTION, CONTEXT_FILE):
        return True
    return _COMPRESSED.fullmatch(path) is not None and _compressed(f"https://code{path}") != ""


def asks_for_links(scope: dict[str, Any]) -> bool:
    """Whether a scan of a unit asks for more than the scan's answer: a link type or the linkset."""
    if b"linkType=" in scope["query_string"]:
        return True
    wanted = LINKSET_TYPE.encode()
    return any(name == b"accept" and wanted in value for name, value in scope["headers"])


def read_ask(scope: dict[str, Any], *, trust_proxy: bool) -> Ask:
    """Read a request from an ASGI scope.

    Raises:
        Invalid: no host that we serve, or an address too long.
    """
    headers = {name: value.decode("latin-1") for name, value in reversed(scope["headers"])}
    host = headers.get(b"host", "localhost")
    domain, _ = split_domain_port(host)
    if not domain or not validate_host(domain, settings.ALLOWED_HOSTS or ["localhost"]):
        raise Invalid(field="host", rule="not_served")
    raw = scope.get("raw_path") or quote(scope["path"]).encode()
    path = raw.partition(b"?")[0].decode("latin-1")
    query = quote(scope["query_string"].decode("latin-1"), safe=_LEGAL)
    if len(path) + len(query) > _LONGEST:
        raise Invalid(field="uri", rule="too_long", value=_LONGEST)
    scheme = scope.get("scheme", "http")
    if trust_proxy:
        scheme = headers.get(b"x-forwarded-proto", scheme).rpartition(",")[2].strip()
    return Ask(
        method=scope["method"], host=domain, query=query, path=path.rstrip("/"),
        stem=f"{'https' if scheme == 'https' else 'http'}://{host}",
        accept=headers.get(b"accept", ""), languages=headers.get(b"accept-language", ""),
    )  # fmt: skip


def read_link(ask: Ask) -> Reading:
    """Say which thing a request is about, and what is wished of it.

    Raises:
        Gs1Error: the address is no Digital Link, compressed or not.
    """
    uri = f"{ask.stem}{ask.path}" + (f"?{ask.query}" if ask.query else "")
    uncompressed = ""
    try:
        link = gs1.parse_digital_link(uri, rules=_RULES)
    except gs1.Gs1Error:
        uri = uncompressed = _compressed(uri)
        if not uncompressed:
            raise
        link = gs1.parse_digital_link(uri, rules=_RULES)
    query = "&".join(link.parameters)
    wish = read_wish(query, accept=ask.accept, accept_language=ask.languages)
    return Reading(
        ask=ask, subject=subject_of(link, uri), wish=wish,
        uncompressed=uncompressed,
    )  # fmt: skip


def _compressed(uri: str) -> str:
    """The valid link that a compressed one is short for, else ""."""
    try:
        link = gs1.decompress_digital_link(uri.rstrip("/"))
        gs1.parse_digital_link(link, rules=_RULES)
    except (gs1.Gs1Error, ValueError):
        return ""
    return link
