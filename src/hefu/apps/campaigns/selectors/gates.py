"""What must hold before a promotion is shown to a second person (上线前合规检查).

A refusal names the rule of law (docs: promotions, rules of law) and the evidence. What the checks
saw is kept with the version.
"""

from collections.abc import Iterable, Sequence
from dataclasses import asdict, replace
from datetime import datetime
from typing import Any

from hefu.apps.campaigns.errors.promotions import FindingsStand, LegalGate
from hefu.apps.campaigns.models import PromotionVersion
from hefu.apps.campaigns.selectors.assembling import rules_with
from hefu.apps.campaigns.selectors.dealt import DAYS, HERE, lowest_dealt, raised_lately
from hefu.apps.campaigns.selectors.quoting import KNOWN_TO_US, SAYABLE
from hefu.apps.campaigns.values import offer_of
from hefu.apps.orders.models import Article
from hefu.apps.orders.selectors.articles import lines_of
from hefu.core.actor import Actor
from hefu.core.advertising import absolute_terms
from hefu.core.errors import Invalid
from hefu.core.promotions import (
    AnyOf,
    Condition,
    FactIn,
    Fault,
    Finding,
    Gift,
    Line,
    LineOff,
    OrderOff,
    Ruleset,
    compile_rules,
    review,
)
from hefu.core.promotions import Promotion as Rule
from hefu.core.promotions.ruleset import scopes_of

#: Goods that the static review looks at: those with the least margin.
SAMPLE = 200
#: Goods that are read to choose them from.
LOOKED_AT = 5_000
#: Approved promotions on the same goods that a new one is tried with.
NEIGHBOURS = 100

#: What stops a promotion; a sale below cost goes on with a stated reason, the rest does not.
_STOPS = {Fault.OVER, Fault.NO_USES, Fault.IMPOSSIBLE, Fault.NOT_EVERYTHING}
_NEEDED = ("title", "audience")
_NEEDED_BESIDE = ("goal", "publicity", "budget")


def check_version(actor: Actor, version: PromotionVersion, *, now: datetime) -> dict[str, Any]:
    """Insist on every gate; returns the evidence, with the findings the approver should read.

    Raises:
        Invalid: a field of the plan is missing (L06, R198, R246).
        LegalGate: a rule of law stops it; names field, rule and evidence.
        FindingsStand: the static review found what must not start.
        RulesRefused: the engine cannot take it.
    """
    rule = offer_of(version).promotion
    _insist_on_plan(rule, version)
    insist_on_published_facts(rule.conditions)
    terms = _insist_on_plain_words(rule, version)
    goods = _goods(actor)
    touched, ruleset = _touched(actor, rule, goods, now=now)
    _insist_on_gift(actor, rule)
    dealt = _insist_on_reference(actor, rule, version, touched, now=now)
    findings = _insist_on_review(ruleset, rule, version, touched, now=now)
    return {
        "at": now.isoformat(), "absolute_terms": list(terms), "lowest_dealt": dealt,
        "findings": [_plain(one) for one in findings],
    }  # fmt: skip


def _insist_on_plan(rule: Rule, version: PromotionVersion) -> None:
    for field in _NEEDED:
        if not getattr(rule, field).strip():
            raise Invalid(field=field, rule="required")
    for field in _NEEDED_BESIDE:
        if getattr(version, field) in ("", None):
            raise Invalid(field=field, rule="required")
    for field in ("starts_at", "ends_at"):
        if getattr(rule, field) is None:
            raise Invalid(field=field, rule="required")


def insist_on_published_facts(conditions: Iterable[Condition]) -> None:
    """Refuse conditions on what no published rule may ask about a person (law L17).

    Raises:
        LegalGate: names the fact.
    """
    for one in conditions:
        if isinstance(one, AnyOf):
            insist_on_published_facts(one.conditions)
        elif isinstance(one, FactIn) and one.fact not in SAYABLE | KNOWN_TO_US:
            raise LegalGate(field="conditions", rule="L17", evidence=one.fact)


def _insist_on_plain_words(rule: Rule, version: PromotionVersion) -> tuple[str, ...]:
    found: list[str] = []
    for field, text in (
        ("title", rule.title), ("audience", rule.audience), ("publicity", version.publicity),
    ):  # fmt: skip
        terms = absolute_terms(text)
        if terms and not version.override:
            raise LegalGate(field=field, rule="L01", evidence=", ".join(terms))
        found += terms
    return tuple(found)


