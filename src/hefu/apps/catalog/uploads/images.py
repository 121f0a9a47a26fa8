"""Pictures are written anew (图片重编码): position and every other hidden note stay behind.

What is kept is what a decoder saw, so that nothing rides along behind the pixels. Beside it stand
smaller copies in WebP, from which a phone takes the one that fits its screen.
"""

import io
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

from PIL import Image, ImageCms, ImageOps

from hefu.apps.catalog.errors import MediaRefused
from hefu.apps.catalog.models import Media

MOST_PIXELS = 40_000_000  # 160 MB while it is decoded
LONGEST = 2560  # pixels of a side as it is kept; a page shows at most half of that
WIDTHS = (360, 720, 1280)
_FORMATS = {Media.Type.JPEG: "JPEG", Media.Type.PNG: "PNG", Media.Type.WEBP: "WEBP"}
_BROKEN = (
    OSError, SyntaxError, ValueError, EOFError, Image.DecompressionBombError,
    Image.DecompressionBombWarning,
)  # fmt: skip


@dataclass(frozen=True, kw_only=True, slots=True)
class Written:
    """A picture as it was written; ``widths`` of the smaller copies, ascending."""

    width: int
    height: int
    widths: tuple[int, ...]


def write_picture(source: Path, kind: Media.Type, folder: Path) -> Written:
    """Write ``original`` and its smaller copies ``w<width>.webp`` into ``folder``.

    Raises:
        MediaRefused: it cannot be decoded, or has more pixels than a camera takes.
    """
    try:
        with Image.open(source, formats=[_FORMATS[kind]]) as opened:
            if opened.width * opened.height > MOST_PIXELS:
                raise MediaRefused(field="file", rule="too_many_pixels", value=MOST_PIXELS)
            opened.draft("RGB", (LONGEST, LONGEST))  # a JPEG is decoded no larger than needed
            image = ImageOps.exif_transpose(opened)
            image.load()
        image = _plain(image)
    except _BROKEN as error:
        raise MediaRefused(field="file", rule="damaged") from error
    image.thumbnail((LONGEST, LONGEST), Image.Resampling.LANCZOS)
    _save(image, kind, folder / "original")
    widths = [one for one in WIDTHS if one < image.width] or [image.width]
    for width in widths:
        copy = image.resize((width, max(1, round(image.height * width / image.width))),
                            Image.Resampling.LANCZOS)  # fmt: skip
        copy.save(folder / f"w{width}.webp", "WEBP", quality=76, method=4)
    return Written(width=image.width, height=image.height, widths=tuple(widths))


def _plain(image: Image.Image) -> Image.Image:
    """The pixels alone, in the colours of screens (sRGB)."""
    profile = image.info.get("icc_profile")
    alpha = image.mode in ("LA", "PA", "RGBA") or "transparency" in image.info
    if profile and image.mode in ("RGB", "CMYK"):
        # a profile that nobody can read is no reason to refuse the picture
        with suppress(ImageCms.PyCMSError, OSError):
            image = ImageCms.profileToProfile(
                image, io.BytesIO(profile), ImageCms.createProfile("sRGB"), outputMode="RGB"
            ) or image  # fmt: skip
    plain = image.convert("RGBA" if alpha else "RGB")
    plain.info.clear()
    return plain


def _save(image: Image.Image, kind: Media.Type, path: Path) -> None:
    if kind is Media.Type.JPEG:
        image.convert("RGB").save(path, "JPEG", quality=88, optimize=True, progressive=True)
    elif kind is Media.Type.PNG:
        image.save(path, "PNG", optimize=True)
    else:
        image.save(path, "WEBP", quality=86, method=4)
