"""What a cart costs somebody now, and why (询价): facts gathered, then one pure evaluation.

A quote promises nothing and writes nothing. The number of queries is fixed: it grows neither with
the lines nor with the promotions, and the evaluation itself reads no row.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta

from django.db.models import Count, Q

from hefu.apps.campaigns.models import Counter, CustomerSlot
from hefu.apps.campaigns.selectors.coupons import usable_by
from hefu.apps.campaigns.selectors.rules import ruleset_at
from hefu.apps.members.standing import StandingFacts, standing_of
from hefu.apps.orders.models import Order, OrderState
from hefu.apps.orders.selectors.articles import stock_of
from hefu.core.actor import Actor, ActorKind, consumer
from hefu.core.errors import Invalid
from hefu.core.promotions import Cart, Facts, Gift, Promotion, Quote, Ruleset, Use, evaluate

#: A member without an order is a new customer so long, and a potential one afterwards (R247).
NEW_FOR = timedelta(days=30)

#: What a caller may say about the moment; a rule may ask for nothing else (law L17).
SAYABLE = frozenset({"channel", "region", "shipping_method", "payment_means"})

#: Facts about a person that the house itself knows; conditions may read these and ``SAYABLE``.
KNOWN_TO_US = frozenset({"member_level", "segment", "customer_kind", "membership"})

#: The fact of every member, whatever level: its one value (会员专享).
MEMBERSHIP = {"membership": "member"}

_OPEN_TO_ALL = (ActorKind.ANONYMOUS, ActorKind.CONSUMER)


@dataclass(frozen=True, kw_only=True, slots=True)
class Known:
    """What the caller knows of buyer and moment.

    Args:
        values: of ``SAYABLE``: channel, region (GB/T 2260), shipping_method, payment_means.
        member_id: for whom staff, a till or an integrator asks; a consumer is always himself.
        pseudonym: a stable one of a buyer who is no member (``Order.buyer_key``); "" is nobody.

    Raises:
        Invalid: a value of another name.
    """

    values: Mapping[str, str] = field(default_factory=dict)
    member_id: int | None = None
    pseudonym: str = ""

    def __post_init__(self) -> None:
        for name in self.values:
            if name not in SAYABLE:
                raise Invalid(field=f"known.{name}", rule="not_a_choice", value=name)


@dataclass(frozen=True, kw_only=True, slots=True)
class Quoted:
    """A quote and what it was made of: enough to open an order and to refund it years later."""

    quote: Quote
    ruleset: Ruleset
    facts: Facts
    at: datetime
    member_id: int | None

    @property
    def customer(self) -> str:
        """Whose limits count: "member:17", a pseudonym, or "" for nobody."""
        return self.facts.customer


def quote(actor: Actor, *, cart: Cart, known: Known, now: datetime) -> Quoted:
    """Price a cart under the rules in force.

    Raises:
        NotFound: the actor acts for no brand, or the member is not the brand's.
    """
    ruleset = ruleset_at(actor.own_brand(), now)
    buyer = _buyer(actor, known)
    facts = facts_of(buyer, cart=cart, known=known, ruleset=ruleset, now=now)
    return Quoted(
        quote=evaluate(ruleset, cart, facts, now), ruleset=ruleset, facts=facts, at=now,
        member_id=buyer.member_id,
    )  # fmt: skip


def as_member(quoted: Quoted) -> Quote | None:
    """Return what the same cart costs who joins now, of no level; None: a member asked."""
    if quoted.member_id is not None:
        return None
    facts = replace(quoted.facts, values={**quoted.facts.values, **MEMBERSHIP})
    return evaluate(quoted.ruleset, quoted.quote.cart, facts, quoted.at)


def _buyer(actor: Actor, known: Known) -> Actor:
    """Return the actor whose coupons and limits count."""
    if actor.kind in _OPEN_TO_ALL or known.member_id is None:
        return actor
    return consumer(brand_id=actor.own_brand(), member_id=known.member_id, surface=actor.surface)


def customer_of(actor: Actor, known: Known) -> str:
    """Name whose limits count, without asking whether there is such a member."""
    buyer = _buyer(actor, known)
    return f"member:{buyer.member_id}" if buyer.member_id else known.pseudonym


def facts_of(buyer: Actor, *, cart: Cart, known: Known, ruleset: Ruleset, now: datetime) -> Facts:
    """Gather everything a condition may ask about a buyer: eight queries at most.

    Raises:
        NotFound: the member is not the brand's, or closed the account.
    """
    brand_id = buyer.own_brand()
    standing = (
        standing_of(brand_id=brand_id, member_id=buyer.member_id) if buyer.member_id else None
    )
    customer = customer_of(buyer, known)
    placed, cancelled = _orders(brand_id, standing, known)
    coupons = usable_by(buyer, cart.codes, now=now) if cart.codes else {}
    touched = touched_by(ruleset, cart, coupons)
    values: dict[str, str | frozenset[str]] = {
        **{name: value for name, value in known.values.items() if value},
        "customer_kind": customer_kind(standing, bought=placed > cancelled, now=now),
    }
    if standing is not None:
        values.update(MEMBERSHIP)
        values["segment"] = standing.segments
        if standing.level:
            values["member_level"] = standing.level
    return Facts(
        values=values, verified=standing.verified if standing else {},
        birthday=standing.birthday if standing else None, customer=customer,
        orders_placed=placed, orders_cancelled=cancelled, coupons=coupons,
        uses=_uses(brand_id, touched, customer), gift_stock=_gift_stock(buyer, touched),
    )  # fmt: skip


def customer_kind(standing: StandingFacts | None, *, bought: bool, now: datetime) -> str:
    """Say which of the three customers somebody is (R247); exactly one holds.

    ``old`` (老客户) has an order that was not cancelled. Without one, ``new`` (新客户) is a visitor
    or a member for at most 30 days, ``potential`` (潜在客户) a member for longer.
    """
    if bought:
        return "old"
    if standing is None or now - standing.joined_at <= NEW_FOR:
        return "new"
    return "potential"


def touched_by(ruleset: Ruleset, cart: Cart, coupons: Mapping[str, str]) -> list[Promotion]:
    """Return the promotions that this cart and its codes touch, by id."""
    numbers = {
        number
        for scope in ruleset.index.touch(cart.lines)
        for number in ruleset.by_scope.get(scope, ())
    }
    for code in cart.codes:
        numbers.update(ruleset.by_code.get(code, ()))
        if (issued := ruleset.numbers.get(coupons.get(code, ""))) is not None:
            numbers.add(issued)
    return sorted((ruleset.all_rules[one].promotion for one in numbers), key=lambda one: one.id)


def _orders(brand_id: int, standing: StandingFacts | None, known: Known) -> tuple[int, int]:
    """Count the buyer's orders, of every source, and those of them that came to nothing."""
    if standing is not None:
        whose = Q(member_id=standing.member_id)
    elif known.pseudonym:
        whose = Q(buyer_key=known.pseudonym)
    else:
        return 0, 0
    counts = Order.objects.filter(whose, brand_id=brand_id).aggregate(
        placed=Count("pk"), cancelled=Count("pk", filter=Q(state=OrderState.CANCELLED))
    )
    return counts["placed"], counts["cancelled"]


def _uses(brand_id: int, touched: Iterable[Promotion], customer: str) -> dict[str, Use]:
    """Read what the touched promotions have used, in all and by this customer: two queries."""
    codes = [one.id for one in touched]
    if not codes:
        return {}
    mine: dict[str, int] = {}
    if customer and any(one.max_per_customer is not None for one in touched):
        slots = CustomerSlot.objects.filter(
            promotion__brand_id=brand_id, promotion__code__in=codes, customer=customer
        )
        mine = dict(slots.values_list("promotion__code").annotate(Count("pk")))
    counters = Counter.objects.filter(promotion__brand_id=brand_id, promotion__code__in=codes)
    return {
        code: Use(
            total=uses, by_customer=mine.get(code, 0),
            budget_left=None if budget is None else max(0, budget - spent),
        )
        for code, uses, spent, budget in counters.values_list(
            "promotion__code", "uses", "spent", "budget"
        )
    }  # fmt: skip


def _gift_stock(buyer: Actor, touched: Iterable[Promotion]) -> dict[str, int]:
    gifts = [one.benefit for one in touched if isinstance(one.benefit, Gift)]
    skus = {sku for gift in gifts for sku in (gift.sku, *gift.substitutes)}
    return stock_of(buyer, skus) if skus else {}
