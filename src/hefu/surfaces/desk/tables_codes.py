"""The lists of products, orders, templates, approvals, imports and jobs."""

from collections.abc import Mapping
from typing import Any

from django.utils.functional import Promise
from django.utils.html import format_html
from django.utils.translation import gettext_lazy as _
from django_tables2 import A, Column, Table

from hefu.apps.accounts.models import Approval
from hefu.apps.audit.models import Job
from hefu.apps.catalog.models import Import, Product
from hefu.apps.identity.models import CodeTemplate, ProductionOrder
from hefu.surfaces.design.numbers import grouped
from hefu.surfaces.design.templatetags.hefu_design import badge, state_badge
from hefu.surfaces.desk.lists import CODE, NUMBER
from hefu.surfaces.desk.shown import NOTHING, when

APPROVAL_KINDS: Mapping[str, Promise] = {
    "campaigns.draw": _("Publish a draw"),
    "campaigns.group_offer": _("Launch a group buy"),
    "campaigns.mailing": _("Send a message to members"),
    "campaigns.fund_cost": _("Pay a cost out of a co-op fund"),
    "campaigns.plan": _("Work by a campaign's plan"),
    "campaigns.price": _("Put a price into the book"),
    "campaigns.promotion": _("Launch a promotion"),
    "catalog.page": _("Publish a product page"),
    "identity.channel_change": _("Change a batch's channel"),
    "identity.issue": _("Issue codes"),
    "members.list": _("Take the list of members out"),
}
_ABOUT = ("number", "title", "sku", "model", "batch")  # of an approval's summary
JOB_KINDS: Mapping[str, Promise] = {
    "campaigns.backtest": _("Backtest"),
    "campaigns.issue_coupons": _("Issue of coupons"),
    "catalog.import_products": _("Import of products"),
    "catalog.import_pages": _("Pages from a list"),
    "catalog.symbols": _("Print file of smart codes"),
    "epcis.capture": _("Events taken in"),
    "epcis.outbound": _("Events passed on"),
    "identity.export": _("Export of codes"),
    "members.copy": _("Copy of a member's data"),
    "orders.import_articles": _("Import of articles"),
    "orders.import_sales": _("Import of orders"),
}

WIDE = {"td": {"class": "wide"}}  # names and sentences: not one word a line on a phone


class WhenColumn(Column):  # type: ignore[misc]  # django-tables2 has no types
    """An instant, in the reader's zone, on one line."""

    def __init__(self, **about: Any) -> None:
        super().__init__(**{"attrs": {"td": {"class": "when num"}}, **about})

    def render(self, value: Any) -> str:
        """Draw it."""
        return when(value)

    def value(self, value: Any) -> Any:
        """Export it as an instant."""
        return value


class NumberColumn(Column):  # type: ignore[misc]  # django-tables2 has no types
    """A number, grouped for reading and plain in files."""

    def __init__(self, **about: Any) -> None:
        super().__init__(**{"attrs": NUMBER, **about})

    def render(self, value: Any) -> str:
        """Draw it."""
        return grouped(value)

    def value(self, value: Any) -> Any:
        """Export it as a number."""
        return value


class StateColumn(Column):  # type: ignore[misc]  # django-tables2 has no types
    """A state as a badge with its word and sign."""

    def render(self, record: Any, bound_column: Any) -> Any:
        """Draw it."""
        return state_badge(str(getattr(record, bound_column.name)))

    def value(self, value: Any) -> Any:
        """Export its word."""
        return str(value)


class ProductsTable(Table):  # type: ignore[misc]  # django-tables2 has no types
    """Products of the brand."""

    item_no = Column(linkify=("desk:product", [A("pk")]), attrs=CODE)
    model = Column(attrs=CODE)
    name = Column(attrs=WIDE)
    series = Column()
    gtin = Column(attrs=CODE)
    short_code = Column(attrs=CODE)
    warranty_months = NumberColumn()
    coins = NumberColumn()

    class Meta:
        model = Product
        fields = ("item_no", "model", "name", "series", "gtin", "short_code",
                  "warranty_months", "coins")  # fmt: skip
        attrs = {"caption": _("Products")}
        default = NOTHING


class OrdersTable(Table):  # type: ignore[misc]  # django-tables2 has no types
    """Production orders."""

    number = Column(linkify=("desk:order", [A("pk")]), verbose_name=_("Order number"), attrs=CODE)
    product = Column(accessor="batch__product__model", verbose_name=_("Product"), attrs=WIDE)
    batch = Column(accessor="batch__number", verbose_name=_("Batch"), attrs=CODE)
    quantity = NumberColumn(verbose_name=_("Quantity"))
    channel = Column(
        accessor="channel__name", verbose_name=_("Channel"), default=_("open until shipping")
    )
    supplier = Column(accessor="supplier__name", verbose_name=_("Supplier"))
    state = StateColumn(verbose_name=_("State"))
    created_at = WhenColumn(verbose_name=_("Asked for"))

    class Meta:
        model = ProductionOrder
        fields = ("number", "state", "product", "batch", "quantity", "channel", "supplier",
                  "created_at")  # fmt: skip
        attrs = {"caption": _("Production orders")}
        default = NOTHING

    def render_product(self, value: str, record: ProductionOrder) -> Any:
        """Model and name, as people know it."""
        return format_html(
            '<span class="code">{}</span> <span class="muted">{}</span>',
            value, record.batch.product.name,
        )  # fmt: skip

    def value_product(self, value: str) -> str:
        """Export the model."""
        return value


