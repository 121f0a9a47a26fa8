"""Long answers, block by block, whichever kind of server asks.

Django reads a whole synchronous iterator into memory before an ASGI server sees a byte of it; an
export of five million codes would be half a gigabyte. Here each block is fetched on a thread
when the client is ready for it.
"""

from collections.abc import AsyncIterator, Iterable, Iterator

from asgiref.sync import sync_to_async
from django.core.handlers.asgi import ASGIRequest
from django.http import HttpRequest, StreamingHttpResponse

_END = b""


def streamed(
    request: HttpRequest, blocks: Iterable[bytes], *, content_type: str, name: str = ""
) -> StreamingHttpResponse:
    """Answer with ``blocks`` as they come; with ``name`` as a download.

    ``name`` must be plain ASCII without quotes: it is ours, not a user's.
    """
    parts = iter(blocks)
    body = _fetched(parts) if isinstance(request, ASGIRequest) else parts
    answer = StreamingHttpResponse(body, content_type=content_type)
    if name:
        answer["Content-Disposition"] = f'attachment; filename="{name}"'
    return answer


async def _fetched(parts: Iterator[bytes]) -> AsyncIterator[bytes]:
    fetch = sync_to_async(lambda: next(parts, _END), thread_sensitive=True)
    try:
        while part := await fetch():
            yield part
    finally:
        close = getattr(parts, "close", None)
        if close is not None:
            close()
