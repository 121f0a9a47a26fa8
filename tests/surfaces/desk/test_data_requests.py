"""The desk's page for requests about personal data: entered, checked, carried out, answered."""

import re
from datetime import timedelta

import pytest
import time_machine
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from hefu.apps.audit.models import Entry
from hefu.apps.members.models import Closing, DataExport, DataRequest
from hefu.core.permissions import Role
from tests.apps.rights.life import PHONE, Life
from tests.factories import NOW, a_person

pytestmark = pytest.mark.django_db
MAIL = {
    "kind": "delete", "channel": "mail", "received_on": "2026-11-20", "term": "CN",
    "asker": "Wang of Canton, letter", "words": "delete me",
}  # fmt: skip


@pytest.fixture
def life():
    return Life()


@pytest.fixture
def desk(life):
    with time_machine.travel(NOW, tick=False):
        client = Client(headers={"Accept-Language": "en"})
        client.force_login(a_person(life.brand, Role.SERVICE_AGENT))
        yield client


def at(name, *args):
    return reverse(f"desk:{name}", args=args)


def text_of(response):
    return " ".join(re.sub(r"<[^>]+>", " ", response.content.decode()).split())


def entered(desk):
    return desk.post(at("data_request_new"), MAIL).url


def test_R292_a_letter_becomes_a_closed_account(desk, life):
    page = entered(desk)
    row = DataRequest.objects.get()
    assert "Answer by 2026-12-11" in text_of(desk.get(page)).replace("Answer by ", "Answer by ")
    assert "Carry it out" not in text_of(desk.get(page))

    seen = {"identity": "called back", "address": PHONE}
    desk.post(at("data_request_identity", row.pk), seen)
    row.refresh_from_db()
    assert row.member_id == life.member.pk
    assert "Close the account for good" in text_of(desk.get(page))
    told = text_of(desk.post(at("data_request_do", row.pk), {"deed": "close"}, follow=True))

    receipt = re.search(r"(/closed/[\w-]+/)", told).group(1)
    answer = Client(headers={"Accept-Language": "en"}).get(receipt)
    assert Closing.objects.get().number in text_of(answer)
    desk.post(at("data_request_answer", row.pk), {"answer": "closed", "rule": ""})
    row.refresh_from_db()
    assert row.state == "done"
    assert "100 %" in text_of(desk.get(at("data_requests") + "?answered=1"))


def test_a_copy_and_a_restriction_are_one_press(desk, life):
    page = entered(desk)
    row = DataRequest.objects.get()
    refused = desk.post(at("data_request_do", row.pk), {"deed": "copy"}, follow=True)
    assert "Check the identity" in text_of(refused)
    assert not DataExport.objects.exists()
    desk.post(at("data_request_identity", row.pk), {"identity": "seen", "address": PHONE})

    desk.post(at("data_request_do", row.pk), {"deed": "copy"})
    desk.post(at("data_request_do", row.pk), {"deed": "restrict"})

    assert DataExport.objects.get().member_id == life.member.pk
    assert "Restricted since" in text_of(desk.get(page))


def test_a_refusal_without_words_and_a_wrong_address_stay_on_the_page(desk):
    page = entered(desk)
    row = DataRequest.objects.get()

    assert desk.post(at("data_request_answer", row.pk), {"answer": ""}).status_code == 422
    wrong = {"identity": "x", "address": "13300000000"}
    assert desk.post(at("data_request_identity", row.pk), wrong).status_code == 422
    assert desk.post(at("data_request_new"), {**MAIL, "asker": ""}).status_code == 422
    refusal = {"answer": "the law keeps it", "rule": "L16"}
    desk.post(at("data_request_answer", row.pk), refusal)
    assert "Refused by L16" in text_of(desk.get(page))


def test_a_late_one_is_red_on_the_home_and_in_the_list(desk, life):
    entered(desk)
    with time_machine.travel(NOW + timedelta(days=40), tick=False):
        desk.force_login(a_person(life.brand, Role.SERVICE_AGENT))
        home, listed = text_of(desk.get(at("home"))), text_of(desk.get(at("data_requests")))

    assert "The next answer is due on 2026-12-11" in home
    assert "Late" in listed
    assert "Wang of Canton" not in listed


def test_the_list_asks_the_database_as_often_for_many(desk):
    counts = []
    for _ in range(2):
        entered(desk)
        desk.get(at("data_requests"))
        with CaptureQueriesContext(connection) as asked:
            desk.get(at("data_requests"))
        counts.append(len(asked))

    assert counts[0] == counts[1]


def test_who_has_no_part_in_it_sees_no_page(life):
    client = Client()
    client.force_login(a_person(life.brand, Role.AUDITOR))

    assert client.get(at("data_requests")).status_code == 403


def test_R292_the_list_of_members_leaves_with_a_second_persons_yes_once(desk, life):
    export = at("members") + "?export=csv"
    assert desk.get(export).status_code == 403
    assert "Download as" not in text_of(desk.get(at("members")))
    page = desk.post(at("member_list_new"), {"reason": "letters on the recall"}).url
    assert desk.post(page, {"decision": "grant"}).status_code in (403, 409)  # not by oneself

    approver = Client(headers={"Accept-Language": "en"})
    approver.force_login(a_person(life.brand, Role.APPROVER))
    assert "letters on the recall" in text_of(approver.get(page))
    approver.post(page, {"decision": "grant"})
    assert approver.get(export).status_code == 403  # only who asked

    rows = b"".join(desk.get(export).streaming_content).decode("utf-8-sig")
    assert "139******78" in rows
    assert PHONE[3:] not in rows
    assert Entry.objects.get(action="members.list_taken").data == {"rows": 1}
    assert desk.get(export).status_code == 403
