"""Telling (R088, R103): the asker of an answer, the specialists of what is late; once each."""

import threading

import pytest
from django.db import connection

from hefu.apps.audit.models import Delivery
from hefu.apps.audit.worker import work_off
from hefu.apps.community.models import Answer, Follower, Question, Vote
from hefu.apps.community.selectors.desk import (
    Part,
    counts_of_queue,
    figures_for,
    part_of_queue,
    question_by_id,
    questions_for,
    stamp_of_queue,
)
from hefu.apps.community.selectors.public import page_address
from hefu.apps.community.services.answering import answer, answer_as_member
from hefu.apps.community.services.limits import forget_limits
from hefu.apps.community.services.member_data import HOLDER
from hefu.apps.community.services.merging import merge
from hefu.apps.community.services.moderating import hide, show, show_answer
from hefu.apps.community.services.queue import take
from hefu.apps.community.services.reading import report, vote
from hefu.apps.community.services.telling import (
    alert_overdue,
    forget_contacts,
    tell_askers,
)
from hefu.apps.members.models import Member
from hefu.apps.notices.models import Message
from hefu.core.errors import NotAllowed, NotFound
from hefu.core.permissions import Role
from hefu.core.personal import Person
from tests.apps.community.rows import DUE, Desk, later
from tests.factories import NOW, a_brand, a_partner, an_actor

pytestmark = pytest.mark.django_db


@pytest.fixture
def desk():
    return Desk()


def told(template="question_answered"):
    rows = Message.objects.filter(template=template).order_by("pk")
    return [(row.channel, row.address, row.language) for row in rows]


def react(at=NOW):
    work_off(clock=lambda: at)


def test_R103_a_member_and_a_guest_are_told_once_with_a_link(desk):
    member = desk.member()
    phone = Member.objects.get().phone
    asked = desk.ask("滤网怎么洗？", actor=member, language="en")
    desk.ask("滤网怎么洗", address="guest@example.com")
    answer(desk.specialist, question=asked.question, text="用温水。", now=later(hours=1))
    answer(desk.specialist, question=asked.question, text="别用洗衣粉。", now=later(hours=2))
    react(later(hours=3))
    Delivery.objects.update(state="due", due_at=NOW)  # a reaction may run twice
    react(later(hours=4))

    assert told() == [("sms", phone, "en"), ("email", "guest@example.com", "zh-hans")]
    link = page_address(desk.brand, asked.question.pk)
    assert link.endswith(f"/questions/{desk.brand.slug}/{asked.question.pk}/")
    assert all(link in row.body for row in Message.objects.all())


def test_an_owners_answer_is_told_and_the_makers_again_but_not_ones_own(desk):
    asker, owner = desk.member(), desk.member()
    question = show(desk.specialist, question=desk.question(actor=asker), now=NOW)
    desk.ask("滤网多久清洗一次？", actor=owner)
    said = answer_as_member(owner, question=question, text="一周", activation_id=1, now=NOW)
    show_answer(desk.specialist, answer=said, now=NOW)
    react()
    assert len(told("question_answered_by_member")) == 1
    assert told() == []
    answer(desk.specialist, question=question, text="两周", now=later(hours=1))
    react(later(hours=1))
    assert len(told()) == 2


def test_R103_whose_question_was_merged_is_told_with_the_kept_one(desk):
    kept = desk.question("滤网多久洗一次")
    answered = desk.question("刀片能磨吗")
    late = desk.ask("刀片可以磨吗", address="late@example.com").question
    early = desk.ask("多久洗滤网", address="early@example.com").question
    merge(desk.specialist, question=early, into=kept, now=NOW)
    answer(desk.specialist, question=answered, text="不能", now=NOW)
    merge(desk.specialist, question=late, into=answered, now=NOW)
    react()
    assert told() == [("email", "late@example.com", "zh-hans")]
    answer(desk.specialist, question=kept, text="两周", now=later(hours=1))
    react(later(hours=1))
    assert told()[1:] == [("email", "early@example.com", "zh-hans")]
    assert page_address(desk.brand, kept.pk) in Message.objects.latest("pk").body


