"""What differs between two versions of a promotion (版本差异), field by field and on its page."""

from collections.abc import Mapping
from dataclasses import dataclass
from difflib import SequenceMatcher

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from hefu.core.promotions.favour import Change

#: What people call a field; those of the benefit and the terms without their prefix.
_FIELDS: Mapping[str, Promise] = {
    "accepts": _("which others it combines with"),
    "amount": _("the amount off"),
    "at_budget_edge": _("what happens at the edge of the budget"),
    "audience": _("the published audience"),
    "basis": _("the amount it reads"),
    "benefit": _("what it gives"),
    "bp": _("the percentage off"),
    "budget": _("the budget"),
    "buy": _("what must be bought"),
    "by": _("what the steps count"),
    "code": _("its code"),
    "conditions": _("the conditions"),
    "currency": _("the currency"),
    "ends_at": _("the end"),
    "every": _("for every so much"),
    "exclude_discounted": _("whether reduced goods are left out"),
    "exclusive": _("whether it stands alone"),
    "get": _("what is got"),
    "group": _("its group"),
    "lane": _("its lane"),
    "max_amount": _("the most it takes off"),
    "max_per_customer": _("the uses per customer"),
    "max_pieces": _("the most pieces"),
    "max_qty": _("the most gifts"),
    "max_sets": _("the most sets"),
    "max_times": _("how often it repeats"),
    "max_unit": _("the dearest piece meant"),
    "max_units": _("the most pieces"),
    "max_uses": _("the uses in all"),
    "min_unit": _("the cheapest piece meant"),
    "needs_coupon": _("whether it needs a coupon"),
    "parts": _("the parts of the bundle"),
    "per": _("pieces per gift"),
    "phase": _("its phase"),
    "points": _("the points"),
    "price": _("the price"),
    "priority": _("its priority"),
    "qty": _("the number of gifts"),
    "recheck_shipping": _("whether shipping is looked at again when goods come back"),
    "refund_shipping": _("whether shipping is paid back"),
    "scope": _("the goods"),
    "shares": _("the partners' parts"),
    "size": _("the pieces of a set"),
    "sku": _("the gift"),
    "starts_at": _("the start"),
    "substitutes": _("the substitute gifts"),
    "tags": _("its tags"),
    "tiers": _("the steps"),
    "times_bp": _("the multiple of points"),
    "title": _("the title"),
    "total": _("the price together"),
    "unit_amount": _("the amount off a piece"),
    "unit_price": _("the price of a piece"),
    "units": _("the free pieces"),
    "value": _("the gift's stated value"),
    "way": _("how refunds are worked out"),
}


def field_words(field: str) -> str:
    """Say a field of an offer, such as ``benefit.bp``; an unlisted one keeps its name."""
    name = field.rpartition(".")[2]
    return str(_FIELDS.get(name, name))


@dataclass(frozen=True, kw_only=True)
class Sentence:
    """One line of the rule page that went (``gone``) or came."""

    text: str
    gone: bool


@dataclass(frozen=True, kw_only=True)
class Difference:
    """One changed field in words."""

    words: str
    in_favour: bool


def differences(changes: tuple[Change, ...]) -> list[Difference]:
    """Say what differs; what is said twice in other words once."""
    found: dict[str, bool] = {}
    for one in changes:
        words = field_words(one.field)
        found[words] = found.get(words, True) and one.in_favour
    return [Difference(words=words, in_favour=kind) for words, kind in found.items()]


def page_changes(before: str, after: str) -> list[Sentence]:
    """List the lines of a rule page that went and those that came, in their order."""
    old, new = before.splitlines(), after.splitlines()
    found: list[Sentence] = []
    for tag, i1, i2, j1, j2 in SequenceMatcher(a=old, b=new, autojunk=False).get_opcodes():
        if tag == "equal":
            continue
        found += [Sentence(text=line, gone=True) for line in old[i1:i2] if line]
        found += [Sentence(text=line, gone=False) for line in new[j1:j2] if line]
    return found
