"""HTTP for the printed codes: a plain scan is read at one glance and answered in one piece.

uvicorn serves as ever; this is its protocol with a short way in front. Nearly all requests of the
hot path are a GET of a printed link, whole in one segment, on a connection that waits for nothing
else. Such a one goes to the edge at once, without a scope, a task and messages, which cost more
than the scan. Everything else, and every request that could mean more than it seems to, takes
uvicorn's own way through ASGI and gets the same answers.

An application offers the short way by an attribute ``scans``, its ``Edge``.
"""

import re
from typing import Any, ClassVar, cast

from uvicorn.protocols.http.httptools_impl import STATUS_LINE, HttpToolsProtocol

from hefu.surfaces.edge.app import HEADS, Edge
from hefu.surfaces.edge.pages import Page
from hefu.surfaces.edge.request import Visit, Visitor, read_head

#: The first line of a plain scan: nothing percent-encoded, no query.
_PLAIN = re.compile(
    rb"(GET|HEAD) (/(?:01/[0-9]{8,14}/21|[cC])/[0-9A-Za-z._~-]{1,40}/?) HTTP/1\.1\r\n"
)
_LONGEST = 8192  # bytes of a request that is read at one glance

_STARTS = {
    (status, *kind): STATUS_LINE[status]
    + b"".join(b"%b: %b\r\n" % header for header in headers)
    + b"content-length: "
    for status in (200, 404, 429, 503)
    for kind, headers in HEADS.items()
}


class ScanProtocol(HttpToolsProtocol):
    """One connection."""

    #: The server's own headers as it lists them, and as they are sent; the date changes by second.
    _listed: ClassVar[list[tuple[bytes, bytes]]] = []
    _sent: ClassVar[bytes] = b""

    def __init__(self, *args: Any, **more: Any) -> None:
        super().__init__(*args, **more)
        plain = not self.access_log and self.limit_concurrency is None and not self.root_path
        self._scans: Edge | None = getattr(self.app, "scans", None) if plain else None
        self._between = True  # the parser is at the start of a request
        self._visit: Visit | None = None  # the scan under way
        self._held = b""  # what came while it was
        self._head = b""
        self._visitor: Visitor | None = None  # as ``_head`` says: most ask again with the same
        self._heard_at = 0.0
        self._leaving = False

    def data_received(self, data: bytes) -> None:
        """Take the short way if this is a plain scan."""
        if self._visit is not None:  # one after the other, as on the long way
            self._held += data
            self.flow.pause_reading()
            return
        visit = self._plain_scan(data)
        if visit is None:
            super().data_received(data)
            return
        self._visit = visit
        cast("Edge", self._scans).begin(visit, self._tell)

    def _plain_scan(self, data: bytes) -> Visit | None:
        if self._scans is None or not self._between or len(data) > _LONGEST:
            return None
        line = _PLAIN.match(data)
        if line is None:
            return None
        cycle = self.cycle
        if (cycle is not None and not cycle.response_complete) or self.flow.write_paused:
            return None
        head = data[line.end() :]
        if head != self._head:
            address = self.client[0] if self.client else ""
            self._visitor = read_head(head, address, trust_proxy=self._scans.trust_proxy)
            self._head = head
        if self._visitor is None:
            return None
        method, path = line.groups()
        return Visit(path.decode("ascii"), method.decode("ascii"), self._visitor)

    def _tell(self, page: Page, retry_after: int) -> None:
        """Send the answer, then go on with what came meanwhile."""
        visit, self._visit = cast("Visit", self._visit), None
        if self.transport.is_closing():
            return
        body = page.body
        self.transport.write(
            b"".join((
                _STARTS[page.status, visit.visitor.language, visit.visitor.json],
                b"%d\r\n" % len(body),
                b"retry-after: %d\r\n" % retry_after if retry_after else b"",
                self._own_headers(),
                b"connection: close\r\n\r\n" if self._leaving else b"\r\n",
                body if visit.method == "GET" else b"",
            ))
        )  # fmt: skip
        self.server_state.total_requests += 1
        if self._leaving:
            self.transport.close()
            return
        self._heard_at = self.loop.time()
        if self.timeout_keep_alive_task is None:
            self._arm(self.timeout_keep_alive)
        if self._held:
            held, self._held = self._held, b""
            self.flow.resume_reading()
            self.data_received(held)

    def _own_headers(self) -> bytes:
        listed = self.server_state.default_headers
        if listed is not ScanProtocol._listed:
            ScanProtocol._sent = b"".join(b"%b: %b\r\n" % header for header in listed)
            ScanProtocol._listed = listed
        return ScanProtocol._sent

    def _arm(self, seconds: float) -> None:
        self.timeout_keep_alive_task = self.loop.call_later(
            seconds, self.timeout_keep_alive_handler
        )

    def timeout_keep_alive_handler(self) -> None:
        """Close a connection that was not heard of for long; one timer serves many scans."""
        left = self._heard_at + self.timeout_keep_alive - self.loop.time()
        if self._visit is not None or left > 0:
            self._arm(max(left, 1.0))
        else:
            super().timeout_keep_alive_handler()

    def on_message_begin(self) -> None:
        """Note that the parser is within a request."""
        self._between = False
        super().on_message_begin()

    def on_message_complete(self) -> None:
        """Note that the parser waits for the next request."""
        super().on_message_complete()
        self._between = True

    def shutdown(self) -> None:
        """Finish the scan under way, then close."""
        if self._visit is None:
            super().shutdown()
        else:
            self._leaving = True
