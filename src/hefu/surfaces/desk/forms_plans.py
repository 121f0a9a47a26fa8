"""A campaign's plan as forms (活动方案表单): when, aims, tasks, money."""

from datetime import date
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from hefu.core.planning import GoalKind, LineKind, Metric, Phase, ThemeKind
from hefu.surfaces.desk.promoting.blanks import AmountField, number

THEMES = (
    (ThemeKind.FESTIVAL, _("a festival")),
    (ThemeKind.BRAND, _("the brand")),
    (ThemeKind.INDUSTRY, _("the trade")),
)
GOALS = (
    (GoalKind.AWARENESS, _("to be known")),
    (GoalKind.SHARE, _("share of the market")),
    (GoalKind.LOYALTY, _("members who stay")),
    (GoalKind.UPGRADE, _("better things bought")),
    (GoalKind.EFFICIENCY, _("work that costs less")),
    (GoalKind.CHANNELS, _("more partners")),
)
METRICS = (
    (Metric.SCANS, _("codes scanned")),
    (Metric.NEW_MEMBERS, _("new members")),
    (Metric.ORDERS, _("orders")),
    (Metric.REVENUE, _("turnover, yuan")),
    (Metric.REPURCHASE_BP, _("buyers who bought before, per cent")),
    (Metric.ORDER_VALUE, _("value of an order, yuan")),
    (Metric.COST_PER_ORDER, _("discount an order, yuan")),
    (Metric.ACTIVATIONS, _("activations")),
    (Metric.NEW_PARTNERS, _("new partners")),
)
PHASES = (
    (Phase.PREPARE, _("Preparing")),
    (Phase.RUN, _("Running")),
    (Phase.REVIEW, _("Reviewing")),
)
LINES = (
    (LineKind.PROMOTION, _("promotions")),
    (LineKind.GOODS, _("gifts and packaging")),
    (LineKind.LOGISTICS, _("logistics")),
    (LineKind.TELEVISION, _("television")),
    (LineKind.RADIO, _("radio")),
    (LineKind.PRESS, _("newspapers and magazines")),
    (LineKind.OUTDOOR, _("outdoor")),
    (LineKind.INTERNET, _("internet")),
)
#: Metrics that are amounts or shares: people write hundredths of what is kept.
HUNDREDTHS = frozenset(
    {Metric.REVENUE, Metric.REPURCHASE_BP, Metric.ORDER_VALUE, Metric.COST_PER_ORDER}
)


def _words(label: Any, most: int, **about: Any) -> forms.CharField:
    return forms.CharField(label=label, max_length=most, **about)


class AboutForm(forms.Form):
    """When it is, and what it hangs on."""

    starts_on = forms.DateField(
        label=_("First day of the run"),
        widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"),
    )
    theme_kind = forms.ChoiceField(label=_("It hangs on"), choices=THEMES)
    theme = _words(_("Theme"), 80, required=False)
    trend = _words(
        _("What the market does"), 500, required=False, widget=forms.Textarea(attrs={"rows": 2})
    )
    form = _words(
        _("Form"), 200, required=False, help_text=_("What is offered: coupons, gifts, a draw …")
    )
    strength = _words(
        _("Strength"), 200, required=False, help_text=_("How much, and to whom at most.")
    )
    prepare = number(_("Days to prepare"), most=366)
    run = number(_("Days it runs"), most=366)
    review = number(_("Days to review"), most=366)

    def clean_starts_on(self) -> date:
        """A year that calendars know."""
        day: date = self.cleaned_data["starts_on"]
        if not 2000 <= day.year <= 2200:
            raise forms.ValidationError(_("A day between 2000 and 2200, please."))
        return day


class GoalForm(forms.Form):
    """An aim with its measure; written in whole numbers, amounts in yuan, shares in per cent."""

    kind = forms.ChoiceField(label=_("Aim"), choices=GOALS)
    metric = forms.ChoiceField(label=_("Measured by"), choices=METRICS)
    target = AmountField(label=_("Target"))

    def goal(self) -> tuple[GoalKind, Metric, int]:
        """The aim, its metric and the target in the metric's unit."""
        metric = Metric(self.cleaned_data["metric"])
        target = self.cleaned_data["target"]
        return (
            GoalKind(self.cleaned_data["kind"]), metric,
            target if metric in HUNDREDTHS else target // 100,
        )  # fmt: skip


class TaskForm(forms.Form):
    """Something to do."""

    title = _words(_("Task"), 80)
    phase = forms.ChoiceField(label=_("Phase"), choices=PHASES)
    first = number(_("From day"), most=366)
    last = number(_("To day"), most=366)
    owner = _words(_("In charge"), 80, required=False)
    after = forms.ChoiceField(label=_("After"), required=False)

    def __init__(self, *given: Any, tasks: list[tuple[str, str]], **about: Any) -> None:
        super().__init__(*given, **about)
        field = self.fields["after"]
        assert isinstance(field, forms.ChoiceField)  # noqa: S101  (as declared above)
        field.choices = [("", _("nothing")), *tasks]

    def clean(self) -> dict[str, Any]:
        """Days in order."""
        given = super().clean() or {}
        if given.get("first") and given.get("last") and given["last"] < given["first"]:
            self.add_error("last", _("The last day is before the first."))
        return given


class LineForm(forms.Form):
    """A line of the budget."""

    name = _words(_("For what"), 80)
    kind = forms.ChoiceField(label=_("Kind"), choices=LINES)
    planned = AmountField(label=_("Planned, yuan"))
    reach = _words(
        _("Where its reach is known from"), 120, required=False, help_text=_("For media.")
    )


class SpendForm(forms.Form):
    """Money on a line."""

    line = forms.ChoiceField(label=_("Budget line"))
    kind = forms.ChoiceField(
        label=_("Movement"), choices=(("commit", _("ordered")), ("spend", _("paid")))
    )
    amount = AmountField(label=_("Amount, yuan"))
    paid_from = AmountField(
        label=_("of it ordered before, yuan"), required=False,
        help_text=_("When a bill is paid: how much of it was noted as ordered."),
    )  # fmt: skip
    note = _words(_("Note"), 120, required=False)

    def __init__(self, *given: Any, lines: list[tuple[str, str]], **about: Any) -> None:
        super().__init__(*given, **about)
        field = self.fields["line"]
        assert isinstance(field, forms.ChoiceField)  # noqa: S101  (as declared above)
        field.choices = lines
