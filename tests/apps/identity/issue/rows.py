"""A brand with products, channels and the people of a production order."""

from dataclasses import dataclass, field
from datetime import date
from itertools import count

from hefu.apps.accounts.models import Brand, Organisation
from hefu.apps.catalog.models import Product
from hefu.apps.identity.models import ProductionOrder
from hefu.apps.identity.services import orders
from hefu.apps.network.models import Channel
from hefu.core.actor import Actor
from hefu.core.permissions import Role
from tests.factories import NOW, a_brand, a_partner, an_actor

MADE_ON = date(2012, 12, 20)
_numbers = count(1)


def a_product(brand: Brand, **about) -> Product:
    number = next(_numbers)
    values = {
        "item_no": f"PN{number}", "model": "PFFN5005", "name": "智能电饭煲",
        "gtin": f"0690123{number:06d}", **about,
    }  # fmt: skip
    if values["gtin"] and "gtin" not in about:
        values["gtin"] += _check_digit(values["gtin"])
    return Product.objects.create(brand=brand, created_at=NOW, updated_at=NOW, **values)


def _check_digit(thirteen: str) -> str:
    total = sum(int(d) * (3 if i % 2 == 0 else 1) for i, d in enumerate(thirteen))
    return str(-total % 10)


def a_channel(brand: Brand, code: str = "jd", name: str = "京东") -> Channel:
    return Channel.objects.create(brand=brand, code=code, name=name, kind="marketplace")


@dataclass
class House:
    """A brand at work: ``specialist`` orders, ``approver`` releases, ``supplier`` prints."""

    brand: Brand = field(default_factory=a_brand)

    def __post_init__(self) -> None:
        self.admin: Actor = an_actor(self.brand, Role.BRAND_ADMIN)
        self.specialist: Actor = an_actor(self.brand, Role.PRODUCT_SPECIALIST)
        self.approver: Actor = an_actor(self.brand, Role.APPROVER)
        self.supplier_organisation: Organisation = a_partner(self.brand, "supplier")
        self.supplier: Actor = an_actor(self.brand, Role.SUPPLIER, self.supplier_organisation)
        self.product = a_product(self.brand)

    def order(self, number: str = "", **about) -> ProductionOrder:
        """Place an order; what is not said is usual."""
        values = {
            "product": self.product, "produced_on": MADE_ON, "batch": "01", "quantity": 100,
            "now": NOW, **about,
        }  # fmt: skip
        return orders.create_order(
            self.specialist, number=number or f"PO-{next(_numbers)}", **values
        )

    def issued(self, number: str = "", **about) -> ProductionOrder:
        """Place an order and have it released."""
        return orders.approve_order(self.approver, order=self.order(number, **about), now=NOW)
