"""Keeping personal data (个人信息) unreadable at rest and masked in sight.

Sealed text is AES-256-GCM (NIST SP 800-38D) bound to the column it lives in; a look-up key is
HMAC-SHA256 over the normalised value, so equality can be found without decrypting anything.
"""

import base64
import hmac
from hashlib import sha256

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

NONCE_BYTES = 12
_PREFIX = "s1."


def derive_key(master: bytes, purpose: str) -> bytes:
    """Derive a 32-byte key for one purpose from a master secret (HKDF-SHA256, RFC 5869)."""
    return HKDF(SHA256(), 32, salt=None, info=purpose.encode()).derive(master)


def seal_text(text: str, *, key: bytes, nonce: bytes, context: str) -> str:
    """Encrypt ``text`` for one column.

    Args:
        text: the plain value.
        key: 32 bytes.
        nonce: 12 fresh random bytes; never repeat one under the same key.
        context: the column's name; a sealed text moved to another column does not open.

    Returns:
        ASCII text: prefix, nonce and ciphertext in URL-safe base 64.
    """
    sealed = AESGCM(key).encrypt(nonce, text.encode(), context.encode())
    return _PREFIX + base64.urlsafe_b64encode(nonce + sealed).decode()


def open_text(sealed: str, *, key: bytes, context: str) -> str:
    """Decrypt what ``seal_text`` made.

    Raises:
        ValueError: the text is not ours, was changed, or belongs to another column or key.
    """
    if not sealed.startswith(_PREFIX):
        raise ValueError("not a sealed text")
    raw = base64.urlsafe_b64decode(sealed[len(_PREFIX) :])
    try:
        return AESGCM(key).decrypt(raw[:NONCE_BYTES], raw[NONCE_BYTES:], context.encode()).decode()
    except InvalidTag as error:
        raise ValueError("sealed text does not open with this key here") from error


def lookup_key(value: str, *, key: bytes) -> str:
    """Return 32 hex characters (128 bits of HMAC-SHA256) by which an equal value is found."""
    return hmac.new(key, value.encode(), sha256).hexdigest()[:32]


def mask_phone(phone: str) -> str:
    """Show the first three and last two digits: ``138******78``; short numbers show only two."""
    digits = phone.removeprefix("+86")
    if len(digits) < 7:
        return "*" * max(len(digits) - 2, 0) + digits[-2:]
    return digits[:3] + "*" * (len(digits) - 5) + digits[-2:]


def mask_email(address: str) -> str:
    """Show the first character and the domain: ``l***@example.com``."""
    local, at, domain = address.rpartition("@")
    return f"{local[:1]}***{at}{domain}"
