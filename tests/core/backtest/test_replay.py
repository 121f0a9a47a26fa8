"""The replay: equal to the naive one, resumable, and right about what it adds up."""

import json

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from hefu.core.backtest import (
    BacktestRefused,
    Compiled,
    OrdersUnreadable,
    Plan,
    Progress,
    Side,
    decode,
    encode,
    match_returns,
    read_plan,
    replay,
    replay_apart,
    write_plan,
)
from hefu.core.promotions import OrderOff, Promotion, Spend
from tests.core.backtest.orders import (
    ORDERS,
    full,
    naive,
    off,
    order,
    plan,
    plans,
    replayed,
    rules,
)


@given(plans(), ORDERS, st.integers(1, 4), st.integers(0, 3))
@settings(max_examples=150, deadline=None)
def test_chunks_told_old_counters_equal_the_naive_replay(given_plan, orders, size, ahead):
    compiled = Compiled(given_plan)

    progress = replayed(compiled, orders, size=size, ahead=ahead)

    document = progress.document()
    assert {name: document[name] for name in ("tally", "counters", "worst")} == naive(
        compiled, orders
    )
    assert document["orders"] == len(orders)


@given(plans(), ORDERS)
@settings(max_examples=30, deadline=None)
def test_a_replay_stopped_after_any_chunk_goes_on_to_the_same_end(given_plan, orders):
    compiled = Compiled(given_plan)
    whole = replayed(compiled, orders, size=1)

    progress = Progress(compiled)
    for each in orders:
        kept = json.loads(json.dumps(progress.document()))
        progress = Progress.restored(Compiled(read_plan(write_plan(given_plan))), kept)
        chunk = encode(each)
        told = progress.told(chunk)
        progress.settle(chunk, told, replay_apart(write_plan(given_plan), chunk, told))

    assert progress.document() == whole.document()


def test_a_personal_limit_holds_across_chunks_replayed_at_once():
    once = plan(tomorrow=[off("gift", 500, max_per_customer=1)])
    orders = [order(n, ("pot", 1000, 1), customer="li") for n in range(1, 5)]

    progress = replayed(Compiled(once), orders, size=1, ahead=3)

    row = progress.tally.row("promotions", "tomorrow", "gift")
    assert (row["applied"], row["discount"], row["limit"]) == (1, 500, 3)
    assert progress.again == 3


def test_a_budget_of_ten_stops_at_ten_and_says_the_day():
    tight = plan(tomorrow=[off("gift", 400, at_budget_edge="grant_rest")], budgets={"gift": 1000})
    orders = [order(n, ("pot", 5000, 1), hours=24 * n) for n in range(1, 6)]

    progress = replayed(Compiled(tight), orders, size=2, ahead=1)

    days = [row["discount"] for _, row in progress.tally.rows("promotion_days")]
    assert days == [400, 400, 200, 0, 0]
    assert progress.counters[1].lefts["gift"] == 0


def test_sums_of_two_orders_by_hand():
    today = [off("ten", 1000, conditions=(Spend(at_least=10_000),))]
    tomorrow = [full("tier", (10_000, 1500), (20_000, 4000))]
    orders = [
        order(1, ("pot", 10_000, 1, 6000, "kitchen"), customer="li", segment="old"),
        order(2, ("pot", 10_000, 2, 9000, "kitchen"), customer="wang", segment="new"),
        order(3, ("cup", 900, 1), segment="new"),
    ]

    tally = replayed(Compiled(plan(today, tomorrow)), orders).tally

    a, b = tally.row("totals", "today"), tally.row("totals", "tomorrow")
    assert (a["orders"], a["listed"], a["revenue"], a["discount"]) == (3, 30_900, 28_900, 2000)
    assert (b["revenue"], b["discount"]) == (25_400, 5500)
    assert (b["known_revenue"], b["cost"]) == (24_500, 24_000)
    assert tally.row("changes") == {
        "affected": 2, "cheaper": 2, "dearer": 0, "saved": 3500, "added": 0,
    }  # fmt: skip
    assert tally.row("segments", "new")["revenue_b"] == 16_900
    assert tally.row("below_cost", "tomorrow", "tier") == {"lines": 1, "units": 2, "loss": 2000}
    assert tally.row("customers", "wang") == {
        "orders": 1, "revenue_a": 19_000, "revenue_b": 16_000,
    }  # fmt: skip


