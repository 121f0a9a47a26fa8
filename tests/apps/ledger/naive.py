"""A ledger as a child would keep it: every coin is a thing that lies somewhere.

Nothing here is shared with the product: no lots, no sums, no postings. Slow and obvious.
"""

from collections import Counter
from dataclasses import dataclass, field

NEVER = 10**9


@dataclass(eq=False)
class Coin:
    grant: str
    member: int
    born: int
    dies: int
    place: str = "member"


@dataclass
class Pouch:
    """A hold: coins in the order they were taken."""

    member: int
    coins: list[Coin]
    ends: int
    open: bool = True


@dataclass
class NaiveLedger:
    limits: dict[int, int]
    caps: dict[int, int]
    coins: dict[int, list[Coin]] = field(default_factory=dict)
    grants: dict[str, tuple[int, int, list[Coin]]] = field(default_factory=dict)
    pouches: dict[str, Pouch] = field(default_factory=dict)
    taken_back: dict[str, tuple[int, int]] = field(default_factory=dict)
    used: Counter = field(default_factory=Counter)
    shares: Counter = field(default_factory=Counter)
    owed: Counter = field(default_factory=Counter)

    def free(self, member, now=None):
        mine = [c for c in self.coins.get(member, []) if c.place == "member"]
        return mine if now is None else [c for c in mine if c.dies > now]

    def held(self, member):
        return sum(c.place == "held" for c in self.coins.get(member, []))

    def grant(self, key, member, amount, *, budget, dies, now):
        if key in self.grants:
            return "already_granted"
        if budget is not None:
            if self.used[budget] + amount > self.limits[budget]:
                return "ledger.budget_exhausted"
            if self.shares[budget, member] + amount > self.caps[budget]:
                return "ledger.cap_reached"
            self.used[budget] += amount
            self.shares[budget, member] += amount
        fresh = [Coin(key, member, now, dies) for _ in range(amount)]
        self.coins.setdefault(member, []).extend(fresh)
        self.grants[key] = (member, budget, fresh)
        return "granted"

    def pick(self, member, amount, now):
        """Coins in the order a member would want them spent; None where there are too few."""
        # sorted() is stable and coins lie in the order they came
        order = sorted(self.free(member, now), key=lambda c: (c.dies, c.born))
        return order[:amount] if len(order) >= amount else None

    def move(self, member, amount, now, place):
        picked = self.pick(member, amount, now)
        for coin in picked or ():
            coin.place = place
        return picked

    def hold(self, key, member, amount, ends, now):
        picked = self.move(member, amount, now, "held")
        if picked is not None:
            self.pouches[key] = Pouch(member, picked, ends)
        return picked is not None

    def capture(self, key, amount, now):
        pouch = self.pouches[key]
        if not pouch.open or pouch.ends <= now:
            return False
        for coin in pouch.coins[:amount]:
            coin.place = "spent"
        self.owed[pouch.member] = min(self.owed[pouch.member], self.held(pouch.member))
        self.loosen(pouch, pouch.coins[amount:])
        return True

    def release(self, key):
        pouch = self.pouches[key]
        if pouch.open:
            self.loosen(pouch, pouch.coins)

    def loosen(self, pouch, coins):
        pouch.open = False
        settled = min(self.owed[pouch.member], len(coins))
        self.owed[pouch.member] -= settled
        for number, coin in enumerate(coins):
            coin.place = "reversed" if number < settled else "member"

    def reverse(self, key, now):
        if key in self.taken_back:
            return self.taken_back[key]
        member, budget, own = self.grants[key]
        due = sum(c.place != "expired" for c in own)
        mine = [c for c in own if c.place == "member"]
        alive = self.pick(member, len(self.free(member, now)), now)
        others = [c for c in alive if c.grant != key]
        taken = (mine + others)[:due]
        for coin in taken:
            coin.place = "reversed"
        short = due - len(taken)
        self.owed[member] = min(self.held(member), self.owed[member] + short)
        if budget is not None:
            self.used[budget] -= len(taken)
            self.shares[budget, member] -= len(taken)
        self.taken_back[key] = (len(taken), short)
        return self.taken_back[key]

    def expire(self, now):
        for key, pouch in sorted(self.pouches.items(), key=lambda item: item[1].ends):
            if pouch.open and pouch.ends <= now:
                self.release(key)
        for coins in self.coins.values():
            for coin in coins:
                if coin.place == "member" and coin.dies <= now:
                    coin.place = "expired"

    def places(self):
        return Counter(c.place for coins in self.coins.values() for c in coins)
