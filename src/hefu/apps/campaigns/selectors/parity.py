"""Whether one article costs the same wherever it is sold (跨渠道价差), and if not, why (R185).

Of every article the newest sale in each place counts: what one piece was paid with. A lower price
is explained by the promotions and audiences of its order, elsewhere by rules announced for that
place which give this very price; what nobody announced is listed first.
"""

from collections import defaultdict
from dataclasses import dataclass
from datetime import datetime

from hefu.apps.campaigns.selectors.rules import ruleset_at
from hefu.apps.orders.models import Article, Order, OrderLine, OrderState
from hefu.apps.orders.selectors.articles import articles_for, lines_of
from hefu.apps.orders.selectors.orders import orders_for
from hefu.core.actor import Actor
from hefu.core.promotions import Cart, Facts, Verdict, evaluate

#: Order lines looked at, the newest first.
SAMPLE = 5_000


@dataclass(frozen=True, kw_only=True, slots=True)
class PlacePrice:
    """What one piece was paid with in one place the last time, in minor units."""

    source: str  # of ``orders.models.Source``
    shop: str
    unit: int
    order: str
    reasons: tuple[str, ...]  # titles of promotions, audiences of prices


@dataclass(frozen=True, kw_only=True, slots=True)
class Disparity:
    """An article whose price is not the same everywhere; the cheapest place first."""

    sku: str
    title: str
    currency: str
    prices: tuple[PlacePrice, ...]

    @property
    def unexplained(self) -> bool:
        """Some price below the highest has no announced reason."""
        highest = self.prices[-1].unit
        return any(one.unit < highest and not one.reasons for one in self.prices)


def channel_disparities(
    actor: Actor, *, since: datetime, until: datetime, sample: int = SAMPLE
) -> list[Disparity]:
    """List articles that cost differently in different places; the unexplained ones first."""
    orders = orders_for(actor).filter(placed_at__gte=since, placed_at__lt=until)
    orders = orders.exclude(state__in=(OrderState.CANCELLED, OrderState.REFUNDED))
    lines = OrderLine.objects.filter(order__in=orders.order_by()).exclude(sku="")
    newest: dict[tuple[str, str], dict[tuple[str, str], OrderLine]] = defaultdict(dict)
    rows = lines.select_related("order").order_by("-order__placed_at", "-pk")
    for line in rows[:sample]:
        place = line.order.source, line.order.shop
        newest[line.sku, line.order.currency].setdefault(place, line)
    apart = {
        key: found for key, found in newest.items() if len(set(map(_each, found.values()))) > 1
    }
    skus = {sku for sku, _ in apart}
    articles = {row.sku: row for row in articles_for(actor).filter(sku__in=skus)}
    told = [
        _disparity(articles.get(sku), currency, list(found.values()))
        for (sku, currency), found in apart.items()
    ]
    return sorted(told, key=lambda one: (not one.unexplained, one.sku))


def _each(line: OrderLine) -> int:
    return line.net // line.quantity


def _disparity(article: Article | None, currency: str, lines: list[OrderLine]) -> Disparity:
    prices = [
        PlacePrice(
            source=line.order.source, shop=line.order.shop, unit=_each(line),
            order=line.order.number, reasons=_reasons(article, line),
        )
        for line in lines
    ]  # fmt: skip
    prices.sort(key=lambda one: (one.unit, one.source, one.shop))
    return Disparity(
        sku=lines[0].sku, title=article.title if article else lines[0].title, currency=currency,
        prices=tuple(prices),
    )  # fmt: skip


def _reasons(article: Article | None, line: OrderLine) -> tuple[str, ...]:
    order = line.order
    if order.ruleset:
        return _kept(order, line.place)
    return _announced(article, line) if article is not None else ()


def _kept(order: Order, place: int) -> tuple[str, ...]:
    """Return why an order that we priced cost what it did: it keeps every reason."""
    titles = _titles(order.brand_id, order.placed_at)
    found = [
        titles.get(one["promotion"], one["promotion"])
        for one in order.quote.get("explanations", ())
        if one["verdict"] == Verdict.APPLIED
    ]
    lines = order.quote.get("lines", ())
    audience = lines[place].get("audience", "") if place < len(lines) else ""
    return (*found, audience) if audience else tuple(found)


def _announced(article: Article, line: OrderLine) -> tuple[str, ...]:
    """Return the rules announced for this place, if they give the price that was paid there."""
    ruleset = ruleset_at(line.order.brand_id, line.order.placed_at)
    cart = Cart(lines=lines_of([(article, line.quantity)]), currency=line.order.currency)
    facts = Facts(values={"channel": line.order.source})
    asked = evaluate(ruleset, cart, facts, line.order.placed_at)
    if asked.nets[0] != line.net:
        return ()
    titles = {one.id: one.title for one in ruleset.rules.promotions}
    applied = [one for one in asked.explanations if one.verdict == Verdict.APPLIED]
    audience = asked.book[0].audience if 0 in asked.book else ""
    return (*(titles[one.promotion] for one in applied), *([audience] if audience else []))


def _titles(brand_id: int, at: datetime) -> dict[str, str]:
    return {one.id: one.title for one in ruleset_at(brand_id, at).rules.promotions}
