"""Why a promotion applies or not (优惠说明), as sentences in the reader's language.

One answer per candidate of a quote. The buyer reads what he gets and what is missing ("再买 12.00
元"); staff read every reason. Predicates are those of ``docs/algorithms/promotions.md``.
"""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import get_language, gettext_lazy, ngettext
from django.utils.translation import gettext as _

from hefu.core.promotions import Explanation, Promotion, Ruleset, Tiered, Verdict
from hefu.core.regions import region_named
from hefu.surfaces.design.numbers import grouped, money
from hefu.surfaces.design.parts import Tone
from hefu.surfaces.paying_ways import WAYS

#: What a buyer can still change by putting more into the cart.
NEAR = frozenset({"spend", "tier", "quantity", "line_quantity", "distinct_articles"})

_KINDS = {
    "new": gettext_lazy("new customers"),
    "old": gettext_lazy("customers who have bought before"),
    "potential": gettext_lazy("members who have not bought yet"),
}
_CHANNELS = {
    "mall": gettext_lazy("our own mall"),
    "counter": gettext_lazy("the shop counter"),
    "api": gettext_lazy("our own shop"),
}
_WORDS: Mapping[str, Mapping[str, Any]] = {
    "customer_kind": _KINDS, "channel": _CHANNELS, "payment_means": WAYS,
}  # fmt: skip


@dataclass(frozen=True, kw_only=True, slots=True)
class Reason:
    """One promotion's answer; ``amount`` is what it took off, in minor units."""

    promotion: str
    title: str
    text: str
    tone: Tone
    amount: int
    applied: bool
    near: bool  # more in the cart would do
    share: int = 0  # of the way to what is needed, percent; for near ones


@dataclass(frozen=True, kw_only=True, slots=True)
class _Case:
    """An explanation with what is needed to say it."""

    one: Explanation
    promotion: Promotion | None
    titles: Callable[[str], str]
    currency: str

    def money(self, value: object) -> str:
        return money(value, self.currency) if isinstance(value, int) else str(value)

    @property
    def missing(self) -> int:
        return self.one.missing or 0

    @property
    def by_pieces(self) -> bool:
        """Whether the tiers count pieces."""
        benefit = self.promotion.benefit if self.promotion else None
        return isinstance(benefit, Tiered) and benefit.by == "quantity"


def reasons_of(
    explanations: Iterable[Explanation], *, ruleset: Ruleset, currency: str
) -> list[Reason]:
    """Say every answer, in the order given."""

    def title(promotion: str) -> str:
        number = ruleset.numbers.get(promotion)
        found = ruleset.all_rules[number].promotion if number is not None else None
        return (found.title if found else "") or promotion

    told = []
    for one in explanations:
        number = ruleset.numbers.get(one.promotion)
        promotion = ruleset.all_rules[number].promotion if number is not None else None
        told.append(_reason(_Case(one=one, promotion=promotion, titles=title, currency=currency)))
    return told


def for_buyers(told: Iterable[Reason]) -> list[Reason]:
    """Leave what a buyer is concerned with: what applies, and what more in the cart would bring."""
    return [one for one in told if one.applied or one.near]


def explanation_of(record: Mapping[str, Any]) -> Explanation:
    """Read an explanation back from a stored quote (``Quote.document``)."""
    known = {name: record[name] for name in Explanation._fields if name in record}
    return Explanation(**{**known, "verdict": Verdict(record["verdict"])})


def _reason(case: _Case) -> Reason:
    one = case.one
    near = one.verdict is Verdict.CONDITION_FAILED and one.predicate in NEAR
    applied = one.verdict is Verdict.APPLIED
    tones: dict[Verdict, Tone] = {Verdict.APPLIED: "good", Verdict.LOST_TO: "info"}
    share = 0
    if near and isinstance(one.needed, int) and isinstance(one.observed, int) and one.needed:
        share = 100 * one.observed // one.needed
    return Reason(
        promotion=one.promotion, title=case.titles(one.promotion), text=_sentence(case),
        tone="notice" if near else tones.get(one.verdict, "neutral"), amount=one.amount,
        applied=applied, near=near, share=share,
    )  # fmt: skip


def _sentence(case: _Case) -> str:
    """Say one answer."""
    verdict = case.one.verdict
    if verdict is Verdict.APPLIED:
        return _applied(case)
    if verdict is Verdict.LOST_TO:
        return _("“%(winner)s” gives you more; the two are not combined.") % {
            "winner": case.titles(case.one.winner)
        }
    if verdict is Verdict.NOTHING_LEFT:
        return _("Nothing is left that it could make cheaper.")
    say = _PREDICATES.get(case.one.predicate, _fact)
    return say(case)


def _applied(case: _Case) -> str:
    one = case.one
    parts = []
    if one.amount:
        parts.append(_("You save %(amount)s.") % {"amount": case.money(one.amount)})
    if one.points:
        parts.append(_("It brings %(points)s more points.") % {"points": grouped(one.points)})
    if not parts:
        parts.append(_("It applies."))
    if one.predicate == "tier" and case.missing:
        parts.append(_next_tier(case))
    return " ".join(parts)


def _next_tier(case: _Case) -> str:
    if case.by_pieces:
        count = case.missing
        return ngettext(
            "Buy %(count)s more piece for the next step.",
            "Buy %(count)s more pieces for the next step.", count,
        ) % {"count": grouped(count)}  # fmt: skip
    return _("Buy for %(amount)s more for the next step.") % {"amount": case.money(case.missing)}


