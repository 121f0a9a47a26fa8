"""The edge answers printed codes: recorded before answered, misses alike, guessing slowed."""

import asyncio
import json
from dataclasses import dataclass
from datetime import timedelta

import pytest
import time_machine
from django.db import connections

from hefu.apps.catalog.models import Page
from hefu.apps.catalog.services.pages_deciding import retire_page
from hefu.apps.identity.models import GuessAlarm, Scan, Unit
from hefu.apps.identity.selectors.batches import BOOK
from hefu.apps.identity.services import marks
from hefu.apps.identity.services.throttle import THROTTLE
from hefu.core.codes import Code
from hefu.core.permissions import Role
from hefu.surfaces.consumer.results import grouped_code
from hefu.surfaces.edge import pages
from hefu.surfaces.edge.app import Edge
from tests.apps.catalog.pages import a_draft, publish
from tests.apps.identity.life.rows import Goods
from tests.factories import NOW
from tests.loops import run

pytestmark = pytest.mark.django_db(transaction=True)
AGENTS = (
    "Mozilla/5.0 (iPhone) MicroMessenger/8.0", "Mozilla/5.0 (Android) Weibo",
    "Mozilla/5.0 QQBrowser",
)  # fmt: skip


@dataclass
class Reply:
    status: int
    headers: dict
    body: bytes

    @property
    def text(self):
        return self.body.decode()

    @property
    def json(self):
        return json.loads(self.body)


@pytest.fixture(autouse=True)
def _calm():
    THROTTLE.clear()
    BOOK.clear()
    with time_machine.travel(NOW + timedelta(days=1)):
        yield


@pytest.fixture
def goods():
    return Goods()


def link(goods, code):
    return f"/01/{goods.product.gtin}/21/{code}"


def scan(*paths, **about):
    """Scan all paths at once; returns the replies in order."""

    async def everybody():
        edge = Edge()
        try:
            return await asyncio.gather(*(one(edge, path, **about) for path in paths))
        finally:
            await asyncio.get_running_loop().run_in_executor(
                edge._group._thread, connections.close_all
            )
            edge.close()

    return run(everybody())


async def one(
    edge,
    path,
    *,
    agent="a phone",
    accept="text/html",
    language="en",
    address="203.0.113.7",
    method="GET",
):
    sent = []

    async def send(message):
        sent.append(message)

    scope = {
        "type": "http", "method": method, "path": path, "client": (address, 1),
        "headers": [(b"user-agent", agent.encode()), (b"accept", accept.encode()),
                    (b"accept-language", language.encode())],
    }  # fmt: skip
    assert edge.handles(scope)
    await edge(scope, None, send)
    start, body = sent
    headers = {k.decode(): v.decode() for k, v in start["headers"]}
    return Reply(start["status"], headers, body["body"])


def test_a_scan_is_on_disk_and_answered_in_both_languages(goods):
    path = link(goods, goods.code(7)[:16])

    (first,) = scan(path)
    (again,) = scan(path, language="zh-CN")

    assert (first.status, again.status) == (200, 200)
    assert first.headers["content-type"] == "text/html; charset=utf-8"
    assert goods.product.model in first.text
    assert "no earlier check" in first.text
    assert 'lang="zh-hans"' in again.text.lower()
    unit = Unit.objects.get()
    assert (unit.serial, unit.scan_count, Scan.objects.count()) == (7, 2, 2)


def test_R100_three_browsers_get_the_same_page_without_script(goods):
    replies = [
        scan(link(goods, goods.code(n)[:16]), agent=agent)[0] for n, agent in enumerate(AGENTS)
    ]

    pages = [r.text.replace(goods.code(n), "CODE") for n, r in enumerate(replies)]
    pages = [page.replace(grouped_code(goods.code(n)), "CODE") for n, page in enumerate(pages)]
    assert pages[0] == pages[1] == pages[2]
    assert "<script>" not in pages[0]
    assert len(replies[0].body) < 20_000


def test_the_page_names_this_code_and_no_other(goods):
    for serial in (1, 2):
        (reply,) = scan(link(goods, goods.code(serial)[:16]))
        assert goods.code(serial)[:4] in reply.text
        assert goods.code(serial) in reply.text  # the way to activation
        assert goods.code(3 - serial) not in reply.text
        assert "ZZZ" not in reply.text


