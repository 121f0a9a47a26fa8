"""Marks (假名标记) of devices and addresses: equal for equal things, and nothing can be read back.

Sixteen hex characters, keyed by the installation and different for every brand, so that neither a
dump nor another brand can follow a person (law L35).
"""

from functools import lru_cache
from hashlib import blake2b

from django.conf import settings

from hefu.core.privacy import derive_key

BYTES = 8


@lru_cache(maxsize=4)
def _key(master: str) -> bytes:
    return derive_key(bytes.fromhex(master), "hefu traces v1")


@lru_cache(maxsize=8192)
def trace(kind: str, value: str, *, brand_id: int = 0) -> str:
    """Return the mark of a ``device`` or ``address``; empty for an empty value.

    Brand 0 is the installation itself, which minds guessing for all brands.
    """
    if not value:
        return ""
    text = f"{kind}|{brand_id}|{value}".encode()
    return blake2b(text, key=_key(settings.HEFU_MASTER_KEY), digest_size=BYTES).hexdigest()