class TemplatesTable(Table):  # type: ignore[misc]  # django-tables2 has no types
    """Makers' templates, every version."""

    name = Column(linkify=("desk:template", [A("pk")]))
    version = NumberColumn(verbose_name=_("Version"))
    sample = Column(attrs=CODE)
    length = NumberColumn(verbose_name=_("Characters"))
    active = Column(verbose_name=_("In use"))
    created_at = WhenColumn(verbose_name=_("Saved"))

    class Meta:
        model = CodeTemplate
        fields = ("name", "version", "sample", "length", "active", "created_at")
        attrs = {"caption": _("Code templates")}
        default = NOTHING

    def render_active(self, *, value: bool) -> Any:
        """In use, or read only."""
        if value:
            return badge(str(_("In use")), tone="good", icon_name="check")
        return badge(str(_("Retired")))

    def value_active(self, *, value: bool) -> Any:
        """Export the word."""
        return _("In use") if value else _("Retired")


class ApprovalsTable(Table):  # type: ignore[misc]  # django-tables2 has no types
    """What a second person has to decide, and did."""

    about = Column(
        accessor="summary", linkify=("desk:approval", [A("pk")]), verbose_name=_("About"),
        orderable=False,
    )  # fmt: skip
    kind = Column(verbose_name=_("What"))
    quantity = NumberColumn(
        accessor="summary__quantity", verbose_name=_("Quantity"), orderable=False
    )
    asked_by = Column(accessor="asked_by__name", verbose_name=_("Asked by"))
    asked_at = WhenColumn(verbose_name=_("Asked for"))
    decision = StateColumn(verbose_name=_("State"))
    decided_by = Column(accessor="decided_by__name", verbose_name=_("Decided by"))

    class Meta:
        model = Approval
        fields = ("about", "kind", "quantity", "asked_by", "asked_at", "decision", "decided_by")
        attrs = {"caption": _("Approvals")}
        default = NOTHING

    def render_kind(self, value: str) -> Any:
        """Say what is asked for."""
        return APPROVAL_KINDS.get(value, value)

    def value_kind(self, value: str) -> Any:
        """Export what is asked for."""
        return APPROVAL_KINDS.get(value, value)

    def render_about(self, value: Mapping[str, Any], record: Approval) -> str:
        """Order, model and batch; its own number where the summary has none of these."""
        named = " · ".join(str(value[key]) for key in _ABOUT if value.get(key))
        return named or _("No. %(number)s") % {"number": record.pk}

    def value_about(self, value: Mapping[str, Any], record: Approval) -> str:
        """Export the same."""
        return self.render_about(value, record)


class ImportsTable(Table):  # type: ignore[misc]  # django-tables2 has no types
    """Lists that were imported."""

    file_name = Column(linkify=("desk:import_result", [A("pk")]), verbose_name=_("File"))
    created = NumberColumn(verbose_name=_("New"))
    updated = NumberColumn(verbose_name=_("Changed"))
    unchanged = NumberColumn(verbose_name=_("Unchanged"))
    refused = NumberColumn(verbose_name=_("Refused"))
    created_at = WhenColumn(verbose_name=_("Imported"))

    class Meta:
        model = Import
        fields = ("file_name", "created", "updated", "unchanged", "refused", "created_at")
        attrs = {"caption": _("Imports")}
        default = NOTHING


class JobsTable(Table):  # type: ignore[misc]  # django-tables2 has no types
    """Long work, and how far it is."""

    kind = Column(verbose_name=_("Job"), attrs=WIDE)
    state = StateColumn(verbose_name=_("State"))
    percent = Column(verbose_name=_("Progress"), orderable=False, attrs={"td": {"class": "bar"}})
    done = NumberColumn(verbose_name=_("Done"))
    total = NumberColumn(verbose_name=_("Of"))
    created_at = WhenColumn(verbose_name=_("Begun"))
    finished_at = WhenColumn(verbose_name=_("Finished"))
    error = Column(verbose_name=_("Error"), orderable=False, attrs=WIDE)

    class Meta:
        model = Job
        fields = ("kind", "state", "percent", "done", "total", "created_at", "finished_at", "error")
        attrs = {"caption": _("Jobs")}
        default = NOTHING

    def render_kind(self, value: str) -> Any:
        """Say what the job does."""
        return JOB_KINDS.get(value, value)

    def value_kind(self, value: str) -> Any:
        """Export what the job does."""
        return JOB_KINDS.get(value, value)

    def render_percent(self, value: int) -> Any:
        """Draw a bar; its words are read aloud."""
        return format_html(
            '<progress max="100" value="{0}" aria-label="{1}">{0} %</progress>',
            value, _("Progress"),
        )  # fmt: skip

    def value_percent(self, value: int) -> int:
        """Export the number."""
        return value
