"""The member's own place: see, take and delete everything we hold (L34, L37, L40)."""

import io
import json
import re
import zipfile
from datetime import timedelta

import pytest
from django.test import Client
from django.urls import reverse

from hefu.apps.audit import jobs
from hefu.apps.audit.models import Entry, Job
from hefu.apps.members.models import Closing, CodeLimit, DataExport, DataRequest, Member, SignIn
from hefu.apps.members.services.copies import forget_copies
from hefu.apps.members.services.sign_ins import forget_sign_ins
from hefu.apps.notices.models import Message
from tests.surfaces.consumer.conftest import PHONE, TODAY, newest_code, sign_in, text_of
from tests.surfaces.consumer.test_activation import press

FIREFOX = "Mozilla/5.0 (Android 14; Mobile; rv:131.0) Gecko/131.0 Firefox/131.0"


@pytest.fixture
def member(goods, phone):
    sign_in(phone, goods)
    return Member.objects.get()


def at(name, *args):
    return reverse(f"consumer:{name}", args=args)


def work():
    """Run the jobs that wait, as a worker does."""
    while (job := jobs.claim("w", now=TODAY)) is not None:
        jobs.run(job, worker="w", clock=lambda: TODAY)


def prove(phone):
    page = phone.post(at("confirm"), {"send": "1"})
    phone.post(page.url, {"code": newest_code()})


def test_one_page_leads_to_everything(member, phone):
    page = phone.get(at("account")).content.decode()

    for name in ("mine", "coins", "wallet", "prizes", "inbox", "answers", "devices", "copies",
                 "requests", "age", "close", "change"):  # fmt: skip
        assert f'href="{at(name)}"' in page, name
        assert phone.get(at(name)).status_code == 200, name


def test_nobody_reads_it_without_signing_in(goods, phone):
    phone.get(at("activate", goods.code(0)))

    for name in ("inbox", "answers", "devices", "copies", "requests", "close", "confirm", "age"):
        assert "/sign-in/" in phone.get(at(name)).url, name


def test_every_answer_stands_with_the_words_of_then(member, phone):
    consent = {"consent_marketing": "yes", "version_marketing": "1", "language_marketing": "en"}
    phone.post(at("agree"), consent)
    phone.post(at("withdraw", "marketing"))

    text = text_of(phone.get(at("answers")))

    assert text.count("may send me news and offers. I can unsubscribe at any time.") == 2
    assert text.index("No") < text.index("Yes")


def test_messages_are_read_again_and_codes_are_not(member, phone):
    phone.post(at("change") + "?by=email", {"address": "li@example.com"})
    phone.post(at("proof"), {"code": newest_code()})
    phone.post(at("change") + "?by=email", {"address": "wei@example.com"})
    phone.post(at("proof"), {"code": newest_code()})
    code = newest_code_sent()

    page = phone.get(at("account"))
    assert '<span class="badge info">1</span>' in page.content.decode()
    text = text_of(phone.get(at("inbox")))

    assert "The contact of your account was changed" in text
    assert code not in text
    assert "badge info" not in phone.get(at("account")).content.decode()


def newest_code_sent():
    return re.search(r"\d{6}", Message.objects.filter(template="address_code").last().body).group()


def test_devices_are_seen_and_signed_out(member, phone, goods):
    other = Client(headers={"Accept-Language": "en", "User-Agent": FIREFOX})
    with_code(other, goods)

    text = text_of(phone.get(at("devices")))
    assert "Firefox" in text
    assert "this one" in text
    assert "131" not in text  # no version

    row = SignIn.objects.get(agent="Firefox")
    phone.post(at("device_end", row.pk))
    assert "/sign-in/" in other.get(at("mine")).url
    assert phone.get(at("mine")).status_code == 200

    with_code(other, goods)
    assert "1 other device was signed out" in text_of(phone.post(at("devices_others"), follow=True))
    assert "/sign-in/" in other.get(at("mine")).url
    phone.post(at("sign_out"))
    assert not SignIn.objects.filter(ended_at=None).exists()
    assert forget_sign_ins(TODAY + timedelta(days=31)) == 3


def with_code(browser, goods):
    """Sign in once more: the limit of one code a minute is not at stake here."""
    CodeLimit.objects.all().delete()
    sign_in(browser, goods)


def test_another_members_device_is_out_of_reach(member, phone, goods):
    other = Client(headers={"Accept-Language": "en"})
    sign_in(other, goods, "13900139000")
    mine = SignIn.objects.get(member=member)

    assert other.post(at("device_end", mine.pk)).status_code == 404
    assert phone.get(at("mine")).status_code == 200


