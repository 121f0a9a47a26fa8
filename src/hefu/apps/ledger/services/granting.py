"""Granting coins: once per key, within budget and cap, many at a time."""

from collections import defaultdict
from collections.abc import Sequence
from datetime import datetime

from hefu.apps.audit.services import record, service
from hefu.apps.ledger import sql
from hefu.apps.ledger.errors import KeyReused
from hefu.apps.ledger.models import COINS
from hefu.apps.ledger.services import book
from hefu.apps.ledger.values import Grant, GrantOutcome, GrantStatus
from hefu.core import ledger as rules
from hefu.core.actor import Actor
from hefu.core.errors import Invalid
from hefu.core.ledger import Deed, Purse, Refusal, Request
from hefu.core.permissions import Permission


@service
def grant_many(
    actor: Actor, *, grants: Sequence[Grant], now: datetime, currency: str = COINS
) -> list[GrantOutcome]:
    """Give coins, each grant whole or not at all; refusals are outcomes, not errors.

    Safe to race and to repeat: a key brings coins once, budgets and caps hold exactly. Decided in
    the order given. The number of statements does not grow with the number of grants (but with
    every 500 of them, and by two for each distinct budget).

    Returns:
        One outcome per grant, in the same order.

    Raises:
        NotAllowed: neither the system nor somebody who manages budgets.
        KeyReused: a key names a movement that is no grant.
        Invalid: a grant that would be expired already.
    """
    actor.require(Permission.BUDGET_MANAGE)
    brand_id = actor.own_brand()
    unique: dict[str, Grant] = {}
    for grant in grants:
        if grant.expires_at is not None and grant.expires_at <= now:
            raise Invalid(
                field="expires_at", rule="in_the_past", value=grant.expires_at.isoformat()
            )
        unique.setdefault(grant.key, grant)
    claims = [_claim(grant, currency) for grant in unique.values()]
    ids = book.claim(claims, brand_id=brand_id, by=actor.label, now=now)
    outcomes = _granted_before(brand_id, [key for key in unique if key not in ids])
    fresh = [grant for key, grant in unique.items() if key in ids]
    verdicts = _admit(brand_id, currency, fresh)
    for grant, code in zip(fresh, verdicts, strict=True):
        status = GrantStatus.GRANTED if code is None else GrantStatus.REFUSED
        amount = grant.amount if code is None else 0
        outcomes[grant.key] = GrantOutcome(key=grant.key, status=status, amount=amount, code=code)
    refused = [ids[g.key] for g, code in zip(fresh, verdicts, strict=True) if code is not None]
    sql.fetch_in("DELETE FROM ledger_transfer WHERE id IN", [], refused)
    kept = [grant for grant, code in zip(fresh, verdicts, strict=True) if code is None]
    if kept:
        _write(brand_id, currency, kept, ids, now=now)
    if fresh:
        record(
            actor, "ledger.coins_granted", f"ledger.transfer:{ids[fresh[0].key]}", now=now,
            grants=len(kept), amount=sum(grant.amount for grant in kept), refused=len(refused),
            currency=currency,
        )  # fmt: skip
    return _in_order(grants, outcomes)


def _claim(grant: Grant, currency: str) -> book.Claim:
    return book.Claim(
        key=grant.key, deed=Deed.GRANT, currency=currency, member_id=grant.member_id,
        amount=grant.amount, budget_id=grant.budget_id, reason=grant.reason, subject=grant.subject,
    )  # fmt: skip


def _in_order(grants: Sequence[Grant], outcomes: dict[str, GrantOutcome]) -> list[GrantOutcome]:
    answered: set[str] = set()
    ordered = []
    for grant in grants:
        outcome = outcomes[grant.key]
        if grant.key in answered and outcome.status is GrantStatus.GRANTED:
            outcome = _already(grant.key, outcome.amount)
        answered.add(grant.key)
        ordered.append(outcome)
    return ordered


def _already(key: str, amount: int) -> GrantOutcome:
    return GrantOutcome(key=key, status=GrantStatus.ALREADY_GRANTED, amount=amount)


def _granted_before(brand_id: int, keys: Sequence[str]) -> dict[str, GrantOutcome]:
    statement = 'SELECT "key", deed, amount FROM ledger_transfer WHERE brand_id = %s AND "key" IN'
    found = {}
    for key, deed, amount in sql.fetch_in(statement, [brand_id], keys):
        if deed != Deed.GRANT.value:
            raise KeyReused(key=key)
        found[key] = _already(key, amount)
    return found


