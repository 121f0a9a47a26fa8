"""Reading what people wrote: tidied, bounded, and told apart from what must be read first."""

import re
import unicodedata
from hashlib import sha256

from hefu.core.errors import Invalid
from hefu.core.text import folded, grams, hide_contacts

_LINK = re.compile(r"https?:|www\.|[a-z0-9-]+\.(?:com|cn|net|top|xyz|vip)\b", re.IGNORECASE)
_BLANKS = re.compile(r"(?:[^\S\n]|[\x00-\x09\x0b-\x1f\x7f])+")


def tidy(text: str, *, field: str, longest: int) -> str:
    """Return the text without control characters and needless blanks.

    Raises:
        Invalid: ``required`` (there are no words in it) or ``too_long`` (``value`` says how long).
    """
    text = unicodedata.normalize("NFC", text).replace("\r\n", "\n").replace("\r", "\n")
    lines = [_BLANKS.sub(" ", line).strip() for line in text.split("\n")]
    text = re.sub(r"\n{3,}", "\n\n", "\n".join(lines)).strip()
    if not grams(text):
        raise Invalid(field=field, rule="required")
    if len(text) > longest:
        raise Invalid(field=field, rule="too_long", value=longest)
    return text


def text_key(text: str) -> str:
    """Return the same 32 characters for texts that differ in signs, blanks and capitals only."""
    plain = "".join(one for one in folded(text) if one.isalnum())
    return sha256(plain.encode()).hexdigest()[:32]


def doubtful(text: str) -> bool:
    """Say whether a text is read by staff first whatever the policy: it has links or contacts."""
    return bool(_LINK.search(folded(text))) or hide_contacts(text) != text
