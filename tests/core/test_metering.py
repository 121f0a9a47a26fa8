"""Code-years: when they start, what they cost, to the cent."""

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hefu.core.errors import Invalid
from hefu.core.metering import (
    Span,
    Standing,
    format_price,
    line_amount,
    parse_price,
    span_on,
    standing_on,
    sum_of,
    taken_from,
    year_end,
    year_start,
    years_started,
)

DAYS = st.dates(date(2000, 1, 1), date(2090, 12, 31))
TWO_FEN = 200


@pytest.mark.parametrize(
    ("codes", "years", "fen"),
    [(1_000_000, 1, 2_000_000), (3, 1, 6), (1, 1, 2), (100, 3, 600), (0, 1, 0)],
)
def test_R137_codes_times_years_times_two_fen(codes, years, fen):
    assert line_amount(codes=codes, years=years, price=TWO_FEN) == fen


def test_R137_a_line_rounds_once_and_halves_go_up():
    assert line_amount(codes=1, years=1, price=150) == 2
    assert line_amount(codes=1, years=1, price=149) == 1
    assert line_amount(codes=3, years=1, price=150) == 5  # 4.5, not three times 2


def test_prices_are_read_and_written_exactly():
    assert parse_price("0.02", "CNY") == TWO_FEN
    assert parse_price("0.0175", "CNY") == 175
    assert parse_price("1", "JPY") == 100
    assert [format_price(p, "CNY") for p in (200, 175, 10_000, 0)] == [
        "0.02", "0.0175", "1.00", "0.00",
    ]  # fmt: skip
    assert format_price(150, "JPY") == "1.5"
    for wrong in ("", "-1", "0.00001", "2 fen", "1e3", "٣"):
        with pytest.raises(Invalid):
            parse_price(wrong, "CNY")


@given(st.integers(0, 10**9), st.sampled_from(["CNY", "JPY", "KWD"]))
def test_a_price_written_is_the_price_read(price, currency):
    assert parse_price(format_price(price, currency), currency) == price


def test_a_leap_day_has_its_anniversary_in_leap_years_only():
    """Compared with ``date -d`` of GNU coreutils: 2029-02-29 does not exist, it says 1 March."""
    issued = date(2028, 2, 29)
    assert [year_start(issued, n) for n in range(1, 6)] == [
        date(2028, 2, 29), date(2029, 3, 1), date(2030, 3, 1), date(2031, 3, 1),
        date(2032, 2, 29),
    ]  # fmt: skip
    assert year_end(issued, 1) == date(2029, 2, 28)
    assert years_started(issued, through=date(2029, 2, 28)) == 1
    assert years_started(issued, through=date(2029, 3, 1)) == 2


@given(DAYS, st.integers(1, 40))
def test_years_follow_each_other_without_gap_or_overlap(issued, year):
    assert year_end(issued, year) + timedelta(days=1) == year_start(issued, year + 1)
    assert 365 <= (year_end(issued, year) - year_start(issued, year)).days + 1 <= 366
    assert years_started(issued, through=year_start(issued, year)) == year
    assert years_started(issued, through=year_end(issued, year)) == year
    assert years_started(issued, through=issued - timedelta(days=1)) == 0


def test_standing_of_a_contract_through_its_life():
    spans = [Span(from_on=date(2026, 1, 1), until_on=date(2026, 12, 31), grace=60)]
    told = {
        date(2025, 12, 31): Standing.AHEAD, date(2026, 1, 1): Standing.ACTIVE,
        date(2026, 12, 1): Standing.ACTIVE, date(2026, 12, 2): Standing.ENDING,
        date(2026, 12, 31): Standing.ENDING, date(2027, 1, 1): Standing.GRACE,
        date(2027, 3, 1): Standing.GRACE, date(2027, 3, 2): Standing.ENDED,
    }  # fmt: skip
    assert {day: standing_on(spans, day) for day in told} == told
    assert standing_on([], date(2026, 1, 1)) is Standing.NONE


def test_a_contract_that_is_followed_does_not_end_and_its_successor_wins_over_its_grace():
    old = Span(from_on=date(2026, 1, 1), until_on=date(2026, 12, 31), grace=60)
    new = Span(from_on=date(2027, 1, 1), until_on=date(2027, 12, 31))
    assert standing_on([old, new], date(2026, 12, 31)) is Standing.ACTIVE
    assert span_on([old, new], date(2027, 1, 15)) is new
    assert span_on([new, old], date(2026, 12, 31)) is old


@given(st.lists(st.integers(0, 10**7), max_size=6), st.integers(0, 10**8))
def test_blocks_are_used_in_their_order_and_never_beyond_what_is_left(left, wanted):
    taken = taken_from(left, wanted)
    assert sum(taken) == min(wanted, sum(left))
    assert all(0 <= took <= had for took, had in zip(taken, left, strict=True))
    used_up = [took == had for took, had in zip(taken, left, strict=True)]
    assert all(used_up[: max((n for n, took in enumerate(taken) if took), default=0)])


@given(st.lists(st.integers(-(10**9), 10**9), max_size=8), st.integers(0, 5000))
def test_net_and_tax_are_the_total(amounts, rate):
    told = sum_of(amounts, tax_bp=rate)
    assert told.gross == sum(amounts)
    assert told.net + told.tax == told.gross
    assert told.tax * told.gross >= 0
    assert sum_of([-a for a in amounts], tax_bp=rate).tax == -told.tax


def test_six_per_cent_within_a_price():
    """``echo "scale=4; 20000*6/106" | bc`` says 1132.0754."""
    assert sum_of([2_000_000], tax_bp=600).tax == 113_208
