"""Lists to upload: the published orders of a British gift shop, and small ones made by hand."""

import csv
import io
from datetime import UTC, datetime
from pathlib import Path

from hefu.apps.audit import jobs
from hefu.apps.campaigns.services.backtests import Comparison, OrdersFile, start_backtest
from hefu.core.backtest import Plan, Side
from hefu.core.promotions import (
    HOUSE_GROUPS,
    LineOff,
    NthOrder,
    OrderOff,
    Promotion,
    Quantity,
    Rules,
    Scope,
    Spend,
    Tier,
    Tiered,
)

NOW = datetime(2026, 11, 22, 12, tzinfo=UTC)
HEADERS = ("订单号", "下单时间", "客户", "货号", "数量", "单价", "成本", "客群")


def as_csv(rows, headers=HEADERS):
    text = io.StringIO()
    csv.writer(text).writerows([headers, *rows])
    return text.getvalue().encode()


def gift_shop(shared_data: Path, *, start=0, rows=20_000):
    """Some rows of the published year as an uploaded list; a cost of 60 % is assumed."""
    import pyarrow.parquet as pq

    table = pq.read_table(shared_data / "insight/online_retail.parquet").slice(start, rows)
    return as_csv(
        (
            row["InvoiceNo"], f"{row['InvoiceDate']:%Y-%m-%d %H:%M}", row["CustomerID"] or "",
            row["StockCode"], row["Quantity"], row["UnitPrice"], round(row["UnitPrice"] * 0.6, 2),
            row["Country"],
        )
        for row in table.to_pylist()
    )  # fmt: skip


def gift_rules():
    """Rules as a British shop of this kind might have them; with limits."""
    gbp = {"currency": "GBP"}
    return Rules(
        groups=HOUSE_GROUPS,
        promotions=(
            Promotion(
                id="save-more", group="one-per-order", **gbp,
                benefit=Tiered(
                    tiers=(Tier(at_least=20_000, amount=1_500), Tier(at_least=50_000, amount=5_000))
                ),
            ),
            Promotion(
                id="bulk", benefit=OrderOff(bp=800), conditions=(Quantity(at_least=300),),
                group="one-per-order",
            ),
            Promotion(
                id="hearts", benefit=LineOff(bp=4_500, scope=Scope(skus=frozenset({"85123A"}))),
                max_per_customer=2,
            ),
            Promotion(
                id="welcome", benefit=OrderOff(amount=500), group="one-per-order", max_uses=200,
                conditions=(NthOrder(n=1), Spend(at_least=10_000)), **gbp,
            ),
            Promotion(id="letter", benefit=OrderOff(bp=1_000), code="LETTER"),
            Promotion(
                id="boats", benefit=LineOff(bp=500, scope=Scope(skus=frozenset({"NO-BOAT"})))
            ),
        ),
    )  # fmt: skip


def comparison(*, currency="GBP", tomorrow=None, budgets=None, **more):
    """Nothing today, the gift shop's rules tomorrow."""
    side = Side(
        rules=gift_rules() if tomorrow is None else tomorrow,
        budgets={"save-more": 200_000} if budgets is None else budgets,
    )
    plan = Plan(today=Side(rules=Rules(groups=HOUSE_GROUPS)), tomorrow=side, currency=currency)
    return Comparison(
        name="Autumn", today_name="nothing", tomorrow_name="autumn rules", plan=plan,
        salt="autumn", **more,
    )  # fmt: skip


def start(actor, content, *, not_goods=("POST", "DOT", "M", "D", "BANK CHARGES"), **more):
    source = OrdersFile(
        file=io.BytesIO(content), file_name="orders.csv", not_goods=frozenset(not_goods)
    )
    return start_backtest(actor, source=source, of=comparison(**more), now=NOW)


def work(now=NOW):
    """Run the queued job to its end."""
    job = jobs.claim("w", now=now)
    jobs.run(job, worker="w", clock=lambda: now)
    job.refresh_from_db()
    return job
