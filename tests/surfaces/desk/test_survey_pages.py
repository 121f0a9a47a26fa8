"""Surveys on the desk and on the phone: written, asked last on a page, answered, counted."""

import re
from datetime import timedelta

import pytest
import time_machine
from django.test import Client
from django.urls import reverse

from hefu.apps.community.events import QuestionAnswered
from hefu.apps.community.models import Answer, Question
from hefu.apps.identity.services.activation import ActivationWish, activate
from hefu.apps.service.models import Ask, Survey, SurveyVersion
from hefu.config.surveying import ask_after_answer
from hefu.core.actor import consumer
from hefu.core.permissions import Role
from hefu.surfaces.consumer.site import _BRAND, _MEMBERS, _TOKENS, begin_sign_in
from tests.apps.identity.life.rows import Goods
from tests.apps.service.rows import TEXTS, a_survey
from tests.factories import NOW
from tests.surfaces.desk.codes.browsing import signed_in, somebody, text_of

pytestmark = pytest.mark.django_db
FORM = {
    "occasion": "activation", "scale": "10", "rest_days": "30",
    **{f"{part}_{lang}": text for lang, parts in TEXTS.items() for part, text in parts.items()},
}  # fmt: skip


@pytest.fixture(autouse=True)
def clock():
    with time_machine.travel(NOW + timedelta(hours=1), tick=False):
        yield


@pytest.fixture
def goods():
    return Goods()


def phone(goods, member=None):
    """A phone on the brand's pages, with a member signed in or none."""
    client = Client(headers={"Accept-Language": "en"})
    brand, session = goods.brand.pk, client.session
    session[_BRAND] = brand
    if member:
        me = consumer(brand_id=brand, member_id=member.pk)
        _row, token = begin_sign_in(me, agent="", region="", now=NOW)
        session[_MEMBERS], session[_TOKENS] = {str(brand): member.pk}, {str(brand): token}
    session.save()
    return client


def activated(goods, serial, member):
    who = consumer(brand_id=goods.brand.pk, member_id=member.pk)
    wish = ActivationWish(key=f"k{serial}", code=goods.code(serial), member_id=member.pk)
    done = activate(who, wish=wish, now=NOW + timedelta(minutes=59))
    return reverse("consumer:product", args=[done.activation_id])


def address_in(page):
    return re.search(r'action="(/survey/\w+/)"', page.content.decode())[1]


def test_a_survey_is_previewed_opened_reworded_and_closed(goods):
    desk = signed_in(goods.house.admin)
    assert "No surveys yet" in text_of(desk.get(reverse("desk:surveys")))
    new = reverse("desk:survey_new")
    preview = desk.post(new, {**FORM, "deed": "preview"})
    assert "hard" in text_of(preview)
    assert not Survey.objects.exists()
    page = desk.post(new, {**FORM, "deed": "open"}, follow=True)
    assert "How easy was it" in text_of(page)
    survey = Survey.objects.get()
    assert (survey.scale, survey.rest_days) == (10, 30)
    again = desk.post(new, {**FORM, "deed": "open"})
    assert "Another survey is open" in text_of(again)
    assert desk.post(new, {**FORM, "question_zh-hans": "", "deed": "open"}).status_code == 422

    words = reverse("desk:survey_words", args=[survey.pk])
    assert "How easy was it to activate?" in desk.get(words).content.decode()
    changed = {**FORM, "question_en": "Was it easy?", "seen": "1", "deed": "open"}
    assert desk.post(words, changed).status_code == 302
    stale = desk.post(words, {**changed, "question_en": "Easy?"})
    assert "Look at it again" in text_of(stale)
    assert SurveyVersion.objects.count() == 2
    desk.post(reverse("desk:survey_close", args=[survey.pk]))
    assert "closed" in text_of(desk.get(reverse("desk:surveys")))


def test_the_question_stands_after_the_result_and_one_press_answers_it(goods):
    a_survey(goods.brand)
    member = goods.member()
    mine = phone(goods, member)
    card = activated(goods, 0, member)
    page = mine.get(card + "?fresh=1")
    html = page.content.decode()
    assert html.index("How easy was it to activate?") > html.index("Hand over to somebody else")
    assert Ask.objects.get().shown_at
    empty = mine.post(address_in(page), {"version": "1", "back": card})
    assert (empty.status_code, "Choose a mark first" in text_of(empty)) == (400, True)
    sent = {"version": "1", "mark": "4", "word": "fine, 13800138000", "back": card}
    done = mine.post(address_in(page), sent, follow=True)
    assert done.redirect_chain == [(card, 302)]
    assert "Thank you" in text_of(done)
    assert "How easy was it" not in text_of(done)
    ask = Ask.objects.get()
    assert (ask.mark, ask.member_id, "No prize" in ask.agreed_to) == (4, member.pk, True)
    assert mine.post(address_in(page), {**sent, "mark": "1"}).status_code == 302
    assert Ask.objects.get().mark == 4


