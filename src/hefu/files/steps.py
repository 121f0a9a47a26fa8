"""Files written step by step (断点续写), so that a killed job goes on where it stopped.

The job's cursor says how much is done and how many bytes that is; whoever goes on cuts the file
there, so it has no gap and no repeat.
"""

import os
from collections.abc import Mapping
from hashlib import sha256
from pathlib import Path
from typing import Any, BinaryIO

_BLOCK = 1 << 20


def open_for_steps(path: Path) -> BinaryIO:
    """Open a file of the data folder for reading and writing, readable by the house alone."""
    path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    return os.fdopen(os.open(path, os.O_RDWR | os.O_CREAT, 0o600), "r+b")


def resume(file: BinaryIO, cursor: Mapping[str, Any]) -> tuple[int, int]:
    """Cut off what was written after the last step; start anew if even less is there.

    Returns ``done`` and ``bytes`` of the cursor as they hold now.
    """
    done, end = cursor.get("done", 0), cursor.get("bytes", 0)
    if file.seek(0, os.SEEK_END) < end:
        done = end = 0
    file.truncate(end)
    file.seek(end)
    return done, end


def synced(file: BinaryIO) -> None:
    """Have all that was written on disk, since a cursor is promised on the strength of it."""
    file.flush()
    os.fsync(file.fileno())


def hashed(file: BinaryIO) -> str:
    """SHA-256 of the whole file as it is on disk."""
    file.seek(0)
    digest = sha256()
    while block := file.read(_BLOCK):
        digest.update(block)
    return digest.hexdigest()
