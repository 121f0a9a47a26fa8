"""Refusals in the words of a kitchen (出错说明): what happened, and what to do now."""

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from hefu.core.errors import DomainError, Kind
from hefu.surfaces.consumer.sentences_mall import MALL, MALL_FIELDS

_FIELDS = {
    ("address", "required"): gettext_lazy("Please type your mobile number or e-mail address."),
    ("address", "not_a_mobile"): gettext_lazy(
        "This is not a mobile number we can reach. Chinese numbers have 11 digits; "
        "others begin with + and the country."
    ),
    ("address", "not_an_email"): gettext_lazy("This does not look like an e-mail address."),
    ("address", "own_address"): gettext_lazy("This is your own. We need your parent's."),
    ("text", "required"): gettext_lazy("Please write a few words."),
    ("nickname", "too_long"): gettext_lazy("At most 40 characters, please."),
    ("year", "out_of_range"): gettext_lazy("Please type the year with four digits."),
    ("year", "said_before"): gettext_lazy(
        "Another year was said before. If it was wrong, ask us to correct it."
    ),
}
_CODES = {
    "campaigns.draw_not_open": gettext_lazy("This draw takes no entries now."),
    "campaigns.taken_part_already": gettext_lazy("You have taken all your chances in this draw."),
    "campaigns.not_eligible": gettext_lazy(
        "This code gives no chance in this draw: look at the rules for which products count."
    ),
    "campaigns.insider_excluded": gettext_lazy(
        "Employees of the organiser and their families cannot take part: the law wants it so."
    ),
    "campaigns.win_not_open": gettext_lazy("This prize was claimed, or its time is over."),
    "campaigns.redemption_moved": gettext_lazy(
        "It is too late for that: it is on its way, used, or was taken back."
    ),
    "campaigns.reward_gone": gettext_lazy("It cannot be had just now. Nothing was taken from you."),
    "campaigns.reward_limit": gettext_lazy("You have had as many of it as one member may."),
    "community.answered_already": gettext_lazy(
        "You answered this already. Your answer stands here, or the maker reads it first."
    ),
    "community.not_open": gettext_lazy(
        "This question was closed a moment ago. Your words are still in the field."
    ),
    "identity.inner_code_needed": gettext_lazy(
        "This product is activated with its hidden code. Please type it."
    ),
    "identity.inner_code_wrong": gettext_lazy(
        "This hidden code does not belong to this product. Compare it character by character."
    ),
    "identity.not_activated": gettext_lazy("This product is no longer yours."),
    "identity.offer_gone": gettext_lazy(
        "This hand-over code does not work: it was used, stopped, or is too old. "
        "Ask the owner for a new one."
    ),
    "identity.own_offer": gettext_lazy("You own this product already."),
    "identity.appeal_open": gettext_lazy("You told the maker already; a person is looking at it."),
    "identity.bad_invoice": gettext_lazy(
        "This file cannot be taken. A photo (JPEG or PNG) or a PDF of at most 5 MB works."
    ),
    "members.copy_not_ready": gettext_lazy(
        "This copy is still being made, or was deleted. Ask for a new one."
    ),
    "members.guardian_needed": gettext_lazy(
        "You are under 14: a parent or guardian has to agree first. See “If I am under 18” on your "
        "account page."
    ),
    "members.proof_needed": gettext_lazy("Please confirm once more that it is you."),
    "members.too_young": gettext_lazy("The law keeps this from people under 18."),
    "members.wrong_code": gettext_lazy(
        "This is not the code of our newest message, or it is more than 5 minutes old. "
        "After 5 wrong tries, ask for a new one."
    ),
    "members.address_taken": gettext_lazy(
        "This number or address belongs to another account. Sign out and sign in with it instead."
    ),
    "members.text_changed": gettext_lazy(
        "The wording changed a moment ago. Please read it again and choose."
    ),
}
_STOPS = {
    "recalled": gettext_lazy("The maker recalled this product. Please stop using it."),
    "void": gettext_lazy("The maker withdrew this code; it should not be on any product."),
    "frozen": gettext_lazy("The maker put this code on hold. Please try again later."),
    "lost": gettext_lazy("This product was reported lost. Please tell the maker."),
    "not_commissioned": gettext_lazy(
        "By our records this code has not been put on a product yet. Please tell the maker."
    ),
}
_KINDS = {
    Kind.INVALID: gettext_lazy("This cannot be read. Please look at it again."),
    Kind.MISSING: gettext_lazy("There is no such page, or it belongs to somebody else."),
    Kind.FORBIDDEN: gettext_lazy("This is not yours to do."),
    Kind.CONFLICT: gettext_lazy("Something changed in the meantime. Please look again."),
    Kind.UNAVAILABLE: gettext_lazy(
        "This does not work right now. Nothing was lost; try again soon."
    ),
}


def explain(error: DomainError) -> str:
    """Return the sentence for a refusal."""
    if error.kind is Kind.THROTTLED:
        return _wait(int(error.details.get("retry_after") or 60))
    if error.code == "identity.unit_stopped":
        return str(_STOPS.get(str(error.details.get("reason")), _KINDS[error.kind]))
    if error.code in MALL:
        return str(MALL[error.code]) % error.details
    place = str(error.details.get("field")), str(error.details.get("rule"))
    by_field = _FIELDS.get(place) or MALL_FIELDS.get(place)
    return str(by_field or _CODES.get(error.code) or _KINDS[error.kind])


def headline(error: DomainError) -> str:
    """Return two or three words for the top of a refusal's page."""
    if error.kind is Kind.THROTTLED:
        return _("A moment, please")
    return _("Nothing here") if error.kind is Kind.MISSING else _("That did not work")


def _wait(seconds: int) -> str:
    if seconds < 90:
        text = ngettext(
            "That was a little too often. Please wait %(count)s second.",
            "That was a little too often. Please wait %(count)s seconds.",
            seconds,
        )
        return text % {"count": seconds}
    if seconds < 5400:
        minutes = -(-seconds // 60)
        return _("That was too often. Please try again in %(count)s minutes.") % {"count": minutes}
    hours = -(-seconds // 3600)
    return _("That was too often. Please try again in %(count)s hours.") % {"count": hours}
