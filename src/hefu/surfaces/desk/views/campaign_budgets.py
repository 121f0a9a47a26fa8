"""What all campaigns have planned, committed, spent and free (预算承诺一览), on one board."""

from typing import Any

from django.http.response import HttpResponseBase
from django.urls import reverse
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext
from django_tables2 import Column, Table

from hefu.apps.campaigns.selectors.commitments import Commitment, commitments
from hefu.core.money import format_amount
from hefu.core.permissions import Permission
from hefu.surfaces.design.numbers import price
from hefu.surfaces.desk.frame import DeskRequest, page
from hefu.surfaces.desk.lists import NUMBER, list_page
from hefu.surfaces.desk.promoting import boards
from hefu.surfaces.desk.shown import NOTHING
from hefu.surfaces.desk.tables_codes import WIDE


class MoneyColumn(Column):  # type: ignore[misc]  # django-tables2 has no types
    """Minor units of the row's currency."""

    def __init__(self, label: object, **about: Any) -> None:
        super().__init__(verbose_name=label, attrs=NUMBER, **about)

    def render(self, value: int, record: Commitment) -> str:
        """Draw it."""
        return price(value, record.currency)

    def value(self, value: int, record: Commitment) -> str:
        """Export it as a plain decimal."""
        return format_amount(value, record.currency)


class BudgetsTable(Table):  # type: ignore[misc]  # django-tables2 has no types
    """Campaigns with their money, the least free first."""

    title = Column(verbose_name=gettext_lazy("Campaign"), attrs=WIDE, empty_values=(None,))
    planned = MoneyColumn(gettext_lazy("Planned"))
    committed = MoneyColumn(gettext_lazy("Committed"))
    spent = MoneyColumn(gettext_lazy("Spent"))
    free = MoneyColumn(gettext_lazy("Free"))
    used = Column(
        accessor="spent", orderable=False, verbose_name=gettext_lazy("Gone"),
        exclude_from_export=True,
    )  # fmt: skip

    class Meta:
        fields = ("title", "planned", "committed", "spent", "free", "used")
        attrs = {"caption": gettext_lazy("Budgets of campaigns")}
        default = NOTHING

    def render_title(self, value: str, record: Commitment) -> str | SafeString:
        """The campaign, and what of it has no limit."""
        if not record.pk:
            return _("Promotions without a campaign")
        url = reverse("desk:campaign", args=[record.pk])
        link = format_html('<a href="{}">{}</a>', url, value)
        if not record.uncapped:
            return link
        open_ones = ngettext(
            "%(n)s promotion without a budget", "%(n)s promotions without a budget", record.uncapped
        ) % {"n": record.uncapped}
        return format_html('{}<br><span class="small muted">{}</span>', link, open_ones)

    def value_title(self, value: str, record: Commitment) -> str:
        """The campaign's title."""
        return value if record.pk else _("Promotions without a campaign")

    def render_used(self, record: Commitment) -> Any:
        """Committed and spent, as a bar."""
        return boards.budget_bar(
            record.committed + record.spent, record.planned, record.currency
        )  # fmt: skip


@page(Permission.CAMPAIGN_VIEW)
def budgets(request: DeskRequest) -> HttpResponseBase:
    """Show the money of all campaigns."""
    rows = commitments(request.actor)
    return list_page(
        request, "desk/campaign_budgets.html", BudgetsTable(rows), name="budgets",
        context={"tabs": boards.tabs("campaign_budgets"), "total": _total(rows)},
    )  # fmt: skip


def _total(rows: list[Commitment]) -> dict[str, str] | None:
    """All together, where it is of one currency."""
    if len({row.currency for row in rows}) != 1:
        return None
    currency = rows[0].currency
    return {
        name: price(sum(getattr(row, name) for row in rows), currency)
        for name in ("planned", "committed", "spent", "free")
    }
