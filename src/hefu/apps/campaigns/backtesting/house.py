"""Sold lines from the orders of this house (本店订单): the mall's own, the tills', the imported."""

from collections import defaultdict
from collections.abc import Iterator
from datetime import datetime

from hefu.apps.campaigns.backtesting.collecting import Found, SoldLine
from hefu.apps.campaigns.selectors.quoting import MEMBERSHIP
from hefu.apps.orders.models import Article, Order, OrderLine
from hefu.apps.orders.selectors.orders import SOLD

_PAGE = 2_000
_COLUMNS = (
    "order_id", "sku", "article_id", "unit", "quantity", "returned", "cost", "order__source",
    "order__number", "order__placed_at", "order__member_id", "order__buyer_key",
    "order__channel", "order__region", "order__cart__shipping", "order__shipping",
)  # fmt: skip


def house_lines(
    *, brand_id: int, since: datetime, until: datetime, currency: str, found: Found
) -> Iterator[SoldLine]:
    """Yield what was sold from an instant on until another; what came back is left out.

    An order's customer is named as in quotes ("member:17", or the buyer's pseudonym), so that
    limits and hold-outs fall as they will. Orders in another currency are set aside.
    """
    categories, tags = _articles(brand_id)
    rows = OrderLine.objects.filter(
        order__brand_id=brand_id, order__placed_at__gte=since, order__placed_at__lt=until,
        order__state__in=SOLD,
    )  # fmt: skip
    foreign = Order.objects.filter(
        brand_id=brand_id, placed_at__gte=since, placed_at__lt=until, state__in=SOLD
    ).exclude(currency=currency)
    if others := foreign.count():
        found.aside["other_currency"] += others
    rows = rows.filter(order__currency=currency).order_by("pk")
    for row in rows.values(*_COLUMNS).iterator(chunk_size=_PAGE):
        found.rows += 1
        qty = row["quantity"] - row["returned"]
        found.units_returned += row["returned"]
        if not row["sku"] or qty <= 0 or row["unit"] <= 0:
            reason = "no_article" if not row["sku"] else "no_price" if qty > 0 else "returned"
            found.aside[reason] += 1
            continue
        member = row["order__member_id"]
        fee = row["order__cart__shipping"]
        yield SoldLine(
            order=f"{row['order__source']}:{row['order__number']}", at=row["order__placed_at"],
            sku=row["sku"], qty=qty, unit=row["unit"], cost=row["cost"],
            customer=f"member:{member}" if member else row["order__buyer_key"],
            categories=categories.get(row["sku"], ()), tags=tags.get(row["sku"], ()),
            shipping=max(0, row["order__shipping"] if fee is None else fee),
            values=tuple(
                (name, row[f"order__{name}"]) for name in ("channel", "region")
                if row[f"order__{name}"]
            ) + (tuple(MEMBERSHIP.items()) if member else ()),
        )  # fmt: skip


def _articles(brand_id: int) -> tuple[dict[str, tuple[str, ...]], dict[str, tuple[str, ...]]]:
    """Read which categories and tags each sku of the mall has: two queries."""
    found: defaultdict[str, list[str]] = defaultdict(list)
    rows = Article.objects.filter(brand_id=brand_id)
    pairs = rows.filter(categories__isnull=False).order_by("sku", "categories__code")
    for sku, code in pairs.values_list("sku", "categories__code"):
        found[sku].append(code)
    tags = {sku: tuple(some) for sku, some in rows.values_list("sku", "tags") if some}
    return {sku: tuple(codes) for sku, codes in found.items()}, tags
