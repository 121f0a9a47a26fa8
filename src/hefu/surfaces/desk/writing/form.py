"""The editor's form (网页编辑表单): made from the document, one field for each place in it."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from hefu.apps.catalog.models import Media
from hefu.core.errors import Invalid
from hefu.core.pages import ATTRIBUTES, Attribute, ManualKind, Topic, Type
from hefu.surfaces.consumer.page_attributes import LABELS, TOPICS
from hefu.surfaces.consumer.page_languages import language_name
from hefu.surfaces.consumer.page_manuals import KINDS
from hefu.surfaces.desk.writing.document import Document, flat

#: Offered for a further language; a document may hold any other tag that came over the API.
OFFERED = (
    "zh", "zh-Hant", "en", "ar", "de", "es", "fr", "id", "it", "ja", "ko", "ms", "pt", "ru", "th",
    "vi",
)  # fmt: skip
_UNITS = {
    "a": gettext_lazy("years"), "d": gettext_lazy("working days"), "g": gettext_lazy("grams"),
    "W": gettext_lazy("watts"), "mW": gettext_lazy("milliwatts"),
    "W.h/a": gettext_lazy("watt-hours a year"),
}  # fmt: skip


@dataclass(frozen=True, kw_only=True)
class Block:
    """One block as the editor shows it; ``at`` is its place, ``key`` language and number."""

    at: str
    key: str
    kind: str
    number: int
    first: bool
    last: bool
    fields: Sequence[forms.BoundField]
    hidden: Sequence[forms.BoundField]
    file: Media | None


@dataclass(frozen=True, kw_only=True)
class Language:
    """One language of the page."""

    tag: str
    name: str
    open: bool
    wrong: bool
    fields: Sequence[forms.BoundField]
    blocks: Sequence[Block]


@dataclass(frozen=True, kw_only=True)
class Edition:
    """One edition of a manual."""

    place: int
    title: str
    wrong: bool
    fields: Sequence[forms.BoundField]
    hidden: Sequence[forms.BoundField]
    file: Media | None


@dataclass(frozen=True, kw_only=True)
class Group:
    """The attributes of one topic; ``stated`` of them have a value."""

    title: str
    stated: int
    wrong: bool
    fields: Sequence[forms.BoundField]


def _words(label: Any, most: int, *, lines: int = 0, help_text: Any = "") -> forms.CharField:
    """A field that is left to the document's own checks; ``most`` only helps who types."""
    widget = forms.Textarea(attrs={"rows": lines}) if lines else forms.TextInput()
    widget.attrs["maxlength"] = most
    return forms.CharField(
        label=label, required=False, widget=widget, strip=False, help_text=help_text
    )  # fmt: skip


def _hidden() -> forms.CharField:
    return forms.CharField(required=False, widget=forms.HiddenInput)


def _choice(label: Any, choices: Sequence[tuple[str, Any]]) -> forms.ChoiceField:
    return forms.ChoiceField(label=label, choices=choices, required=False)


def _day(label: Any) -> forms.CharField:
    return forms.CharField(
        label=label, required=False, widget=forms.TextInput(attrs={"type": "date"})
    )


def _moment(label: Any, help_text: Any) -> forms.DateTimeField:
    widget = forms.DateTimeInput(attrs={"type": "datetime-local"}, format="%Y-%m-%dT%H:%M")
    return forms.DateTimeField(label=label, widget=widget, required=False, help_text=help_text)


