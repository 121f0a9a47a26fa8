"""Asked once per occasion, not too often, answered once, counted without names."""

import threading
from datetime import timedelta

import pytest
from django.db import connection, connections

from hefu.apps.audit.models import Entry
from hefu.apps.audit.worker import work_off
from hefu.apps.identity.services.activation import ActivationWish, activate
from hefu.apps.ledger.models import Transfer
from hefu.apps.members.selectors import visitor
from hefu.apps.service.errors import AnsweredBefore, SurveyChanged, SurveyOpen
from hefu.apps.service.models import Ask, LastAsked, SurveyVersion
from hefu.apps.service.selectors.asks import key_of, open_ask, shown_of
from hefu.apps.service.selectors.results import (
    answers_for,
    by_month,
    by_product,
    surveys_for,
    tally_for,
    words_of,
)
from hefu.apps.service.services.asking import (
    activation_subject,
    answer,
    invite,
    note_shown,
    question_subject,
    skip,
)
from hefu.apps.service.services.member_data import forget, held
from hefu.apps.service.services.surveys import close_survey, open_survey, reword_survey
from hefu.config.surveying import ask_after_answer
from hefu.core.actor import consumer
from hefu.core.errors import Invalid, NotAllowed, NotFound
from hefu.core.permissions import Role
from hefu.core.personal import Person
from tests.apps.identity.life.rows import Goods, later
from tests.apps.service.rows import TEXTS, a_survey
from tests.factories import NOW, a_brand, an_actor, operator

pytestmark = pytest.mark.django_db


@pytest.fixture
def goods():
    return Goods()


def activated(goods, serial=0, member=None, at=NOW):
    """A member activates, and the reactions run."""
    member = member or goods.member()
    who = consumer(brand_id=goods.brand.pk, member_id=member.pk)
    wish = ActivationWish(
        key=f"k{member.pk} {serial}", code=goods.code(serial), member_id=member.pk
    )
    done = activate(who, wish=wish, now=at)
    work_off(clock=lambda: at)
    return member, activation_subject(done.activation_id)


def said(goods, subject, mark=5, **about):
    key = key_of(brand_id=goods.brand.pk, subject=subject)
    values = {"version": 1, "agreed_to": "without your name", "language": "en"}
    reader = visitor(goods.brand.pk, surface="t")
    return answer(reader, key=key, mark=mark, **{**values, "now": later(days=1), **about})


def test_an_activation_is_asked_about_once(goods):
    a_survey(goods.brand)
    member, subject = activated(goods)
    ask = Ask.objects.get()
    assert (ask.subject, ask.member_id, ask.product_id) == (subject, member.pk, goods.product.pk)
    for _ in range(2):
        again = invite(
            operator(goods.brand), occasion="activation", subject=subject,
            product_id=goods.product.pk, member_id=member.pk, now=later(days=400),
        )  # fmt: skip
        assert again == ask
    shown = open_ask(
        consumer(brand_id=goods.brand.pk, member_id=member.pk), subject=subject, language="en",
        now=NOW,
    )  # fmt: skip
    assert (shown.question, shown.marks) == ("How easy was it to activate?", (1, 2, 3, 4, 5))


def test_nobody_is_asked_more_often_than_the_rest_allows(goods):
    a_survey(goods.brand, rest_days=90)
    member, _ = activated(goods, 0)
    activated(goods, 1, member, at=later(days=89))
    activated(goods, 2)  # somebody else
    assert Ask.objects.filter(member_id=member.pk).count() == 1
    activated(goods, 3, member, at=later(days=90))
    assert Ask.objects.filter(member_id=member.pk).count() == 2
    assert Ask.objects.count() == 3


