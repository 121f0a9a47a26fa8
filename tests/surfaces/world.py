"""One of everything, in one brand, with marks that no stranger may ever read."""

import io
from datetime import timedelta
from typing import Any

from hefu.apps.campaigns.models import Draw, Win
from hefu.apps.campaigns.services.draws.prizes import claim_win
from hefu.apps.catalog import services as catalog
from hefu.apps.catalog.models import Product
from hefu.apps.identity.selectors.batches import BOOK
from hefu.apps.identity.services.activation import ActivationWish, activate
from hefu.apps.identity.services.appeals import open_appeal
from hefu.apps.identity.services.exports import start_export
from hefu.apps.ledger import services as ledger
from hefu.apps.members import services as members
from hefu.apps.orders.services.imports import import_orders
from hefu.core.actor import consumer
from tests.apps.campaigns.draw_rows import MUG, Fair, a_plan
from tests.apps.identity.life.rows import Goods, later
from tests.factories import NOW, operator
from tests.surfaces.world_billing import BILLING_MARKS, billing_values
from tests.surfaces.world_goods import MARKS as GOODS_MARKS
from tests.surfaces.world_goods import goods_values
from tests.surfaces.world_groups import MARKS as GROUP_MARKS
from tests.surfaces.world_groups import group_values
from tests.surfaces.world_integration import (
    INTEGRATION_MARKS,
    integration_bodies,
    integration_values,
)
from tests.surfaces.world_mailings import MARKS as MAILING_MARKS
from tests.surfaces.world_mailings import mailing_values
from tests.surfaces.world_mall import mall_values
from tests.surfaces.world_materials import MATERIAL_MARKS, material_values
from tests.surfaces.world_pages import PAGE_MARKS, draft_values, page_bodies
from tests.surfaces.world_partners import MARKS as PARTNER_MARKS
from tests.surfaces.world_partners import partner_values
from tests.surfaces.world_plans import MARKS as PLAN_MARKS
from tests.surfaces.world_plans import plan_values
from tests.surfaces.world_public import page_values
from tests.surfaces.world_questions import MARKS as QUESTION_MARKS
from tests.surfaces.world_questions import question_values
from tests.surfaces.world_reach import MARKS as REACH_MARKS
from tests.surfaces.world_reach import reach_values
from tests.surfaces.world_rewards import MARKS, reward_values
from tests.surfaces.world_rights import MARKS as RIGHTS_MARKS
from tests.surfaces.world_rights import rights_values
from tests.surfaces.world_smart import MARKS as SMART_MARKS
from tests.surfaces.world_smart import smart_bodies, smart_values
from tests.surfaces.world_surveys import SURVEY_MARKS, survey_values
from tests.surfaces.world_trust import MARKS as TRUST_MARKS
from tests.surfaces.world_trust import trust_bodies, trust_values

SALES = "订单号,商品名称,订购数量,京东价,订单状态,下单时间\n1,锅,1,9.90,完成,2026-11-01 10:00:00\n"
_DRAW = "draws/<slug:brand>/<slug:slug>/"
LIST = "货号,型号,品名\nWORLD-2,W-2,the world's second product\n"


