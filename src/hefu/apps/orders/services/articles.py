"""What the mall sells, as staff write it down (商品维护): articles, categories, the terms."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from django.db import IntegrityError, transaction

from hefu.apps.audit.services import record, service
from hefu.apps.catalog.selectors import products_for
from hefu.apps.orders.adapters import PROVIDERS
from hefu.apps.orders.models import Article, Category, Mall
from hefu.apps.orders.selectors.articles import article_by_sku, categories_for, category_tree
from hefu.core.actor import Actor
from hefu.core.errors import Invalid
from hefu.core.money import WHOLE_BP, minor_digits
from hefu.core.permissions import Permission

_CODE = re.compile(r"[A-Za-z0-9][A-Za-z0-9._/-]*")
LARGEST = 10**11  # minor units; a price above is a slip


@dataclass(frozen=True, kw_only=True, slots=True)
class ArticleSheet:
    """All that staff say about an article; amounts in minor units of ``currency``.

    ``categories`` are codes, ``product`` the item number of a catalogue product, or empty.

    Raises:
        Invalid: names the field and the rule.
    """

    sku: str
    title: str
    unit: int
    title_en: str = ""
    description: str = ""
    cost: int | None = None
    floor: int = 0
    currency: str = "CNY"
    tax_bp: int = 1300
    tags: tuple[str, ...] = ()
    categories: tuple[str, ...] = ()
    product: str = ""
    seven_days: bool = True
    on_sale: bool = False

    def __post_init__(self) -> None:
        if not _CODE.fullmatch(self.sku):
            raise Invalid(field="sku", rule="not_a_code", value=self.sku)
        if not self.title.strip():
            raise Invalid(field="title", rule="required")
        for field, longest in (("sku", 64), ("title", 120), ("title_en", 120)):
            if len(getattr(self, field)) > longest:
                raise Invalid(field=field, rule="too_long", value=longest)
        if len(self.description) > 5000:
            raise Invalid(field="description", rule="too_long", value=5000)
        for field in ("unit", "cost", "floor"):
            if not 0 <= (getattr(self, field) or 0) <= LARGEST:
                raise Invalid(field=field, rule="out_of_range", value=LARGEST)
        if self.floor > self.unit:
            raise Invalid(field="floor", rule="above_price")
        if not 0 <= self.tax_bp <= WHOLE_BP:
            raise Invalid(field="tax_bp", rule="out_of_range", value=WHOLE_BP)
        if any(not tag.strip() or len(tag) > 40 for tag in self.tags):
            raise Invalid(field="tags", rule="too_long", value=40)
        minor_digits(self.currency)


@service
def create_article(actor: Actor, *, sheet: ArticleSheet, counted: bool, now: datetime) -> Article:
    """Add an article; a ``counted`` one starts with no stock, others never run out.

    Raises:
        NotAllowed: the role does not manage sales.
        Invalid: the sku is taken, or a category or product is unknown.
    """
    actor.require(Permission.SALE_MANAGE)
    try:
        with transaction.atomic():
            article = Article.objects.create(
                brand_id=actor.own_brand(), sku=sheet.sku, available=0 if counted else None,
                created_at=now, updated_at=now, **_columns(actor, sheet),
            )  # fmt: skip
    except IntegrityError as error:
        raise Invalid(field="sku", rule="taken", value=sheet.sku) from error
    article.categories.set(_categories(actor, sheet))
    record(actor, "orders.article_created", article, now=now, sku=sheet.sku, unit=sheet.unit)
    return article


@service
def edit_article(actor: Actor, *, sheet: ArticleSheet, now: datetime) -> Article:
    """Write an article down anew; orders keep what they were made with.

    Raises:
        See ``create_article``; also NotFound for an unknown sku.
    """
    actor.require(Permission.SALE_MANAGE)
    article = article_by_sku(actor, sheet.sku)
    before = article.unit
    Article.objects.filter(pk=article.pk).update(updated_at=now, **_columns(actor, sheet))
    article.categories.set(_categories(actor, sheet))
    record(
        actor, "orders.article_edited", article, now=now, sku=sheet.sku, unit=sheet.unit,
        before=before,
    )  # fmt: skip
    article.refresh_from_db()
    return article


def _columns(actor: Actor, sheet: ArticleSheet) -> dict[str, object]:
    product = None
    if sheet.product:
        product = products_for(actor).filter(item_no=sheet.product).first()
        if product is None:
            raise Invalid(field="product", rule="unknown", value=sheet.product)
    return {
        "title": sheet.title.strip(), "title_en": sheet.title_en.strip(),
        "description": sheet.description.strip(), "unit": sheet.unit, "cost": sheet.cost,
        "floor": sheet.floor, "currency": sheet.currency, "tax_bp": sheet.tax_bp,
        "tags": sorted({tag.strip() for tag in sheet.tags}), "seven_days": sheet.seven_days,
        "on_sale": sheet.on_sale, "product_id": product.pk if product else None,
    }  # fmt: skip


def _categories(actor: Actor, sheet: ArticleSheet) -> list[Category]:
    found = {row.code: row for row in categories_for(actor).filter(code__in=sheet.categories)}
    for code in sheet.categories:
        if code not in found:
            raise Invalid(field="categories", rule="unknown", value=code)
    return list(found.values())


@service
def save_category(
    actor: Actor, *, code: str, name: str, name_en: str = "", parent: str = "", now: datetime
) -> Category:
    """Add a category, or rename it or hang it somewhere else.

    Raises:
        NotAllowed: the role does not manage sales.
        Invalid: a text is missing or too long, the parent is unknown or stands below it.
    """
    actor.require(Permission.SALE_MANAGE)
    code, name = code.strip(), name.strip()
    if not _CODE.fullmatch(code) or len(code) > 40:
        raise Invalid(field="code", rule="not_a_code", value=code)
    if not name:
        raise Invalid(field="name", rule="required")
    if len(name) > 80 or len(name_en) > 80:
        raise Invalid(field="name", rule="too_long", value=80)
    above = categories_for(actor).filter(code=parent).first() if parent else None
    if parent and above is None:
        raise Invalid(field="parent", rule="unknown", value=parent)
    if parent and _below(code, parent, category_tree(actor)):
        raise Invalid(field="parent", rule="circle", value=parent)
    row, _ = Category.objects.update_or_create(
        brand_id=actor.own_brand(), code=code,
        defaults={"name": name, "name_en": name_en.strip(), "parent": above},
    )  # fmt: skip
    record(actor, "orders.category_saved", row, now=now, code=code, parent=parent)
    return row


def _below(code: str, place: str, tree: Mapping[str, str]) -> bool:
    while place != code:
        if place not in tree:
            return False
        place = tree[place]
    return True


@service
def set_mall(
    actor: Actor, *, is_open: bool, shipping: int, coin_value: int, coin_share_bp: int,
    pay_minutes: int, provider: str, now: datetime,
) -> Mall:  # fmt: skip
    """Open or close the mall and set its terms; orders keep those they were made under.

    Raises:
        NotAllowed: the role does not manage sales.
        Invalid: a number makes no sense, or the provider is unknown.
    """
    actor.require(Permission.SALE_MANAGE)
    for field, value, low, high in (
        ("shipping", shipping, 0, LARGEST), ("coin_value", coin_value, 0, 10_000),
        ("coin_share_bp", coin_share_bp, 0, WHOLE_BP), ("pay_minutes", pay_minutes, 1, 10_080),
    ):  # fmt: skip
        if not low <= value <= high:
            raise Invalid(field=field, rule="out_of_range", value=high)
    if provider and provider not in PROVIDERS:
        raise Invalid(field="provider", rule="unknown", value=provider)
    mall, _ = Mall.objects.update_or_create(
        brand_id=actor.own_brand(),
        defaults={
            "open": is_open, "shipping": shipping, "coin_value": coin_value,
            "coin_share_bp": coin_share_bp, "pay_minutes": pay_minutes, "provider": provider,
        },
    )  # fmt: skip
    record(actor, "orders.mall_set", mall, now=now, open=is_open, provider=provider)
    return mall
