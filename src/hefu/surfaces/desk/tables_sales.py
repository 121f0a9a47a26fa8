"""The lists of sales orders, articles, stock movements and categories."""

from typing import Any

from django.urls import reverse
from django.utils.html import format_html
from django.utils.translation import gettext_lazy as _
from django_tables2 import A, Column, Table

from hefu.apps.catalog.models import Import
from hefu.apps.orders.models import Article, Category, MovementKind, Order, OrderState, Source
from hefu.apps.orders.models import StockMovement as Movement
from hefu.core.money import format_amount
from hefu.surfaces.design.numbers import grouped, price
from hefu.surfaces.design.parts import Tone
from hefu.surfaces.design.templatetags.hefu_design import badge
from hefu.surfaces.desk.columns import (
    SHORT,
    MemberNumberColumn,
    PlaceColumn,
    WhenColumn,
    WordColumn,
    YesNoColumn,
)
from hefu.surfaces.desk.lists import CODE, NUMBER
from hefu.surfaces.desk.shown import NOTHING
from hefu.surfaces.desk.tables_codes import NumberColumn

SALE_TONES: dict[str, Tone] = {
    OrderState.OPEN: "notice", OrderState.PAID: "good", OrderState.SHIPPED: "info",
    OrderState.DONE: "good", OrderState.CANCELLED: "neutral", OrderState.REFUNDED: "neutral",
}  # fmt: skip


class AmountColumn(Column):  # type: ignore[misc]  # django-tables2 has no types
    """Minor units of the row's currency as a price; exported as a plain decimal."""

    def __init__(self, **about: Any) -> None:
        super().__init__(**{"attrs": NUMBER, **about})

    def render(self, value: int, record: Any) -> str:
        """Draw it."""
        return price(value, record.currency)

    def value(self, value: int, record: Any) -> str:
        """Export it."""
        return format_amount(value, record.currency)


class SaleStateColumn(Column):  # type: ignore[misc]  # django-tables2 has no types
    """Where a sales order stands."""

    def render(self, value: str) -> Any:
        """Draw it."""
        return badge(str(OrderState(value).label), tone=SALE_TONES[value])

    def value(self, value: str) -> str:
        """Export its word."""
        return value


class SalesTable(Table):  # type: ignore[misc]  # django-tables2 has no types
    """Sales orders of all sources, newest first."""

    number = Column(linkify=("desk:sale", [A("pk")]), attrs=CODE)
    source = WordColumn(words=dict(Source.choices))
    placed_at = WhenColumn()
    state = SaleStateColumn(accessor="state")
    member_id = MemberNumberColumn(accessor="member_id")
    region = PlaceColumn()
    total = AmountColumn()
    refunded = AmountColumn()

    class Meta:
        model = Order
        fields = (
            "number", "source", "placed_at", "state", "member_id", "region", "total", "refunded",
        )  # fmt: skip
        attrs = {"caption": _("Sales orders")}
        default = NOTHING

    def render_state(self, value: str, record: Order) -> Any:  # noqa: ARG002 - the row's own value
        """Draw the state of the row, not its label."""
        return badge(str(OrderState(record.state).label), tone=SALE_TONES[record.state])

    def value_state(self, record: Order) -> str:
        """Export the stable word."""
        return record.state

    def render_source(self, record: Order) -> str:
        """Say where it was made."""
        return str(Source(record.source).label)

    def value_source(self, record: Order) -> str:
        """Export the stable word."""
        return record.source


class ArticlesTable(Table):  # type: ignore[misc]  # django-tables2 has no types
    """What the mall sells."""

    sku = Column(linkify=("desk:article", [A("pk")]), attrs=CODE)
    title = Column(attrs=SHORT)
    unit = AmountColumn()
    available = Column(attrs=NUMBER, empty_values=())
    on_sale = YesNoColumn(yes=_("On sale"), no=_("Not on sale"))
    seven_days = YesNoColumn(yes=_("Yes"), no=_("Only with confirmation"))
    updated_at = WhenColumn(verbose_name=_("Changed at"))

    class Meta:
        model = Article
        fields = ("sku", "title", "unit", "available", "on_sale", "seven_days", "updated_at")
        attrs = {"caption": _("Articles")}
        default = NOTHING

    def render_available(self, record: Article) -> str:
        """Draw the stock; what is not counted says so."""
        return str(_("not counted")) if record.available is None else grouped(record.available)

    def value_available(self, record: Article) -> Any:
        """Export the number."""
        return "" if record.available is None else record.available


class ArticleListsTable(Table):  # type: ignore[misc]  # django-tables2 has no types
    """Lists of articles that were imported; the refused rows are a file."""

    file_name = Column(verbose_name=_("File"))
    created = NumberColumn(verbose_name=_("New"))
    updated = NumberColumn(verbose_name=_("Changed"))
    unchanged = NumberColumn(verbose_name=_("Unchanged"))
    refused = Column(verbose_name=_("Refused"), attrs=NUMBER)
    created_at = WhenColumn(verbose_name=_("Imported"))

    class Meta:
        model = Import
        fields = ("file_name", "created", "updated", "unchanged", "refused", "created_at")
        attrs = {"caption": _("Imports")}
        default = NOTHING

    def render_refused(self, record: Import) -> Any:
        """Link to the rows, where there are some."""
        if not record.refused:
            return grouped(0)
        url = reverse("desk:article_refused", args=[record.pk])
        return format_html('<a href="{}" download>{}</a>', url, grouped(record.refused))

    def value_refused(self, record: Import) -> int:
        """Export the number."""
        return record.refused


class MovementsTable(Table):  # type: ignore[misc]  # django-tables2 has no types
    """Every change of an article's stock, newest first."""

    at = WhenColumn()
    kind = Column(verbose_name=_("Kind"))
    quantity = NumberColumn()
    subject = Column(verbose_name=_("Because of"))
    by = Column(verbose_name=_("By"))

    class Meta:
        model = Movement
        fields = ("at", "kind", "quantity", "subject", "by")
        attrs = {"caption": _("Changes of stock")}
        default = NOTHING

    def render_kind(self, record: Movement) -> str:
        """Say why."""
        return str(MovementKind(record.kind).label)

    def value_kind(self, record: Movement) -> str:
        """Export the stable word."""
        return record.kind


class CategoriesTable(Table):  # type: ignore[misc]  # django-tables2 has no types
    """The category tree, by code."""

    code = Column(linkify=("desk:category", [A("pk")]), attrs=CODE)
    name = Column()
    name_en = Column()
    parent = Column(accessor="parent__name", verbose_name=_("Below"))

    class Meta:
        model = Category
        fields = ("code", "name", "name_en", "parent")
        attrs = {"caption": _("Categories of articles")}
        default = NOTHING
