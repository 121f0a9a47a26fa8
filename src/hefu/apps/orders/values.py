"""What goes into the services of orders: an evaluated quote that is to become an order (下单)."""

import json
from dataclasses import asdict, dataclass, field
from datetime import datetime
from enum import StrEnum

from hefu.apps.orders.models import Source
from hefu.core.errors import Invalid
from hefu.core.promotions import Facts, Quote, Terms

#: The means of payment that is the member's C-coins, in carts, quotes and payments.
COINS_MEANS = "coins"

#: ``Order.waits_for`` of an order in a group buy that is not formed yet.
FOR_GROUP = "group"

#: Coins stay set aside so much longer than an order may be paid: no order outlives its hold.
GRACE_HOURS = 24


class Because(StrEnum):
    """Why an unpaid order ended. An order is a contract: the brand alone ends none."""

    BUYER = "buyer"  # the buyer changed his mind
    AGREED = "agreed"  # staff, at the buyer's wish
    EXPIRED = "expired"  # not paid within the time that was announced


@dataclass(frozen=True, kw_only=True, slots=True)
class Receiver:
    """Who gets the goods; sealed at rest.

    Raises:
        Invalid: a part is missing or too long; names the field.
    """

    name: str
    phone: str
    address: str

    def __post_init__(self) -> None:
        for part, longest in (("name", 40), ("phone", 30), ("address", 200)):
            text = getattr(self, part).strip()
            if not text:
                raise Invalid(field=part, rule="required")
            if len(text) > longest:
                raise Invalid(field=part, rule="too_long", value=longest)

    def sealed(self) -> str:
        """Return the text of ``Order.receiver``."""
        return json.dumps(asdict(self), ensure_ascii=False)


@dataclass(frozen=True, kw_only=True, slots=True)
class NewOrder:
    """A quote that becomes an order.

    Args:
        key: whose wish it is; asked twice, one order.
        quote: as evaluated; its cart's lines are articles by ``sku``, its tenders the parts
            that are not paid in money.
        facts, priced_at, terms: what the quote was made of, kept for refunds.
        member_id, buyer_key: the buyer, and his pseudonym where there is no member.
        confirmed: skus whose exclusion of the seven-day right the buyer confirmed (law L21).
        expires_at: an unpaid order is released then; None for one paid at a counter.
        number: the seller's own; drawn when empty.
        set_aside: the pieces were set aside elsewhere (a flash sale's own stock), not to be taken
            from the article's.
        waits_for: why the goods are not sent though it is paid, see ``Order.waits_for``.
        provider: who takes the money; ``""``: a till, whose receipt is the payment's reference.
    """

    key: str
    quote: Quote
    facts: Facts
    priced_at: datetime
    terms: Terms = field(default_factory=Terms)
    source: Source = Source.MALL
    number: str = ""
    shop: str = ""
    channel: str = ""
    member_id: int | None = None
    buyer_key: str = ""
    receiver: Receiver | None = None
    region: str = ""
    confirmed: frozenset[str] = field(default_factory=frozenset)
    expires_at: datetime | None = None
    set_aside: bool = False
    waits_for: str = ""
    provider: str = ""
