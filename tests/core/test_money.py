"""Minor units, ISO 4217 and splitting without losing a fen."""

from decimal import ROUND_HALF_UP, Decimal
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hefu.core.money import (
    CurrencyMismatch,
    Money,
    UnknownCurrency,
    UnreadableAmount,
    convert,
    divide,
    format_amount,
    minor_digits,
    parse_amount,
    share_of,
    spread,
    spread_capped,
    tax_included,
)


@pytest.mark.parametrize(
    ("text", "currency", "amount"),
    [
        ("199.00", "CNY", 19_900),
        ("1,199.9", "CNY", 119_990),
        ("-0.05", "EUR", -5),
        ("1200", "JPY", 1200),
        ("1.234", "KWD", 1234),
        (" 7 ", "USD", 700),
    ],
)
def test_amounts_are_read_and_written(text, currency, amount):
    assert parse_amount(text, currency) == amount
    assert parse_amount(format_amount(amount, currency), currency) == amount


@pytest.mark.parametrize("text", ["", "1.005", "ten", "1.2.3", ".5", "--1", "１2"])
def test_what_is_no_amount_is_refused(text):
    with pytest.raises(UnreadableAmount) as caught:
        parse_amount(text, "CNY")

    assert caught.value.details["field"] == "amount"


def test_currencies_by_iso_4217():
    assert [minor_digits(code) for code in ("CNY", "JPY", "KWD", "ISK", "HUF")] == [2, 0, 3, 0, 2]
    with pytest.raises(UnknownCurrency):
        Money(amount=1, currency="RMB")


def test_two_currencies_do_not_add_up():
    yuan, euro = Money(amount=1, currency="CNY"), Money(amount=1, currency="EUR")

    assert str(yuan + yuan - Money(amount=5, currency="CNY")) == "-0.03 CNY"
    with pytest.raises(CurrencyMismatch):
        yuan + euro


def test_conversion_minds_the_decimals():
    # 100.00 CNY at 20.505 JPY is 2050.5 yen: 2051; 1 KWD at 23.4567 CNY is 23.46
    yen = convert(Money(amount=10_000, currency="CNY"), to="JPY", rate=Fraction("20.505"))
    yuan = convert(Money(amount=1000, currency="KWD"), to="CNY", rate=Fraction("23.4567"))

    assert (yen.amount, yuan.amount) == (2051, 2346)


@given(st.integers(0, 10**9), st.integers(0, 10_000))
def test_shares_round_half_up_as_decimal_does(amount, share_bp):
    exact = Decimal(amount) * share_bp / 10_000

    assert share_of(amount, share_bp) == int(exact.quantize(Decimal(1), ROUND_HALF_UP))
    assert share_of(amount, share_bp, "down") == int(exact)


def test_division_needs_a_positive_denominator():
    with pytest.raises(ValueError, match="positive"):
        divide(1, 0)


def test_tax_contained_in_a_gross_amount():
    assert [tax_included(gross, 1300) for gross in (11_300, 100, 0)] == [1300, 12, 0]


def test_R147_a_joint_campaign_splits_to_the_cent():
    assert spread(100_001, [60, 40]) == [60_001, 40_000]


def test_ties_go_to_the_earlier_place():
    assert spread(299, [1000, 1000, 1000]) == [100, 100, 99]
    assert spread(5000, [12_000, 23_000, 30_000]) == [923, 1769, 2308]
    assert spread(5000, [12_000, 23_000, 30_000], "first") == [924, 1769, 2307]


def test_what_exceeds_a_cap_is_shared_by_the_others():
    given_away = spread_capped(1200, [1000, 2000, 5000, 3000], [1000, 100, 0, 400])

    assert given_away == [700, 100, 0, 400]


def test_nothing_cannot_carry_something():
    assert spread(0, [0, 0]) == [0, 0]
    assert spread_capped(5, [0, 0], [1, 1]) == [0, 0]
    for amount, weights in ((1, [0]), (-1, [1]), (1, [-1])):
        with pytest.raises(ValueError, match=r"carry|negative"):
            spread(amount, weights)


weights = st.lists(st.integers(0, 10**7), max_size=20)


@given(weights, st.data(), st.sampled_from(["largest", "first"]))
def test_spread_gives_away_exactly_the_amount(found, data, remainder):
    amount = data.draw(st.integers(0, sum(found)))

    shares = spread(amount, found, remainder)

    assert sum(shares) == amount
    assert all(0 <= share <= weight for share, weight in zip(shares, found, strict=True))
    if total := sum(found):
        assert all(
            abs(Fraction(amount * weight, total) - share) < 1 or remainder == "first"
            for share, weight in zip(shares, found, strict=True)
        )


@given(st.lists(st.tuples(st.integers(0, 10**5), st.integers(0, 10**5)), max_size=12), st.data())
def test_capped_spread_respects_every_cap(found, data):
    pairs = [(weight, min(cap, weight)) for weight, cap in found]
    amount = data.draw(st.integers(0, sum(weight for weight, _ in pairs)))

    shares = spread_capped(amount, [one for one, _ in pairs], [cap for _, cap in pairs])

    assert sum(shares) == min(amount, sum(cap for weight, cap in pairs if weight))
    assert all(0 <= share <= cap for share, (_, cap) in zip(shares, pairs, strict=True))


@given(weights, st.randoms(use_true_random=False), st.data())
def test_spread_does_not_depend_on_the_order_up_to_ties(found, rng, data):
    distinct = sorted(set(found))
    amount = data.draw(st.integers(0, sum(distinct)))
    shuffled = rng.sample(distinct, len(distinct))

    by_weight = dict(zip(shuffled, spread(amount, shuffled), strict=True))
    fractions = [amount * one % sum(distinct) for one in distinct] if sum(distinct) else []
    if len(set(fractions)) == len(fractions):
        assert [by_weight[one] for one in distinct] == spread(amount, distinct)