class World:
    """A brand with a product, an issued order, units, members; ``value`` fills addresses."""

    def __init__(self) -> None:
        self.goods = Goods()
        name = "a product of the world alone"
        Product.objects.filter(pk=self.goods.product.pk).update(name=name)
        self.goods.product.name = name
        BOOK.clear()
        self.brand = self.goods.brand
        self.system = operator(self.brand)
        members.publish_consent_texts(self.system, now=NOW)
        self.member, rival = self.goods.member(), self.goods.member()
        self.item_no = self.goods.product.item_no
        self.order_number = self.goods.order.number
        code = self.goods.code(0)
        wish = ActivationWish(key="world", code=code, member_id=self.member.pk)
        owner = consumer(brand_id=self.brand.pk, member_id=self.member.pk)
        activation = activate(owner, wish=wish, now=later(days=1))
        appeal = open_appeal(
            consumer(brand_id=self.brand.pk, member_id=rival.pk), text="it is mine",
            unit=self.goods.unit(0),
            now=later(days=2),
        )  # fmt: skip
        self.budget = ledger.create_budget(self.system, name="world budget", limit=100, now=NOW)
        export = start_export(self.system, order=self.goods.order, format="csv", now=NOW)
        listing = catalog.import_products(
            self.system, file=io.BytesIO(LIST.encode()), file_name="world list.csv", now=NOW
        )
        sales = import_orders(
            self.system, file=io.BytesIO(SALES.encode()), file_name="world sales.csv", now=NOW
        )
        draw, win = self._draw()
        self.values: dict[Any, Any] = {
            **_draw_values(draw, win),
            **billing_values(self.brand),
            **integration_values(self.brand),
            **survey_values(self.brand, self.member, activation.activation_id),
            **mall_values(self.brand, self.member),
            **page_values(self.brand, self.goods.product),
            **draft_values(self.goods.product),
            **reward_values(self.brand, self.member),
            **rights_values(self.brand, self.member),
            **plan_values(self.brand),
            **partner_values(self.brand),
            **goods_values(self.brand),
            **mailing_values(self.brand, self.member),
            **reach_values(self.brand),
            **group_values(self.brand, self.member),
            **material_values(self.brand),
            **smart_values(self.brand, self.goods.product),
            **question_values(self.system, self.brand, self.goods.product, self.member),
            "item_no": self.item_no,
            "number": self.order_number,
            "code": code,
            "gtin": self.goods.product.gtin,
            "serial": code[:16],
            "activation_id": activation.activation_id,
            "purpose": "marketing",
            "kind": "xlsx",
            "member": self.member.pk,
            "pk": self.goods.order.pk,
            "id": activation.activation_id,
            "appeal_id": appeal.pk,
            "budget_id": self.budget.pk,
            "export_id": export.pk,
            "import_id": listing.pk,
            ("/api/v1/imports/{id}", "id"): listing.pk,
            ("desk/sales/import/<int:pk>/refused.csv", "pk"): sales.pk,
            ("/api/v1/sales/imports/{id}", "id"): sales.pk,
            ("/api/v1/sales/imports/{id}/errors", "id"): sales.pk,
            ("/api/v1/imports/{id}/errors", "id"): listing.pk,
            ("/api/v1/exports/{id}", "id"): export.pk,
            ("/api/v1/exports/{id}/file", "id"): export.pk,
            ("/api/v1/jobs/{id}", "id"): export.job_id,
        }
        order_pk = self.values["desk/sales/<int:pk>/", "pk"]
        self.values |= trust_values(self.goods.batch, order_pk)
        self.marks = [
            self.order_number, self.goods.product.name, self.member.phone,
            "world list", "world sales", "world budget", "it is mine", "world draft", "world door",
            *MARKS, *GOODS_MARKS, *BILLING_MARKS, *SURVEY_MARKS, *INTEGRATION_MARKS, *PAGE_MARKS,
            *QUESTION_MARKS, *RIGHTS_MARKS, *PARTNER_MARKS, *PLAN_MARKS, *MAILING_MARKS,
            *SMART_MARKS, *MATERIAL_MARKS, *REACH_MARKS, *GROUP_MARKS, *TRUST_MARKS,
        ]  # fmt: skip
        catalogue = {self.goods.product.name}
        #: partners of the brand may see its catalogue
        self.visible_to_partners = catalogue
        self.open_to_partners = {"desk/products/<int:pk>/"}
        #: whoever holds a code may see its product: the pages behind the printed codes
        self.visible_with_code = catalogue

    def _draw(self) -> tuple[Draw, Win]:
        """A published draw that the member won, to be sent to their door; and a draft."""
        fair = Fair(self.brand)
        fair.draft(a_plan(title="world draft"))
        draw = fair.published(a_plan(blank_weight=0, prizes=(MUG,)))
        who = fair.consumer(self.member)
        at = draw.ends_at - timedelta(seconds=1)
        won = fair.enter(draw, who, at=at).win
        assert won is not None
        claim_win(who, win=won, deliver_to="world door", now=at)
        return draw, won

    def __contains__(self, key: object) -> bool:
        return key in self.values

    def value(self, route: str, name: str) -> Any:
        return self.values.get((route, name), self.values.get(name))

    def body(self, path: str) -> dict[str, Any]:
        return self._bodies().get(path.removeprefix("/api/v1/"), {"code": self.goods.code(0)})

    def _bodies(self) -> dict[str, dict[str, Any]]:
        """Bodies of the API that are right in everything but whose things they name."""
        code, other = self.goods.code(0), self.goods.code(2)
        number = {"code": code, "kind": "serial_number", "value": "S1"}
        coins = {"key": "theirs", "amount": 1}
        return {
            "orders/close": {"number": self.order_number, "used": 1},
            "exports": {"order": self.order_number, "format": "csv"},
            "codes/verify": {"codes": [code]},
            **integration_bodies(),
            **page_bodies(self.item_no),
            **smart_bodies(self.item_no),
            **trust_bodies(self.order_number),
            "activations": {"code": code, "address": "+8613800138000"},
            "activations/facts": {"code": code, "kind": "delivered", "on": "2026-11-20"},
            "activations/{id}/return": {},
            "units/marks": {"mark": "void", "codes": [code], "reason": "theirs"},
            "units/serials": {"links": [number]},
            "units/serials/unlink": number,
            "units/pack": {"parent": code, "children": [other]},
            "units/unpack": {"children": [code]},
            "units/replace": {"old": code, "new": other, "reason": "theirs"},
            "draws/{id}/entries": {"member": self.member.pk, "adult": True},
            "members/{member}/spend": coins,
            "members/{member}/holds": coins,
        }


def _draw_values(draw: Draw, win: Win) -> dict[Any, Any]:
    desk = ("", "edit/", "submit/", "decide/", "improve/", "stop/", "hold/", "archive/", "file/",
            "delete/", "winners/")  # fmt: skip
    api = ("", "/winners", "/list", "/entries")
    public = ("", "enter/", "join/", "winners/", "entries/<int:seq>/",
              "published-<int:version>.json", "rules-<int:version>.txt")  # fmt: skip
    return {
        "brand": draw.brand.slug,
        "seq": 1,
        "version": 1,
        "win_id": win.pk,
        ("desk/draws/wins/<int:pk>/", "pk"): win.pk,
        **{(f"desk/draws/<int:pk>/{page}", "pk"): draw.pk for page in desk},
        **{(f"/api/v1/draws/{{id}}{page}", "id"): draw.pk for page in api},
        **{(_DRAW + page, "slug"): draw.slug for page in public},
    }
