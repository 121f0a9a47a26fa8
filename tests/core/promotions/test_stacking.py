"""Groups, tags, exclusivity, and the search for the best set."""

from itertools import combinations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from hefu.core.promotions import (
    COUPON_GROUP,
    COUPON_LANE,
    EVERYTHING,
    HOUSE_GROUPS,
    LINE_GROUP,
    ORDER_GROUP,
    Basis,
    Bundle,
    BuyGet,
    CheapestOff,
    Group,
    LineOff,
    NthPiece,
    OrderOff,
    Part,
    Phase,
    Policy,
    Reach,
    Rules,
    Sets,
    Spend,
    compile_rules,
    stacking_matrix,
)
from tests.core.promotions.shop import cart, goods, in_category, line, offer, price, verdicts


def percent(name, bp, **more):
    return offer(name, OrderOff(bp=bp), group="g", **more)


def off(name, amount, **more):
    return offer(name, OrderOff(amount=amount), group="g", **more)


THREE = (percent("a", 1000), off("b", 10_000), percent("c", 5000))


@pytest.mark.parametrize(
    ("group", "total", "applied"),
    [
        (Group(id="g"), 40_000, {"a", "b", "c"}),
        (Group(id="g", policy=Policy.FIRST), 90_000, {"a"}),
        (Group(id="g", policy=Policy.AT_MOST, k=1), 50_000, {"c"}),
        (Group(id="g", policy=Policy.AT_MOST, k=2), 45_000, {"a", "c"}),
        (Group(id="g", policy=Policy.BEST), 50_000, {"c"}),
    ],
)
def test_policies_on_a_cart_of_a_thousand(group, total, applied):
    quote = price(goods("1000.00"), *THREE, groups=(group,))

    assert quote.total == total
    assert {one.promotion for one in quote.applied} == applied


def test_tags_must_be_accepted_by_both_sides():
    rules = (
        percent("a", 1000, tags=frozenset("x"), accepts=frozenset("y")),
        off("b", 10_000, tags=frozenset("y"), accepts=frozenset("x")),
        off("c", 15_000, tags=frozenset("z"), accepts=frozenset("z")),
    )
    quote = price(goods("1000.00"), *rules, groups=(Group(id="g", policy=Policy.BEST),))

    assert quote.total == 80_000
    assert verdicts(quote) == {"a": "applied", "b": "applied", "c": "lost_to"}
    assert quote.explanations[2].winner == "a"


def test_the_first_exclusive_one_stands_alone():
    rules = (
        percent("silver", 2000, priority=2, exclusive=True),
        off("gold", 1000, priority=5, exclusive=True),
        off("plain", 5000, priority=9),
    )
    quote = price(goods("100.00"), *rules, groups=(Group(id="g"),))

    assert verdicts(quote) == {"plain": "lost_to", "gold": "applied", "silver": "lost_to"}
    assert quote.total == 9000


def test_an_exclusive_one_competes_where_the_group_chooses_the_best():
    friends = {"tags": frozenset("t"), "accepts": frozenset("t")}
    rules = (off("alone", 1000, exclusive=True), off("x", 800, **friends), off("y", 700, **friends))
    quote = price(goods("100.00"), *rules, groups=(Group(id="g", policy=Policy.BEST),))

    assert verdicts(quote) == {"alone": "lost_to", "x": "applied", "y": "applied"}


def test_each_line_chooses_for_itself():
    rules = (
        offer("10%", LineOff(bp=1000), group="l"),
        offer("shirts", LineOff(amount=500, scope=in_category("shirts")), group="l"),
    )
    group = Group(id="l", policy=Policy.BEST, reach=Reach.LINE)
    quote = price(cart(line("shirt", 30, 1, "shirts"), line("tv", 1000)), *rules, groups=(group,))

    assert list(quote.nets) == [2500, 90_000]


def test_equal_value_takes_fewer_promotions_then_the_earlier():
    rules = (off("b", 500), off("a", 500), off("c", 1000))
    one = Group(id="g", policy=Policy.AT_MOST, k=2)

    pair = price(goods("10.00"), *rules, groups=(one,))
    twins = price(goods("10.00"), *rules[:2], groups=(Group(id="g", policy=Policy.AT_MOST),))

    assert [one.promotion for one in pair.applied] == ["c"]
    assert [one.promotion for one in twins.applied] == ["a"]


