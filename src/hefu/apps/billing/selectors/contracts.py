"""Contracts as a brand sees them, and where it stands with them on a day."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime

from django.db.models import QuerySet, Sum
from django.utils import timezone

from hefu.apps.billing.models import Block, Contract
from hefu.core.actor import Actor, ActorKind
from hefu.core.errors import NotFound
from hefu.core.metering import Span, Standing, line_amount, span_on, standing_on
from hefu.core.permissions import Permission


def contracts_for(actor: Actor) -> QuerySet[Contract]:
    """The brand's contracts, the newest first; partners have none."""
    actor.require(Permission.BILLING_VIEW)
    rows = Contract.objects.filter(brand_id=actor.own_brand()).order_by("-from_on", "-pk")
    return rows.none() if actor.is_partner else rows


def contract_by_number(actor: Actor, number: str) -> Contract:
    """Return one contract.

    Raises:
        NotFound: there is none, or not the actor's.
    """
    found = contracts_for(actor).filter(number=number).first()
    if found is None:
        raise NotFound(field="contract", value=number)
    return found


def blocks_for(actor: Actor) -> QuerySet[Block]:
    """The brand's prepaid blocks, in the order in which they are used."""
    actor.require(Permission.BILLING_VIEW)
    rows = Block.objects.filter(brand_id=actor.own_brand()).select_related("contract")
    rows = rows.order_by("bought_on", "pk")
    return rows.none() if actor.is_partner else rows


def span_of(contract: Contract) -> Span:
    """When a contract holds."""
    return Span(from_on=contract.from_on, until_on=contract.until_on, grace=contract.grace_days)


def deciding(contracts: Iterable[Contract], day: date) -> Contract | None:
    """Return the contract under which a day's codes are issued and charged, if any."""
    by_span = {span_of(one): one for one in contracts}
    span = span_on(list(by_span), day)
    return by_span[span] if span else None


@dataclass(frozen=True, kw_only=True)
class Account:
    """Where a brand stands: ``contract`` is the one that decides ``on``, or the last one."""

    on: date
    standing: Standing
    contract: Contract | None

    @property
    def issuing_until(self) -> date | None:
        """The last day on which codes are issued, as things stand."""
        return span_of(self.contract).last_on if self.contract else None


def account_on(brand_id: int, day: date) -> Account:
    """Say where a brand stands on a day; one query."""
    contracts = list(Contract.objects.filter(brand_id=brand_id).order_by("from_on"))
    standing = standing_on([span_of(one) for one in contracts], day)
    decides = deciding(contracts, day)
    if decides is None and contracts:
        begun = [one for one in contracts if one.from_on <= day]
        decides = begun[-1] if begun else contracts[0]
    return Account(on=day, standing=standing, contract=decides)


def account_for(actor: Actor, *, now: datetime) -> Account:
    """The actor's brand's account today, for those who may see it."""
    actor.require(Permission.BILLING_VIEW)
    return account_on(actor.own_brand(), timezone.localdate(now))


@dataclass(frozen=True, kw_only=True)
class OrderCost:
    """What the first year of an order's codes will cost, if it is issued today.

    ``contract`` is None where nothing is charged; ``prepaid`` codes are covered by blocks.
    """

    standing: Standing
    contract: Contract | None
    codes: int
    prepaid: int
    issuing_until: date | None

    @property
    def amount(self) -> int:
        """In minor units of the contract's currency, tax included."""
        if self.contract is None:
            return 0
        return line_amount(codes=self.codes - self.prepaid, years=1, price=self.contract.code_price)

    @property
    def refused(self) -> bool:
        """It would not be issued."""
        return self.standing is Standing.ENDED


def order_cost(actor: Actor, *, codes: int, now: datetime) -> OrderCost | None:
    """Say what an order will cost before it is approved; None for partners: not their bill."""
    actor.require(Permission.ORDER_VIEW)
    if actor.is_partner or actor.kind is ActorKind.CONSUMER:
        return None
    today = timezone.localdate(now)
    account = account_on(actor.own_brand(), today)
    charged = account.standing in (Standing.ACTIVE, Standing.ENDING, Standing.GRACE)
    left = usable_blocks(actor.own_brand(), today).aggregate(sum=Sum("left"))["sum"] or 0
    return OrderCost(
        standing=account.standing, contract=account.contract if charged else None, codes=codes,
        prepaid=min(codes, left) if charged else 0, issuing_until=account.issuing_until,
    )  # fmt: skip


def usable_blocks(brand_id: int, day: date) -> QuerySet[Block]:
    """Blocks that a year beginning on ``day`` may use, the oldest first."""
    return Block.objects.filter(
        brand_id=brand_id, left__gt=0, bought_on__lte=day, expires_on__gte=day
    ).order_by("bought_on", "pk")
