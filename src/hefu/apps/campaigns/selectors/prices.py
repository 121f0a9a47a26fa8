"""The price book as staff see it (价格表)."""

from django.db.models import QuerySet

from hefu.apps.campaigns.models import PriceEntry
from hefu.core.actor import Actor
from hefu.core.errors import NotFound
from hefu.core.permissions import Permission


def prices_for(actor: Actor) -> QuerySet[PriceEntry]:
    """The brand's price book, by sku, the newest entry first; partners and buyers have none.

    Raises:
        NotAllowed: the role does not see campaigns.
    """
    actor.require(Permission.CAMPAIGN_VIEW)
    rows = PriceEntry.objects.filter(brand_id=actor.own_brand())
    return rows.order_by("sku", "-pk")


def price_by_id(actor: Actor, pk: int) -> PriceEntry:
    """Return one entry.

    Raises:
        NotFound: there is none, or not for this actor.
    """
    found = prices_for(actor).filter(pk=pk).first()
    if found is None:
        raise NotFound(field="price")
    return found
