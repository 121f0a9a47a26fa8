"""Addresses that wait in a session for their proof (待验证的联系方式), sealed there too."""

import os

from hefu.apps.accounts.fields import field_key
from hefu.core.privacy import NONCE_BYTES, open_text, seal_text

_CONTEXT = "consumer.waiting"


def seal(address: str) -> str:
    """Return what may lie in a session."""
    return seal_text(address, key=field_key(), nonce=os.urandom(NONCE_BYTES), context=_CONTEXT)


def unseal(sealed: str) -> str:
    """Return the address, "" for one sealed before the installation's key changed."""
    try:
        return open_text(sealed, key=field_key(), context=_CONTEXT)
    except ValueError:
        return ""