def test_who_left_or_whose_answer_was_hidden_meanwhile_is_not_written_to(desk):
    member = desk.member()
    question = desk.question(actor=member)
    Member.objects.update(closed_at=NOW, phone="", phone_key=None)
    said = answer(desk.specialist, question=question, text="两周", now=NOW)
    react()
    assert told() == []
    guest = desk.ask("能煮粥吗", address="guest@example.com").question
    said = answer(desk.specialist, question=guest, text="能", now=NOW)
    Answer.objects.filter(pk=said.pk).update(showing="hidden", reason="wrong")
    react()
    assert told() == []


def test_R088_a_question_past_its_target_alerts_the_specialists_once(desk):
    agent = an_actor(desk.brand, Role.SERVICE_AGENT)
    first, second = desk.question("问题一"), desk.question("问题二")
    hidden = desk.question("问题三")
    hide(desk.specialist, question=hidden, reason="insult", now=NOW)
    answer(desk.specialist, question=desk.question("问题四"), text="好", now=NOW)

    assert alert_overdue(DUE.replace(minute=0, hour=17)) == 0
    assert alert_overdue(DUE) == 2
    assert alert_overdue(DUE) == 0
    messages = Message.objects.filter(template="questions_overdue")
    assert {row.address for row in messages} == {desk.specialist.label, agent.label}
    assert all("2 个" in row.subject for row in messages)
    assert list(part_of_queue(desk.specialist, Part.LATE, now=DUE)) == [first, second]


def test_R088_a_late_question_is_at_the_top_and_new_rules_move_the_line(desk):
    old = desk.question("旧问题", at=later(days=-2))
    new = desk.question("新问题")
    assert list(part_of_queue(desk.specialist, Part.OPEN, now=NOW)) == [old, new]
    assert alert_overdue(later(days=3)) == 2
    desk.rules(target_minutes=3 * 540)
    old.refresh_from_db()
    assert old.alerted_at is None
    assert old.due_at.isoformat() == "2026-11-25T10:00:00+00:00"  # Friday night and three days
    assert alert_overdue(later(days=1)) == 0


def test_the_queue_knows_its_parts_and_its_stamp_changes_with_them(desk):
    at = NOW
    stamps = {stamp_of_queue(desk.specialist, now=at)}
    open_one = desk.question("未答")
    shown = show(desk.specialist, question=desk.question("已公开"), now=later(seconds=1))
    answered = desk.question("已答")
    answer(desk.specialist, question=answered, text="好", now=later(seconds=2))
    stamps.add(stamp_of_queue(desk.specialist, now=at))
    take(desk.specialist, question=open_one, now=later(seconds=3))
    stamps.add(stamp_of_queue(desk.specialist, now=at))
    report(desk.guest, question=shown, reason="other", device="d", now=later(seconds=4))
    stamps.add(stamp_of_queue(desk.specialist, now=at))
    stamps.add(stamp_of_queue(desk.specialist, now=DUE))
    assert len(stamps) == 5
    assert counts_of_queue(desk.specialist, now=at) == {
        Part.OPEN: 2, Part.LATE: 0, Part.MINE: 1, Part.ANSWERED: 1, Part.UNREAD: 1,
        Part.REPORTED: 1,
    }  # fmt: skip
    assert list(part_of_queue(desk.specialist, Part.HIDDEN, now=at)) == []


def test_figures_are_what_one_counts_by_hand(desk):
    for minutes, text in ((60, "一"), (120, "二"), (3 * 1440, "三")):
        question = desk.question(f"问题{text}")
        answer(desk.specialist, question=question, text="好", now=later(minutes=minutes))
    desk.question("未答")
    hide(desk.specialist, question=desk.question("广告"), reason="advertising", now=NOW)
    figures = figures_for(desk.specialist, now=later(days=4))
    assert (figures.asked, figures.answered, figures.in_time) == (4, 3, 2)
    assert figures.in_time_bp == 6666
    assert str(figures.median) == "2:00:00"
    assert (figures.open, figures.late, figures.oldest_at) == (1, 1, NOW)


