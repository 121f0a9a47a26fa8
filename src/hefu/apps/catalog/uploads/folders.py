"""Where uploads lie (存放): one folder a file and brand, named by the hash of what is served.

``media/<brand>/<sha256>/original`` and, beside pictures, ``w<width>.webp``. A file comes in under
``incoming-…`` and gets its name in one rename, so a folder with a hash for a name is whole. What
has no row after a while was left by a process that died in between: ``left_over`` finds it.
"""

import os
import re
import shutil
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from uuid import uuid4

from django.conf import settings

from hefu.apps.catalog.models import Media

#: Longer than any upload takes; what is younger may still be on its way to its row.
UNDER_WAY = timedelta(hours=1)
#: A brand's folder that nothing came into or went out of for so long was tidied before.
LATELY = timedelta(days=2)
_HASH = re.compile(r"[0-9a-f]{64}")


@dataclass(frozen=True, kw_only=True, slots=True)
class Incoming:
    """A file that was looked at and lies in a folder of its own, not yet a media."""

    brand_id: int
    folder: Path
    sha256: str
    source_sha256: str
    media_type: Media.Type
    bytes: int
    width: int = 0
    height: int = 0
    seconds: int = 0
    widths: tuple[int, ...] = ()


def fresh_folder(brand_id: int) -> Path:
    """Return a new, empty folder to write into."""
    folder = _root() / str(brand_id) / f"incoming-{uuid4().hex}"
    folder.mkdir(parents=True, mode=0o700)
    return folder


def place(incoming: Incoming) -> None:
    """Give a folder its name; where the same content lies already, that one stays."""
    target = _folder(incoming.brand_id, incoming.sha256)
    try:
        incoming.folder.rename(target)
    except OSError:
        if not target.is_dir():
            raise
        discard(incoming.folder)
    os.utime(target)  # from now on it may wait for its row


def discard(folder: Path) -> None:
    """Remove a folder with all that is in it; that it is gone already is no harm."""
    shutil.rmtree(folder, ignore_errors=True)


def forget(brand_id: int, sha256: str) -> None:
    """Remove the files of a media whose row is gone."""
    folder = _folder(brand_id, sha256)
    gone = folder.with_name(f"incoming-{uuid4().hex}")
    with suppress(FileNotFoundError):
        folder.rename(gone)  # at once: half a folder would look whole
        discard(gone)


def file_of(media: Media) -> Path:
    """Return where the bytes of a media lie."""
    return _folder(media.brand_id, media.sha256) / "original"


def variant_of(media: Media, width: int) -> Path:
    """Return where the WebP copy of a picture lies; ``width`` is one of its ``widths``."""
    return _folder(media.brand_id, media.sha256) / f"w{width}.webp"


def left_over(now: datetime) -> Iterator[tuple[int, str, Path]]:
    """Yield brand, name and folder of what has been lying there for longer than uploads take."""
    for brand in _entries(_root()):
        if not brand.name.isdigit() or now - _touched(brand) > LATELY:
            continue
        for entry in _entries(Path(brand.path)):
            with suppress(FileNotFoundError):
                if now - _touched(entry) > UNDER_WAY:
                    yield int(brand.name), entry.name, Path(entry.path)


def is_hash(name: str) -> bool:
    """Whether a folder has its name, and only misses its row."""
    return _HASH.fullmatch(name) is not None


def _entries(folder: Path) -> "list[os.DirEntry[str]]":
    try:
        with os.scandir(folder) as entries:
            return [entry for entry in entries if entry.is_dir(follow_symlinks=False)]
    except FileNotFoundError:
        return []


def _touched(entry: "os.DirEntry[str]") -> datetime:
    return datetime.fromtimestamp(entry.stat().st_mtime, tz=UTC)


def _root() -> Path:
    return Path(settings.HEFU_DATA) / "media"


def _folder(brand_id: int, sha256: str) -> Path:
    return _root() / str(brand_id) / sha256
