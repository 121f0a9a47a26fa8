"""The articles of a campaign by their role (产品角色), and what each role brought.

Figures are of the campaign's time and of the mall's currency; amounts are minor units. The margin
is what was paid less the cost, as in margin floors; what has no cost is counted apart.
"""

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta
from typing import Any

from django.db.models import Count, F, Q, QuerySet, Sum, Window
from django.db.models.functions import RowNumber
from django.utils import timezone

from hefu.apps.campaigns.models import Campaign, CampaignArticle, GoodsRole
from hefu.apps.campaigns.selectors.plans import plan_of, signed_plan
from hefu.apps.orders.models import Order, OrderLine
from hefu.apps.orders.selectors.articles import mall_for
from hefu.apps.orders.selectors.orders import SOLD, orders_for
from hefu.core.actor import Actor
from hefu.core.permissions import Permission
from hefu.core.planning import Phase, phases

WHOLE = 10_000


@dataclass(frozen=True, kw_only=True, slots=True)
class Span:
    """When a campaign runs; ``until`` is excluded, None: no end is set."""

    since: datetime
    until: datetime | None

    def holds(self, at: datetime) -> bool:
        """Whether it runs then."""
        return self.since <= at and (self.until is None or at < self.until)


def span_of(campaign: Campaign) -> Span | None:
    """The campaign's own time, else the run of its signed plan; None: nobody said."""
    if campaign.starts_at is not None:
        return Span(since=campaign.starts_at, until=campaign.ends_at)
    version = signed_plan(campaign)
    if version is None:
        return None
    run = phases(plan_of(version))[Phase.RUN]
    return Span(since=_midnight(run.first_on), until=_midnight(run.last_on + timedelta(days=1)))


def _midnight(day: date) -> datetime:
    return datetime.combine(day, time.min, tzinfo=timezone.get_default_timezone())


def articles_of(campaign: Campaign) -> QuerySet[CampaignArticle]:
    """The articles of a campaign with their roles, by sku."""
    rows = CampaignArticle.objects.filter(campaign=campaign).select_related("article")
    return rows.order_by("article__sku")


@dataclass(kw_only=True, slots=True)
class Figures:
    """What an article, or all of a role, came to."""

    pieces: int = 0
    returned: int = 0
    revenue: int = 0
    discount: int = 0
    margin: int = 0
    costed: int = 0  # the revenue of what has a cost: the margin is of it
    uncosted: set[str] = field(default_factory=set)  # skus sold without a cost
    first_buyers: int = 0

    def add(self, other: "Figures") -> None:
        """Put another's figures to these."""
        for name in ("pieces", "returned", "revenue", "discount", "margin", "costed",
                     "first_buyers"):  # fmt: skip
            setattr(self, name, getattr(self, name) + getattr(other, name))
        self.uncosted |= other.uncosted


@dataclass(frozen=True, kw_only=True, slots=True)
class RoleRow:
    """One role: its articles, figures, and its part of the revenue of all roles."""

    role: GoodsRole
    articles: int
    figures: Figures
    share_bp: int | None  # None: nothing was sold
    without_cost: tuple[str, ...]  # skus that have no cost, sold or not


@dataclass(frozen=True, kw_only=True, slots=True)
class RoleReport:
    """All roles, in their order; ``buyers`` is everybody who bought from the brand in the time."""

    span: Span
    currency: str
    roles: tuple[RoleRow, ...]
    by_sku: dict[str, Figures]
    buyers: int
    elsewhere: int  # order lines of these articles in other currencies: not counted


def report_of(actor: Actor, campaign: Campaign) -> RoleReport | None:
    """What each role brought in the campaign's time; None while nobody said when it runs.

    Raises:
        NotAllowed: the role does not see campaigns, or not what was sold.
    """
    actor.require(Permission.CAMPAIGN_VIEW)
    span = span_of(campaign)
    if span is None:
        return None
    rows = list(articles_of(campaign))
    currency = mall_for(actor).currency
    orders = orders_for(actor).filter(state__in=SOLD, placed_at__gte=span.since).order_by()
    if span.until is not None:
        orders = orders.filter(placed_at__lt=span.until)
    figures, elsewhere = _sold(orders, rows, currency)
    buyers = _first_lines(orders, rows, figures)
    return RoleReport(
        span=span, currency=currency, roles=_by_role(rows, figures), by_sku=figures,
        buyers=buyers, elsewhere=elsewhere,
    )  # fmt: skip


