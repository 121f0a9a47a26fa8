"""Forms of the question desk: an answer, a reason, a stored reply, the rules."""

from datetime import date
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from hefu.apps.community.models import HideReason, QueuePolicy
from hefu.apps.community.services.answering import LONGEST
from hefu.apps.community.services.policy import LONGEST_TARGET, Rules

_DAYS = [
    ("0", _("Monday")), ("1", _("Tuesday")), ("2", _("Wednesday")), ("3", _("Thursday")),
    ("4", _("Friday")), ("5", _("Saturday")), ("6", _("Sunday")),
]  # fmt: skip


class AnswerForm(forms.Form):
    """The maker's answer."""

    text = forms.CharField(
        label=_("Answer as the maker"), max_length=LONGEST,
        widget=forms.Textarea(attrs={"rows": 6, "data-shortcut": "a"}),
        help_text=_("Everybody reads it beside the badge “Maker's answer”. Ctrl+Enter sends it."),
    )  # fmt: skip


class HideForm(forms.Form):
    """Why something is not shown; who wrote it reads the reason, colleagues the note."""

    reason = forms.ChoiceField(
        label=_("Reason, told to the author"), choices=HideReason.choices, widget=forms.RadioSelect
    )
    note = forms.CharField(label=_("Note for colleagues"), max_length=200, required=False)


class ReasonForm(forms.Form):
    """Why an answer is not shown."""

    reason = forms.ChoiceField(
        label=_("Reason, told to the author"), choices=HideReason.choices, widget=forms.RadioSelect
    )


class ReplyForm(forms.Form):
    """A stored reply."""

    title = forms.CharField(label=_("Title, for you to find it"), max_length=60)
    text = forms.CharField(
        label=_("Text"), max_length=LONGEST, widget=forms.Textarea(attrs={"rows": 6}),
        help_text=_("{product} and {model} become the name and model of the product asked about."),
    )  # fmt: skip
    language = forms.ChoiceField(
        label=_("Language"), choices=[("zh-hans", _("Chinese")), ("en", _("English"))]
    )


class RulesForm(forms.Form):
    """How a brand wants its questions answered."""

    read_first = forms.BooleanField(
        label=_("Staff read questions and members' answers before they are shown"), required=False
    )
    members_answer = forms.BooleanField(label=_("Members may answer, too"), required=False)
    hours = forms.DecimalField(
        label=_("Answer within, hours of work"), min_value=0, max_value=LONGEST_TARGET // 60,
        decimal_places=1, widget=forms.NumberInput(attrs={"step": "0.5", "inputmode": "decimal"}),
        help_text=_("Counted only while the desk is open: 9 hours are one day from 9 to 18."),
    )  # fmt: skip
    weekdays = forms.MultipleChoiceField(
        label=_("Working days"), choices=_DAYS, widget=forms.CheckboxSelectMultiple
    )
    opens = forms.TimeField(
        label=_("Opens"), widget=forms.TimeInput(format="%H:%M", attrs={"type": "time"})
    )
    closes = forms.TimeField(
        label=_("Closes"), widget=forms.TimeInput(format="%H:%M", attrs={"type": "time"})
    )
    closed_on = forms.CharField(
        label=_("Days off"), required=False, widget=forms.Textarea(attrs={"rows": 3}),
        help_text=_("Holidays, one day a line: 2026-10-01"),
    )  # fmt: skip
    open_on = forms.CharField(
        label=_("Worked although a weekend"), required=False,
        widget=forms.Textarea(attrs={"rows": 2}), help_text=_("One day a line: 2026-09-27"),
    )  # fmt: skip

    @staticmethod
    def of(policy: QueuePolicy) -> dict[str, Any]:
        """What the form begins with."""
        return {
            "read_first": policy.read_first, "members_answer": policy.members_answer,
            "hours": f"{policy.target_minutes / 60:g}", "opens": policy.opens,
            "weekdays": [str(day) for day in sorted(policy.hours.weekdays)],
            "closes": policy.closes, "closed_on": "\n".join(policy.closed_on),
            "open_on": "\n".join(policy.open_on),
        }  # fmt: skip

    def clean_closed_on(self) -> tuple[date, ...]:
        """Read the days."""
        return _dates(self.cleaned_data["closed_on"])

    def clean_open_on(self) -> tuple[date, ...]:
        """Read the days."""
        return _dates(self.cleaned_data["open_on"])

    def rules(self) -> Rules:
        """The rules as the service takes them."""
        said = self.cleaned_data
        return Rules(
            read_first=said["read_first"], members_answer=said["members_answer"],
            target_minutes=round(said["hours"] * 60), opens=said["opens"], closes=said["closes"],
            weekdays=tuple(int(day) for day in said["weekdays"]),
            closed_on=said["closed_on"], open_on=said["open_on"],
        )  # fmt: skip


def _dates(text: str) -> tuple[date, ...]:
    days = []
    for word in text.replace(",", " ").replace("，", " ").split():
        try:
            days.append(date.fromisoformat(word))
        except ValueError as error:
            raise forms.ValidationError(
                _("%(word)s is no day. Write 2026-10-01, one a line."), params={"word": word[:20]}
            ) from error
    return tuple(days)
