"""The template designer (编码模板设计): segments added, moved and removed without any script.

Everything travels in the form. ``act`` says which button was pressed: ``add:date``, ``up:2``,
``down:2``, ``remove:2``, ``report`` or ``save``.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any

from django.forms import Form
from django.http import QueryDict
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from hefu.apps.accounts.models import Brand
from hefu.apps.identity.models import CodeTemplate
from hefu.apps.identity.selectors.templates import template_design
from hefu.apps.network.models import Channel
from hefu.core.actor import Actor
from hefu.core.codes import AmbiguousTemplate
from hefu.core.errors import DomainError
from hefu.surfaces.desk.forms import whole_number
from hefu.surfaces.desk.forms_templates import FRESH, KINDS, HeadForm, SegmentForm, anatomy
from hefu.surfaces.desk.judged import Judged, judged_design, reading_parts
from hefu.surfaces.desk.words import field_name, refusal_text

MOST = 12  # segments
#: A usual code, to begin with: PFFN5005 121220 19 jd 71WVM8 (R109).
USUAL = ("model", "date", "batch", "channel", "seal")
_REASONS: Mapping[str, Promise] = {
    "exactly one is needed": gettext_lazy("exactly one is needed"),
    "only one is possible": gettext_lazy("only one is possible"),
    "give a width or the models": gettext_lazy("give either the characters or the models"),
    "models must differ and be plain text": gettext_lazy("models must differ and be plain text"),
    "format": gettext_lazy("year, month and day are each needed once"),
    "width": gettext_lazy("must be 1 to 40 characters"),
    "code": gettext_lazy("a channel's code has not the width given"),
    "letters, digits, - . _": gettext_lazy("only letters, digits, hyphen, dot and underscore"),
    "plain printable text": gettext_lazy("only letters, digits, hyphen, dot and underscore"),
    "unreadable": gettext_lazy("cannot be read by this template"),
    "not of this template": gettext_lazy("cannot be printed by this template"),
    "unknown channel": gettext_lazy("is not among the known channels"),
    "missing": gettext_lazy("must be given"),
}


@dataclass(frozen=True, kw_only=True)
class Report:
    """What the designer is told: figures, or why it cannot work, or the two readings."""

    judged: Judged | None = None
    trouble: str = ""
    text: str = ""  # of an ambiguous template: a code with two readings
    readings: tuple[list[tuple[str, str]], ...] = ()


@dataclass(kw_only=True)
class Design:
    """A template under work: the head, and what was typed for each segment."""

    head: HeadForm
    rows: list[tuple[str, dict[str, Any]]]
    saving: bool = False  # only then a name is needed
    forms: list[SegmentForm] = field(init=False)

    def __post_init__(self) -> None:
        self.forms = []
        for at, (kind, typed) in enumerate(self.rows):
            data = {f"s{at}-{name}": value for name, value in typed.items()}
            self.forms.append(KINDS[kind](data, prefix=f"s{at}", use_required_attribute=False))

    @property
    def valid(self) -> bool:
        """Every field is filled in sensibly; the engine judges the whole."""
        if not self.saving:
            self.head.errors.pop("name", None)
        everything: list[Form] = [self.head, *self.forms]
        wrong = [form for form in everything if form.errors]  # all of them say why
        return not wrong

    @property
    def data(self) -> dict[str, Any]:
        """The template as plain data; only when valid."""
        return {
            "sample": self.head.cleaned_data["sample"].strip(),
            "segments": [form.stored() for form in self.forms],
        }

    @property
    def parts(self) -> list[tuple[str, Promise, str]]:
        """The anatomy of a code; empty until it is valid."""
        return anatomy(self.data["segments"]) if self.valid else []


def begun(template: CodeTemplate | None, channels: Iterable[Channel] = ()) -> Design:
    """A design to begin with: a usual code with our channels, or a template to be changed."""
    if template is None:
        rows = [(kind, dict(FRESH[kind])) for kind in USUAL]
        width = int(FRESH["channel"]["width"])
        known = [f"{each.code}={each.name}" for each in channels if len(each.code) == width]
        rows[USUAL.index("channel")][1]["names"] = "\n".join(known)
        return Design(head=_head({"quantity": "100000"}), rows=rows)
    rows = [(part["kind"], KINDS[part["kind"]].typed(part)) for part in template.segments]
    typed = {"name": template.name, "sample": template.sample, "quantity": "100000"}
    return Design(head=_head(typed), rows=rows)


def sent(given: QueryDict) -> Design:
    """The design as it was sent, after the button that was pressed."""
    count = whole_number(given.get("count", "")) or 0
    rows = [_row(given, at) for at in range(min(MOST, count))]
    known = [row for row in rows if row is not None]
    act, _colon, about = given.get("act", "").partition(":")
    _press(known, act, about)
    head = HeadForm(given, use_required_attribute=False)
    return Design(head=head, rows=known, saving=act == "save")


def _head(typed: Mapping[str, str]) -> HeadForm:
    return HeadForm({"name": "", "sample": "", **typed}, use_required_attribute=False)


def _row(given: QueryDict, at: int) -> tuple[str, dict[str, Any]] | None:
    kind = given.get(f"s{at}-kind", "")
    if kind not in KINDS:
        return None
    return kind, {name: given.get(f"s{at}-{name}", "") for name in KINDS[kind].base_fields}


def _press(rows: list[tuple[str, dict[str, Any]]], act: str, about: str) -> None:
    if act == "add" and about in KINDS and len(rows) < MOST:
        rows.append((about, dict(FRESH[about])))
        return
    at = whole_number(about)
    if at is None or at >= len(rows):
        return
    if act == "remove":
        del rows[at]
    to = at + {"up": -1, "down": 1}.get(act, 0)
    if act in ("up", "down") and 0 <= to < len(rows):
        rows[at], rows[to] = rows[to], rows[at]


def report(actor: Actor, brand: Brand, design: Design) -> Report:
    """Judge a design as it stands; nothing is saved."""
    if not design.valid:
        return Report(trouble=_("Fill in every segment to see what the code is good for."))
    quantity = design.head.cleaned_data["quantity"]
    try:
        made = template_design(actor, data=design.data, quantity=quantity)
    except DomainError as refusal:
        return refused(refusal)
    except ValueError:  # no QR symbol that fits a label holds it
        return Report(trouble=_("The code is too long for a symbol on a label."))
    return Report(judged=judged_design(brand, made))


def refused(refusal: DomainError) -> Report:
    """Say why a design cannot be saved; of an ambiguous one show a text and both its readings."""
    details = refusal.details
    if isinstance(refusal, AmbiguousTemplate) and details.get("text"):
        return Report(
            trouble=refusal_text(refusal),
            text=str(details["text"]),
            readings=tuple(_named(str(details[which])) for which in ("first", "second")),
        )
    reason = _REASONS.get(str(details.get("reason", "")))
    if reason and details.get("field"):
        field_ = field_name(str(details["field"]))
        return Report(trouble=_("%(field)s: %(reason)s.") % {"field": field_, "reason": reason})
    return Report(trouble=refusal_text(refusal))


def _named(reading: str) -> list[tuple[str, str]]:
    return [(field_name(name), value) for name, value in reading_parts(reading)]
