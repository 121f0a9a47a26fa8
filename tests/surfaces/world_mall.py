"""What the world's mall sells and what was ordered there, as values of addresses."""

import io
from typing import Any

from hefu.apps.orders.models import Category, Payment
from hefu.apps.orders.services import articles
from hefu.apps.orders.services.article_lists import import_articles
from hefu.core.actor import consumer
from tests.apps.orders.shop import an_article, an_order, open_mall
from tests.factories import NOW, operator

SKU = "WORLD-CUP"
LIST = "sku,title,price\nWORLD-POT,the world's pot,9.90\n"


def mall_values(brand: Any, member: Any) -> dict[Any, Any]:
    """Open the mall, sell a cup to the member; returns what addresses of the mall name."""
    open_mall(brand)
    articles.save_category(operator(brand), code="world", name="the world's cups", now=NOW)
    article = an_article(brand, SKU, title="a cup of the world alone", categories=("world",))
    buyer = consumer(brand_id=brand.pk, member_id=member.pk)
    order = an_order(brand, buyer, {SKU: 1})
    listed = import_articles(
        operator(brand), file=io.BytesIO(LIST.encode()), file_name="world articles.csv", now=NOW
    )
    category = Category.objects.get(brand=brand)
    return {
        "sku": SKU,
        "order_id": order.pk,
        "reference": Payment.objects.get(order=order).reference,
        "provider": "test",
        ("/api/v1/sales/{number}", "number"): order.number,
        ("mall/of/<slug:brand>/", "brand"): brand.slug,
        ("desk/sales/<int:pk>/", "pk"): order.pk,
        ("desk/articles/<int:pk>/", "pk"): article.pk,
        ("desk/articles/<int:pk>/edit/", "pk"): article.pk,
        ("desk/categories/<int:pk>/", "pk"): category.pk,
        ("desk/articles/import/<int:pk>/refused.csv", "pk"): listed.pk,
    }