def test_lanes_see_what_earlier_lanes_left():
    rules = (
        offer("half", LineOff(bp=5000), lane=1),
        offer(
            "big",
            LineOff(amount=100),
            lane=2,
            conditions=(Spend(at_least=6000, scope=EVERYTHING),),
        ),
    )
    quote = price(goods("100.00"), *rules)

    assert verdicts(quote) == {"half": "applied", "big": "condition_failed"}


def test_order_conditions_do_not_see_each_other_unless_they_say_so():
    first = offer("first", OrderOff(amount=5000), priority=1)

    def second(basis):
        condition = Spend(at_least=20_000, basis=basis)
        return offer("second", OrderOff(amount=1000), conditions=(condition,))

    assert price(goods("200"), first, second(Basis.PHASE_START)).total == 14_000
    assert price(goods("200"), first, second(Basis.RUNNING)).total == 15_000


def combine(one, other):
    """Whether each accepts a tag of the other."""
    return all(
        mine.accepts is None or mine.accepts & theirs.tags
        for mine, theirs in ((one, other), (other, one))
    )


@settings(max_examples=60, deadline=None)
@given(
    st.lists(
        st.tuples(st.sampled_from(["bp", "amount"]), st.integers(1, 6000), st.sampled_from("xyz")),
        min_size=2,
        max_size=5,
    ),
    st.sets(st.sampled_from("xyz")),
    st.integers(1, 3),
    st.integers(1, 50_000),
)
def test_the_best_set_is_the_best_of_all_sets(found, accepted, k, worth):
    rules = [
        offer(
            f"p{place}",
            OrderOff(**{kind: value}),
            group="g",
            tags=frozenset(tag),
            accepts=frozenset(accepted) if place % 2 else None,
        )
        for place, (kind, value, tag) in enumerate(found)
    ]
    admissible = [
        some
        for size in range(min(k, len(rules)) + 1)
        for some in combinations(rules, size)
        if all(combine(one, other) for one, other in combinations(some, 2))
    ]
    of = cart(line("a", f"{worth / 100:.2f}"))

    quote = price(of, *rules, groups=(Group(id="g", policy=Policy.AT_MOST, k=k),))

    assert quote.total == min(
        price(of, *some, groups=(Group(id="g"),)).total for some in admissible
    )


unit_benefits = st.sampled_from(
    [
        CheapestOff(units=2, bp=5000),
        NthPiece(size=2, bp=5000),
        BuyGet(buy=Part(qty=1), get=Part(qty=1), bp=10_000, max_times=2),
        Sets(size=3, price=900),
        Bundle(parts=(Part(qty=2),), amount=250),
        LineOff(amount=120, max_units=1),
    ]
)


@settings(max_examples=60, deadline=None)
@given(
    st.lists(unit_benefits, min_size=2, max_size=4),
    st.lists(st.tuples(st.integers(1, 900), st.integers(1, 4)), min_size=1, max_size=3),
    st.integers(1, 3),
)
def test_the_best_set_of_promotions_that_own_units_is_the_best_of_all_sets(some, found, k):
    rules = [offer(f"p{n}", benefit, group="u", phase=Phase.UNIT) for n, benefit in enumerate(some)]
    of = cart(*(line(f"l{n}", f"{unit / 100:.2f}", qty) for n, (unit, qty) in enumerate(found)))
    group = Group(id="u", policy=Policy.AT_MOST, k=k, reach=Reach.UNIT)

    quote = price(of, *rules, groups=(group,))

    assert quote.total == min(
        price(of, *chosen, groups=(Group(id="u", reach=Reach.UNIT),)).total
        for size in range(min(k, len(rules)) + 1)
        for chosen in combinations(rules, size)
    )


def test_a_line_takes_the_first_where_the_group_says_first():
    rules = (
        offer("small", LineOff(bp=1000), group="l", priority=1),
        offer("large", LineOff(bp=2000), group="l"),
    )
    group = Group(id="l", policy=Policy.FIRST, reach=Reach.LINE)
    quote = price(goods("10.00"), *rules, groups=(group,))

    assert verdicts(quote) == {"small": "applied", "large": "lost_to"}
    assert quote.total == 900


