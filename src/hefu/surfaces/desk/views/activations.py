"""Activations (激活): how many, when, through which channel, in which province; what was made."""

from datetime import timedelta
from typing import Any

from django import forms
from django.http import StreamingHttpResponse
from django.http.response import HttpResponseBase
from django.urls import reverse
from django.utils import timezone
from django.utils.http import urlencode
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from hefu.apps.catalog.models import Product
from hefu.apps.catalog.selectors import products_for
from hefu.apps.network.models import Channel
from hefu.apps.network.selectors import channels_for
from hefu.core.actor import Actor
from hefu.core.charts import Chart
from hefu.core.permissions import Permission
from hefu.files import csv_bytes
from hefu.surfaces.design.numbers import grouped
from hefu.surfaces.design.parts import Crumb, Tab
from hefu.surfaces.desk import figures
from hefu.surfaces.desk.figures import Question
from hefu.surfaces.desk.frame import DeskRequest, page
from hefu.surfaces.desk.lists import list_page
from hefu.surfaces.desk.periods import Period, last_days
from hefu.surfaces.desk.tables_consumers import ActivationsTable, FunnelTable
from hefu.surfaces.streams import streamed

DAYS = 30  # shown when nothing is asked for
YEAR = 365
DAYS_BY_DAY = 92  # longer periods are drawn by week
MOST_DAYS = 3 * 366
_DATE = {"type": "date"}


class QuestionForm(forms.Form):
    """Which activations."""

    since = forms.DateField(
        label=gettext_lazy("From"), required=False, widget=forms.DateInput(attrs=_DATE)
    )
    until = forms.DateField(
        label=gettext_lazy("To"), required=False, widget=forms.DateInput(attrs=_DATE)
    )
    product: "forms.ModelChoiceField[Product]" = forms.ModelChoiceField(
        label=gettext_lazy("Product"), queryset=None, required=False,
        empty_label=gettext_lazy("All products"),
    )  # fmt: skip
    channel: "forms.ModelChoiceField[Channel]" = forms.ModelChoiceField(
        label=gettext_lazy("Channel"), queryset=None, required=False,
        empty_label=gettext_lazy("All channels"),
    )  # fmt: skip
    by = forms.ChoiceField(
        label=gettext_lazy("Drawn by"), required=False,
        choices=[
            ("", gettext_lazy("What fits")), ("day", gettext_lazy("Day")),
            ("week", gettext_lazy("Week")),
        ],
    )  # fmt: skip

    def __init__(self, actor: Actor, data: Any, *, days: int) -> None:
        self._default = last_days(days, today=timezone.localdate())
        begun = {"since": f"{self._default.first}", "until": f"{self._default.last}"}
        super().__init__({**begun, **{k: v for k, v in data.items() if v}})
        for name, rows in (("product", products_for(actor)), ("channel", channels_for(actor))):
            field = self.fields[name]
            assert isinstance(field, forms.ModelChoiceField)  # noqa: S101  (as declared above)
            field.queryset = rows

    def clean(self) -> dict[str, Any]:
        """A period runs forwards and can be drawn."""
        said: dict[str, Any] = super().clean() or {}
        since, until = said.get("since"), said.get("until")
        if since and until and until < since:
            self.add_error("until", _("This is before the first day."))
        elif since and until and (until - since).days >= MOST_DAYS:
            self.add_error("since", _("At most three years at a time."))
        return said

    @property
    def question(self) -> Question:
        """What is asked; what cannot be read is answered as if it were not asked."""
        if not self.is_valid():
            return Question(period=self._default)
        said = self.cleaned_data
        period = Period(first=said["since"], last=said["until"])
        product, channel = said["product"], said["channel"]
        return Question(
            period=period, product_id=product.pk if product else None,
            channel_id=channel.pk if channel else None,
            weekly=said["by"] == "week" or (not said["by"] and period.days > DAYS_BY_DAY),
        )  # fmt: skip


