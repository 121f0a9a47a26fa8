"""The edge: a scan is read, unsealed, put on disk and answered, with no framework in between.

Whoever scans is one of a group (``group.py``): the group's codes are opened and its checks
recorded in one transaction, and only then is anybody answered. An unknown code takes the same way
and the same time, costs no row, and is counted by the throttle.
"""

import asyncio
import time
from collections.abc import Callable, Sequence
from typing import NamedTuple

import structlog
from django.db import DatabaseError, InterfaceError
from django.utils import timezone

from hefu.apps.identity.errors.life import TooManyMisses
from hefu.apps.identity.selectors.codes import UNKNOWN, MissReason, UnitRef, resolve_paths
from hefu.apps.identity.services.scans import Look, record_looks
from hefu.apps.identity.services.throttle import (
    THROTTLE,
    Alarm,
    Source,
    pause_before_answer,
    raise_alarms,
)
from hefu.core.actor import system
from hefu.surfaces.edge.group import GroupCommit, Overloaded, renewing_connection
from hefu.surfaces.edge.pages import Page, failure_page, miss_page, result_pages
from hefu.surfaces.edge.request import (
    Receive,
    Scope,
    Send,
    Visit,
    Visitor,
    is_link,
    read_visit,
)
from hefu.surfaces.headers import POLICY
from hefu.surfaces.regions import region_of_address

log = structlog.get_logger(__name__)


class Answer(NamedTuple):
    """A page that may be sent: what it tells is on disk."""

    page: Page
    missed: bool


Tell = Callable[[Page, int], None]

ACTOR = system("edge").through("edge")
_PLAIN = [
    (b"access-control-allow-origin", b"*"),  # a Digital Link is for everybody's programs
    (b"cache-control", b"no-store"),
    (b"x-content-type-options", b"nosniff"),
    (b"referrer-policy", b"same-origin"),
    (b"content-security-policy", POLICY.encode()),
    (b"vary", b"accept, accept-language, cookie"),
]


class Edge:
    """An ASGI application for the printed codes; ``handles`` says which requests are its own."""

    def __init__(self, *, trust_proxy: bool = False) -> None:
        self._group: GroupCommit[Visit, Answer] = GroupCommit(check)
        self.trust_proxy = trust_proxy

    @staticmethod
    def handles(scope: Scope) -> bool:
        """Whether this is a scan that needs no session."""
        return (
            scope["type"] == "http"
            and scope["method"] in ("GET", "HEAD")
            and is_link(scope["path"])
        )

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:  # noqa: ARG002
        """Answer one scan."""
        await self.answer(read_visit(scope, trust_proxy=self.trust_proxy), send)

    async def answer(self, visit: Visit, send: Send) -> None:
        """Record the visit with its group, then answer it."""
        told: asyncio.Future[tuple[Page, int]] = asyncio.get_running_loop().create_future()

        def tell(page: Page, retry_after: int) -> None:
            if not told.done():  # else the client hung up
                told.set_result((page, retry_after))

        self.begin(visit, tell)
        page, retry_after = await told
        await _send(send, visit, page, retry_after=retry_after)

    def begin(self, visit: Visit, tell: Tell) -> None:
        """Record the visit with its group; ``tell`` is called on the loop when it is on disk.

        It gets the page, and after how many seconds to ask again where there is no answer now.
        """
        began = time.monotonic()

        def done(answer: Answer | None, error: BaseException | None) -> None:
            if answer is None:
                tell(_unrecorded(visit, error), 5)
            elif answer.missed:
                pause = pause_before_answer(seconds_taken=time.monotonic() - began)
                asyncio.get_running_loop().call_later(pause, tell, answer.page, 0)
            else:
                tell(answer.page, 0)

        try:
            if not THROTTLE.calm:
                THROTTLE.admit(_source(visit), now=timezone.now())
            self._group.enter(visit, done)
        except TooManyMisses as refusal:
            wait = int(refusal.details["retry_after"] or 1)
            tell(failure_page(429, visit.visitor), wait)
        except Overloaded:
            tell(failure_page(503, visit.visitor), 2)

    @staticmethod
    def warm() -> None:
        """Load addresses, templates and words, so that the first scan does not wait for them."""
        for language in ("zh-hans", "en"):
            visitor = Visitor(address="", device="", language=language, json=False, known=False)
            miss_page(UNKNOWN, visitor)
            failure_page(503, visitor)

    def close(self) -> None:
        """Finish the group under way."""
        self._group.close()


def check(visits: Sequence[Visit]) -> list[Answer]:
    """Open and record a group of visits; one transaction, on the group's own thread."""
    with renewing_connection():
        return _check(visits)


def _check(visits: Sequence[Visit]) -> list[Answer]:
    now = timezone.now()
    found = resolve_paths([visit.path for visit in visits])
    looked: list[Visit] = []
    looks: list[Look] = []
    for visit, ref in zip(visits, found, strict=True):
        if isinstance(ref, UnitRef):
            visitor = visit.visitor
            region = region_of_address(visitor.address)
            looks.append(Look(ref, visitor.device, visitor.address, region, None, "edge"))
            looked.append(visit)
    seen = record_looks(ACTOR, looks=looks, now=now) if looks else []
    pages = iter(result_pages(list(zip(seen, looked, strict=True))))
    answers: list[Answer] = []
    alarms: list[Alarm] = []
    for visit, ref in zip(visits, found, strict=True):
        if isinstance(ref, UnitRef):
            answers.append(Answer(next(pages), missed=False))
            continue
        if ref.reason is MissReason.UNKNOWN:  # a slip of the hand is no guess
            alarms += THROTTLE.miss(_source(visit), now=now)
        answers.append(Answer(miss_page(ref, visit.visitor), missed=True))
    if alarms:  # a transaction costs a flush, also an empty one
        raise_alarms(ACTOR, alarms=alarms, now=now)
    return answers


def _unrecorded(visit: Visit, error: BaseException | None) -> Page:
    """What whoever waits is told when a group could not be written."""
    expected = isinstance(error, DatabaseError | InterfaceError | OSError)
    log.error("scan_not_recorded", error=str(error), exc_info=None if expected else error)
    return failure_page(503, visit.visitor)


def _source(visit: Visit) -> Source:
    return Source(device=visit.visitor.device, address=visit.visitor.address)


def _heads(language: str, kind: bytes) -> list[tuple[bytes, bytes]]:
    about = [(b"content-type", kind), (b"content-language", language.encode())]
    return [*_PLAIN, *about]


HEADS = {
    (language, json): _heads(language, b"application/json" if json else b"text/html; charset=utf-8")
    for language in ("zh-hans", "en")
    for json in (False, True)
}


async def _send(send: Send, visit: Visit, page: Page, *, retry_after: int = 0) -> None:
    body = page.body
    headers = [
        *HEADS[visit.visitor.language, visit.visitor.json],
        (b"content-length", str(len(body)).encode()),
    ]
    if retry_after:
        headers.append((b"retry-after", str(retry_after).encode()))
    await send({"type": "http.response.start", "status": page.status, "headers": headers})
    await send({"type": "http.response.body", "body": b"" if visit.method == "HEAD" else body})
