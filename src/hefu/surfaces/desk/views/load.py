"""Load tests on the desk (压力测试): what was measured, whether it still counts, and its report."""

from datetime import datetime
from pathlib import Path

from django.http.response import HttpResponseBase
from django.urls import reverse
from django.utils import timezone
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django_tables2 import Column, Table

from hefu.apps.campaigns.models import LoadEvidence
from hefu.apps.campaigns.selectors.load import (
    load_evidence_by_id,
    load_evidence_for,
    report_file,
)
from hefu.apps.campaigns.services.load import command_for
from hefu.core.errors import NotFound
from hefu.core.load import GOOD_FOR, LARGE_CROWD
from hefu.core.permissions import Permission
from hefu.surfaces.design.numbers import grouped
from hefu.surfaces.design.templatetags.hefu_design import badge
from hefu.surfaces.desk.columns import WhenColumn
from hefu.surfaces.desk.frame import DeskRequest, page
from hefu.surfaces.desk.lists import CODE, NUMBER, list_page
from hefu.surfaces.desk.shown import NOTHING, trail
from hefu.surfaces.desk.tables_codes import NumberColumn
from hefu.surfaces.streams import blocks_of, streamed

JSON = "application/json"


class MilliColumn(Column):  # type: ignore[misc]  # django-tables2 has no types
    """Microseconds shown as milliseconds; exported as milliseconds, too."""

    def __init__(self, label: object) -> None:
        super().__init__(verbose_name=label, attrs=NUMBER)

    def render(self, value: int) -> str:
        """One decimal tells enough."""
        return f"{value / 1000:,.1f}"

    def value(self, value: int) -> float:
        """A number, in exports."""
        return value / 1000


class LoadTable(Table):  # type: ignore[misc]  # django-tables2 has no types
    """Load tests, newest first."""

    measured_at = WhenColumn()
    counts = Column(
        accessor="measured_at", orderable=False, verbose_name=gettext_lazy("Counts as evidence")
    )
    sale = Column(accessor="sale__title", verbose_name=gettext_lazy("For"), empty_values=())
    good_per_second = NumberColumn()
    p50_us = MilliColumn(gettext_lazy("Half within, ms"))
    p95_us = MilliColumn(gettext_lazy("95 % within, ms"))
    p99_us = MilliColumn(gettext_lazy("99 % within, ms"))
    failed = NumberColumn()
    sha256 = Column(verbose_name=gettext_lazy("Report file"), orderable=False)
    version = Column(attrs=CODE)

    class Meta:
        model = LoadEvidence
        fields = (
            "measured_at", "kind", "counts", "sale", "good_per_second", "p50_us", "p95_us",
            "p99_us", "failed", "sha256", "version",
        )  # fmt: skip
        attrs = {"caption": gettext_lazy("Load tests")}
        default = NOTHING

    def __init__(self, *args: object, now: datetime, **about: object) -> None:
        super().__init__(*args, **about)
        self._now = now

    def _counts(self, row: LoadEvidence) -> str:
        if row.kind != LoadEvidence.Kind.FLASH:
            return _("no, pages only")
        return _("yes") if row.measured_at > self._now - GOOD_FOR else _("no, too old")

    def render_counts(self, record: LoadEvidence) -> SafeString:
        """Whether a sale may lean on it today."""
        said = self._counts(record)
        return badge(said, tone="good" if said == _("yes") else "neutral")

    def value_counts(self, record: LoadEvidence) -> str:
        """The same, in exports."""
        return self._counts(record)

    def render_sale(self, record: LoadEvidence) -> str:
        """One sale, or all of the house."""
        return record.sale.title if record.sale else _("the whole house")

    def render_sha256(self, record: LoadEvidence) -> SafeString:
        """The file itself; its hash is in the exports."""
        url = reverse("desk:load_report", args=[record.pk])
        return format_html('<a href="{}">{}</a>', url, _("Report file"))

    def value_sha256(self, record: LoadEvidence) -> str:
        """The hash of the report."""
        return record.sha256


@page(Permission.CAMPAIGN_VIEW)
def tests(request: DeskRequest) -> HttpResponseBase:
    """List what was measured; say the rule and the command."""
    return list_page(
        request, "desk/load_evidence.html",
        LoadTable(load_evidence_for(request.actor), now=timezone.now()), name="load-tests",
        context={
            "crowd": grouped(LARGE_CROWD), "days": GOOD_FOR.days,
            "command": command_for(request.actor.own_brand(), None),
        },
        crumbs=trail((_("Flash sales"), "desk:flash_sales"), end=_("Load tests")),
    )  # fmt: skip


@page(Permission.CAMPAIGN_VIEW)
def report(request: DeskRequest, pk: int) -> HttpResponseBase:
    """Hand out the report as it was written."""
    found = load_evidence_by_id(request.actor, pk)
    path: Path = report_file(found)
    if not path.is_file():
        raise NotFound(field="file")
    name = f"load-{found.measured_at:%Y%m%d-%H%M}.json"
    return streamed(request, blocks_of(path.open("rb")), content_type=JSON, name=name)
