"""Opening and joining a group (开团与参团): a place first, then an order of the mall for it.

A place is given by an UPDATE of the group's row that says in its condition that one is free, and by
unique keys: the number in the group, the person in the group, the person's places in the offer. It
is kept until its order ends; only a payment counts (``group_ending``).
"""

import secrets
from collections.abc import Iterable
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta

from django.db import IntegrityError, transaction
from django.db.models import F

from hefu.apps.audit.services import record, service
from hefu.apps.campaigns.errors.flash import SoldOut
from hefu.apps.campaigns.errors.groups import GroupFull, GroupOver, OfferNotOpen, PlacesLimit
from hefu.apps.campaigns.models import (
    BuyingGroup,
    GroupOffer,
    GroupPlace,
    GroupState,
    OfferState,
    PlaceState,
)
from hefu.apps.campaigns.selectors.groups import ALIVE, group_by_token, offer_by_id, terms_of
from hefu.apps.campaigns.selectors.rules import NO_RULES
from hefu.apps.ledger.selectors import balance_for
from hefu.apps.members.ages import Matter, check_age
from hefu.apps.orders.errors import NotOnSale
from hefu.apps.orders.models import Mall, Order
from hefu.apps.orders.selectors.articles import article_by_sku, lines_of, mall_for
from hefu.apps.orders.selectors.orders import order_by_id
from hefu.apps.orders.services.opening import open_order
from hefu.apps.orders.values import COINS_MEANS, FOR_GROUP, NewOrder, Receiver
from hefu.core.actor import Actor, ActorKind
from hefu.core.errors import Invalid, NotFound
from hefu.core.promotions import Cart, Facts, Tender, evaluate


@dataclass(frozen=True, kw_only=True, slots=True)
class PlaceWish:
    """Who wants a place: where the piece goes, and how many coins shall pay.

    ``key`` names one press of the button, so that a form sent twice opens one group;
    ``confirmed`` as in ``NewOrder``.
    """

    receiver: Receiver
    key: str
    region: str = ""
    coins: int = 0
    confirmed: frozenset[str] = field(default_factory=frozenset)


@service
def open_group(actor: Actor, *, offer_id: int, wish: PlaceWish, now: datetime) -> Order:
    """Order the first place of a new group; the group is open once the order is paid.

    All pieces of the group are set aside with it. Asked twice with one key, one order.

    Raises:
        NotFound: nobody is signed in, no such offer, or its article is not in the mall.
        OfferNotOpen: before the start, after the end, or stopped.
        SoldOut: there are not enough pieces for another group.
        PlacesLimit: the member has as many places as one may have.
        GuardianNeeded: the member said to be under 14, and no guardian has agreed (law L40).
        NotOnSale, ConfirmationMissing, NoProvider, InsufficientBalance: see ``open_order``.
    """
    member_id = _member(actor)
    offer = offer_by_id(actor, offer_id)
    key = f"{member_id}:{wish.key}"
    if not wish.key or len(key) > 80:
        raise Invalid(field="key", rule="required")
    known = BuyingGroup.objects.filter(brand_id=offer.brand_id, key=key).first()
    if known is not None:
        return _order_in(actor, known)
    check_age(member_id, Matter.PURCHASE, now=now)
    try:
        with transaction.atomic():
            return _open(actor, offer, key, wish, now=now)
    except IntegrityError:  # the same press, a moment earlier
        known = BuyingGroup.objects.filter(brand_id=offer.brand_id, key=key).first()
        if known is None:
            raise
        return _order_in(actor, known)


def _member(actor: Actor) -> int:
    if actor.kind is not ActorKind.CONSUMER or actor.member_id is None:
        raise NotFound
    return actor.member_id


def _open(actor: Actor, offer: GroupOffer, key: str, wish: PlaceWish, *, now: datetime) -> Order:
    terms = terms_of(offer)
    running = GroupOffer.objects.filter(
        pk=offer.pk, version=offer.version, state=OfferState.LIVE, starts_at__lte=now,
        ends_at__gt=now, left__gte=terms.size,
    )  # fmt: skip
    if not running.update(left=F("left") - terms.size, held=F("held") + terms.size):
        offer.refresh_from_db()
        _insist_on_open(offer, now)
        raise SoldOut(held=offer.held)
    group = BuyingGroup.objects.create(
        brand_id=offer.brand_id, offer=offer, token=secrets.token_urlsafe(18), key=key,
        state=GroupState.WAITING, price=terms.price, size=terms.size, held=1, created_at=now,
    )  # fmt: skip
    order = _order(actor, group, number=1, wish=wish, until=None, now=now)
    record(
        actor, "campaigns.group_opened", group, now=now, code=offer.code, order=order.pk,
        people=group.size,
    )  # fmt: skip
    return order


def _insist_on_open(offer: GroupOffer, now: datetime) -> None:
    """Say why no group can be opened, where it is not the stock."""
    reasons = (
        ("stopped", offer.stopped_at, offer.state == OfferState.STOPPED),
        ("before", offer.starts_at, now < offer.starts_at or offer.state == OfferState.DRAFT),
        ("ended", offer.ends_at, now >= offer.ends_at),
    )
    for reason, at, holds in reasons:
        if holds:
            raise OfferNotOpen(reason=reason, at=at.isoformat() if at else None)


