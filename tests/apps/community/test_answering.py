"""Answers (R103): the maker's with a badge, owners' and members', their history; moderation."""

import pytest
from django.db import transaction

from hefu.apps.audit.models import Delivery, Entry
from hefu.apps.community.errors import (
    AnsweredAlready,
    CannotMerge,
    NotOpen,
    TakenByAnother,
    TooMany,
)
from hefu.apps.community.models import Answer, AnswerEdit, Question, Report, Showing, Vote
from hefu.apps.community.selectors.public import (
    answer_to_read,
    answers_to_read,
    masked_names,
    my_questions,
    question_to_read,
)
from hefu.apps.community.services.answering import answer, answer_as_member, edit_answer
from hefu.apps.community.services.merging import merge, split
from hefu.apps.community.services.moderating import (
    hide,
    hide_answer,
    settle_reports,
    show,
    show_answer,
)
from hefu.apps.community.services.policy import Rules, keep_reply, retire_reply, set_policy
from hefu.apps.community.services.queue import give_back, take
from hefu.apps.community.services.reading import accept, report, vote
from hefu.core.errors import Invalid, NotAllowed, NotFound
from hefu.core.permissions import PARTNER_ROLES, Role
from tests.apps.community.rows import Desk, later
from tests.apps.identity.issue.rows import a_product
from tests.factories import NOW, a_brand, a_partner, an_actor

pytestmark = pytest.mark.django_db


@pytest.fixture
def desk():
    return Desk()


@pytest.fixture
def question(desk):
    return show(desk.specialist, question=desk.question(), now=NOW)


def refused(kind, **call):
    deed = call.pop("deed")
    with pytest.raises(kind) as caught, transaction.atomic():
        deed(**call)
    return caught.value.details


def test_R103_the_maker_answers_several_times_and_edits_with_history(desk):
    question = desk.question()
    first = answer(desk.specialist, question=question, text="每两周一次。", now=later(hours=1))
    answer(desk.specialist, question=question, text="油烟多时每周一次。", now=later(hours=2))

    question.refresh_from_db()
    assert question.showing == Showing.SHOWN  # who answers has read it
    assert question.answered_at == later(hours=1)
    edited = edit_answer(desk.specialist, answer=first, text="每周一次。", now=later(hours=3))
    assert (edited.text, edited.edited_at) == ("每周一次。", later(hours=3))
    assert [(row.text, row.at) for row in AnswerEdit.objects.all()] == [
        ("每两周一次。", later(hours=3))
    ]
    assert [row.kind for row in answers_to_read(desk.guest, [question])[question.pk]] == [
        "maker", "maker",
    ]  # fmt: skip
    entry = Entry.objects.filter(action="community.question_answered").first()
    assert entry.data == {"kind": "maker", "shown": True, "in_time": True}
    assert "每" not in str(list(Entry.objects.values_list("data", flat=True)))


def test_only_those_who_may_answer_and_nobody_of_another_brand(desk, question):
    other = Desk(a_brand())
    roles = {role: an_actor(desk.brand, role) for role in Role if role not in PARTNER_ROLES}
    partner = an_actor(desk.brand, Role.RETAILER, a_partner(desk.brand, "retailer"))
    may = {Role.BRAND_ADMIN, Role.PRODUCT_SPECIALIST, Role.SERVICE_AGENT}
    for role, actor in roles.items():
        if role not in may:
            refused(NotAllowed, deed=answer, actor=actor, question=question, text="可以", now=NOW)
            refused(NotAllowed, deed=hide, actor=actor, question=question, reason="insult", now=NOW)
    refused(NotAllowed, deed=answer, actor=partner, question=question, text="可以", now=NOW)
    refused(NotFound, deed=answer, actor=other.specialist, question=question, text="可以", now=NOW)
    refused(NotFound, deed=hide, actor=other.specialist, question=question, reason="insult",
            now=NOW)  # fmt: skip
    refused(NotFound, deed=take, actor=other.specialist, question=question, now=NOW)
    assert not Answer.objects.exists()
    question.refresh_from_db()
    assert question.showing == Showing.SHOWN


def test_an_owner_answers_once_and_is_shown_as_one_after_staff_have_read_it(desk, question):
    owner, member = desk.member("李雷"), desk.member()
    said = answer_as_member(owner, question=question, text="我一周一次", activation_id=7, now=NOW)
    other = answer_as_member(member, question=question, text="我也是", now=NOW)

    assert (said.kind, other.kind, said.showing) == ("owner", "member", Showing.WAITING)
    refused(
        AnsweredAlready, deed=answer_as_member, actor=owner, question=question, text="又", now=NOW
    )
    refused(
        NotFound, deed=answer_as_member, actor=desk.guest, question=question, text="我", now=NOW
    )
    assert answers_to_read(desk.guest, [question])[question.pk] == []
    assert answers_to_read(owner, [question])[question.pk] == [said]  # the author's own
    refused(NotFound, deed=answer_to_read, actor=desk.guest, pk=said.pk)

    show_answer(desk.specialist, answer=said, now=later(hours=1))
    assert answers_to_read(desk.guest, [question])[question.pk] == [said]
    assert masked_names(desk.brand.pk, [owner.member_id, member.member_id]) == {
        owner.member_id: "李**", member.member_id: "",
    }  # fmt: skip
    question.refresh_from_db()
    assert question.answered_at is None  # the maker's word is still due
    refused(NotFound, deed=edit_answer, actor=desk.specialist, answer=said, text="改", now=NOW)


