"""Long answers, block by block, whichever kind of server asks.

Django reads a whole synchronous iterator into memory before an ASGI server sees a byte of it; an
export of five million codes would be half a gigabyte. Here each block is fetched on a thread
when the client is ready for it.
"""

from collections.abc import AsyncIterator, Iterable, Iterator
from pathlib import Path
from typing import BinaryIO

from asgiref.sync import sync_to_async
from django.conf import settings
from django.core.handlers.asgi import ASGIRequest
from django.http import HttpRequest, StreamingHttpResponse
from django.utils.http import content_disposition_header

from hefu.core.errors import NotFound

_END = b""
_BLOCK = 1 << 16


def streamed(
    request: HttpRequest, blocks: Iterable[bytes], *, content_type: str, name: str = ""
) -> StreamingHttpResponse:
    """Answer with ``blocks`` as they come; with ``name`` as a download of that name."""
    parts = iter(blocks)
    body = _fetched(parts) if isinstance(request, ASGIRequest) else parts
    answer = StreamingHttpResponse(body, content_type=content_type)
    if name:
        answer["Content-Disposition"] = content_disposition_header(True, name)
    return answer


def kept_file(request: HttpRequest, path: str, *, name: str) -> StreamingHttpResponse:
    """Answer with a CSV that lies in the data folder; ``path`` as the row keeps it.

    Raises:
        NotFound: there is none, or none any more.
    """
    try:
        file = (Path(settings.HEFU_DATA) / path).open("rb") if path else None
    except OSError:
        file = None
    if file is None:
        raise NotFound(field="file")
    return streamed(request, blocks_of(file), content_type="text/csv; charset=utf-8", name=name)


def blocks_of(file: BinaryIO) -> Iterator[bytes]:
    """Yield an open file block by block and close it."""
    with file:
        while block := file.read(_BLOCK):
            yield block


async def _fetched(parts: Iterator[bytes]) -> AsyncIterator[bytes]:
    fetch = sync_to_async(lambda: next(parts, _END), thread_sensitive=True)
    try:
        while part := await fetch():
            yield part
    finally:
        close = getattr(parts, "close", None)
        if close is not None:
            close()
