"""A load of our own: keep-alive connections over raw sockets, one request in flight on each.

Run as a process of its own (``python -m benchmarks._load``), so that it does not share the
server's interpreter. Prints one JSON object: answers by status, seconds, latencies in ms.
"""

import asyncio
import json
import sys
import time
from collections import Counter
from pathlib import Path
from statistics import quantiles


class Client(asyncio.Protocol):
    """One connection that asks again as soon as it is answered."""

    def __init__(self, work: "Work") -> None:
        self.work = work
        self.buffer = b""
        self.asked = 0.0

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        """Ask the first time."""
        assert isinstance(transport, asyncio.Transport)
        self.transport = transport
        self._ask()

    def data_received(self, data: bytes) -> None:
        """Count a whole answer, then ask again."""
        self.buffer += data
        head, found, body = self.buffer.partition(b"\r\n\r\n")
        if not found:
            return
        at = head.lower().find(b"content-length: ")
        length = int(head[at + 16 :].split(b"\r\n", 1)[0]) if at >= 0 else 0
        if len(body) < length:
            return
        self.buffer = b""
        self.work.note(int(head[9:12]), time.perf_counter() - self.asked)
        self._ask()

    def _ask(self) -> None:
        request = self.work.next()
        if request is None:
            self.transport.close()
            return
        self.asked = time.perf_counter()
        self.transport.write(request)


class Work:
    """Which paths are asked for until when, and what came back."""

    def __init__(self, paths: list[str], seconds: float) -> None:
        head = "Host: localhost\r\nUser-Agent: load\r\nAccept-Language: zh-CN\r\n"
        self.requests = [f"GET {path} HTTP/1.1\r\n{head}\r\n".encode() for path in paths]
        self.until = time.perf_counter() + seconds
        self.sent = 0
        self.statuses: Counter[int] = Counter()
        self.latencies: list[float] = []

    def next(self) -> bytes | None:
        """The next request, or None when time is up."""
        if time.perf_counter() >= self.until:
            return None
        self.sent += 1
        return self.requests[self.sent % len(self.requests)]

    def note(self, status: int, seconds: float) -> None:
        """Count an answer."""
        self.statuses[status] += 1
        self.latencies.append(seconds * 1000)


async def run(port: int, paths: list[str], seconds: float, connections: int) -> dict[str, object]:
    """Load a server on this machine; returns what came back."""
    loop = asyncio.get_running_loop()
    work = Work(paths, seconds)
    start = time.perf_counter()
    clients = [
        await loop.create_connection(lambda: Client(work), "127.0.0.1", port)
        for _ in range(connections)
    ]
    while any(not transport.is_closing() for transport, _ in clients):  # noqa: ASYNC110  (a load has no event to wait for)
        await asyncio.sleep(0.02)
    cuts = quantiles(work.latencies, n=100) if len(work.latencies) > 1 else [0.0] * 99
    return {
        "answers": dict(work.statuses),
        "seconds": time.perf_counter() - start,
        "median_ms": cuts[49],
        "p95_ms": cuts[94],
    }


if __name__ == "__main__":
    port_, paths_file, seconds_, connections_ = sys.argv[1:5]
    paths_ = Path(paths_file).read_text(encoding="utf-8").split()
    print(json.dumps(asyncio.run(run(int(port_), paths_, float(seconds_), int(connections_)))))
