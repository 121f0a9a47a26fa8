"""Bringing a list of models with their manuals (批量建页), and agreeing to what came of it."""

from typing import Any

from django import forms
from django.core.files.uploadedfile import UploadedFile
from django.utils.translation import gettext_lazy as _


class FolderInput(forms.ClearableFileInput):
    """Chooses a whole folder."""

    allow_multiple_selected = True


class FolderField(forms.FileField):
    """Many files at once; none is an empty list."""

    widget = FolderInput

    def clean(self, data: Any, initial: Any = None) -> Any:
        """Check each file; whether anything else fits is said by what reads them."""
        files = data if isinstance(data, list | tuple) else [data] if data else []
        return [super(FolderField, self).clean(one, initial) for one in files]


class PageImportForm(forms.Form):
    """A list, and its manuals as a zip or a folder."""

    file = forms.FileField(
        label=_("List of models"),
        help_text=_("xlsx or CSV (UTF-8 or GB18030), at most 50 MB."),
        widget=forms.ClearableFileInput(attrs={"accept": ".xlsx,.csv,.txt"}),
        error_messages={"required": _("Choose a file first."), "empty": _("The file is empty.")},
    )  # fmt: skip
    archive = forms.FileField(
        label=_("Manuals as a zip"), required=False,
        help_text=_(
            "PDFs named by item number or model: PN587.pdf, PFFN5005_V2.1.pdf, PN587-en.pdf."
        ),
        widget=forms.ClearableFileInput(attrs={"accept": ".zip,application/zip"}),
    )  # fmt: skip
    folder = FolderField(
        label=_("or as a folder"), required=False,
        widget=FolderInput(attrs={"webkitdirectory": True}),
    )  # fmt: skip
    digits = forms.BooleanField(
        label=_("Give digits to models that have none"), required=False, initial=True,
        help_text=_("Then each of them has its smart code, ready to be printed."),
    )  # fmt: skip

    def sent_files(self) -> "list[UploadedFile[Any]]":
        """The zip alone, or what was in the folder."""
        archive = self.cleaned_data.get("archive")
        return [archive] if archive else list(self.cleaned_data.get("folder") or ())


class AgreeForm(forms.Form):
    """What the approver saw, page by page, and that it was looked at."""

    seen = forms.CharField(widget=forms.HiddenInput, max_length=2_000_000)
    looked = forms.BooleanField(
        label=_("I have looked at these pages"),
        error_messages={"required": _("Please look at the pages first, then tick this.")},
    )  # fmt: skip

    def marks(self) -> list[tuple[int, str]]:
        """Ids of pages with the hash that was seen."""
        found = []
        for line in self.cleaned_data["seen"].split():
            number, _colon, seen = line.partition(":")
            if number.isascii() and number.isdigit() and len(number) < 19:
                found.append((int(number), seen))
        return found
