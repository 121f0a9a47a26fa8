"""Documents that name people (敏感文件), sealed below the data folder; nothing else opens them."""

import base64
import os
import secrets
from pathlib import Path

from django.conf import settings

from hefu.apps.accounts.fields import field_key
from hefu.core.errors import NotFound
from hefu.core.privacy import NONCE_BYTES, open_text, seal_text


def keep_sealed(content: bytes, *, folder: str, name: str, sealed_as: str) -> str:
    """Write a file, sealed; returns its path below the data folder. Without a row it is harmless.

    ``folder`` may have several parts; ``name`` begins the file's name, the rest cannot be guessed.
    """
    relative = Path(folder) / f"{name}-{secrets.token_hex(8)}.sealed"
    path = Path(settings.HEFU_DATA) / relative
    path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    sealed = seal_text(
        base64.b64encode(content).decode(), key=field_key(), nonce=os.urandom(NONCE_BYTES),
        context=sealed_as,
    )  # fmt: skip
    with path.open("x") as file:
        file.write(sealed)
        file.flush()
        os.fsync(file.fileno())
    return str(relative)


def open_sealed(path: str, *, sealed_as: str) -> bytes:
    """Return what ``keep_sealed`` was given.

    Raises:
        NotFound: there is no file, or none any more.
    """
    file = Path(settings.HEFU_DATA) / path
    if not path or not file.is_file():
        raise NotFound(field="file")
    return base64.b64decode(open_text(file.read_text(), key=field_key(), context=sealed_as))
