"""Bundles, buy-x-get-y, sets, the nth piece: which units, and what they cost."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from hefu.core.promotions import (
    NOBODY,
    Bundle,
    BuyGet,
    CheapestOff,
    Group,
    LineOff,
    NthPiece,
    Order,
    OrderOff,
    Part,
    Rules,
    Sets,
    allocation,
    compile_rules,
    evaluate,
)
from tests.core.promotions.shop import NOW, cart, goods, in_category, line, offer, price


def test_the_second_piece_at_half_price_takes_the_cheaper_of_each_pair():
    quote = price(
        cart(line("a", 100), line("b", 80), line("c", 60), line("d", 40), line("e", 20)),
        offer("第二件半价", NthPiece(size=2, bp=5000)),
    )

    assert list(quote.nets) == [10_000, 4000, 6000, 2000, 2000]


def test_R181_a_bundle_shares_its_price_over_its_parts():
    rule = offer(
        "bundle",
        Bundle(
            parts=(Part(qty=1, scope=in_category("pot")), Part(qty=2, scope=in_category("cup"))),
            price=9900,
        ),
    )
    quote = price(cart(line("pot", 100, 2, "pot"), line("cup", 10, 3, "cup")), rule)

    assert quote.total == 9900 + 10_000 + 1000
    assert quote.unit_amounts(0) == (8250, 10_000)
    assert quote.unit_amounts(1) == (825, 825, 1000)


def test_a_part_that_fits_anything_leaves_the_cup_to_the_part_that_needs_it():
    parts = (Part(qty=1), Part(qty=1, scope=in_category("cup")))
    of = cart(line("cup", 50, 1, "cup"), line("tea", 10))

    assert price(of, offer("b", Bundle(parts=parts, price=4000))).total == 4000


@pytest.mark.parametrize("units", [7, 6_000_001])
def test_overlapping_parts_make_as_many_sets_as_fit(units):
    rule = offer("b", Bundle(parts=(Part(qty=1), Part(qty=2)), amount=30))

    assert price(cart(line("a", 1, units)), rule).discount == units // 3 * 30


sets_of = st.lists(st.tuples(st.integers(1, 90), st.integers(1, 9)), min_size=1, max_size=5)


@settings(max_examples=80, deadline=None)
@given(sets_of, st.integers(1, 4), st.integers(0, 200))
def test_sets_cost_what_they_would_if_cut_one_by_one(found, size, set_price):
    of = cart(*(line(f"l{n}", f"{unit / 100:.2f}", qty) for n, (unit, qty) in enumerate(found)))
    units = sorted((unit for unit, qty in found for _ in range(qty)), reverse=True)
    cut = [units[place : place + size] for place in range(0, len(units) - size + 1, size)]

    off = price(of, offer("p", Sets(size=size, price=set_price))).discount

    assert off == sum(max(0, sum(one) - set_price) for one in cut)


@settings(max_examples=80, deadline=None)
@given(sets_of, st.integers(2, 4), st.data())
def test_the_nth_piece_is_the_one_a_clerk_would_pick(found, size, data):
    nth = data.draw(st.integers(1, size))
    of = cart(*(line(f"l{n}", f"{unit / 100:.2f}", qty) for n, (unit, qty) in enumerate(found)))
    units = sorted((unit for unit, qty in found for _ in range(qty)), reverse=True)
    cut = [units[place : place + size] for place in range(0, len(units) - size + 1, size)]
    inside = sorted(unit for one in cut for unit in one)

    within = price(of, offer("p", NthPiece(size=size, nth=nth)))
    across = price(of, offer("p", NthPiece(size=size, nth=nth, across=True)))

    assert within.discount == sum(sorted(one)[nth - 1] for one in cut)
    assert across.discount == sum(inside[(nth - 1) * len(cut) : nth * len(cut)])


def test_buy_two_get_one_takes_dear_ones_as_bought_and_cheap_ones_as_got():
    rule = offer("买二送一", BuyGet(buy=Part(qty=2), get=Part(qty=1), bp=10_000))
    quote = price(cart(line("a", 30, 4), line("b", 10, 3)), rule)

    assert list(quote.nets) == [12_000, 1000]


def test_an_offer_needs_all_its_units():
    rule = offer("买二送一", BuyGet(buy=Part(qty=2), get=Part(qty=1), bp=10_000))

    (answer,) = price(cart(line("a", 30, 2)), rule).explanations

    assert answer.verdict == "nothing_left"


def test_qualifiers_leave_the_targets_what_only_they_can_use():
    rule = offer(
        "buy any, get a cup",
        BuyGet(buy=Part(qty=1), get=Part(qty=1, scope=in_category("cup")), bp=10_000),
    )
    quote = price(cart(line("cup", 50, 1, "cup"), line("tea", 10, 1)), rule)

    assert list(quote.nets) == [0, 1000]


def test_two_offers_never_use_one_unit_twice():
    rules = [
        offer(name, BuyGet(buy=Part(qty=1), get=Part(qty=1), bp=10_000, max_times=1))
        for name in ("one", "two")
    ]
    quote = price(cart(line("a", 10, 3)), *rules)

    assert quote.total == 2000
    assert [one.verdict for one in quote.explanations] == ["applied", "nothing_left"]


def test_any_three_for_twenty_loses_no_fen():
    rule = offer("3 for 20", Sets(size=3, price=2000))
    quote = price(cart(line("a", 7), line("b", 7), line("c", 7)), rule)

    assert list(quote.nets) == [666, 667, 667]


def test_a_free_unit_that_is_not_owned_is_shared_by_its_line():
    rule = offer("cheapest", CheapestOff(), group="g")
    quote = price(cart(line("a", 1, 3)), rule, groups=(Group(id="g"),))

    assert quote.unit_amounts(0) == (66, 67, 67)


def test_a_thousand_times_more_units_take_the_same_steps():
    rule = offer("买二送一", BuyGet(buy=Part(qty=2), get=Part(qty=1), bp=10_000))

    assert price(cart(line("a", 3, 6_000_000)), rule).total == 1_200_000_000


benefits = st.sampled_from(
    [
        NthPiece(size=2, bp=5000),
        NthPiece(size=3, across=True),
        Sets(size=3, price=1500),
        Sets(size=2, unit_amount=70, order=Order.CHEAPEST),
        BuyGet(buy=Part(qty=2), get=Part(qty=1), bp=7000),
        CheapestOff(units=2, bp=3333),
        Bundle(parts=(Part(qty=1), Part(qty=1)), amount=333),
        LineOff(bp=1250),
        LineOff(amount=199, max_units=2),
        OrderOff(bp=777),
        OrderOff(amount=1234),
        OrderOff(amount=150, max_units=3),
    ]
)
lines = st.lists(
    st.tuples(st.integers(0, 5000), st.integers(1, 7), st.integers(0, 2000)),
    min_size=1,
    max_size=4,
)


@settings(max_examples=150, deadline=None)
@given(lines, st.lists(benefits, min_size=1, max_size=4), st.sampled_from(["largest", "first"]))
def test_parts_sum_to_the_whole_and_no_unit_falls_below_its_floor(found, some, remainder):
    of = cart(
        *(
            line(f"l{place}", f"{unit / 100:.2f}", qty, floor=min(floor, unit))
            for place, (unit, qty, floor) in enumerate(found)
        )
    )
    rules = [offer(f"p{place}", benefit) for place, benefit in enumerate(some)]
    quote = price(of, *rules, remainder=remainder)

    for place, one in enumerate(of.lines):
        units = quote.unit_amounts(place)
        off = sum(
            share.amount
            for answer in quote.explanations
            for share in answer.shares
            if share.line == place
        )
        assert sum(units) == quote.nets[place] == one.unit * one.qty - off
        assert min(units) >= one.floor
    assert all(
        answer.amount == sum(share.amount for share in answer.shares)
        for answer in quote.explanations
    )


@settings(max_examples=60, deadline=None)
@given(lines, st.lists(benefits, min_size=1, max_size=4))
def test_every_promotion_says_what_it_took_off_every_unit(found, some):
    of = cart(*(line(f"l{n}", f"{unit / 100:.2f}", qty) for n, (unit, qty, _) in enumerate(found)))
    rules = compile_rules(
        Rules(promotions=tuple(offer(f"p{n}", benefit) for n, benefit in enumerate(some)))
    )
    quote = evaluate(rules, of, NOBODY, NOW)

    taken = allocation(rules, of, NOBODY, NOW)

    for place, one in enumerate(of.lines):
        units = [by_line[one.id] for by_line in taken.values() if one.id in by_line]
        left = [one.unit - sum(off[unit] for off in units) for unit in range(one.qty)]
        assert tuple(left) == quote.unit_amounts(place)
        assert all(min(off) >= 0 for off in units)
    for answer in quote.applied:
        assert answer.amount == sum(sum(off) for off in taken[answer.promotion].values())


@settings(max_examples=60, deadline=None)
@given(lines, st.lists(benefits, min_size=1, max_size=4), st.randoms(use_true_random=False))
def test_the_order_in_which_promotions_were_typed_in_changes_nothing(found, some, rng):
    of = cart(
        *(line(f"l{place}", f"{unit / 100:.2f}", qty) for place, (unit, qty, _) in enumerate(found))
    )
    rules = [offer(f"p{place}", benefit) for place, benefit in enumerate(some)]
    shuffled = rng.sample(rules, len(rules))

    one, other = price(of, *rules), price(of, *shuffled)

    assert one.document()["lines"] == other.document()["lines"]
    assert one.document()["explanations"] == other.document()["explanations"]


@pytest.mark.parametrize(("qty", "expected"), [(1, 100), (2, 150), (3, 250), (4, 300)])
def test_pairs_by_quantity(qty, expected):
    rule = offer("half", NthPiece(size=2, bp=5000))

    assert price(cart(line("a", 1, qty)), rule).total == expected


def test_price_of_nothing_is_nothing():
    assert price(cart(shipping=500), offer("p", OrderOff(amount=500))).total == 500
    assert price(goods("0.00"), offer("p", OrderOff(amount=500))).total == 0
