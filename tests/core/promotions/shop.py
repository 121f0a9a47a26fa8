"""Short words for carts and rules in yuan, shared by the tests of the engine."""

from datetime import UTC, datetime

from hefu.core.money import parse_amount
from hefu.core.promotions import (
    NOBODY,
    Cart,
    Facts,
    Line,
    Promotion,
    Quote,
    Rules,
    Scope,
    compile_rules,
    evaluate,
)

NOW = datetime(2026, 11, 22, 12, tzinfo=UTC)


def yuan(text) -> int:
    """Fen."""
    return parse_amount(str(text), "CNY")


def line(name, price, qty=1, *categories, **more) -> Line:
    """A line whose article, product and id are ``name``."""
    return Line(
        id=name, sku=name, product=name, unit=yuan(price), qty=qty, categories=categories, **more
    )


def cart(*lines, **more) -> Cart:
    """A cart in yuan."""
    return Cart(lines=lines, currency="CNY", **more)


def goods(amount) -> Cart:
    """A cart with one article at a price."""
    return cart(line("a", amount))


def offer(name, benefit, **more) -> Promotion:
    """A promotion in yuan."""
    return Promotion(id=name, benefit=benefit, currency="CNY", **more)


def in_category(*names, **more) -> Scope:
    """A scope of categories."""
    return Scope(categories=frozenset(names), **more)


def price(of: Cart, *promotions, facts: Facts = NOBODY, now=NOW, **more) -> Quote:
    """What a cart costs under some promotions."""
    return evaluate(compile_rules(Rules(promotions=promotions, **more)), of, facts, now)


def verdicts(quote: Quote) -> dict[str, str]:
    """The verdicts by promotion."""
    return {one.promotion: one.verdict.value for one in quote.explanations}
