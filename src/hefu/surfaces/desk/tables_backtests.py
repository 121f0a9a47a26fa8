"""The list of backtests."""

from typing import Any

from django.utils.translation import gettext_lazy as _
from django_tables2 import A, Column, Table

from hefu.apps.campaigns.models import Backtest
from hefu.surfaces.desk.backtests.amounts import Amounts
from hefu.surfaces.desk.lists import NUMBER
from hefu.surfaces.desk.shown import NOTHING
from hefu.surfaces.desk.tables_codes import WIDE, NumberColumn, StateColumn, WhenColumn


class BacktestsTable(Table):  # type: ignore[misc]  # django-tables2 has no types
    """What was compared, and what it would have cost."""

    name = Column(linkify=("desk:backtest", [A("pk")]), verbose_name=_("Backtest"), attrs=WIDE)
    state = StateColumn(verbose_name=_("State"))
    tomorrow_name = Column(verbose_name=_("Tomorrow's rules"), attrs=WIDE)
    orders = NumberColumn(verbose_name=_("Orders"))
    more = Column(
        accessor="taken_tomorrow", verbose_name=_("More discount"), attrs=NUMBER, orderable=False
    )
    created_by = Column(verbose_name=_("Started by"))
    created_at = WhenColumn(verbose_name=_("Started"))

    class Meta:
        model = Backtest
        fields = (
            "name", "state", "tomorrow_name", "orders", "more", "created_by", "created_at",
        )  # fmt: skip
        attrs = {"caption": _("Backtests")}
        default = NOTHING

    def render_more(self, record: Any) -> str:
        """Draw the change of discount."""
        return Amounts(record.currency).change(record.taken_tomorrow - record.taken_today)

    def value_more(self, record: Any) -> int | None:
        """Export it in minor units."""
        if record.taken_tomorrow is None:
            return None
        return int(record.taken_tomorrow - record.taken_today)