def test_partners_and_other_brands_have_no_queue_and_auditors_only_look(desk):
    question = desk.question()
    partner = an_actor(desk.brand, Role.RETAILER, a_partner(desk.brand, "retailer"))
    assert not questions_for(partner).exists()
    assert not questions_for(Desk(a_brand()).specialist).exists()
    assert questions_for(an_actor(desk.brand, Role.AUDITOR)).get() == question
    with pytest.raises(NotFound):
        question_by_id(partner, question.pk)
    with pytest.raises(NotAllowed):
        take(an_actor(desk.brand, Role.AUDITOR), question=question, now=NOW)


def test_guests_addresses_and_counts_are_erased_when_their_use_is_over(desk):
    question = desk.ask(address="guest@example.com").question
    desk.ask(actor=desk.member())
    answer(desk.specialist, question=question, text="好", now=NOW)
    react()
    assert forget_contacts(later(days=13)) == 0
    assert forget_contacts(later(days=15)) == 1
    desk.ask("另一个问题", address="guest@example.com")
    assert forget_contacts(later(days=179)) == 0
    assert forget_contacts(later(days=181)) == 1
    assert Follower.objects.filter(member_id__isnull=False).count() == 1
    assert forget_limits(later(days=3)) > 0


def test_L37_a_member_takes_the_own_data_and_leaves_no_name(desk):
    member = desk.member("韩梅")
    question = desk.question("请打13800138000，能煮粥吗", actor=member)
    said = answer(desk.specialist, question=question, text="能", now=NOW)
    other = show(desk.specialist, question=desk.question("能蒸鱼吗"), now=NOW)
    answer_as_member(member, question=other, text="能，微信：mei888", activation_id=3, now=NOW)
    vote(member, answer=said, now=NOW)
    person = Person(brand_id=desk.brand.pk, member_id=member.member_id)

    tables = {table.name: table.rows for table in HOLDER.held(person)}
    assert [len(rows) for rows in tables.values()] == [1, 1, 1, 1]
    assert "13800138000" in str(tables["questions"])
    assert list(HOLDER.forget(person, later(days=1))) == []

    assert all(not table.rows for table in HOLDER.held(person))
    assert Question.objects.get(pk=question.pk).text == "请打***，能煮粥吗"
    assert set(Answer.objects.values_list("text", "member_id", "activation_id")) == {
        ("能", None, None), ("能，微信：***", None, None),
    }  # fmt: skip
    assert Answer.objects.get(pk=said.pk).helpful == Vote.objects.count() == 1
    assert not Follower.objects.filter(member_id=member.member_id).exists()


@pytest.mark.django_db(transaction=True)
def test_two_workers_tell_once_and_two_clocks_alert_once():
    desk = Desk()
    question = desk.ask(address="guest@example.com").question
    late = desk.question("迟到的问题")
    answer(desk.specialist, question=question, text="好", now=NOW)
    event = Delivery.objects.filter(event__endswith="QuestionAnswered").first()
    from hefu.apps.community.events import QuestionAnswered

    start = threading.Barrier(4)

    def run(work):
        start.wait()
        try:
            work()
        finally:
            connection.close()

    tell = [lambda: tell_askers(QuestionAnswered(**event.payload), now=NOW)] * 2
    alert = [lambda: alert_overdue(DUE)] * 2
    threads = [threading.Thread(target=run, args=(work,)) for work in (*tell, *alert)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(timeout=60)
    assert len(told()) == 1
    assert len(told("questions_overdue")) == 1
    late.refresh_from_db()
    assert late.alerted_at == DUE
