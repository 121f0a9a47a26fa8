"""ZIP files written from front to back, so that a killed export can go on where it stopped.

An entry is whole in itself; the directory at the end is made by reading the entries' own headers
again. Format: PKWARE APPNOTE 6.3.10, with ZIP64 beyond 65,534 entries or 4 GiB.
"""

import struct
import zlib
from collections.abc import Iterator
from typing import BinaryIO

_LOCAL = struct.Struct("<4s5H3L2H")
_CENTRAL = struct.Struct("<4s6H3L5H2L")
_UTF8 = 1 << 11
_DEFLATED = 8
#: 1 January 1980: a file made twice is the same file.
_DATE = 0x21
_FULL_16, _FULL_32 = 0xFFFF, 0xFFFFFFFF


def entry(name: str, data: bytes) -> bytes:
    """Write one member: header and deflated data; below 4 GiB.

    The same name and data give the same bytes, so that a step done twice does no harm.
    """
    raw = zlib.compressobj(6, zlib.DEFLATED, -zlib.MAX_WBITS)
    packed = raw.compress(data) + raw.flush()
    text = name.encode()
    header = _LOCAL.pack(
        b"PK\x03\x04", 20, _UTF8, _DEFLATED, 0, _DATE, zlib.crc32(data), len(packed), len(data),
        len(text), 0,
    )  # fmt: skip
    return header + text + packed


def directory(file: BinaryIO, end: int) -> Iterator[bytes]:
    """Yield the directory for the entries in the first ``end`` bytes of a file.

    Reads the headers only; one entry is in memory at a time. The caller appends what comes at
    ``end`` through another handle.

    Raises:
        ValueError: the bytes are not entries written by ``entry``.
    """
    at, count, size = 0, 0, 0
    while at < end:
        file.seek(at)
        header = file.read(_LOCAL.size)
        if len(header) < _LOCAL.size or header[:4] != b"PK\x03\x04":
            raise ValueError(f"no entry at byte {at}")
        fields = _LOCAL.unpack(header)
        name = file.read(fields[9])
        record = _central(fields, name, at)
        yield record
        count, size = count + 1, size + len(record)
        at += _LOCAL.size + len(name) + fields[7]
    if at != end:
        raise ValueError("the last entry is cut off")
    yield _ending(count, size, end)


def _central(fields: tuple[int, ...], name: bytes, at: int) -> bytes:
    extra = struct.pack("<2HQ", 1, 8, at) if at >= _FULL_32 else b""
    header = _CENTRAL.pack(
        b"PK\x01\x02", 45, 45 if extra else 20, *fields[2:9], len(name), len(extra), 0, 0, 0, 0,
        min(at, _FULL_32),
    )  # fmt: skip
    return header + name + extra


def _ending(count: int, size: int, start: int) -> bytes:
    large = b""
    if count >= _FULL_16 or start + size >= _FULL_32:
        large = struct.pack(
            "<4sQ2H2L4Q4sLQL", b"PK\x06\x06", 44, 45, 45, 0, 0, count, count, size, start,
            b"PK\x06\x07", 0, start + size, 1,
        )  # fmt: skip
    return large + struct.pack(
        "<4s4H2LH", b"PK\x05\x06", 0, 0, min(count, _FULL_16), min(count, _FULL_16),
        min(size, _FULL_32), min(start, _FULL_32), 0,
    )  # fmt: skip
