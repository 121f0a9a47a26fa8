"""Webhooks: signed, repeated with patience, given up with the reason, sent again on wish.

What arrives is judged by the independent package ``standardwebhooks``, at a real HTTP server.
"""

import json
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from itertools import pairwise

import pytest
import time_machine
from django.db import connection, transaction
from standardwebhooks.webhooks import Webhook, WebhookVerificationError

from hefu.apps.audit import services as audit
from hefu.apps.audit.models import Delivery, Entry
from hefu.apps.audit.worker import drain
from hefu.apps.identity.events import UnitSuspected
from hefu.apps.identity.services.units import touch
from hefu.apps.members.events import MemberJoined
from hefu.apps.notices.errors import WebhookForgotten, WebhookOff
from hefu.apps.notices.models import Attempt, Dispatch, Endpoint, Message
from hefu.apps.notices.webhooks import selectors
from hefu.apps.notices.webhooks.services import dispatching, managing
from hefu.apps.notices.webhooks.services.dispatching import WAITS
from hefu.core.errors import Invalid, NotAllowed, NotFound
from hefu.core.permissions import Role
from hefu.outward import BadAddress, sending
from tests.apps.identity.life.rows import Goods
from tests.factories import NOW, a_brand, a_person, an_actor, operator
from tests.receivers import receiving

JOINED = "hefu.members.member_joined"
SECOND, DAY = timedelta(seconds=1), timedelta(days=1)


@pytest.fixture(scope="module")
def server():
    with receiving() as one:
        yield one


@pytest.fixture
def receiver(server):
    server.got.clear()
    server.moods.clear()
    return server


@pytest.fixture
def brand(db):
    return a_brand()


@pytest.fixture
def admin(brand):
    return an_actor(brand, Role.BRAND_ADMIN)


def made(actor, receiver, **about):
    """A webhook and its secret."""
    about = {"name": "ERP", "address": receiver.url, "events": [], "now": NOW, **about}
    return managing.create_endpoint(actor, **about)


def joined(brand, member_id=7, now=NOW):
    with audit.deed():
        audit.publish(MemberJoined(brand_id=brand.pk, member_id=member_id), now=now)


def work(now=NOW):
    while drain(now=now):
        pass


def verified(secret, got, at=NOW):
    """What the receiver reads, once the independent package found the signature right."""
    headers, body = got
    with time_machine.travel(at, tick=False):
        return Webhook(secret).verify(body, headers)


def test_an_event_arrives_signed_in_the_documented_form(brand, admin, receiver):
    _, secret = made(admin, receiver)
    joined(brand)
    joined(a_brand())  # another brand's: nothing of it goes here
    work()

    (got,) = receiver.got
    assert verified(secret, got) == {
        "type": JOINED,
        "version": 1,
        "timestamp": "2026-11-22T12:00:00.000000Z",
        "brand": brand.slug,
        "data": {"member_id": 7},
    }
    assert got[0]["content-type"] == "application/json"
    assert got[0]["webhook-id"].startswith("msg_")
    with pytest.raises(WebhookVerificationError):
        verified(secret, (got[0], got[1] + b" "))
    with pytest.raises(WebhookVerificationError):
        verified(managing.new_secret(), got)
    assert Dispatch.objects.get().state == Dispatch.State.TAKEN


def test_only_what_was_asked_for_is_sent(brand, admin, receiver):
    made(admin, receiver, events=["hefu.identity.unit_activated"])
    joined(brand)
    work()
    assert receiver.got == []
    assert not Dispatch.objects.exists()


def test_nothing_is_told_of_a_deed_that_did_not_happen(brand, admin, receiver):
    made(admin, receiver)

    def refused(member_id):
        with transaction.atomic(), audit.deed():
            audit.publish(MemberJoined(brand_id=brand.pk, member_id=member_id), now=NOW)
            raise NotFound

    with pytest.raises(NotFound):
        refused(1)
    with audit.deed():
        audit.publish(MemberJoined(brand_id=brand.pk, member_id=2), now=NOW)
        with pytest.raises(NotFound):
            refused(3)
    work()
    assert [json.loads(body)["data"]["member_id"] for _, body in receiver.got] == [2]


def test_what_was_not_taken_comes_again_later_with_the_same_id_and_body(brand, admin, receiver):
    endpoint, secret = made(admin, receiver)
    receiver.moods += [500, 302, "close"]
    joined(brand)
    at = NOW
    for wait in (timedelta(), *WAITS[:3]):
        at += wait
        work(at)
    assert len(receiver.got) == 4
    assert len({(headers["webhook-id"], body) for headers, body in receiver.got}) == 1
    stamps = [int(headers["webhook-timestamp"]) for headers, _ in receiver.got]
    assert [b - a for a, b in pairwise(stamps)] == [5, 30, 120]
    assert verified(secret, receiver.got[-1], at)["type"] == JOINED  # signed anew each time
    tries = selectors.attempts_of(Dispatch.objects.get())
    assert [one.reason for one in tries] == ["status_500", "status_302", "broke_off", ""]
    endpoint.refresh_from_db()
    assert (endpoint.failures, endpoint.failing_since, endpoint.taken_at) == (0, None, at)
    assert not Delivery.objects.exclude(state=Delivery.State.DONE).exists()


