"""The server's entrance: scans go to the edge, other Digital Links to the resolver, else Django.

``application`` is the whole house; ``edge`` answers scans alone, ``resolver`` other links alone.
"""

import os
import warnings
from collections.abc import Awaitable, Callable
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
from hefu.surfaces.edge.flash import FlashDoor  # noqa: E402
from hefu.surfaces.edge.request import Receive, Scope, Send, read_visit  # noqa: E402
from hefu.surfaces.edge.resolver import Resolver  # noqa: E402
from hefu.surfaces.edge.resolver_request import asks_for_links  # noqa: E402

_edge = Edge(trust_proxy=settings.HTTPS)
_resolver = Resolver(trust_proxy=settings.HTTPS)
_flash = FlashDoor()
Serve = Callable[[Scope, Receive, Send], Awaitable[None]]


class Entrance:
    """An ASGI application; a server may hand plain scans to ``scans`` directly."""

    def __init__(self, serve: Serve, scans: Edge | None) -> None:
        self._serve = serve
        self.scans = scans

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Serve one request, or the life of the server."""
        if scope["type"] == "lifespan":
            await _lifespan(receive, send)
        else:
            await self._serve(scope, receive, send)


async def _everything(scope: Scope, receive: Receive, send: Send) -> None:
    if _edge.handles(scope):
        # a printed code is answered here and now: that is its default link, and the resolver would
        # only redirect to this very answer; the hot path has no time for its look-ups. Only who
        # asks for another of the links, or for all of them, is sent on.
        if asks_for_links(scope) and _resolver.handles(scope):
            await _resolver(scope, receive, send)
            return
        visit = read_visit(scope, trust_proxy=settings.HTTPS)
        # whoever has a session, or is choosing a language, is answered by the slower pages
        slower = visit.visitor.known or b"lang=" in scope["query_string"]
        await (_django(scope, receive, send) if slower else _edge.answer(visit, send))
    elif _resolver.handles(scope):  # other keys, products, lots; OPTIONS of a code
        await _resolver(scope, receive, send)
    elif not (_flash.handles(scope) and await _flash.answers(scope, receive, send)):
        await _django(scope, receive, send)


async def _scans_only(scope: Scope, receive: Receive, send: Send) -> None:
    await (_edge if _edge.handles(scope) else _no_such_page)(scope, receive, send)


async def _links_only(scope: Scope, receive: Receive, send: Send) -> None:
    await (_resolver if _resolver.handles(scope) else _no_such_page)(scope, receive, send)


async def _no_such_page(scope: Scope, receive: Receive, send: Send) -> None:  # noqa: ARG001
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
            _flash.close()
            await send({"type": "lifespan.shutdown.complete"})
            return


#: The whole house in one process; scans alone; other Digital Links alone.
application = Entrance(_everything, _edge)
edge = Entrance(_scans_only, _edge)
resolver = Entrance(_links_only, None)
