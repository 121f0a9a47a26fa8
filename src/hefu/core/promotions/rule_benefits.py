"""Benefits as sentences of the rule page (优惠的文字)."""

from collections.abc import Callable, Iterator
from typing import Any

from hefu.core.promotions.benefits import (
    Benefit,
    Bundle,
    BuyGet,
    CheapestOff,
    ExtraPoints,
    Gift,
    LineOff,
    NthPiece,
    Order,
    OrderOff,
    Sets,
    ShippingOff,
    Tiered,
)
from hefu.core.promotions.rule_phrases import Phrases


def benefit_sentences(phrases: Phrases, benefit: Benefit) -> Iterator[str]:
    """Say what a promotion gives, every value of it."""
    yield from _SAYERS[type(benefit)](phrases, benefit)
    if getattr(benefit, "exclude_discounted", False):
        yield phrases.say("not_discounted")


def _order(phrases: Phrases, order: Order) -> str:
    return phrases.word(f"order.{order.value}")


def _amount(phrases: Phrases, prefix: str, benefit: Any, **said: str | int) -> str:
    """Say the one of bp, amount, price, total ... that the benefit states."""
    if getattr(benefit, "bp", None) is not None:
        return phrases.say(f"{prefix}.bp", off=phrases.off(benefit.bp), **said)
    for name in ("amount", "price", "total", "unit_price", "unit_amount"):
        value = getattr(benefit, name, None)
        if value is not None:
            return phrases.say(f"{prefix}.{name}", amount=phrases.money(value), **said)
    raise ValueError(f"{type(benefit).__name__} states no amount")


def _line(phrases: Phrases, benefit: LineOff) -> Iterator[str]:
    yield _amount(phrases, "line", benefit)
    if benefit.max_units is not None:
        yield phrases.say("line.max_units", n=benefit.max_units)
    for key in ("min_unit", "max_unit"):
        if (value := getattr(benefit, key)) is not None:
            yield phrases.say(key, amount=phrases.money(value))


def _whole_order(phrases: Phrases, benefit: OrderOff) -> Iterator[str]:
    if benefit.every is not None and benefit.amount is not None:
        yield phrases.say(
            "order.every", every=phrases.money(benefit.every), amount=phrases.money(benefit.amount)
        )
    else:
        yield _amount(phrases, "order", benefit)
    if benefit.max_times is not None:
        yield phrases.say("order.max_times", n=benefit.max_times)
    if benefit.max_amount is not None:
        yield phrases.say("order.max_amount", amount=phrases.money(benefit.max_amount))
    if benefit.max_units is not None:
        order = _order(phrases, benefit.units_order)
        yield phrases.say("order.max_units", n=benefit.max_units, order=order)


def _tiers(phrases: Phrases, benefit: Tiered) -> Iterator[str]:
    for tier in sorted(benefit.tiers, key=lambda one: one.at_least):
        reach = (
            phrases.money(tier.at_least)
            if benefit.by == "amount"
            else phrases.word("pieces", n=tier.at_least)
        )
        yield _amount(phrases, "tier", tier, reach=reach)


def _bundle(phrases: Phrases, benefit: Bundle) -> Iterator[str]:
    for part in benefit.parts:
        yield phrases.say("bundle.part", goods=phrases.goods(part.scope), n=part.qty)
    yield _amount(phrases, "bundle", benefit)
    if benefit.max_sets is not None:
        yield phrases.say("sets.max", n=benefit.max_sets)


def _buy_get(phrases: Phrases, benefit: BuyGet) -> Iterator[str]:
    yield phrases.say(
        "buy_get.buy", goods=phrases.goods(benefit.buy.scope), n=benefit.buy.qty,
        order=_order(phrases, benefit.buy_order),
    )  # fmt: skip
    yield _amount(
        phrases, "buy_get", benefit, goods=phrases.goods(benefit.get.scope), n=benefit.get.qty,
        order=_order(phrases, benefit.get_order),
    )  # fmt: skip
    if benefit.max_times is not None:
        yield phrases.say("order.max_times", n=benefit.max_times)


def _sets(phrases: Phrases, benefit: Sets) -> Iterator[str]:
    yield _amount(phrases, "sets", benefit, n=benefit.size, order=_order(phrases, benefit.order))
    if benefit.max_sets is not None:
        yield phrases.say("sets.max", n=benefit.max_sets)


def _nth(phrases: Phrases, benefit: NthPiece) -> Iterator[str]:
    said: dict[str, str | int] = {
        "size": benefit.size, "order": _order(phrases, benefit.order),
        "off": phrases.off(benefit.bp),
    }  # fmt: skip
    if benefit.nth is None:
        yield phrases.say("nth.all", **said)
    else:
        yield phrases.say("nth.piece", n=benefit.nth, pick=_order(phrases, benefit.pick), **said)
    if benefit.across:
        yield phrases.say("nth.across")
    if benefit.max_pieces is not None:
        yield phrases.say("nth.max", n=benefit.max_pieces)


def _cheapest(phrases: Phrases, benefit: CheapestOff) -> Iterator[str]:
    yield phrases.say(
        "cheapest", order=_order(phrases, benefit.order), n=benefit.units,
        off=phrases.off(benefit.bp),
    )  # fmt: skip


def _gift(phrases: Phrases, benefit: Gift) -> Iterator[str]:
    yield phrases.say(
        "gift", name=phrases.article(benefit.sku), n=benefit.qty,
        amount=phrases.money(benefit.value),
    )  # fmt: skip
    if benefit.per is None:
        yield phrases.say("gift.once")
    else:
        yield phrases.say("gift.per", n=benefit.per)
    if benefit.max_qty is not None:
        yield phrases.say("gift.max", n=benefit.max_qty)
    if benefit.substitutes:
        names = phrases.join(phrases.article(sku) for sku in benefit.substitutes)
        yield phrases.say("gift.substitutes", names=names)


def _shipping(phrases: Phrases, benefit: ShippingOff) -> Iterator[str]:
    free = benefit.bp == 10_000 or benefit.price == 0
    yield phrases.say("shipping.free") if free else _amount(phrases, "shipping", benefit)


def _points(phrases: Phrases, benefit: ExtraPoints) -> Iterator[str]:
    if benefit.times_bp is not None:
        yield phrases.say("points.times", n=phrases.times(benefit.times_bp))
    if benefit.points is not None:
        yield phrases.say("points.plus", n=benefit.points)


_SAYERS: dict[type, Callable[[Phrases, Any], Iterator[str]]] = {
    LineOff: _line,
    OrderOff: _whole_order,
    Tiered: _tiers,
    Bundle: _bundle,
    BuyGet: _buy_get,
    Sets: _sets,
    NthPiece: _nth,
    CheapestOff: _cheapest,
    Gift: _gift,
    ShippingOff: _shipping,
    ExtraPoints: _points,
}
