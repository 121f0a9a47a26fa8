"""Writing a survey (编写调查): occasion and scale once, words per language as often as wanted."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from hefu.apps.service.models import Occasion, Scale
from hefu.apps.service.services.surveys import LANGUAGES, LONGEST_REST, PARTS

_NAMES = {"zh-hans": _("Chinese"), "en": _("English")}
_LABELS = {
    "question": _("Question, %(language)s"),
    "low": _("Beside the lowest mark, %(language)s"),
    "high": _("Beside the highest mark, %(language)s"),
    "word": _("What asks for a free word, %(language)s"),
}


def _label(part: str, language: str) -> str:
    return str(_LABELS[part]) % {"language": _NAMES[language]}


class WordingForm(forms.Form):
    """The words of a survey, four short texts a language; Chinese has to be there."""

    def __init__(self, *args: Any, **about: Any) -> None:
        super().__init__(*args, **about)
        for language in LANGUAGES:
            for part, longest in PARTS.items():
                self.fields[f"{part}_{language}"] = forms.CharField(
                    label=_label(part, language), max_length=longest,
                    required=part == "question" and language == LANGUAGES[0],
                    help_text=_("Empty: no free word is asked for.") if part == "word" else "",
                )  # fmt: skip

    @property
    def texts(self) -> dict[str, dict[str, str]]:
        """What was typed, as the service takes it."""
        return {
            language: {part: self.cleaned_data[f"{part}_{language}"] for part in PARTS}
            for language in LANGUAGES
        }

    @staticmethod
    def begun_with(texts: dict[str, dict[str, str]]) -> dict[str, str]:
        """Initial values from a version."""
        return {
            f"{part}_{language}": parts.get(part, "")
            for language, parts in texts.items()
            for part in PARTS
        }


class SurveyForm(WordingForm):
    """A new survey."""

    occasion = forms.ChoiceField(label=_("When"), choices=Occasion.choices)
    scale = forms.TypedChoiceField(label=_("Marks"), choices=Scale.choices, coerce=int)
    rest_days = forms.IntegerField(
        label=_("Days of rest"), min_value=1, max_value=LONGEST_REST, initial=90,
        help_text=_("Nobody is asked more often than this, whatever they activate."),
    )  # fmt: skip
