"""The question desk (R088, R103): what is late first, everything one does about a question."""

import re
from datetime import timedelta

import pytest
import time_machine
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from hefu.apps.community.models import Answer, Question, QueuePolicy, Reply, Report
from hefu.apps.community.services.answering import answer, answer_as_member
from hefu.apps.community.services.moderating import show
from hefu.apps.community.services.reading import report
from hefu.core.permissions import PARTNER_ROLES, Role
from tests.apps.community.rows import DUE, Desk, later
from tests.factories import NOW, a_partner, a_person
from tests.surfaces.desk.codes.browsing import text_of

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def clock():
    with time_machine.travel(NOW + timedelta(hours=1), tick=False) as clock:
        yield clock


@pytest.fixture
def house():
    return Desk()


@pytest.fixture
def browse(house):
    def sign_in(role=Role.PRODUCT_SPECIALIST):
        partner = a_partner(house.brand, role.value) if role in PARTNER_ROLES else None
        client = Client(headers={"Accept-Language": "en"})
        client.force_login(a_person(house.brand, role, partner))
        return client

    return sign_in


def at(name, *args):
    return reverse(f"desk:{name}", args=args)


def test_R088_the_queue_shows_what_is_late_first_and_who_is_at_it(house, browse, clock):
    house.question("新的问题")
    house.question("旧的问题", at=later(days=-5))
    agent = browse(Role.SERVICE_AGENT)
    page = text_of(agent.get(at("questions")))
    assert page.index("旧的问题") < page.index("新的问题")
    assert "late by" in page
    assert "Open questions" in text_of(agent.get(at("home")))

    row = Question.objects.get(text="旧的问题")
    agent.post(at("question_take", row.pk))
    assert "service_agent" in text_of(agent.get(at("questions")))
    other = browse()
    assert "took it a moment before" in text_of(
        other.post(at("question_take", row.pk), follow=True)
    )
    over = {"from": Question.objects.get(pk=row.pk).taken_by_id}
    assert "It is yours" in text_of(other.post(at("question_take", row.pk), over, follow=True))
    assert "旧的问题" in text_of(other.get(at("questions"), {"part": "mine"}))
    other.post(at("question_back", row.pk))
    assert Question.objects.get(pk=row.pk).taken_by_id is None


def test_the_queue_asks_cheaply_and_hears_of_every_change(house, browse):
    house.question("第一个")
    client = browse()
    page = client.get(at("questions")).content.decode()
    poll = re.search(r'hx-get="([^"]+)"', page)[1].replace("&amp;", "&")
    live = {"headers": {"HX-Request": "true"}}
    with CaptureQueriesContext(connection) as queries:
        unchanged = client.get(poll, **live)
    assert (unchanged.status_code, unchanged.content) == (204, b"")
    assert len([q for q in queries if "community_" in q["sql"]]) == 1
    assert client.get(poll).status_code == 200  # a link that somebody opens is a page
    house.question("第二个")
    changed = client.get(poll, **live)
    assert "第二个" in changed.content.decode()
    assert poll not in changed.content.decode()
    assert "stamp=" not in re.sub(r'hx-get="[^"]+"', "", changed.content.decode())


@pytest.mark.parametrize("rows", [1, 4])
def test_the_queue_costs_the_same_with_many_rows(house, browse, rows):
    client = browse()
    for number in range(rows):
        house.question(f"问题{number}")
    client.get(at("questions"))
    with CaptureQueriesContext(connection) as queries:
        client.get(at("questions"))
    assert len(queries) <= 20, [q["sql"][:80] for q in queries]


def test_R103_a_question_is_answered_with_a_stored_reply_and_the_next_one_opens(house, browse):
    first = house.question("滤网怎么洗", at=later(minutes=-1))
    second = house.question("能煮粥吗")
    client = browse()
    client.post(at("reply_new"), {"title": "清洗", "text": "{model} 用温水", "language": "zh-hans"})
    reply = Reply.objects.get()
    page = client.get(at("question", first.pk), {"reply": reply.pk}).content.decode()
    assert f"{house.product.model} 用温水</textarea>" in page
    empty = client.post(at("question_answer", first.pk), {"text": " "})
    assert empty.status_code == 422
    done = client.post(at("question_answer", first.pk), {"text": "用温水。"}, follow=True)
    assert done.redirect_chain == [(at("question", second.pk), 302)]
    assert "Here is the next one" in text_of(done)
    last = client.post(at("question_answer", second.pk), {"text": "能。"}, follow=True)
    assert last.redirect_chain == [(at("questions"), 302)]
    assert "Nothing else is open" in text_of(last)
    assert "100 %" in text_of(last)

    said = Answer.objects.get(text="能。")
    client.post(at("answer_edit", said.pk), {"text": "能，选粥档。"})
    page = text_of(client.get(at("question", second.pk)))
    assert "能，选粥档。" in page
    assert "What it said before" in page


def test_a_refused_answer_keeps_its_words(house, browse):
    row = house.question("能煮粥吗")
    client = browse()
    Question.objects.update(showing="hidden", reason="insult")
    page = client.post(at("question_answer", row.pk), {"text": "写了很久的回答"})
    assert page.status_code == 422
    assert "Your words are still here" in text_of(page)