def test_beyond_sixteen_the_gap_is_stated_and_holds():
    rules = [off(f"p{n:02d}", 100 + n) for n in range(20)]
    group = Group(id="g", policy=Policy.AT_MOST, k=3)
    quote = price(goods("1000.00"), *rules, groups=(group,))

    (search,) = quote.searches
    assert quote.total == 100_000 - (119 + 118 + 117)
    assert search.value + search.gap >= 119 + 118 + 117
    assert len(search.members) == 20


def test_a_beam_uses_no_promotion_twice():
    rules = [percent(f"p{n:02d}", 100 + n, tags=frozenset("t")) for n in range(18)]
    group = Group(id="g", policy=Policy.AT_MOST, k=18)
    quote = price(goods("1000.00"), *rules, groups=(group,))

    (search,) = quote.searches
    assert len(set(search.chosen)) == len(search.chosen) == 18
    assert search.value == quote.discount
    assert quote.discount == price(goods("1000.00"), *rules, groups=(Group(id="g"),)).discount


def test_sixteen_that_exclude_each_other_are_searched_exactly():
    rules = [percent(f"p{n:02d}", 100 + n) for n in range(16)]
    quote = price(goods("1000.00"), *rules, groups=(Group(id="g", policy=Policy.AT_MOST),))

    assert quote.searches[0].gap == 0
    assert [one.promotion for one in quote.applied] == ["p15"]


def test_members_of_a_unit_group_never_share_a_unit():
    rules = (
        offer("dear", LineOff(amount=100, max_units=2), group="u", phase=Phase.UNIT, priority=1),
        offer("rest", LineOff(amount=100, max_units=2), group="u", phase=Phase.UNIT),
    )
    quote = price(cart(line("a", 5, 3)), *rules, groups=(Group(id="u", reach=Reach.UNIT),))

    assert quote.total == 1500 - 300
    assert quote.unit_amounts(0) == (400, 400, 400)


def test_O21_house_default_one_line_one_order_one_coupon_each_the_best():
    rules = (
        offer("全场9折", LineOff(bp=1000), group=LINE_GROUP.id),
        offer("家电8折", LineOff(bp=2000, scope=in_category("tv")), group=LINE_GROUP.id),
        offer("满1000减50", OrderOff(amount=5000), group=ORDER_GROUP.id),
        offer("95折", OrderOff(bp=500), group=ORDER_GROUP.id),
        *(
            offer(code, OrderOff(amount=off), code=code, lane=COUPON_LANE, group=COUPON_GROUP.id)
            for code, off in (("TEN", 1000), ("TWENTY", 2000))
        ),
    )
    of = cart(line("tv", 1000, 1, "tv"), line("tea", 100), codes=("TEN", "TWENTY"))

    quote = price(of, *rules, groups=HOUSE_GROUPS)

    # 800 + 90 = 890; the 50.00 beat 44.50; the better coupon takes 20.00
    assert quote.total == 89_000 - 5000 - 2000
    assert verdicts(quote) == {
        "全场9折": "applied",
        "家电8折": "applied",
        "满1000减50": "applied",
        "95折": "lost_to",
        "TEN": "lost_to",
        "TWENTY": "applied",
    }


def test_the_matrix_says_how_every_pair_of_a_lane_stands():
    rules = (
        offer("a", OrderOff(amount=1), group="g"),
        offer("b", OrderOff(amount=1), group="g"),
        offer("c", OrderOff(amount=1), exclusive=True),
        offer("d", OrderOff(amount=1), accepts=frozenset("x")),
        offer("e", OrderOff(amount=1)),
        offer("l", LineOff(bp=1)),
    )
    groups = (Group(id="g", policy=Policy.FIRST),)

    matrix = stacking_matrix(compile_rules(Rules(promotions=rules, groups=groups)))

    found = {(one, other): how.value for one, other, how in matrix}
    assert len(found) == 10
    assert found["a", "b"] == "one_of_group"
    assert found["a", "c"] == "exclusive"
    assert found["d", "e"] == "tags"
    assert found["a", "e"] == "combine"
