"""Targets (目标网址): which addresses a link may lead to, and how a query is passed on."""

import re

#: Media types a link may name: registered with IANA, and what brands publish.
MEDIA_TYPES = (
    "text/html", "text/plain", "text/csv", "application/pdf", "application/json",
    "application/ld+json", "application/xml", "application/zip", "application/vc",
    "application/vc+jwt", "image/jpeg", "image/png", "image/svg+xml", "image/webp", "audio/mpeg",
    "video/mp4", "model/gltf-binary",
)  # fmt: skip
_TARGET = re.compile(
    r"https?://(?:[A-Za-z0-9-]+\.)*[A-Za-z0-9-]+(?::[0-9]{1,5})?"
    r"(?:[/?#][A-Za-z0-9\-._~:/?#\[\]@!$&'()*+,;=%{}]*)?"
)


def check_target(text: str) -> str:
    """The stable name of what is wrong with a target, "" if nothing is.

    Variables stand in braces, never in the host: a value must not choose whose page it is.
    """
    if not text.startswith(("https://", "http://")):
        return "not_a_web_address"
    return "" if _TARGET.fullmatch(text) else "illegal_web_address"


def with_query(href: str, query: str) -> str:
    """A target with the key=value pairs of the request's query after its own."""
    pairs = "&".join(part for part in query.split("&") if "=" in part)
    if not pairs:
        return href
    address, hash_, fragment = href.partition("#")
    joint = "" if address.endswith(("?", "&")) else "&" if "?" in address else "?"
    return f"{address}{joint}{pairs}{hash_}{fragment}"
