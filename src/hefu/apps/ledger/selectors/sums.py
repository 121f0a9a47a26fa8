"""The auditor's sums: does the book balance, and is every cached number what its lines say.

For audits and the restore drill; over all brands, so only for the operator's commands.
"""

from dataclasses import dataclass

from django.db.models import Sum

from hefu.apps.ledger import sql
from hefu.apps.ledger.models import Posting, Transfer


@dataclass(frozen=True, kw_only=True, slots=True)
class BookSums:
    """One brand's coins of one currency by where they lie; ``issued`` is negative."""

    brand_id: int
    currency: str
    member: int
    held: int
    spent: int
    expired: int
    reversed: int
    issued: int

    @property
    def total(self) -> int:
        """The sum of all books; zero in a sound ledger."""
        return self.member + self.held + self.spent + self.expired + self.reversed + self.issued


@dataclass(frozen=True, kw_only=True, slots=True)
class LedgerSums:
    """The whole ledger in a few numbers, to compare before and after a restore."""

    transfers: int
    postings: int
    books: tuple[BookSums, ...]  # by brand and currency


@dataclass(frozen=True, kw_only=True, slots=True)
class Imbalance:
    """A cached number that is not what its lines say; ``rule`` is a stable word."""

    rule: str
    row_id: int
    cached: int
    lines: int


def ledger_sums() -> LedgerSums:
    """Return totals per brand and currency."""
    rows = (
        Posting.objects.values_list("brand_id", "account__currency", "account__book")
        .annotate(Sum("amount"))
        .order_by("brand_id", "account__currency")
    )
    sums: dict[tuple[int, str], dict[str, int]] = {}
    for brand_id, currency, book, amount in rows:
        sums.setdefault((brand_id, currency), {})[book] = amount
    names = ("member", "held", "spent", "expired", "reversed", "issued")
    return LedgerSums(
        transfers=Transfer.objects.count(),
        postings=Posting.objects.count(),
        books=tuple(
            BookSums(brand_id=brand_id, currency=currency, **{n: by.get(n, 0) for n in names})
            for (brand_id, currency), by in sums.items()
        ),
    )


def book_is_balanced() -> bool:
    """Say whether every rule of ``imbalances`` holds."""
    return not imbalances()


def imbalances() -> list[Imbalance]:
    """Return every number that does not agree with its lines; empty in a sound ledger."""
    return [
        Imbalance(rule=rule, row_id=row_id, cached=int(cached), lines=int(lines))
        for rule, statement in _RULES.items()
        for row_id, cached, lines in sql.fetch(statement, [])
    ]


def _differing(table: str, cached: str, rows: str, where: str = "1 = 1") -> str:
    """Return a statement for the rows of ``table`` whose ``cached`` is not the sum of ``rows``."""
    return (
        f"WITH s(id, total) AS ({rows} GROUP BY 1)"  # noqa: S608  (constants below)
        f" SELECT t.id, {cached}, COALESCE(s.total, 0) FROM {table} t LEFT JOIN s ON s.id = t.id"
        f" WHERE {where} AND {cached} <> COALESCE(s.total, 0) ORDER BY t.id"
    )


_MEMBER = "t.member_id IS NOT NULL"
_RULES = {
    "transfer_sums_to_zero": _differing(
        "ledger_transfer", "0", "SELECT transfer_id, SUM(amount) FROM ledger_posting"
    ),
    "transfer_moves_its_amount": _differing(
        "ledger_transfer",
        "t.amount",
        "SELECT transfer_id, SUM(amount) FROM ledger_posting WHERE amount > 0",
    ),
    "balance_is_its_lines": _differing(
        "ledger_account",
        "t.balance",
        "SELECT account_id, SUM(amount) FROM ledger_posting",
        _MEMBER,
    ),
    "balance_is_its_lots": _differing(
        "ledger_account", "t.balance", "SELECT account_id, SUM(remaining) FROM ledger_lot", _MEMBER
    ),
    "held_is_its_holds": _differing(
        "ledger_account",
        "t.held",
        "SELECT account_id, SUM(amount) FROM ledger_hold WHERE state = 'open'",
        _MEMBER,
    ),
    "lot_is_what_was_not_drawn": _differing(
        "ledger_lot", "t.amount - t.remaining", "SELECT lot_id, SUM(amount) FROM ledger_draw"
    ),
    "budget_is_its_grants": _differing(
        "ledger_budget",
        "t.used",
        "SELECT budget_id, SUM(CASE deed WHEN 'grant' THEN amount ELSE -amount END)"
        " FROM ledger_transfer WHERE budget_id IS NOT NULL",
    ),
    "budget_is_its_shares": _differing(
        "ledger_budget", "t.used", "SELECT budget_id, SUM(used) FROM ledger_budgetshare"
    ),
    "fund_movement_sums_to_zero": _differing(
        "ledger_fundmovement", "0", "SELECT movement_id, SUM(amount) FROM ledger_fundposting"
    ),
    "fund_movement_moves_its_amount": _differing(
        "ledger_fundmovement",
        "t.amount",
        "SELECT movement_id, SUM(amount) FROM ledger_fundposting WHERE amount > 0",
    ),
    "fund_is_its_lines": _differing(
        "ledger_fund",
        "t.balance",
        "SELECT fund_id, SUM(amount) FROM ledger_fundposting WHERE book = 'fund'",
    ),
    **{
        f"fund_party_{column}_is_its_lines": _differing(
            "ledger_fundparty",
            f"t.{column}",
            f"SELECT party_id, SUM({sign}amount) FROM ledger_fundposting WHERE book = '{book}'",  # noqa: S608  (constants)
        )
        for column, book, sign in (
            ("paid", "paid", "-"),
            ("drawn", "spent", ""),
            ("returned", "returned", ""),
        )
    },
}
