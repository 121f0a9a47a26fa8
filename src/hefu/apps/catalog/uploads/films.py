"""Films in MP4 (视频): the boxes of ISO/IEC 14496-12, walked without decoding a picture.

A file of boxes ends where its last box ends: nothing hides behind it. Size and length are read for
the page, so that it keeps its shape while the film is not there yet.
"""

import os
import struct
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import BinaryIO

from hefu.apps.catalog.errors import MediaRefused

_MOST_INDEX = 20_000_000  # bytes of a moov box; an hour of film needs two million
_MOST_BOXES = 100_000


@dataclass(frozen=True, kw_only=True, slots=True)
class Film:
    """What a film says of itself."""

    width: int
    height: int
    seconds: int


def read_film(path: Path) -> Film:
    """Walk the boxes of a film.

    Raises:
        MediaRefused: it breaks off, has something behind its end, or shows no picture.
    """
    with path.open("rb") as stream:
        index = _index(stream)
    try:
        return _film(index)
    except (struct.error, IndexError) as error:
        raise MediaRefused(field="file", rule="damaged") from error


def _index(stream: BinaryIO) -> bytes:
    """The content of the moov box; the others are only stepped over."""
    end = os.fstat(stream.fileno()).st_size
    at, index = 0, b""
    for _number in range(_MOST_BOXES):
        if at == end:
            break
        stream.seek(at)
        head = stream.read(16)
        size, start = _size(head, end - at)
        if head[4:8] == b"moov":
            if size > _MOST_INDEX:
                raise MediaRefused(field="file", rule="damaged")
            stream.seek(at + start)
            index = stream.read(size - start)
        at += size
    if at != end or not index:
        raise MediaRefused(field="file", rule="damaged")
    return index


def _size(head: bytes, left: int) -> tuple[int, int]:
    """Length of a box and of its head; ``left`` bytes are there."""
    if len(head) < 8:
        raise MediaRefused(field="file", rule="damaged")
    size, start = int.from_bytes(head[:4]), 8
    if size == 1 and len(head) == 16:
        size, start = int.from_bytes(head[8:16]), 16
    elif size == 0:
        size = left
    if not start <= size <= left or not head[4:8].isalnum():
        raise MediaRefused(field="file", rule="damaged")
    return size, start


def _boxes(content: bytes) -> Iterator[tuple[bytes, bytes]]:
    at = 0
    while at + 8 <= len(content):
        size, start = _size(content[at : at + 16], len(content) - at)
        yield content[at + 4 : at + 8], content[at + start : at + size]
        at += size


def _film(index: bytes) -> Film:
    seconds, found = 0, None
    for kind, content in _boxes(index):
        if kind == b"mvhd":
            seconds = _seconds(content)
        elif kind == b"trak":
            found = found or _track(content)
    if found is None:
        raise MediaRefused(field="file", rule="no_picture")
    return Film(width=found[0], height=found[1], seconds=seconds)


def _seconds(content: bytes) -> int:
    long = content[0] == 1
    scale, length = struct.unpack_from(">IQ" if long else ">II", content, 20 if long else 12)
    return int(length // scale) if scale else 0


def _track(content: bytes) -> tuple[int, int] | None:
    """Width and height of a track that shows pictures, else None."""
    boxes = dict(_boxes(content))
    media = dict(_boxes(boxes.get(b"mdia", b"")))
    if media.get(b"hdlr", b"")[8:12] != b"vide":
        return None
    head = boxes.get(b"tkhd", b"")
    # a matrix [0 1 -1 0 ...] stands a phone's film upright: width and height change places
    width, height = struct.unpack_from(">II", head, len(head) - 8)
    turned = struct.unpack_from(">i", head, len(head) - 44)[0] == 0
    sides = (width >> 16, height >> 16)
    return (sides[1], sides[0]) if turned else sides