def test_a_slow_receiver_is_left_and_asked_again(brand, admin, receiver, monkeypatch):
    monkeypatch.setattr(sending.send, "__kwdefaults__", {**sending.send.__kwdefaults__,
                                                         "deadline": 0.2})  # fmt: skip
    made(admin, receiver)
    receiver.moods.append("slow")
    joined(brand)
    work()
    assert Attempt.objects.get().reason == "too_slow"
    work(NOW + WAITS[0])
    assert Dispatch.objects.get().state == Dispatch.State.TAKEN


def test_after_the_last_try_it_is_given_up_with_the_reason_and_can_be_sent_again(
    brand, admin, receiver
):
    made(admin, receiver)
    receiver.moods += [503] * (len(WAITS) + 1)
    joined(brand)
    at = NOW
    for wait in (timedelta(), *WAITS):
        at += wait
        work(at)
    work(at + 3 * DAY)
    dead = Dispatch.objects.get()
    assert (dead.state, dead.reason, dead.tries) == ("dead", "status_503", len(WAITS) + 1)
    assert len(receiver.got) == len(WAITS) + 1

    managing.send_again(admin, dispatch=dead, now=at + 3 * DAY)
    work(at + 3 * DAY)
    dead.refresh_from_db()
    assert (dead.state, dead.reason) == ("taken", "")
    assert len({headers["webhook-id"] for headers, _ in receiver.got}) == 1


def test_a_broken_receiver_costs_one_try_not_one_for_each_message(brand, admin, receiver):
    made(admin, receiver)
    receiver.moods += [500]
    for number in range(5):
        joined(brand, number)
    work()
    assert len(receiver.got) == 1  # the others wait until it is tried again
    work(NOW + 2 * SECOND)
    assert len(receiver.got) == 5
    work(NOW + WAITS[0])
    assert Dispatch.objects.filter(state="taken").count() == 5


def test_days_of_failures_switch_it_off_and_the_admins_are_told(brand, admin, receiver, settings):
    a_person(brand, Role.BRAND_ADMIN)
    a_person(brand, Role.ANALYST)
    a_person(a_brand(), Role.BRAND_ADMIN)
    endpoint, _ = made(admin, receiver)
    for day in range(7):
        receiver.moods[:] = [500] * 9
        joined(brand, day, NOW + day * DAY)
        work(NOW + day * DAY)
    endpoint.refresh_from_db()
    assert endpoint.state == Endpoint.State.OFF
    told = Message.objects.filter(template="webhook_switched_off")
    assert told.count() == 2
    assert "ERP" in told[0].body
    assert Entry.objects.filter(action="notices.webhook_switched_off").count() == 1
    calls, kept = len(receiver.got), Dispatch.objects.count()
    joined(brand, 99, NOW + 8 * DAY)  # what happens while it is off is not kept
    work(NOW + 8 * DAY)
    assert (len(receiver.got), Dispatch.objects.count()) == (calls, kept)
    with pytest.raises(WebhookOff):
        managing.send_again(admin, dispatch=Dispatch.objects.first(), now=NOW + 8 * DAY)
    with pytest.raises(WebhookOff):
        managing.pause_endpoint(admin, endpoint=endpoint, now=NOW + 8 * DAY)

    receiver.moods.clear()
    at = NOW + 9 * DAY
    managing.resume_endpoint(admin, endpoint=endpoint, now=at)
    span = managing.Span(since=NOW, until=at)
    assert managing.send_span_again(admin, endpoint=endpoint, span=span, now=at) == 6
    work(at)
    assert not Dispatch.objects.exclude(state="taken").exists()


def test_a_new_address_is_tried_at_once(brand, admin, receiver):
    endpoint, _ = made(admin, receiver, address=f"{receiver.url}/old")
    receiver.moods.append(500)
    joined(brand)
    joined(brand)
    work()
    managing.change_endpoint(
        admin, endpoint=endpoint, name="ERP", address=f"{receiver.url}/new", events=[], now=NOW
    )
    endpoint.refresh_from_db()
    assert (endpoint.failing_since, endpoint.held_until) == (None, None)
    joined(brand)
    work()
    assert Dispatch.objects.get(state="taken")


