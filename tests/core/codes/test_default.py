"""The default code: read however it is typed; every slip of the hand is told from a forgery."""

from itertools import combinations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from hefu.core import codes
from tests.core.codes.brand import BATCH, BATCH_TEXT, sealer

ALPHABET = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"

any_code = st.builds(
    codes.Code, batch=st.integers(0, (1 << 20) - 1), sealed=st.integers(0, (1 << 60) - 1)
)
SAMPLES = [codes.Code(batch=BATCH, sealed=sealer().seal_serial(serial)) for serial in (0, 1, 999)]


@given(any_code)
def test_a_code_is_read_with_and_without_its_check_character(code):
    assert codes.read_code(code.text) == code
    assert codes.read_code(code.serial) == code
    assert codes.read_code(code.grouped) == code
    assert (len(code.text), len(code.serial)) == (17, 16)
    assert code.text == code.grouped.replace("-", "")
    assert set(code.text) <= set(ALPHABET)


def test_the_batch_reference_stands_first():
    assert SAMPLES[0].text.startswith(BATCH_TEXT)
    assert SAMPLES[0].batch_text == BATCH_TEXT == codes.batch_text(BATCH)


@pytest.mark.parametrize(
    "typed",
    [
        str.lower,
        lambda text: "".join(chr(ord(char) + 0xFEE0) for char in text),
        " ".join,
        lambda text: f"\t{text[:4]}-{text[4:8]}–{text[8:12]}—{text[12:]}\n",
        lambda text: text.replace("0", "O").replace("1", "I"),
        lambda text: text.replace("0", "o").replace("1", "l"),
        lambda text: f"　{text}　",
    ],
    ids=["lower", "full width", "spaces", "dashes", "OI", "ol", "wide space"],
)
def test_R113_what_people_type_is_understood(typed):
    code = codes.Code(batch=0x01234, sealed=0x0123_4567_89AB_CDE)

    assert codes.read_code(typed(code.text)) == code


@pytest.mark.parametrize("code", SAMPLES, ids=str)
def test_every_single_wrong_character_is_a_typing_error(code):
    for place, right in enumerate(code.text):
        for wrong in ALPHABET + "U!é中":
            if wrong != right:
                typed = code.text[:place] + wrong + code.text[place + 1 :]
                with pytest.raises(codes.TypingError):
                    codes.read_code(typed)


@pytest.mark.parametrize("code", SAMPLES, ids=str)
def test_every_exchange_of_two_characters_is_a_typing_error(code):
    for one, other in combinations(range(17), 2):
        typed = list(code.text)
        typed[one], typed[other] = typed[other], typed[one]
        if "".join(typed) != code.text:
            with pytest.raises(codes.TypingError):
                codes.read_code("".join(typed))


@settings(max_examples=200)
@given(any_code, st.integers(0, 16), st.integers(1, 31), st.integers(0, 15))
def test_slips_are_found_in_any_code(code, place, change, swap):
    wrong = ALPHABET[(ALPHABET.index(code.text[place]) + change) % 32]
    single = code.text[:place] + wrong + code.text[place + 1 :]
    swapped = code.text[:swap] + code.text[swap + 1] + code.text[swap] + code.text[swap + 2 :]

    with pytest.raises(codes.TypingError) as caught:
        codes.read_code(single)
    assert caught.value.details == {"field": "code", "reason": "check"}
    if swapped != code.text:
        with pytest.raises(codes.TypingError):
            codes.read_code(swapped)


def test_a_forgery_is_no_typing_error():
    one = sealer()
    forged = codes.Code(batch=BATCH, sealed=SAMPLES[0].sealed ^ 1)

    assert codes.read_code(forged.text) == forged
    assert one.unseal(forged.sealed) is None


@given(st.text(max_size=40) | st.text(alphabet=ALPHABET + "oOlLuU -", min_size=15, max_size=18))
def test_reading_never_fails_in_an_unexpected_way(text):
    try:
        code = codes.read_code(text)
    except codes.UnreadableCode:
        return
    assert codes.read_code(code.text) == code


@given(st.text(max_size=20) | st.text(alphabet=ALPHABET + "oOlLuU -_+", min_size=16, max_size=16))
def test_the_short_way_reads_what_the_long_way_reads(text):
    found = codes.read_serial(text)
    if found is not None:
        code = codes.read_code(text)
        assert found == (code.batch, code.sealed)


def test_the_serial_of_a_carrier_is_read_the_short_way():
    for code in SAMPLES:
        assert codes.read_serial(code.serial) == (code.batch, code.sealed)


def test_a_foreign_character_is_named_by_its_place():
    with pytest.raises(codes.TypingError) as caught:
        codes.read_code(SAMPLES[0].text[:6] + "U" + SAMPLES[0].text[7:])

    assert caught.value.details == {"field": "code", "reason": "character", "position": 6}


@pytest.mark.parametrize("text", ["", "K7QM", SAMPLES[0].text + "0", SAMPLES[0].serial[:-1]])
def test_other_lengths_are_no_code(text):
    with pytest.raises(codes.UnreadableCode) as caught:
        codes.read_code(text)

    assert not isinstance(caught.value, codes.TypingError)
    assert caught.value.details["reason"] == "length"


def test_a_code_has_twenty_and_sixty_bits():
    for batch, sealed in ((1 << 20, 0), (-1, 0), (0, 1 << 60), (0, -1)):
        with pytest.raises(ValueError):
            codes.Code(batch=batch, sealed=sealed)


@pytest.mark.parametrize("chars", ["", "A", "ABA", "aA", "AB C", "A-", "Ａ1", "甲乙"])
def test_an_alphabet_has_distinct_typeable_characters(chars):
    with pytest.raises(ValueError):
        codes.Alphabet(chars=chars)


@given(st.sampled_from([codes.DIGITS, codes.BASE36, codes.CROCKFORD]), st.data())
def test_alphabets_write_and_read_numbers(alphabet, data):
    width = data.draw(st.integers(1, 12))
    value = data.draw(st.integers(0, len(alphabet) ** width - 1))

    assert alphabet.decode(alphabet.encode(value, width)) == value
    assert alphabet.decode(alphabet.encode(value, width).lower()) == value
    assert 1 << alphabet.bits(width) <= len(alphabet) ** width < 2 << alphabet.bits(width)
    with pytest.raises(ValueError):
        alphabet.encode(len(alphabet) ** width, width)
    assert alphabet.decode("*") is None
