"""Messages leave once, come back after a failure, and are forgotten after a day."""

from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta

import pytest
from django.core import mail
from django.db import connection

from hefu.apps.audit.models import Delivery, Entry
from hefu.apps.audit.worker import drain
from hefu.apps.notices import selectors, services
from hefu.apps.notices.adapters import FileAdapter, Outgoing
from hefu.apps.notices.errors import NotAccepted, StillSending
from hefu.apps.notices.events import MessageQueued
from hefu.apps.notices.models import Message
from hefu.apps.notices.texts import TEXTS, render
from hefu.core.errors import NotAllowed, NotFound
from hefu.core.permissions import Role
from tests.factories import NOW, a_brand, a_partner, an_actor, operator

REACTIONS = {MessageQueued: (services.deliver,)}
SECOND = timedelta(seconds=1)
taken: list[Outgoing] = []


class Recorder:
    def send(self, outgoing):
        taken.append(outgoing)


class Broken:
    def send(self, outgoing):
        raise OSError(f"gateway does not know {outgoing.address}")


def through(settings, name):
    settings.HEFU_DEMO = False
    settings.HEFU_NOTICE_ADAPTERS = {"sms": f"{__name__}.{name}", "email": f"{__name__}.{name}"}


@pytest.fixture(autouse=True)
def _carrier(settings):
    taken.clear()
    settings.HEFU_REACTIONS = f"{__name__}.REACTIONS"
    through(settings, "Recorder")


@pytest.fixture
def brand(db):
    return a_brand(name="奔腾")


def queue(brand, *, channel="sms", address="+8613800138000", language="zh-hans", expires_at=None):
    return services.queue_message(
        operator(brand), channel=channel, address=address, address_key="k" * 32,
        template="one_time_code", language=language, now=NOW, expires_at=expires_at,
        context={"code": "042042", "minutes": "5"},
    )  # fmt: skip


def event(message):
    return MessageQueued(brand_id=message.brand_id, message_id=message.pk)


def state_of(message):
    message.refresh_from_db()
    return message.state, message.error


@pytest.mark.parametrize(
    ("language", "words"),
    [("zh-hans", "【奔腾】验证码 042042，5 分钟内有效"), ("en", "042042 is your code")],
)
def test_the_code_is_written_in_the_readers_language(brand, language, words):
    message = queue(brand, language=language)
    services.deliver(event(message), now=NOW)

    assert words in taken[0].body
    assert state_of(message) == ("sent", "")


def test_every_text_exists_in_both_languages():
    assert all(set(texts) == {"zh-hans", "en"} for texts in TEXTS.values())


def test_a_value_with_braces_stays_what_it_is():
    text = render(
        "one_time_code", language="en", context={"brand": "{code}", "code": "1", "minutes": "5"}
    )

    assert text.body.startswith("[{code}]")


def test_the_outbox_sends_it_and_a_second_delivery_sends_nothing(brand):
    message = queue(brand)
    drain(now=NOW)
    services.deliver(event(message), now=NOW + 90 * SECOND)

    assert [outgoing.number for outgoing in taken] == [message.pk]
    assert Entry.objects.filter(action="notices.message_sent").count() == 1


@pytest.mark.django_db(transaction=True)
def test_of_eight_workers_one_sends():
    message = queue(a_brand())

    def run(_):
        try:
            services.deliver(event(message), now=NOW)
        except StillSending:
            pass
        finally:
            connection.close()

    with ThreadPoolExecutor(8) as pool:
        list(pool.map(run, range(8)))

    assert len(taken) == 1
    assert state_of(message) == ("sent", "")


def test_a_refused_message_is_tried_again_and_the_error_names_no_address(brand, settings):
    message = queue(brand)
    through(settings, "Broken")
    drain(now=NOW)

    assert state_of(message) == ("queued", "OSError")
    assert "138" not in Delivery.objects.get().error
    through(settings, "Recorder")
    drain(now=NOW + 10 * SECOND)
    assert state_of(message) == ("sent", "")
    assert len(taken) == 1


def test_a_dead_senders_claim_lapses(brand):
    message = queue(brand)
    Message.objects.update(state="sending", claimed_at=NOW)

    with pytest.raises(StillSending):
        services.deliver(event(message), now=NOW + 10 * SECOND)
    services.deliver(event(message), now=NOW + 60 * SECOND)

    assert len(taken) == 1


