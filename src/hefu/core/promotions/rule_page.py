"""The public rule page of a promotion, written from what the engine computes with (活动规则页).

One source for page and engine (law L48: announced rules are the real rules): a sentence for every
value that a buyer could feel. The same offer gives the same text, so that its hash can be kept.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime, tzinfo
from hashlib import sha256

from hefu.core.promotions.benefits import (
    Bundle,
    BuyGet,
    Gift,
    OrderOff,
    Tiered,
)
from hefu.core.promotions.cart import Scope
from hefu.core.promotions.conditions import (
    Basis,
    DistinctArticles,
    LineQuantity,
    Quantity,
    Spend,
)
from hefu.core.promotions.favour import Offer
from hefu.core.promotions.house import COUPON_GROUP, LINE_GROUP, ORDER_GROUP
from hefu.core.promotions.rule_benefits import benefit_sentences
from hefu.core.promotions.rule_conditions import goods_condition, person_condition
from hefu.core.promotions.rule_phrases import Names, Phrases
from hefu.core.promotions.rule_words import HEADINGS

_HOUSE = {
    LINE_GROUP.id: "group.one_line",
    ORDER_GROUP.id: "group.one_order",
    COUPON_GROUP.id: "group.one_coupon",
}
_ABOUT_GOODS = (Spend, Quantity, LineQuantity, DistinctArticles)


@dataclass(frozen=True, kw_only=True, slots=True)
class About:
    """What the page says beside the rules: who organises, what prices are compared with."""

    organiser: str
    contact: str
    compared_with: str = ""
    names: Names = field(default_factory=Names)
    zone: tzinfo = UTC


@dataclass(frozen=True, kw_only=True, slots=True)
class Section:
    """One heading of the page with its sentences; ``topic`` is its stable name."""

    topic: str
    heading: str
    sentences: tuple[str, ...]


def rule_page(offer: Offer, about: About, *, language: str) -> tuple[Section, ...]:
    """Write the page in ``zh-hans`` or ``en``.

    Raises:
        ValueError: another language.
    """
    phrases = Phrases(language, about.names, offer.promotion.currency or "CNY")
    written = {topic: list(part) for topic, part in _parts(phrases, offer, about).items()}
    return tuple(
        Section(topic=topic, heading=phrases.pick(HEADINGS[topic]), sentences=tuple(sentences))
        for topic, sentences in written.items()
        if sentences
    )


def page_text(title: str, sections: tuple[Section, ...]) -> str:
    """Return the page as plain text, as it is hashed and archived."""
    lines = [title]
    for section in sections:
        lines += ["", section.heading, *section.sentences]
    return "\n".join(lines)


def page_hash(texts: Mapping[str, str]) -> str:
    """Hash the texts of all languages: SHA-256, in hex, of language and text in order."""
    joined = "\x00".join(f"{language}\x00{texts[language]}" for language in sorted(texts))
    return sha256(joined.encode()).hexdigest()


def _parts(phrases: Phrases, offer: Offer, about: About) -> dict[str, Iterator[str]]:
    return {
        "what": _what(phrases, offer, about),
        "who": _who(phrases, offer),
        "when": _when(phrases, offer, about.zone),
        "goods": _goods(phrases, offer),
        "how": (
            goods_condition(phrases, one)
            for one in offer.promotion.conditions
            if isinstance(one, _ABOUT_GOODS)
        ),
        "limits": _limits(phrases, offer),
        "combining": _combining(phrases, offer),
        "counting": _counting(phrases, offer),
        "returns": _returns(phrases, offer),
        "organiser": iter([phrases.say("organiser", name=about.organiser, contact=about.contact)]),
    }


def _what(phrases: Phrases, offer: Offer, about: About) -> Iterator[str]:
    yield from benefit_sentences(phrases, offer.promotion.benefit)
    if about.compared_with:
        yield phrases.say("compared_with", text=about.compared_with)


def _who(phrases: Phrases, offer: Offer) -> Iterator[str]:
    promotion = offer.promotion
    if promotion.audience:
        yield phrases.say("audience", text=promotion.audience)
    for one in promotion.conditions:
        if not isinstance(one, _ABOUT_GOODS):
            yield person_condition(phrases, one)
    if promotion.code is not None:
        yield phrases.say("code")
    if promotion.needs_coupon:
        yield phrases.say("coupon")


def _when(phrases: Phrases, offer: Offer, zone: tzinfo) -> Iterator[str]:
    starts, ends = offer.promotion.starts_at, offer.promotion.ends_at
    opening = phrases.say("from", instant=_at(starts, zone)) if starts else phrases.say("from.now")
    closing = (
        phrases.say("until", instant=_end(phrases, ends, zone))
        if ends
        else phrases.say("until.open")
    )
    yield f"{opening}{'' if phrases.chinese else ' '}{closing}"


def _at(instant: datetime, zone: tzinfo) -> str:
    local = instant.astimezone(zone)
    offset = local.strftime("%z")
    seconds = f":{local:%S}" if local.second else ""
    return f"{local:%Y-%m-%d %H:%M}{seconds} (UTC{offset[:3]}:{offset[3:]})"


def _end(phrases: Phrases, instant: datetime, zone: tzinfo) -> str:
    """Name an end; midnight is the end of the day before it, as people say."""
    local = instant.astimezone(zone)
    if (local.hour, local.minute, local.second) != (0, 0, 0):
        return _at(instant, zone)
    day = local.date().fromordinal(local.date().toordinal() - 1)
    offset = local.strftime("%z")
    named = phrases.word("midnight", day=day.isoformat())
    return f"{named} (UTC{offset[:3]}:{offset[3:]})"


def _goods(phrases: Phrases, offer: Offer) -> Iterator[str]:
    benefit = offer.promotion.benefit
    scope = getattr(benefit, "scope", None)
    if isinstance(scope, Scope) and not isinstance(benefit, Bundle | BuyGet):
        yield phrases.say("goods", goods=phrases.goods(scope))


def _limits(phrases: Phrases, offer: Offer) -> Iterator[str]:
    promotion = offer.promotion
    if promotion.max_uses is not None:
        yield phrases.say("max_uses", n=promotion.max_uses)
    if promotion.max_per_customer is not None:
        yield phrases.say("each", n=promotion.max_per_customer)
    if offer.budget is not None:
        yield phrases.say("budget", amount=phrases.money(offer.budget))
        edge = "rest" if promotion.at_budget_edge == "grant_rest" else "refuse"
        yield phrases.say(f"budget.{edge}")
    if promotion.max_uses is None and promotion.max_per_customer is None:
        yield phrases.say("no_limit")


def _combining(phrases: Phrases, offer: Offer) -> Iterator[str]:
    promotion = offer.promotion
    if promotion.exclusive:
        yield phrases.say("exclusive")
    if promotion.group is not None:
        house = _HOUSE.get(promotion.group)
        yield phrases.say(house) if house else phrases.say("group.own", name=promotion.group)
    if promotion.accepts is not None:
        tags = phrases.join(sorted(promotion.accepts))
        yield phrases.say("accepts", tags=tags) if tags else phrases.say("accepts.none")
    if promotion.tags:
        yield phrases.say("tags", tags=phrases.join(sorted(promotion.tags)))
    yield phrases.say("together")


def _counting(phrases: Phrases, offer: Offer) -> Iterator[str]:
    promotion = offer.promotion
    yield phrases.say(
        "phase", phase=phrases.word(f"phase.{promotion.home.name.lower()}"),
        lane=promotion.lane + 1, priority=promotion.priority,
    )  # fmt: skip
    benefit = promotion.benefit
    basis = getattr(benefit, "basis", None)
    if isinstance(basis, Basis) and (
        not isinstance(benefit, OrderOff) or benefit.every is not None
    ):
        yield phrases.say("basis", basis=phrases.word(f"basis.{basis.value}"))
    if isinstance(benefit, Tiered):
        yield phrases.say("tiers")
    yield phrases.say("rounding")


def _returns(phrases: Phrases, offer: Offer) -> Iterator[str]:
    terms = offer.terms
    yield phrases.say(terms.way.value)
    yield phrases.say("recheck_shipping" if terms.recheck_shipping else "keep_shipping")
    yield phrases.say("refund_shipping" if terms.refund_shipping else "no_shipping_back")
    if isinstance(offer.promotion.benefit, Gift):
        yield phrases.say("gift_back")