def test_a_brand_may_keep_answering_to_itself(desk, question):
    desk.rules(members_answer=False)
    member = desk.member()
    refused(NotAllowed, deed=answer_as_member, actor=member, question=question, text="我", now=NOW)
    desk.rules(read_first=False)
    shown = answer_as_member(member, question=question, text="可以的", now=NOW)
    assert shown.showing == Showing.SHOWN
    spam = answer_as_member(desk.member(), question=question, text="见 www.x.com", now=NOW)
    assert spam.showing == Showing.WAITING


def test_what_is_hidden_says_why_to_its_author_only(desk):
    asker = desk.member()
    question = desk.question(actor=asker)
    refused(Invalid, deed=hide, actor=desk.specialist, question=question, reason="mood", now=NOW)
    hide(desk.specialist, question=question, reason="personal", note="电话号码", now=NOW)

    refused(NotFound, deed=question_to_read, actor=desk.guest, pk=question.pk)
    assert question_to_read(asker, question.pk).reason == "personal"
    assert list(my_questions(asker)) == [question]
    refused(NotOpen, deed=answer, actor=desk.specialist, question=question, text="好", now=NOW)
    show(desk.specialist, question=question, now=later(minutes=1))
    assert question_to_read(desk.guest, question.pk).note == ""


def test_a_question_that_loses_its_answer_is_open_again(desk, question):
    said = answer(desk.specialist, question=question, text="可以", now=NOW)
    hide_answer(desk.specialist, answer=said, reason="wrong", now=later(minutes=1))
    question.refresh_from_db()
    assert question.answered_at is None
    show_answer(desk.specialist, answer=said, now=later(minutes=2))
    question.refresh_from_db()
    assert question.answered_at == later(minutes=2)


def test_R103_merged_questions_lead_to_the_one_that_is_kept(desk, question):
    asker = desk.member()
    twin = show(desk.specialist, question=desk.question("多久洗一次滤网", actor=asker), now=NOW)
    triplet = show(desk.specialist, question=desk.question("滤网清洗周期"), now=NOW)
    said = answer(desk.specialist, question=twin, text="两周", now=later(hours=1))
    merge(desk.specialist, question=triplet, into=twin, now=later(hours=2))
    merge(desk.specialist, question=twin, into=question, now=later(hours=3))

    twin.refresh_from_db()
    triplet.refresh_from_db()
    question.refresh_from_db()
    assert twin.merged_into == triplet.merged_into == question
    assert question.answered_at == later(hours=1)
    assert answers_to_read(desk.guest, [question])[question.pk] == [said]
    assert question_to_read(desk.guest, twin.pk).merged_into == question
    for pair, rule in (
        ((question, question), "itself"), ((twin, question), "not_open"),
        ((question, twin), "not_open"),
    ):  # fmt: skip
        assert refused(CannotMerge, deed=merge, actor=desk.specialist, question=pair[0],
                       into=pair[1], now=NOW) == {"rule": rule}  # fmt: skip
    elsewhere = desk.question(product=a_product(desk.brand, item_no="X1"))
    assert refused(CannotMerge, deed=merge, actor=desk.specialist, question=elsewhere,
                   into=question, now=NOW) == {"rule": "other_product"}  # fmt: skip

    split(desk.specialist, question=twin, now=later(hours=4))
    assert question_to_read(desk.guest, twin.pk).merged_into is None
    desk.ask("滤网清洗周期", at=later(hours=4))
    assert refused(CannotMerge, deed=split, actor=desk.specialist, question=triplet,
                   now=NOW) == {"rule": "same_text"}  # fmt: skip


def test_helpful_counts_once_per_member_or_device(desk, question):
    said = answer(desk.specialist, question=question, text="两周", now=NOW)
    member = desk.member()
    assert vote(member, answer=said, now=NOW)
    assert not vote(member, answer=said, now=later(hours=1))
    assert vote(desk.guest, answer=said, device="one", now=NOW)
    assert not vote(desk.guest, answer=said, device="one", now=later(hours=1))
    assert vote(desk.guest, answer=said, device="two", now=NOW)
    refused(NotFound, deed=vote, actor=desk.guest, answer=said, device="", now=NOW)
    refused(NotFound, deed=vote, actor=desk.specialist, answer=said, device="x", now=NOW)
    said.refresh_from_db()
    assert said.helpful == 3
    assert not Vote.objects.filter(voter__in=["one", "two", str(member.member_id)]).exists()


