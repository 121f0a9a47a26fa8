"""R101: digits are text. A lost zero, a wrong digit and two swapped ones are all noticed."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from hefu.core.codes.errors import BadNumber
from hefu.core.codes.short_codes import (
    OWN_ROOM,
    Slip,
    bare,
    grouped,
    is_own,
    own_digits,
    read_digits,
    slip,
)

NUMBERS = st.integers(0, OWN_ROOM - 1)


@pytest.mark.parametrize(
    "typed",
    ["0218123456", "０218 123 456", "０２１８１２３４５６", " 021-8123-456 ", "(021) 8123.456",
     "021\u30008123\u2014456"],
)  # fmt: skip
def test_R101_digits_are_read_as_people_type_them(typed):
    assert read_digits(typed) == "0218123456"


def test_R101_a_lost_zero_is_another_text():
    assert read_digits("218123456") == "218123456" != read_digits("0218123456")
    assert bare("0218123456") == bare("218123456") == "218123456"
    assert slip("218123456", known="0218123456") is Slip.ZERO_LOST
    assert slip("00218123456", known="0218123456") is Slip.ZERO_ADDED


@pytest.mark.parametrize("typed", ["", "123", "1234567890123", "O218123456", "02181234x6", "١٢٣٤"])
def test_what_are_no_digits_is_refused(typed):
    with pytest.raises(BadNumber):
        read_digits(typed)


def test_own_digits_begin_where_no_zero_can_be_lost():
    assert own_digits(0)[:8] == "10000000"
    assert own_digits(OWN_ROOM - 1)[:8] == "99999999"
    with pytest.raises(ValueError, match="no digits"):
        own_digits(OWN_ROOM)


@settings(max_examples=60)
@given(NUMBERS)
def test_own_digits_find_every_wrong_digit_and_every_neighbours_swap(number):
    digits = own_digits(number)
    assert len(digits) == 9
    assert is_own(digits)
    assert read_digits(grouped(digits)) == digits
    for place in range(9):
        for other in "0123456789":
            if other != digits[place]:
                assert not is_own(digits[:place] + other + digits[place + 1 :])
    for place in range(8):
        first, second = digits[place : place + 2]
        if first != second:
            assert not is_own(digits[:place] + second + first + digits[place + 2 :])


@settings(max_examples=60)
@given(NUMBERS, st.integers(0, 8), st.integers(1, 9))
def test_a_wrong_digit_of_our_own_is_told_apart_from_unknown_ones(number, place, more):
    digits = own_digits(number)
    wrong = str((int(digits[place]) + more) % 10)
    typed = digits[:place] + wrong + digits[place + 1 :]
    if typed[0] != "0":
        assert slip(typed) is Slip.MISTYPED
    assert slip(digits) is Slip.UNKNOWN
    assert slip("0218123456") is Slip.UNKNOWN  # a maker's: nothing can be known about it


@given(st.lists(NUMBERS, unique=True, min_size=2, max_size=2))
def test_two_models_never_share_digits(numbers):
    first, second = map(own_digits, numbers)
    assert bare(first) != bare(second)


@pytest.mark.parametrize(
    ("digits", "printed"),
    [("0218123456", "021 812 3456"), ("123456789", "123 456 789"), ("1234", "1234"),
     ("12345", "123 45")],
)  # fmt: skip
def test_digits_are_printed_in_groups(digits, printed):
    assert grouped(digits) == printed