@page(Permission.ACTIVATION_VIEW)
def activations(request: DeskRequest) -> HttpResponseBase:
    """Draw the activations of a period and list them."""
    form = QuestionForm(request.actor, request.GET, days=DAYS)
    question = form.question
    counted = figures.figures_of(request.actor, question)
    drawn = {
        "time": figures.time_chart(counted, weekly=question.weekly),
        "channels": figures.channel_chart(counted),
        "products": figures.product_chart(counted),
        "provinces": figures.province_chart(counted),
    }
    wanted = drawn.get(request.GET.get("numbers", ""))
    if wanted is not None:
        return _numbers(request, wanted, name=request.GET["numbers"])
    table = ActivationsTable(
        figures.asked_for(request.actor, question),
        exclude=() if request.actor.may(Permission.MEMBER_VIEW) else ("member_id",),
    )
    return list_page(
        request, "desk/activations.html", table, name="activations",
        context={
            "filter": form, "charts": drawn, "tabs": _tabs("desk:activations"),
            "numbers": {name: _address(request, numbers=name) for name in drawn},
            "total": grouped(counted.total), "periods": _periods(request),
            "nothing": not counted.total, **_change(request, question, counted.total),
            "buyers": grouped(counted.members), "reached": grouped(counted.reached),
            "per_day": grouped(round(counted.total / question.period.days, 1)),
        },
    )  # fmt: skip


@page(Permission.ACTIVATION_VIEW)
def funnel(request: DeskRequest) -> HttpResponseBase:
    """Compare made, shipped and activated of what was produced in a period (R087)."""
    form = QuestionForm(request.actor, request.GET, days=YEAR)
    rows = figures.funnel_of(request.actor, form.question)
    total, drawn = figures.sum_of(rows), figures.funnel_charts(rows)
    wanted = drawn.get(request.GET.get("numbers", ""))
    if wanted is not None:
        return _numbers(request, wanted, name=request.GET["numbers"])
    return list_page(
        request, "desk/funnel.html", FunnelTable(rows), name="made-shipped-activated",
        context={
            "filter": form, "charts": drawn, "tabs": _tabs("desk:funnel"),
            "numbers": {name: _address(request, numbers=name) for name in drawn},
            "made": grouped(total.made), "shipped": grouped(total.shipped),
            "activated": grouped(total.activated), "rate": total.rate,
        },
    )  # fmt: skip


def _numbers(request: DeskRequest, chart: Chart, *, name: str) -> StreamingHttpResponse:
    """The numbers behind a chart as a file."""
    lines = ([row.label, *row.values] for row in chart.table.rows)
    return streamed(
        request, csv_bytes(list(chart.table.head), lines),
        content_type="text/csv; charset=utf-8", name=f"{name}.csv",
    )  # fmt: skip


def _change(request: DeskRequest, question: Question, total: int) -> dict[str, str]:
    """Against as many days before, where there were any."""
    former = figures.count_of(request.actor, question.before)
    if not former:
        return {"change": "", "direction": "", "tone": "neutral"}
    per_mille = (total - former) * 1000 // former
    direction = "up" if per_mille > 0 else "down" if per_mille < 0 else ""
    tone = {"up": "good", "down": "notice"}.get(direction, "neutral")
    return {"change": figures.percent(abs(per_mille)), "direction": direction, "tone": tone}


def _periods(request: DeskRequest) -> list[Crumb]:
    """Periods that are often asked for, with the other filters kept."""
    today = timezone.localdate()
    names = {7: _("7 days"), 30: _("30 days"), 90: _("90 days"), YEAR: _("12 months")}
    return [
        Crumb(
            label=label,
            url=_address(request, since=f"{today - timedelta(days=days - 1)}", until=f"{today}"),
        )
        for days, label in names.items()
    ]


def _address(request: DeskRequest, **changed: str) -> str:
    query = {name: request.GET[name] for name in QuestionForm.base_fields if request.GET.get(name)}
    return f"?{urlencode({**query, **changed})}"


def _tabs(current: str) -> list[Tab]:
    views = {
        "desk:activations": _("Over time"),
        "desk:funnel": _("Made, shipped, activated"),
    }
    return [
        Tab(label=label, url=reverse(view), current=view == current)
        for view, label in views.items()
    ]
