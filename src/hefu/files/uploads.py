"""Keeping what somebody sent (上传的文件): under its hash if it is what it should be, else not."""

import os
from collections.abc import Callable
from dataclasses import dataclass
from hashlib import sha256
from pathlib import Path
from typing import BinaryIO
from uuid import uuid4

from hefu.core.errors import Invalid

MAX_BYTES = 50_000_000
_BLOCK = 1 << 20


@dataclass(frozen=True, kw_only=True, slots=True)
class KeptFile:
    """A file that lies in its folder, and the hash it is called by."""

    path: Path
    sha256: str


def keep_file(
    file: BinaryIO, folder: Path, *, check: Callable[[Path], object], alone: bool = False,
    most: int = MAX_BYTES,
) -> KeptFile:  # fmt: skip
    """Keep ``file`` in ``folder``; ``check`` raises if it is not what was asked for.

    It is on disk when this returns, since a job is promised on the strength of it. The same
    content is the same file, unless it is kept ``alone``, to be removed when it has been read.

    Raises:
        Invalid: larger than ``most`` bytes; nothing is kept.
        DomainError: whatever ``check`` raises; nothing is kept.
    """
    folder.mkdir(parents=True, exist_ok=True, mode=0o700)
    fresh = folder / f"incoming-{uuid4().hex}"
    try:
        digest = written(file, fresh, most=most)
        check(fresh)
        name = f"{digest}-{uuid4().hex[:12]}" if alone else digest
        return KeptFile(path=fresh.replace(folder / name), sha256=digest)
    finally:
        fresh.unlink(missing_ok=True)


def written(file: BinaryIO, path: Path, *, most: int = MAX_BYTES) -> str:
    """Write ``file`` to ``path`` block by block, have it on disk, and return its SHA-256.

    Raises:
        Invalid: larger than ``most`` bytes; what was written is left to the caller.
    """
    digest, size = sha256(), 0
    with path.open("wb") as stream:
        while block := file.read(_BLOCK):
            size += len(block)
            if size > most:
                raise Invalid(field="file", rule="too_large", value=most)
            digest.update(block)
            stream.write(block)
        stream.flush()
        os.fsync(stream.fileno())
    return digest.hexdigest()
