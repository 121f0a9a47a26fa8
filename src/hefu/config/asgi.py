"""The server's entrance: scans go to the edge, other Digital Links to the resolver, else Django.

``application`` is the whole house; ``edge`` answers scans alone, ``resolver`` other links alone.
"""

import os
import warnings
from typing import Any

from asgiref.sync import sync_to_async
from django.core.asgi import get_asgi_application

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "hefu.config.settings")
# whitenoise's small static files are read whole; long answers stream (surfaces/streams.py)
warnings.filterwarnings("ignore", message="StreamingHttpResponse must consume")
warnings.filterwarnings("ignore", message="No directory at")
_django: Any = get_asgi_application()

from django.conf import settings  # noqa: E402

from hefu.surfaces.edge.app import Edge  # noqa: E402
from hefu.surfaces.edge.request import Receive, Scope, Send, read_visit  # noqa: E402
from hefu.surfaces.edge.resolver import Resolver  # noqa: E402
from hefu.surfaces.edge.resolver_request import asks_for_links  # noqa: E402

_edge = Edge(trust_proxy=settings.HTTPS)
_resolver = Resolver(trust_proxy=settings.HTTPS)


async def application(scope: Scope, receive: Receive, send: Send) -> None:
    """Serve everything in one process."""
    if scope["type"] == "lifespan":
        await _lifespan(receive, send)
    elif _edge.handles(scope):
        # a printed code is answered here and now: that is its default link, and the resolver would
        # only redirect to this very answer; the hot path has no time for its look-ups. Only who
        # asks for another of the links, or for all of them, is sent on.
        if asks_for_links(scope) and _resolver.handles(scope):
            await _resolver(scope, receive, send)
            return
        visit = read_visit(scope, trust_proxy=settings.HTTPS)
        # whoever has a session, or is choosing a language, is answered by the slower pages
        slower = visit.known or b"lang=" in scope["query_string"]
        await (_django(scope, receive, send) if slower else _edge.answer(visit, send))
    elif _resolver.handles(scope):  # other keys, products, lots; OPTIONS of a code
        await _resolver(scope, receive, send)
    else:
        await _django(scope, receive, send)


async def edge(scope: Scope, receive: Receive, send: Send) -> None:
    """Serve scans only."""
    if scope["type"] == "lifespan":
        await _lifespan(receive, send)
    elif _edge.handles(scope):
        await _edge(scope, receive, send)
    else:
        await _no_such_page(send)


async def resolver(scope: Scope, receive: Receive, send: Send) -> None:
    """Serve Digital Links other than scans only."""
    if scope["type"] == "lifespan":
        await _lifespan(receive, send)
    elif _resolver.handles(scope):
        await _resolver(scope, receive, send)
    else:
        await _no_such_page(send)


async def _no_such_page(send: Send) -> None:
    headers = [(b"content-length", b"0")]
    await send({"type": "http.response.start", "status": 404, "headers": headers})
    await send({"type": "http.response.body"})


async def _lifespan(receive: Receive, send: Send) -> None:
    while True:
        message = await receive()
        if message["type"] == "lifespan.startup":
            await sync_to_async(_edge.warm)()
            await send({"type": "lifespan.startup.complete"})
        elif message["type"] == "lifespan.shutdown":
            _edge.close()
            _resolver.close()
            await send({"type": "lifespan.shutdown.complete"})
            return
