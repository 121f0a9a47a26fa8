"""A brand whose product has a public page with everything on it."""

from dataclasses import dataclass, field
from datetime import date

from hefu.apps.accounts.models import Brand
from hefu.apps.catalog.models import Page, Product
from hefu.apps.catalog.page_values import Draft
from hefu.apps.catalog.services.pages import create_page
from hefu.core.actor import Actor
from hefu.core.pages import (
    ImageBlock,
    ManualKind,
    ManualVersion,
    PageContent,
    PageText,
    TextBlock,
    VideoBlock,
)
from hefu.core.permissions import Role
from tests.apps.catalog.files import film, manual, padded_manual, picture
from tests.apps.catalog.pages import a_file, a_product, publish
from tests.factories import NOW, a_brand, an_actor

ZH = """## 焖饭

把米洗净，加水到**刻度线**，按下“开始”。

1. 内锅擦干
2. 放稳
3. 合盖

| 米 | 水 |
|----|----|
| 2 杯 | 2 格 |

<script>alert(1)</script> [坏链接](javascript:alert(1)) [标准](https://example.com/gb)
"""
EN = "## Cooking rice\n\nWash the rice, fill up to the **mark**, press *Start*."


@dataclass
class Shown:
    """The writer, the approver and the product PN587; ``heavy`` brings a manual of 20 MB."""

    brand: Brand = field(default_factory=a_brand)
    heavy: bool = False
    published: bool = True

    def __post_init__(self) -> None:
        self.writer: Actor = an_actor(self.brand, Role.PRODUCT_SPECIALIST)
        self.approver: Actor = an_actor(self.brand, Role.APPROVER)
        self.product: Product = a_product(self.writer, series="炊具", gtin="06901234567892")
        self.photo = a_file(self.writer, picture(size=(1600, 1200)), "正面.jpg")
        self.poster = a_file(self.writer, picture("PNG", (800, 450)), "poster.png")
        body = padded_manual(20_000_000) if self.heavy else manual("new")
        self.new = a_file(self.writer, body, "说明书 第二版.pdf")
        self.old = a_file(self.writer, manual("old"), "说明书 第一版.pdf")
        length = 3_000_000 if self.heavy else 5_000
        self.film = a_file(self.writer, film(seconds=65, body=length), "焖饭.mp4")
        version = create_page(
            self.writer, product=self.product, draft=Draft(content=self.content()), now=NOW
        )
        self.page: Page = version.page
        if self.published:
            publish(self.writer, self.approver, self.page)

    def content(self) -> PageContent:
        shots = (
            ImageBlock(media=self.photo.sha256, alt="电饭煲正面", caption="不锈钢外壳"),
            TextBlock(text=ZH),
            VideoBlock(media=self.film.sha256, poster=self.poster.sha256, caption="第一次焖饭"),
            VideoBlock(url="https://v.qq.com/x/page/a1.html", caption="厨房里的一天"),
            ImageBlock(media=self.poster.sha256, alt="控制面板"),
        )
        english = (ImageBlock(media=self.photo.sha256, alt="front"), TextBlock(text=EN))
        return PageContent(
            texts={
                "zh": PageText(title="智能电饭煲 PN587", summary="四升容量，二十四小时预约。",
                               keywords=("电饭煲", "4L"), blocks=shots),
                "en": PageText(title="Rice cooker PN587", summary="Four litres, 24 hours ahead.",
                               blocks=english),
            },
            manuals=(
                ManualVersion(media=self.old.sha256, title="使用说明书", label="V1",
                              batches=("01",), issued_on=date(2026, 1, 5)),
                ManualVersion(media=self.new.sha256, title="使用说明书", label="V2",
                              issued_on=date(2026, 11, 2)),
                ManualVersion(media=self.new.sha256, title="保修条款", kind=ManualKind.WARRANTY),
            ),
            attributes={
                "spare_parts_years": 8, "recycled_bp": 3550, "battery_replaceable": False,
                "materials": {"zh": "不锈钢、铝", "en": "Stainless steel, aluminium"},
                "weight_g": 4200, "standby_mw": 500, "energy_grade_cn": "1", "country": "CN",
                "repair_url": "https://example.com/repair",
            },
        )  # fmt: skip

    def path(self, rest: str = "") -> str:
        return f"/b/{self.brand.slug}/p/{self.product.item_no}/{rest}"
