"""Columns that are unreadable in a dump of the database."""

import os
from functools import lru_cache
from typing import TYPE_CHECKING, Any

from django.conf import settings
from django.db import models

from hefu.core.privacy import NONCE_BYTES, derive_key, lookup_key, open_text, seal_text


@lru_cache(maxsize=8)
def _key(master: str, purpose: str) -> bytes:
    return derive_key(bytes.fromhex(master), purpose)


def field_key() -> bytes:
    """Return the installation's key for sealed columns."""
    return _key(settings.HEFU_MASTER_KEY, "hefu field encryption v1")


def lookup(value: str, *, purpose: str, brand_id: int) -> str:
    """Return the keyed look-up of an already normalised value, distinct per brand and purpose."""
    key = _key(settings.HEFU_MASTER_KEY, f"hefu lookup v1 {purpose} {brand_id}")
    return lookup_key(value, key=key)


if TYPE_CHECKING:
    _TextField = models.TextField[str, str]
else:
    _TextField = models.TextField


class SealedTextField(_TextField):
    """Text that is encrypted in the database and plain in Python; not searchable by itself."""

    sealed = True  # backups carry the ciphertext, never the text

    def _context(self) -> str:
        return f"{self.model._meta.label_lower}.{self.name}"

    def get_prep_value(self, value: Any) -> Any:
        """Encrypt on the way in, with a fresh nonce every time."""
        if not value:
            return value
        nonce = os.urandom(NONCE_BYTES)
        return seal_text(str(value), key=field_key(), nonce=nonce, context=self._context())

    def from_db_value(self, value: Any, *_: Any) -> Any:
        """Decrypt on the way out."""
        if not value:
            return value
        return open_text(value, key=field_key(), context=self._context())
