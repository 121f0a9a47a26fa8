"""A brand with a product that people ask about, its specialist, and its readers."""

from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

from hefu.apps.accounts.models import Brand
from hefu.apps.community.models import Question
from hefu.apps.community.services.asking import Asked, Contact, ask
from hefu.apps.community.services.policy import Rules, set_policy
from hefu.apps.members.models import Member
from hefu.apps.members.selectors import visitor
from hefu.core.actor import Actor, consumer
from hefu.core.permissions import Role
from tests.apps.identity.issue.rows import a_product
from tests.factories import NOW, a_brand, an_actor

AGREED = "只用于告知您回答"
#: NOW is a Sunday evening in China: a working day later is Monday at six.
DUE = datetime.fromisoformat("2026-11-23T18:00+08:00")


@dataclass
class Desk:
    """One brand at its questions."""

    brand: Brand = field(default_factory=a_brand)

    def __post_init__(self) -> None:
        self.product = a_product(self.brand)
        self.specialist = an_actor(self.brand, Role.PRODUCT_SPECIALIST)
        self.admin = an_actor(self.brand, Role.BRAND_ADMIN)
        self.guest = visitor(self.brand.pk, surface="consumer")
        self._people = 0

    def member(self, nickname: str = "") -> Actor:
        self._people += 1
        phone = f"+86138{self.brand.pk:05d}{self._people:03d}"
        row = Member.objects.create(
            brand=self.brand, phone=phone, phone_key=phone, created_at=NOW, nickname=nickname
        )
        return consumer(brand_id=self.brand.pk, member_id=row.pk)

    def rules(self, **changes: Any) -> None:
        set_policy(self.admin, rules=Rules(**changes), now=NOW)

    def ask(
        self, text: str = "滤网多久清洗一次？", actor: Actor | None = None, *,
        address: str = "", at: datetime = NOW, client: str = "192.0.2.7", **about: Any,
    ) -> Asked:  # fmt: skip
        contact = Contact(address=address, agreed_to=AGREED) if address else None
        about = {"product": self.product, "language": "zh-hans", **about}
        return ask(actor or self.guest, text=text, contact=contact, client=client, now=at, **about)

    def question(self, text: str = "滤网多久清洗一次？", **about: Any) -> Question:
        return self.ask(text, **about).question


def later(**by: float) -> datetime:
    return NOW + timedelta(**by)
