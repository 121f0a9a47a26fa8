"""Whether what was charged is what was announced (价格执行稽核), order by order.

Two questions, answered from what the orders keep: does the announced rule set give the price that
was charged, and did two buyers of one cart pay differently without a published reason.
"""

from collections import defaultdict
from dataclasses import dataclass
from datetime import datetime
from hashlib import sha256

from hefu.apps.campaigns.errors.returns import NotPricedHere, SaleAltered
from hefu.apps.campaigns.selectors.returns import sale_of
from hefu.apps.orders.models import Order
from hefu.apps.orders.selectors.orders import orders_for
from hefu.core.actor import Actor
from hefu.core.errors import NotFound
from hefu.core.promotions import RulesUnreadable, canonical_bytes

#: Orders looked at, the newest first.
SAMPLE = 1_000


@dataclass(frozen=True, kw_only=True, slots=True)
class Deviation:
    """An order whose price is not what its rules give; ``computed`` None: they cannot be read."""

    order: str
    charged: int  # minor units
    computed: int | None


@dataclass(frozen=True, kw_only=True, slots=True)
class Difference:
    """Two orders of one cart under one rule set, priced differently for no stated reason."""

    orders: tuple[str, str]
    totals: tuple[int, int]


def executed_otherwise(
    actor: Actor, *, since: datetime, until: datetime, sample: int = SAMPLE
) -> list[Deviation]:
    """List orders that were not charged what the announced rules give (R251); none is right.

    Each order is priced anew from its own rules, cart, facts and instant.
    """
    found = []
    for order in _priced(actor, since, until, sample):
        try:
            total: int | None = sale_of(actor, order).quote.total
        except NotPricedHere:
            continue
        except (SaleAltered, NotFound, RulesUnreadable):
            total = None
        if total != order.total:
            found.append(Deviation(order=order.number, charged=order.total, computed=total))
    return found


def unexplained_differences(
    actor: Actor, *, since: datetime, until: datetime, sample: int = SAMPLE
) -> list[Difference]:
    """List pairs of orders of one cart that cost differently with the same reasons (R012, L17).

    A level, a proof, a region, a limit that was used up: each is a reason that stands in the
    quote's explanations or as the audience of a price. Where they are the same, so is the price.
    """
    alike: dict[str, list[Order]] = defaultdict(list)
    for order in _priced(actor, since, until, sample):
        alike[_reasons_of(order)].append(order)
    return [
        Difference(orders=(first.number, other.number), totals=(first.total, other.total))
        for first, *others in alike.values()
        for other in others
        if other.total != first.total
    ]


def _priced(actor: Actor, since: datetime, until: datetime, sample: int) -> list[Order]:
    rows = orders_for(actor).filter(placed_at__gte=since, placed_at__lt=until)
    return list(rows.exclude(ruleset="")[:sample])


def _reasons_of(order: Order) -> str:
    """Name a cart, its rules and the answer of every promotion and price to it, amounts aside."""
    said = [
        [one["promotion"], one["verdict"], one["predicate"], one["tier"], one["observed"]]
        for one in order.quote.get("explanations", ())
    ]
    audiences = [line["audience"] for line in order.quote.get("lines", ())]
    kept = [order.ruleset, order.cart, said, audiences]
    return sha256(canonical_bytes(kept)).hexdigest()
