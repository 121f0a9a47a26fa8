"""Manuals in PDF (说明书): read object by object, refused if anything in them could act.

ISO 32000-2: actions are dictionaries with a name under ``S`` (12.6.4), scripts stand under ``JS``
and in the name tree ``JavaScript``, attachments under ``EmbeddedFile(s)``/``EF``, forms of the XFA
kind under ``XFA``. Names may be written with ``#`` escapes: a parser undoes them, a search does
not.
"""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

from pypdf import PdfReader
from pypdf.errors import PyPdfError
from pypdf.generic import ArrayObject, DictionaryObject, IndirectObject, StreamObject

from hefu.apps.catalog.errors import MediaRefused

#: Keys that bring something that acts or travels inside.
_KEYS = frozenset({"/JS", "/JavaScript", "/EmbeddedFile", "/EmbeddedFiles", "/EF", "/XFA",
                   "/RichMediaContent", "/RichMediaSettings"})  # fmt: skip
#: Deeds that an action may name; links to pages, places and addresses (GoTo, URI) are no harm.
_DEEDS = frozenset({"/JavaScript", "/Launch", "/SubmitForm", "/ImportData", "/GoToE", "/GoToR",
                    "/Rendition", "/RichMediaExecute", "/Sound", "/Movie"})  # fmt: skip
_TYPES = frozenset({"/EmbeddedFile"})
_MOST_OBJECTS = 500_000
_KEPT, _KEPT_BYTES = 2_000, 4_000_000  # held at a time: a 50 MB manual must not stay in memory
_DEEPEST = 60
_LONGEST_MM = 1_000_000  # a kilometre
_BROKEN = (PyPdfError, OSError, ValueError, TypeError, KeyError, IndexError, AttributeError,
           RecursionError, AssertionError, NotImplementedError)  # fmt: skip


def check_pdf(path: Path) -> None:
    """Look at every object of a PDF.

    Raises:
        MediaRefused: it is damaged, locked by a password, or could act.
    """
    with path.open("rb") as stream:
        try:
            reader = PdfReader(stream)
            # most locked manuals only forbid changes: they open with the empty password
            if reader.is_encrypted and not reader.decrypt(""):
                raise MediaRefused(field="file", rule="encrypted")
            if not reader.pages:
                raise MediaRefused(field="file", rule="damaged")
            reader.resolved_objects.clear()
            _look(reader.trailer, depth=0)
            for number, one in enumerate(_objects(reader)):
                _look(one, depth=0)
                if number > _MOST_OBJECTS:
                    raise MediaRefused(field="file", rule="damaged")
        except _BROKEN as error:
            raise MediaRefused(field="file", rule="damaged") from error


def _objects(reader: PdfReader) -> Iterator[Any]:
    places = [(number, generation) for generation, numbers in reader.xref.items()
              for number in numbers]  # fmt: skip
    places += [(number, 0) for number in reader.xref_objStm]
    held = 0
    for number, generation in sorted(set(places)):
        if len(reader.resolved_objects) > _KEPT or held > _KEPT_BYTES:
            reader.resolved_objects.clear()
            held = 0
        one = reader.get_object(IndirectObject(number, generation, reader))
        if isinstance(one, StreamObject):
            held += len(one._data)  # noqa: SLF001  (as it stands in the file; get_data unpacks it)
        yield one


def _look(one: Any, *, depth: int) -> None:
    """Judge one object and what stands directly in it; what it refers to is looked at itself."""
    if depth > _DEEPEST:
        raise MediaRefused(field="file", rule="damaged")
    if isinstance(one, DictionaryObject):
        deed = one.raw_get("/S") if "/S" in one else None
        kind = one.raw_get("/Type") if "/Type" in one else None
        if _KEYS & one.keys() or deed in _DEEDS or kind in _TYPES:
            raise MediaRefused(field="file", rule="active")
        children: Any = [one.raw_get(key) for key in one]
    elif isinstance(one, ArrayObject):
        children = list.__iter__(one)
    else:
        return
    for child in children:
        if not isinstance(child, IndirectObject):
            _look(child, depth=depth + 1)


def page_size(path: Path) -> tuple[int, int]:
    """Width and height of a PDF's first page as it is cut and looked at, in whole millimetres.

    0 x 0 where the page says of itself what no sheet can be.
    """
    with path.open("rb") as stream:
        page = PdfReader(stream).pages[0]
        wide, high = (
            float(points) * float(page.user_unit) * 25.4 / 72
            for points in (page.trimbox.width, page.trimbox.height)
        )
    if not (1 <= wide <= _LONGEST_MM and 1 <= high <= _LONGEST_MM):
        return 0, 0
    sides = round(wide), round(high)
    return (sides[1], sides[0]) if page.rotation % 180 else sides
