"""The server's entrance: scans go to the edge, everything else to Django.

``application`` is the whole house; ``edge`` answers scans alone.
"""

import os
from typing import Any

from asgiref.sync import sync_to_async
from django.core.asgi import get_asgi_application

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "hefu.config.settings")
_django: Any = get_asgi_application()

from django.conf import settings  # noqa: E402

from hefu.surfaces.edge.app import Edge, Receive, Scope, Send  # noqa: E402
from hefu.surfaces.edge.request import read_visit  # noqa: E402

_edge = Edge(trust_proxy=settings.HTTPS)


async def application(scope: Scope, receive: Receive, send: Send) -> None:
    """Serve everything in one process."""
    if scope["type"] == "lifespan":
        await _lifespan(receive, send)
    elif _edge.handles(scope):
        visit = read_visit(scope, trust_proxy=settings.HTTPS)
        # whoever has a session, or is choosing a language, is answered by the slower pages
        slower = visit.known or b"lang=" in scope["query_string"]
        await (_django(scope, receive, send) if slower else _edge.answer(visit, send))
    else:
        await _django(scope, receive, send)


async def edge(scope: Scope, receive: Receive, send: Send) -> None:
    """Serve scans only."""
    if scope["type"] == "lifespan":
        await _lifespan(receive, send)
    elif _edge.handles(scope):
        await _edge(scope, receive, send)
    else:
        await send(
            {"type": "http.response.start", "status": 404, "headers": [(b"content-length", b"0")]}
        )
        await send({"type": "http.response.body"})


async def _lifespan(receive: Receive, send: Send) -> None:
    while True:
        message = await receive()
        if message["type"] == "lifespan.startup":
            await sync_to_async(_edge.warm)()
            await send({"type": "lifespan.startup.complete"})
        elif message["type"] == "lifespan.shutdown":
            _edge.close()
            await send({"type": "lifespan.shutdown.complete"})
            return
