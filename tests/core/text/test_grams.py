"""Chinese words are found as a search through every text would find them, and as fast as an index.

Against substring search over 66 questions written for the purpose: recall and precision 1.0 for
every pair of characters that stands in them. (The same on the databases' own indexes:
``tests/apps/community/test_search.py``.)
"""

import unicodedata

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from hefu.core.text import folded, grams, read_search
from hefu.core.text.ranking import _counts
from tests.core.text.sentences import SENTENCES, WORDS

CHINESE = st.text(st.sampled_from("蒸汽滤网清洗电饭煲不"), min_size=1, max_size=6)
MIXED = st.lists(
    st.sampled_from(["滤网", "PFFN5005", " ", "，", "clean", "220", "V", "ｐｎ", "-"]), max_size=8
).map("".join)


def holds(text: str, words: str) -> bool:
    return all(_counts(read_search(words), text))


def test_R103_every_word_is_found_wherever_it_stands():
    assert len(SENTENCES) >= 60
    for word in WORDS:
        wanted = [text for text in SENTENCES if word in text]
        assert wanted, word
        assert [text for text in SENTENCES if holds(text, word)] == wanted


@given(CHINESE, st.lists(CHINESE, max_size=3))
@settings(max_examples=60)
def test_a_piece_of_chinese_is_found_exactly_where_it_stands(piece, around):
    for text in ("".join(around), piece.join(["", *around, ""]), "，".join([*around, piece])):
        assert holds(text, piece) == (piece in text)


@pytest.mark.parametrize(
    "typed", ["PFFN5005", "pffn5005", "ＰＦＦＮ５００５", "PFFN-5005", "5005", "pff"]
)
def test_a_model_number_is_found_however_it_is_typed(typed):
    found = [text for text in SENTENCES if holds(text, typed)]
    assert found == [SENTENCES[2], SENTENCES[64]]


def test_words_and_numbers_and_chinese_are_searched_together():
    assert [t for t in SENTENCES if holds(t, "内锅 PN587")] == [SENTENCES[29]]
    assert [t for t in SENTENCES if holds(t, "clean filter")] == [SENTENCES[25]]
    assert [t for t in SENTENCES if holds(t, "filt")] == [SENTENCES[25]]  # the word's beginning
    assert not any(holds(t, "滤网 PN587") for t in SENTENCES)


def test_signs_part_words_and_a_single_character_is_a_beginning():
    assert not holds("蒸，汽", "蒸汽")
    assert holds("蒸，汽", "汽 蒸")
    assert holds("出蒸汽", "汽")
    assert holds("出蒸汽", "出")
    assert not read_search("，。!? ").terms


@given(MIXED)
@settings(max_examples=60)
def test_what_a_database_gets_is_ascii_words_alone(text):
    assert all(one.isascii() and one.isalnum() for one in grams(text))
    search = read_search(text)
    assert set(search.fts5) <= set('"* abcdefghijklmnopqrstuvwxyz0123456789ADN')
    assert all(holds(text, word) for word in folded(text).split() if grams(word))


def test_full_width_and_capitals_make_no_difference():
    assert folded("ＰＮ５８７") == "pn587" == unicodedata.normalize("NFKC", "ＰＮ５８７").lower()
