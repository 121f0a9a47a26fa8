"""A member's part in the books (会员的C币与积分): shown in full, forfeited when the account closes.

Movements name an account number and nobody: they stay, so that the books go on adding up.
"""

from collections.abc import Iterator, Mapping
from datetime import datetime

from hefu.apps.ledger.models import Account, Transfer
from hefu.apps.ledger.services import forfeit
from hefu.core.actor import system
from hefu.core.personal import Fate, Holder, Kept, Person, Table, Words, told


def held(person: Person) -> Iterator[Table]:
    """Give balances and every movement."""
    accounts = Account.objects.filter(brand_id=person.brand_id, member_id=person.member_id)
    yield Table(
        name="balances", title=Words(zh="C币与积分余额", en="C-coins and points"),
        columns={"currency": "币种", "available": "可用", "held": "冻结"},
        rows=tuple(accounts.order_by("currency").values_list("currency", "balance", "held")),
    )  # fmt: skip
    moves = Transfer.objects.filter(brand_id=person.brand_id, member_id=person.member_id)
    yield Table(
        name="coin_movements", title=Words(zh="C币与积分明细", en="Movements of coins and points"),
        columns={
            "at": "时间", "what": "类型", "currency": "币种", "amount": "数量", "reason": "事由",
            "about": "关联",
        },
        rows=tuple(
            (told(row.at), row.deed, row.currency, row.amount, row.reason, row.subject)
            for row in moves.order_by("at", "pk")
        ),
    )  # fmt: skip


def stakes(person: Person) -> Mapping[str, int]:
    """Count the coins and points that end with the account."""
    rows = Account.objects.filter(brand_id=person.brand_id, member_id=person.member_id)
    sums: dict[str, int] = {}
    for currency, balance, in_holds in rows.values_list("currency", "balance", "held"):
        sums[f"currency_{currency}"] = balance + in_holds
    return sums


def forget(person: Person, now: datetime) -> Iterator[Kept]:
    """Book what is left as expired; nothing is kept that names anybody."""
    forfeit(system("closing", brand_id=person.brand_id), member_id=person.member_id, now=now)
    return iter(())


HOLDER = Holder(
    app="ledger", held=held, forget=forget, stakes=stakes,
    covers={
        "ledger.account": Fate.NAMELESS,
        "ledger.budgetshare": Fate.NAMELESS,
        "ledger.transfer": Fate.NAMELESS,
    },
    lost={
        "currency_C": Words(zh="C币", en="C-coins"),
        "currency_P": Words(zh="积分", en="points"),
    },
)  # fmt: skip
