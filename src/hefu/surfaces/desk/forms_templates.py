"""The segments of a maker's template (编码段) as small forms, one kind each."""

from collections.abc import Mapping, Sequence
from typing import Any, ClassVar

from django import forms
from django.utils.functional import Promise
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from hefu.core.codes.alphabet import BASE36, CROCKFORD, DIGITS
from hefu.surfaces.desk.forms_orders import WholeNumber

_NUMBER = {"inputmode": "numeric", "autocomplete": "off"}
_PLAIN = {"autocomplete": "off", "autocapitalize": "none", "spellcheck": "false"}
_ALPHABETS = (
    (DIGITS.chars, _("digits")),
    (CROCKFORD.chars, _("letters and digits without I, L, O, U")),
    (BASE36.chars, _("all letters and digits")),
)


def _width(label: Any, help_text: Any = "", *, required: bool = True) -> forms.IntegerField:
    widget = forms.TextInput(attrs=_NUMBER)
    return forms.IntegerField(
        label=label,
        min_value=1,
        max_value=40,
        required=required,
        widget=widget,
        help_text=help_text,
    )


def _words(text: str) -> list[str]:
    return text.replace(",", " ").replace("，", " ").replace("、", " ").split()


class SegmentForm(forms.Form):
    """One segment; ``stored`` is what the engine reads, ``typed`` the way back."""

    kind: ClassVar[str]
    label: ClassVar[Promise]

    def stored(self) -> dict[str, Any]:
        """The segment as plain data; the form must be valid."""
        return {"kind": self.kind, **self.cleaned_data}

    @classmethod
    def typed(cls, data: Mapping[str, Any]) -> dict[str, Any]:
        """What a person would have typed for a stored segment."""
        return {name: data.get(name, "") for name in cls.base_fields}


class ModelForm(SegmentForm):
    """The model."""

    kind, label = "model", _("Model")
    width = _width(_("Characters"), _("When all your models have the same length."), required=False)
    models = forms.CharField(
        label=_("Or these models"),
        required=False,
        max_length=4000,
        widget=forms.TextInput(attrs=_PLAIN),
        help_text=_("Separated by commas, when their lengths differ."),
    )

    def stored(self) -> dict[str, Any]:
        """Either of both; both or none is refused by the engine."""
        models, width = _words(self.cleaned_data["models"]), self.cleaned_data["width"]
        return {
            "kind": self.kind,
            **({"width": width} if width else {}),
            **({"models": models} if models else {}),
        }

    @classmethod
    def typed(cls, data: Mapping[str, Any]) -> dict[str, Any]:
        """Models with commas."""
        return {"width": data.get("width", ""), "models": ", ".join(data.get("models", ()))}


class DateForm(SegmentForm):
    """The production date."""

    kind, label = "date", _("Production date")
    formats = forms.CharField(
        label=_("Format"),
        max_length=80,
        widget=forms.TextInput(attrs={**_PLAIN, "list": "date-formats"}),
        help_text=_(
            "YYYY, YY, MM, DD; M and D alone are one character. Several with commas: the "
            "first one is printed."
        ),
    )

    def stored(self) -> dict[str, Any]:
        """As a list."""
        return {"kind": self.kind, "formats": _words(self.cleaned_data["formats"])}

    @classmethod
    def typed(cls, data: Mapping[str, Any]) -> dict[str, Any]:
        """With commas."""
        return {"formats": ", ".join(data.get("formats", ()))}


class BatchForm(SegmentForm):
    """The production batch."""

    kind, label = "batch", _("Batch")
    widths = forms.CharField(
        label=_("Characters"),
        max_length=30,
        widget=forms.TextInput(attrs=_NUMBER),
        help_text=_("For example 2. Several with commas; 0 if it may be absent."),
    )
    alphabet = forms.ChoiceField(label=_("Written in"), choices=_ALPHABETS)

    def clean_widths(self) -> list[int]:
        """Read the numbers."""
        words = _words(self.cleaned_data["widths"])
        if not words or not all(word.isascii() and word.isdigit() for word in words):
            raise forms.ValidationError(gettext("Numbers separated by commas are needed."))
        return [int(word[:4]) for word in words]

    @classmethod
    def typed(cls, data: Mapping[str, Any]) -> dict[str, Any]:
        """Widths with commas."""
        widths = ", ".join(str(width) for width in data.get("widths", ()))
        return {"widths": widths, "alphabet": data.get("alphabet", DIGITS.chars)}


