"""What the orders before left behind (限量与预算): uses and budgets while orders are replayed."""

from collections.abc import Iterator, Mapping
from collections.abc import Set as AbstractSet
from typing import Any

from hefu.core.backtest.plan import Compiled
from hefu.core.promotions import Promotion, Use

#: What one order used of limited promotions: (promotion, amount); an amount of None: not applied.
Used = tuple[tuple[str, int | None], ...]


class Counters:
    """Uses and budgets of one side's limited promotions, by promotion.

    ``personal`` is by promotion and customer; ``lefts`` knows promotions with a budget only.
    """

    __slots__ = ("_each", "_most", "lefts", "personal", "totals")

    def __init__(self, compiled: Compiled, side: int) -> None:
        ruleset = compiled.rulesets[side]
        limited: dict[str, Promotion] = {
            name: ruleset.all_rules[ruleset.numbers[name]].promotion
            for name in sorted(compiled.limited[side])
        }
        self._most = {name: one.max_uses for name, one in limited.items()}
        self._each = {name: one.max_per_customer for name, one in limited.items()}
        self.totals = dict.fromkeys(limited, 0)
        self.lefts = dict(compiled.sides[side].budgets)
        self.personal: dict[str, dict[str, int]] = {
            name: {} for name, each in self._each.items() if each is not None
        }

    def uses(self, customer: str) -> Mapping[str, Use]:
        """Return what the engine asks, for one customer, as it stands when asked."""
        return _Uses(self, customer) if self.totals else {}

    def use(self, name: str, customer: str) -> Use | None:
        """Return one promotion's uses; None if it is not limited."""
        if name not in self.totals:
            return None
        return Use(
            total=self.totals[name],
            by_customer=self.personal.get(name, {}).get(customer, 0),
            budget_left=self.lefts.get(name),
        )

    def note(self, customer: str, used: Used) -> None:
        """Let an order have used what it used; nobody's uses count against no person."""
        for name, amount in used:
            if amount is None:
                continue
            self.totals[name] += 1
            if name in self.lefts:
                self.lefts[name] -= amount
            if customer and name in self.personal:
                mine = self.personal[name]
                mine[customer] = mine.get(customer, 0) + 1

    def alike(self, other: "Counters", name: str, customer: str, bound: int) -> bool:
        """Say whether a cart worth ``bound`` at most cannot tell the two apart."""
        most, each = self._most[name], self._each[name]
        if most is not None and (self.totals[name] >= most) != (other.totals[name] >= most):
            return False
        if each is not None:
            mine = self.personal[name].get(customer, 0)
            theirs = other.personal[name].get(customer, 0)
            if (mine >= each) != (theirs >= each):
                return False
        left = self.lefts.get(name)
        if left is None:
            return True
        theirs = other.lefts[name]
        return left == theirs or (left >= bound and theirs >= bound)

    def document(self, customers: AbstractSet[str] | None = None) -> dict[str, Any]:
        """Return the state as plain JSON values, of some customers only if named."""
        return {
            "total": dict(self.totals),
            "left": dict(self.lefts),
            "personal": {
                name: dict(sorted(mine.items()))
                if customers is None
                else {who: mine[who] for who in sorted(customers) if who in mine}
                for name, mine in self.personal.items()
            },
        }

    def restore(self, document: Mapping[str, Any]) -> "Counters":
        """Take over a state written by ``document``; returns itself."""
        self.totals = dict(document["total"])
        self.lefts = dict(document["left"])
        self.personal = {name: dict(mine) for name, mine in document["personal"].items()}
        return self


class _Uses(Mapping[str, Use]):
    """The uses of all limited promotions for one customer, looked up when asked."""

    __slots__ = ("_counters", "_customer")

    def __init__(self, counters: Counters, customer: str) -> None:
        self._counters = counters
        self._customer = customer

    def __getitem__(self, name: str) -> Use:
        use = self._counters.use(name, self._customer)
        if use is None:
            raise KeyError(name)
        return use

    def get(self, name: str, default: Any = None) -> Any:
        return self._counters.use(name, self._customer) or default

    def __iter__(self) -> Iterator[str]:
        return iter(self._counters.totals)

    def __len__(self) -> int:
        return len(self._counters.totals)


def both(compiled: Compiled) -> tuple[Counters, Counters]:
    """Return fresh counters of both sides."""
    return Counters(compiled, 0), Counters(compiled, 1)
