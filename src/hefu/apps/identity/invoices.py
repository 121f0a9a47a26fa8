"""Invoices (发票) that consumers upload: documents only, nothing that acts when it is opened."""

import re
import zlib
from dataclasses import dataclass

MOST_BYTES = 5_000_000

#: What a kept invoice is sealed for; it opens as nothing else.
SEALED_AS = "identity.appeal.invoice"
_MOST_UNPACKED = 50_000_000  # of all streams of a PDF together

_PNG = b"\x89PNG\r\n\x1a\n"
_STREAM = re.compile(rb"stream\r?\n(.*?)endstream", re.DOTALL)
_ESCAPED = re.compile(rb"#([0-9A-Fa-f]{2})")

#: Names by which a PDF acts, embeds other files, or hides what it does (ISO 32000-1).
_ACTIVE = re.compile(
    rb"/(?:JavaScript|JS|Launch|OpenAction|AA|EmbeddedFiles?|RichMedia|XFA|SubmitForm|ImportData"
    rb"|GoToE|GoToR|Movie|Sound|Encrypt)(?![A-Za-z0-9])"
)


@dataclass(frozen=True, kw_only=True, slots=True)
class Fault:
    """Why a file is not taken: a stable word."""

    rule: str


def content_type_of(content: bytes) -> str | Fault:
    """Return what a file is by its own bytes, or why it cannot be taken.

    PDF, JPEG and PNG up to ``MOST_BYTES`` are. A PDF with scripts, actions, attachments or a
    password is not, and neither is a picture with something behind its end.
    """
    if len(content) > MOST_BYTES:
        return Fault(rule="too_large")
    if content.startswith(b"%PDF-"):
        return Fault(rule="active_content") if _acts(content) else "application/pdf"
    if content.startswith(b"\xff\xd8\xff"):
        return "image/jpeg" if content.endswith(b"\xff\xd9") else Fault(rule="not_whole")
    if content.startswith(_PNG):
        return "image/png" if _is_whole_png(content) else Fault(rule="not_whole")
    return Fault(rule="not_a_document")


def _acts(content: bytes) -> bool:
    """Look for active names in a PDF, in its packed streams too."""
    if _names_action(content):
        return True
    room = _MOST_UNPACKED
    for stream in _STREAM.finditer(content):
        unpacker = zlib.decompressobj()
        try:
            text = unpacker.decompress(stream[1], room)
        except zlib.error:
            continue
        room -= len(text)
        if room <= 0 or _names_action(text):
            return True
    return False


def _names_action(text: bytes) -> bool:
    """A name may be spelled with hexadecimal escapes: /J#61vaScript."""
    plain = _ESCAPED.sub(lambda match: bytes([int(match[1], 16)]), text)
    return _ACTIVE.search(plain) is not None


def _is_whole_png(content: bytes) -> bool:
    """Walk the chunks: the header comes first, the end comes last, and nothing after it."""
    at = len(_PNG)
    first = True
    while at + 12 <= len(content):
        length = int.from_bytes(content[at : at + 4], "big")
        kind = content[at + 4 : at + 8]
        if first != (kind == b"IHDR"):
            return False
        first = False
        at += 12 + length
        if kind == b"IEND":
            return at == len(content)
    return False
