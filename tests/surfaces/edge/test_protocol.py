"""The short way for plain scans: the same answers, in order, and nothing else taken for a scan."""

import asyncio
from contextlib import asynccontextmanager

import pytest
import time_machine
from django.db import connections
from uvicorn.config import Config
from uvicorn.server import ServerState

from hefu.apps.identity.selectors.batches import BOOK
from hefu.apps.identity.services.throttle import THROTTLE
from hefu.surfaces.edge.app import Edge
from hefu.surfaces.edge.pages import Page
from hefu.surfaces.edge.protocol import ScanProtocol
from hefu.surfaces.edge.request import read_head
from tests.apps.identity.life.rows import Goods
from tests.factories import NOW
from tests.loops import run

PATH = "/01/06901234567892/21/K7QM3ZT90HXW5R2V"
HEAD = "Host: localhost\r\nUser-Agent: a phone\r\nAccept-Language: zh-CN\r\n"


def request(path=PATH, head=HEAD, method="GET"):
    return f"{method} {path} HTTP/1.1\r\n{head}\r\n".encode()


class Slow:
    """An edge that answers when it is told to."""

    trust_proxy = False

    def __init__(self):
        self.waiting = []

    def begin(self, visit, tell):
        self.waiting.append((visit, tell))

    def answer(self, body=b"short"):
        visit, tell = self.waiting.pop(0)
        tell(Page(200, body), 0)
        return visit


class House:
    """An application whose long way is told apart, unless it has one of its own."""

    def __init__(self, scans, serve=None):
        self.scans, self._serve = scans, serve

    async def __call__(self, scope, receive, send):
        if self._serve is not None:
            await self._serve(scope, receive, send)
            return
        body = b"long"
        while (message := await receive())["type"] == "http.request":
            body += message["body"]
            if not message["more_body"]:
                break
        headers = [(b"content-length", str(len(body)).encode())]
        await send({"type": "http.response.start", "status": 200, "headers": headers})
        await send({"type": "http.response.body", "body": body})


async def until(condition):
    async with asyncio.timeout(5):
        while not condition():
            await asyncio.sleep(0.002)


@asynccontextmanager
async def served(scans, serve=None, **about):
    config = Config(House(scans, serve), http=ScanProtocol, log_config=None, access_log=False,
                    lifespan="off", proxy_headers=False, **about)  # fmt: skip
    config.load()
    protocols = []

    def connected():
        protocols.append(ScanProtocol(config=config, server_state=ServerState(), app_state={}))
        return protocols[-1]

    server = await asyncio.get_running_loop().create_server(connected, "127.0.0.1", 0)
    port = server.sockets[0].getsockname()[1]
    reader, writer = await asyncio.open_connection("127.0.0.1", port)
    try:
        await until(lambda: protocols)
        yield reader, writer, protocols[0]
    finally:
        writer.close()
        server.close()
        await server.wait_closed()


async def reply(reader, *, bodiless=False):
    return await asyncio.wait_for(_reply(reader, bodiless=bodiless), 10)


async def _reply(reader, *, bodiless):
    head = (await reader.readuntil(b"\r\n\r\n")).decode().lower()
    status, *lines = head.strip().split("\r\n")
    headers = dict(line.split(": ", 1) for line in lines)
    body = b"" if bodiless else await reader.readexactly(int(headers["content-length"]))
    return status, headers, body


def test_a_plain_scan_takes_the_short_way_and_says_who_asks():
    async def scenario():
        edge = Slow()
        async with served(edge) as (reader, writer, _):
            writer.write(request())
            await until(lambda: edge.waiting)
            visit = edge.answer()
            return visit, await reply(reader)

    visit, (status, headers, body) = run(scenario())
    assert (visit.path, visit.method) == (PATH, "GET")
    assert visit.visitor == ("127.0.0.1", "127.0.0.1|a phone", "zh-hans", False, False)
    assert (status, body) == ("http/1.1 200 ok", b"short")
    assert headers["content-language"] == "zh-hans"


@pytest.mark.parametrize(
    "ask",
    [
        request(method="POST", head=HEAD + "Content-Length: 0\r\n"),
        request(PATH + "?lang=en"),
        request(PATH + "%20"),
        request("/"),
        request(head=HEAD + "Cookie: sessionid=abc\r\n"),
        request(head=HEAD + "Accept: application/linkset+json\r\n"),
        request(head=HEAD + "Content-Length: 0\r\n"),
        request(head=HEAD + "Connection: upgrade\r\nUpgrade: h2c\r\n"),
        request(head=HEAD + "X-Long: " + "x" * 9000 + "\r\n"),
    ],
)  # fmt: skip
def test_all_else_takes_the_long_way(ask):
    async def scenario():
        edge = Slow()
        async with served(edge) as (reader, writer, _):
            writer.write(ask)
            answers = [await reply(reader)]
            writer.write(request())  # and after it the short way is open again
            await until(lambda: edge.waiting)
            edge.answer()
            return [*answers, await reply(reader)]

    assert [body for _, _, body in run(scenario())] == [b"long", b"short"]


