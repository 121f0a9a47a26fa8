"""What is left of each discount after goods came back (剩余优惠): whoever bears it bears that."""

from hefu.core.promotions.engine import allocation, evaluate
from hefu.core.promotions.refund import Returned, Sale, Way, remaining_cart


def discounts_left(sale: Sale, returned: Returned) -> dict[str, int]:
    """Return the discount by promotion, in minor units, that what stays still enjoys.

    Kept prices: the parts of the units that stay. Priced again: what the promotion gives them now,
    at most what it gave. A discount on shipping stays while shipping does.
    """
    quote = sale.quote
    gone = {line: set(units) for line, units in returned.units.items()}
    rest = remaining_cart(quote.cart, gone)
    shipping = {
        one.promotion: one.amount - sum(share.amount for share in one.shares)
        for one in quote.applied
    }
    if rest is None:
        stays = not sale.terms.refund_shipping
        return {name: amount if stays else 0 for name, amount in shipping.items()}
    if sale.terms.way is not Way.KEEP:
        again = evaluate(sale.ruleset, rest, sale.facts, sale.at)
        given = {one.promotion: one.amount for one in again.applied}
        return {
            one.promotion: min(one.amount, given.get(one.promotion, 0)) for one in quote.applied
        }
    parts = allocation(sale.ruleset, quote.cart, sale.facts, sale.at)
    return {
        name: amount
        + sum(
            part
            for line, units in parts.get(name, {}).items()
            for unit, part in enumerate(units)
            if unit not in gone.get(line, ())
        )
        for name, amount in shipping.items()
    }
