"""Conditions as sentences of the rule page (条件的文字)."""

from collections.abc import Iterator
from hashlib import sha256

from hefu.core.promotions.conditions import (
    AnyOf,
    Birthday,
    Condition,
    DistinctArticles,
    FactIn,
    HoldOut,
    LineQuantity,
    NthOrder,
    Quantity,
    RegionIn,
    Spend,
    Verified,
)
from hefu.core.promotions.rule_phrases import Phrases
from hefu.core.promotions.rule_words import WORDS


def goods_condition(phrases: Phrases, one: Condition) -> str:
    """Say a condition about the cart."""
    return "".join(_goods(phrases, one))


def _goods(phrases: Phrases, one: Condition) -> Iterator[str]:
    if isinstance(one, Spend):
        said = {
            "goods": phrases.goods(one.scope),
            "basis": phrases.word(f"basis.{one.basis.value}"),
        }
        if one.at_least is not None:
            yield phrases.say("spend", amount=phrases.money(one.at_least), **said)
        if one.at_most is not None:
            yield phrases.say("spend.most", amount=phrases.money(one.at_most), **said)
    elif isinstance(one, Quantity):
        if one.at_least is not None:
            yield phrases.say("quantity", goods=phrases.goods(one.scope), n=one.at_least)
        if one.at_most is not None:
            yield phrases.say("quantity.most", goods=phrases.goods(one.scope), n=one.at_most)
    elif isinstance(one, LineQuantity):
        yield phrases.say("line_quantity", goods=phrases.goods(one.scope), n=one.at_least)
    elif isinstance(one, DistinctArticles):
        yield phrases.say("distinct", goods=phrases.goods(one.scope), n=one.at_least)


def person_condition(phrases: Phrases, one: Condition) -> str:
    """Say a condition about the buyer or the moment."""
    if isinstance(one, FactIn):
        return _fact(phrases, one)
    if isinstance(one, RegionIn):
        return _region(phrases, one)
    if isinstance(one, Verified):
        group = phrases.names.groups.get(one.group, one.group)
        return phrases.say("verified", group=group)
    if isinstance(one, Birthday):
        return phrases.say("birthday", before=one.days_before, after=one.days_after)
    if isinstance(one, HoldOut):
        number = sha256(one.salt.encode()).hexdigest()[:12]  # a commitment: nobody can shop for it
        return phrases.say("hold_out", share=phrases.percent(one.share_bp), salt=number)
    return _of_several(phrases, one)


def _of_several(phrases: Phrases, one: Condition) -> str:
    if isinstance(one, NthOrder):
        return phrases.say("nth_order.later" if one.or_later else "nth_order", n=one.n)
    if isinstance(one, AnyOf):
        return phrases.say(
            "any_of", texts="".join(_either(phrases, each) for each in one.conditions)
        )
    return goods_condition(phrases, one)


def _either(phrases: Phrases, one: Condition) -> str:
    return person_condition(phrases, one) + ("" if phrases.chinese else " ")


def _fact(phrases: Phrases, one: FactIn) -> str:
    named = f"fact.{one.fact}"
    values = phrases.join(_value(phrases, one.fact, value) for value in sorted(one.values))
    return phrases.say(
        "fact.not" if one.excluded else "fact",
        fact=phrases.word(named) if named in WORDS else one.fact, values=values,
    )  # fmt: skip


def _value(phrases: Phrases, fact: str, value: str) -> str:
    if fact in {"customer_kind", "membership", "payment_means"} and f"value.{value}" in WORDS:
        return phrases.word(f"value.{value}")
    return phrases.names.groups.get(value, value) if fact == "segment" else value


def _region(phrases: Phrases, one: RegionIn) -> str:
    said = []
    for key, regions in (("region", one.include), ("region.not", one.exclude)):
        if regions:
            values = phrases.join(phrases.region(code) for code in sorted(regions))
            said.append(phrases.say(key, values=values))
    return "".join(said)
