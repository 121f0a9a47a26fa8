"""Parts of a file on request (断点续传): a film jumps, a manual's download goes on where it broke.

RFC 9110, sections 13 and 14: one range of bytes, held against the entity tag that came before.
Several ranges in one request are answered with the whole, as section 14.2 allows.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.utils.cache import get_conditional_response
from django.utils.http import content_disposition_header

from hefu.core.errors import NotFound
from hefu.surfaces.streams import streamed

_BLOCK = 1 << 18
_ONE = re.compile(r"bytes=\s*(\d{0,18})-(\d{0,18})\s*")


@dataclass(frozen=True, kw_only=True, slots=True)
class Served:
    """A file to be served; ``tag`` tells its content apart, ``name`` is what it is saved as."""

    path: Path
    tag: str
    media_type: str
    name: str


def read_range(header: str, size: int) -> tuple[int, int] | None:
    """First and last byte asked for, both inclusive; None: the whole.

    Raises:
        ValueError: no byte of the file is asked for (416).
    """
    match = _ONE.fullmatch(header)
    if match is None or match[1] == match[2] == "":
        return None
    if match[1] == "":
        length = min(int(match[2]), size)
        if length == 0:
            raise ValueError(header)
        return size - length, size - 1
    first, last = int(match[1]), int(match[2]) if match[2] else size - 1
    if match[2] and last < first:
        return None  # not a range at all
    if first >= size:
        raise ValueError(header)
    return first, min(last, size - 1)


def serve(request: HttpRequest, file: Served) -> HttpResponseBase:
    """Answer with a file or a part of it.

    Raises:
        NotFound: it is not on disk any more.
    """
    try:
        size = file.path.stat().st_size
    except OSError:
        raise NotFound(field="file") from None
    unchanged = get_conditional_response(request, etag=file.tag)
    if unchanged is not None:
        return _described(unchanged, file)
    first, last, status = 0, size - 1, 200
    try:
        if request.headers.get("If-Range", file.tag) == file.tag:
            part = read_range(request.headers.get("Range", ""), size)
            if part is not None:
                first, last, status = *part, 206
    except ValueError:
        refused = HttpResponse(status=416)
        refused["Content-Range"] = f"bytes */{size}"
        return refused
    if request.method == "HEAD":
        answer: HttpResponseBase = HttpResponse(content_type=file.media_type)
    else:
        answer = streamed(request, _blocks(file.path, first, last), content_type=file.media_type)
    answer.status_code = status
    answer["Content-Length"] = str(last - first + 1)
    if status == 206:
        answer["Content-Range"] = f"bytes {first}-{last}/{size}"
    return _described(answer, file)


def _described(answer: HttpResponseBase, file: Served) -> HttpResponseBase:
    answer["ETag"] = file.tag
    answer["Accept-Ranges"] = "bytes"
    answer["X-Content-Type-Options"] = "nosniff"
    answer["Content-Disposition"] = str(content_disposition_header(False, file.name))
    # a browser's own viewer of PDF or film needs its inline styles; nothing else may load
    answer["Content-Security-Policy"] = (
        "default-src 'none'; img-src 'self'; media-src 'self'; object-src 'self'; "
        "style-src 'unsafe-inline'; frame-ancestors 'none'"
    )
    return answer


def _blocks(path: Path, first: int, last: int) -> Iterator[bytes]:
    left = last - first + 1
    with path.open("rb") as stream:
        stream.seek(first)
        while left and (block := stream.read(min(_BLOCK, left))):
            left -= len(block)
            yield block