def _admit(brand_id: int, currency: str, grants: Sequence[Grant]) -> list[Refusal | None]:
    """Decide grants and book what they use of budgets and caps; takes the budgets' rows."""
    asked = sorted({grant.budget_id for grant in grants if grant.budget_id is not None})
    purses = {pk: purse for pk in asked if (purse := _take_budget(brand_id, currency, pk))}
    members = sorted({g.member_id for g in grants if g.budget_id in purses})
    requests = [
        Request(member_id=g.member_id, amount=g.amount, budget_id=g.budget_id) for g in grants
    ]
    verdicts = rules.admit(requests, purses=purses, shares=_shares(list(purses), members))
    used: dict[int, int] = defaultdict(int)
    shares: dict[tuple[int, int], int] = defaultdict(int)
    for request, code in zip(requests, verdicts, strict=True):
        if code is None and request.budget_id is not None:
            used[request.budget_id] += request.amount
            shares[request.budget_id, request.member_id] += request.amount
    _use(used, shares)
    return verdicts


def _take_budget(brand_id: int, currency: str, budget_id: int) -> Purse | None:
    """Take a budget's row: whoever else grants from it waits for our commit."""
    rows = sql.fetch(
        "UPDATE ledger_budget SET used = used WHERE id = %s AND brand_id = %s AND currency = %s"
        ' RETURNING "limit", used, per_person',
        [budget_id, brand_id, currency],
    )
    for limit, used, per_person in rows:
        return Purse(limit=limit, used=used, per_person=per_person)
    return None


def _shares(budgets: Sequence[int], members: Sequence[int]) -> dict[tuple[int, int], int]:
    if not budgets:
        return {}
    places = ", ".join(["%s"] * len(budgets))
    rows = sql.fetch_in(
        f"SELECT budget_id, member_id, used FROM ledger_budgetshare WHERE budget_id IN ({places})"  # noqa: S608  (placeholders only)
        " AND member_id IN",
        budgets,
        members,
    )
    return {(budget_id, member_id): used for budget_id, member_id, used in rows}


def _use(used: dict[int, int], shares: dict[tuple[int, int], int]) -> None:
    for budget_id, amount in sorted(used.items()):
        if not sql.fetch(
            "UPDATE ledger_budget SET used = used + %s WHERE id = %s"
            ' AND used + %s <= "limit" RETURNING id',
            [amount, budget_id, amount],
        ):
            raise RuntimeError(f"budget {budget_id} changed while its row was taken")
    rows = [(budget, member, amount) for (budget, member), amount in sorted(shares.items())]
    tail = (
        "ON CONFLICT (budget_id, member_id) DO UPDATE"
        " SET used = ledger_budgetshare.used + excluded.used"
        " WHERE ledger_budgetshare.used + excluded.used <= (SELECT COALESCE(b.per_person,"
        " 9223372036854775807) FROM ledger_budget b WHERE b.id = excluded.budget_id)"
        " RETURNING id"
    )
    columns = ("budget_id", "member_id", "used")
    if len(sql.insert("ledger_budgetshare", columns, rows, tail=tail)) != len(rows):
        raise RuntimeError("a person's cap changed while the budget's row was taken")


def _write(
    brand_id: int, currency: str, grants: Sequence[Grant], ids: dict[str, int], *, now: datetime
) -> None:
    totals: dict[int, int] = defaultdict(int)
    for grant in grants:
        totals[grant.member_id] += grant.amount
    accounts = _credit(brand_id, currency, totals)
    at = sql.moment(now)
    lots = [
        (
            brand_id, accounts[g.member_id], ids[g.key], g.amount, g.amount, 0, at,
            sql.moment(g.expires_at),
        )
        for g in grants
    ]  # fmt: skip
    columns = (
        "brand_id", "account_id", "transfer_id", "amount", "remaining", "expired", "granted_at",
        "expires_at",
    )  # fmt: skip
    sql.insert("ledger_lot", columns, lots)
    moves = [
        book.Move(
            transfer_id=ids[g.key], account_id=accounts[g.member_id], deed=Deed.GRANT,
            amount=g.amount,
        )
        for g in grants
    ]  # fmt: skip
    book.post(moves, brand_id=brand_id, currency=currency, now=now)


def _credit(brand_id: int, currency: str, totals: dict[int, int]) -> dict[int, int]:
    """Add to members' balances, opening accounts; returns account ids by member."""
    rows = [
        (brand_id, currency, "member", member_id, amount, 0, 0)
        for member_id, amount in sorted(totals.items())
    ]
    columns = (
        "brand_id", "currency", "book", "member_id", "balance", "held", "owed_from_held",
    )  # fmt: skip
    tail = (
        "ON CONFLICT (brand_id, currency, member_id) WHERE member_id IS NOT NULL DO UPDATE"
        " SET balance = ledger_account.balance + excluded.balance RETURNING member_id, id"
    )
    return dict(sql.insert("ledger_account", columns, rows, tail=tail))
