"""The amounts of one cart while promotions act on it: lines, and runs of like units.

A line is one run unless a benefit that owns its units cut it. A run of q units with the
amount N is the units ``floor((N + j) / q)``: the first are cheaper by at most one.
"""

from collections.abc import Iterable, Sequence
from datetime import datetime
from typing import NamedTuple

from hefu.core.money import Remainder, Rounding, spread_capped
from hefu.core.promotions.cart import Cart, Facts
from hefu.core.promotions.promotion import Price
from hefu.core.promotions.scopes import Hits


class Share(NamedTuple):
    """What ``units`` units of a line, from unit ``first`` on, get off together."""

    line: int
    amount: int
    first: int
    units: int


class GivenGift(NamedTuple):
    """A gift as given: the article, how many, the shown value of one, who it stands for."""

    sku: str
    qty: int
    value: int
    instead_of: str = ""


class Effect(NamedTuple):
    """What a promotion would do now; ``owned`` are units (line, first, count) it uses up."""

    shares: Sequence[Share]
    owned: Sequence[tuple[int, int, int]] = ()
    shipping: int = 0
    gifts: tuple[GivenGift, ...] = ()
    tier: int | None = None
    observed: int | None = None
    needed: int | None = None
    points: int = 0

    @property
    def gift_value(self) -> int:
        """The shown value of all gifts, in minor units."""
        return sum(gift.qty * gift.value for gift in self.gifts)


# Shares and effects are made by the thousand for every cart; these are their constructors
# without argument handling (a third of the time).
_new = tuple.__new__


def whole_lines(lines: Iterable[int], amounts: Sequence[int], qty: Sequence[int]) -> list[Share]:
    """Return shares of whole lines, leaving out those without an amount."""
    return [
        _new(Share, (line, amount, 0, qty[line]))
        for line, amount in zip(lines, amounts, strict=True)
        if amount
    ]


def effect_of(shares: Sequence[Share]) -> Effect:
    """Return an effect on goods alone."""
    return _new(Effect, (shares, (), 0, (), None, None, None, 0))


class Run:
    """Like units of one line that stand together; ``owners`` is a bit per owning group."""

    __slots__ = ("count", "first", "net", "owners")

    def __init__(self, first: int, count: int, net: int, owners: int = 0) -> None:
        self.first = first
        self.count = count
        self.net = net
        self.owners = owners

    def cut(self, at: int) -> "tuple[Run, Run]":
        """Split before unit ``at`` (counted in the line); every unit keeps its amount."""
        head = at - self.first
        amount = front_amount(self.net, self.count, head)
        return (
            Run(self.first, head, amount, self.owners),
            Run(at, self.count - head, self.net - amount, self.owners),
        )


def front_amount(net: int, count: int, units: int) -> int:
    """Return what the first ``units`` of a run of ``count`` with ``net`` cost together."""
    base, dearer = divmod(net, count)
    return base * units + max(0, units - (count - dearer))


