"""The demonstration's buyers: they scan, some activate, over weeks and provinces; seeded."""

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, time, timedelta
from random import Random

from django.utils import timezone

from hefu.apps.identity.models import ProductionOrder
from hefu.apps.identity.selectors import codes
from hefu.apps.identity.selectors.batches import BOOK
from hefu.apps.identity.services.activation import ActivationWish, Whereabouts, activate_many
from hefu.apps.identity.services.scans import Look, record_looks
from hefu.apps.members import services as members
from hefu.apps.members.models import Member
from hefu.core.actor import Actor

#: Roughly how many appliances provinces buy, by GB/T 2260; the rest share what is left.
SHARES = {
    "440000": 16, "320000": 11, "330000": 10, "370000": 9, "410000": 7, "510000": 7, "310000": 6,
    "110000": 6, "420000": 5, "430000": 5, "350000": 5, "340000": 4, "130000": 4, "500000": 3,
    "610000": 3, "210000": 3, "360000": 2, "450000": 2, "530000": 2, "370200": 1, "": 4,
}  # fmt: skip
AGENTS = ("WeChat", "WeChat", "WeChat", "Safari", "Chrome", "QQBrowser")
PEOPLE_PER_UNIT = 0.93  # some buy twice


@dataclass(kw_only=True)
class _Purchase:
    order: ProductionOrder
    serial: int
    at: datetime
    region: str


@dataclass(kw_only=True)
class Crowd:
    """Buyers of one brand."""

    actor: Actor
    random: Random
    now: datetime

    def buy(self, sold: list[tuple[ProductionOrder, int, int]], activations: int) -> None:
        """Spread ``activations`` over the orders by what they sold, newest days the busiest."""
        weights = [units for _, units, _ in sold]
        chosen = self.random.choices(range(len(sold)), weights, k=activations)
        purchases = [
            self._purchase(*sold[index], place=place) for place, index in enumerate(chosen)
        ]
        people = self._people(int(activations * PEOPLE_PER_UNIT))
        for day in _by_day(purchases):
            self._one_day(day, people)

    def _purchase(self, order: ProductionOrder, units: int, days: int, *, place: int) -> _Purchase:
        ago = int(days * (1 - self.random.random() ** 0.6))
        region = self.random.choices(list(SHARES), list(SHARES.values()))[0]
        serial = (place * 7919 + self.random.randrange(7)) % max(units, 1)
        return _Purchase(
            order=order, serial=serial, at=self.now - timedelta(days=ago), region=region
        )

    def _people(self, count: int) -> list[Member]:
        numbers = [f"13{self.random.randrange(10**9):09d}" for _ in range(max(count, 1))]
        return members.vouch(self.actor, addresses=numbers, now=self.now - timedelta(days=90))

    def _one_day(self, purchases: list[_Purchase], people: list[Member]) -> None:
        at = min(_hour(purchases[0].at, 8 + self.random.random() * 13), self.now)
        facts = BOOK.by_id({purchase.order.batch_id for purchase in purchases})
        looks, wishes = [], []
        for purchase in purchases:
            batch = facts[purchase.order.batch_id]
            unit = codes.UnitRef(batch=batch, serial=purchase.serial, reading=codes.Reading.OUTER)
            code = codes.code_text(batch, purchase.serial)
            member = self.random.choice(people)
            looks.append(Look(unit=unit, device=f"demo-{member.pk}", region=purchase.region))
            wishes.append(
                ActivationWish(
                    key=f"demo-{code}", code=code, member_id=member.pk,
                    agent=self.random.choice(AGENTS),
                    where=Whereabouts(
                        region=purchase.region, source="address" if purchase.region else ""
                    ),
                )
            )  # fmt: skip
        record_looks(self.actor, looks=looks, now=at)
        activate_many(self.actor, wishes=wishes, now=at + timedelta(minutes=3))


def _by_day(purchases: Iterable[_Purchase]) -> list[list[_Purchase]]:
    days: dict[object, list[_Purchase]] = defaultdict(list)
    for purchase in purchases:
        days[purchase.at.date()].append(purchase)
    return [days[day] for day in sorted(days, key=str)]


def _hour(day: datetime, hour: float) -> datetime:
    """An instant of that day, in the time zone that pages are shown in."""
    local = timezone.localtime(day)
    return datetime.combine(local.date(), time(), tzinfo=local.tzinfo) + timedelta(hours=hour)