def test_L37_a_copy_of_everything_behind_a_fresh_proof(member, phone, goods, clock):
    press(phone, goods)
    phone.post(at("copies"))
    work()
    copy = DataExport.objects.get()
    assert "is ready" in text_of(phone.get(at("inbox")))

    clock.shift(timedelta(minutes=11))
    stale = phone.get(at("copy", copy.pk))
    assert stale.url == f"{at('confirm')}?next={at('copy', copy.pk).replace('/', '%2F')}"
    prove(phone)
    answer = phone.get(at("copy", copy.pk))

    archive = zipfile.ZipFile(io.BytesIO(answer.content))
    data = json.loads(archive.read("data.json"))
    assert data["account"][0]["phone"] == f"+86{PHONE}"
    assert data["products"][0]["code"] == goods.code(0)
    assert data["coin_movements"][0]["amount"] == 10
    page = archive.read("index.html").decode()
    assert "My products" in page
    assert f"+86{PHONE}" in page
    assert archive.read("products.csv").startswith(b"\xef\xbb\xbfcode,product")
    assert archive.testzip() is None
    assert Entry.objects.filter(action="members.copy_fetched").count() == 1
    assert DataRequest.objects.get().kind == "copy"
    assert Job.objects.get(kind="members.copy").state == "done"


def test_a_copy_is_sealed_on_disk_and_deleted_in_time(member, phone, settings, clock):
    phone.post(at("copies"))
    phone.post(at("copies"))  # twice is once
    work()
    copy = DataExport.objects.get()
    file = settings.HEFU_DATA / copy.path
    assert PHONE.encode() not in file.read_bytes()
    assert zipfile.is_zipfile(file) is False

    clock.shift(timedelta(days=7))
    prove(phone)
    assert phone.get(at("copy", copy.pk)).status_code == 409
    assert forget_copies(TODAY + timedelta(days=7)) == 1
    assert not file.exists()
    assert "Deleted" in text_of(phone.get(at("copies")))


def test_anothers_copy_does_not_exist(member, phone, goods):
    phone.post(at("copies"))
    work()
    other = Client(headers={"Accept-Language": "en"})
    sign_in(other, goods, "13900139000")

    assert other.get(at("copy", DataExport.objects.get().pk)).status_code == 404


def test_closing_warns_then_closes_and_gives_a_receipt(member, phone, goods):
    press(phone, goods)
    warned = text_of(phone.get(at("close")))
    assert "10 C-coins" in warned
    assert "cannot be undone" in warned

    assert phone.post(at("close")).status_code == 400
    done = phone.post(at("close"), {"sure": "on"})
    receipt = text_of(phone.get(done.url))

    number = Closing.objects.get().number
    assert number in receipt
    assert "E-Commerce Law" not in receipt  # nothing was bought
    file = phone.get(done.url + "receipt.txt")
    assert number in file.content.decode()
    assert "attachment" in file["Content-Disposition"]
    assert "/sign-in/" in phone.get(at("mine")).url
    assert phone.get(at("receipt", "guessed")).status_code == 404
    member.refresh_from_db()
    assert (member.phone, member.phone_key) == ("", None)


def test_a_stale_session_cannot_close(member, phone, clock):
    clock.shift(timedelta(minutes=11))

    answer = phone.post(at("close"), {"sure": "on"})

    assert answer.url.startswith(at("confirm"))
    assert not Closing.objects.exists()


def test_asking_and_restricting(member, phone):
    assert phone.post(at("requests"), {"kind": "correct"}).status_code == 400
    said = {"kind": "correct", "words": "my year of birth"}
    assert "answer by" in text_of(phone.post(at("requests"), said, follow=True))
    text = text_of(phone.post(at("restriction"), {"restricted": "yes"}, follow=True))
    assert "Restricted since" in text
    member.refresh_from_db()
    assert member.restricted_at == TODAY
    phone.post(at("restriction"), {"restricted": "no"})
    member.refresh_from_db()
    assert member.restricted_at is None


def test_L40_a_child_needs_a_guardian(member, phone):
    page = text_of(phone.post(at("age"), {"step": "year", "year": "2015"}, follow=True))
    assert "under 14" in page
    own = phone.post(at("age"), {"step": "guardian", "address": PHONE})
    assert own.status_code == 400
    phone.post(at("age"), {"step": "guardian", "address": "parent@example.com"})
    code = newest_code()
    assert phone.post(at("age"), {"step": "proof", "code": code}).status_code == 400

    given = {"step": "proof", "code": code, "agreed": "on"}
    text = text_of(phone.post(at("age"), given, follow=True))

    assert "has agreed" in text
    assert phone.post(at("age"), {"step": "year", "year": "1990"}).status_code == 400
