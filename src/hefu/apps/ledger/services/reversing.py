"""Taking a grant back (收回), as when the unit it was given for is returned."""

from datetime import datetime

from django.db.models import F, Sum

from hefu.apps.audit.services import record, service
from hefu.apps.ledger import sql
from hefu.apps.ledger.models import Account, Budget, BudgetShare, Lot, Shortfall, Transfer
from hefu.apps.ledger.services import book
from hefu.apps.ledger.values import MAX_REASON, RESERVED, ReverseOutcome
from hefu.core import ledger as rules
from hefu.core.actor import Actor
from hefu.core.errors import Invalid, NotFound
from hefu.core.ledger import ClawBack, Deed
from hefu.core.permissions import Permission


@service
def reverse(
    actor: Actor, *, key: str, reason: str, now: datetime, amount: int | None = None, part: str = ""
) -> ReverseOutcome:
    """Take the grant ``key`` back, as far as there is a balance; idempotent.

    What was spent already is noted as a shortfall; what lies in open holds is settled if they are
    released. What was taken gives room again in the budget and the person's cap.

    Args:
        actor: the system, or somebody who manages budgets.
        key: the grant's.
        reason: a stable word.
        now: the instant.
        amount: take back only so much, as when a part of an order returns; ``part`` names the
            part, so that each happens once. None: all that earlier parts left.
        part: see ``amount``.

    Raises:
        NotFound: no grant of this key in the actor's brand.
        NotAllowed: neither the system nor somebody who manages budgets.
        Invalid: the reason is longer than 60 characters, or more is asked than was granted and
            not taken back before.
    """
    actor.require(Permission.BUDGET_MANAGE)
    if len(reason) > MAX_REASON:
        raise Invalid(field="reason", rule="too_long", value=MAX_REASON)
    brand_id = actor.own_brand()
    grant = Transfer.objects.filter(brand_id=brand_id, key=key, deed=Deed.GRANT.value).first()
    if grant is None:
        raise NotFound
    claim = book.Claim(
        key=f"{RESERVED}{Deed.REVERSE.value}:{key}{part and '#'}{part}", deed=Deed.REVERSE,
        currency=grant.currency,
        member_id=grant.member_id, amount=0, budget_id=grant.budget_id, origin_id=grant.pk,
        reason=reason, subject=grant.subject,
    )  # fmt: skip
    ids = book.claim([claim], brand_id=brand_id, by=actor.label, now=now)
    if not ids:
        return _reversed_before(book.claimed_before(brand_id, claim.key), key)
    transfer_id = ids[claim.key]
    _take_budget(grant)
    plan = _take_back(grant, transfer_id, amount=amount, now=now)
    _give_room(grant, plan.taken)
    record(
        actor, "ledger.grant_reversed", f"ledger.transfer:{grant.pk}", now=now, reason=reason,
        member=grant.member_id, taken=plan.taken, shortfall=plan.shortfall,
    )  # fmt: skip
    return ReverseOutcome(key=key, taken=plan.taken, shortfall=plan.shortfall)


def _reversed_before(transfer: Transfer, key: str) -> ReverseOutcome:
    short = Shortfall.objects.filter(transfer=transfer).values_list("amount", flat=True).first()
    return ReverseOutcome(key=key, taken=transfer.amount, shortfall=short or 0, repeated=True)


def _take_budget(grant: Transfer) -> None:
    """Take the budget's row before the account's, as every grant does."""
    if grant.budget_id is not None:
        Budget.objects.filter(pk=grant.budget_id).update(used=F("used"))


def _take_back(grant: Transfer, transfer_id: int, *, amount: int | None, now: datetime) -> ClawBack:
    own = Lot.objects.get(transfer_id=grant.pk)
    account_id = own.account_id
    in_holds, owed = sql.fetch(
        "UPDATE ledger_account SET balance = balance WHERE id = %s RETURNING held, owed_from_held",
        [account_id],
    )[0]
    own.refresh_from_db()  # only now is it certain that nobody else moves these lots
    left = own.amount - _reversed_so_far(grant, but=transfer_id)
    if amount is not None and not 0 < amount <= left:
        raise Invalid(field="amount", rule="out_of_range", value=left)
    # of a part that comes back, expired coins are the last to be counted
    due = left if amount is None else amount
    expired = max(0, own.expired - (left - due))
    plan = rules.claw_back(
        granted=due,
        expired=expired,
        own=rules.Lot(
            id=own.pk, remaining=own.remaining, granted_at=own.granted_at, expires_at=own.expires_at
        ),
        others=[lot for lot in book.lots_of(account_id) if lot.id != own.pk],
        now=now,
    )
    if plan.taken:
        book.draw(transfer_id, plan.takes)
        move = book.Move(
            transfer_id=transfer_id, account_id=account_id, deed=Deed.REVERSE, amount=plan.taken
        )
        book.post([move], brand_id=grant.brand_id, currency=grant.currency, now=now)
        Transfer.objects.filter(pk=transfer_id).update(amount=plan.taken)
    Account.objects.filter(pk=account_id).update(
        balance=F("balance") - plan.taken, owed_from_held=min(in_holds, owed + plan.shortfall)
    )
    if plan.shortfall:
        Shortfall.objects.create(
            brand_id=grant.brand_id, account_id=account_id, transfer_id=transfer_id,
            amount=plan.shortfall, at=now,
        )  # fmt: skip
    return plan


def _reversed_so_far(grant: Transfer, *, but: int) -> int:
    """Coins of a grant that were taken back or noted as missing before."""
    rows = Transfer.objects.filter(origin=grant, deed=Deed.REVERSE.value).exclude(pk=but)
    taken = rows.aggregate(sum=Sum("amount"))["sum"] or 0
    missing = Shortfall.objects.filter(transfer__in=rows).aggregate(sum=Sum("amount"))["sum"] or 0
    return int(taken + missing)


def _give_room(grant: Transfer, amount: int) -> None:
    if grant.budget_id is None or not amount:
        return
    Budget.objects.filter(pk=grant.budget_id, used__gte=amount).update(used=F("used") - amount)
    BudgetShare.objects.filter(
        budget_id=grant.budget_id, member_id=grant.member_id, used__gte=amount
    ).update(used=F("used") - amount)