class ChannelForm(SegmentForm):
    """The sales channel."""

    kind, label = "channel", _("Channel")
    width = _width(_("Characters"))
    names = forms.CharField(
        label=_("Known channels"),
        required=False,
        max_length=4000,
        widget=forms.Textarea(attrs={**_PLAIN, "rows": 3}),
        help_text=_("One per line, such as jd=京东. A channel not listed is read with a warning."),
    )

    def clean_names(self) -> dict[str, str]:
        """Read the lines."""
        pairs = {}
        for line in self.cleaned_data["names"].splitlines():
            code, sign, name = line.partition("=")
            if line.strip() and not (sign and code.strip() and name.strip()):
                raise forms.ValidationError(gettext("“%(line)s” is no code=name.") % {"line": line})
            if sign:
                pairs[code.strip().lower()] = name.strip()
        return pairs

    @classmethod
    def typed(cls, data: Mapping[str, Any]) -> dict[str, Any]:
        """One per line."""
        names = "\n".join(f"{code}={name}" for code, name in data.get("names", {}).items())
        return {"width": data.get("width", ""), "names": names}


class LiteralForm(SegmentForm):
    """Fixed characters."""

    kind, label = "literal", _("Fixed text")
    text = forms.CharField(
        label=_("Text"),
        max_length=20,
        widget=forms.TextInput(attrs=_PLAIN),
        help_text=_("Letters, digits, hyphen, dot or underscore."),
    )


class SealForm(SegmentForm):
    """The sealed part."""

    kind, label = "seal", _("Seal")
    chars = _width(_("Characters"), _("The longer, the harder to guess."))
    alphabet = forms.ChoiceField(label=_("Written in"), choices=_ALPHABETS[1:])


KINDS: Mapping[str, type[SegmentForm]] = {
    form.kind: form for form in (ModelForm, DateForm, BatchForm, ChannelForm, LiteralForm, SealForm)
}
#: What a segment begins with when it is added.
FRESH: Mapping[str, Mapping[str, Any]] = {
    "model": {"width": "8"},
    "date": {"formats": "YYMMDD"},
    "batch": {"widths": "2", "alphabet": DIGITS.chars},
    "channel": {"width": "2", "names": ""},
    "literal": {"text": "-"},
    "seal": {"chars": "6", "alphabet": CROCKFORD.chars},
}


class HeadForm(forms.Form):
    """What stands above the segments."""

    name = forms.CharField(
        label=_("Template name"),
        max_length=60,
        help_text=_("Saving under a known name makes its next version."),
    )
    sample = forms.CharField(
        label=_("A code you print already"),
        max_length=60,
        required=False,
        widget=forms.TextInput(attrs=_PLAIN),
        help_text=_("It has to be readable by this template."),
    )
    quantity = WholeNumber(
        label=_("Largest batch"),
        min_value=1,
        max_value=10_000_000_000,
        widget=forms.TextInput(attrs=_NUMBER),
        help_text=_("The report is for a batch of this size."),
    )


def anatomy(segments: Sequence[Mapping[str, Any]]) -> list[tuple[str, Promise, str]]:
    """Draw a code's parts with stand-ins: kind, label and text of each."""
    return [(part["kind"], KINDS[part["kind"]].label, _stand_in(part)) for part in segments]


def _stand_in(part: Mapping[str, Any]) -> str:
    match part["kind"]:
        case "model":
            return str(part["models"][0]) if part.get("models") else "M" * int(part.get("width", 1))
        case "date":
            return str(part["formats"][0])
        case "batch":
            return "0" * int(part["widths"][0])
        case "channel":
            return str(next(iter(part.get("names") or {}), "c" * int(part["width"])))
        case "literal":
            return str(part["text"])
    return "•" * int(part["chars"])