def test_moderation_merge_and_reports_by_hand(house, browse):
    kept = show(house.specialist, question=house.question("滤网多久清洗一次"), now=NOW)
    twin = house.question("滤网要多久清洗一次")
    client = browse()
    page = client.get(at("question", twin.pk))
    assert "Asked before?" in text_of(page)
    merged = client.post(at("question_merge", twin.pk), {"into": kept.pk}, follow=True)
    assert merged.redirect_chain == [(at("question", kept.pk), 302)]
    assert "Merged into" in text_of(client.get(at("question", twin.pk)))
    client.post(at("question_split", twin.pk))
    client.post(at("question_show", twin.pk))
    twin.refresh_from_db()
    assert (twin.merged_into, twin.showing) == (None, "shown")
    assert "Please choose a reason" in text_of(
        client.post(at("question_hide", twin.pk), follow=True)
    )
    client.post(at("question_hide", twin.pk), {"reason": "off_topic", "note": "问别家的"})
    assert "问别家的" in text_of(client.get(at("question", twin.pk)))
    assert "滤网要多久" in text_of(client.get(at("questions"), {"part": "hidden"}))

    said = answer_as_member(house.member("李雷"), question=kept, text="一周", now=NOW)
    assert "滤网多久" in text_of(client.get(at("questions"), {"part": "unread"}))
    client.post(at("answer_show", said.pk))
    said.refresh_from_db()
    report(house.guest, question=kept, answer=said, reason="other", device="d", now=NOW)
    assert "滤网多久" in text_of(client.get(at("questions"), {"part": "reported"}))
    client.post(at("question_reports", kept.pk))
    assert Report.objects.get().settled_at
    client.post(at("answer_hide", said.pk), {"reason": "wrong"})
    assert Answer.objects.get().showing == "hidden"


def test_search_finds_words_of_questions_and_answers(house, browse):
    row = house.question("内胆掉漆还能用吗")
    house.question("能煮粥吗")
    answer(house.specialist, question=row, text="不建议继续使用，可更换内锅。", now=NOW)
    client = browse()
    for words in ("内胆", "更换 内锅", f"{house.product.model} 掉漆"):
        page = text_of(client.get(at("questions"), {"q": words}))
        assert "内胆掉漆" in page
        assert "能煮粥吗" not in page
    csv = b"".join(client.get(at("questions"), {"part": "answered", "export": "csv"}))
    assert "内胆掉漆还能用吗" in csv.decode()


def test_the_auditor_reads_masked_and_changes_nothing_partners_see_nothing(house, browse):
    row = house.question("请打 13800138000 告诉我", actor=house.member("韩梅梅"))
    auditor, partner = browse(Role.AUDITOR), browse(Role.RETAILER)
    for address in (at("questions"), at("question", row.pk)):
        page = auditor.get(address).content.decode()
        assert "***" in page
        assert "13800138000" not in page
        assert "梅梅" not in page
        assert partner.get(address).status_code == 403
    csv = b"".join(auditor.get(at("questions"), {"export": "csv"})).decode()
    assert "13800138000" not in csv
    for name in ("take", "show", "hide", "answer", "merge", "reports"):
        assert auditor.post(at(f"question_{name}", row.pk)).status_code == 403
    assert auditor.get(at("question_rules")).status_code == 403
    assert "<textarea" not in auditor.get(at("question", row.pk)).content.decode()
    assert "13800138000" in browse().get(at("question", row.pk)).content.decode()


def test_an_admin_sets_the_rules_and_open_questions_are_due_anew(house, browse):
    row = house.question()
    admin = browse(Role.BRAND_ADMIN)
    page = admin.get(at("question_rules")).content.decode()
    assert 'value="9"' in page
    given = {
        "read_first": "on", "hours": "4.5", "weekdays": ["0", "1", "2", "3", "4", "5", "6"],
        "opens": "09:00", "closes": "18:00", "closed_on": "2026-10-01\n2026-10-02",
    }  # fmt: skip
    wrong = admin.post(at("question_rules"), {**given, "closed_on": "tomorrow"})
    assert wrong.status_code == 422
    assert "tomorrow is no day" in text_of(wrong)
    late = admin.post(at("question_rules"), {**given, "closes": "08:00"})
    assert late.status_code == 422
    assert admin.post(at("question_rules"), given).status_code == 302
    policy = QueuePolicy.objects.get()
    assert (policy.members_answer, policy.target_minutes) == (False, 270)
    assert policy.closed_on == ["2026-10-01", "2026-10-02"]
    row.refresh_from_db()
    assert row.due_at == DUE - timedelta(hours=4.5)


def test_an_empty_queue_teaches(browse):
    client = browse()
    assert "Nobody waits for an answer" in text_of(client.get(at("questions")))
    assert "Nothing is late" in text_of(client.get(at("questions"), {"part": "late"}))
    assert "No stored replies yet" in text_of(client.get(at("replies")))


def test_the_palette_finds_questions_as_one_may_read_them(house, browse):
    house.question("内胆掉漆了，请打13800138000告诉我")
    for role, shown in ((Role.PRODUCT_SPECIALIST, True), (Role.AUDITOR, False)):
        page = browse(role).get(at("find"), {"q": "内胆 掉漆"}).content.decode()
        assert "内胆掉漆了" in page
        assert ("13800138000" in page) == shown
    assert "内胆掉漆了" not in browse(Role.RETAILER).get(
        at("find"), {"q": "内胆 掉漆"}
    ).content.decode()  # fmt: skip
