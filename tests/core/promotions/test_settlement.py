"""Price book, floors, gifts, shipping, payment, tax and points."""

from datetime import timedelta

import pytest

from hefu.core.promotions import (
    Accrual,
    ExtraPoints,
    FactIn,
    Facts,
    Gift,
    GivenGift,
    Line,
    LineOff,
    OrderOff,
    PaidTender,
    Phase,
    Price,
    Rules,
    RulesRefused,
    ShippingOff,
    Spend,
    Tender,
    compile_rules,
)
from tests.core.promotions.shop import NOW, cart, goods, in_category, line, offer, price, yuan


def entry(sku, amount, **more):
    return Price(sku=sku, unit=yuan(amount), currency="CNY", **more)


STUDENT = FactIn(fact="segment", values=frozenset({"student"}))


def test_R188_a_segment_price_carries_its_published_audience():
    book = (
        entry("a", 90),
        entry("a", 80, conditions=(STUDENT,), audience="在校学生凭学生证"),
    )

    assert price(goods("100"), prices=book).total == 9000
    student = Facts(values={"segment": "student"})
    quote = price(goods("100"), prices=book, facts=student)
    assert (quote.total, quote.book[0].audience) == (8000, "在校学生凭学生证")
    with pytest.raises(RulesRefused) as caught:
        compile_rules(Rules(prices=(entry("a", 80, conditions=(STUDENT,)),)))
    assert caught.value.details["field"] == "prices.audience"


def test_quantity_and_period_of_a_price():
    book = (entry("a", 9, min_qty=10), entry("a", 1, ends_at=NOW), entry("a", 8, min_qty=100))

    assert price(cart(line("a", 10, 9)), prices=book).total == 9000
    assert price(cart(line("a", 10, 10)), prices=book).total == 9000
    early = NOW - timedelta(seconds=1)
    assert price(cart(line("a", 10, 9)), prices=book, now=early).total == 900


def test_R182_no_stack_falls_below_the_margin_floor():
    of = cart(line("a", 100, 3, cost=yuan(60)))
    rules = (offer("x", LineOff(bp=5000)), offer("y", OrderOff(amount=10_000)))

    quote = price(of, *rules, margin_floor_bp=2500)

    assert quote.total == 3 * 8000
    assert [one.verdict for one in quote.explanations] == ["applied", "nothing_left"]


def test_R197_gifts_fall_back_on_their_substitutes():
    rule = offer(
        "gift",
        Gift(sku="mug", value=2900, qty=2, substitutes=("cup", "pen")),
        conditions=(Spend(at_least=yuan(99)),),
    )
    short = Facts(gift_stock={"mug": 1, "cup": 0, "pen": 5})

    assert price(goods("98"), rule).gifts == ()
    assert price(goods("99"), rule).gifts == (GivenGift("mug", 2, 2900),)
    assert price(goods("99"), rule, facts=short).gifts == (
        GivenGift("mug", 1, 2900),
        GivenGift("pen", 1, 2900, "mug"),
    )
    none = Facts(gift_stock={"mug": 0, "cup": 0, "pen": 0})
    assert price(goods("99"), rule, facts=none).explanations[0].verdict == "nothing_left"


def test_two_gift_promotions_draw_on_one_stock():
    rules = [offer(name, Gift(sku="mug", value=100, per=2)) for name in "ab"]
    quote = price(cart(line("x", 10, 5)), *rules, facts=Facts(gift_stock={"mug": 3}))

    assert [gift.qty for gift in quote.gifts] == [2, 1]


def test_shipping_never_falls_below_nothing():
    of = cart(line("a", 100), shipping=1000)

    assert price(of, offer("x", ShippingOff(bp=2000))).shipping == 800
    assert price(of, offer("x", ShippingOff(price=500))).shipping == 500
    both = price(of, offer("x", ShippingOff(amount=700)), offer("y", ShippingOff(amount=700)))
    assert (both.shipping, both.total) == (0, 10_000)


def test_the_catalogue_rounds_the_price_it_displays():
    # 15 % off 10.50 leaves 8.925: the displayed price is 8.93, twice 17.86
    quote = price(
        cart(line("a", "10.50", 2)),
        offer("p", LineOff(bp=1500), phase=Phase.CATALOG),
    )

    assert (list(quote.shown), quote.total) == ([1786], 1786)


def test_points_pay_in_whole_units_up_to_their_share():
    tenders = (Tender(means="points", units=5000, unit_value=7, max_share_bp=3000),)
    settlement = price(cart(line("a", 100), shipping=500, tenders=tenders)).settlement

    # 30 % of 105.00 is 31.50: 450 points at 0.07
    assert settlement.tenders == (PaidTender("points", 450, 3150),)
    assert (settlement.payable, settlement.due) == (10_500, 7350)


def test_tenders_move_no_threshold_and_no_tax_base_unless_declared():
    of = cart(line("a", 113, tax_bp=1300), tenders=(Tender(means="coins", units=1130),))
    declared = Tender(means="coins", units=1130, reduces_tax_base=True)
    lower = cart(line("a", 113, tax_bp=1300), tenders=(declared,))
    rule = offer("p", OrderOff(amount=1), conditions=(Spend(at_least=11_300),))

    assert price(of, rule).explanations[0].verdict == "applied"
    assert price(of).settlement.taxes == ((1300, 10_000, 1300),)
    assert price(lower).settlement.taxes == ((1300, 9000, 1170),)
    assert price(of).settlement.due == price(lower).settlement.due == 11_300 - 1130


def test_tax_is_rounded_once_per_rate_and_allocated():
    of = cart(
        *(line(name, "0.33", tax_bp=1900) for name in "abc"),
        line("d", "1.07", tax_bp=700),
    )
    settlement = price(of).settlement

    # 0.99 * 19 / 119 = 0.158; three times 0.05 would be 0.15
    assert settlement.taxes == ((700, 100, 7), (1900, 83, 16))
    assert settlement.tax_by_line == (6, 5, 5, 7, 0)


def test_tax_is_added_to_net_prices_and_shipping_has_its_own_rate():
    of = cart(line("a", 100, tax_bp=1900), shipping=1000, shipping_tax_bp=700, prices="net")
    quote = price(of)

    assert quote.settlement.taxes == ((700, 1000, 70), (1900, 10_000, 1900))
    assert quote.total == 12_970


def test_points_are_earned_on_what_was_paid_in_money():
    rules = (
        offer("double", ExtraPoints(times_bp=20_000, scope=in_category("tea"))),
        offer("welcome", ExtraPoints(points=50)),
    )
    of = cart(
        Line(id="t", sku="t", unit=yuan(60), categories=("tea",)),
        line("b", 40),
        tenders=(Tender(means="points", units=1000),),
    )
    quote = price(of, *rules, accruals=(Accrual(step=100, points=1, currency="CNY"),))

    # 90.00 in money: 90 points, 54 more for the tea (60.00 less its part of the 10.00), and 50
    assert quote.settlement.points == 90 + 54 + 50
    assert [one.points for one in quote.explanations] == [54, 50]
