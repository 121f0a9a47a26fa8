"""What a campaign needs, as forms (活动资源表单): bookings, people, goods, systems."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from hefu.apps.campaigns.models import GoodsNeed, Resource, StaffNeed
from hefu.surfaces.desk.forms_plans import PHASES
from hefu.surfaces.desk.promoting.blanks import number

Choices = list[tuple[str, str]]


def _moment(label: Any) -> forms.DateTimeField:
    widget = forms.DateTimeInput(attrs={"type": "datetime-local"}, format="%Y-%m-%dT%H:%M")
    return forms.DateTimeField(label=label, widget=widget)


def _chosen(field: forms.Field, choices: Choices) -> None:
    assert isinstance(field, forms.ChoiceField)  # noqa: S101  (as declared below)
    field.choices = choices


class ResourceForm(forms.Form):
    """A shared thing of the brand; said again under its name, it is changed."""

    name = forms.CharField(label=pgettext_lazy("thing", "Name"), max_length=80)
    kind = forms.ChoiceField(label=_("Kind"), choices=Resource.Kind.choices)
    place = forms.CharField(label=_("Where it is"), max_length=120, required=False)
    capacity = number(_("How many there are"), least=0)


class BookForm(forms.Form):
    """A booking of a shared thing."""

    resource = forms.ChoiceField(label=_("Shared thing"))
    quantity = number(_("Pieces"))
    starts_at = _moment(_("From"))
    ends_at = _moment(_("Until"))

    def __init__(self, *given: Any, resources: Choices, **about: Any) -> None:
        super().__init__(*given, **about)
        _chosen(self.fields["resource"], resources)


class StaffForm(forms.Form):
    """People of a role in a phase; nobody takes the line away."""

    role = forms.ChoiceField(label=_("Role"), choices=StaffNeed.Role.choices)
    phase = forms.ChoiceField(label=_("Phase"), choices=PHASES)
    people = number(_("People"), least=0, most=10_000)
    hours = number(_("Hours in all"), least=0)


class GoodsForm(forms.Form):
    """Pieces of an article: planned, or by the orders expected, whichever is more."""

    kind = forms.ChoiceField(label=_("For what"), choices=GoodsNeed.Kind.choices)
    sku = forms.CharField(label=_("Article"), max_length=64)
    pieces = number(_("Pieces planned"), least=0, required=False)
    orders = number(_("Orders expected"), least=0, required=False)
    each = number(_("Pieces for each order"), least=0, required=False)
    line = forms.ChoiceField(label=_("Paid from the budget line"), required=False)

    def __init__(self, *given: Any, lines: Choices, **about: Any) -> None:
        super().__init__(*given, **about)
        _chosen(self.fields["line"], [("", str(_("none"))), *lines])

    def stated(self) -> dict[str, Any]:
        """What the service takes; numbers left open are nothing."""
        given = self.cleaned_data
        return {**given, **{name: given[name] or 0 for name in ("pieces", "orders", "each")}}


class SystemForm(forms.Form):
    """A system the campaign depends on."""

    name = forms.CharField(label=_("System"), max_length=80)
    ready = forms.BooleanField(label=_("It is ready"), required=False)
    proof = forms.CharField(
        label=_("What shows it"), max_length=200, required=False,
        help_text=_("A test report, a day of rehearsal. Needed when it is ready."),
    )  # fmt: skip