def test_who_says_gone_is_switched_off_at_once(brand, admin, receiver):
    endpoint, _ = made(admin, receiver)
    receiver.moods.append(410)
    joined(brand)
    work()
    endpoint.refresh_from_db()
    assert endpoint.state == Endpoint.State.OFF


def test_paused_messages_wait_and_go_when_it_is_resumed(brand, admin, receiver, monkeypatch):
    monkeypatch.setattr(managing, "PER_STEP", 2)
    endpoint, _ = made(admin, receiver)
    joined(brand, 0)
    managing.pause_endpoint(admin, endpoint=endpoint, now=NOW)
    managing.pause_endpoint(admin, endpoint=endpoint, now=NOW)
    for number in range(1, 5):
        joined(brand, number)
    work()
    assert receiver.got == []
    managing.resume_endpoint(admin, endpoint=endpoint, now=NOW)
    work(NOW + SECOND)
    told = [json.loads(body)["data"]["member_id"] for _, body in receiver.got]
    assert sorted(told) == [0, 1, 2, 3, 4]
    assert Entry.objects.filter(action="notices.webhook_paused").count() == 1


def test_a_time_is_sent_again_and_nothing_outside_it(brand, admin, receiver):
    endpoint, _ = made(admin, receiver)
    other, _ = made(admin, receiver, name="shop", events=["hefu.identity.unit_activated"])
    for day in range(4):
        joined(brand, day, NOW + day * DAY)
    work(NOW + 4 * DAY)
    receiver.got.clear()
    span = managing.Span(since=NOW + DAY, until=NOW + 3 * DAY, dead_only=False)
    assert managing.send_span_again(admin, endpoint=other, span=span, now=NOW + 4 * DAY) == 0
    assert managing.send_span_again(admin, endpoint=endpoint, span=span, now=NOW + 4 * DAY) == 2
    work(NOW + 4 * DAY)
    assert [json.loads(body)["data"]["member_id"] for _, body in receiver.got] == [1, 2]
    backwards = managing.Span(since=NOW, until=NOW)
    with pytest.raises(Invalid):
        managing.send_span_again(admin, endpoint=endpoint, span=backwards, now=NOW)


def test_while_the_secret_changes_either_one_verifies(brand, admin, receiver):
    endpoint, first = made(admin, receiver)
    second = managing.change_secret(admin, endpoint=endpoint, now=NOW)
    assert second != first
    joined(brand)
    work()
    for secret in (first, second):
        assert verified(secret, receiver.got[0])["type"] == JOINED
    managing.end_old_secret(admin, endpoint=endpoint, now=NOW)
    joined(brand)
    work()
    assert verified(second, receiver.got[1])
    with pytest.raises(WebhookVerificationError):
        verified(first, receiver.got[1])

    own = "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw"  # the example of the specification
    assert managing.change_secret(admin, endpoint=endpoint, secret=own, now=NOW) == own
    late = NOW + managing.OLD_KEPT
    joined(brand, now=late)
    work(late)
    assert verified(own, receiver.got[2], late)
    with pytest.raises(WebhookVerificationError):
        verified(second, receiver.got[2], late)  # a day is over
    dispatching.forget_webhooks(late)
    endpoint.refresh_from_db()
    assert (endpoint.old_secret, endpoint.old_until) == ("", None)


def test_secrets_are_sealed_in_the_database(admin, receiver):
    endpoint, secret = made(admin, receiver)
    with connection.cursor() as cursor:
        cursor.execute("SELECT secret FROM notices_endpoint WHERE id = %s", [endpoint.pk])
        assert secret not in cursor.fetchone()[0]
    assert secret not in json.dumps(list(Entry.objects.values_list("data", flat=True)))


def test_a_test_message_is_sent_at_once_and_once(brand, admin, receiver):
    endpoint, secret = made(admin, receiver, events=[JOINED])
    managing.pause_endpoint(admin, endpoint=endpoint, now=NOW)
    done = dispatching.try_out(admin, endpoint=endpoint, now=NOW)
    assert done.state == Dispatch.State.TAKEN
    assert verified(secret, receiver.got[0])["type"] == "hefu.webhooks.test"

    receiver.moods.append(500)
    done = dispatching.try_out(admin, endpoint=endpoint, now=NOW)
    assert (done.state, done.reason) == ("dead", "status_500")
    work(NOW + DAY)
    assert len(receiver.got) == 2
    endpoint.refresh_from_db()
    assert endpoint.failing_since is None
    stranger = an_actor(a_brand(), Role.BRAND_ADMIN)
    with pytest.raises(NotFound):
        dispatching.try_out(stranger, endpoint=endpoint, now=NOW)


