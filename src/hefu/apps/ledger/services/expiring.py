"""The clock of the ledger: coins expire as announced, holds end when their time is up."""

from collections import defaultdict
from collections.abc import Sequence
from contextlib import suppress
from datetime import datetime

from django.db.models import F, Q

from hefu.apps.audit.services import record, service
from hefu.apps.ledger import sql
from hefu.apps.ledger.errors import HoldEnded
from hefu.apps.ledger.models import Account, Hold, Lot
from hefu.apps.ledger.services import book
from hefu.apps.ledger.services.spending import release
from hefu.apps.ledger.values import RESERVED
from hefu.core.actor import Actor, system
from hefu.core.ledger import Deed

BATCH = 500  # holds per round, members per transaction


def expire_due(now: datetime) -> int:
    """End what is due: holds first, so that their coins expire too; returns how much was done.

    Any number of workers may run it at once.
    """
    done = 0
    due_holds = Hold.objects.filter(state=Hold.State.OPEN, expires_at__lte=now)
    keys = due_holds.order_by("expires_at").values_list("brand_id", "transfer__key")
    for brand_id, key in list(keys[:BATCH]):
        try:
            outcome = release(system("ledger clock", brand_id=brand_id), key=key, now=now)
        except HoldEnded:  # captured in the meantime
            continue
        done += not outcome.repeated
    while expired := _expire_batch(now):
        done += expired
    return done


def _expire_batch(now: datetime) -> int:
    due = Lot.objects.filter(expires_at__lte=now, remaining__gt=0).order_by("expires_at", "pk")
    book_of = due.values_list("brand_id", "account__currency").first()
    if book_of is None:
        return 0
    brand_id, currency = book_of
    lots = due.filter(brand_id=brand_id, account__currency=currency)
    accounts = sorted(set(lots.values_list("account_id", flat=True)[:BATCH]))
    actor = system("ledger clock", brand_id=brand_id)
    ended = Q(expires_at__lte=now)
    return _expire(actor, accounts=accounts, currency=currency, ended=ended, now=now)


@service
def forfeit(actor: Actor, *, member_id: int, now: datetime) -> dict[str, int]:
    """Let all coins and points of a member go, held ones too: the account is being closed.

    Returns:
        What went, by currency; none of it can be had again.
    """
    brand_id = actor.own_brand()
    mine = Account.objects.filter(brand_id=brand_id, member_id=member_id)
    held = Hold.objects.filter(account__in=mine, state=Hold.State.OPEN)
    for key in list(held.values_list("transfer__key", flat=True)):
        with suppress(HoldEnded):  # captured in the meantime: spent
            release(system(actor.label, brand_id=brand_id), key=key, now=now)
    gone = {}
    for account in mine.filter(balance__gt=0).order_by("currency"):
        gone[account.currency] = account.balance
        _expire(
            actor, accounts=[account.pk], currency=account.currency, ended=Q(), now=now,
        )  # fmt: skip
    return gone


@service
def _expire(
    actor: Actor, *, accounts: Sequence[int], currency: str, ended: Q, now: datetime
) -> int:
    """Move what is left of the lots of these accounts that ``ended`` to the expired coins."""
    brand_id = actor.own_brand()
    _take_accounts(accounts)
    due = Lot.objects.filter(ended, account_id__in=accounts, remaining__gt=0)
    lots = list(due.select_related("transfer").order_by("pk"))
    if not lots:
        return 0  # another worker was first
    claims = {lot.pk: _claim(lot, currency) for lot in lots}
    ids = book.claim(claims.values(), brand_id=brand_id, by=actor.label, now=now)
    moves, draws = [], []
    debits: dict[int, int] = defaultdict(int)
    for lot in lots:
        transfer_id = ids[claims[lot.pk].key]
        moves.append(
            book.Move(
                transfer_id=transfer_id, account_id=lot.account_id, deed=Deed.EXPIRE,
                amount=lot.remaining,
            )
        )  # fmt: skip
        draws.append((transfer_id, lot.pk, lot.remaining))
        debits[lot.account_id] += lot.remaining
    book.post(moves, brand_id=brand_id, currency=currency, now=now)
    due.update(expired=F("expired") + F("remaining"), remaining=0)
    book.note_draws(draws)
    sql.update_each("ledger_account", "balance = balance - v.column2", list(debits.items()))
    record(
        actor, "ledger.coins_expired", f"ledger.transfer:{moves[0].transfer_id}", now=now,
        lots=len(lots), amount=sum(debits.values()), currency=currency,
    )  # fmt: skip
    return len(lots)


def _claim(lot: Lot, currency: str) -> book.Claim:
    # a lot can expire again when a hold returns coins to it; what expired so far tells them apart
    return book.Claim(
        key=f"{RESERVED}{Deed.EXPIRE.value}:{lot.pk}:{lot.expired}", deed=Deed.EXPIRE,
        currency=currency, member_id=lot.transfer.member_id, amount=lot.remaining,
        origin_id=lot.transfer_id, subject=lot.transfer.subject,
    )  # fmt: skip


def _take_accounts(accounts: Sequence[int]) -> None:
    """Take members' rows in the order in which grants take them, which a plain UPDATE may not."""
    places = ", ".join(["%s"] * len(accounts))
    columns = "id, brand_id, currency, book, member_id, balance, held, owed_from_held"
    sql.fetch(
        f"INSERT INTO ledger_account ({columns}) SELECT {columns} FROM ledger_account"  # noqa: S608  (names and placeholders only)
        f" WHERE id IN ({places}) ORDER BY member_id"
        " ON CONFLICT (id) DO UPDATE SET balance = ledger_account.balance",
        accounts,
    )
