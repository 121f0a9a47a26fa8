"""How an order was priced (成交价说明): every reason of its stored quote, by the rules of then."""

from hefu.apps.campaigns.selectors.rules import ruleset_by_hash
from hefu.apps.orders.models import Order
from hefu.core.errors import NotFound
from hefu.surfaces.reasons import Reason, explanation_of, reasons_of


def reasons_of_order(order: Order) -> list[Reason]:
    """Say every answer of an order's quote; an order priced elsewhere has none."""
    records = order.quote.get("explanations", ())
    if not records:
        return []
    try:
        ruleset = ruleset_by_hash(order.brand_id, order.ruleset)
    except NotFound:
        return []
    told = (explanation_of(record) for record in records)
    return reasons_of(told, ruleset=ruleset, currency=order.currency)