def test_what_a_message_said_is_forgotten_then_the_line_too(brand, admin, receiver):
    endpoint, _ = made(admin, receiver)
    joined(brand)
    work()
    managing.pause_endpoint(admin, endpoint=endpoint, now=NOW)
    joined(brand, now=NOW + SECOND)
    at = NOW + dispatching.BODIES_KEPT + 2 * SECOND
    assert dispatching.forget_webhooks(at - 3 * SECOND) == 0
    assert dispatching.forget_webhooks(at) == 2
    rows = Dispatch.objects.order_by("pk")
    assert [(row.state, row.reason, row.body, row.payload) for row in rows] == [
        ("taken", "", "", {}), ("dead", "too_old", "", {}),
    ]  # fmt: skip
    with pytest.raises(WebhookForgotten):
        managing.send_again(admin, dispatch=rows[0], now=at)
    dispatching.forget_webhooks(NOW + dispatching.LOG_KEPT + 2 * SECOND)
    assert not Dispatch.objects.exists()


def test_a_removed_webhook_hears_nothing_more(brand, admin, receiver):
    endpoint, _ = made(admin, receiver)
    joined(brand)
    managing.remove_endpoint(admin, endpoint=endpoint, now=NOW)
    joined(brand)
    work()
    assert receiver.got == []
    assert not Delivery.objects.exclude(state="done").exists()


def test_what_a_webhook_may_be(admin, receiver, settings):
    with pytest.raises(Invalid) as caught:
        made(admin, receiver, events=["hefu.no.such_event"])
    assert caught.value.details["rule"] == "unknown_event"
    with pytest.raises(Invalid):
        made(admin, receiver, name=" ")
    with pytest.raises(Invalid):
        made(admin, receiver, secret="whsec_c2hvcnQ=")
    settings.HEFU_INTRANET = False
    with pytest.raises(BadAddress):
        made(admin, receiver)  # no TLS
    made(admin, receiver, address="https://127.0.0.1/")


def test_private_networks_are_reached_on_an_intranet_only(brand, admin, receiver, settings):
    made(admin, receiver)
    made(admin, receiver, address="https://127.0.0.1/")
    settings.HEFU_INTRANET = False
    joined(brand)
    work()
    assert receiver.got == []
    reasons = Dispatch.objects.order_by("pk").values_list("reason", flat=True)
    assert list(reasons) == ["https", "private_address"]


def test_a_brand_has_a_number_of_webhooks(admin, receiver, monkeypatch):
    monkeypatch.setattr(managing, "MOST", 1)
    made(admin, receiver)
    with pytest.raises(Invalid) as caught:
        made(admin, receiver)
    assert caught.value.details["rule"] == "too_many"


def test_strangers_and_other_roles_have_no_webhooks(brand, admin, receiver):
    endpoint, _ = made(admin, receiver)
    joined(brand)
    stranger = an_actor(a_brand(), Role.BRAND_ADMIN)
    row = Dispatch.objects.get()
    assert not selectors.endpoints_for(stranger).exists()
    assert not selectors.dispatches_for(stranger, endpoint).exists()
    for look in (
        lambda: selectors.endpoint_by_id(stranger, endpoint.pk),
        lambda: selectors.dispatch_by_id(stranger, row.pk),
        lambda: managing.send_again(stranger, dispatch=row, now=NOW),
        lambda: managing.remove_endpoint(stranger, endpoint=endpoint, now=NOW),
        lambda: managing.change_secret(stranger, endpoint=endpoint, now=NOW),
        lambda: managing.resume_endpoint(stranger, endpoint=endpoint, now=NOW),
    ):
        with pytest.raises(NotFound):
            look()
    for role in set(Role) - {Role.BRAND_ADMIN, Role.DISTRIBUTOR, Role.RETAILER, Role.SUPPLIER,
                             Role.REPAIR_POINT}:  # fmt: skip
        with pytest.raises(NotAllowed):
            selectors.endpoints_for(an_actor(brand, role))
    assert Endpoint.objects.count() == 1


def test_the_code_of_a_unit_is_told_beside_its_row(db, receiver):
    goods = Goods()
    (row,) = touch([goods.unit(0)]).values()
    made(operator(goods.brand), receiver, events=["hefu.identity.unit_suspected"])
    with audit.deed():
        audit.publish(UnitSuspected(brand_id=goods.brand.pk, unit_id=row, reason="copied"), now=NOW)
    work()
    data = json.loads(receiver.got[-1][1])["data"]
    assert data == {"unit_id": row, "code": goods.code(0), "reason": "copied"}


@pytest.mark.django_db(transaction=True)
def test_of_two_workers_one_sends(receiver):
    brand = a_brand()
    made(operator(brand), receiver)
    joined(brand)

    def one(_):
        try:
            return drain(now=NOW)
        finally:
            connection.close()

    with ThreadPoolExecutor(4) as pool:
        list(pool.map(one, range(4)))
    assert len(receiver.got) == 1
    assert Attempt.objects.count() == 1
