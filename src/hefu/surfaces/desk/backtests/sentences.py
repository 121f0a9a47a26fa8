"""What rules answered and what stands out, as sentences (说明): one for each, with its numbers."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Literal

from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from hefu.surfaces.design.numbers import grouped
from hefu.surfaces.design.parts import Tone
from hefu.surfaces.desk.backtests.amounts import Amounts

#: What a condition asks about, in the middle of a sentence.
_ASKED: Mapping[str, Promise] = {
    "spend": gettext_lazy("the amount"),
    "tier": gettext_lazy("the amount"),
    "quantity": gettext_lazy("the number of pieces"),
    "line_quantity": gettext_lazy("the pieces of one article"),
    "distinct_articles": gettext_lazy("the number of different articles"),
    "goods_in_scope": gettext_lazy("goods it is meant for"),
    "nth_order": gettext_lazy("which order of the buyer it is"),
    "customer_kind": gettext_lazy("whether the buyer is new"),
    "membership": gettext_lazy("whether the buyer is a member"),
    "member_level": gettext_lazy("the member's level"),
    "segment": gettext_lazy("the buyer's segment"),
    "channel": gettext_lazy("the channel"),
    "region": gettext_lazy("the region"),
    "region_excluded": gettext_lazy("the region"),
    "verified": gettext_lazy("a verified group"),
    "birthday": gettext_lazy("the birthday"),
    "hold_out": gettext_lazy("the hold-out"),
    "shipping_method": gettext_lazy("the way of shipping"),
    "payment_means": gettext_lazy("the means of payment"),
    "currency": gettext_lazy("the currency"),
}


def asked(predicate: str) -> str:
    """Say what a condition asks about; an unlisted fact keeps its name."""
    name = predicate.removesuffix("_at_most")
    return str(_ASKED.get(name, name))


@dataclass(frozen=True, kw_only=True)
class Said:
    """A sentence with its tone and sign (a heroicons name)."""

    text: str
    tone: Tone = "neutral"
    icon: str = "minus"


Weight = Literal["bad", "notice", "info"]

_SIGNS: Mapping[str, tuple[Weight, str]] = {
    "budget_used_up": ("bad", "banknotes"),
    "sold_below_cost": ("bad", "arrow-trending-down"),
    "below_cost": ("bad", "arrow-trending-down"),
    "impossible": ("notice", "no-symbol"),
    "no_uses": ("notice", "no-symbol"),
    "no_goods": ("notice", "no-symbol"),
    "over": ("notice", "clock"),
    "window_closed": ("notice", "clock"),
    "shadowed": ("notice", "eye-slash"),
    "always_lost": ("notice", "eye-slash"),
    "never_applied": ("notice", "no-symbol"),
    "never_touched": ("notice", "no-symbol"),
    "tier_gives_less": ("notice", "exclamation-triangle"),
    "not_everything": ("notice", "exclamation-triangle"),
    "not_replayed": ("info", "key"),
    "overlap": ("info", "square-2-stack"),
}
_WORDS: Mapping[str, Promise] = {
    "budget_used_up": gettext_lazy(
        "The budget of %(one)s, %(amount)s, is used up on %(detail)s; %(count)s orders ask in vain."
    ),
    "sold_below_cost": gettext_lazy(
        "%(one)s sells %(count)s lines below cost; that loses %(amount)s."
    ),
    "below_cost": gettext_lazy(
        "%(both)s can sell article %(detail)s below cost: %(amount)s in one cart at worst."
    ),
    "impossible": gettext_lazy("The conditions of %(one)s contradict each other."),
    "no_uses": gettext_lazy("The limits of %(one)s allow no use at all."),
    "no_goods": gettext_lazy("%(one)s is meant for goods that are not among the articles sold."),
    "over": gettext_lazy("The time of %(one)s is over."),
    "window_closed": gettext_lazy("No order falls into the time of %(one)s."),
    "shadowed": gettext_lazy("%(one)s can never apply: %(other)s always takes its place."),
    "always_lost": gettext_lazy("%(one)s never won: %(count)s times %(other)s gave more."),
    "never_applied": gettext_lazy(
        "%(one)s never applied; %(count)s times it failed on %(predicate)s."
    ),
    "never_touched": gettext_lazy("No cart held goods that %(one)s is meant for."),
    "tier_gives_less": gettext_lazy("A higher step of %(one)s gives less than a lower one."),
    "not_everything": gettext_lazy("%(one)s says everything, but leaves goods out."),
    "not_replayed": gettext_lazy(
        "%(one)s stands behind a code that nobody in the data knows: state a share to replay it."
    ),
    "overlap": gettext_lazy(
        "%(one)s and %(other)s meet in %(count)s carts and take off %(amount)s together."
    ),
}


def finding_of(found: Mapping[str, Any], titles: Mapping[str, str], amounts: Amounts) -> Said:
    """Say one finding."""
    weight, icon = _SIGNS.get(found["code"], ("info", "information-circle"))
    named = [titles.get(one, one) for one in str(found["promotion"]).split(" + ")]
    one = _(" with ").join(_('"%(title)s"') % {"title": name} for name in named)
    other = _('"%(title)s"') % {"title": titles.get(found["other"], found["other"])}
    words = _WORDS.get(found["code"])
    text = (words or found["code"]) % {
        "one": one,
        "other": other,
        "both": _("%(one)s with %(other)s") % {"one": one, "other": other}
        if found["other"]
        else one,
        "count": grouped(found["count"]),
        "amount": amounts(found["amount"]),
        "detail": found["detail"],
        "predicate": asked(found["detail"]),
    }
    return Said(text=text, tone=weight, icon=icon)


_ASIDE: Mapping[str, Promise] = {
    "no_number": gettext_lazy("without an order number"),
    "no_article": gettext_lazy("without an article"),
    "no_time": gettext_lazy("without a readable time (the year comes first)"),
    "no_quantity": gettext_lazy("without a whole quantity"),
    "no_price": gettext_lazy("without a price above nothing"),
    "not_goods": gettext_lazy("not goods, as you said"),
    "return_unmatched": gettext_lazy("returns that match no sale in the list"),
    "returned": gettext_lazy("sent back as a whole"),
    "other_currency": gettext_lazy("orders in another currency"),
}


def aside_of(reasons: Mapping[str, int]) -> list[tuple[str, str]]:
    """Say what was set aside, the most first: reason and number."""
    ordered = sorted(reasons.items(), key=lambda one: -one[1])
    return [(str(_ASIDE.get(reason, reason)), grouped(count)) for reason, count in ordered]


_SEGMENTS: Mapping[str, Promise] = {
    "anonymous": gettext_lazy("Nobody known"),
    "first": gettext_lazy("First order"),
    "second_to_fifth": gettext_lazy("Second to fifth order"),
    "sixth_or_later": gettext_lazy("Sixth order or later"),
    "": gettext_lazy("None stated"),
}


def segment_of(name: str) -> str:
    """Say a segment; the source's own stay as they are."""
    return str(_SEGMENTS.get(name, name))


def orders_said(count: int) -> str:
    """Say how many orders."""
    return ngettext("%(count)s order", "%(count)s orders", count) % {"count": grouped(count)}
