"""Typing a resolver link (解析链接): for which things, of which type, leading where."""

from collections.abc import Iterable, Mapping
from typing import Any

from django import forms
from django.http import QueryDict
from django.utils.functional import Promise
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _

from hefu.apps.catalog.models import Product, ResolverLink
from hefu.apps.catalog.services.links import LinkRow, read_link_row
from hefu.core.errors import Invalid
from hefu.core.gs1.resolver import LINK_TYPES, MEDIA_TYPES
from hefu.surfaces.desk.forms import put_refusal

EVERY, OTHER = "{gtin}", "other"
#: What a code may name besides its product: how people say it, and how a pattern does.
LEVELS: Mapping[str, str] = {"product": "", "lot": "/10/{lot}", "unit": "/21/{serial}"}
_LEVEL_WORDS = (
    ("product", _("the product itself")),
    ("lot", _("each of its lots")),
    ("unit", _("each single unit")),
)
_LANGUAGES = (
    ("", _("any")),
    ("zh", "中文"),
    ("en", "English"),
    ("de", "Deutsch"),
    ("es", "Español"),
    ("fr", "Français"),
    ("ja", "日本語"),
    ("ko", "한국어"),
    ("pt", "Português"),
    ("ru", "Русский"),
)
#: What a link may break, as a sentence under its field.
_SAID: Mapping[str, Promise] = {
    "not_a_place": _("This is no GS1 Digital Link path. Compare it with the examples."),
    "no_product_with_gtin": _(
        "None of your products has this GTIN. Enter it at the product first."
    ),
    "not_a_web_address": _("A target begins with https:// or http://."),
    "illegal_web_address": _("This web address holds characters it may not, or has no host."),
    "unknown_variable": _("The target uses a variable that codes at this level do not carry."),
    "units_are_checked": _("The default of a single unit is always the check of its code."),
    "not_a_language": _("Two small letters, or with a region like zh-CN."),
    "letters_digits_hyphens": _("Only letters, digits, dots and hyphens."),
    "catalog.link_taken": _("You have this very link already. Change that one."),
    "catalog.key_taken": _("Another brand of this house has links for this key."),
}


def type_label(name: str) -> str:
    """A link type in the reader's language."""
    found = LINK_TYPES[name]
    return found.label if (get_language() or "").startswith("en") else found.label_zh


def _types() -> list[tuple[str, str]]:
    current = [t.name for t in LINK_TYPES.values() if t.descriptive and t.current]
    return sorted(((name, type_label(name)) for name in current), key=lambda pair: pair[1])


class LinkForm(forms.Form):
    """One link; the rules are the catalogue's."""

    product = forms.ChoiceField(label=_("Product"), choices=())
    level = forms.ChoiceField(
        label=_("For"), choices=_LEVEL_WORDS, required=False,
        help_text=_("A link for each unit or lot is one link: it fills in the number itself."),
    )  # fmt: skip
    place = forms.CharField(
        label=_("Another key"), max_length=200, required=False,
        help_text=_("A Digital Link path, for example /00/069012345678901238 or /414/{gln}."),
    )  # fmt: skip
    link_type = forms.ChoiceField(label=_("What it leads to"), choices=())
    href = forms.CharField(
        label=_("Target"), max_length=500,
        help_text=_("A web address. {gtin}, {lot} and {serial} stand for what the code says."),
        widget=forms.TextInput(attrs={"inputmode": "url", "autocomplete": "off"}),
    )  # fmt: skip
    title = forms.CharField(
        label=_("Title"), max_length=120, help_text=_("In the language of the target.")
    )
    language = forms.ChoiceField(label=_("Language"), choices=_LANGUAGES, required=False)
    media_type = forms.ChoiceField(
        label=_("Kind of file"), required=False,
        choices=[("", _("web page, or not said")), *((name, name) for name in MEDIA_TYPES)],
    )  # fmt: skip
    context = forms.CharField(
        label=_("Market"), max_length=40, required=False,
        help_text=_("Only where links differ by market: CN is asked for with context=CN."),
    )  # fmt: skip
    default = forms.BooleanField(
        label=_("The default: where a scan leads that asks for nothing else"), required=False
    )
    forward = forms.BooleanField(
        label=_("Pass the scan's query on to the target"), required=False, initial=True
    )

    def __init__(
        self, data: QueryDict | None, *, products: Iterable[Product], **about: Any
    ) -> None:
        super().__init__(data, **about)
        named = [(p.gtin, f"{p.model} {p.name} · {p.gtin}") for p in products]
        choices = [*named, (EVERY, _("every product")), (OTHER, _("something else"))]
        self.fields["product"].choices = choices  # type: ignore[attr-defined]
        self.fields["link_type"].choices = _types()  # type: ignore[attr-defined]
        language = str(self.initial.get("language") or "")
        if language not in dict(_LANGUAGES):  # entered by a program
            known = [*_LANGUAGES, (language, language)]
            self.fields["language"].choices = known  # type: ignore[attr-defined]

    def row(self) -> LinkRow | None:
        """The link as stated, or None when something is wrong (then the form says what)."""
        if not self.is_valid():
            return None
        given = dict(self.cleaned_data)
        chosen, level, other = given.pop("product"), given.pop("level"), given.pop("place")
        place = other if chosen == OTHER else f"/01/{chosen}{LEVELS.get(level, '')}"
        row = LinkRow(place=place, **given)
        try:
            read_link_row(row)
        except Invalid as refusal:
            self.refuse(refusal)
            return None
        return row

    def refuse(self, refusal: Any) -> None:
        """Say a refusal at its field."""
        said = _SAID.get(str(refusal.details.get("rule") or refusal.code))
        field = str(refusal.details.get("field") or "")
        if field == "place" and self.data.get("product") != OTHER:
            field = "product"
        if said is None:
            put_refusal(self, refusal)
        else:
            value = refusal.details.get("value") if field == "place" else ""
            self.add_error(field, f"{said} {value or ''}".strip())


def stated(link: ResolverLink) -> dict[str, Any]:
    """A saved link as the form shows it."""
    level = next((name for name, text in LEVELS.items() if text == link.qualifiers), "")
    plain = link.key_ai == "01" and level
    names = (
        "link_type",
        "href",
        "title",
        "language",
        "media_type",
        "context",
        "default",
        "forward",
    )
    return {
        "product": (link.key_value or EVERY) if plain else OTHER,
        "level": level or "product",
        "place": "" if plain else str(link.place),
        **{name: getattr(link, name) for name in names},
    }
