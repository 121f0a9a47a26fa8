"""Orders of a campaign's goods, written as they are kept."""

from hefu.apps.orders.models import Article, Order, OrderLine, OrderState, Source
from tests.factories import NOW


def sold(brand, lines, *, at=NOW, member=None, buyer="", currency="CNY", state=OrderState.PAID,
         by_sku=False):  # fmt: skip
    """An order of ``lines``: sku to (quantity, paid for all of them); more of it as a third."""
    paid = sum(line[1] for line in lines.values())
    order = Order.objects.create(
        brand=brand, source=Source.MALL, number=f"n{Order.objects.count()}", state=state,
        currency=currency, listed=paid, total=paid, placed_at=at, updated_at=at,
        member_id=member, buyer_key=buyer,
    )  # fmt: skip
    for place, (sku, (quantity, net, *more)) in enumerate(lines.items()):
        article = Article.objects.get(brand=brand, sku=sku)
        about = {"cost": article.cost, "returned": 0, **(more[0] if more else {})}
        OrderLine.objects.create(
            order=order, place=place, sku=sku, article_id=None if by_sku else article.pk,
            title=sku, unit=article.unit, quantity=quantity, net=net, **about,
        )  # fmt: skip
    return order