def _insist_on_gift(actor: Actor, rule: Rule) -> None:
    """Law L10: a gift is named with its quantity, and its stated value is its price now."""
    if not isinstance(rule.benefit, Gift):
        return
    gift = rule.benefit
    skus = {gift.sku, *gift.substitutes}
    rows = Article.objects.filter(brand_id=actor.own_brand(), sku__in=skus)
    known = {row.sku: row for row in rows}
    for sku in sorted(skus):
        if sku not in known:
            raise LegalGate(field="benefit.sku", rule="L10", evidence=sku)
    price = known[gift.sku].unit
    if gift.value != price:
        raise LegalGate(field="benefit.value", rule="L10", evidence=price, stated=gift.value)


def _insist_on_reference(
    actor: Actor, rule: Rule, version: PromotionVersion, touched: Sequence[Line], *, now: datetime
) -> dict[str, int]:
    """Law L08, L59: a reduction is measured from no more than the lowest price dealt before it.

    Law L09: and not from a list price that was raised for it; a true rise carries its reason.
    """
    if not _reduces_a_price(rule):
        return {}
    days, law = DAYS.get(rule.currency or "", HERE)
    dealt = lowest_dealt(actor.own_brand(), (line.sku for line in touched), now=now, days=days)
    raised = raised_lately(actor.own_brand(), (line.sku for line in touched), now=now)
    for sku, before in raised.items():
        if not version.override:
            raise LegalGate(field="override", rule="L09", sku=sku, evidence=before)
    if not version.compared_with:
        for line in touched:
            if line.sku in dealt and line.unit > dealt[line.sku].unit:
                raise LegalGate(
                    field="compared_with", rule=law, sku=line.sku, listed=line.unit,
                    evidence=dealt[line.sku].unit,
                )  # fmt: skip
    return {sku: one.unit for sku, one in sorted(dealt.items())}


def _reduces_a_price(rule: Rule) -> bool:
    """Say whether it announces goods at less than a price: not a threshold, set or coupon."""
    if rule.code is not None or rule.needs_coupon:
        return False
    benefit = rule.benefit
    return isinstance(benefit, LineOff) or (
        isinstance(benefit, OrderOff) and benefit.bp is not None and not rule.conditions
    )


def _insist_on_review(
    ruleset: Ruleset, rule: Rule, version: PromotionVersion, touched: Sequence[Line], *,
    now: datetime,
) -> list[Finding]:  # fmt: skip
    slimmest = sorted(touched, key=lambda line: (line.unit - (line.cost or 0), line.sku))
    found = [
        one
        for one in review(ruleset.rules, slimmest[:SAMPLE], now)
        if rule.id in (one.promotion, one.other)
    ]
    for one in found:
        below = one.fault is Fault.BELOW_COST and not version.override
        if below or (one.fault in _STOPS and one.promotion == rule.id):
            raise FindingsStand(finding=one.fault.value, **_named(one))
    return found


def _named(one: Finding) -> dict[str, str | int]:
    named: dict[str, str | int] = {
        "promotion": one.promotion,
        "other": one.other,
        "sku": one.sku,
        "amount": one.amount,
    }
    return {name: value for name, value in named.items() if value}


def _plain(one: Finding) -> dict[str, Any]:
    return {**asdict(one), "fault": one.fault.value}


def _goods(actor: Actor) -> tuple[Line, ...]:
    rows = Article.objects.filter(brand_id=actor.own_brand(), on_sale=True).order_by("pk")
    return lines_of((row, 1) for row in rows[:LOOKED_AT])


def _touched(
    actor: Actor, rule: Rule, goods: Sequence[Line], *, now: datetime
) -> tuple[list[Line], Ruleset]:
    """Return the goods in its scope, and the rules it is tried with: those on the same goods."""
    whole = compile_rules(rules_with(actor, rule, now=now))
    hits = whole.index.touch(goods)
    mine = {place for scope in scopes_of(rule) for place in hits.get(whole.index.number(scope), ())}
    neighbours = {
        number
        for scope, places in hits.items()
        if not mine.isdisjoint(places)
        for number in whole.by_scope.get(scope, ())
    }
    near = sorted(whole.all_rules[number].id for number in neighbours)[:NEIGHBOURS]
    kept = {*near, rule.id}
    rules = tuple(one for one in whole.rules.promotions if one.id in kept)
    return (
        [goods[place] for place in sorted(mine)],
        Ruleset(replace(whole.rules, promotions=rules)),
    )
