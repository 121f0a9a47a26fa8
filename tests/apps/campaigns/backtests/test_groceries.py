"""A published year of groceries: what we add up by department, another tool adds up, too."""

from collections import Counter
from datetime import UTC

import pytest

from hefu.apps.campaigns.backtesting.collecting import Collected, Found, goods_lines
from hefu.apps.campaigns.backtesting.pool import replayed
from hefu.apps.campaigns.backtesting.tables import Reading
from hefu.core.backtest import Assumptions, Compiled, Plan, Progress, Side, report
from hefu.core.promotions import (
    HOUSE_GROUPS,
    LineOff,
    NthPiece,
    Promotion,
    Rules,
    Scope,
    Tier,
    Tiered,
)
from hefu.files import open_table
from tests.apps.campaigns.backtests.retail import NOW, as_csv

HEADERS = ("basket_id", "transaction_timestamp", "household_id", "product_id", "quantity",
           "unit price", "department", "segment")  # fmt: skip


@pytest.fixture
def baskets(shared_data):
    """Rows of a grocer with the shelf price, the department and the household's income."""
    pa = pytest.importorskip("pyarrow")
    import pyarrow.parquet as pq

    folder = shared_data / "insight/completejourney"
    sold = pq.read_table(folder / "transactions_sample.parquet").slice(0, 6_000)
    goods = pq.read_table(folder / "products.parquet", columns=["product_id", "department"])
    homes = pq.read_table(folder / "demographics.parquet", columns=["household_id", "income"])
    joined = sold.join(goods, "product_id").join(homes, "household_id")
    assert isinstance(joined, pa.Table)
    return joined.to_pylist()


@pytest.fixture
def listed(baskets):
    rows = []
    for row in baskets:
        shelf = row["sales_value"] + row["retail_disc"] + row["coupon_match_disc"]
        quantity = round(row["quantity"])
        if quantity and shelf > 0 and quantity < 100:  # fuel is sold by the drop
            rows.append(
                (
                    row["basket_id"], f"{row['transaction_timestamp']:%Y-%m-%d %H:%M:%S}",
                    row["household_id"], row["product_id"], quantity, round(shelf / quantity, 2),
                    row["department"], row["income"] or "",
                )
            )  # fmt: skip
    return rows


def rules():
    grocery, deli = (Scope(categories=frozenset({one})) for one in ("GROCERY", "DELI"))
    return Rules(
        groups=HOUSE_GROUPS,
        promotions=(
            Promotion(
                id="trip", currency="USD",
                benefit=Tiered(tiers=(Tier(at_least=2_000, amount=100),), scope=grocery),
                max_per_customer=3,
            ),
            Promotion(id="deli", benefit=LineOff(bp=1_000, scope=deli)),
            Promotion(id="pair", benefit=NthPiece(size=2, bp=5_000, scope=grocery), max_uses=40),
        ),
    )  # fmt: skip


def test_departments_add_up_as_another_tool_adds_them(listed, tmp_path):
    path = tmp_path / "list.csv"
    path.write_bytes(as_csv(listed, HEADERS))
    found = Found(aside=Counter())
    reading = Reading(
        currency="USD", zone=UTC, not_goods=frozenset(), pseudonym=lambda who: f"home {who}"
    )
    collected = Collected(tmp_path / "scratch", found)
    collected.take(reading.lines(open_table(path), found), beat=lambda _count: None)
    collected.match_returns()
    orders = tmp_path / "orders"
    collected.write(orders, currency="USD", zone=UTC, beat=lambda _count: None)
    goods = collected.goods()
    collected.close()
    side = Side(rules=rules(), budgets={"trip": 20_000})
    progress = Progress(Compiled(Plan(today=Side(), tomorrow=side, currency="USD")))
    for _ in replayed(progress, orders, start=0, processes=1):
        pass

    result = report(
        progress, goods=goods_lines(goods), assumptions=Assumptions(), salt="s", share_bp=1000,
        now=NOW,
    )  # fmt: skip

    assert found.orders == len({row[0] for row in listed})
    assert found.customers == len({row[2] for row in listed})
    theirs = _by_department(listed)
    assert {one["category"]: one["listed"] for one in result["categories"]} == theirs
    totals = result["sides"]["tomorrow"]
    assert totals["revenue"] == sum(theirs.values()) - totals["discount"]
    [budget] = totals["budgets"]
    spent = sum(one["discount"] for one in totals["promotions"] if one["id"] == "trip")
    assert 0 <= budget["left"] == 20_000 - spent
    assert next(one["applied"] for one in totals["promotions"] if one["id"] == "pair") == 40
    assert {one["segment"] for one in result["segments"]} >= {"35-49K", "50-74K"}


def _by_department(listed):
    """What Arrow's own aggregation says, in cents."""
    import pyarrow as pa

    table = pa.table(
        {
            "department": [row[6] or "" for row in listed],
            "cents": [row[4] * round(row[5] * 100) for row in listed],
        }
    )
    sums = table.group_by("department").aggregate([("cents", "sum")]).to_pylist()
    return {row["department"]: row["cents_sum"] for row in sums}
