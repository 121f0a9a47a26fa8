"""Webhooks as an integrator meets them: over REST, and with the receiver of the documentation."""

import os
import re
import socket
import subprocess
import sys
import time
from datetime import datetime, timedelta

import pytest
import time_machine
from django.utils import timezone

from hefu.apps.audit import services as audit
from hefu.apps.audit.models import Entry, Replay
from hefu.apps.audit.worker import drain
from hefu.apps.members.events import MemberJoined
from hefu.apps.notices.models import Endpoint
from hefu.apps.notices.webhooks.services.managing import new_secret
from hefu.core.permissions import Permission
from tests.conftest import ROOT
from tests.receivers import receiving
from tests.surfaces.api.conftest import Caller, a_key
from tests.surfaces.api.tables_webhooks import events_table, fields_table

PAGE = (ROOT / "docs" / "integrators" / "webhooks.md").read_text()
SECRET = "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw"  # the example of the specification
JOINED = "hefu.members.member_joined"


def joined(brand, member_id=7):
    with audit.deed():
        audit.publish(MemberJoined(brand_id=brand.pk, member_id=member_id), now=timezone.now())
    while drain(now=timezone.now()):
        pass


def made(api, address, **about):
    body = {"name": "ERP", "address": address, "events": [JOINED], "secret": SECRET, **about}
    return api.post("webhooks", body)


def test_a_webhook_from_birth_to_end(api, goods):
    with receiving() as receiver:
        webhook = made(api, receiver.url, name="ERP")
        assert api.last.status_code == 201
        assert SECRET not in api.last.content.decode()
        where = f"webhooks/{webhook['id']}"
        assert webhook["state"] == "active"
        assert [one["id"] for one in api.get("webhooks")["items"]] == [webhook["id"]]
        joined(goods.brand)
        (message,) = api.get(f"{where}/messages")["items"]
        assert (message["type"], message["state"], message["tries"]) == (JOINED, "taken", 1)
        story = api.get(f"webhooks/messages/{message['id']}")
        assert story["body"] == receiver.got[0][1].decode()
        assert [one["status"] for one in story["attempts"]] == [200]

        tested = api.post(f"{where}/test", {})
        assert (api.last.status_code, tested["type"]) == (202, "hefu.webhooks.test")
        assert api.post(f"webhooks/messages/{message['id']}/replay", {})["state"] == "waiting"
        now = datetime.now().astimezone()
        span = {"since": (now - timedelta(days=1)).isoformat(), "until": now.isoformat()}
        assert api.post(f"{where}/replay", span) == {"count": 0}
        while drain(now=timezone.now()):
            pass
        assert len(receiver.got) == 3

        assert api.post(f"{where}/pause", {})["state"] == "paused"
        assert api.post(f"{where}/resume", {})["state"] == "active"
        assert api.post(f"{where}/secret", {"secret": new_secret()})["old_secret_until"]
        renamed = {"name": "shop", "address": receiver.url, "events": []}
        assert api.post(where, renamed)["events"] == []
        assert api.post(f"{where}/remove", {}) == {"removed": True}
        api.get(where)
        api.refused(404, "not_found")
    assert not Endpoint.objects.exists()


def test_every_kind_of_event_is_told_with_its_fields(api):
    events = {one["name"]: one for one in api.get("webhooks/events")["events"]}
    activated = events["hefu.identity.unit_activated"]
    assert activated["version"] == 1
    assert "code" in activated["data"]
    assert all(about for one in events.values() for about in one["data"].values())


def test_what_cannot_be_a_webhook(api, settings):
    made(api, "https://a.example/", events=["hefu.no.such"])
    assert api.refused(422, "invalid")["field"] == "events"
    made(api, "https://a.example/", secret="whsec_" + "A" * 33)
    assert api.refused(422, "invalid")["field"] == "secret"
    settings.HEFU_INTRANET = False
    made(api, "http://a.example/")
    assert api.refused(422, "outward.bad_address")["details"] == {"rule": "https"}


def test_a_key_without_the_scope_has_no_webhooks(goods):
    api = Caller(a_key(goods.brand, [Permission.CODE_VIEW])[1])
    api.get("webhooks")
    api.refused(403, "not_allowed")


def test_the_secret_is_nowhere_but_sealed(api):
    api.post(
        "webhooks",
        {"name": "E", "address": "https://a.example/", "events": [], "secret": SECRET},
        **{"Idempotency-Key": "once"},
    )
    assert api.last.status_code == 201
    assert SECRET not in str(list(Replay.objects.values())) + str(list(Entry.objects.values()))


@pytest.mark.parametrize("table", [events_table, fields_table])
def test_the_tables_of_the_page_are_what_the_code_has(table):
    assert "\n".join(table()) in PAGE, "write tests/surfaces/api/tables_webhooks.py into the page"


def test_the_receiver_of_the_page_takes_what_we_send_and_nothing_else(api, goods, tmp_path):
    (program,) = re.findall(r"```python\n(.*?)```", PAGE, re.DOTALL)
    (tmp_path / "receiver.py").write_text(program)
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    receiver = subprocess.Popen(
        [sys.executable, "receiver.py"], cwd=tmp_path, stdout=subprocess.PIPE, text=True,
        env={**os.environ, "HEFU_SECRET": SECRET, "PORT": str(port)},
    )  # fmt: skip
    try:
        _wait_for(port)
        with time_machine.travel(tmp_path.stat().st_mtime):  # its clock is the machine's
            made(api, f"http://127.0.0.1:{port}/")
            wrong = made(api, f"http://127.0.0.1:{port}/", secret=new_secret())
            joined(goods.brand)
        assert receiver.stdout.readline() == JOINED + ' {"member_id": 7}\n'
        (refused,) = api.get(f"webhooks/{wrong['id']}/messages")["items"]
        assert refused["reason"] == "status_401"
    finally:
        receiver.kill()
        receiver.wait()
        receiver.stdout.close()


def _wait_for(port):
    for _ in range(200):
        with socket.socket() as probe:
            probe.settimeout(0.5)
            if probe.connect_ex(("127.0.0.1", port)) == 0:
                return
        time.sleep(0.05)
    raise AssertionError("the receiver did not begin")
