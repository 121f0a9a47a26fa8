"""A mall with articles, a buyer, and quotes by the engine as the shop would ask for them."""

from datetime import timedelta
from itertools import count

from hefu.apps.ledger import services as ledger
from hefu.apps.ledger.services import Grant
from hefu.apps.members.models import Member
from hefu.apps.orders.models import Article
from hefu.apps.orders.selectors.articles import lines_of
from hefu.apps.orders.services import articles, opening, stock
from hefu.apps.orders.services.articles import ArticleSheet
from hefu.apps.orders.values import NewOrder, Receiver
from hefu.core.actor import consumer
from hefu.core.promotions import (
    EVERYTHING,
    NOBODY,
    Cart,
    Promotion,
    Rules,
    Tender,
    Tier,
    Tiered,
    compile_rules,
    evaluate,
)
from tests.factories import NOW, operator

_numbers = count(1)
HOME = Receiver(name="李伟", phone="13800138000", address="广东省广州市天河区体育西路 1 号")
IN_TIME = NOW + timedelta(minutes=30)

#: 满100减10 / 满200减30
RULES = Rules(
    promotions=(
        Promotion(
            id="spring", currency="CNY", title="满减",
            benefit=Tiered(
                scope=EVERYTHING,
                tiers=(Tier(at_least=10000, amount=1000), Tier(at_least=20000, amount=3000)),
            ),
        ),
    )
)  # fmt: skip
RULESET = compile_rules(RULES)


def sheet(sku, unit=12000, **about):
    return ArticleSheet(sku=sku, title=about.pop("title", f"保温杯 {sku}"), unit=unit,
                        on_sale=about.pop("on_sale", True), **about)  # fmt: skip


def an_article(brand, sku="CUP-1", unit=12000, *, left=None, **about):
    """An article on sale; ``left`` in stock, None: not counted."""
    clerk = operator(brand)
    article = articles.create_article(
        clerk, sheet=sheet(sku, unit, **about), counted=left is not None, now=NOW
    )
    if left:
        stock.receive_stock(clerk, sku=sku, quantity=left, key="first", now=NOW)
    article.refresh_from_db()
    return article


def open_mall(brand, **about):
    terms = {
        "is_open": True, "shipping": 0, "coin_value": 10, "coin_share_bp": 5000, "pay_minutes": 30,
        "provider": "test",
    }  # fmt: skip
    return articles.set_mall(operator(brand), **{**terms, **about}, now=NOW)


def a_buyer(brand):
    number = next(_numbers)
    member = Member.objects.create(brand=brand, phone_key=f"key-{number}", created_at=NOW)
    return consumer(brand_id=brand.pk, member_id=member.pk)


def give_coins(brand, member_id, amount, *, expires_at=None, key=""):
    grant = Grant(
        key=key or f"gift:{next(_numbers)}", member_id=member_id, amount=amount,
        expires_at=expires_at,
    )  # fmt: skip
    return ledger.grant_many(operator(brand), grants=[grant], now=NOW)


def quoted(brand, wanted, *, coins=0, share_bp=10_000):
    """Price so many of each sku under ``RULES``; a coin pays ten fen."""
    rows = Article.objects.filter(brand=brand)
    tenders = (Tender(means="coins", units=coins, unit_value=10, max_share_bp=share_bp),)
    cart = Cart(
        lines=lines_of((rows.get(sku=sku), quantity) for sku, quantity in wanted.items()),
        currency="CNY", tenders=tenders if coins else (),
    )  # fmt: skip
    return evaluate(RULESET, cart, NOBODY, NOW)


def a_sale(brand, buyer, wanted, *, key="", coins=0, **about):
    quote = quoted(brand, wanted, coins=coins)
    return NewOrder(
        key=key or f"wish-{next(_numbers)}", quote=quote, facts=NOBODY, priced_at=NOW,
        member_id=buyer.member_id, receiver=HOME, region="440106",
        expires_at=about.pop("expires_at", IN_TIME), provider="test", **about,
    )  # fmt: skip


def an_order(brand, buyer, wanted, *, now=NOW, **about):
    return opening.open_order(buyer, sale=a_sale(brand, buyer, wanted, **about), now=now)
