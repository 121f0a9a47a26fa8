"""Refunds: what was paid comes back, to the last fen, over the means used."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from hefu.core.promotions import (
    MONEY,
    NOBODY,
    Accrual,
    BuyGet,
    Gift,
    LineOff,
    NthPiece,
    OrderOff,
    Part,
    Returned,
    ReturnRefused,
    Rules,
    Sale,
    ShippingOff,
    Spend,
    Tender,
    Terms,
    Tier,
    Tiered,
    Way,
    compile_rules,
    evaluate,
    paid_by_unit,
    refund,
)
from tests.core.promotions.shop import NOW, cart, line, offer, yuan

AS_USUAL = Terms()


def sell(of, *promotions, terms=AS_USUAL, **more):
    """A sale of a cart under some promotions."""
    rules = compile_rules(Rules(promotions=promotions, **more))
    quote = evaluate(rules, of, NOBODY, NOW)
    return Sale(ruleset=rules, facts=NOBODY, at=NOW, quote=quote, terms=terms)


def test_keep_refunds_exactly_what_was_paid_for_the_unit():
    sale = sell(cart(line("a", 10, 3), line("b", 5)), offer("p", OrderOff(amount=1000)))

    assert paid_by_unit(sale.quote, 0) == [714, 714, 715]
    first = refund(sale, Returned(), {"a": 1})
    second = refund(sale, first.after, {"a": 1, "b": 1})
    third = refund(sale, second.after, {"a": 1})

    assert [one.amount for one in (first, second, third)] == [715, 714 + 357, 714]


def test_more_units_than_were_bought_are_refused():
    sale = sell(cart(line("a", 10, 2)))
    once = refund(sale, Returned(), {"a": 2})

    for before, units in ((Returned(), {"a": 3}), (once.after, {"a": 1}), (Returned(), {"z": 1})):
        with pytest.raises(ReturnRefused):
            refund(sale, before, units)


def test_what_is_missing_is_carried_to_the_next_return():
    sale = sell(
        cart(line("a", 100), line("b", 100), line("c", 1)),
        offer("half over 200", Tiered(tiers=(Tier(at_least=yuan(200), bp=5000),))),
        terms=Terms(way=Way.REPRICE),
    )
    cheap = refund(sale, Returned(), {"a": 1})

    # 100.50 was paid; b and c alone cost 101.00
    assert (cheap.amount, cheap.carried) == (0, 50)
    rest = refund(sale, cheap.after, {"b": 1})
    assert (rest.amount, rest.carried) == (9950, 0)
    assert refund(sale, rest.after, {"c": 1}).amount == 100


def test_L32_a_gift_comes_back_or_is_charged_at_the_value_shown():
    sale = sell(
        cart(line("a", 60), line("b", 60)),
        offer("gift", Gift(sku="mug", value=2900), conditions=(Spend(at_least=yuan(99)),)),
    )

    kept = refund(sale, Returned(), {"a": 1})
    assert (kept.amount, kept.gifts_charged) == (6000 - 2900, 2900)
    assert [gift.sku for gift in kept.gifts_due] == ["mug"]

    later = refund(sale, kept.after, {}, gifts={"mug": 1})
    assert (later.amount, later.gifts_due) == (2900, ())
    at_once = refund(sale, Returned(), {"a": 1}, gifts={"mug": 1})
    assert (at_once.amount, at_once.gifts_charged) == (6000, 0)
    with pytest.raises(ReturnRefused):
        refund(sale, later.after, {}, gifts={"mug": 1})


def test_L30_the_refund_goes_back_over_the_means_used_and_points_in_kind():
    tenders = (Tender(means="points", units=2000), Tender(means="gift_card", units=3000))
    sale = sell(
        cart(line("a", 60), line("b", 40), tenders=tenders, codes=("SPRING",)),
        accruals=(Accrual(step=100, points=1, currency="CNY"),),
    )
    first = refund(sale, Returned(), {"b": 1})
    second = refund(sale, first.after, {"a": 1})

    assert first.by_means == {"points": 800, "gift_card": 1200, MONEY: 2000}
    assert first.in_kind == {"points": 800, "gift_card": 1200}
    assert (first.points_reversed, first.codes_returned) == (20, ())
    assert second.by_means == {"points": 1200, "gift_card": 1800, MONEY: 3000}
    assert (second.points_reversed, second.codes_returned) == (30, ("SPRING",))


def test_added_tax_comes_back_with_the_goods():
    sale = sell(cart(line("a", "0.10", 3, tax_bp=1900), prices="net"))

    assert sale.quote.total == 36
    assert sum(paid_by_unit(sale.quote, 0)) == 36


def test_the_shipping_fee_stays_where_declared():
    of = cart(line("a", 10), shipping=800)
    with_fee = sell(of)
    without = sell(of, terms=Terms(refund_shipping=False))

    assert refund(with_fee, Returned(), {"a": 1}).amount == 1800
    assert refund(without, Returned(), {"a": 1}).amount == 1000


PROMOTIONS = (
    offer("line", LineOff(bp=1250)),
    offer("pair", NthPiece(size=2, bp=5000)),
    offer("three", BuyGet(buy=Part(qty=2), get=Part(qty=1), bp=10_000)),
    offer("order", Tiered(tiers=(Tier(at_least=5000, amount=777), Tier(at_least=9000, bp=1111)))),
    offer("free", ShippingOff(bp=10_000), conditions=(Spend(at_least=8000),)),
)


@settings(max_examples=120, deadline=None)
@given(
    st.lists(st.tuples(st.integers(1, 9999), st.integers(1, 4)), min_size=1, max_size=4),
    st.sets(st.sampled_from(PROMOTIONS)),
    st.builds(Terms, way=st.sampled_from(Way), recheck_shipping=st.booleans()),
    st.builds(
        Tender, means=st.just("points"), units=st.integers(0, 5000), unit_value=st.integers(1, 9)
    ),
    st.randoms(use_true_random=False),
)
def test_all_units_together_refund_exactly_what_was_paid(found, some, terms, tender, rng):
    of = cart(
        *(line(f"l{n}", f"{unit / 100:.2f}", qty) for n, (unit, qty) in enumerate(found)),
        shipping=600,
        tenders=(tender,),
    )
    sale = sell(
        of,
        *some,
        terms=terms,
        accruals=(Accrual(step=7, points=3, currency="CNY"),),
    )
    order = [one.id for one in of.lines for _ in range(one.qty)]
    rng.shuffle(order)
    paid = {one.means: one.amount for one in sale.quote.settlement.tenders}
    paid[MONEY] = sale.quote.settlement.due

    after, steps = Returned(), []
    for name in order:
        steps.append(refund(sale, after, {name: 1}))
        after = steps[-1].after

    assert sum(step.amount for step in steps) == sale.quote.total
    assert all(step.amount >= 0 for step in steps)
    assert all(sum(step.by_means.values()) == step.amount for step in steps)
    assert {name: part for name, part in after.by_means.items() if part} == {
        name: part for name, part in paid.items() if part
    }
    assert after.in_kind == {tender.means: tender.units for tender in sale.quote.settlement.tenders}
    assert sum(step.points_reversed for step in steps) == sale.quote.settlement.points
    assert steps[-1].carried == 0


@settings(max_examples=80, deadline=None)
@given(
    st.lists(st.tuples(st.integers(1, 9999), st.integers(1, 4)), min_size=1, max_size=4),
    st.sets(st.sampled_from(PROMOTIONS)),
    st.randoms(use_true_random=False),
)
def test_keep_refunds_every_unit_at_its_price(found, some, rng):
    of = cart(*(line(f"l{n}", f"{unit / 100:.2f}", qty) for n, (unit, qty) in enumerate(found)))
    sale = sell(of, *some)
    place = rng.randrange(len(of.lines))
    one = of.lines[place]

    back = refund(sale, Returned(), {one.id: one.qty})

    assert back.amount == sum(paid_by_unit(sale.quote, place)) == sale.quote.nets[place]
