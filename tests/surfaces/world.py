"""One of everything, in one brand, with marks that no stranger may ever read."""

from typing import Any

from hefu.apps.members import services as members
from tests.apps.identity.life.rows import Goods
from tests.factories import NOW, operator


class World:
    """A brand with a product, an issued order, units, a member; ``value`` fills addresses."""

    def __init__(self) -> None:
        self.goods = Goods()
        self.brand = self.goods.brand
        members.publish_consent_texts(operator(self.brand), now=NOW)
        self.member = self.goods.member()
        self.item_no = self.goods.product.item_no
        self.order_number = self.goods.order.number
        self.values: dict[Any, Any] = {
            "item_no": self.item_no,
            "number": self.order_number,
            "code": self.goods.code(0),
            "pk": self.goods.order.pk,
        }
        self.marks = [self.order_number, self.goods.product.name, self.item_no, self.member.phone]
        #: partners of the brand may see its catalogue
        self.visible_to_partners = {self.goods.product.name, self.item_no}
        #: consumer pages that anybody with the code may open
        self.public: set[str] = set()

    def __contains__(self, key: object) -> bool:
        return key in self.values

    def value(self, route: str, name: str) -> Any:
        return self.values.get((route, name), self.values.get(name))

    def body(self, path: str) -> dict[str, Any]:
        return {"code": self.goods.code(0)}
