"""Giving spent coins back (退还): a returned order's coins go to the lots they came from."""

from datetime import datetime, timedelta

from django.db.models import F, Sum

from hefu.apps.audit.services import record, service
from hefu.apps.ledger import sql
from hefu.apps.ledger.models import Account, Draw, Hold, Lot, Transfer
from hefu.apps.ledger.services import book
from hefu.apps.ledger.values import MoveOutcome, check_move
from hefu.core import ledger as rules
from hefu.core.actor import Actor
from hefu.core.errors import Invalid, NotFound
from hefu.core.ledger import Deed, Take
from hefu.core.permissions import Permission


@service
def give_back(
    actor: Actor, *, spent: str, key: str, amount: int, reason: str = "",
    grace: timedelta | None = None, now: datetime,
) -> MoveOutcome:  # fmt: skip
    """Give coins of a spend, or of a captured hold, back to the member; once per ``key``.

    The lots taken last get theirs first, with the expiry that was announced. A lot that has
    expired meanwhile takes its coins with it, unless a ``grace`` is declared: then they come as a
    new lot that lives so long from now.

    Args:
        actor: the system, or somebody who manages budgets.
        spent: the key of the spend or the hold.
        key: names this refund.
        amount: coins, at most what was spent less what was given back before.
        reason: a stable word.
        grace: see above.
        now: the instant.

    Raises:
        NotFound: nothing was spent under that key in the actor's brand.
        NotAllowed: the actor may not.
        Invalid: more than is left of it, or a text that cannot be.
    """
    actor.require(Permission.BUDGET_MANAGE)
    brand_id = actor.own_brand()
    origin = Transfer.objects.filter(brand_id=brand_id, key=spent).first()
    if origin is None or origin.deed not in (Deed.SPEND, Deed.HOLD):
        raise NotFound
    check_move(key=key, amount=amount, reason=reason, subject=origin.subject)
    claim = book.Claim(
        key=key, deed=Deed.REFUND, currency=origin.currency, member_id=origin.member_id,
        amount=amount, origin_id=origin.pk, reason=reason, subject=origin.subject,
    )  # fmt: skip
    ids = book.claim([claim], brand_id=brand_id, by=actor.label, now=now)
    if not ids:
        return MoveOutcome(key=key, amount=book.claimed_before(brand_id, key).amount, repeated=True)
    transfer_id = ids[key]
    account_id = _take_account(origin)
    before = _given_back(origin, but=transfer_id)
    left = _spent(origin) - before
    if amount > left:
        raise Invalid(field="amount", rule="out_of_range", value=left)
    back = _next(_takes(origin), before, amount)
    renewed = _return(transfer_id, back, grace=grace, now=now)
    if renewed and grace is not None:
        Lot.objects.create(
            brand_id=brand_id, account_id=account_id, transfer_id=transfer_id, amount=renewed,
            remaining=renewed, granted_at=now, expires_at=now + grace,
        )  # fmt: skip
    Account.objects.filter(pk=account_id).update(balance=F("balance") + amount)
    move = book.Move(
        transfer_id=transfer_id, account_id=account_id, deed=Deed.REFUND, amount=amount
    )
    book.post([move], brand_id=brand_id, currency=origin.currency, now=now)
    record(
        actor, "ledger.coins_given_back", f"ledger.transfer:{origin.pk}", now=now,
        member=origin.member_id, amount=amount, currency=origin.currency, reason=reason,
    )  # fmt: skip
    return MoveOutcome(key=key, amount=amount)


def _take_account(origin: Transfer) -> int:
    """Take the member's row, so that rivals wait; returns the account."""
    rows = sql.fetch(
        "UPDATE ledger_account SET balance = balance"
        " WHERE brand_id = %s AND currency = %s AND member_id = %s RETURNING id",
        [origin.brand_id, origin.currency, origin.member_id],
    )
    return int(rows[0][0])


def _spent(origin: Transfer) -> int:
    """Coins that are gone: of a hold, only what was captured."""
    if origin.deed == Deed.SPEND:
        return origin.amount
    return Hold.objects.get(transfer=origin).captured


def _given_back(origin: Transfer, *, but: int) -> int:
    rows = Transfer.objects.filter(origin=origin, deed=Deed.REFUND).exclude(pk=but)
    return int(rows.aggregate(sum=Sum("amount"))["sum"] or 0)


def _takes(origin: Transfer) -> list[Take]:
    """What was spent of each lot, in the order in which it was taken."""
    first = list(origin.draws.filter(amount__gt=0).order_by("pk").values_list("lot_id", "amount"))
    free = dict(
        Draw.objects.filter(transfer__origin=origin, transfer__deed=Deed.RELEASE, amount__lt=0)
        .values_list("lot_id")
        .annotate(sum=Sum("amount"))
    )
    return [
        Take(lot_id=lot, amount=rest) for lot, took in first if (rest := took + free.get(lot, 0))
    ]


def _next(takes: list[Take], before: int, amount: int) -> list[Take]:
    """Say which lots get the next ``amount`` after ``before``: the last taken first."""
    done = {take.lot_id: take.amount for take in rules.give_back(takes, before)}
    return [
        Take(lot_id=take.lot_id, amount=rest)
        for take in rules.give_back(takes, before + amount)
        if (rest := take.amount - done.get(take.lot_id, 0))
    ]


def _return(transfer_id: int, back: list[Take], *, grace: timedelta | None, now: datetime) -> int:
    """Put coins back into their lots; returns those of dead lots that live on by grace."""
    dead: set[int] = set()
    if grace is not None:
        lots = Lot.objects.filter(pk__in=[take.lot_id for take in back], expires_at__lte=now)
        dead = set(lots.values_list("pk", flat=True))
    book.put_back(transfer_id, [take for take in back if take.lot_id not in dead])
    return sum(take.amount for take in back if take.lot_id in dead)
