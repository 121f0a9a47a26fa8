"""Scenarios, hold-out and findings: worked by hand, or by another tool."""

import json
from datetime import UTC, datetime
from fractions import Fraction
from statistics import NormalDist, stdev

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from hefu.core.backtest import (
    Assumptions,
    BacktestRefused,
    Compiled,
    Plan,
    Side,
    measurability,
    report,
    scenarios,
)
from hefu.core.backtest.tally import TABLES, Tally
from hefu.core.promotions import (
    HOUSE_GROUPS,
    FactIn,
    HoldOut,
    Line,
    OrderOff,
    Promotion,
    Quantity,
    Rules,
    Scope,
    Spend,
    hold_out_bp,
)
from tests.core.backtest.orders import full, off, order, plan, replayed

NOW = datetime(2026, 11, 22, tzinfo=UTC)


def tally_of(**tables):
    """A tally with these rows: table -> {key: {field: value}}."""
    tally = Tally()
    for name, rows in tables.items():
        tally.add(
            (name, key, tuple(row.get(field, 0) for field in TABLES[name][1]))
            for key, row in rows.items()
        )
    return tally


WORKED = tally_of(
    categories={
        ("pots",): {
            "revenue_a": 100_000,
            "revenue_b": 90_000,
            "known_a": 100_000,
            "known_b": 90_000,
            "cost": 60_000,
        }
    }
)


def test_price_response_as_worked_on_the_algorithm_page():
    found = scenarios(WORKED, Assumptions(elasticity=-200, pull_share_bp=2500))

    assert found["price_response"] == {"revenue": 8_000, "margin": -4_000}
    assert found["break_even"] == {"elasticity": -333, "volume_bp": 3333}
    # a quarter of 20 % more pots would have been bought later at 1,000.00 and 400.00 of margin
    assert found["pull_forward"] == {
        "later_revenue": 5_000, "later_margin": 2_000, "revenue": 3_000, "margin": -6_000,
    }  # fmt: skip


def test_a_category_with_its_own_elasticity():
    found = scenarios(WORKED, Assumptions(elasticity=0, by_category={"pots": -100}))

    assert found["price_response_by_category"] == [
        {
            "category": "pots", "elasticity": -100, "price_bp": 9000, "quantity_bp": 11_000,
            "revenue": -1_000, "margin": -7_000,
        }
    ]  # fmt: skip


@given(st.integers(1, 10**7), st.integers(1, 10**7), st.integers(0, 10**7))
@settings(max_examples=60)
def test_break_even_elasticity_breaks_even(revenue_a, revenue_b, cost):
    row = {"revenue_a": revenue_a, "revenue_b": revenue_b, "known_a": revenue_a}
    tally = tally_of(categories={("x",): row | {"known_b": revenue_b, "cost": cost}})

    found = scenarios(tally, Assumptions())["break_even"]["elasticity"]

    if found is not None:
        exact = Fraction(revenue_a - revenue_b) / (
            (revenue_b - cost) * (Fraction(revenue_b, revenue_a) - 1)
        )
        assert abs(Fraction(found, 100) - exact) <= Fraction(1, 200)


def test_no_price_change_no_break_even():
    same = {"revenue_a": 5, "revenue_b": 5, "known_a": 5, "known_b": 5, "cost": 2}

    assert scenarios(tally_of(categories={("x",): same}), Assumptions())["break_even"] == {
        "elasticity": None,
        "volume_bp": 0,
    }


def test_fill_up_multiplies_what_was_priced_again():
    near = {"orders": 50, "filled": 40, "bought": 40_000, "revenue": 30_000, "discount": 10_000}
    tally = tally_of(near={("tier", "spend"): near})

    found = scenarios(tally, Assumptions(fill_share_bp=2500, fill_margin_bp=4000))["fill_up"]

    # 10 carts buy 100.00 at list, pay 75.00 of it, which cost 60.00
    assert (found["carts"], found["bought"], found["revenue"], found["margin"]) == (
        10, 10_000, 7_500, 1_500,
    )  # fmt: skip


@pytest.mark.parametrize(
    "wrong", [{"elasticity": 1}, {"fill_share_bp": 10_001}, {"pull_days": 1000}]
)
def test_assumptions_that_are_none_are_refused(wrong):
    with pytest.raises(BacktestRefused) as caught:
        scenarios(Tally(), Assumptions(**wrong))

    assert caught.value.details["field"] == next(iter(wrong))


def test_smallest_effect_as_the_textbook_has_it():
    revenue = {f"c{n}": 100 * (n % 7) + n for n in range(2000)}

    found = measurability(revenue, salt="spring", share_bp=1000)

    held = sum(hold_out_bp(who, "spring") < 1000 for who in revenue)
    z = NormalDist().inv_cdf(0.975) + NormalDist().inv_cdf(0.8)
    expected = z * stdev(revenue.values()) * (1 / held + 1 / (2000 - held)) ** 0.5
    groups = {each.share_bp: each for each in found.groups}
    assert groups[1000].held == held
    assert 0 <= groups[1000].effect - expected <= 1.01
    assert groups[1000].effect_capped <= groups[1000].effect
    assert [each.share_bp for each in found.groups] == [500, 1000, 2000, 5000]


