"""The load script against a real server: it runs, measures, attaches, and leaves nothing behind."""

import asyncio
import json
import threading
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from hashlib import sha256
from pathlib import Path

import pytest
import uvicorn
from django.db import connections
from django.urls import reverse

from hefu.apps.accounts.models import Brand
from hefu.apps.campaigns.models import FlashSale, LoadEvidence, Reservation
from hefu.core.permissions import Role
from hefu.surfaces.cli.crowding import Crowd
from hefu.surfaces.cli.main import main
from hefu.surfaces.edge.flash import FlashDoor
from tests.apps.campaigns.flash import Sale
from tests.factories import a_brand, a_partner, an_actor
from tests.receivers import receiving
from tests.surfaces.desk.codes.browsing import signed_in, text_of

pytestmark = pytest.mark.django_db(transaction=True)


@contextmanager
def serving():
    """A real socket with the door of flash sales behind it, one page, and nothing else."""
    door = FlashDoor()

    async def application(scope, receive, send):
        if not (door.handles(scope) and await door.answers(scope, receive, send)):
            status = 200 if scope["path"] == "/mall/" else 404
            headers = [(b"content-length", b"2")]
            await send({"type": "http.response.start", "status": status, "headers": headers})
            await send({"type": "http.response.body", "body": b"ok"})

    server = uvicorn.Server(
        uvicorn.Config(application, port=0, lifespan="off", log_level="critical", ws="none")
    )
    thread = threading.Thread(target=server.run)
    thread.start()
    try:
        while not server.started:
            assert thread.is_alive()
        yield f"http://127.0.0.1:{server.servers[0].sockets[0].getsockname()[1]}"
    finally:
        server.should_exit = True
        thread.join(20)
        door._group._thread.submit(connections.close_all).result(20)
        door.close()


def elsewhere(work, *given):
    """Do it in a thread of its own: browsers keep a loop in the tests' thread."""

    def alone():
        try:
            return work(*given)
        finally:
            connections.close_all()

    with ThreadPoolExecutor(1) as pool:
        return pool.submit(alone).result()


def run(capsys, *words, status=0):
    assert elsewhere(main, ["loadtest", *words, "--json"]) == status
    return json.loads(capsys.readouterr().out.splitlines()[-1])


def test_R225_the_script_runs_and_its_report_is_attached(capsys, tmp_path):
    sale = Sale()
    with serving() as url:
        said = run(
            capsys, "--brand", sale.brand.slug, "--url", url, "--sale", sale.row.code,
            "--seconds", "0.5", "--clients", "8", "--output", str(tmp_path / "copy.json"),
        )  # fmt: skip
        refused = run(
            capsys, "--brand", sale.brand.slug, "--url", url, "--kind", "pages", "--seconds", "0.2",
            "--clients", "1", "--path", "/no/such/page", status=1,
        )  # fmt: skip
        pages = run(
            capsys, "--brand", sale.brand.slug, "--url", url, "--kind", "pages", "--seconds", "0.2",
            "--clients", "2", "--path", "/mall/", "--path", "/gone/",
        )  # fmt: skip

    assert LoadEvidence.objects.count() == 2  # pages that are not there prove nothing
    assert pages["requests"] - pages["answered_well"] == pages["errors"]["status 404"] > 0
    LoadEvidence.objects.filter(pk=pages["evidence"]).delete()
    evidence = LoadEvidence.objects.get()
    assert refused["field"] == "url"
    assert (evidence.pk, evidence.kind, evidence.sale) == (said["evidence"], "flash", sale.row)
    assert evidence.good == evidence.requests > 0
    assert evidence.failed == 0
    assert said["p50_ms"] <= said["p95_ms"] <= said["p99_ms"]
    content = Path(said["file"]).read_bytes()
    assert sha256(content).hexdigest() == evidence.sha256
    assert (tmp_path / "copy.json").read_bytes() == content
    told = json.loads(content)
    assert told["answers_by_status"] == {"200": evidence.good}
    assert told["machine"]["processors"] >= 1
    # nothing real was sold, and the rehearsal is gone
    assert FlashSale.objects.get() == sale.row
    assert sale.counts == (50, 0, 0)
    assert not Reservation.objects.exists()
    seen(sale.brand, content)


def seen(brand, content):
    """What the desk shows of it, and to whom."""
    manager = signed_in(an_actor(brand, Role.CAMPAIGN_MANAGER))
    page, evidence = reverse("desk:load_evidence"), LoadEvidence.objects.get()
    shown = text_of(manager.get(page))
    assert "rehearsal of a flash sale" in shown
    assert f"uv run hefu loadtest --brand {brand.slug}" in shown
    report = reverse("desk:load_report", args=[evidence.pk])
    assert b"".join(manager.get(report)) == content
    assert evidence.sha256 in b"".join(manager.get(page, {"export": "csv"})).decode()
    stranger = signed_in(an_actor(a_brand(), Role.CAMPAIGN_MANAGER))
    assert stranger.get(report).status_code == 404
    partner = signed_in(an_actor(brand, Role.RETAILER, a_partner(brand, "retailer")))
    assert partner.get(page).status_code in (403, 404)


def test_R225_who_grants_what_our_database_does_not_hold_proves_nothing(capsys):
    brand = a_brand()
    words = ("--brand", brand.slug, "--seconds", "0.2", "--clients", "1", "--rate", "10")
    with receiving() as stranger:
        granted = run(capsys, *words, "--url", stranger.url, status=1)
        stranger.moods[:] = [301] * 50  # to https, for instance: nobody reserved
        sent_on = run(capsys, *words, "--url", stranger.url, status=1)
    assert (granted["field"], granted["rule"]) == ("url", "did_not_reserve")
    assert (sent_on["field"], sent_on["rule"]) == ("url", "nothing_answered_well")
    assert not LoadEvidence.objects.exists()
    assert not FlashSale.objects.exists()


def test_what_was_typed_wrong_is_named(capsys, db):
    brand = a_brand().slug
    for words, field in (
        (("--url", "ftp://x"), "url"), (("--url", "http://127.0.0.1:1/path"), "url"),
        (("--url", "http://me:secret@127.0.0.1:1"), "url"), (("--url", "http://x?y"), "url"),
        (("--clients", "0"), "clients"), (("--seconds", "-1"), "seconds"),
        (("--rate", "-1"), "rate"),
        (("--kind", "pages", "--path", "no slash"), "path"), (("--output", __file__), "output"),
    ):  # fmt: skip
        assert run(capsys, "--brand", brand, *words, status=1)["field"] == field
    assert run(capsys, "--brand", "nobody", status=1)["error"] == "not_found"
    assert Brand.objects.count() == 1
    assert not FlashSale.objects.exists()


def test_a_stated_rate_is_not_exceeded_and_silence_is_counted():
    request = b"POST / HTTP/1.1\r\nHost: here\r\nContent-Length: 0\r\n\r\n"
    with receiving() as receiver:
        receiver.moods[:] = [500, "close"]
        crowd = Crowd(
            url=receiver.url, build=lambda _number: request, clients=2, seconds=1, rate=20
        )
        elsewhere(asyncio.run, crowd.run())
    assert 2 < crowd.sent <= 20
    assert crowd.failures == {"status 500": 1, "connection lost": 1}
    assert crowd.good == crowd.sent - 2 == len(receiver.got) - 2

    nobody = Crowd(
        url="http://127.0.0.1:9", build=lambda _number: request, clients=1, seconds=1, rate=2
    )
    elsewhere(asyncio.run, nobody.run())
    assert (nobody.good, dict(nobody.failures)) == (0, {"connection lost": nobody.sent})
