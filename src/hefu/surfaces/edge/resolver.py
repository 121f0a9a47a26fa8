"""The resolver (解析器): a GS1 Digital Link of anything leads to what there is about it.

Plain ASGI in front of Django, beside the scan path. Requests that wait together share three reads
and one write (``group.py``): the day's counters, so that a use is on disk before it is answered
and still costs a fraction of a transaction.
"""

from collections.abc import Awaitable, Callable, Sequence

import structlog
from django.db import DatabaseError, InterfaceError
from django.utils import timezone

from hefu.apps.catalog.selectors import Entry, Question, entries_for
from hefu.apps.catalog.selectors_public import with_page
from hefu.apps.catalog.services.links import Use, count_uses
from hefu.apps.identity.services.throttle import Source
from hefu.core.actor import system
from hefu.core.errors import DomainError
from hefu.core.gs1.resolver import Decision, Outcome
from hefu.core.gs1.resolver.link_types import DEFAULT
from hefu.surfaces.edge import resolver_answers as answers
from hefu.surfaces.edge.group import GroupCommit, Overloaded, renewing_connection
from hefu.surfaces.edge.request import Receive, Scope, Send, read_visit
from hefu.surfaces.edge.resolver_answers import Reply
from hefu.surfaces.edge.resolver_links import known
from hefu.surfaces.edge.resolver_passport import Passports, wants_passport
from hefu.surfaces.edge.resolver_request import (
    CONTEXT_FILE,
    DESCRIPTION,
    Ask,
    Reading,
    read_ask,
    read_link,
    resolves,
)

log = structlog.get_logger(__name__)

ACTOR = system("resolver").through("edge")
_FILES: dict[str, Callable[[Ask], Reply]] = {
    DESCRIPTION: answers.description,
    CONTEXT_FILE: answers.linkset_context,
}


class Resolver:
    """An ASGI application for Digital Links; ``handles`` says which paths are its own."""

    def __init__(self, *, trust_proxy: bool = False) -> None:
        self._group: GroupCommit[Reading, Reply] = GroupCommit(resolve_many)
        self._passports = Passports()
        self._trust_proxy = trust_proxy

    @staticmethod
    def handles(scope: Scope) -> bool:
        """Whether the path is a Digital Link's or the resolver's description."""
        return resolves(scope) or (scope["type"] == "http" and wants_passport(scope["path"]))

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:  # noqa: ARG002
        """Answer one request."""
        reply = await self._reply(scope)
        length = (b"content-length", str(len(reply.body)).encode())
        bodiless = reply.status == 204
        headers = reply.headers if bodiless else [*reply.headers, length]
        body = b"" if scope["method"] == "HEAD" else reply.body
        await send({"type": "http.response.start", "status": reply.status, "headers": headers})
        await send({"type": "http.response.body", "body": body})

    async def _reply(self, scope: Scope) -> Reply:
        if scope["method"] not in ("GET", "HEAD"):
            return answers.methods(refused=scope["method"] != "OPTIONS")
        ask = None
        try:
            ask = read_ask(scope, trust_proxy=self._trust_proxy)
            if scope["path"] in _FILES:
                return _FILES[scope["path"]](ask)
            if wants_passport(scope["path"]):
                return await self._held(ask, self._passports.reply(ask, self._source(scope)))
            return await self._held(ask, self._resolved(read_link(ask)))
        except DomainError as error:
            return answers.refusal(ask, 400, "invalid", error=error)

    async def _resolved(self, reading: Reading) -> Reply:
        return await self._group.submit(reading)

    async def _held(self, ask: Ask, answer: Awaitable[Reply]) -> Reply:
        """An answer, or that there is none now."""
        try:
            return await answer
        except Overloaded:
            return answers.refusal(ask, 503, "try_again")
        except (DatabaseError, InterfaceError, OSError) as error:
            log.error("link_not_resolved", error=str(error))  # noqa: TRY400  (one line an outage)
            return answers.refusal(ask, 503, "try_again")

    def _source(self, scope: Scope) -> Source:
        visitor = read_visit(scope, trust_proxy=self._trust_proxy).visitor
        return Source(device=visitor.device, address=visitor.address)

    def close(self) -> None:
        """Finish the group under way."""
        self._group.close()
        self._passports.close()


def resolve_many(readings: Sequence[Reading]) -> list[Reply]:
    """Answer a group of requests and count them; on the group's own thread."""
    with renewing_connection():
        return _resolve_many(readings)


def _resolve_many(readings: Sequence[Reading]) -> list[Reply]:
    now = timezone.now()
    questions = [Question(host=found.ask.host, subject=found.subject) for found in readings]
    replies: list[Reply] = []
    uses: list[Use] = []
    entries = entries_for(ACTOR, questions)
    products = {entry.product.pk for entry in entries if entry and entry.product}
    paged = with_page(products, now=now) if products else set()
    for reading, entry in zip(readings, entries, strict=True):
        about = known(
            entry, reading.subject, stem=reading.ask.stem, language=reading.ask.language,
            paged=paged,
        )  # fmt: skip
        decision = about.decide(reading.wish)
        replies.append(answers.answer(reading, about, decision))
        if entry is not None and reading.ask.method == "GET":
            uses += _use(reading, entry, decision)
    if uses:  # a transaction costs a flush, also an empty one
        count_uses(ACTOR, uses=uses, day=timezone.localdate(now), now=now)
    return replies


def _use(reading: Reading, entry: Entry, decision: Decision) -> list[Use]:
    """What is counted: a link type of the vocabulary, for a key that is known."""
    if reading.wish.link_type is None:
        return []  # anybody can make up names; a row each would fill the disk
    # nor may anybody make up keys: those that only a link for every key knows are counted as one
    named = entry.product is not None or any(row.key_value for row in entry.links)
    return [
        Use(
            brand_id=entry.brand.pk, key_ai=reading.subject.key_ai,
            key_value=reading.subject.key_value if named else "",
            link_type=decision.link_type or reading.wish.link_type or DEFAULT,
            found=decision.outcome not in (Outcome.MISSING, Outcome.GONE),
        )
    ]  # fmt: skip