def test_two_customers_measure_nothing():
    found = measurability({"li": 5}, salt="x", share_bp=0)

    assert {each.effect for each in found.groups} == {None}


def codes(found):
    return {(one["code"], one["promotion"], one["other"]) for one in found}


def document(given, orders, goods=()):
    return report(
        replayed(Compiled(given), orders),
        goods=goods,
        assumptions=Assumptions(),
        salt="spring",
        share_bp=1000,
        now=NOW,
    )


def test_findings_name_rules_that_do_nothing():
    tomorrow = [
        off("first", 500, group="one-per-order", priority=2, exclusive=True),
        off("second", 100, group="one-per-order"),
        off("coupon", 100, code="X"),
        full("dear", (90_000, 100), lane=1),
        Promotion(
            id="umbrellas", benefit=OrderOff(bp=10, scope=Scope(skus=frozenset({"umbrella"})))
        ),
        off("past", 1, ends_at=datetime(2020, 1, 1, tzinfo=UTC)),
    ]
    orders = [order(n, ("pot", 9000, 1, 8800), customer="li") for n in (1, 2)]
    goods = [Line(id="pot", sku="pot", unit=9000, cost=8800)]

    found = document(plan(tomorrow=tomorrow, budgets={"first": 600}), orders, goods)["findings"]

    assert codes(found) >= {
        ("budget_used_up", "first", ""),
        ("sold_below_cost", "first", ""),
        ("not_replayed", "coupon", ""),
        ("never_applied", "dear", ""),
        ("never_touched", "umbrellas", ""),
        ("window_closed", "past", ""),
        ("over", "past", ""),
        ("no_goods", "umbrellas", ""),
        ("below_cost", "first", ""),
    }


def test_a_rule_that_always_loses_names_its_winner():
    tomorrow = [off("big", 500, group="one-per-order"), off("small", 100, group="one-per-order")]

    found = document(plan(tomorrow=tomorrow), [order(1, ("pot", 9000, 1))])["findings"]

    assert ("always_lost", "small", "big") in codes(found)


def test_two_that_go_together_are_an_overlap():
    tomorrow = [off("one", 500), off("two", 100, conditions=(Quantity(at_least=2),))]
    orders = [order(1, ("pot", 9000, 1)), order(2, ("pot", 9000, 2))]

    [found] = [
        one for one in document(plan(tomorrow=tomorrow), orders)["findings"]
        if one["code"] == "overlap"
    ]  # fmt: skip

    assert (found["promotion"], found["other"], found["count"], found["amount"]) == (
        "one", "two", 1, 600,
    )  # fmt: skip


def test_the_budget_burns_down_day_by_day():
    orders = [order(n, ("pot", 9000, 1), hours=24 * n) for n in range(1, 5)]

    found = document(plan(tomorrow=[off("gift", 400)], budgets={"gift": 1000}), orders)

    [budget] = found["sides"]["tomorrow"]["budgets"]
    assert [left for _, left in budget["days"]] == [600, 200, 200, 200]
    assert (budget["used_up_on"], budget["left"], budget["refused"]) == ("2026-01-04", 200, 2)


def test_the_report_is_plain_and_names_the_signed_rules():
    rules = Rules(
        promotions=(off("x", 1, ends_at=NOW, conditions=(Spend(at_least=5),)),), groups=HOUSE_GROUPS
    )
    side = Side(rules=rules)
    always = Plan(today=Side(), tomorrow=side, currency="CNY", always_on=True)

    found = document(always, [order(1, ("pot", 9000, 1))])

    assert json.loads(json.dumps(found)) == found
    assert (
        found["sides"]["tomorrow"]["hash"]
        == Compiled(Plan(today=Side(), tomorrow=side, currency="CNY")).rulesets[1].content_hash
    )
    assert found["sides"]["tomorrow"]["promotions"][0]["applied"] == 1


def test_the_forecast_groups_are_those_of_the_campaign():
    held = off("spring", 100, conditions=(HoldOut(salt="spring", share_bp=1000),))
    orders = [order(n, ("pot", 9000, 1), customer=f"c{n}") for n in range(1, 201)]

    found = document(plan(tomorrow=[held]), orders)

    [groups] = [one for one in found["hold_out"]["groups"] if one["share_bp"] == 1000]
    [promotion] = found["sides"]["tomorrow"]["promotions"]
    assert 0 < groups["held"] < 200
    assert promotion["applied"] == groups["campaign"]
    assert promotion["failed"] == {"hold_out": groups["held"]}


def test_facts_are_those_the_source_states():
    tomorrow = [
        off("vip", 100, conditions=(FactIn(fact="segment", values=frozenset({"vip"})),)),
        off("new", 10, conditions=(FactIn(fact="customer_kind", values=frozenset({"new"})),)),
    ]
    orders = [
        order(1, ("pot", 9000, 1), customer="li", segment="vip", values={"segment": "vip"}),
        order(2, ("pot", 9000, 1), customer="li", segment="second_to_fifth", earlier=1),
        order(3, ("pot", 9000, 1), segment="vip"),
    ]

    found = document(plan(tomorrow=tomorrow), orders)["sides"]["tomorrow"]["promotions"]

    assert {one["id"]: one["applied"] for one in found} == {"vip": 1, "new": 2}


def test_a_report_of_nothing():
    assert document(plan(), [])["orders"] == 0