def _spend(case: _Case) -> str:
    return _("Buy for %(amount)s more.") % {"amount": case.money(case.missing)}


def _tier(case: _Case) -> str:
    return _quantity(case) if case.by_pieces else _spend(case)


def _quantity(case: _Case) -> str:
    count = case.missing
    return ngettext("Buy %(count)s more piece.", "Buy %(count)s more pieces.", count) % {
        "count": grouped(count)
    }


def _line_quantity(case: _Case) -> str:
    count = case.missing
    return ngettext(
        "Buy %(count)s more piece of the same article.",
        "Buy %(count)s more pieces of the same article.", count,
    ) % {"count": grouped(count)}  # fmt: skip


def _distinct(case: _Case) -> str:
    count = case.missing
    return ngettext(
        "Choose %(count)s more article of the offer.",
        "Choose %(count)s more different articles of the offer.", count,
    ) % {"count": grouped(count)}  # fmt: skip


def _spend_most(case: _Case) -> str:
    return _("Only up to %(amount)s of these goods.") % {"amount": case.money(case.one.needed)}


def _quantity_most(case: _Case) -> str:
    return _("Only up to %(count)s pieces of these goods.") % {"count": case.one.needed}


def _no_goods(_case: _Case) -> str:
    return _("None of its goods are in the cart.")


def _fact(case: _Case) -> str:
    """Say what a plain fact must be; values are the brand's own words where it has them."""
    one = case.one
    needed = str(one.needed or "")
    excluded = needed.startswith("not ")
    values = needed.removeprefix("not ").split("|")
    words = _WORDS.get(one.predicate, {})
    listed = _(", ").join(str(words.get(value, value)) for value in values if value)
    if excluded:
        return _("Not for %(values)s.") % {"values": listed}
    templates = {
        "member_level": _("Only for members of the level %(values)s."),
        "membership": _("Only for members: sign in first. Joining is free."),
        "payment_means": _("Only when you pay with %(values)s."),
        "shipping_method": _("Only when sent by %(values)s."),
        "channel": _("Only in %(values)s."),
    }
    return templates.get(one.predicate, _("Only for %(values)s.")) % {"values": listed}


def _region(case: _Case) -> str:
    needed = str(case.one.needed or "")
    names = _(", ").join(_place(code) for code in needed.removeprefix("not ").split("|") if code)
    if needed.startswith("not "):
        return _("Not for goods sent to %(places)s.") % {"places": names}
    if case.one.observed is None:
        return _("Only for goods sent to %(places)s; say where yours shall go.") % {"places": names}
    return _("Only for goods sent to %(places)s.") % {"places": names}


def _place(code: str) -> str:
    """A province by its name in the reader's language; a finer or foreign code as it is."""
    if not (code.isdigit() and code.endswith("0000")):
        return code
    region = region_named(code)
    if region is None:
        return code
    return region.english if (get_language() or "").startswith("en") else region.name


def _verified(case: _Case) -> str:
    words = {"group": str(case.one.needed)}
    if case.one.observed is not None:
        return _("Your proof as %(group)s has lapsed; renew it to use this.") % words
    return _("Only for those who have proved to be %(group)s.") % words


def _birthday(case: _Case) -> str:
    if case.one.observed is None:
        return _("Only around the birthday, for those who told us theirs.")
    return _("Only around your birthday.")


def _nth_order(case: _Case) -> str:
    return _("Only for order no. %(number)s; this is your no. %(observed)s.") % {
        "number": case.one.needed, "observed": case.one.observed,
    }  # fmt: skip


def _hold_out(_case: _Case) -> str:
    return _("Not offered to everybody at the moment, so that its effect can be measured.")


def _currency(case: _Case) -> str:
    return _("Only for prices in %(currency)s.") % {"currency": case.one.needed}


def _starts(case: _Case) -> str:
    return _("It begins on %(at)s.") % {"at": _moment(case.one.needed)}


def _ends(case: _Case) -> str:
    return _("It ended on %(at)s.") % {"at": _moment(case.one.needed)}


def _moment(text: object) -> str:
    at = timezone.localtime(datetime.fromisoformat(str(text)))
    return date_format(at, "DATETIME_FORMAT")


def _max_uses(_case: _Case) -> str:
    return _("All of it has been used.")


def _max_per_customer(case: _Case) -> str:
    count = case.one.needed if isinstance(case.one.needed, int) else 0
    return ngettext(
        "It may be used %(count)s time by each customer, and you have.",
        "It may be used %(count)s times by each customer, and you have.", count,
    ) % {"count": grouped(count)}  # fmt: skip


def _budget(_case: _Case) -> str:
    return _("What was set aside for it is used up.")


def _code(_case: _Case) -> str:
    return _("It needs a code.")


def _granted_before(_case: _Case) -> str:
    return _("It was not part of the sale, so it is none of the return.")


_PREDICATES: Mapping[str, Callable[[_Case], str]] = {
    "birthday": _birthday,
    "budget": _budget,
    "code": _code,
    "currency": _currency,
    "distinct_articles": _distinct,
    "ends_at": _ends,
    "goods_in_scope": _no_goods,
    "granted_before": _granted_before,
    "hold_out": _hold_out,
    "line_quantity": _line_quantity,
    "max_per_customer": _max_per_customer,
    "max_uses": _max_uses,
    "nth_order": _nth_order,
    "quantity": _quantity,
    "quantity_at_most": _quantity_most,
    "region": _region,
    "region_excluded": _region,
    "spend": _spend,
    "spend_at_most": _spend_most,
    "starts_at": _starts,
    "tier": _tier,
    "verified": _verified,
}
