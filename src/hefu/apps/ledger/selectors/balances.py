"""What a member has, how it came about, and what budgets still hold."""

from dataclasses import dataclass
from datetime import datetime

from django.db.models import F, QuerySet, Sum

from hefu.apps.ledger.models import (
    COINS,
    Account,
    Budget,
    BudgetShare,
    Lot,
    Posting,
    Shortfall,
    Transfer,
)
from hefu.core.actor import Actor, ActorKind
from hefu.core.errors import NotFound
from hefu.core.permissions import Permission


@dataclass(frozen=True, kw_only=True, slots=True)
class Expiring:
    """Coins that expire together."""

    amount: int
    expires_at: datetime


@dataclass(frozen=True, kw_only=True, slots=True)
class Balance:
    """A member's coins: ``available`` to spend, ``held`` in open holds, and what expires when."""

    member_id: int
    currency: str
    available: int
    held: int
    expiring: tuple[Expiring, ...]  # the soonest first


@dataclass(frozen=True, kw_only=True, slots=True)
class BudgetRemaining:
    """What a rule page shows: coins left, the cap per person, and what the viewer may still get."""

    budget_id: int
    limit: int
    remaining: int
    per_person: int | None
    mine: int | None  # None for a viewer who is no member


def balance_for(
    actor: Actor,
    member_id: int,
    *,
    currency: str = COINS,
    now: datetime | None = None,
    known: bool = False,
) -> Balance:
    """Return a member's coins; with ``now``, without those whose time is up but not yet booked.

    Whoever never got a coin has no account. That is zero for a member who asks for himself, and
    for a caller who has found the member in the actor's brand and says so by ``known``; to anybody
    else it looks like another brand's member.

    Raises:
        NotFound: another member's, another brand's, or (for staff) one without a coin account.
        NotAllowed: the role does not see the ledger.
    """
    account = member_accounts_for(actor).filter(member_id=member_id, currency=currency).first()
    if account is None:
        himself = actor.kind is ActorKind.CONSUMER and actor.member_id == member_id
        if himself or (known and actor.kind is not ActorKind.CONSUMER):
            return Balance(member_id=member_id, currency=currency, available=0, held=0, expiring=())
        raise NotFound
    lots = Lot.objects.filter(account=account, remaining__gt=0, expires_at__isnull=False)
    expiring = [
        Expiring(amount=amount, expires_at=expires_at)
        for expires_at, amount in lots.values_list("expires_at")
        .annotate(Sum("remaining"))
        .order_by("expires_at")
        if expires_at is not None
    ]
    over = [part for part in expiring if now is not None and part.expires_at <= now]
    return Balance(
        member_id=member_id,
        currency=currency,
        available=account.balance - sum(part.amount for part in over),
        held=account.held,
        expiring=tuple(expiring[len(over) :]),
    )


def history_for(actor: Actor, member_id: int, *, currency: str = COINS) -> QuerySet[Posting]:
    """Return the lines of a member's account with their transfers, newest first; page it.

    A line's ``amount`` is signed from the member's side.

    Raises:
        NotFound: a consumer asks for another member.
        NotAllowed: the role does not see the ledger.
    """
    if actor.kind is ActorKind.CONSUMER and actor.member_id != member_id:
        raise NotFound
    accounts = member_accounts_for(actor).filter(member_id=member_id, currency=currency)
    return Posting.objects.filter(account__in=accounts).select_related("transfer").order_by("-pk")


def member_accounts_for(actor: Actor) -> QuerySet[Account]:
    """Return members' accounts with their cached balances: the brand's, or one's own.

    Raises:
        NotAllowed: the role does not see the ledger.
    """
    accounts = Account.objects.filter(brand_id=actor.own_brand(), member_id__isnull=False)
    if actor.kind is ActorKind.CONSUMER:
        return accounts.filter(member_id=_self(actor))
    actor.require(Permission.LEDGER_VIEW)
    return accounts


def transfers_for(actor: Actor) -> QuerySet[Transfer]:
    """Return the movements of the actor's brand, or a consumer's own, newest first.

    Raises:
        NotAllowed: the role does not see the ledger.
    """
    transfers = Transfer.objects.filter(brand_id=actor.own_brand()).order_by("-pk")
    if actor.kind is ActorKind.CONSUMER:
        return transfers.filter(member_id=_self(actor))
    actor.require(Permission.LEDGER_VIEW)
    return transfers


def shortfalls_for(actor: Actor) -> QuerySet[Shortfall]:
    """Return what claw-backs could not take, newest first; ``settled`` came in afterwards.

    Raises:
        NotAllowed: the role does not see the ledger.
    """
    actor.require(Permission.LEDGER_VIEW)
    return (
        Shortfall.objects.filter(brand_id=actor.own_brand())
        .select_related("transfer", "account")
        .order_by("-at", "-pk")
    )


def budgets_for(actor: Actor) -> QuerySet[Budget]:
    """Return the brand's budgets with ``remaining``, by name.

    Raises:
        NotAllowed: the role does not see the ledger.
    """
    actor.require(Permission.LEDGER_VIEW)
    return (
        Budget.objects.filter(brand_id=actor.own_brand())
        .annotate(remaining=F("limit") - F("used"))
        .order_by("name", "pk")
    )


def budget_remaining(actor: Actor, budget_id: int) -> BudgetRemaining:
    """Return what a rule page tells anybody about a budget of the actor's brand.

    Raises:
        NotFound: no such budget in the brand.
    """
    budget = Budget.objects.filter(brand_id=actor.own_brand(), pk=budget_id).first()
    if budget is None:
        raise NotFound
    remaining = budget.limit - budget.used
    mine = None
    if actor.member_id is not None:
        shares = BudgetShare.objects.filter(budget=budget, member_id=actor.member_id)
        had = shares.values_list("used", flat=True).first() or 0
        cap = remaining if budget.per_person is None else max(0, budget.per_person - had)
        mine = min(remaining, cap)
    return BudgetRemaining(
        budget_id=budget_id, limit=budget.limit, remaining=remaining,
        per_person=budget.per_person, mine=mine,
    )  # fmt: skip


def _self(actor: Actor) -> int:
    if actor.member_id is None:
        raise NotFound
    return actor.member_id
