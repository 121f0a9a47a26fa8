"""Refusals and audit actions as sentences in the reader's language."""

from collections.abc import Mapping

from django.utils.functional import Promise
from django.utils.translation import gettext as say
from django.utils.translation import gettext_lazy as _

from hefu.core.errors import DomainError, Kind

#: By stable code; every one names the remedy.
_REFUSALS: Mapping[str, Promise] = {
    "not_found": _("There is no such thing here, or it is not yours to see."),
    "not_allowed": _("Your role does not include this. Ask your brand admin if it should."),
    "accounts.same_person": _("You asked for this yourself: a second person has to decide."),
    "accounts.already_decided": _("Somebody decided this before you."),
    "accounts.content_changed": _("This was changed after it was asked for. Look at it again."),
    "accounts.wrong_code": _("The code does not match, or it was used. Wait for the next one."),
    "catalog.taken": _("Another product has this already."),
    "files.unreadable": _(
        "The file cannot be read as a table. Save it as xlsx or CSV and try again."
    ),
    "identity.already_activated": _("Somebody activated this unit first."),
}
_KINDS: Mapping[Kind, Promise] = {
    Kind.INVALID: _("This cannot be accepted."),
    Kind.MISSING: _("There is no such thing here, or it is not yours to see."),
    Kind.FORBIDDEN: _("You may not do this."),
    Kind.CONFLICT: _("This is not possible any more. Reload the page and look again."),
    Kind.THROTTLED: _("Too often. Wait a moment and try again."),
    Kind.UNAVAILABLE: _("Not available just now. Nothing was lost; try again."),
}
_RULES: Mapping[str, Promise] = {
    "required": _("must be given"),
    "taken": _("is taken already"),
    "too_long": _("is too long"),
    "not_a_choice": _("is none of the choices"),
    "not_a_gtin": _("is no GTIN: 8, 12, 13 or 14 digits with a fitting check digit"),
    "digits_4_to_12": _("must be 4 to 12 digits"),
    "letters_or_digits_1_to_8": _("must be 1 to 8 letters or digits"),
    "whole_number_up_to": _("must be a whole number, not too large"),
    "missing_column": _("is a column the list needs"),
    "row_repeated": _("stands in the list twice"),
    "positive": _("must be at least 1"),
    "too_large": _("is too large"),
    "empty": _("is empty"),
    "damaged": _("is damaged"),
    "no_header": _("has no header row"),
    "encoding": _("is neither UTF-8 nor GB18030"),
    "not_a_table": _("is no table"),
    "not_a_date": _("must be a date, YYYY-MM-DD"),
}


def refusal_text(refusal: DomainError | None) -> str:
    """Say a refusal: what is wrong, with which field, and what helps."""
    if refusal is None:
        return str(_REFUSALS["not_found"])
    text = str(_REFUSALS.get(refusal.code) or _KINDS[refusal.kind])
    field, rule = refusal.details.get("field"), str(refusal.details.get("rule") or "")
    if field and rule in _RULES:
        return say("%(field)s %(rule)s.") % {"field": field, "rule": _RULES[rule]}
    return f"{text} ({field})" if field else text