def test_it_may_be_skipped_and_its_address_works_signed_out(goods):
    a_survey(goods.brand)
    member = goods.member()
    mine, guest = phone(goods, member), phone(goods)
    card = activated(goods, 0, member)
    address = address_in(mine.get(card))
    away = mine.post(address, {"deed": "skip", "back": "//evil.example/"}, follow=True)
    assert away.redirect_chain == [(address, 302)]
    assert "How easy was it" not in text_of(mine.get(card))
    assert "How easy was it" in text_of(guest.get(address))
    thanks = guest.post(address, {"version": "1", "mark": "2"}, follow=True)
    assert "Your answer has arrived" in text_of(thanks)
    assert Ask.objects.get().mark == 2
    assert guest.get("/survey/nothing/").status_code == 404
    stranger = phone(Goods())
    assert stranger.get(address).status_code == 200  # a key is a key, on the house's own host


def test_the_desk_reads_results_masked_by_month_and_product_and_takes_them_away(goods):
    survey = a_survey(goods.brand)
    guest = phone(goods)
    for serial, mark in enumerate((5, 4, 1)):
        member = goods.member()
        page = phone(goods, member).get(activated(goods, serial, member))
        word = "call me 13800138000" if mark == 1 else ""
        guest.post(address_in(page), {"version": "1", "mark": mark, "word": word})
    desk = signed_in(goods.staff(Role.SERVICE_AGENT))
    page = text_of(desk.get(reverse("desk:survey", args=[survey.pk])))
    # SciPy: binomtest(2, 3).proportion_ci(0.95, "wilson") is 0.2077, 0.9385
    assert "67 % (21–94 %)" in page
    assert "3.33" in page
    assert "call me" in page
    assert "13800138000" not in page
    other = text_of(desk.get(reverse("desk:survey", args=[survey.pk]), {"month": "2026-10"}))
    assert "call me" not in other
    for name in ("survey_months", "survey_products", "survey_answers"):
        address = reverse(f"desk:{name}", args=[survey.pk])
        assert desk.get(address).status_code == 200
        file = b"".join(desk.get(address, {"export": "csv"}).streaming_content).decode("utf-8-sig")
        assert "13800138000" not in file
        book = b"".join(desk.get(address, {"export": "xlsx"}).streaming_content)
        assert book.startswith(b"PK")
    assert len(file.splitlines()) == 4
    assert "67 %" in text_of(desk.get(reverse("desk:surveys")))
    assert desk.post(reverse("desk:survey_close", args=[survey.pk])).status_code == 403
    for role in (Role.PRODUCT_SPECIALIST, Role.DISTRIBUTOR):
        partner = role is Role.DISTRIBUTOR
        who = somebody(goods.brand, role) if partner else goods.staff(role)
        assert signed_in(who).get(reverse("desk:surveys")).status_code == 403


def test_below_the_makers_answer_only_its_asker_is_asked(goods):
    a_survey(goods.brand, occasion="answer")
    member = goods.member()
    asked = {
        "brand": goods.brand, "product": goods.product, "language": "en", "showing": "shown",
        "asked_at": NOW, "due_at": NOW, "changed_at": NOW,
    }  # fmt: skip
    question = Question.objects.create(text="how", text_key="1", member_id=member.pk, **asked)
    by_guest = Question.objects.create(text="why", text_key="2", **asked)
    for one in (question, by_guest):
        reply = Answer.objects.create(
            brand=goods.brand, question=one, kind="maker", text="so", showing="shown", at=NOW
        )
        told = QuestionAnswered(
            brand_id=goods.brand.pk, question_id=one.pk, answer_id=reply.pk,
            product_id=goods.product.pk, kind="maker",
        )  # fmt: skip
        ask_after_answer(told, now=NOW)
    own, other = (
        reverse("consumer:question", args=[goods.brand.slug, one.pk])
        for one in (question, by_guest)
    )
    mine, guest = phone(goods, member), phone(goods)
    assert "How easy was it" not in text_of(guest.get(own))
    assert "How easy was it" not in text_of(guest.get(other))
    session = guest.session
    session["asked"] = [by_guest.pk]
    session.save()
    assert "How easy was it" in text_of(guest.get(other))
    page = mine.get(own)
    mine.post(address_in(page), {"version": "1", "mark": "5", "back": own})
    assert [a.mark for a in Ask.objects.order_by("pk")] == [5, None]