def test_R102_a_scan_leads_to_the_page_of_its_product_by_its_own_code(goods, monkeypatch):
    writer = goods.house.specialist
    publish(writer, goods.staff(Role.APPROVER), a_draft(writer, goods.product).page)
    monkeypatch.setattr(pages, "_pages", pages._Shelf())  # what was believed before is too old
    pages._with_page.cache_clear()

    for serial in (1, 2):
        (reply,) = scan(link(goods, goods.code(serial)[:16]))
        assert f'href="/c/{goods.code(serial)}/manual/"' in reply.text
    retire_page(writer, page=Page.objects.get(), reason="over", now=NOW)
    monkeypatch.setattr(pages, "_pages", pages._Shelf())
    pages._with_page.cache_clear()
    assert "/manual/" not in scan(link(goods, goods.code(1)[:16]))[0].text


def test_all_misses_look_alike(goods):
    other = Goods()
    unknown = "7" * 16
    never_issued = Code(
        batch=goods.batch.reference, sealed=goods.facts.outer.seal_serial(5_000_000)
    ).serial
    paths = [
        link(goods, unknown), link(goods, never_issued), link(goods, other.code(0)[:16]),
        link(goods, goods.code(0)[:15] + ("7" if goods.code(0)[15] != "7" else "8")),
    ]  # fmt: skip

    replies = [scan(path)[0] for path in paths]

    assert {r.status for r in replies} == {404}
    assert [r.body == replies[0].body for r in replies] == [True] * 4
    assert len({tuple(sorted(r.headers.items())) for r in replies}) == 1
    assert not Scan.objects.exists()


def test_a_typing_error_is_told_apart_by_the_check_character(goods):
    code = goods.code(3)
    wrong = code[:5] + ("7" if code[5] != "7" else "8") + code[6:]

    (reply,) = scan(link(goods, wrong), accept="application/json")

    assert (reply.status, reply.json) == (404, {"verdict": "typing_error"})


def test_json_says_the_same(goods):
    (reply,) = scan(link(goods, goods.code(3)[:16]), accept="application/json")
    assert reply.json["verdict"] == "genuine_first"
    assert reply.json["code"] == goods.code(3)
    assert reply.json["product"]["model"] == goods.product.model


def test_a_leaked_and_a_recalled_unit_are_never_genuine():
    leaked = Goods(commissioned=False)
    (reply,) = scan(link(leaked, leaked.code(0)[:16]), accept="application/json")
    assert reply.json["verdict"] == "leak"

    goods = Goods()
    marks.recall(goods.manager, serials=[goods.serials(0, 100)], notice="fire", now=NOW)
    (reply,) = scan(link(goods, goods.code(0)[:16]), accept="application/json")
    assert reply.json["verdict"] == "recalled"


def test_guessing_is_slowed_and_reported_while_a_genuine_check_is_free(goods):
    # 4 foreign characters a guess, from one device
    guesses = [link(goods, f"7777{n:012d}") for n in range(12)]
    replies = [scan(path)[0] for path in guesses]

    assert [r.status for r in replies[:10]] == [404] * 10
    assert replies[-1].status == 429
    assert int(replies[-1].headers["retry-after"]) > 0
    assert GuessAlarm.objects.filter(scope="device").count() == 1
    (elsewhere,) = scan(link(goods, goods.code(1)[:16]), address="198.51.100.9")
    assert elsewhere.status == 200


def test_fifty_at_once_are_all_recorded(goods):
    paths = [link(goods, goods.code(n % 10)[:16]) for n in range(50)]

    replies = scan(*paths)

    assert {r.status for r in replies} == {200}
    assert Scan.objects.count() == 50
    assert sorted(Unit.objects.values_list("scan_count", flat=True)) == [5] * 10


def test_no_answer_when_it_could_not_be_written(goods, monkeypatch):
    from django.db import OperationalError

    from hefu.surfaces.edge import app

    def full(*args, **kwargs):
        raise OperationalError("database or disk is full")

    monkeypatch.setattr(app, "record_looks", full)
    (reply,) = scan(link(goods, goods.code(0)[:16]))
    assert reply.status == 503
    assert reply.headers["retry-after"] == "5"

    monkeypatch.undo()
    (reply,) = scan(link(goods, goods.code(0)[:16]))
    assert reply.status == 200
    assert Scan.objects.count() == 1


def test_head_has_no_body(goods):
    (reply,) = scan(link(goods, goods.code(0)[:16]), method="HEAD")
    assert (reply.status, reply.body) == (200, b"")