@pytest.mark.parametrize(
    "head",
    ["Host: x\r\n folded\r\n", "Bad Name: x\r\n", "Host: a\x00b\r\n", "Host: x\n", "Host\r\n"],
)
def test_a_head_that_is_none_is_left_to_the_server(head):
    assert read_head(f"{head}\r\n".encode(), "", trust_proxy=False) is None


def test_behind_a_proxy_the_last_address_counts():
    head = b"Host: x\r\nX-Forwarded-For: 1.1.1.1, 203.0.113.7\r\n\r\n"
    assert read_head(head, "10.0.0.1", trust_proxy=True).address == "203.0.113.7"
    assert read_head(head, "10.0.0.1", trust_proxy=False).address == "10.0.0.1"


def test_requests_on_one_connection_are_answered_in_order():
    async def scenario():
        edge = Slow()
        async with served(edge) as (reader, writer, protocol):
            writer.write(request())
            await until(lambda: edge.waiting)
            writer.write(request("/other"))
            await until(lambda: protocol._held)
            assert len(edge.waiting) == 1
            edge.answer(b"first")
            return [(await reply(reader))[2] for _ in range(2)]

    assert run(scenario()) == [b"first", b"long"]


def test_a_body_that_looks_like_a_scan_is_a_body():
    inner = request()

    async def scenario():
        edge = Slow()
        async with served(edge) as (reader, writer, protocol):
            writer.write(request("/", HEAD + f"Content-Length: {len(inner)}\r\n", "POST"))
            await until(lambda: protocol.cycle)
            writer.write(inner)
            _, _, body = await reply(reader)
            return body, edge.waiting

    assert run(scenario()) == (b"long" + inner, [])


def test_a_request_in_two_segments_takes_the_long_way():
    ask = request()

    async def scenario():
        edge = Slow()
        async with served(edge) as (reader, writer, protocol):
            writer.write(ask[:-1])
            await until(lambda: not protocol._between)
            writer.write(ask[-1:])
            return (await reply(reader))[2]

    assert run(scenario()) == b"long"


def test_head_has_no_body():
    async def scenario():
        edge = Slow()
        async with served(edge) as (reader, writer, _):
            writer.write(request(method="HEAD"))
            await until(lambda: edge.waiting)
            edge.answer()
            _, headers, _ = await reply(reader, bodiless=True)
            writer.write(request())
            await until(lambda: edge.waiting)
            edge.answer(b"next")
            return headers["content-length"], (await reply(reader))[2]

    assert run(scenario()) == ("5", b"next")


def test_who_hung_up_is_not_answered_and_a_quiet_connection_is_closed():
    async def scenario():
        edge = Slow()
        async with served(edge, timeout_keep_alive=1) as (reader, writer, _):
            writer.write(request())
            await until(lambda: edge.waiting)
            edge.answer()
            await reply(reader)
            closed = await asyncio.wait_for(reader.read(), 5) == b""
        async with served(edge) as (_, writer, protocol):
            writer.write(request())
            await until(lambda: edge.waiting)
            writer.close()
            await until(protocol.transport.is_closing)
            edge.answer()
        return closed

    assert run(scenario())


def test_a_server_that_stops_finishes_the_scan_under_way():
    async def scenario():
        edge = Slow()
        async with served(edge) as (reader, writer, protocol):
            writer.write(request())
            await until(lambda: edge.waiting)
            protocol.shutdown()
            edge.answer()
            _, headers, body = await reply(reader)
            return headers["connection"], body, await reader.read()

    assert run(scenario()) == ("close", b"short", b"")


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize(
    "head", [HEAD, HEAD + "Accept: application/json\r\n", "Accept-Language: en\r\n"]
)
def test_both_ways_give_the_same_answers(head):
    THROTTLE.clear()
    BOOK.clear()
    goods = Goods()
    links = [f"/01/{goods.product.gtin}/21/{code}" for code in (goods.code(1)[:16], "7" * 16)]
    closed = f"{head}Connection: close\r\n"  # which only the long way minds

    async def scenario():
        edge = Edge()
        answers = []
        for link in links:
            for sent in (head, closed):
                async with served(edge, edge) as (reader, writer, _):
                    writer.write(request(link, sent))
                    answers.append(await reply(reader))
        loop = asyncio.get_running_loop()
        await loop.run_in_executor(edge._group._thread, connections.close_all)
        edge.close()
        return answers

    with time_machine.travel(NOW):
        genuine, again, unknown, same = run(scenario())
    for short, long in ((genuine, again), (unknown, same)):
        assert short[0] == long[0]
        assert short[1] == {k: v for k, v in long[1].items() if k != "connection"}
    assert unknown[2] == same[2]
    assert genuine[0] == "http/1.1 200 ok"
    assert len(genuine[2]) > 0