def _named(lines: QuerySet[OrderLine], rows: list[CampaignArticle]) -> QuerySet[OrderLine]:
    """Lines of these articles: by id, and where an import knew none, by sku."""
    skus = [row.article.sku for row in rows]
    return lines.filter(
        Q(article_id__in=[row.article_id for row in rows]) | Q(article_id=None, sku__in=skus)
    )


def _sold(
    orders: QuerySet[Order], rows: list[CampaignArticle], currency: str
) -> tuple[dict[str, Figures], int]:
    figures = {row.article.sku: Figures() for row in rows}
    articles = {row.article_id: row.article for row in rows}
    by_sku = {row.article.sku: row.article for row in rows}
    lines = _named(OrderLine.objects.filter(order__in=orders), rows)
    elsewhere = lines.exclude(order__currency=currency).count()
    uncosted = Q(cost=None)
    counted = lines.filter(order__currency=currency).values("article_id", "sku").annotate(
        pieces=Sum("quantity"), back=Sum("returned"), paid=Sum("net"),
        listed=Sum(F("unit") * F("quantity")),
        cost_sum=Sum(F("cost") * F("quantity"), filter=~uncosted, default=0),
        bare=Sum("quantity", filter=uncosted, default=0),
        bare_paid=Sum("net", filter=uncosted, default=0),
    )  # fmt: skip
    for row in counted.order_by():
        article = articles.get(row["article_id"] or 0) or by_sku[row["sku"]]
        one = _figures(row, article.cost)
        if row["bare"] and article.cost is None:
            one.uncosted = {article.sku}
        figures[article.sku].add(one)
    return figures, elsewhere


def _figures(row: Any, cost: int | None) -> Figures:
    """Figures of one group of lines; what was sold without a cost takes the article's of now."""
    costed, spent = row["paid"] - row["bare_paid"], row["cost_sum"]
    if cost is not None:
        costed, spent = row["paid"], spent + cost * row["bare"]
    return Figures(
        pieces=row["pieces"], returned=row["back"], revenue=row["paid"],
        discount=row["listed"] - row["paid"], margin=costed - spent, costed=costed,
    )  # fmt: skip


def _first_lines(
    orders: QuerySet[Order], rows: list[CampaignArticle], figures: dict[str, Figures]
) -> int:
    """Count buyers under the article of the first line of their first order; returns all buyers.

    A buyer is a member, or the pseudonym of an imported order.
    """
    articles = {row.article_id: row.article.sku for row in rows}
    buyers = 0
    for name, known in (
        ("member_id", orders.filter(member_id__isnull=False)),
        ("buyer_key", orders.filter(member_id=None).exclude(buyer_key="")),
    ):
        buyers += known.values(name).distinct().count()
        numbered = known.annotate(
            turn=Window(RowNumber(), partition_by=[F(name)], order_by=["placed_at", "pk"])
        )
        first = numbered.filter(turn=1).values("pk")
        lines = _named(OrderLine.objects.filter(order__in=first, place=0), rows)
        for article_id, sku, number in (
            lines.values_list("article_id", "sku").annotate(number=Count("pk")).order_by()
        ):
            figures[articles.get(article_id) or sku].first_buyers += number
    return buyers


def _by_role(rows: Iterable[CampaignArticle], figures: dict[str, Figures]) -> tuple[RoleRow, ...]:
    of_role: dict[str, list[CampaignArticle]] = {role: [] for role in GoodsRole.values}
    for row in rows:
        of_role[row.role].append(row)
    revenue = sum(one.revenue for one in figures.values())
    found = []
    for role, mine in of_role.items():
        summed = Figures()
        for row in mine:
            summed.add(figures[row.article.sku])
        found.append(
            RoleRow(
                role=GoodsRole(role), articles=len(mine), figures=summed,
                share_bp=summed.revenue * WHOLE // revenue if revenue > 0 else None,
                without_cost=tuple(row.article.sku for row in mine if row.article.cost is None),
            )
        )  # fmt: skip
    return tuple(found)
