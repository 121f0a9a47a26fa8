"""The door (抢购入口) of a flash sale: who shows a ticket is answered with no framework in between.

A member's page holds a ticket (``tickets.py``); the request that brings it back waits for its group
to be committed and is answered: a browser with the way back to the page, which says how it stands,
the page's script with a line of JSON. Whoever comes without a good ticket, or from another site, is
answered by Django's slower view of the same address, which knows sessions and forms.
"""

import json
import re
import time
from collections.abc import Sequence
from urllib.parse import parse_qs

import structlog
from django.conf import settings
from django.db import DatabaseError, InterfaceError
from django.utils import timezone, translation

from hefu.apps.campaigns.services.flash_reserving import ReserveOutcome, ReserveWish
from hefu.core.actor import Actor, consumer
from hefu.core.errors import DomainError, Kind
from hefu.surfaces.by_hand import Asked
from hefu.surfaces.consumer.flash import Said, said
from hefu.surfaces.edge import tickets
from hefu.surfaces.edge.group import GroupCommit, Overloaded, renewing_connection
from hefu.surfaces.edge.request import Receive, Scope, Send
from hefu.surfaces.grouping import Crowded
from hefu.surfaces.reserving import admit, asked_by, commit

log = structlog.get_logger(__name__)

_PATH = re.compile(r"/flash/[-\w]{1,50}/[-\w]{1,40}/", re.ASCII)
_STATUS = {Kind.THROTTLED: 429, Kind.UNAVAILABLE: 503}


def collector() -> GroupCommit[Asked[ReserveWish], ReserveOutcome]:
    """Return a group commit of reservations for one event loop."""
    return GroupCommit(_commit)


def _commit(group: Sequence[Asked[ReserveWish]]) -> list[ReserveOutcome]:
    with renewing_connection():
        return commit(group)


class FlashDoor:
    """An ASGI application for the holders of tickets; ``handles`` says which are its own."""

    def __init__(self) -> None:
        self._group = collector()

    @staticmethod
    def handles(scope: Scope) -> bool:
        """Whether somebody shows a ticket to a flash sale."""
        return (
            scope["type"] == "http"
            and scope["method"] == "POST"
            and b"ticket=" in scope["query_string"]
            and _PATH.fullmatch(scope["path"]) is not None
        )

    async def answers(self, scope: Scope, receive: Receive, send: Send) -> bool:
        """Answer the request, unless it is not for the door: then nothing was read or sent."""
        headers = dict(scope["headers"])
        query = parse_qs(scope["query_string"].decode("latin-1"))
        ticket = tickets.read(
            query["ticket"][0] if "ticket" in query else "",
            session_key=_cookie(headers.get(b"cookie", b"")), at=time.time(),
        )  # fmt: skip
        if ticket is None or not _same_site(headers):
            return False
        actor = consumer(brand_id=ticket.brand_id, member_id=ticket.member_id)
        wish = ReserveWish(
            sale_id=ticket.sale_id, member_id=ticket.member_id, pieces=_pieces(query)
        )
        found = await self._ask(actor, wish)
        await _drain(receive)
        if headers.get(b"accept", b"").startswith(b"application/json"):
            with translation.override(_language(headers)):
                await _send_json(send, said(found))
        else:
            await _send_back(send, scope["path"], said(found))
        return True

    async def _ask(self, actor: Actor, wish: ReserveWish) -> ReserveOutcome | DomainError:
        try:
            admit(actor, wish)
            outcome = await self._group.submit(asked_by(actor, wish, timezone.now()))
        except Overloaded:
            return Crowded(retry_after=2)
        except (DatabaseError, InterfaceError, OSError) as error:
            log.error("reservation_not_recorded", error=str(error))  # noqa: TRY400  (one line an outage)
            return Crowded(retry_after=5)
        except DomainError as refusal:
            return refusal
        return outcome.refusal or outcome

    def close(self) -> None:
        """Finish the group under way."""
        self._group.close()


def _cookie(cookies: bytes) -> str:
    """The session's key, as the browser sends it."""
    name = settings.SESSION_COOKIE_NAME
    for cookie in cookies.decode("latin-1").split(";"):
        given, _, value = cookie.strip().partition("=")
        if given == name:
            return value
    return ""


def _same_site(headers: dict[bytes, bytes]) -> bool:
    """Whether the request comes from a page of ours, as far as the browser says where from."""
    origin = headers.get(b"origin", b"")
    host = headers.get(b"host", b"")
    if origin and origin.partition(b"://")[2] != host:
        return False
    return headers.get(b"sec-fetch-site", b"same-origin") == b"same-origin"


def _pieces(query: dict[str, list[str]]) -> int:
    text = query.get("pieces", ["1"])[0]
    return int(text) if text.isascii() and text.isdigit() and len(text) < 4 else 1


def _language(headers: dict[bytes, bytes]) -> str:
    """As the page was written: the script sends the page's own language first."""
    cookies, languages = headers.get(b"cookie", b""), headers.get(b"accept-language", b"")
    if b"django_language=" in cookies:
        return "en" if b"django_language=en" in cookies else "zh-hans"
    return "en" if languages.startswith(b"en") else "zh-hans"


async def _drain(receive: Receive) -> None:
    """Read what the form sent with it, so that the connection can be used again."""
    while (await receive()).get("more_body"):
        pass


async def _send_json(send: Send, answer: Said) -> None:
    body = json.dumps({"state": answer.state, "said": str(answer.text)}).encode()
    headers = [(b"content-type", b"application/json"), *_retry(answer)]
    await _send(send, 200 if answer.won else _STATUS.get(answer.kind, 409), headers, body)


async def _send_back(send: Send, path: str, answer: Said) -> None:
    note = f"?note={answer.state}" if answer.state in Said.NOTES else ""
    await _send(send, 303, [(b"location", f"{path}{note}".encode()), *_retry(answer)], b"")


def _retry(answer: Said) -> list[tuple[bytes, bytes]]:
    return [(b"retry-after", str(answer.retry_after).encode())] if answer.retry_after else []


async def _send(
    send: Send, status: int, headers: list[tuple[bytes, bytes]], body: bytes
) -> None:  # fmt: skip
    common = [(b"cache-control", b"no-store"), (b"content-length", str(len(body)).encode())]
    await send({"type": "http.response.start", "status": status, "headers": [*headers, *common]})
    await send({"type": "http.response.body", "body": body})
