"""Materials of a campaign as forms (物料表单): files, rights, the poster, items, shops' tasks."""

from collections.abc import Sequence
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from hefu.apps.campaigns.services.offline_items import MOST, PRINTED
from hefu.core.materials import SCHOOLS, Venue
from hefu.core.materials.posters import LONGEST_STEP, MOST_STEPS
from hefu.core.regions import REGIONS
from hefu.surfaces.desk.places import place
from hefu.surfaces.desk.promoting.blanks import number
from hefu.surfaces.desk.promoting.materials_said import KINDS, VENUES, format_choices

Choices = Sequence[tuple[str, Any]]
#: Types named one by one: phones that keep their own then send a JPEG.
_CAMERA = {"accept": "image/jpeg,image/png,image/webp", "capture": "environment"}


def _words(label: Any, most: int, **about: Any) -> forms.CharField:
    return forms.CharField(label=label, max_length=most, **about)


def _day(label: Any, **about: Any) -> forms.DateField:
    widget = forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d")
    return forms.DateField(label=label, widget=widget, **about)


def _text(label: Any, rows: int, **about: Any) -> forms.CharField:
    return forms.CharField(label=label, widget=forms.Textarea(attrs={"rows": rows}), **about)


class RightsForm(forms.Form):
    """Whose it is, and what it may be used for."""

    owner = _words(_("Who holds the rights"), 80)
    licence = _words(
        _("Licence"), 200, required=False,
        help_text=_("What it may be used for, and where that is written."),
    )  # fmt: skip
    until = _day(_("Rights until"), required=False, help_text=_("Empty: without end."))
    labelled = forms.BooleanField(label=_("It says that it is advertising (广告)"), required=False)


class FileForm(forms.Form):
    """A file of a material; of an article its text."""

    file = forms.FileField(
        label=_("File"), required=False,
        help_text=_("JPEG, PNG, WebP, PDF or MP4. For print send a PDF."),
    )  # fmt: skip
    text = _text(_("Text"), 5, required=False, help_text=_("Of a text with pictures."))


class AssetForm(RightsForm, FileForm):
    """A new material."""

    title = _words(_("Title"), 80)
    format = forms.ChoiceField(label=_("For what"))
    field_order = ("title", "format", "file", "text", "owner", "licence", "until", "labelled")

    def __init__(self, *given: Any, **about: Any) -> None:
        super().__init__(*given, **about)
        _choose(self, "format", format_choices())


class PosterForm(forms.Form):
    """What the poster says beside the plan."""

    how = _text(_("How to take part"), 4)
    link = forms.ChoiceField(label=_("The QR leads to"))

    def __init__(self, *given: Any, links: Choices, **about: Any) -> None:
        super().__init__(*given, **about)
        _choose(self, "link", links)
        self.fields["how"].help_text = _(
            "A step a line, at most %(steps)s of %(signs)s characters."
        ) % {"steps": MOST_STEPS, "signs": LONGEST_STEP}


class ItemForm(forms.Form):
    """Something printed, and where it goes."""

    title = _words(_("Title"), 80)
    kind = forms.ChoiceField(label=_("Kind"), choices=[(one, KINDS[one]) for one in PRINTED])
    quantity = number(_("Pieces"), most=MOST, initial=1)
    venue = forms.ChoiceField(label=_("Kind of place"))
    region = forms.ChoiceField(label=_("Province"))
    address = _words(pgettext_lazy("place", "Address"), 200)
    shows = forms.ChoiceField(label=_("What is on it"), required=False)
    link = forms.ChoiceField(label=_("The QR leads to"))

    def __init__(self, *given: Any, links: Choices, shows: Choices, **about: Any) -> None:
        super().__init__(*given, **about)
        law = SCHOOLS[-1]
        closed = [(one.value, VENUES[one]) for one in Venue if one in law.venues]
        open_ = [(one.value, VENUES[one]) for one in Venue if one not in law.venues]
        _choose(self, "venue", [
            (_("Open to advertising"), open_),
            (_("Closed by law (%(article)s)") % {"article": law.source}, closed),
        ])  # fmt: skip
        _choose(self, "region", [("", "–"), *((one.code, place(one.code)) for one in REGIONS)])
        _choose(self, "shows", [("", _("something else")), *shows])
        _choose(self, "link", links)


class PhotoForm(forms.Form):
    """A photo; on a phone the camera opens."""

    file = forms.FileField(
        label=_("Photo"),
        widget=forms.ClearableFileInput(attrs=_CAMERA),
        help_text=_("When it was taken is kept, where is not."),
    )


class StoreTaskForm(forms.Form):
    """What shops put up."""

    title = _words(_("What is put up"), 80)
    what = _text(_("How and where"), 3, max_length=500, required=False)
    due_on = _day(_("Due on"))
    shows = forms.ChoiceField(label=_("Show them"), required=False)
    shops = forms.MultipleChoiceField(
        label=_("Shops"), required=False, widget=forms.CheckboxSelectMultiple
    )
    everybody = forms.BooleanField(label=_("All shops"), required=False)
    numbers = _text(
        _("or partner numbers"), 3, required=False, max_length=20_000,
        help_text=_("Pasted from a list, one a line."),
    )  # fmt: skip

    def __init__(self, *given: Any, shows: Choices, shops: Choices, **about: Any) -> None:
        super().__init__(*given, **about)
        _choose(self, "shows", [("", _("nothing of ours")), *shows])
        _choose(self, "shops", shops)


class AnswerForm(forms.Form):
    """What is said to a shop's photo."""

    reason = _words(_("Reason, if you refuse"), 200, required=False)


def _choose(form: forms.Form, name: str, choices: Any) -> None:
    field = form.fields[name]
    assert isinstance(field, forms.ChoiceField)  # noqa: S101  (as declared)
    field.choices = choices
