"""Signatures of what is sent (签名), in the form of Standard Webhooks 1.0.

The signature covers the message's ID, the time of the try and the body: HMAC-SHA-256, written as
``v1,`` and base64. While a secret is changed there are two of them, and whoever knows either
secret finds a signature that fits.
"""

import base64
import binascii
import hmac
from collections.abc import Sequence
from datetime import datetime
from hashlib import sha256

from hefu.core.errors import Invalid

PREFIX = "whsec_"
SECRET_BYTES = 32


def signed_headers(
    key: str, body: bytes, secrets: Sequence[str], *, now: datetime
) -> dict[str, str]:
    """The three headers of Standard Webhooks; one signature for each secret."""
    stamp = str(int(now.timestamp()))
    text = f"{key}.{stamp}.".encode() + body
    signatures = [
        base64.b64encode(hmac.digest(_key(secret), text, sha256)).decode() for secret in secrets
    ]
    return {
        "webhook-id": key,
        "webhook-timestamp": stamp,
        "webhook-signature": " ".join(f"v1,{one}" for one in signatures),
    }


def _key(secret: str) -> bytes:
    """``whsec_`` secrets are base64, others are taken as they are."""
    if secret.startswith(PREFIX):
        try:
            return base64.b64decode(secret.removeprefix(PREFIX), validate=True)
        except binascii.Error:
            pass
    return secret.encode()


def check_secret(secret: str, *, field: str) -> None:
    """Insist on a secret as the standard wants it: ``whsec_`` and 24 to 64 bytes in base64.

    Raises:
        Invalid: it is none.
    """
    try:
        size = len(binascii.a2b_base64(secret.removeprefix(PREFIX), strict_mode=True))
    except (binascii.Error, ValueError):
        size = 0
    if not (secret.startswith(PREFIX) and secret.isascii() and 24 <= size <= 64):
        raise Invalid(field=field, rule="whsec_and_24_to_64_bytes_in_base64")


def written(secret: bytes) -> str:
    """A secret as it is handed over."""
    return PREFIX + base64.b64encode(secret).decode()
