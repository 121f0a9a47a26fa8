"""One request to a checked address, with one deadline for all of it."""

import socket
import ssl
import threading
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from functools import lru_cache
from http.client import HTTPConnection, HTTPException, HTTPResponse, HTTPSConnection
from typing import ClassVar
from urllib.parse import SplitResult

from hefu.core.errors import DomainError, Kind
from hefu.outward.addresses import numbers_of, objection, read_address

DEADLINE = 10.0  # seconds from the connection to the last byte of the answer


class NotAnswered(DomainError):
    """Nobody answered in time, or the address may not be called.

    ``details``: ``address`` (the host) and ``rule`` (a stable word: ``private_address``,
    ``no_such_host``, ``refused``, ``certificate``, ``too_slow``, ``broke_off``, ``too_long`` ...).
    """

    code = "outward.not_answered"
    kind: ClassVar[Kind] = Kind.UNAVAILABLE


@dataclass(frozen=True, kw_only=True)
class Answer:
    """What came back; ``took_ms`` from the connection on."""

    status: int
    body: bytes
    took_ms: int

    @property
    def good(self) -> bool:
        """Whether it says success (2xx); a redirect is none."""
        return 200 <= self.status < 300


def send(
    method: str, address: str, *, body: bytes = b"", headers: Mapping[str, str],
    private: bool, most: int = 0, deadline: float = DEADLINE,
) -> Answer:  # fmt: skip
    """Send one request and return what came back; redirects are not followed.

    Args:
        method: of HTTP.
        address: http(s) address, see ``read_address``.
        body: what is sent.
        headers: what is said about it.
        private: whether the operator's own networks may be called.
        most: bytes of the answer that are read; 0: its status is enough.
        deadline: seconds.

    Raises:
        BadAddress: it cannot be an address.
        NotAnswered: see there.
    """
    parts = read_address(address, field="address")
    host = str(parts.hostname)
    began = time.monotonic()
    try:
        connection = _connect(parts, private=private, timeout=deadline)
    except OSError as error:
        raise NotAnswered(address=host, rule=_rule(error)) from error
    try:
        with connection, _watched(connection.sock, began + deadline):
            path = (parts.path or "/") + (f"?{parts.query}" if parts.query else "")
            connection.request(method, path, body=body or None, headers=dict(headers))
            answer = connection.getresponse()
            text = _read(answer, most, host)
    except (OSError, HTTPException, ValueError) as error:
        late = time.monotonic() - began >= deadline
        raise NotAnswered(address=host, rule="too_slow" if late else _rule(error)) from error
    return Answer(status=answer.status, body=text, took_ms=round((time.monotonic() - began) * 1000))


def _read(answer: HTTPResponse, most: int, host: str) -> bytes:
    if not most:
        return b""
    text = answer.read(most + 1)
    if len(text) > most:
        raise NotAnswered(address=host, rule="too_long")
    return text


class _Line:
    """A connection to a number that was checked, under the name that was asked for."""

    sock: socket.socket

    def __enter__(self) -> None:
        return None

    def __exit__(self, *_: object) -> None:
        self.close()  # type: ignore[attr-defined]  # http.client's


class _Plain(_Line, HTTPConnection):
    """See ``_Line``."""


class _Secure(_Line, HTTPSConnection):
    """See ``_Line``; the certificate must be the name's."""


def _connect(parts: SplitResult, *, private: bool, timeout: float) -> _Plain | _Secure:
    host, secure = str(parts.hostname), parts.scheme == "https"
    port = parts.port or (443 if secure else 80)
    numbers = numbers_of(host, port)
    for number in numbers:  # one bad number is enough: which one is called is chance
        if word := objection(number, private=private):
            raise NotAnswered(address=host, rule=word)
    line = (_Secure if secure else _Plain)(host, port, timeout=timeout)
    sock = _first(numbers, port, timeout)
    try:
        line.sock = context().wrap_socket(sock, server_hostname=host) if secure else sock
    except BaseException:
        sock.close()
        raise
    return line


def _first(numbers: list[str], port: int, timeout: float) -> socket.socket:
    """Connect to the first number that takes it; what remains of the time is halved each time."""
    for number in numbers[:-1]:
        timeout /= 2
        with suppress(OSError):
            return socket.create_connection((number, port), timeout)
    return socket.create_connection((numbers[-1], port), timeout)


@lru_cache(maxsize=1)
def context() -> ssl.SSLContext:
    """How certificates are checked: as the machine's own list says (``SSL_CERT_FILE``)."""
    return ssl.create_default_context()


@contextmanager
def _watched(sock: socket.socket, until: float) -> Iterator[None]:
    """Cut the line at ``until``: a time-out alone begins anew with every byte that drips in."""
    watch = threading.Timer(max(0.0, until - time.monotonic()), _cut, [sock])
    watch.daemon = True
    watch.start()
    try:
        yield
    finally:
        watch.cancel()


def _cut(sock: socket.socket) -> None:
    with suppress(OSError):
        sock.shutdown(socket.SHUT_RDWR)


def _rule(error: BaseException) -> str:
    if isinstance(error, socket.gaierror):
        return "no_such_host"
    if isinstance(error, ssl.SSLCertVerificationError):
        return "certificate"
    if isinstance(error, TimeoutError):
        return "too_slow"
    if isinstance(error, ConnectionRefusedError):
        return "refused"
    if isinstance(error, ssl.SSLError):
        return "no_secure_line"
    return "broke_off"
