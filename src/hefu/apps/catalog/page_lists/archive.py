"""A zip of manuals (压缩包): what is in it, before any of it is unpacked.

Nothing is ever written under a name from the archive; folders in it count for nothing. Archives
made on Chinese Windows have names in GB18030 that ZIP calls code page 437 (APPNOTE 6.3.10, D.1).
"""

import zipfile
from collections.abc import Iterable, Iterator
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import BinaryIO

from hefu.core.errors import Invalid

MOST_BYTES = 4_000_000_000  # of an archive as it is sent
MOST_FILES = 5_000
#: A manual is packed already: what grows more than this is no archive of manuals.
MOST_GROWTH, GROWTH_ALLOWED = 20, 50_000_000
_UTF8, _ENCRYPTED = 1 << 11, 1
_BLOCK = 1 << 20


@dataclass(frozen=True, kw_only=True)
class Member:
    """One file in an archive; ``name`` is without folders."""

    name: str
    info: zipfile.ZipInfo
    twice: bool = False  # another one has this name


def check_archive(path: Path) -> None:
    """Insist that a file is an archive that can be unpacked within reason.

    Raises:
        Invalid: ``archive``: not a zip, encrypted, too many files, or it grows too large.
    """
    with opened(path) as archive:
        members(archive)
        infos = archive.infolist()
        if any(info.flag_bits & _ENCRYPTED for info in infos):
            raise Invalid(field="archive", rule="encrypted")
        allowed = path.stat().st_size * MOST_GROWTH + GROWTH_ALLOWED
        if sum(info.file_size for info in infos) > allowed:
            raise Invalid(field="archive", rule="grows_too_large")


def opened(path: Path) -> zipfile.ZipFile:
    """Open an archive.

    Raises:
        Invalid: it is none.
    """
    try:
        return zipfile.ZipFile(path)
    except (zipfile.BadZipFile, OSError, NotImplementedError, ValueError) as error:
        raise Invalid(field="archive", rule="not_a_zip") from error


def members(archive: zipfile.ZipFile) -> list[Member]:
    """The files of an archive in its order, without folders and what systems add by themselves.

    Raises:
        Invalid: too many files.
    """
    found: dict[str, Member] = {}
    for info in archive.infolist():
        name = _name(info)
        if not name:
            continue
        if name in found:
            found[name] = Member(name=name, info=found[name].info, twice=True)
            continue
        found[name] = Member(name=name, info=info)
        if len(found) > MOST_FILES:
            raise Invalid(field="archive", rule="too_many", value=MOST_FILES)
    return list(found.values())


def _name(info: zipfile.ZipInfo) -> str:
    """The name of a file as people know it, or "" for what is no file of theirs."""
    text = info.filename
    if not info.flag_bits & _UTF8:
        with suppress(UnicodeError):  # else it is what it says
            text = text.encode("cp437").decode("gb18030")
    folder, _slash, name = text.replace("\\", "/").rpartition("/")
    hidden = "__MACOSX" in folder or name.startswith(".") or name.casefold() == "thumbs.db"
    plain = "".join(one for one in name if one.isprintable())
    return "" if hidden or info.is_dir() else plain[-200:]


def pack(files: Iterable[tuple[str, BinaryIO]], target: BinaryIO) -> None:
    """Put single files, as a folder is uploaded, into an archive; nothing is compressed."""
    with zipfile.ZipFile(target, "w", zipfile.ZIP_STORED) as archive:
        for name, file in files:
            with archive.open(name, "w", force_zip64=True) as entry:
                for block in _blocks(file):
                    entry.write(block)


def _blocks(file: BinaryIO) -> Iterator[bytes]:
    while block := file.read(_BLOCK):
        yield block