def test_the_worst_cart_comes_first_with_every_answer():
    tomorrow = [full("tier", (10_000, 1500), (20_000, 4000)), off("coupon", 1, code="X")]
    orders = [order(1, ("pot", 10_000, 1)), order(2, ("pot", 10_000, 2)), order(3, ("pot", 5, 1))]

    progress = replayed(Compiled(plan(tomorrow=tomorrow, worst=1)), orders)

    [[rank, _at, number, record]] = progress.worst[0].document()
    assert (rank, number, record["totals"]) == (-4000, "n0002", [20_000, 16_000])
    [answer] = record["answers"][1]
    assert (answer["promotion"], answer["amount"], answer["verdict"]) == ("tier", 4000, "applied")


def test_a_near_miss_is_filled_up_to_the_threshold():
    tomorrow = [full("tier", (10_000, 1500))]
    orders = [order(1, ("pot", 9000, 1)), order(2, ("pot", 5000, 1)), order(3, ("pot", 12_000, 1))]

    tally = replayed(Compiled(plan(tomorrow=tomorrow)), orders).tally

    [(key, row)] = tally.rows("near")
    assert key == ("tier", "spend")
    assert row == {
        "orders": 1, "missing": 1000, "filled": 1, "unreached": 0, "bought": 1000,
        "revenue": -500, "discount": 1500,
    }  # fmt: skip


def test_a_rule_behind_a_code_needs_a_stated_share():
    coupon = off("coupon", 500, code="SPRING")
    orders = [order(n, ("pot", 5000, 1), customer=f"c{n}") for n in range(1, 41)]

    def applied(redeem):
        side = Side(rules=rules(coupon), redeem=redeem)
        compiled = Compiled(Plan(today=Side(), tomorrow=side, currency="CNY"))
        return replayed(compiled, orders).tally.row("promotions", "tomorrow", "coupon")["applied"]

    assert applied({}) == 0
    assert applied({"coupon": 10_000}) == 40
    assert 0 < applied({"coupon": 5000}) < 40


@pytest.mark.parametrize(
    "side",
    [
        Side(budgets={"gone": 1}),
        Side(rules=rules(off("open", 1)), redeem={"open": 1}),
        Side(rules=rules(off("shut", 1, code="X")), redeem={"shut": 10_001}),
    ],
)
def test_budgets_and_shares_name_what_exists(side):
    with pytest.raises(BacktestRefused):
        Compiled(Plan(today=Side(), tomorrow=side, currency="CNY"))


def test_windows_are_moved_or_dropped():
    later = Promotion(
        id="later",
        benefit=OrderOff(amount=1),
        currency="CNY",
        starts_at=order(1, ("pot", 1, 1)).at.replace(year=2027),
    )
    orders = [order(2, ("pot", 100, 1))]

    def verdicts(**more):
        tally = replayed(Compiled(plan(tomorrow=[later], **more)), orders).tally
        row = tally.row("promotions", "tomorrow", "later")
        return row["applied"], row["window"]

    assert verdicts() == (0, 1)
    assert verdicts(shift_days=365) == (1, 0)
    assert verdicts(always_on=True) == (1, 0)


@given(ORDERS)
@settings(max_examples=30, deadline=None)
def test_an_order_reads_back_as_written(orders):
    for each in orders:
        again = decode(encode(each), currency="CNY", known={})
        assert encode(again) == encode(each)
        assert [(one.sku, one.unit, one.qty, one.cost) for one in again.cart.lines] == [
            (one.sku, one.unit, one.qty, one.cost) for one in each.cart.lines
        ]


def test_a_damaged_line_is_named():
    compiled = Compiled(plan())
    chunk = encode(order(1, ("pot", 1, 1))) + b"\n{}"

    with pytest.raises(OrdersUnreadable) as caught:
        replay(compiled, chunk, Progress(compiled).told(chunk))

    assert caught.value.details["line"] == 2


@pytest.mark.parametrize(
    ("quantities", "kept", "matched", "unmatched"),
    [
        ((3, -1), (2, 0), 1, 0),
        ((3, 5, -6), (2, 0, 0), 6, 0),
        ((-2, 3), (0, 3), 0, 2),
        ((74215, -74215), (0, 0), 74215, 0),
        ((2, -3, 4), (0, 0, 4), 2, 1),
    ],
)
def test_returns_take_from_the_latest_earlier_sale(quantities, kept, matched, unmatched):
    assert match_returns(quantities) == (kept, matched, unmatched)


@given(st.lists(st.integers(-9, 9), max_size=12))
@settings(max_examples=50)
def test_no_unit_comes_back_twice(quantities):
    kept = match_returns(quantities)

    assert kept.matched + kept.unmatched == -sum(one for one in quantities if one < 0)
    assert sum(kept.quantities) == sum(one for one in quantities if one > 0) - kept.matched
