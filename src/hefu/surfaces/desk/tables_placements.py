"""The list of a campaign's channels: what each cost, and what came of it."""

from decimal import Decimal
from typing import Any

from django.urls import reverse
from django.utils.html import format_html
from django.utils.text import capfirst
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy
from django_tables2 import Column, Table

from hefu.apps.campaigns.selectors.placements import Came
from hefu.surfaces.design.numbers import price
from hefu.surfaces.design.templatetags.hefu_design import badge
from hefu.surfaces.desk.columns import SHORT
from hefu.surfaces.desk.forms_placements import CHANNELS
from hefu.surfaces.desk.lists import CODE, NUMBER
from hefu.surfaces.desk.promoting import boards
from hefu.surfaces.desk.shown import NOTHING
from hefu.surfaces.desk.tables_codes import WIDE, NumberColumn


class YuanColumn(Column):  # type: ignore[misc]  # django-tables2 has no types
    """Fen as a price; exported as a number of yuan."""

    def __init__(self, **about: Any) -> None:
        super().__init__(**{"attrs": NUMBER, **about})

    def render(self, value: int) -> str:
        """Draw it."""
        return price(value, "CNY")

    def value(self, value: int | None) -> Decimal | None:
        """Export it."""
        return None if value is None else Decimal(value) / 100


class ChannelsTable(Table):  # type: ignore[misc]  # django-tables2 has no types
    """Placements with their figures (``selectors.placements.Came``)."""

    name = Column(
        accessor="placement__name", verbose_name=pgettext_lazy("campaign", "Name"), attrs=WIDE
    )
    kind = Column(accessor="placement__kind", verbose_name=_("Channel"), attrs=SHORT)
    visits = NumberColumn(verbose_name=_("Visits"))
    orders = NumberColumn(verbose_name=_("Orders"))
    revenue = YuanColumn(verbose_name=_("Turnover"))
    cost = YuanColumn(verbose_name=_("Cost"))
    cost_per_visit = YuanColumn(verbose_name=_("Per visit"))
    cost_per_order = YuanColumn(verbose_name=_("Per order"))
    share_bp = Column(verbose_name=_("Share of turnover"), attrs=NUMBER)

    class Meta:
        attrs = {"caption": pgettext_lazy("campaign", "Channels")}
        default = NOTHING

    def render_name(self, value: str, record: Came) -> Any:
        """Lead to its page; say that it is over."""
        row = record.placement
        href = reverse("desk:campaign_channel", args=[row.campaign_id, row.pk])
        closed = badge(str(_("closed"))) if row.closed_at else ""
        return format_html('<a href="{}">{}</a> {}', href, value, closed)

    def value_name(self, value: str) -> str:
        """Export the name."""
        return value

    def render_kind(self, value: str) -> str:
        """Say it."""
        return capfirst(str(CHANNELS[value]))  # type: ignore[index]  # its values are texts

    def render_share_bp(self, value: int) -> str:
        """Say it in per cent."""
        return boards.share(value)

    def value_share_bp(self, value: int) -> Decimal:
        """Export per cent."""
        return Decimal(value) / 100


class ChannelsFile(ChannelsTable):
    """The same with what a page has no room for."""

    paid = NumberColumn(verbose_name=_("Paid orders"))
    again = NumberColumn(verbose_name=_("Same browser again"))
    robots = NumberColumn(verbose_name=_("Robots"))
    late = NumberColumn(verbose_name=_("After the end"))
    code = Column(accessor="placement__code", verbose_name=_("Link"), attrs=CODE)

    def __init__(self, *given: Any, home: str, **about: Any) -> None:
        super().__init__(*given, **about)
        self._home = home

    def value_code(self, value: str) -> str:
        """Export the whole address."""
        return f"{self._home}{reverse('consumer:go', args=[value])}"
