"""A batch whose units can be looked at, on top of a brand at work."""

from dataclasses import dataclass, field
from datetime import datetime, timedelta
from itertools import count

from hefu.apps.identity.models import Batch
from hefu.apps.identity.selectors import batches, codes
from hefu.apps.identity.services import marks, scans
from hefu.apps.identity.services.marks import Serials
from hefu.apps.members.models import Member
from hefu.core.actor import Actor, consumer, system
from hefu.core.codes import Face
from hefu.core.permissions import Role
from tests.apps.identity.issue.rows import House, a_product
from tests.factories import NOW, an_actor

EDGE = system("edge")
GUANGZHOU, BEIJING, SHANGHAI, CHENGDU = "440100", "110000", "310000", "510100"

_numbers = count(1)


def later(**by: float) -> datetime:
    return NOW + timedelta(**by)


@dataclass
class Goods:
    """A commissioned batch of 100 of a product with 10 C-coins; ``house`` has the people."""

    house: House = field(default_factory=House)
    commissioned: bool = True
    inner: bool = False
    about: dict = field(default_factory=dict)

    def __post_init__(self) -> None:
        self.brand = self.house.brand
        self.product = a_product(self.brand, coins=10)
        self.order = self.house.issued(product=self.product, inner=self.inner, **self.about)
        self.batch: Batch = self.order.batch
        self.manager: Actor = self.house.specialist
        if self.commissioned:
            marks.commission(self.manager, serials=[self.serials(0, 100)], now=NOW)

    def serials(self, first: int, number: int = 1) -> Serials:
        return Serials(batch_id=self.batch.pk, first=first, count=number)

    @property
    def facts(self) -> batches.BatchFacts:
        return batches.BOOK.by_id([self.batch.pk])[self.batch.pk]

    def code(self, serial: int, face: Face = Face.OUTER) -> str:
        return codes.code_text(self.facts, serial, face=face)

    def unit(self, serial: int) -> codes.UnitRef:
        found = codes.resolve(self.code(serial))
        assert isinstance(found, codes.UnitRef)
        return found

    def look(self, serial: int, *, at: datetime = NOW, **about) -> scans.Seen:
        """One check, alone in its group."""
        look = scans.Look(unit=self.unit(serial), **about)
        return scans.record_looks(EDGE, looks=[look], now=at)[0]

    def staff(self, role: Role) -> Actor:
        return an_actor(self.brand, role)

    def member(self) -> Member:
        number = f"+86138{next(_numbers):08d}"
        return Member.objects.create(
            brand=self.brand, phone=number, phone_key=number, created_at=NOW
        )

    def consumer(self) -> Actor:
        return consumer(brand_id=self.brand.pk, member_id=self.member().pk)