@pytest.mark.django_db(transaction=True)
def test_of_occasions_at_the_same_moment_one_asks():
    goods = Goods()
    a_survey(goods.brand)
    member = goods.member()
    start = threading.Barrier(6)

    def work(number):
        try:
            start.wait()
            invite(
                operator(goods.brand), occasion="activation", subject=f"x:{number // 2}",
                product_id=None, member_id=member.pk, now=NOW,
            )  # fmt: skip
        finally:
            connections.close_all()

    threads = [threading.Thread(target=work, args=(n,)) for n in range(6)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert Ask.objects.count() == LastAsked.objects.count() == 1


def test_without_a_survey_or_after_it_was_closed_nobody_is_asked(goods):
    activated(goods, 0)
    survey = a_survey(goods.brand)
    _, subject = activated(goods, 1)
    close_survey(operator(goods.brand), survey=survey, now=NOW)
    activated(goods, 2)
    assert Ask.objects.count() == 1
    reader = visitor(goods.brand.pk, surface="t")
    assert open_ask(reader, subject=subject, language="en", now=NOW) is None


def test_one_answer_stays_even_as_a_guest_and_nothing_is_given_for_it(goods):
    a_survey(goods.brand)
    _, subject = activated(goods)
    before = Transfer.objects.count()
    ask = said(goods, subject, 5, word="谢谢，电话13800138000")
    with pytest.raises(AnsweredBefore):
        said(goods, subject, 1)
    ask.refresh_from_db()
    assert (ask.mark, ask.word, ask.agreed_to) == (5, "谢谢，电话13800138000", "without your name")
    assert Transfer.objects.count() == before
    with connection.cursor() as cursor:
        cursor.execute("SELECT word FROM service_ask")
        assert "13800138000" not in cursor.fetchone()[0]
    entry = Entry.objects.get(action="service.survey_answered")
    assert entry.data == {}
    for wrong in ({"mark": 0}, {"mark": 6}, {"word": "x" * 501}, {"version": 9}):
        with pytest.raises(Invalid):
            said(goods, subject, **{"mark": 3, **wrong})
    stranger = visitor(a_brand().pk, surface="t")
    with pytest.raises(NotFound):
        answer(stranger, key=ask.key, version=1, mark=1, agreed_to="", language="en", now=NOW)
    with pytest.raises(NotFound):
        skip(stranger, key=ask.key, now=NOW)


def test_what_is_skipped_is_not_shown_again_but_its_address_still_works(goods):
    a_survey(goods.brand)
    _, subject = activated(goods)
    reader = visitor(goods.brand.pk, surface="t")
    key = key_of(brand_id=goods.brand.pk, subject=subject)
    skip(reader, key=key, now=NOW)
    assert open_ask(reader, subject=subject, language="en", now=NOW) is None
    assert said(goods, subject, 2).mark == 2


def test_the_makers_answer_is_asked_about_once_for_members_and_guests(goods):
    from hefu.apps.community.events import QuestionAnswered
    from hefu.apps.community.models import Question

    a_survey(goods.brand, occasion="answer")
    for number, member in enumerate((goods.member().pk, None)):
        question = Question.objects.create(
            brand=goods.brand, product=goods.product, text="?", text_key=str(number),
            language="en", member_id=member, showing="shown", asked_at=NOW, due_at=NOW,
            changed_at=NOW,
        )  # fmt: skip
        for kind in ("owner", "maker", "maker"):
            event = QuestionAnswered(
                brand_id=goods.brand.pk, question_id=question.pk, answer_id=1,
                product_id=goods.product.pk, kind=kind,
            )  # fmt: skip
            ask_after_answer(event, now=NOW)
            asks = Ask.objects.filter(subject=question_subject(question.pk))
            assert [a.member_id for a in asks] == ([member] if kind == "maker" else [])


def test_results_are_the_raw_answers_with_rate_month_and_product(goods):
    survey = a_survey(goods.brand)
    analyst = goods.staff(Role.ANALYST)
    for serial, (days, mark) in enumerate([(0, 5), (0, 4), (10, 1), (10, None), (10, None)]):
        _, subject = activated(goods, serial, at=later(days=days))
        if mark:
            said(goods, subject, mark, now=later(days=days), word="打 020-12345678" * (mark == 1))
        elif serial == 3:
            note_shown(key_of(brand_id=goods.brand.pk, subject=subject), now=later(days=days))

    tally = tally_for(analyst, survey)
    assert (tally.asked, tally.answered, tally.counts) == (4, 3, (1, 0, 0, 1, 1))
    assert [(p.label, p.tally.asked, p.tally.answered) for p in by_month(analyst, survey)] == [
        ("2026-11", 2, 2), ("2026-12", 2, 1),
    ]  # fmt: skip
    (part,) = by_product(analyst, survey)
    assert (part.label, part.tally.counts) == (goods.product.model, tally.counts)
    december = by_month(analyst, survey)[1].month
    assert tally_for(analyst, survey, month=december).counts == (1, 0, 0, 0, 0)
    (word,) = words_of(answers_for(analyst, survey, with_word=True))
    assert (word.mark, "12345678" in word.word) == (1, False)


def test_wordings_are_never_edited_and_the_second_writer_looks_again(goods):
    survey = a_survey(goods.brand)
    admin = an_actor(goods.brand, Role.BRAND_ADMIN)
    _, subject = activated(goods)
    said(goods, subject)
    new = {**TEXTS, "en": {**TEXTS["en"], "question": "Was it easy?"}}
    assert reword_survey(admin, survey=survey, texts=TEXTS, seen=1, now=NOW).number == 1
    assert reword_survey(admin, survey=survey, texts=new, seen=1, now=NOW).number == 2
    with pytest.raises(SurveyChanged):
        reword_survey(admin, survey=survey, texts={"zh-hans": {"question": "？"}}, seen=1, now=NOW)
    assert SurveyVersion.objects.count() == 2
    ask = Ask.objects.get()
    assert shown_of(ask, language="en").question == "How easy was it to activate?"
    with pytest.raises(SurveyOpen):
        a_survey(goods.brand)
    for field, texts in (
        ("question_zh-hans", {"en": {"question": "?"}}),
        ("question_en", {**TEXTS, "en": {"low": "x"}}),
        ("low_en", {**TEXTS, "en": {"question": "?", "low": "x" * 31}}),
    ):  # fmt: skip
        with pytest.raises(Invalid) as caught:
            reword_survey(admin, survey=survey, texts=texts, seen=2, now=NOW)
        assert caught.value.details["field"] == field


def test_who_may_write_and_read(goods):
    survey = a_survey(goods.brand)
    agent = goods.staff(Role.SERVICE_AGENT)
    assert list(surveys_for(agent)) == [survey]
    with pytest.raises(NotAllowed):
        close_survey(agent, survey=survey, now=NOW)
    with pytest.raises(NotFound):
        close_survey(an_actor(a_brand(), Role.BRAND_ADMIN), survey=survey, now=NOW)
    with pytest.raises(NotAllowed):
        surveys_for(goods.staff(Role.PRODUCT_SPECIALIST))
    for wrong in ({"occasion": "birth"}, {"scale": 7}, {"rest_days": 0}):
        values = {"occasion": "answer", "scale": 5, "rest_days": 90, "texts": TEXTS}
        with pytest.raises(Invalid):
            open_survey(operator(goods.brand), **{**values, **wrong}, now=NOW)


def test_R292_an_answer_is_handed_over_and_nameless_once_its_member_leaves(goods):
    survey = a_survey(goods.brand)
    member, subject = activated(goods)
    said(goods, subject, 4, word="ja")
    person = Person(brand_id=goods.brand.pk, member_id=member.pk)
    (table,) = held(person)
    assert [row[2:4] for row in table.rows] == [(4, "ja")]

    assert list(forget(person, NOW)) == []

    ask = Ask.objects.get()
    assert (ask.member_id, ask.word, ask.mark) == (None, "", 4)
    assert str(member.pk) not in ask.subject.replace(str(ask.pk), "")
    assert not LastAsked.objects.exists()
    assert tally_for(goods.staff(Role.ANALYST), survey).counts == (0, 0, 0, 1, 0)
    (table,) = held(person)
    assert table.rows == ()


def test_the_event_of_an_answer_does_not_tell_the_mark():
    from dataclasses import fields

    from hefu.apps.service.events import SurveyAnswered

    assert {f.name for f in fields(SurveyAnswered)} == {"brand_id", "survey_id", "ask_id"}


def test_a_rest_is_per_brand(goods):
    a_survey(goods.brand)
    other = Goods()
    a_survey(other.brand)
    activated(goods)
    activated(other, at=NOW + timedelta(minutes=1))
    assert Ask.objects.count() == 2
