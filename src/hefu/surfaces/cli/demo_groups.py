"""A demonstration brand's group buy (拼团): an offer, and a group that waits for one more."""

from collections.abc import Sequence
from datetime import datetime, timedelta

from hefu.apps.audit.worker import work_off
from hefu.apps.campaigns.models import Campaign
from hefu.apps.campaigns.selectors.groups import group_of_order
from hefu.apps.campaigns.services import group_offers
from hefu.apps.campaigns.services.groups import PlaceWish, join_group, open_group
from hefu.apps.members.selectors import members_for
from hefu.apps.orders.adapters import TestProvider, Told
from hefu.apps.orders.models import Article, Order
from hefu.apps.orders.selectors.articles import mall_for
from hefu.apps.orders.selectors.orders import payments_of
from hefu.apps.orders.services.sales import take_notification
from hefu.apps.orders.values import Receiver
from hefu.core.actor import Actor, consumer, system
from hefu.core.group_buying import GroupTerms
from hefu.core.promotions import MONEY
from hefu.surfaces.cli.common import clock

_HOME = Receiver(name="王小满", phone="13800138000", address="广东省广州市天河区体育西路 1 号")
_PEOPLE = 3


def add_group_buy(
    manager: Actor, approver: Actor, campaign: Campaign, articles: Sequence[Article], now: datetime
) -> None:
    """Offer the last article to groups of three, and let two of them have paid."""
    article = articles[-1]
    start = now - timedelta(hours=2)
    terms = GroupTerms(
        title=f"{article.title}三人团", title_en="Better with three", sku=article.sku,
        price=article.unit * 7 // 10, currency=article.currency, size=_PEOPLE, pieces=60,
        lasts_minutes=24 * 60, pay_minutes=15, per_person=2, starts_at=start,
        ends_at=now + timedelta(days=20),
    )  # fmt: skip
    offer = group_offers.create_offer(
        manager, campaign=campaign, code="three", terms=terms, now=start
    )
    group_offers.submit_offer(manager, offer=offer, now=start)
    group_offers.approve_offer(approver, offer=offer, now=start)
    house = system("demo", brand_id=offer.brand_id)
    members = members_for(house).filter(closed_at=None).order_by("pk")[: _PEOPLE - 1]
    token = ""
    if not mall_for(manager).provider:
        return
    for member in members:
        buyer = consumer(brand_id=offer.brand_id, member_id=member.pk)
        wish = PlaceWish(receiver=_HOME, region="440000", key="demo")
        if token:
            order = join_group(buyer, token=token, wish=wish, now=now)
        else:
            order = open_group(buyer, offer_id=offer.pk, wish=wish, now=now)
            group = group_of_order(buyer, order.pk)
            token = group.token if group is not None else ""
        _pay(order, now)


def _pay(order: Order, now: datetime) -> None:
    payment = payments_of(order).get(means=MONEY)
    told = Told(
        reference=payment.reference, taken=True, amount=payment.amount, currency=order.currency,
        way=TestProvider.ways[0],
    )  # fmt: skip
    body, headers = TestProvider().notification(told)
    take_notification(payment.provider, body=body, headers=headers, now=now)
    work_off(clock=clock)