class State:
    """Amounts by line: ``list_``, ``shown``, ``start`` (of the lane) and ``net`` (now).

    ``floor`` is the least by line, or None where no line has one. ``foreign``: some
    promotion's currency may differ from the cart's. ``book`` holds
    the price-book entries used, ``paid`` (in money, by line) is known after payment only.
    """

    __slots__ = (
        "book",
        "cart",
        "facts",
        "floor",
        "foreign",
        "gifts",
        "hits",
        "list_",
        "net",
        "now",
        "paid",
        "qty",
        "remainder",
        "rounding",
        "runs",
        "shipping",
        "shown",
        "start",
    )

    def __init__(
        self,
        cart: Cart,
        facts: Facts,
        now: datetime,
        *,
        floor: list[int] | None,
        hits: Hits,
        rounding: Rounding,
        remainder: Remainder,
    ) -> None:
        self.cart = cart
        self.facts = facts
        self.now = now
        self.hits = hits
        self.rounding = rounding
        self.remainder = remainder
        self.foreign = True
        self.qty = [line.qty for line in cart.lines]
        self.list_ = [line.unit * line.qty for line in cart.lines]
        self.floor = floor
        self.shown = self.start = self.list_
        self.net = self.list_.copy()
        self.book: dict[int, Price] = {}
        self.runs: dict[int, list[Run]] = {}
        self.shipping = cart.shipping
        self.gifts: list[GivenGift] = []
        self.paid: list[int] = []

    def fork(self) -> "State":
        """Copy what promotions change, so that a search can try them."""
        other = State.__new__(State)
        same = ("cart", "facts", "now", "hits", "rounding", "remainder", "foreign", "qty", "book")
        for name in same:
            setattr(other, name, getattr(self, name))
        other.list_, other.floor = self.list_, self.floor
        other.shown, other.start = self.shown, self.start
        other.net = self.net.copy()
        other.runs = {
            line: [Run(run.first, run.count, run.net, run.owners) for run in runs]
            for line, runs in self.runs.items()
        }
        other.shipping = self.shipping
        other.gifts = self.gifts.copy()
        other.paid = self.paid
        return other

    def room(self, line: int) -> int:
        """Return how much may still be taken off a line before it meets its floor."""
        left = self.net[line] if self.floor is None else self.net[line] - self.floor[line]
        return max(0, left)

    def unit_floor(self, line: int) -> int:
        """Return the least that one unit of a line may cost."""
        return 0 if self.floor is None else self.floor[line] // self.qty[line]

    def line_runs(self, line: int) -> list[Run]:
        """Return the runs of a line; an uncut line is one."""
        runs = self.runs.get(line)
        return runs if runs is not None else [Run(0, self.qty[line], self.net[line])]

    def commit(self, effect: Effect, own: int = 0) -> None:
        """Let an effect happen; ``own`` is the bit of the group that owns its units."""
        for line, first, count in effect.owned:
            for run in self._cut(line, first, count):
                run.owners |= own
        net, runs = self.net, self.runs
        for line, amount, _, _ in effect.shares:
            net[line] -= amount
        if runs:
            for line, amount, first, count in effect.shares:
                if line in runs:
                    self._take_from_runs(line, amount, self._cut(line, first, count))
        self.shipping -= effect.shipping
        self.gifts.extend(effect.gifts)

    def _take_from_runs(self, line: int, amount: int, runs: list[Run]) -> None:
        floor = self.unit_floor(line)
        amounts = [run.net for run in runs]
        caps = [max(0, run.net - floor * run.count) for run in runs]
        for run, part in zip(runs, spread_capped(amount, amounts, caps), strict=True):
            run.net -= part

    def _cut(self, line: int, first: int, count: int) -> list[Run]:
        """Return the runs that cover exactly these units, cutting where needed."""
        runs = self.line_runs(line)
        for border in (first, first + count):
            runs = [
                piece
                for run in runs
                for piece in (
                    run.cut(border) if run.first < border < run.first + run.count else (run,)
                )
            ]
        self.runs[line] = runs
        return [run for run in runs if first <= run.first < first + count]

    def unit_amounts(self, line: int) -> list[tuple[int, int]]:
        """Return the line's units as (amount, how many), in the order they stand."""
        amounts: list[tuple[int, int]] = []
        for run in self.line_runs(line):
            base, dearer = divmod(run.net, run.count)
            for amount, many in ((base, run.count - dearer), (base + 1, dearer)):
                if many:
                    amounts.append((amount, many))
        return amounts


class NotingState(State):
    """A state that notes what every effect takes off every unit, by its shares' identity."""

    __slots__ = ("notes",)

    def commit(self, effect: Effect, own: int = 0) -> None:
        """Let an effect happen and note unit by unit what it took."""
        lines = list(dict.fromkeys(share.line for share in effect.shares))
        before = [self._by_unit(line) for line in lines]
        super().commit(effect, own)
        noted = {
            line: tuple(was - now for was, now in zip(units, self._by_unit(line), strict=True))
            for line, units in zip(lines, before, strict=True)
        }
        self.notes = {**getattr(self, "notes", {}), id(effect.shares): noted}

    def _by_unit(self, line: int) -> list[int]:
        return [amount for amount, many in self.unit_amounts(line) for _ in range(many)]


def total(amounts: Sequence[int], places: Iterable[int]) -> int:
    """Sum the amounts of some lines."""
    return sum(map(amounts.__getitem__, places))
