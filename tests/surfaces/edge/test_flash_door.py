"""The door of a flash sale: tickets, sessions, other sites; answers for browsers and scripts."""

import asyncio
import json
import time
from datetime import timedelta

import pytest
from django.db import OperationalError, connections
from django.utils import timezone

from hefu.surfaces.edge import flash, tickets
from hefu.surfaces.edge.flash import FlashDoor
from tests.apps.campaigns.flash import Sale
from tests.loops import run

pytestmark = pytest.mark.django_db(transaction=True)
SESSION = "abcdefghijklmnop0123456789abcdef"


@pytest.fixture
def sale():
    now = timezone.now()
    return Sale(
        {"pieces": 2, "starts_at": now - timedelta(minutes=1), "ends_at": now + timedelta(hours=1)}
    )


def a_ticket(sale, member_id, *, session_key=SESSION, good_for=60):
    about = tickets.Ticket(
        sale_id=sale.row.pk, brand_id=sale.brand.pk, member_id=member_id,
        until=int(time.time()) + good_for,
    )  # fmt: skip
    return tickets.written(about, session_key=session_key)


def ask(*requests):
    """Send all requests at once, each (sale, ticket, headers); None is for what is passed on."""

    async def one(door, sale, ticket, headers):
        scope = {
            "type": "http", "method": "POST",
            "path": f"/flash/{sale.brand.slug}/{sale.row.code}/",
            "query_string": f"ticket={ticket}&pieces=1".encode(),
            "headers": [
                (b"host", b"shop.example"), (b"cookie", f"a=b; sessionid={SESSION}".encode()),
                *((name.encode(), value.encode()) for name, value in headers.items()),
            ],
        }  # fmt: skip
        assert door.handles(scope)
        sent = []

        async def receive():
            return {"type": "http.request", "body": b"", "more_body": False}

        async def send(message):
            sent.append(message)

        if not await door.answers(scope, receive, send):
            assert sent == []
            return None
        start, body = sent
        return start["status"], dict(start["headers"]), body["body"]

    async def everybody():
        door = FlashDoor()
        try:
            return await asyncio.gather(*(one(door, *request) for request in requests))
        finally:
            await done_with(door)
            door.close()

    return run(everybody())


async def done_with(door):
    """Close the connections of the door's own thread."""
    loop = asyncio.get_running_loop()
    await loop.run_in_executor(door._group._thread, connections.close_all)


JSON = {"accept": "application/json", "accept-language": "en"}


def test_the_first_to_come_get_them_and_the_others_hear_it(sale):
    members = sale.buyers(4)

    answers = ask(*((sale, a_ticket(sale, member), JSON) for member in members))

    told = [(status, json.loads(body)["state"]) for status, _, body in answers]
    assert told == [(200, "yours")] * 2 + [(409, "sold_out")] * 2
    assert json.loads(answers[2][2])["said"] == "All are taken at this moment."
    assert sale.counts == (0, 2, 0)
    (again,) = ask((sale, a_ticket(sale, members[0]), JSON))
    assert (again[0], json.loads(again[2])["state"]) == (200, "yours")
    assert sale.counts == (0, 2, 0)


def test_a_browser_without_script_is_led_back_to_the_page(sale):
    ((status, headers, _),) = ask((sale, a_ticket(sale, sale.buyers(1)[0]), {}))

    assert status == 303
    assert headers[b"location"].decode() == f"/flash/{sale.brand.slug}/{sale.row.code}/"


@pytest.mark.parametrize(
    "spoil",
    [
        lambda ticket: ticket.replace(".", ".1", 1),
        lambda ticket: ticket[:-1] + ("A" if ticket[-1] != "A" else "B"),
        lambda _: "",
        lambda _: "....",
    ],
)
def test_a_spoilt_ticket_is_passed_on(sale, spoil):
    assert ask((sale, spoil(a_ticket(sale, sale.buyers(1)[0])), {})) == [None]
    assert sale.counts == (2, 0, 0)


def test_a_ticket_is_worth_nothing_elsewhere_or_later(sale):
    (member,) = sale.buyers(1)
    good = a_ticket(sale, member)

    answers = ask(
        (sale, a_ticket(sale, member, session_key="another"), {}),
        (sale, a_ticket(sale, member, good_for=-1), {}),
        (sale, good, {"origin": "https://evil.example"}),
        (sale, good, {"sec-fetch-site": "cross-site"}),
        (sale, good, {"origin": "https://shop.example", "sec-fetch-site": "same-origin"}),
    )

    assert [answer is None for answer in answers] == [True, True, True, True, False]
    assert sale.counts == (1, 1, 0)


def test_who_presses_without_end_is_slowed_down(sale):
    (member,) = sale.buyers(1)
    ticket = a_ticket(sale, member)

    answers = ask(*((sale, ticket, JSON) for _ in range(12)))

    assert [status for status, _, _ in answers] == [200] * 10 + [429] * 2
    assert int(answers[-1][1][b"retry-after"]) >= 1
    assert sale.counts == (1, 1, 0)


def test_a_database_that_is_away_is_said(sale, monkeypatch):
    def away(group):
        raise OperationalError("gone")

    monkeypatch.setattr(flash, "commit", away)
    ((status, headers, body),) = ask((sale, a_ticket(sale, sale.buyers(1)[0]), JSON))

    assert (status, json.loads(body)["state"]) == (503, "busy")
    assert headers[b"retry-after"] == b"5"
    assert sale.counts == (2, 0, 0)


def test_the_server_opens_the_door_to_tickets_and_sends_the_others_to_django(sale):
    from hefu.config import asgi

    async def status(ticket):
        sent, body = [], [{"type": "http.request", "body": b"", "more_body": False}]

        async def receive():
            return body.pop() if body else await asyncio.Event().wait()

        async def send(message):
            sent.append(message)

        scope = {
            "type": "http", "method": "POST", "scheme": "http", "http_version": "1.1",
            "path": f"/flash/{sale.brand.slug}/{sale.row.code}/", "raw_path": b"",
            "query_string": f"ticket={ticket}".encode(), "root_path": "",
            "server": ("localhost", 80), "client": ("203.0.113.9", 1),
            "headers": [(b"host", b"localhost"), (b"cookie", f"sessionid={SESSION}".encode())],
        }  # fmt: skip
        await asgi.application(scope, receive, send)
        return sent[0]["status"]

    good = a_ticket(sale, sale.buyers(1)[0])

    async def both():
        try:
            return await status(good), await status("forged")
        finally:
            await done_with(asgi._flash)

    assert run(both()) == (303, 403)
    assert sale.counts == (1, 1, 0)
