"""What a member asked, answered and said (会员的问答): handed over, nameless once they leave."""

from collections.abc import Iterator
from datetime import datetime

from django.db.models import Q

from hefu.apps.community.models import Answer, Follower, Question, Report, Vote
from hefu.apps.community.services.indexing import touch
from hefu.apps.community.services.reading import reader_mark
from hefu.core.personal import Fate, Holder, Kept, Person, Table, Words, told
from hefu.core.text import hide_contacts


def held(person: Person) -> Iterator[Table]:
    """Give the questions and answers written, what is waited for, and what was found helpful."""
    mine = {"brand_id": person.brand_id, "member_id": person.member_id}
    questions = Question.objects.filter(**mine).order_by("asked_at", "pk")
    yield Table(
        name="questions", title=Words(zh="提问", en="Questions"),
        columns={
            "at": "时间", "item_no": "货号", "text": "问题", "state": "状态", "reason": "原因",
        },
        rows=tuple(
            (told(row.asked_at), row.product.item_no, row.text, row.showing, row.reason)
            for row in questions.select_related("product")
        ),
    )  # fmt: skip
    answers = Answer.objects.filter(**mine).order_by("at", "pk")
    yield Table(
        name="question_answers", title=Words(zh="回答", en="Answers"),
        columns={
            "at": "时间", "question": "问题", "text": "回答", "state": "状态", "reason": "原因",
            "helpful": "有用",
        },
        rows=tuple(
            (told(row.at), row.question.text, row.text, row.showing, row.reason, row.helpful)
            for row in answers.select_related("question")
        ),
    )  # fmt: skip
    waits = Follower.objects.filter(_follows(person), brand_id=person.brand_id)
    yield Table(
        name="questions_followed", title=Words(zh="等待回答通知的问题", en="Questions waited for"),
        columns={"since": "自", "question": "问题", "told_at": "通知时间", "agreed_to": "同意内容"},
        rows=tuple(
            (told(row.at), row.question.text, told(row.told_at), row.agreed_to)
            for row in waits.select_related("question").order_by("at", "pk")
        ),
    )  # fmt: skip
    votes = Vote.objects.filter(voter=_mark(person), answer__brand_id=person.brand_id)
    yield Table(
        name="answers_found_helpful", title=Words(zh="认为有用的回答", en="Answers found helpful"),
        columns={"at": "时间", "answer": "回答"},
        rows=tuple(
            (told(row.at), row.answer.text)
            for row in votes.select_related("answer").order_by("at", "pk")
        ),
    )  # fmt: skip


def forget(person: Person, now: datetime) -> Iterator[Kept]:
    """Take the name off what others go on reading, with the contacts written into it.

    A question with its answers helps the next one; who asked it, and every phone or address in its
    words, goes. Votes stay counted under a mark that leads to nobody; waiting ends.
    """
    mine = {"brand_id": person.brand_id, "member_id": person.member_id}
    Follower.objects.filter(_follows(person), brand_id=person.brand_id).delete()
    for question in Question.objects.filter(**mine).select_related("product"):
        text = hide_contacts(question.text)
        if text != question.text:  # its key was made of the contacts, too
            question.text, question.text_key = text, f"gone {question.pk}"
        question.member_id = None
        question.save(update_fields=["text", "text_key", "member_id"])
        touch(question, now=now)
    for answer in Answer.objects.filter(**mine).select_related("question__product"):
        answer.text, answer.member_id = hide_contacts(answer.text), None
        answer.activation_id = None
        answer.save(update_fields=["text", "member_id", "activation_id"])
        touch(answer.question, now=now)
    for vote in Vote.objects.filter(voter=_mark(person), answer__brand_id=person.brand_id):
        Vote.objects.filter(pk=vote.pk).update(voter=f"gone {vote.pk}")
    for report in Report.objects.filter(reporter=_mark(person), brand_id=person.brand_id):
        Report.objects.filter(pk=report.pk).update(reporter=f"gone {report.pk}")
    return iter(())


def _mark(person: Person) -> str:
    return reader_mark(brand_id=person.brand_id, member_id=person.member_id, device="")


def _follows(person: Person) -> Q:
    """By name, or as a guest by an address that was proved since."""
    return Q(member_id=person.member_id) | Q(address_key__in=person.address_keys)


HOLDER = Holder(
    app="community", held=held, forget=forget,
    covers={
        "community.question": Fate.NAMELESS,
        "community.answer": Fate.NAMELESS,
        "community.follower": Fate.ERASED,
        "community.vote": Fate.NAMELESS,
        "community.report": Fate.NAMELESS,
    },
)  # fmt: skip
