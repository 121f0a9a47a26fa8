"""A flash sale, its brand and its buyers."""

from dataclasses import dataclass, field, replace
from datetime import timedelta
from itertools import count

from hefu.apps.accounts.models import Brand
from hefu.apps.campaigns.models import FlashSale, Reservation
from hefu.apps.campaigns.services.flash import SaleTerms, create_sale
from hefu.apps.campaigns.services.flash_gate import GATE
from hefu.apps.campaigns.services.flash_reserving import ReserveWish, reserve
from hefu.apps.members.models import Member
from hefu.core.actor import Actor, consumer
from hefu.surfaces.reserving import PACE
from tests.factories import NOW, a_brand, operator

_numbers = count(1)
TERMS = SaleTerms(
    code="double-eleven", title="电饭煲秒杀", title_en="Rice cooker", price=9900, pieces=50,
    starts_at=NOW - timedelta(minutes=1), ends_at=NOW + timedelta(hours=1),
)  # fmt: skip


@dataclass
class Sale:
    """A sale that has begun a minute ago; ``about`` are other terms."""

    about: dict = field(default_factory=dict)
    brand: Brand = field(default_factory=a_brand)

    def __post_init__(self) -> None:
        GATE.open_all()
        PACE.forget()
        self.actor = operator(self.brand)
        before = NOW - timedelta(days=1)
        self.row = create_sale(self.actor, terms=replace(TERMS, **self.about), now=before)

    def buyers(self, number: int) -> list[int]:
        made = Member.objects.bulk_create(
            Member(brand=self.brand, phone_key=f"buyer{next(_numbers)}", created_at=NOW)
            for _ in range(number)
        )
        return [member.pk for member in made]

    def buyer(self) -> Actor:
        return consumer(brand_id=self.brand.pk, member_id=self.buyers(1)[0])

    def wish(self, member_id: int, pieces: int = 1) -> ReserveWish:
        return ReserveWish(sale_id=self.row.pk, member_id=member_id, pieces=pieces)

    def reserve(self, buyer: Actor, pieces: int = 1, now=NOW):
        return reserve(buyer, wish=self.wish(buyer.member_id, pieces), now=now)

    @property
    def counts(self) -> tuple[int, int, int]:
        row = FlashSale.objects.get(pk=self.row.pk)
        assert row.left + row.held + row.paid == row.initial
        assert row.held == self.reservations("held").count()
        assert row.paid == self.reservations("paid").count()
        return row.left, row.held, row.paid

    def reservations(self, *states: str):
        rows = Reservation.objects.filter(sale=self.row)
        return rows.filter(state__in=states) if states else rows
