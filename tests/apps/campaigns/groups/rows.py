"""A brand with a mall, a campaign with a group buy, its people, and how they pay."""

from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from itertools import count

from hefu.apps.accounts.models import Brand
from hefu.apps.audit.worker import work_off
from hefu.apps.campaigns.models import BuyingGroup, GroupOffer, GroupPlace
from hefu.apps.campaigns.services import group_offers
from hefu.apps.campaigns.services.groups import PlaceWish, join_group, open_group
from hefu.apps.campaigns.services.promotions import open_campaign
from hefu.apps.members.models import Member
from hefu.apps.orders.models import Order, OrderRefund, Payment, PaymentState
from hefu.apps.orders.services import sales
from hefu.core.actor import Actor, consumer
from hefu.core.group_buying import GroupTerms
from hefu.core.permissions import Role
from tests.apps.orders.shop import HOME, an_article, open_mall
from tests.factories import NOW, a_brand, an_actor, operator

_numbers = count(1)
LASTS = timedelta(hours=24)
TERMS = GroupTerms(
    title="电饭煲三人团", title_en="Cooker for three", sku="COOKER", price=19900, size=3, pieces=30,
    lasts_minutes=24 * 60, starts_at=NOW - timedelta(minutes=1), ends_at=NOW + timedelta(days=7),
    pay_minutes=15, per_person=2,
)  # fmt: skip


def later(**span: float) -> datetime:
    return NOW + timedelta(**span)


@dataclass
class Deal:
    """An approved offer that has begun a minute ago; ``about`` are other terms."""

    about: dict = field(default_factory=dict)
    brand: Brand = field(default_factory=a_brand)
    code: str = "cooker-3"

    def __post_init__(self) -> None:
        open_mall(self.brand)
        an_article(self.brand, "COOKER", 29900, left=5, title="电饭煲")
        self.writer = an_actor(self.brand, Role.CAMPAIGN_MANAGER)
        self.approver = an_actor(self.brand, Role.APPROVER)
        self.campaign = open_campaign(self.writer, slug="groups", title="拼团季", now=NOW)
        before = NOW - timedelta(days=1)
        terms = replace(TERMS, **self.about)
        offer = group_offers.create_offer(
            self.writer, campaign=self.campaign, code=self.code, terms=terms, now=before
        )
        group_offers.submit_offer(self.writer, offer=offer, now=before)
        self.offer = group_offers.approve_offer(self.approver, offer=offer, now=before)

    def buyer(self, name: str = "") -> Actor:
        member = Member.objects.create(
            brand=self.brand, phone_key=f"group{next(_numbers)}", nickname=name, created_at=NOW
        )
        return consumer(brand_id=self.brand.pk, member_id=member.pk)

    def open(self, buyer: Actor | None = None, *, now: datetime = NOW, paid: bool = True, **wish):
        """Open a group; returns it with its first order."""
        order = open_group(
            buyer or self.buyer(), offer_id=self.offer.pk, wish=a_wish(**wish), now=now
        )
        if paid:
            self.pay(order, now=now)
        return GroupPlace.objects.get(order_id=order.pk).group, order

    def join(
        self, group: BuyingGroup, buyer: Actor | None = None, *, now: datetime = NOW,
        paid: bool = True, **wish,
    ) -> Order:  # fmt: skip
        order = join_group(buyer or self.buyer(), token=group.token, wish=a_wish(**wish), now=now)
        if paid:
            self.pay(order, now=now)
        return order

    def pay(self, order: Order, *, now: datetime = NOW) -> Order:
        take(order, now=now)
        work_off(clock=lambda: now)
        order.refresh_from_db()
        return order

    @property
    def counts(self) -> tuple[int, int, int]:
        offer = GroupOffer.objects.get(pk=self.offer.pk)
        return offer.left, offer.held, offer.sold


def a_wish(**about) -> PlaceWish:
    return PlaceWish(
        **{"receiver": HOME, "region": "440000", "key": f"press-{next(_numbers)}", **about}
    )


def take(order: Order, *, now: datetime) -> None:
    """The provider says that the order's money came."""
    payment = Payment.objects.get(order=order, means="money")
    sales.pay_taken(
        operator(order.brand), order=order, reference=payment.reference, amount=order.due, now=now
    )


def money_kept(brand: Brand) -> int:
    """What was taken less what goes back, by all orders of a brand; in minor units."""
    taken = Payment.objects.filter(brand=brand, state=PaymentState.TAKEN)
    back = OrderRefund.objects.filter(brand=brand)
    return sum(taken.values_list("amount", flat=True)) - sum(
        row.by_means.get("money", 0) + row.by_means.get("coins", 0) for row in back
    )
