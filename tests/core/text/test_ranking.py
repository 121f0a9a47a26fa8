"""What was found stands in an order that can be explained."""

import math

from hypothesis import given
from hypothesis import strategies as st

from hefu.core.text import Document, rank, read_search, resembling
from tests.core.text.sentences import SENTENCES

DOCUMENTS = [Document(key=key, title=text) for key, text in enumerate(SENTENCES)]


def order(words, *documents):
    return [hit.key for hit in rank(read_search(words), documents)]


def test_the_title_counts_more_than_the_answers():
    assert order(
        "滤网", Document(key=1, title="噪音大吗", body="先取下滤网"),
        Document(key=2, title="滤网怎么取", body="按住卡扣"),
    ) == [2, 1]  # fmt: skip


def test_an_answer_of_the_maker_and_helpful_ones_lift_a_question():
    plain = Document(key=3, title="滤网怎么取")
    answered = Document(key=1, title="滤网怎么取", answered=True)
    helpful = Document(key=2, title="滤网怎么取", answered=True, helpful=7)
    hits = rank(read_search("滤网"), [plain, answered, helpful])
    assert [hit.key for hit in hits] == [2, 1, 3]
    assert [hit.why.boost for hit in hits] == [1.55, 1.25, 1.0]  # 1 + 0.25 + 0.1 * log2(8)
    assert hits[0].score == hits[0].why.words * 1.55


def test_the_formula_is_the_one_that_is_written_down():
    """By hand: n = df = 1, so idf = ln(1 + 0.5 / 1.5); tf = 3; the length is the mean."""
    (hit,) = rank(read_search("滤网"), [Document(key=1, title="滤网")])
    assert math.isclose(hit.score, math.log(1 + 0.5 / 1.5) * 3 * 2.2 / (3 + 1.2))
    assert (hit.why.in_title, hit.why.terms) == (1, 1)


def test_nothing_is_found_that_does_not_hold_every_word():
    assert order("滤网 内胆", *DOCUMENTS) == []
    assert rank(read_search(""), DOCUMENTS) == []


def test_equal_ones_stand_newest_first():
    assert order("滤网", *(Document(key=k, title="滤网") for k in (1, 3, 2))) == [3, 2, 1]


def test_similar_questions_are_found_in_other_words():
    def nearest(text):
        return SENTENCES[resembling(text, DOCUMENTS)[0].key]

    assert nearest("多久要清洗一次滤网") == "滤网多久清洗一次比较合适？"
    assert nearest("滤芯能水洗吗") == "吸尘器的滤芯可以水洗吗？"
    assert nearest("镁棒多久换一次？") == "热水器的镁棒几年换一次？"
    assert nearest("how can I clean a filter") == SENTENCES[25]
    assert nearest("请问我家的电饭煲每次煮粥都会溢出来，有什么办法吗") == SENTENCES[0]


def test_questions_that_only_ask_alike_are_not_similar():
    assert resembling("这个怎么办呢？", DOCUMENTS) == []
    assert resembling("", DOCUMENTS) == []


@given(st.sampled_from(SENTENCES))
def test_a_question_resembles_itself_most(text):
    first = resembling(text, DOCUMENTS)[0]
    assert SENTENCES[first.key] == text
    assert math.isclose(first.score, 1.0)
