"""What one line of a product list means: headers in Chinese or English, cells checked in turn."""

import re
import unicodedata
from collections.abc import Mapping
from dataclasses import asdict, dataclass

from hefu.apps.catalog.models import Product
from hefu.core.codes.numbers import read_gtin
from hefu.core.codes.short_codes import bare, read_digits
from hefu.core.errors import DomainError, Invalid
from hefu.core.gs1.resolver import PRIMARY_KEYS
from hefu.files import find_columns

#: Headers as people write them; compared without case, spaces and underscores.
HEADERS: dict[str, tuple[str, ...]] = {
    "item_no": ("货号", "商品货号", "item no", "item number", "sku"),
    "model": ("型号", "产品型号", "规格型号", "model", "model no"),
    "name": ("品名", "名称", "商品名称", "产品名称", "name", "product name"),
    "name_en": ("英文品名", "英文名", "英文名称", "name en", "english name"),
    "series": ("系列", "产品系列", "series"),
    "kind": ("类别", "种类", "kind"),
    "gtin": ("条码", "商品条码", "69码", "国际条码", "gtin", "ean", "barcode"),
    "short_code": ("短码", "智慧码", "数字码", "short code", "short digits"),
    "warranty_months": (
        "保修月数", "保修期", "质保月数", "warranty months", "warranty, months", "warranty",
    ),
    "extra_months": ("激活延保月数", "延保月数", "extra months"),
    "coins": ("C币", "激活C币", "奖励C币", "coins", "c coins", "c-coins for activation"),
}  # fmt: skip
REQUIRED = ("item_no", "model", "name")
KINDS = {
    "": "unit", "产品": "unit", "整机": "unit", "配件": "part", "包材": "packaging",
    "unit": "unit", "part": "part", "packaging": "packaging",
}  # fmt: skip
_LENGTHS = {"item_no": 40, "model": 40, "name": 120, "name_en": 120, "series": 80}
_PLAIN = re.compile(r"[^\x00-\x1f\x7f]*")


@dataclass(frozen=True, kw_only=True, slots=True)
class ProductRow:
    """A product as one line states it; None where the list has no such column."""

    item_no: str
    model: str
    name: str
    name_en: str | None = None
    series: str | None = None
    kind: str | None = None
    gtin: str | None = None
    short_code: str | None = None
    warranty_months: int | None = None
    extra_months: int | None = None
    coins: int | None = None

    def stated(self) -> dict[str, str | int]:
        """The fields the list speaks about; the others are left as they are."""
        return {name: value for name, value in asdict(self).items() if value is not None}


def columns(headers: tuple[str, ...]) -> dict[str, str]:
    """Map our field names to the list's headers.

    Raises:
        Invalid: a required column is missing (the first one is named).
    """
    names = {name: (*aliases, name) for name, aliases in HEADERS.items()}
    return find_columns(headers, names, required=REQUIRED, plain=plain_header)


def read_row(cells: Mapping[str, str], where: Mapping[str, str]) -> ProductRow:
    """Check one line.

    Raises:
        Invalid: names the column, as the list calls it, and the rule that it breaks.
    """
    given = {name: cells.get(header, "").strip() for name, header in where.items()}
    values: dict[str, str | int] = {}
    for name, text in given.items():
        if name in REQUIRED and not text:
            raise Invalid(field=where[name], rule="required")
        if name in _LENGTHS:
            values[name] = _short_text(text, where[name], _LENGTHS[name])
        elif name == "kind":
            values[name] = _choice(text, where[name])
        elif name == "gtin":
            values[name] = _gtin(text, where[name])
        elif name == "short_code":
            # an empty cell takes no digits away: they may be printed
            values |= {name: _digits(text, where[name])} if text else {}
        elif text:
            values[name] = _number(text, where[name], 1_000_000 if name == "coins" else 600)
    return ProductRow(**values)  # type: ignore[arg-type]  # each name was given its own type above


def search_text(product: Product) -> str:
    """What a search looks through: all names and numbers, folded."""
    names = (product.item_no, product.model, product.name, product.name_en, product.series)
    return folded(" ".join((*names, product.gtin, product.short_code)))


def folded(text: str) -> str:
    """Full-width and capitals make no difference to a search."""
    return unicodedata.normalize("NFKC", text).casefold()


def plain_header(header: str) -> str:
    """A header without what makes no difference: case, blanks, brackets, a unit."""
    return re.sub(r"[\s_（）()·]+", "", header).casefold().removesuffix("(月)")


def _short_text(text: str, field: str, longest: int) -> str:
    if len(text) > longest:
        raise Invalid(field=field, rule="too_long", value=longest)
    if not _PLAIN.fullmatch(text):
        raise Invalid(field=field, rule="control_characters")
    return text


def _choice(text: str, field: str) -> str:
    try:
        return KINDS[text.casefold()]
    except KeyError as error:
        raise Invalid(field=field, rule="not_a_choice", value=text[:40]) from error


def _gtin(text: str, field: str) -> str:
    if not text:
        return ""
    try:
        return read_gtin(text)
    except DomainError as error:
        raise Invalid(field=field, rule="not_a_gtin", value=text[:20]) from error


def _digits(text: str, field: str) -> str:
    try:
        digits = read_digits(text)
    except DomainError as error:
        raise Invalid(field=field, rule="digits_4_to_12", value=text[:20]) from error
    if digits in PRIMARY_KEYS or not bare(digits):
        raise Invalid(field=field, rule="digits_reserved", value=digits)
    return digits


def _number(text: str, field: str, most: int) -> int:
    if not (text.isascii() and text.isdigit()) or int(text) > most:
        raise Invalid(field=field, rule="whole_number_up_to", value=most)
    return int(text)
