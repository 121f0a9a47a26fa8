"""The desk's webhooks: made, tried out, looked at, sent again, by a brand admin alone."""

import re

import pytest
from django.test import Client
from django.utils import timezone

from hefu.apps.audit import services as audit
from hefu.apps.audit.worker import drain
from hefu.apps.members.events import MemberJoined
from hefu.apps.notices.models import Dispatch, Endpoint
from hefu.apps.notices.webhooks.types import TEST, event_types
from hefu.core.permissions import Role
from hefu.surfaces.desk.webhook_words import EVENTS
from tests.factories import a_brand, a_person
from tests.receivers import receiving

pytestmark = pytest.mark.django_db


@pytest.fixture(scope="module")
def receiver():
    with receiving() as one:
        yield one


@pytest.fixture
def brand():
    return a_brand()


@pytest.fixture
def desk(brand):
    client = Client(headers={"Accept-Language": "en"})
    client.force_login(a_person(brand, Role.BRAND_ADMIN))
    return client


def work():
    while drain(now=timezone.now()):
        pass


def made(desk, receiver, **about):
    return desk.post(
        "/desk/webhooks/new/", {"name": "ERP", "address": receiver.url, "events": [], **about}
    )


def test_a_webhook_lives_on_the_desk(desk, brand, receiver):
    assert "No webhooks yet" in desk.get("/desk/webhooks/").content.decode()
    answer = made(desk, receiver)
    (secret,) = re.findall(r"whsec_[A-Za-z0-9+/=]{40,}", answer.content.decode())[:1]
    assert answer["Cache-Control"] == "no-store"
    row = Endpoint.objects.get()
    where = f"/desk/webhooks/{row.pk}/"

    def do(deed, **about):
        return desk.post(f"{where}deed/", {"deed": deed, **about}, follow=True).content.decode()

    assert "took the test message" in do("test")
    receiver.moods.append(500)
    assert "The receiver answered 500." in do("test")
    assert "Paused." in do("pause")
    with audit.deed():
        audit.publish(MemberJoined(brand_id=brand.pk, member_id=4), now=timezone.now())
    assert "first what waited" in do("resume")
    receiver.moods.append(503)
    work()
    page = desk.get(where).content.decode()
    assert "Members: joined" in page
    assert secret not in page

    message = Dispatch.objects.exclude(type=TEST).get()
    shown = desk.get(f"/desk/webhooks/messages/{message.pk}/").content.decode()
    assert "The receiver answered 503." in shown
    assert "member_id" in shown
    Endpoint.objects.update(held_until=None)
    desk.post(f"/desk/webhooks/messages/{message.pk}/")
    work()
    message.refresh_from_db()
    assert message.state == "taken"

    span = {"since": "2020-01-01T00:00", "until": "2100-01-01T00:00", "taken_too": "on"}
    assert "1 messages are sent again." in do("again", **span)
    assert "lies before" in do("again", **{**span, "until": "2019-01-01T00:00"})
    fresh = do("secret")
    assert "whsec_" in fresh
    assert secret not in fresh
    assert "Only the new secret" in do("end_secret")
    changed = {"name": "shop", "address": receiver.url, "events": [next(iter(event_types()))]}
    desk.post(f"{where}edit/", changed)
    row.refresh_from_db()
    assert (row.name, len(row.events)) == ("shop", 1)
    assert desk.get("/desk/webhooks/?export=csv").status_code == 200
    assert "is gone" in do("remove")
    assert not Endpoint.objects.exists()


def test_what_is_wrong_is_said_at_its_field(desk, receiver, settings):
    settings.HEFU_INTRANET = False
    answer = made(desk, receiver)
    assert answer.status_code == 422
    assert "Use https" in answer.content.decode()
    assert "begins with https" in made(desk, receiver, address="erp").content.decode()
    assert not Endpoint.objects.exists()


def test_nobody_but_a_brand_admin_sees_webhooks(brand):
    client = Client()
    client.force_login(a_person(brand, Role.ANALYST))
    assert client.get("/desk/webhooks/").status_code == 403


def test_every_event_has_words():
    assert event_types().keys() - EVENTS.keys() == set(), "say it in surfaces/desk/webhook_words.py"
