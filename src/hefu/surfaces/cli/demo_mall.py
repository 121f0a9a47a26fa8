"""The mall of a demonstration brand: a few articles on sale, filled from its plan."""

from datetime import datetime
from typing import Any

from hefu.apps.orders.services import articles, stock
from hefu.apps.orders.services.articles import ArticleSheet
from hefu.core.actor import Actor


def open_mall(actor: Actor, plan: dict[str, Any], *, now: datetime) -> None:
    """Write down what the plan sells and open the doors; money is taken by the test provider."""
    for code, name, name_en, parent in plan["categories"]:
        articles.save_category(actor, code=code, name=name, name_en=name_en, parent=parent, now=now)
    for row in plan["articles"]:
        about = dict(row)
        left = about.pop("left")
        sheet = ArticleSheet(**{
            **about, "on_sale": True, "categories": tuple(about.get("categories", ())),
            "tags": tuple(about.get("tags", ())),
        })  # fmt: skip
        articles.create_article(actor, sheet=sheet, counted=left is not None, now=now)
        if left:
            stock.receive_stock(actor, sku=sheet.sku, quantity=left, key="opening", now=now)
    articles.set_mall(actor, is_open=True, now=now, **plan["terms"])
