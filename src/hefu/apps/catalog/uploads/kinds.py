"""What a file is (文件类型), told from its first bytes: a name or a header may say anything."""

from pathlib import Path

from hefu.apps.catalog.errors import MediaRefused
from hefu.apps.catalog.models import Media

MB = 1_000_000
#: The most bytes of one file; manuals go to 50 MB, films are for a phone's data plan.
MOST: dict[str, int] = {
    Media.Type.JPEG: 20 * MB, Media.Type.PNG: 20 * MB, Media.Type.WEBP: 20 * MB,
    Media.Type.PDF: 50 * MB, Media.Type.MP4: 200 * MB,
}  # fmt: skip
_START = 1024
#: Major brands of ISO base media files that phones play; HEIC and AVIF pictures are others.
_FILM_BRANDS = frozenset(
    {b"isom", b"iso2", b"iso3", b"iso4", b"iso5", b"iso6", b"mp41", b"mp42", b"avc1", b"M4V ",
     b"mp71", b"MSNV", b"3gp4", b"3gp5", b"dash"}
)  # fmt: skip
_ACTIVE = (b"<svg", b"<html", b"<!doctype", b"<script", b"<?xml", b"<?php", b"#!/")


def media_type(path: Path) -> Media.Type:
    """Return the type of a file.

    Raises:
        MediaRefused: a page or drawing that could act, or nothing that pages show.
    """
    with path.open("rb") as stream:
        start = stream.read(_START)
    if start.startswith(b"\xff\xd8\xff"):
        return Media.Type.JPEG
    if start.startswith(b"\x89PNG\r\n\x1a\n"):
        return Media.Type.PNG
    if start[:4] == b"RIFF" and start[8:12] == b"WEBP":
        return Media.Type.WEBP
    if start.startswith(b"%PDF-"):
        return Media.Type.PDF
    if start[4:8] == b"ftyp" and start[8:12] in _FILM_BRANDS:
        return Media.Type.MP4
    active = any(mark in start.lower() for mark in _ACTIVE)
    raise MediaRefused(field="file", rule="active" if active else "unknown_type")


def check_size(path: Path, kind: Media.Type) -> int:
    """Return the bytes of a file.

    Raises:
        MediaRefused: more than its type may have, or none.
    """
    size = path.stat().st_size
    if size > MOST[kind]:
        raise MediaRefused(field="file", rule="too_large", value=MOST[kind])
    return size
