"""A crowd for a load test: keep-alive connections on one event loop, one request in flight on each.

With a stated rate the requests are due at even instants, and a latency counts from the instant the
request was due: a server that stalls is charged for everybody who had to wait, not for one.
"""

import asyncio
import ssl
import time
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import urlsplit

import httptools

#: Seconds until a request that is not answered is given up.
PATIENCE = 10.0
#: Statuses that are an answer of the business: shown, sent on, sold out.
GOOD = frozenset({200, 204, 301, 302, 303, 304, 307, 308, 409})


@dataclass(kw_only=True)
class Crowd:
    """What is asked for, and what came of it; ``build`` makes the n-th request, from 0."""

    url: str
    build: Callable[[int], bytes]
    clients: int
    seconds: float
    rate: int = 0  # requests a second; 0: as fast as answers come
    welcome: frozenset[int] = GOOD  # statuses that count as answered well
    answers: Counter[int] = field(default_factory=Counter)
    failures: Counter[str] = field(default_factory=Counter)
    latencies: list[int] = field(default_factory=list)  # microseconds, of good answers
    sent: int = 0
    duration_us: int = 0

    @property
    def good(self) -> int:
        """Answers that a visitor can use."""
        return len(self.latencies)

    async def run(self) -> None:
        """Ask until time is up and everything under way is answered or given up."""
        self._begun = time.perf_counter()
        await asyncio.gather(*(self._client() for _ in range(self.clients)))
        self.duration_us = int((time.perf_counter() - self._begun) * 1_000_000)

    def _next(self) -> tuple[int, float] | None:
        """The number of the next request and when it is due; None: the time is up."""
        number, now = self.sent, time.perf_counter()
        due = self._begun + number / self.rate if self.rate else now
        if max(due, now) >= self._begun + self.seconds:
            return None
        self.sent += 1
        return number, due

    async def _client(self) -> None:
        connection = _Connection(self.url)
        try:
            while (turn := self._next()) is not None:
                number, due = turn
                if (wait := due - time.perf_counter()) > 0:
                    await asyncio.sleep(wait)
                await self._ask(connection, self.build(number), due)
        finally:
            connection.close()

    async def _ask(self, connection: "_Connection", request: bytes, due: float) -> None:
        try:
            async with asyncio.timeout(PATIENCE):
                status = await connection.ask(request)
        except (OSError, TimeoutError, EOFError, httptools.HttpParserError) as error:
            self.failures[_called(error)] += 1
            connection.close()
            return
        self.answers[status] += 1
        if status in self.welcome:
            self.latencies.append(int((time.perf_counter() - due) * 1_000_000))
        else:
            self.failures[f"status {status}"] += 1


def _called(error: Exception) -> str:
    if isinstance(error, TimeoutError):
        return "no answer in time"
    return "connection lost" if isinstance(error, OSError | EOFError) else "unreadable answer"


class _Connection:
    """One connection, opened when it is needed and again when it was closed."""

    def __init__(self, url: str) -> None:
        parts = urlsplit(url)
        self._host, self._secure = parts.hostname or "", parts.scheme == "https"
        self._port = parts.port or (443 if self._secure else 80)
        self._streams: tuple[asyncio.StreamReader, asyncio.StreamWriter] | None = None

    async def ask(self, request: bytes) -> int:
        """Send a request, read the whole answer, return its status."""
        if self._streams is None:
            context = ssl.create_default_context() if self._secure else None
            self._streams = await asyncio.open_connection(self._host, self._port, ssl=context)
        reader, writer = self._streams
        writer.write(request)
        answer = _Answer()
        parser: Any = httptools.HttpResponseParser(answer)
        while not answer.whole:
            block = await reader.read(1 << 16)
            if not block:
                raise EOFError
            parser.feed_data(block)
        status = int(parser.get_status_code())
        if not parser.should_keep_alive():
            self.close()
        return status

    def close(self) -> None:
        """Let the connection go."""
        if self._streams is not None:
            self._streams[1].close()
            self._streams = None


class _Answer:
    """Told by the parser when the answer has ended."""

    def __init__(self) -> None:
        self.whole = False

    def on_message_complete(self) -> None:
        """The last byte is there."""
        self.whole = True
