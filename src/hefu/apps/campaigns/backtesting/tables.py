"""Reading sold lines from a list (订单明细表): any shop's export with the needed columns.

One row is one line of an order: order, time, customer, article, quantity and unit price, and where
known category, cost, segment, shipping, channel and region. Times have the year first; a time
without a zone is the brand's.
"""

import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, tzinfo
from decimal import ROUND_HALF_UP, Decimal, InvalidOperation

from hefu.apps.campaigns.backtesting.collecting import Found, SoldLine
from hefu.core.errors import Invalid
from hefu.core.money import minor_digits
from hefu.files import TableFile

#: Our columns and what shops call them; the first names are ours, in Chinese and English.
COLUMNS: Mapping[str, tuple[str, ...]] = {
    "order": (
        "订单号", "order", "订单编号", "子订单编号", "order id", "order number",
        "invoiceno", "invoice", "basket_id", "name",
    ),
    "time": (
        "下单时间", "time", "订单创建时间", "付款时间", "订单付款时间",
        "order time", "date", "created at", "invoicedate", "transaction_timestamp",
    ),
    "customer": (
        "客户", "customer", "买家", "买家会员名", "会员",
        "customer id", "customerid", "household_id", "email", "member",
    ),
    "article": (
        "货号", "article", "商品编码", "商家编码", "sku",
        "stockcode", "product_id", "lineitem sku",
    ),
    "quantity": ("数量", "quantity", "购买数量", "商品数量", "qty", "lineitem quantity"),
    "unit": (
        "单价", "unit price", "商品单价", "原价",
        "unitprice", "price", "lineitem price", "list price",
    ),
    "category": ("类目", "category", "分类", "product_category", "department"),
    "cost": ("成本", "cost", "单位成本", "unit cost"),
    "segment": ("客群", "segment", "人群", "customer group", "country"),
    "shipping": ("运费", "shipping", "freight", "邮费"),
    "channel": ("渠道", "channel", "来源"),
    "region": ("地区代码", "region", "region code"),
}  # fmt: skip

REQUIRED = ("order", "time", "article", "quantity", "unit")

_NUMBER = re.compile(r"-?\d{1,9}(?:\.0+)?")
_DATE = re.compile(r"(\d{4})[-/.](\d{1,2})[-/.](\d{1,2})(|[ T].*)")
_REGION = re.compile(r"\d{6}|[A-Z]{2}(-[A-Z0-9]{1,3})?")


def columns(headers: tuple[str, ...]) -> dict[str, str]:
    """Find our columns among a list's headers.

    Raises:
        Invalid: a needed one is missing.
    """
    by_name = {header.strip().lower(): header for header in reversed(headers)}
    where = {
        ours: next((by_name[name] for name in names if name in by_name), "")
        for ours, names in COLUMNS.items()
    }
    for needed in REQUIRED:
        if not where[needed]:
            raise Invalid(field=COLUMNS[needed][0], rule="missing_column", value=needed)
    return {ours: theirs for ours, theirs in where.items() if theirs}


class _AsideError(Exception):
    """The row cannot be used; the argument says why."""


@dataclass(frozen=True, kw_only=True)
class Reading:
    """How a list is read; ``not_goods`` are articles that are postage, fees and the like."""

    currency: str
    zone: tzinfo
    not_goods: frozenset[str]
    pseudonym: Callable[[str], str]

    def lines(self, table: TableFile, found: Found) -> Iterator[SoldLine]:
        """Yield the lines that can be used; the others are counted in ``found``."""
        where = columns(table.headers)
        scale = Decimal(10) ** minor_digits(self.currency)
        for row in table.rows():
            found.rows += 1
            cells = {ours: row.cells.get(theirs, "") for ours, theirs in where.items()}
            try:
                yield self._line(cells, scale, found)
            except _AsideError as why:
                found.aside[str(why)] += 1

    def _line(self, cells: Mapping[str, str], scale: Decimal, found: Found) -> SoldLine:
        number, sku = cells["order"][:64], cells["article"][:64]
        if not number or not sku:
            raise _AsideError("no_number" if not number else "no_article")
        if sku.casefold() in self.not_goods:
            raise _AsideError("not_goods")
        qty = _whole(cells["quantity"])
        unit = self._amount(cells["unit"], scale, found)
        if not unit or unit < 0:
            raise _AsideError("no_price")
        customer = cells.get("customer", "")
        segment = cells.get("segment", "")[:64]
        known = (
            ("channel", cells.get("channel", "")), ("region", _region(cells)), ("segment", segment)
        )  # fmt: skip
        return SoldLine(
            order=number, at=self._instant(cells["time"]), sku=sku, qty=qty, unit=unit,
            customer=self.pseudonym(customer.casefold()) if customer else "",
            cost=self._amount(cells.get("cost", ""), scale, found),
            categories=(cells["category"][:64],) if cells.get("category") else (),
            segment=segment,
            shipping=max(0, self._amount(cells.get("shipping", ""), scale, found) or 0),
            values=tuple((name, value) for name, value in known if value),
        )  # fmt: skip

    def _instant(self, text: str) -> datetime:
        try:
            at = datetime.fromisoformat(_year_first(text))
        except ValueError:
            raise _AsideError("no_time") from None
        aware = at if at.tzinfo else at.replace(tzinfo=self.zone)
        return aware.astimezone(UTC)

    def _amount(self, text: str, scale: Decimal, found: Found) -> int | None:
        """Read an amount into minor units; more decimals are rounded, nearest and half up."""
        plain = text.replace(",", "").strip("¥￥$£€ ")
        if not plain:
            return None
        try:
            exact = Decimal(plain) * scale
            minor = exact.quantize(Decimal(1), ROUND_HALF_UP)
        except InvalidOperation:
            raise _AsideError("no_price") from None
        if minor != exact:
            found.rounded += 1
        return int(minor)


def _whole(text: str) -> int:
    """Read a quantity; a return is below zero."""
    plain = text.replace(",", "").strip()
    if not _NUMBER.fullmatch(plain) or not int(plain.partition(".")[0]):
        raise _AsideError("no_quantity")
    return int(plain.partition(".")[0])


def _year_first(text: str) -> str:
    """Make ``2026/1/5 8:03`` what ISO 8601 wants; anything else is left as it is."""
    match = _DATE.fullmatch(text.strip())
    if match is None:
        return text.strip()
    year, month, day, rest = match.groups()
    hour = f"0{rest.strip()}" if re.match(r"\s*\d:", rest) else rest.strip()
    return f"{year}-{int(month):02}-{int(day):02}" + (f" {hour}" if hour else "")


def _region(cells: Mapping[str, str]) -> str:
    region = cells.get("region", "")
    return region if _REGION.fullmatch(region) else ""