class PageForm(forms.Form):
    """A page in the making. Bound when it shows what was posted; the fields follow the document."""

    publish_at = _moment(
        gettext_lazy("Public from"), gettext_lazy("Empty: as soon as it is approved.")
    )
    retire_at = _moment(gettext_lazy("Public until"), gettext_lazy("Empty: without end."))

    def __init__(
        self, document: Document, *, uploads: Mapping[str, Media], times: Mapping[str, Any],
        bound: bool, language: str = "",
    ) -> None:  # fmt: skip
        values = {**flat(document), **times}
        super().__init__(data=values if bound else None, initial=values)
        self.document, self.uploads = document, uploads
        self.open_language = language
        self.auto_id = "id_%s"
        for tag, text in document["texts"].items():
            self._add_text(tag, text)
        for place, manual in enumerate(document["manuals"]):
            self._add_manual(place, manual)
        for attribute in ATTRIBUTES:
            self.fields.update(self._attribute_fields(attribute))

    def put(self, refusal: Invalid, text: str) -> None:
        """Show a refusal at its place, else at the top; the language it is in opens."""
        at = str(refusal.details.get("field") or "")
        name = next((one for one in (at, f"{at}.url", at.rpartition(".")[0]) if one in self.fields),
                    None)  # fmt: skip
        if at.startswith("attributes.") and name is None:
            name = next((one for one in self.fields if one.startswith(f"{at}.")), None)
        if at.startswith("texts."):
            self.open_language = at.split(".")[1]
        self.add_error(name, text)

    def languages(self) -> Iterator[Language]:
        """Return the languages, each with its fields and blocks; one of them is open."""
        tags = list(self.document["texts"])
        shown = self.open_language if self.open_language in tags else next(iter(tags), "")
        for tag in tags:
            at = f"texts.{tag}"
            yield Language(
                tag=tag, name=language_name(tag), open=tag == shown, wrong=self._wrong(f"{at}."),
                fields=[self[f"{at}.{key}"] for key in ("title", "summary", "keywords")],
                blocks=list(self._blocks(tag)),
            )  # fmt: skip

    def further(self) -> list[tuple[str, str]]:
        """Return the languages that the page has not yet."""
        return [(one, language_name(one)) for one in OFFERED if one not in self.document["texts"]]

    def editions(self) -> Iterator[Edition]:
        """Return the editions of manuals."""
        for place, manual in enumerate(self.document["manuals"]):
            at = f"manuals.{place}"
            keys = ("kind", "title", "language", "label", "issued_on", "batches", "made_from",
                    "made_until")  # fmt: skip
            said = [str(manual.get(key) or "") for key in ("title", "label")]
            yield Edition(
                place=place, title=" · ".join(one for one in said if one), wrong=self._wrong(at),
                fields=[self[f"{at}.{key}"] for key in keys], hidden=[self[f"{at}.media"]],
                file=self.uploads.get(manual.get("media", "")),
            )  # fmt: skip

    def groups(self) -> Iterator[Group]:
        """Return the attributes, topic by topic."""
        stated = self.document["attributes"]
        for topic in Topic:
            keys = [one.key for one in ATTRIBUTES if one.topic is topic]
            names = [
                name for key in keys for name in self.fields
                if name == f"attributes.{key}" or name.startswith(f"attributes.{key}.")
            ]  # fmt: skip
            yield Group(
                title=str(TOPICS[topic]), stated=sum(key in stated for key in keys),
                wrong=any(name in self.errors for name in names),
                fields=[self[name] for name in names],
            )  # fmt: skip

    def times(self) -> list[forms.BoundField]:
        """Return when it is public."""
        return [self["publish_at"], self["retire_at"]]

    def _wrong(self, prefix: str) -> bool:
        return any(str(name).startswith(prefix) for name in self.errors)

    def _blocks(self, tag: str) -> Iterator[Block]:
        blocks = self.document["texts"][tag]["blocks"]
        for place, block in enumerate(blocks):
            at = f"texts.{tag}.blocks.{place}"
            names = [name for name in self.fields if name.startswith(f"{at}.")]
            bound = [self[name] for name in names]
            yield Block(
                at=at, key=f"{tag}:{place}", kind=str(block.get("kind", "")), number=place + 1,
                first=place == 0, last=place == len(blocks) - 1,
                fields=[one for one in bound if not one.is_hidden],
                hidden=[one for one in bound if one.is_hidden],
                file=self.uploads.get(str(block.get("media") or "")),
            )  # fmt: skip

    def _add_text(self, tag: str, text: Mapping[str, Any]) -> None:
        at = f"texts.{tag}"
        self.fields[f"{at}.title"] = _words(_("Title"), 120)
        self.fields[f"{at}.summary"] = _words(
            _("Summary"), 300, lines=2, help_text=_("Shown under the title and by search engines.")
        )
        self.fields[f"{at}.keywords"] = _words(
            _("Keywords"), 800, help_text=_("With commas between.")
        )
        for place, block in enumerate(text["blocks"]):
            for key, made in _block_fields(block).items():
                self.fields[f"{at}.blocks.{place}.{key}"] = made

    def _add_manual(self, place: int, manual: Mapping[str, Any]) -> None:
        at = f"manuals.{place}"
        tag = str(manual.get("language", "zh"))
        tags = dict.fromkeys((tag, *OFFERED))
        made: dict[str, forms.Field] = {
            "kind": _choice(_("Kind"), [(one.value, KINDS[one]) for one in ManualKind]),
            "title": _words(_("Title"), 120),
            "language": _choice(_("Language"), [(one, language_name(one)) for one in tags]),
            "label": _words(_("Edition"), 40, help_text=_("As printed on it, for example V2.1.")),
            "issued_on": _day(_("Day of issue")),
            "batches": _words(_("Batches"), 9000, help_text=_(
                "Empty: every batch. 01, 02, or of one day: 2026-11-22/01."
            )),
            "made_from": _day(_("Made from")),
            "made_until": _day(_("Made until")),
            "media": _hidden(),
        }  # fmt: skip
        for key, one in made.items():
            self.fields[f"{at}.{key}"] = one

    def _attribute_fields(self, attribute: Attribute) -> dict[str, forms.Field]:
        at, label = f"attributes.{attribute.key}", LABELS[attribute.key]
        if attribute.type is Type.TEXT:
            stated = self.document["attributes"].get(attribute.key, {})
            tags = dict.fromkeys((*self.document["texts"], *stated))
            return {
                f"{at}.{tag}": _words(f"{label} ({language_name(tag)})", 600, lines=2)
                for tag in tags
            }
        return {at: _attribute_field(attribute, label)}


