"""Group buys in the words of their pages (拼团页面): an offer, a group, one's own place in it."""

from dataclasses import dataclass
from datetime import datetime

from django.utils.translation import get_language
from django.utils.translation import gettext as _

from hefu.apps.campaigns.models import BuyingGroup, GroupOffer, GroupState, OfferState, PlaceState
from hefu.apps.campaigns.selectors.groups import open_offers, own_place, terms_of
from hefu.apps.orders.models import Article, Order, OrderState
from hefu.apps.orders.values import FOR_GROUP
from hefu.core.errors import DomainError, NotFound
from hefu.core.group_buying import GroupTerms
from hefu.surfaces.consumer.sentences import explain
from hefu.surfaces.consumer.site import Visit
from hefu.surfaces.design.numbers import price


@dataclass(frozen=True, kw_only=True, slots=True)
class OfferTile:
    """An offer beside its article."""

    code: str
    title: str
    price: str
    size: int


def offer_title(terms: GroupTerms) -> str:
    """The offer's title in the reader's language, where it has one."""
    english = (get_language() or "").startswith("en")
    return terms.title_en if english and terms.title_en else terms.title


def offers_of(visit: Visit, article: Article) -> list[OfferTile]:
    """The offers of an article in which a group can be opened now."""
    rows = [(row, terms_of(row)) for row in open_offers(visit.actor, article.sku, now=visit.now)]
    return [
        OfferTile(
            code=row.code, title=offer_title(terms), size=terms.size,
            price=price(terms.price, terms.currency),
        )
        for row, terms in rows
        if row.left >= terms.size
    ]  # fmt: skip


def offer_state(offer: GroupOffer, terms: GroupTerms, *, now: datetime) -> str:
    """Say where an offer stands: stopped, before, ended, gone (no piece for a group) or open."""
    if offer.state == OfferState.STOPPED:
        return "stopped"
    if now < offer.starts_at:
        return "before"
    if now >= offer.ends_at:
        return "ended"
    return "open" if offer.left >= terms.size else "gone"


@dataclass(frozen=True, kw_only=True, slots=True)
class GroupStanding:
    """A group for one visitor at one instant.

    ``state``: waiting (its first member has not paid), open, full (all places taken, some not
    paid), ending (its time is over, the refunds are on their way), formed, lapsed, void.
    ``mine``: the state of the visitor's own place, or "". ``order_id``: of that place.
    """

    state: str
    mine: str
    order_id: int | None
    left: int
    counts_to: datetime | None

    @property
    def may_join(self) -> bool:
        """Whether this visitor may ask for a place."""
        return self.state == "open" and self.mine not in (PlaceState.HELD, PlaceState.PAID)


def standing_of(visit: Visit, group: BuyingGroup) -> GroupStanding:
    """Say how a group stands for this visitor."""
    place = own_place(visit.actor, group)
    state, left = group.state, group.size - group.held - group.paid
    running = group.state == GroupState.OPEN and group.expires_at is not None
    if running and group.expires_at and group.expires_at <= visit.now:
        state, running = "ending", False
    elif running and not left:
        state = "full"
    return GroupStanding(
        state=state, mine=place.state if place else "", left=left,
        order_id=place.order_id if place else None,
        counts_to=group.expires_at if running else None,
    )  # fmt: skip


def waits_for_group(order: Order) -> bool:
    """Whether a paid order is not sent because its group is not formed yet."""
    return order.waits_for == FOR_GROUP and order.state == OrderState.PAID


def refusal_words(error: DomainError) -> str:
    """Why it was refused; what is not there any more is not in the mall."""
    if isinstance(error, NotFound):
        return _("This is not sold any more.")
    return explain(error)