@service
def join_group(actor: Actor, *, token: str, wish: PlaceWish, now: datetime) -> Order:
    """Order a place in somebody's group, at the group's price; who has one gets its order.

    Raises:
        NotFound: nobody is signed in, no such group, or its article is not in the mall.
        GroupFull: no place is free just now; one that is not paid in time comes back.
        GroupOver: formed, over, or not open yet.
        PlacesLimit, GuardianNeeded, ...: see ``open_group``.
    """
    member_id = _member(actor)
    group = group_by_token(actor, token)
    mine = GroupPlace.objects.filter(group=group, member_id=member_id, state__in=ALIVE)
    if mine.exists():
        return _order_in(actor, group)
    check_age(member_id, Matter.PURCHASE, now=now)
    try:
        with transaction.atomic():
            _claim(group, member_id, now)
            return _join(actor, group, wish, now=now)
    except _HasOne:
        return _order_in(actor, group)


class _HasOne(Exception):
    """The member got a place of the group in this moment: give back the one that was taken."""


def _claim(group: BuyingGroup, member_id: int, now: datetime) -> None:
    """Take a free place and the lock of the group's row with it."""
    free = BuyingGroup.objects.filter(
        pk=group.pk, state=GroupState.OPEN, expires_at__gt=now, held__lt=F("size") - F("paid")
    )
    if not free.update(held=F("held") + 1):
        raise _refusal(group, now)
    mine = GroupPlace.objects.filter(group=group, member_id=member_id, state__in=ALIVE)
    if mine.exists():  # the same member, while we waited for the row
        raise _HasOne


def _refusal(group: BuyingGroup, now: datetime) -> GroupFull | GroupOver:
    group.refresh_from_db()
    if group.state == GroupState.OPEN and group.expires_at and group.expires_at > now:
        return GroupFull(held=group.held)
    over = group.state == GroupState.OPEN
    return GroupOver(state=GroupState.LAPSED.value if over else group.state)


def _join(actor: Actor, group: BuyingGroup, wish: PlaceWish, *, now: datetime) -> Order:
    """Under the lock of the group's row nobody else takes or leaves a place of it."""
    rows = GroupPlace.objects.filter(group=group, state__in=ALIVE)
    taken = set(rows.values_list("number", flat=True))
    number = min(set(range(1, group.size + 1)) - taken)
    order = _order(actor, group, number=number, wish=wish, until=group.expires_at, now=now)
    record(
        actor, "campaigns.group_joined", group, now=now, code=group.offer.code, order=order.pk,
        number=number,
    )  # fmt: skip
    return order


def _order_in(actor: Actor, group: BuyingGroup) -> Order:
    """Return the member's order in a group."""
    rows = GroupPlace.objects.filter(group=group, member_id=actor.member_id or 0).order_by("-pk")
    place = rows.exclude(order_id=None).first()
    if place is None or place.order_id is None:
        raise NotFound
    return order_by_id(actor, place.order_id)


def _order(
    actor: Actor, group: BuyingGroup, *, number: int, wish: PlaceWish, until: datetime | None,
    now: datetime,
) -> Order:  # fmt: skip
    """Write the place and its order, to be paid in the offer's time and the group's."""
    place = _take_slot(_member(actor), group, number, now=now)
    to_pay = now + timedelta(minutes=terms_of(group.offer).pay_minutes)
    sale = _sale(actor, place, wish, min(to_pay, until) if until else to_pay, now=now)
    order = open_order(actor, sale=sale, now=now)
    GroupPlace.objects.filter(pk=place.pk).update(order_id=order.pk)
    return order


def _take_slot(member_id: int, group: BuyingGroup, number: int, *, now: datetime) -> GroupPlace:
    """Take one of the person's places in the offer: the unique key on them is the limit."""
    most = GroupOffer.objects.values_list("per_person", flat=True).get(pk=group.offer_id)
    live = GroupPlace.objects.filter(
        offer_id=group.offer_id, member_id=member_id, state__in=ALIVE
    ).values_list("slot", flat=True)
    for slot in _free(most, live):
        place = GroupPlace(
            brand_id=group.brand_id, group=group, offer_id=group.offer_id, member_id=member_id,
            number=number, slot=slot, state=PlaceState.HELD, created_at=now,
        )  # fmt: skip
        try:
            with transaction.atomic():
                place.save(force_insert=True)
        except IntegrityError:  # taken in this moment, by the same person in another group
            continue
        return place
    raise PlacesLimit(most=most)


def _free(most: int, taken: Iterable[int]) -> list[int]:
    return sorted(set(range(1, most + 1)) - set(taken))


def _sale(
    actor: Actor, place: GroupPlace, wish: PlaceWish, until: datetime, *, now: datetime
) -> NewOrder:
    mall, group = mall_for(actor), place.group
    article = article_by_sku(actor, group.offer.sku)
    if article.currency != terms_of(group.offer).currency:  # a group's price is no number alone
        raise NotOnSale(sku=article.sku)
    (line,) = lines_of([(article, 1)])
    cart = Cart(
        lines=(replace(line, unit=group.price, floor=0),),
        currency=article.currency,
        tenders=_tenders(actor, mall, wish.coins),
    )
    facts = Facts(customer=f"member:{actor.member_id}")
    return NewOrder(
        key=f"group:{place.pk}", quote=evaluate(NO_RULES, cart, facts, now), facts=facts,
        priced_at=now, member_id=actor.member_id, receiver=wish.receiver, region=wish.region,
        confirmed=wish.confirmed, set_aside=True, expires_at=until, provider=mall.provider,
        waits_for=FOR_GROUP,
    )  # fmt: skip


def _tenders(actor: Actor, mall: Mall, coins: int) -> tuple[Tender, ...]:
    if coins <= 0 or not mall.coin_value:
        return ()
    has = balance_for(actor, actor.member_id or 0).available
    units = min(coins, has)
    if not units:
        return ()
    share = mall.coin_share_bp
    tender = Tender(
        means=COINS_MEANS, units=units, unit_value=mall.coin_value, max_share_bp=share
    )  # fmt: skip
    return (tender,)
