"""Search finds Chinese words in the database's own index: recall and precision 1.0, measured."""

import pytest
from django.core.management import call_command

from hefu.apps.community.models import Answer, Question, SearchText, Showing
from hefu.apps.community.selectors.search import (
    found_questions,
    holding,
    likely_duplicates,
    similar_questions,
)
from hefu.apps.community.services.answering import answer
from hefu.apps.community.services.indexing import touch
from hefu.apps.community.services.moderating import hide, hide_answer
from hefu.apps.community.services.words import text_key
from hefu.core.text import folded, gram_text, read_search
from tests.apps.community.rows import DUE, Desk, later
from tests.apps.identity.issue.rows import a_product
from tests.core.text.sentences import SENTENCES, WORDS
from tests.factories import NOW, a_brand

pytestmark = pytest.mark.django_db


@pytest.fixture
def desk():
    desk = Desk()
    rows = Question.objects.bulk_create(
        Question(
            brand=desk.brand, product=desk.product, text=text, text_key=text_key(text),
            language="zh-hans", showing=Showing.SHOWN, asked_at=NOW, due_at=DUE, changed_at=NOW,
        )
        for text in SENTENCES
    )  # fmt: skip
    SearchText.objects.bulk_create(
        SearchText(question=row, grams=gram_text(row.text)) for row in rows
    )
    return desk


def indexed(words):
    rows = holding(Question.objects.all(), read_search(words))
    return set(rows.values_list("text", flat=True))


def test_R103_every_word_is_found_as_substring_search_finds_it(desk):
    """60 words that people search for, then every other pair of characters that occurs."""
    assert len(SENTENCES) >= 60
    for word in WORDS:
        assert indexed(word) == {text for text in SENTENCES if word in text}, word
    pairs = {
        text[i : i + 2]
        for text in SENTENCES
        for i in range(len(text) - 1)
        if all("\u4e00" <= one <= "\u9fff" for one in text[i : i + 2])
    }
    assert len(pairs) > 500
    for pair in sorted(pairs)[::4]:
        assert indexed(pair) == {text for text in SENTENCES if pair in text}, pair


@pytest.mark.parametrize(
    ("typed", "number"),
    [("PFFN-5005", 2), ("5005", 2), ("电压力锅", 1), ("内锅 PN587", 1), ("clean FILTER", 1),
     ("２２０v", 1), ("滤", 4), ("不存在的词", 0), ('"; DROP TABLE', 0), ("？", 0)],
)  # fmt: skip
def test_models_numbers_english_and_single_characters(desk, typed, number):
    assert len(indexed(typed)) == number
    if number and " " not in typed:
        wanted = folded(typed).replace("-", "")
        assert indexed(typed) == {t for t in SENTENCES if wanted in folded(t)}


def test_answers_are_searched_too_and_what_is_hidden_is_not(desk):
    question = Question.objects.get(text=SENTENCES[5])
    reply = answer(desk.specialist, question=question, text="每两周用软毛刷刷一遍。", now=later())
    assert [one.question for one in found_questions(desk.guest, "软毛刷")] == [question]
    assert [one.question for one in found_questions(desk.guest, "软毛刷 滤网")] == [question]

    hide_answer(desk.specialist, answer=reply, reason="wrong", now=later(minutes=1))
    assert found_questions(desk.guest, "软毛刷") == []
    hide(desk.specialist, question=question, reason="off_topic", now=later(minutes=2))
    assert question not in [one.question for one in found_questions(desk.guest, "滤网")]


def test_an_answered_question_stands_before_an_unanswered_one_and_says_why(desk):
    first, second = [one.question for one in found_questions(desk.guest, "滤芯")][:2]
    answer(desk.specialist, question=second, text="可以。", now=later())
    found = found_questions(desk.guest, "滤芯")
    assert found[0].question == second
    assert (found[0].why.terms, found[0].why.in_title, found[0].why.boost) == (1, 1, 1.25)
    assert first in [one.question for one in found[1:]]


def test_the_products_names_are_found_but_another_brand_is_not(desk):
    question = Question.objects.get(text=SENTENCES[5])
    touch(question, now=NOW)
    assert [one.question for one in found_questions(desk.guest, f"{desk.product.model} 滤网")] == [
        question
    ]
    other = Desk(a_brand())
    assert found_questions(other.guest, "滤网") == []
    elsewhere = a_product(desk.brand, item_no="OTHER")
    assert found_questions(desk.guest, "滤网", product=elsewhere) == []


def test_similar_questions_are_found_before_one_asks_again(desk):
    texts = [
        one.question.text
        for one in similar_questions(desk.guest, "多久要清洗一次滤网", product=desk.product)
    ]
    assert texts[0] == "滤网多久清洗一次比较合适？"
    assert similar_questions(desk.guest, "颜色有几种", product=desk.product) == []


def test_likely_duplicates_are_proposed_for_merging(desk):
    question = Question.objects.get(text="滤网多久清洗一次比较合适？")
    twin = desk.question("滤网要多久清洗一次？", at=later())
    rows = Question.objects.filter(brand=desk.brand).select_related("product")
    assert next(iter(likely_duplicates(rows, twin))).question == question


@pytest.mark.django_db(transaction=True)
def test_the_index_follows_every_way_a_row_changes(desk):
    """A row updated, deleted, or put in by a restored backup, which knows of no index."""
    row = SearchText.objects.get(question__text=SENTENCES[0])
    SearchText.objects.filter(pk=row.pk).update(grams=gram_text("全新的词语"))
    assert indexed("词语") == {SENTENCES[0]}
    assert SENTENCES[0] not in indexed("煮粥")
    SearchText.objects.filter(pk=row.pk).delete()
    assert indexed("词语") == set()
    SearchText.objects.bulk_create([SearchText(question_id=row.pk, grams=gram_text("词语"))])
    assert indexed("词语") == {SENTENCES[0]}
    assert Answer.objects.count() == 0
    call_command("check")
