"""What one line of a list of articles means (商品清单): headers in two languages, cells checked.

Columns that the list does not have leave an article as it is.
"""

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from decimal import Decimal, InvalidOperation
from typing import Any

from hefu.core.errors import DomainError, Invalid
from hefu.core.money import parse_amount
from hefu.files import find_columns

#: Headers as people write them; compared without case, spaces and brackets.
HEADERS: dict[str, tuple[str, ...]] = {
    "sku": ("SKU", "商品编码", "商家编码", "sku"),
    "title": ("标题", "商品名称", "品名", "title"),
    "title_en": ("英文标题", "english title", "title en"),
    "description": ("描述", "商品描述", "description"),
    "unit": ("价格", "售价", "price", "unit price"),
    "floor": ("最低价", "lowest price", "floor"),
    "cost": ("成本", "成本价", "cost"),
    "tax_bp": ("税率", "增值税率", "vat", "tax"),
    "tags": ("标签", "tags"),
    "categories": ("分类", "categories", "category"),
    "product": ("货号", "item number", "item no"),
    "seven_days": ("七天无理由", "seven days"),
    "on_sale": ("上架", "on sale"),
    "left": ("期初库存", "库存", "opening stock", "stock"),
}
REQUIRED = ("sku", "title", "unit")
_YES = frozenset({"是", "yes", "y", "true", "1", "上架", "支持"})
_NO = frozenset({"否", "no", "n", "false", "0", "下架", "不支持"})
_SEPARATORS = re.compile(r"[,，、;；]")
MOST_PIECES = 10**9


@dataclass(frozen=True, kw_only=True, slots=True)
class ArticleRow:
    """An article as one line states it; ``left`` is the stock it opens with, if it is new."""

    sku: str
    stated: Mapping[str, Any]  # fields of ``ArticleSheet`` the list speaks about
    left: int | None = None


def columns(headers: tuple[str, ...]) -> dict[str, str]:
    """Map our field names to the list's headers.

    Raises:
        Invalid: a required column is missing (the first one is named).
    """
    return find_columns(headers, HEADERS, required=REQUIRED, plain=_plain)


def read_row(cells: Mapping[str, str], where: Mapping[str, str]) -> ArticleRow:
    """Check one line.

    Raises:
        Invalid: names the column, as the list calls it, and the rule that it breaks.
    """
    stated: dict[str, Any] = {}
    for name, header in where.items():
        text = cells.get(header, "").strip()
        if name in REQUIRED and not text:
            raise Invalid(field=header, rule="required")
        read = _READERS.get(name)
        if read is None:
            stated[name] = text
        elif text:
            stated[name] = read(text, header)
    left = stated.pop("left", None)
    return ArticleRow(sku=stated["sku"], stated=stated, left=left)


def _plain(header: str) -> str:
    return re.sub(r"[\s_（）()·]+", "", header).casefold()


def _amount(text: str, field: str) -> int:
    try:
        amount = parse_amount(text.removeprefix("¥").removeprefix("￥"), "CNY")
    except DomainError:
        amount = -1
    if amount < 0:
        raise Invalid(field=field, rule="not_an_amount", value=text[:20])
    return amount


def _percent(text: str, field: str) -> int:
    """Read 13, 13% or 0.13: a rate below one is a share."""
    try:
        rate = Decimal(text.removesuffix("%"))
    except InvalidOperation:
        raise Invalid(field=field, rule="not_an_amount", value=text[:20]) from None
    if not 0 <= rate <= 100:
        raise Invalid(field=field, rule="out_of_range", value=100)
    return int(rate * (10_000 if rate < 1 and not text.endswith("%") else 100))


def _words(text: str, _field: str) -> tuple[str, ...]:
    return tuple(sorted({word.strip() for word in _SEPARATORS.split(text) if word.strip()}))


def _yes_or_no(text: str, field: str) -> bool:
    word = text.casefold()
    if word not in _YES | _NO:
        raise Invalid(field=field, rule="not_a_choice", value=text[:20])
    return word in _YES


def _pieces(text: str, field: str) -> int:
    if not (text.isascii() and text.isdigit() and int(text[:12]) <= MOST_PIECES):
        raise Invalid(field=field, rule="whole_number_up_to", value=MOST_PIECES)
    return int(text)


_READERS: Mapping[str, Callable[[str, str], Any]] = {
    "unit": _amount, "floor": _amount, "cost": _amount, "tax_bp": _percent, "tags": _words,
    "categories": _words, "seven_days": _yes_or_no, "on_sale": _yes_or_no, "left": _pieces,
}  # fmt: skip
