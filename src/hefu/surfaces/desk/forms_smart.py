"""Forms of smart codes (智慧码): one symbol as a file, print files of many, files for apps."""

from django import forms
from django.utils.translation import gettext_lazy as _

from hefu.surfaces.desk.forms_orders import WholeNumber

LEVELS = (
    ("L", _("L: 7 % may be lost")),
    ("M", _("M: 15 % may be lost")),
    ("Q", _("Q: 25 % may be lost")),
    ("H", _("H: 30 % may be lost")),
)
FORMATS = (("svg", "SVG"), ("png", "PNG"), ("pdf", "PDF"), ("eps", "EPS"))
#: What a symbol may hold.
SMART, DIGITAL_LINK = "smart", "gs1"


class SymbolForm(forms.Form):
    """One symbol as a file."""

    format = forms.ChoiceField(label=_("File"), choices=FORMATS)
    level = forms.ChoiceField(label=_("Error correction"), choices=LEVELS, initial="M")
    size = forms.DecimalField(
        label=_("Width, mm"), min_value=5, max_value=100, initial=15,
        help_text=_("Of the symbol; the white border is added."),
        widget=forms.TextInput(attrs={"inputmode": "decimal", "autocomplete": "off"}),
    )  # fmt: skip
    payload = forms.ChoiceField(
        label=_("What it holds"), initial=SMART,
        choices=((SMART, _("the smart code's address")), (DIGITAL_LINK, _("GS1 Digital Link"))),
    )  # fmt: skip


class RunForm(forms.Form):
    """Symbols of many models in one file."""

    ALL, ITEMS = "all", "items"

    which = forms.ChoiceField(
        label=_("Models"), initial=ALL, widget=forms.RadioSelect,
        choices=((ALL, _("all that have digits")), (ITEMS, _("these item numbers"))),
    )  # fmt: skip
    items = forms.CharField(
        label=_("Item numbers"), required=False, max_length=400_000,
        help_text=_("One per line, as copied from a spreadsheet."),
        widget=forms.Textarea(attrs={"rows": 4, "class": "code"}),
    )  # fmt: skip
    what = forms.ChoiceField(
        label=_("File"),
        choices=(
            ("manual", _("print sheets for manuals, 30 mm, 15 a page")),
            ("warranty", _("print sheets for warranty cards, 20 mm, 24 a page")),
            ("certificate", _("print sheets for certificates, 15 mm, 40 a page")),
            ("svg", _("symbols one by one (SVG in a zip)")),
        ),
    )  # fmt: skip
    level = forms.ChoiceField(label=_("Error correction"), choices=LEVELS, initial="M")
    copies = WholeNumber(
        label=_("Copies of each"), min_value=1, max_value=500, initial=1,
        widget=forms.TextInput(attrs={"inputmode": "numeric", "autocomplete": "off"}),
    )  # fmt: skip

    def item_numbers(self) -> list[str]:
        """The item numbers that were typed, in their order, each once."""
        lines = (line.strip() for line in self.cleaned_data["items"].splitlines())
        return list(dict.fromkeys(line for line in lines if line))


class ProofForm(forms.Form):
    """A verification file of an app's platform."""

    file = forms.FileField(
        label=_("Verification file"), allow_empty_file=True,
        help_text=_("The .txt that the platform gave you; its name and its one line are served."),
        widget=forms.ClearableFileInput(attrs={"accept": ".txt,text/plain"}),
    )  # fmt: skip