def test_the_asker_accepts_one_answer(desk):
    asker = desk.member()
    question = desk.question(actor=asker)
    first = answer(desk.specialist, question=question, text="两周", now=NOW)
    second = answer(desk.specialist, question=question, text="一周", now=later(minutes=1))
    refused(NotFound, deed=accept, actor=desk.member(), answer=first, now=NOW)
    accept(asker, answer=first, now=NOW)
    accept(asker, answer=second, now=later(hours=1))
    accept(asker, answer=second, now=later(hours=2))
    assert list(Answer.objects.filter(accepted_at__isnull=False)) == [second]
    assert answers_to_read(desk.guest, [question])[question.pk] == [second, first]


def test_abuse_is_reported_once_and_settled(desk, question):
    said = answer(desk.specialist, question=question, text="两周", now=NOW)
    for _ in range(2):
        report(desk.guest, question=question, answer=said, reason="insult", device="a", now=NOW)
        report(desk.guest, question=question, reason="other", device="a", now=NOW)
    assert Report.objects.count() == 2
    refused(Invalid, deed=report, actor=desk.guest, question=question, reason="?", device="a",
            now=NOW)  # fmt: skip
    assert settle_reports(desk.specialist, question=question, now=NOW) == 2
    assert settle_reports(desk.specialist, question=question, now=NOW) == 0
    for number in range(20):
        report(desk.guest, question=question, reason="other", device=f"d{number}", client="::1",
               now=NOW)  # fmt: skip
    refused(TooMany, deed=report, actor=desk.guest, question=question, reason="other",
            device="z", client="::1", now=NOW)  # fmt: skip


def test_a_colleague_does_not_begin_what_somebody_has_taken(desk, question):
    colleague = an_actor(desk.brand, Role.SERVICE_AGENT)
    take(desk.specialist, question=question, now=NOW)
    take(desk.specialist, question=question, now=NOW)
    assert refused(TakenByAnother, deed=take, actor=colleague, question=question, now=NOW) == {
        "user": desk.specialist.user_id
    }
    take(colleague, question=question, from_user=desk.specialist.user_id, now=NOW)
    give_back(desk.specialist, question=question, now=NOW)
    question.refresh_from_db()
    assert question.taken_by_id == colleague.user_id
    give_back(colleague, question=question, now=NOW)
    question.refresh_from_db()
    assert question.taken_by_id is None


def test_stored_replies_and_rules_are_checked(desk):
    reply = keep_reply(desk.specialist, title="保养", text="{product} 请每周清洗", now=NOW)
    keep_reply(desk.specialist, title="保养", text="改", reply_id=reply.pk, now=NOW)
    assert refused(Invalid, deed=keep_reply, actor=desk.specialist, title="保养", text="x",
                   now=NOW)["rule"] == "taken"  # fmt: skip
    retire_reply(desk.specialist, reply_id=reply.pk, now=NOW)
    keep_reply(desk.specialist, title="保养", text="新", now=NOW)
    refused(NotFound, deed=retire_reply, actor=Desk(a_brand()).specialist, reply_id=reply.pk,
            now=NOW)  # fmt: skip
    refused(NotAllowed, deed=set_policy, actor=desk.specialist, rules=Rules(), now=NOW)
    for wrong, field in (
        ({"target_minutes": 0}, "target_minutes"), ({"weekdays": ()}, "weekdays"),
        ({"opens": Rules().closes}, "closes"),
    ):  # fmt: skip
        assert refused(Invalid, deed=set_policy, actor=desk.admin, rules=Rules(**wrong),
                       now=NOW)["field"] == field  # fmt: skip


def test_events_are_published_with_the_deed_and_carry_ids_only(desk, settings):
    from hefu.apps.community import events

    settings.HEFU_REACTIONS = "tests.apps.community.test_answering.LISTENING"
    question = desk.question("能煮粥吗？")
    answer(desk.specialist, question=question, text="能。", now=NOW)
    names = list(Delivery.objects.order_by("pk").values_list("event", flat=True))
    kinds = [name.rpartition(".")[2] for name in names]
    assert kinds == ["QuestionAsked", "QuestionShown", "QuestionAnswered"]
    for payload in Delivery.objects.values_list("payload", flat=True):
        assert all(isinstance(v, int) or v == "maker" for v in payload.values())
    assert {kind.name for kind in LISTENING} == {
        "community.question_asked", "community.question_shown", "community.question_answered",
    }  # fmt: skip
    assert Question.objects.count() == 1
    assert events.QuestionAsked in LISTENING


def _hear(event, *, now):
    """A reaction of these tests."""


def _listening():
    from hefu.apps.community import events

    kinds = (events.QuestionAsked, events.QuestionShown, events.QuestionAnswered)
    return dict.fromkeys(kinds, (_hear,))


LISTENING = _listening()
