"""What a return would bring (退货试算), from what the order was priced with; writes nothing."""

from collections.abc import Mapping
from dataclasses import dataclass

from hefu.apps.campaigns.errors.returns import NotPricedHere, SaleAltered
from hefu.apps.campaigns.selectors.rules import ruleset_by_hash
from hefu.apps.orders.models import Order
from hefu.core.actor import Actor
from hefu.core.errors import NotFound
from hefu.core.promotions import (
    Cart,
    Facts,
    Refund,
    Returned,
    Sale,
    Terms,
    canonical_bytes,
    evaluate,
    from_document,
    paid_by_unit,
    refund,
)


@dataclass(frozen=True, kw_only=True, slots=True)
class ReturnLine:
    """One line of an order as somebody who takes goods back sees it.

    ``left``: units that are still with the customer; ``paid``: minor units paid for each of all
    its units, the dearest first.
    """

    line: str
    sku: str
    title: str
    quantity: int
    left: int
    paid: tuple[int, ...]


def sale_of(actor: Actor, order: Order) -> Sale:
    """Rebuild the sale: the rules of its hash, its cart, facts and instant, and the quote again.

    Raises:
        NotFound: another brand's order.
        NotPricedHere: an imported order.
        SaleAltered: the quote kept with the order is not what these give.
    """
    if order.brand_id != actor.own_brand():
        raise NotFound
    if not order.ruleset or order.priced_at is None:
        raise NotPricedHere(source=order.source)
    facts = from_document(Facts, order.facts)
    ruleset = ruleset_by_hash(order.brand_id, order.ruleset)
    quote = evaluate(ruleset, from_document(Cart, order.cart), facts, order.priced_at)
    if quote.canonical() != canonical_bytes(order.quote):
        raise SaleAltered(order=order.number)
    return Sale(
        ruleset=ruleset, facts=facts, at=order.priced_at, quote=quote,
        terms=from_document(Terms, order.terms),
    )  # fmt: skip


def returned_so_far(order: Order) -> Returned:
    """Return what has come back of an order."""
    return from_document(Returned, order.returned)


def preview(
    actor: Actor, *, order: Order, units: Mapping[str, int], gifts: Mapping[str, int] | None = None
) -> Refund:
    """Compute what the customer gets back if these units and gifts come back now.

    Raises:
        NotFound, NotPricedHere, SaleAltered: see ``sale_of``.
        ReturnRefused: there are not so many left to return.
    """
    return refund(sale_of(actor, order), returned_so_far(order), units, gifts)


def return_lines(actor: Actor, order: Order) -> list[ReturnLine]:
    """List the lines of an order with what was paid for each unit.

    Raises:
        NotFound, NotPricedHere, SaleAltered: see ``sale_of``.
    """
    sale = sale_of(actor, order)
    gone = returned_so_far(order).units
    titles = dict(order.lines.values_list("line_no", "title"))
    return [
        ReturnLine(
            line=line.id, sku=line.sku, title=titles.get(line.id, line.sku), quantity=line.qty,
            left=line.qty - len(gone.get(line.id, ())),
            paid=tuple(sorted(paid_by_unit(sale.quote, place), reverse=True)),
        )
        for place, line in enumerate(sale.quote.cart.lines)
    ]  # fmt: skip


def gifts_out(actor: Actor, order: Order) -> dict[str, int]:
    """Say which gifts of an order are still with the customer, pieces by sku.

    Raises:
        NotFound, NotPricedHere, SaleAltered: see ``sale_of``.
    """
    back = returned_so_far(order).gifts
    out: dict[str, int] = {}
    for gift in sale_of(actor, order).quote.gifts:
        out[gift.sku] = out.get(gift.sku, 0) + gift.qty
    left = {sku: pieces - back.get(sku, 0) for sku, pieces in out.items()}
    return {sku: pieces for sku, pieces in left.items() if pieces > 0}
