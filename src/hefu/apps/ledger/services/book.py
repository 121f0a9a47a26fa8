"""How the book is written: keys claimed once, lines that balance, lots that say where from.

Private to the ledger's services. Callers take rows in the order of the algorithm page, section 7.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime

from django.db.models import F

from hefu.apps.ledger import sql
from hefu.apps.ledger.errors import InsufficientBalance
from hefu.apps.ledger.models import Account, Lot, Transfer
from hefu.core import ledger as rules
from hefu.core.ledger import Book, Deed, Take


@dataclass(frozen=True, kw_only=True, slots=True)
class Claim:
    """A movement about to happen; its key decides whether it happens at all."""

    key: str
    deed: Deed
    currency: str
    member_id: int
    amount: int
    budget_id: int | None = None
    origin_id: int | None = None
    reason: str = ""
    subject: str = ""


@dataclass(frozen=True, kw_only=True, slots=True)
class Move:
    """A claimed transfer of a member's account, ready to be posted."""

    transfer_id: int
    account_id: int
    deed: Deed
    amount: int


def claim(claims: Iterable[Claim], *, brand_id: int, by: str, now: datetime) -> dict[str, int]:
    """Insert the transfers whose keys are new; of rivals with one key exactly one succeeds.

    Returns:
        Transfer ids by key, without the keys that existed.
    """
    at = sql.moment(now)
    # sorted: two callers with keys in common must wait for each other in one order
    rows = [
        (
            brand_id, c.key, c.deed.value, c.currency, c.member_id, c.amount, c.budget_id,
            c.origin_id, c.reason, c.subject, by[:120], at,
        )
        for c in sorted(claims, key=lambda c: c.key)
    ]  # fmt: skip
    columns = (
        "brand_id", "key", "deed", "currency", "member_id", "amount", "budget_id", "origin_id",
        "reason", "subject", "by", "at",
    )  # fmt: skip
    quoted = [f'"{column}"' for column in columns]
    tail = 'ON CONFLICT ("brand_id", "key") DO NOTHING RETURNING "key", "id"'
    return dict(sql.insert("ledger_transfer", quoted, rows, tail=tail))


def claimed_before(brand_id: int, key: str) -> Transfer:
    """Return the transfer that made a claim of ``key`` fail."""
    return Transfer.objects.get(brand_id=brand_id, key=key)


def debit(*, brand_id: int, currency: str, member_id: int, amount: int, to_held: bool) -> int:
    """Take ``amount`` off a member's balance, by one conditional UPDATE; returns the account.

    From here to the end of the transaction nobody else moves this member's coins.

    Raises:
        InsufficientBalance: there are fewer.
    """
    account = Account.objects.filter(brand_id=brand_id, currency=currency, member_id=member_id)
    held = {"held": F("held") + amount} if to_held else {}
    if not account.filter(balance__gte=amount).update(balance=F("balance") - amount, **held):
        available = account.values_list("balance", flat=True).first() or 0
        raise InsufficientBalance(wanted=amount, available=available)
    return account.values_list("pk", flat=True).get()


def lots_of(account_id: int) -> list[rules.Lot]:
    """Return the lots of an account that hold something."""
    rows = Lot.objects.filter(account_id=account_id, remaining__gt=0).values_list(
        "pk", "remaining", "granted_at", "expires_at"
    )
    return [
        rules.Lot(id=pk, remaining=remaining, granted_at=granted_at, expires_at=expires_at)
        for pk, remaining, granted_at, expires_at in rows
    ]


def draw(transfer_id: int, takes: Sequence[Take]) -> None:
    """Take from lots and note which."""
    rows = [(take.lot_id, take.amount) for take in takes]
    if rows:
        guard = "|AND ledger_lot.remaining >= v.column2"
        changed = sql.update_each("ledger_lot", f"remaining = remaining - v.column2 {guard}", rows)
        if changed != len(rows):
            raise RuntimeError(f"lots of transfer {transfer_id} changed under the account's lock")
    note_draws([(transfer_id, lot_id, amount) for lot_id, amount in rows])


def put_back(transfer_id: int, takes: Sequence[Take]) -> None:
    """Return coins to the lots they came from."""
    rows = [(take.lot_id, take.amount) for take in takes]
    if rows:
        sql.update_each("ledger_lot", "remaining = remaining + v.column2", rows)
    note_draws([(transfer_id, lot_id, -amount) for lot_id, amount in rows])


def note_draws(rows: Sequence[sql.Row]) -> None:
    """Write down (transfer, lot, amount) rows."""
    sql.insert("ledger_draw", ("transfer_id", "lot_id", "amount"), rows)


def post(moves: Sequence[Move], *, brand_id: int, currency: str, now: datetime) -> None:
    """Write the two lines of every move."""
    books = _brand_books(brand_id, currency)
    at = sql.moment(now)
    rows = [
        (
            brand_id, at, move.transfer_id,
            move.account_id if line.book is Book.MEMBER else books[line.book], line.amount,
        )
        for move in moves
        for line in rules.lines(move.deed, move.amount)
    ]  # fmt: skip
    columns = ("brand_id", "at", "transfer_id", "account_id", "amount")
    sql.insert("ledger_posting", columns, rows)


def _brand_books(brand_id: int, currency: str) -> dict[Book, int]:
    books = Account.objects.filter(brand_id=brand_id, currency=currency, member_id=None)
    found = {Book(book): pk for book, pk in books.values_list("book", "pk")}
    missing = [book for book in Book if book is not Book.MEMBER and book not in found]
    if missing:
        Account.objects.bulk_create(
            [Account(brand_id=brand_id, currency=currency, book=book.value) for book in missing],
            ignore_conflicts=True,
        )
        found = {Book(book): pk for book, pk in books.values_list("book", "pk")}
    return found
