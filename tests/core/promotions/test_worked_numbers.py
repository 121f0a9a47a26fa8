"""The worked numbers of the source documents and of the oddities list, to the fen."""

import pytest

from hefu.core.promotions import (
    LineOff,
    OrderOff,
    Returned,
    Rules,
    Sale,
    Scope,
    ShippingOff,
    Spend,
    Terms,
    Tier,
    Tiered,
    Way,
    compile_rules,
    evaluate,
    refund,
)
from hefu.core.promotions.cart import EVERYTHING, NOBODY
from tests.core.promotions.shop import NOW, cart, goods, in_category, line, offer, price, yuan

TIERS = offer(
    "tiers",
    Tiered(tiers=(Tier(at_least=10_000, amount=1000), Tier(at_least=20_000, amount=3000))),
)


@pytest.mark.parametrize(
    ("paid_before", "expected"),
    [
        ("99.99", "99.99"),
        ("100", "90"),
        ("199.99", "189.99"),
        ("200", "170"),
        ("299", "269"),
        ("400", "370"),
    ],
)
def test_R195_only_the_best_tier_counts(paid_before, expected):
    assert price(goods(paid_before), TIERS).total == yuan(expected)


@pytest.mark.parametrize(
    ("paid_before", "expected"), [("199.99", "199.99"), ("200", "140.00"), ("299.99", "209.99")]
)
def test_R196_a_percentage_of_the_whole_eligible_amount(paid_before, expected):
    rule = offer("30%", Tiered(tiers=(Tier(at_least=20_000, bp=3000),)))

    assert price(goods(paid_before), rule).total == yuan(expected)


def test_R193_twenty_percent_off_everything():
    assert price(goods("199.00"), offer("8折", LineOff(bp=2000))).total == yuan("159.20")


def test_R193_an_excluded_article_keeps_its_price():
    scope = Scope(everything=True, except_skus=frozenset({"book"}))
    quote = price(
        cart(line("pot", "199.00"), line("book", "50.00")),
        offer("8折", LineOff(bp=2000, scope=scope)),
    )

    assert list(quote.nets) == [yuan("159.20"), yuan("50.00")]


def test_R194_each_category_has_its_percentage():
    quote = price(
        cart(line("cooker", "499", 1, "rice-cookers"), line("shirt", "199", 1, "apparel")),
        offer("家电8折", LineOff(bp=2000, scope=in_category("appliances"))),
        offer("服饰9折", LineOff(bp=1000, scope=in_category("apparel"))),
        categories={"rice-cookers": "appliances"},
    )

    assert list(quote.nets) == [yuan("399.20"), yuan("179.10")]
    assert quote.total == yuan("578.30")


def test_R195_the_next_tier_is_named():
    quote = price(goods("188.00"), TIERS)

    (answer,) = quote.explanations
    assert answer.verdict == "applied"
    assert (answer.observed, answer.needed, answer.missing) == (18_800, 20_000, 1200)


def test_R195_a_threshold_not_reached_says_how_much_is_missing():
    (answer,) = price(goods("88.00"), TIERS).explanations

    assert (answer.verdict, answer.missing) == ("condition_failed", 1200)


@pytest.mark.parametrize(
    ("way", "expected"), [(Way.REPRICE, "70.00"), (Way.LITERAL, "60.00"), (Way.KEEP, "77.14")]
)
def test_return_of_the_90_after_120_and_90_paid_180(way, expected):
    rules = compile_rules(Rules(promotions=(TIERS,)))
    quote = evaluate(rules, cart(line("a", "120"), line("b", "90")), NOBODY, NOW)
    sale = Sale(ruleset=rules, facts=NOBODY, at=NOW, quote=quote, terms=Terms(way=way))

    first = refund(sale, Returned(), {"b": 1})

    assert quote.total == yuan("180")
    assert first.amount == yuan(expected)
    assert first.amount + refund(sale, first.after, {"a": 1}).amount == yuan("180")


def test_R191_free_shipping_lost_by_a_return_is_charged():
    free = offer(
        "包邮",
        ShippingOff(bp=10_000),
        conditions=(Spend(at_least=yuan("99"), scope=EVERYTHING),),
    )
    rules = compile_rules(Rules(promotions=(free,)))
    of = cart(line("a", "80"), line("b", "25"), shipping=yuan("12"))
    quote = evaluate(rules, of, NOBODY, NOW)
    terms = Terms(recheck_shipping=True)
    sale = Sale(ruleset=rules, facts=NOBODY, at=NOW, quote=quote, terms=terms)

    back = refund(sale, Returned(), {"b": 1})

    assert quote.total == yuan("105")
    assert (back.shipping_charged, back.amount) == (yuan("12"), yuan("13"))


def test_each_full_hundred_gives_ten_up_to_three_times():
    rule = offer("每满100减10", OrderOff(amount=1000, every=10_000, max_times=3))

    assert [price(goods(paid), rule).total for paid in (99, 250, 990)] == [
        9900,
        23_000,
        96_000,
    ]
