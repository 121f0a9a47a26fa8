"""Marketplaces' lists of orders: how each went, and what nobody recognised."""

from collections.abc import Mapping

from django.urls import reverse
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext_lazy as _
from django_tables2 import Column, Table

from hefu.apps.audit.models import Job
from hefu.apps.orders.models import SalesImport, Source
from hefu.surfaces.design.numbers import grouped
from hefu.surfaces.design.templatetags.hefu_design import state_badge
from hefu.surfaces.desk.columns import WhenColumn, WordColumn
from hefu.surfaces.desk.lists import CODE, NUMBER
from hefu.surfaces.desk.shown import NOTHING
from hefu.surfaces.desk.tables_codes import WIDE, NumberColumn

_SOURCES = dict(Source.choices)


class SalesImportsTable(Table):  # type: ignore[misc]  # django-tables2 has no types
    """Uploaded lists of orders; ``jobs`` by number says how far each is."""

    created_at = WhenColumn()
    file_name = Column(attrs=WIDE)
    source = WordColumn(words=_SOURCES)
    state = Column(accessor="job_id", orderable=False, verbose_name=_("State"))
    created = NumberColumn()
    updated = NumberColumn()
    unchanged = NumberColumn()
    waiting = NumberColumn()
    doubtful = NumberColumn()
    refused = Column(attrs=NUMBER)

    class Meta:
        model = SalesImport
        fields = (
            "created_at", "file_name", "source", "state", "created", "updated", "unchanged",
            "waiting", "doubtful", "refused",
        )  # fmt: skip
        attrs = {"caption": _("Lists of orders")}
        default = NOTHING

    def __init__(self, *args: object, jobs: Mapping[int, Job], **about: object) -> None:
        super().__init__(*args, **about)
        self._jobs = jobs

    def render_state(self, value: int) -> str | SafeString:
        """Draw where the job stands."""
        return state_badge(self._jobs[value].state) if value in self._jobs else NOTHING

    def value_state(self, value: int) -> str:
        """Export its word."""
        return self._jobs[value].state if value in self._jobs else ""

    def render_refused(self, value: int, record: SalesImport) -> str | SafeString:
        """Lead to the refused rows where there are some."""
        if not value or not record.error_path:
            return grouped(value)
        address = reverse("desk:sales_refused", args=[record.pk])
        return format_html('<a href="{}" download>{}</a>', address, grouped(value))

    def value_refused(self, value: int) -> int:
        """Export the number."""
        return value


class UnmatchedTable(Table):  # type: ignore[misc]  # django-tables2 has no types
    """What was sold elsewhere under codes we do not know."""

    source = WordColumn(words=_SOURCES, verbose_name=_("Sold through"))
    sku = Column(attrs=CODE, verbose_name=_("Merchant's code"))
    title = Column(attrs=WIDE, verbose_name=_("Title"))
    lines = NumberColumn(verbose_name=_("Lines"))
    units = NumberColumn(verbose_name=_("Pieces"))
    last_at = WhenColumn(verbose_name=_("Last sold"))

    class Meta:
        attrs = {"caption": _("Not recognised")}
        default = NOTHING
