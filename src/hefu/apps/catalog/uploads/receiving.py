"""Taking an upload in (接收): to disk block by block, looked at, ready to become a media.

All of it happens before any transaction: writing pictures anew takes a second or two, and nobody
else's row should wait for that.
"""

from hashlib import file_digest
from pathlib import Path
from typing import Any, BinaryIO

from hefu.apps.catalog.models import Media
from hefu.apps.catalog.uploads.films import read_film
from hefu.apps.catalog.uploads.folders import Incoming, discard, fresh_folder
from hefu.apps.catalog.uploads.images import write_picture
from hefu.apps.catalog.uploads.kinds import MOST, check_size, media_type
from hefu.apps.catalog.uploads.pdfs import check_pdf
from hefu.files import written


def receive(file: BinaryIO, *, brand_id: int) -> Incoming:
    """Write ``file`` to disk and look at it; ``services.media.keep_media`` makes it a media.

    Raises:
        MediaRefused, Invalid: it is not what pages may show, or too large; nothing is kept.
    """
    folder = fresh_folder(brand_id)
    try:
        source = folder / "original"
        source_sha256 = written(file, source, most=max(MOST.values()))
        kind = media_type(source)
        size = check_size(source, kind)
        about: dict[str, Any] = {"bytes": size, "sha256": source_sha256}
        if kind is Media.Type.PDF:
            check_pdf(source)
        elif kind is Media.Type.MP4:
            film = read_film(source)
            about |= {"width": film.width, "height": film.height, "seconds": film.seconds}
        else:
            about |= _picture(source, kind, folder)
    except BaseException:
        discard(folder)
        raise
    return Incoming(
        brand_id=brand_id, folder=folder, source_sha256=source_sha256, media_type=kind, **about
    )


def _picture(source: Path, kind: Media.Type, folder: Path) -> dict[str, Any]:
    came = source.rename(folder / "came")
    drawn = write_picture(came, kind, folder)
    came.unlink()
    with source.open("rb") as stream:
        digest = file_digest(stream, "sha256").hexdigest()
    return {
        "width": drawn.width, "height": drawn.height, "widths": drawn.widths,
        "bytes": source.stat().st_size, "sha256": digest,
    }  # fmt: skip
