"""The small forms of what is done to one unit (单品操作) from the page of its code."""

from django import forms
from django.utils.translation import gettext_lazy

from hefu.apps.identity.models import ExternalSerial, WarrantyFact
from hefu.surfaces.desk.forms_house import spoken


class Sure(forms.Form):
    """A deed that cannot simply be undone asks twice."""

    sure = forms.BooleanField(
        label=gettext_lazy("Yes, this unit"),
        error_messages={"required": gettext_lazy("Tick this to confirm.")},
    )


class Reason(forms.Form):
    """Why; staff read it in the story."""

    reason = forms.CharField(label=gettext_lazy("Reason"), max_length=200)


class SureReason(Reason, Sure):
    """Why, and surely."""

    field_order = ("reason", "sure")


class Notice(Sure):
    """What a recall refers to."""

    notice = forms.CharField(
        label=gettext_lazy("Notice"), max_length=200,
        help_text=gettext_lazy("Number or address of the recall notice: every buyer reads it."),
    )  # fmt: skip
    field_order = ("notice", "sure")


class Number(forms.Form):
    """A number somebody else gave the unit."""

    kind = forms.ChoiceField(label=gettext_lazy("Kind"), choices=spoken(ExternalSerial.Kind))
    value = forms.CharField(label=gettext_lazy("Its number"), max_length=60)


class LinkedNumber(forms.Form):
    """One of the numbers that lead to the unit; the page gives the choices."""

    number = forms.ChoiceField(label=gettext_lazy("Its number"))


class Replacement(Reason):
    """Another code, and why."""

    new = forms.CharField(
        label=gettext_lazy("Code of the new one"), max_length=200,
        help_text=gettext_lazy("Of the same kind, and lying nowhere else."),
    )  # fmt: skip
    field_order = ("new", "reason")


class Other(forms.Form):
    """Another code."""

    other = forms.CharField(
        label=gettext_lazy("Code of the package"), max_length=200,
        help_text=gettext_lazy("Scan or paste the code on the carton."),
    )  # fmt: skip


class Others(forms.Form):
    """Several codes."""

    others = forms.CharField(
        label=gettext_lazy("Codes"), widget=forms.Textarea(attrs={"rows": 4}), max_length=20_000,
        help_text=gettext_lazy("One per line."),
    )  # fmt: skip


class Fact(forms.Form):
    """What is known for the warranty."""

    kind = forms.ChoiceField(
        label=gettext_lazy("What"),
        choices=[each for each in spoken(WarrantyFact.Kind) if each[0] != "activated"],
    )
    on = forms.DateField(
        label=gettext_lazy("On"), widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d")
    )
    evidence = forms.CharField(
        label=gettext_lazy("Evidence"), max_length=200, required=False,
        help_text=gettext_lazy("For example the number of the delivery note."),
    )  # fmt: skip