def _block_fields(block: Mapping[str, Any]) -> dict[str, forms.Field]:
    kind = block.get("kind")
    made: dict[str, forms.Field] = {"kind": _hidden()}
    if kind == "text":
        made["text"] = _words(_("Text"), 20_000, lines=6)
        return made
    if kind == "image":
        made["alt"] = _words(
            _("What the picture shows"), 300, help_text=_("For those who do not see it.")
        )
        made["media"] = _hidden()
    elif block.get("media"):
        made["media"] = _hidden()
    else:
        made["url"] = _words(_("Address of the film"), 500, help_text=_("It begins with https://"))
    made["caption"] = _words(_("Caption"), 300)
    if kind == "video":
        made["poster"] = _hidden()
    return made


def _attribute_field(attribute: Attribute, label: Any) -> forms.Field:
    if attribute.type is Type.YES_NO:
        return _choice(label, [("", "–"), ("yes", _("Yes")), ("no", _("No"))])
    if attribute.type is Type.CHOICE:
        return _choice(label, [("", "–"), *((one, one) for one in attribute.choices)])
    if attribute.type is Type.SHARE:
        made = _words(label, 6, help_text=_("Percent"))
    elif attribute.type is Type.NUMBER:
        made = _words(label, 10, help_text=_UNITS[attribute.unit])
    elif attribute.type is Type.COUNTRY:
        return _words(label, 2, help_text=_("Two letters, for example CN"))
    else:
        return _words(label, 500, help_text=_("It begins with https://"))
    made.widget.attrs["inputmode"] = "decimal"
    return made
