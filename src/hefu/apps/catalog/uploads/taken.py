"""When a photo was taken (拍摄时间), as its camera wrote it: DateTimeOriginal of Exif 2.32.

It is read before the picture is written anew; of everything else a camera notes, the place above
all, nothing is kept.
"""

from contextlib import suppress
from datetime import datetime, tzinfo
from typing import BinaryIO

from PIL import ExifTags, Image

from hefu.apps.catalog.uploads.images import MOST_PIXELS

_BROKEN = (
    OSError, SyntaxError, ValueError, EOFError, KeyError, TypeError, ZeroDivisionError,
    Image.DecompressionBombError, Image.DecompressionBombWarning,
)  # fmt: skip
#: Years that every zone and both databases can hold; another one is a camera's slip.
_YEARS = range(1900, 9999)


def taken_at(file: BinaryIO, *, zone: tzinfo) -> datetime | None:
    """Read the moment, and leave ``file`` at its beginning; None where the camera wrote none.

    Cameras write their own wall clock; where they leave out its offset from UTC (Exif 2.31 has
    one), it is taken for one in ``zone``.
    """
    said = offset = ""
    with suppress(*_BROKEN), Image.open(file, formats=["JPEG", "PNG", "WEBP"]) as image:
        # a PNG is decoded whole to find its notes: not one that is refused anyway
        if image.width * image.height <= MOST_PIXELS:
            notes = image.getexif().get_ifd(ExifTags.IFD.Exif)
            said = str(notes.get(ExifTags.Base.DateTimeOriginal, ""))
            offset = str(notes.get(ExifTags.Base.OffsetTimeOriginal, ""))
    file.seek(0)
    moment = _read(said[:19], offset, zone)
    return moment if moment is not None and moment.year in _YEARS else None


def _read(said: str, offset: str, zone: tzinfo) -> datetime | None:
    with suppress(ValueError):
        return datetime.strptime(f"{said} {offset}", "%Y:%m:%d %H:%M:%S %z")
    with suppress(ValueError):
        return datetime.strptime(said, "%Y:%m:%d %H:%M:%S").replace(tzinfo=zone)
    return None
