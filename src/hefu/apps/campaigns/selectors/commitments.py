"""What campaigns have planned, promised and spent (预算承诺一览): all of them on one board.

Two kinds of money: the lines of a signed plan, and the budgets of the promotions that belong to the
campaign. What a promotion has in open orders is committed, what it has in paid ones is spent. A
promotion without a budget is counted as it is used and has nothing free.
"""

from collections import defaultdict
from dataclasses import dataclass

from django.db.models import F, QuerySet, Sum
from django.db.models.fields.json import KeyTextTransform

from hefu.apps.campaigns.models import (
    Campaign,
    Counter,
    PlanLine,
    PromotionUse,
    PromotionVersion,
    UseState,
)
from hefu.apps.campaigns.selectors.promotions import campaigns_for
from hefu.core.actor import Actor

#: Currency of plans, and of promotions that state none.
YUAN = "CNY"
_Key = tuple[int, str]  # campaign and currency


@dataclass(frozen=True, kw_only=True, slots=True)
class Commitment:
    """One campaign's money, minor units. ``planned = committed + spent + free`` where capped.

    ``uncapped``: promotions of it that have no budget; what they take is in ``committed`` and
    ``spent`` and adds to ``planned`` as it is used.
    """

    pk: int  # of the campaign; 0: promotions that belong to none
    title: str
    currency: str
    planned: int
    committed: int
    spent: int
    uncapped: int = 0

    @property
    def free(self) -> int:
        """What may still be promised."""
        return self.planned - self.committed - self.spent


@dataclass(slots=True)
class _Sums:
    planned: int = 0
    committed: int = 0
    spent: int = 0
    uncapped: int = 0


def commitments(actor: Actor) -> list[Commitment]:
    """Every campaign with money, the least free first, and what belongs to none last; five queries.

    A campaign with money in two currencies has two rows.

    Raises:
        NotAllowed: the actor may not see campaigns.
    """
    mine = campaigns_for(actor)
    if actor.is_partner:
        return []
    titles = dict(mine.values_list("pk", "title"))
    sums: dict[_Key, _Sums] = defaultdict(_Sums)
    _add_lines(sums, mine)
    _add_promotions(sums, actor.own_brand())
    found = [
        Commitment(
            pk=pk, title=titles.get(pk, ""), currency=currency, planned=each.planned,
            committed=each.committed, spent=each.spent, uncapped=each.uncapped,
        )
        for (pk, currency), each in sums.items()
    ]  # fmt: skip
    return sorted(found, key=lambda row: (row.pk == 0, row.free, row.pk, row.currency))


def _add_lines(sums: dict[_Key, _Sums], mine: QuerySet[Campaign]) -> None:
    rows = PlanLine.objects.filter(campaign__in=mine).order_by().values_list("campaign_id")
    for pk, planned, committed, spent in rows.annotate(
        Sum("planned"), Sum("committed"), Sum("spent")
    ):
        row = sums[pk, YUAN]
        row.planned += planned
        row.committed += committed
        row.spent += spent


def _add_promotions(sums: dict[_Key, _Sums], brand_id: int) -> None:
    live = PromotionVersion.objects.filter(
        promotion__brand_id=brand_id, number=F("promotion__live_version")
    ).annotate(said=KeyTextTransform("currency", "document"))
    about = {
        pk: (campaign or 0, currency or YUAN)
        for pk, campaign, currency in live.values_list(
            "promotion_id", "promotion__campaign_id", "said"
        )
    }
    held = dict(
        PromotionUse.objects.filter(brand_id=brand_id, state=UseState.HELD)
        .order_by()
        .values_list("promotion_id")
        .annotate(Sum("amount"))
    )
    for counter in Counter.objects.filter(promotion__brand_id=brand_id):
        used = counter.spent
        if not used and counter.budget is None:
            continue
        row = sums[about.get(counter.promotion_id, (0, YUAN))]
        committed = min(held.get(counter.promotion_id, 0), used)
        row.committed += committed
        row.spent += used - committed
        row.planned += used if counter.budget is None else counter.budget
        row.uncapped += counter.budget is None
