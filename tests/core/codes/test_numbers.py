"""IMEI, GTIN, serial numbers and short codes, with the numbers of their standards."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hefu.core import codes
from hefu.core.codes.numbers import GS1_SET_82
from hefu.core.errors import DomainError


@pytest.mark.parametrize(
    "typed", ["490154203237518", "49-015420-323751-8", "４９０１５４２０３２３７５１８"]
)
def test_R091_imei_by_luhn(typed):
    assert codes.read_imei(typed) == "490154203237518"


@pytest.mark.parametrize(
    ("wrong", "reason"),
    [
        ("490154203237519", "check digit"),
        ("49015420323751", "length"),
        ("4901542032375180", "length"),
        ("49015420323751X", "digits only"),
        ("", "digits only"),
        ("²90154203237518", "check digit"),
    ],
)
def test_R091_other_numbers_are_no_imei(wrong, reason):
    with pytest.raises(codes.BadNumber) as caught:
        codes.read_imei(wrong)

    assert caught.value.details["reason"] == reason


# GS1's and Wikipedia's own examples.
@pytest.mark.parametrize(
    ("printed", "stored"),
    [
        ("96385074", "00000096385074"),
        ("036000291452", "00036000291452"),
        ("4006381333931", "04006381333931"),
        ("6901234567892", "06901234567892"),
        ("09506000134352", "09506000134352"),
    ],
)
def test_gtins_are_stored_with_fourteen_digits(printed, stored):
    assert codes.read_gtin(printed) == stored
    assert codes.read_gtin(stored) == stored
    assert codes.gs1_check_digit(printed[:-1]) == printed[-1]


@pytest.mark.parametrize("wrong", ["96385073", "9638507", "123456789", "ABCDEFGH", "00000000"])
def test_other_numbers_are_no_gtin(wrong):
    with pytest.raises(codes.BadNumber):
        codes.read_gtin(wrong)


def test_external_serials_have_one_canonical_form():
    kind = codes.ExternalKind

    assert codes.read_external(kind.IMEI, "49-015420-323751-8") == "490154203237518"
    assert codes.read_external(kind.SERIAL_NUMBER, " sn/Ab-001 ") == "sn/Ab-001"
    assert (
        codes.read_external(kind.GTIN_SERIAL, "(01)06901234567892(21)AB-1")
        == "(01)06901234567892(21)AB-1"
    )


@pytest.mark.parametrize(
    ("kind", "wrong"),
    [
        ("serial_number", ""),
        ("serial_number", "x" * 21),
        ("serial_number", "中文"),
        ("serial_number", "a b"),
        ("serial_number", "a#b"),
        ("gtin_serial", "06901234567892 AB"),
        ("gtin_serial", "(01)06901234567893(21)AB"),
        ("gtin_serial", "(01)06901234567892(21)a b"),
        ("imei", "0"),
    ],
)
def test_other_texts_are_no_external_serial(kind, wrong):
    with pytest.raises(codes.BadNumber):
        codes.read_external(codes.ExternalKind(kind), wrong)


def test_the_set_of_ai_21_has_82_characters():
    assert len(GS1_SET_82) == 82


def test_O18_short_codes_keep_their_leading_zero():
    assert codes.read_maker_digits("0218123456") == "0218123456"
    with pytest.raises(codes.BadNumber):
        codes.read_maker_digits("02 18 x")


def test_short_codes_have_damms_check_digit():
    assert codes.short_code(572, width=4) == "5724"  # the example of Wikipedia's article on Damm
    assert codes.read_short_code("0000 0572 4", width=9) == "000005724"


@given(st.integers(0, 10**9 - 1), st.data())
def test_short_codes_find_single_errors_and_transpositions(number, data):
    code = codes.short_code(number, width=10)
    place, change = data.draw(st.integers(0, 9)), data.draw(st.integers(1, 9))
    wrong = str((int(code[place]) + change) % 10)
    slips = {code[:place] + wrong + code[place + 1 :]}
    slips |= {code[:at] + code[at + 1] + code[at] + code[at + 2 :] for at in range(9)} - {code}
    slips.add(code[1:])

    assert codes.read_short_code(code, width=10) == code
    for slip in slips:
        with pytest.raises(codes.BadNumber):
            codes.read_short_code(slip, width=10)


def test_a_short_code_holds_what_its_width_holds():
    for number, width in ((1000, 4), (-1, 4), (1, 3), (1, 15)):
        with pytest.raises(ValueError):
            codes.short_code(number, width=width)


@given(st.text(max_size=25))
def test_reading_numbers_never_fails_in_an_unexpected_way(text):
    readers = [codes.read_imei, codes.read_gtin, codes.read_maker_digits, codes.read_serial_number]
    for read in readers:
        try:
            read(text)
        except DomainError as why:
            assert "reason" in why.details