def test_a_late_code_is_not_sent(brand):
    message = queue(brand, expires_at=NOW + 300 * SECOND)
    services.deliver(event(message), now=NOW + 300 * SECOND)

    assert state_of(message) == ("failed", "too_late")
    assert not taken


def test_mail_goes_out_by_smtp(brand, settings):
    settings.HEFU_NOTICE_ADAPTERS = {}
    message = queue(brand, channel="email", address="li@example.com", language="en")
    services.deliver(event(message), now=NOW)

    (sent,) = mail.outbox
    assert (sent.to, sent.subject) == (["li@example.com"], "Your 奔腾 sign-in code")


def test_without_a_gateway_an_sms_lands_in_a_file_only_its_owner_reads(brand, settings, tmp_path):
    settings.HEFU_NOTICE_ADAPTERS = {}
    services.deliver(event(queue(brand)), now=NOW)

    (path,) = (tmp_path / "outbox").iterdir()
    assert "042042" in path.read_text()
    assert path.stat().st_mode & 0o077 == 0


def test_who_is_to_be_left_alone_gets_nothing_that_still_waited_but_what_is_needed(brand):
    def wait(template, context):
        return services.queue_message(
            operator(brand), channel="email", address="li@example.com", address_key="k" * 32,
            template=template, language="zh-hans", now=NOW, member_id=7, context=context,
            refuse_url="https://x/u/1/",
        )  # fmt: skip

    said = wait("marketing", {"subject": "x", "body": "y"})
    needed = wait("request_answered", {"number": "Q1"})
    services.silence(operator(brand), member_id=7, reason="restricted", now=NOW)
    while drain(now=NOW):
        pass

    assert [one.number for one in taken] == [needed.pk]
    said.refresh_from_db()
    kept = (said.error, said.address, said.subject, said.body, said.refuse_url)
    assert kept == ("silenced", "", "", "", "")


def test_an_unknown_channel_or_template_is_a_bug(brand):
    with pytest.raises(ValueError):
        queue(brand, channel="pigeon")
    with pytest.raises(KeyError):
        render("nothing", language="en", context={})


def test_bodies_are_forgotten_after_a_day(brand):
    message = queue(brand)

    assert services.forget_bodies(NOW + timedelta(days=1)) == 0
    assert services.forget_bodies(NOW + timedelta(days=1) + SECOND) == 1
    assert services.forget_bodies(NOW + timedelta(days=2)) == 0
    message.refresh_from_db()
    assert (message.subject, message.body) == ("", "")


def test_R292_address_and_text_are_sealed(brand):
    queue(brand)
    with connection.cursor() as cursor:
        cursor.execute("SELECT address, body FROM notices_message")
        (address, body) = cursor.fetchone()

    assert address.startswith("s1.")
    assert body.startswith("s1.")


class TestDemonstration:
    def test_messages_are_read_on_the_local_page(self, brand, settings):
        settings.HEFU_DEMO = True
        message = queue(brand)
        drain(now=NOW)

        (shown,) = selectors.demo_messages()
        assert (shown.brand, shown.address) == ("奔腾", "+8613800138000")
        assert "042042" in shown.body
        assert not taken
        assert state_of(message) == ("sent", "")

    def test_elsewhere_there_is_no_such_page(self, brand):
        queue(brand)

        with pytest.raises(NotFound):
            selectors.demo_messages()


def test_messages_belong_to_their_brand(brand):
    message = queue(brand)
    partner = an_actor(brand, Role.RETAILER, a_partner(brand, "retailer"))

    assert list(selectors.messages_for(an_actor(brand, Role.SERVICE_AGENT))) == [message]
    assert not selectors.messages_for(an_actor(a_brand(), Role.BRAND_ADMIN)).exists()
    assert not selectors.messages_for(partner).exists()
    with pytest.raises(NotAllowed):
        selectors.messages_for(an_actor(brand, Role.PRODUCT_SPECIALIST))


def test_the_file_adapter_overwrites_itself(tmp_path):
    outgoing = Outgoing(number=1, channel="sms", address="a", subject="", body="b")
    FileAdapter().send(outgoing)
    FileAdapter().send(outgoing)

    assert len(list((tmp_path / "outbox").iterdir())) == 1


def test_a_broken_carrier_is_reported(brand, settings):
    through(settings, "Broken")
    with pytest.raises(NotAccepted):
        services.deliver(event(queue(brand)), now=NOW)
