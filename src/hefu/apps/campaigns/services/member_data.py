"""A member's coupons, rewards and prizes (会员的券、兑换与奖品).

Entries of a draw are pseudonyms in a published chain and stay; who won is kept as long as the
law wants the draw's file kept, then emptied.
"""

import json
from collections.abc import Iterator, Mapping
from datetime import date, datetime

from django.db.models import QuerySet
from django.utils import timezone

from hefu.apps.campaigns.models import (
    Chance,
    Coupon,
    CouponState,
    DrawEntry,
    GroupPlace,
    GroupState,
    PlacementOrder,
    PlaceState,
    PromotionUse,
    Redemption,
    RedemptionState,
    Reservation,
    Win,
)
from hefu.apps.campaigns.services.dispute_data import (
    DISPUTES,
    disputes_held,
    empty_disputes,
    keep_disputes,
)
from hefu.apps.campaigns.services.mailing_data import forget_mailings, mailings_held
from hefu.apps.campaigns.services.redemptions import cancel_redemption
from hefu.core.actor import consumer
from hefu.core.personal import Fate, Holder, Kept, Person, Table, Words, kept_until, told

RULE = "L06b"
WINS = "wins"


def held(person: Person) -> Iterator[Table]:
    """Give coupons, uses of promotions, rewards, draws, prizes and reservations."""
    coupons = _coupons(person).select_related("batch__promotion").order_by("pk")
    yield Table(
        name="coupons",
        title=Words(zh="优惠券", en="Coupons"),
        columns={
            "offer": "活动",
            "state": "状态",
            "issued_at": "发放时间",
            "redeemed_at": "使用时间",
        },
        rows=tuple(
            (str(row.batch.promotion), row.state, told(row.issued_at), told(row.redeemed_at))
            for row in coupons
        ),
    )
    uses = PromotionUse.objects.filter(
        brand_id=person.brand_id, customer=f"member:{person.member_id}"
    ).select_related("promotion")
    yield Table(
        name="promotions",
        title=Words(zh="享受过的优惠", en="Offers used"),
        columns={
            "offer": "活动",
            "order": "订单",
            "amount": "优惠（分）",
            "state": "状态",
            "at": "时间",
        },
        rows=tuple(
            (str(row.promotion), row.order_key, row.amount, row.state, told(row.at))
            for row in uses.order_by("at", "pk")
        ),
    )
    yield _origins(person)
    yield from _rewards(person)
    yield from _draws(person)
    yield from mailings_held(person)
    yield from disputes_held(person)


def _origins(person: Person) -> Table:
    came = PlacementOrder.objects.filter(
        order__brand_id=person.brand_id, order__member_id=person.member_id
    )
    return Table(
        name="order_origins",
        title=Words(zh="订单来源", en="Where orders came from"),
        columns={"order": "订单", "channel": "推广渠道", "visited_at": "访问时间"},
        rows=tuple(
            (row.order.number, row.placement.name, told(row.touched_at))
            for row in came.select_related("order", "placement").order_by("pk")
        ),
    )


def _rewards(person: Person) -> Iterator[Table]:
    rows = _redemptions(person).select_related("reward").order_by("at", "pk")
    yield Table(
        name="rewards", title=Words(zh="兑换", en="Rewards taken"),
        columns={
            "reward": "礼品", "price": "所用C币或积分", "state": "状态", "at": "时间",
            "carrier": "快递公司", "tracking": "运单号", "name": "收货人", "phone": "电话",
            "address": "地址",
        },
        rows=tuple(
            (
                row.reward.title, row.price, row.state, told(row.at), row.carrier, row.tracking,
                *_receiver(row),
            )
            for row in rows
        ),
    )  # fmt: skip
    reserved = Reservation.objects.filter(brand_id=person.brand_id, member_id=person.member_id)
    yield Table(
        name="flash_sales",
        title=Words(zh="秒杀预约", en="Flash sales"),
        columns={"sale": "活动", "state": "状态", "at": "时间", "order": "订单"},
        rows=tuple(
            (row.sale.title, row.state, told(row.reserved_at), row.order_key)
            for row in reserved.select_related("sale").order_by("pk")
        ),
    )
    yield Table(
        name="group_buys",
        title=Words(zh="拼团", en="Group buys"),
        columns={"offer": "活动", "state": "状态", "at": "时间", "order": "订单"},
        rows=tuple(
            (row.offer.title, row.state, told(row.created_at), row.order_id)
            for row in _places(person).select_related("offer").order_by("pk")
        ),
    )


def _draws(person: Person) -> Iterator[Table]:
    entries = DrawEntry.objects.filter(
        draw__brand_id=person.brand_id, member_id=person.member_id
    ).select_related("draw")
    yield Table(
        name="draw_entries",
        title=Words(zh="参与的抽奖", en="Draws taken part in"),
        columns={
            "draw": "活动",
            "number": "序号",
            "entry": "登记号",
            "result": "结果",
            "at": "时间",
        },
        rows=tuple(
            (row.draw.title, row.seq, row.name, row.got, told(row.at))
            for row in entries.order_by("at", "pk")
        ),
    )
    chances = Chance.objects.filter(draw__brand_id=person.brand_id, member_id=person.member_id)
    yield Table(
        name="draw_chances",
        title=Words(zh="抽奖机会", en="Chances in draws"),
        columns={"draw": "活动", "given_at": "获得时间", "used_at": "使用时间"},
        rows=tuple(
            (row.draw.title, told(row.given_at), told(row.used_at))
            for row in chances.select_related("draw").order_by("pk")
        ),
    )
    yield Table(
        name="prizes", title=Words(zh="奖品", en="Prizes"),
        columns={
            "draw": "活动", "prize": "奖品", "shown_as": "公示名称", "state": "状态",
            "won_at": "中奖时间", "sent_to": "寄往", "proof": "签收凭证",
        },
        rows=tuple(
            (
                row.draw.title, row.prize.name if row.prize else "", row.masked_name, row.state,
                told(row.won_at), row.deliver_to, row.proof,
            )
            for row in _wins(person).select_related("draw", "prize").order_by("won_at", "pk")
        ),
    )  # fmt: skip


def _coupons(person: Person) -> QuerySet[Coupon]:
    return Coupon.objects.filter(brand_id=person.brand_id, member_id=person.member_id)


def _redemptions(person: Person) -> QuerySet[Redemption]:
    return Redemption.objects.filter(brand_id=person.brand_id, member_id=person.member_id)


def _wins(person: Person) -> QuerySet[Win]:
    return Win.objects.filter(draw__brand_id=person.brand_id, member_id=person.member_id)


def _places(person: Person) -> QuerySet[GroupPlace]:
    return GroupPlace.objects.filter(brand_id=person.brand_id, member_id=person.member_id)


def _receiver(row: Redemption) -> tuple[str, str, str]:
    said = json.loads(row.receiver) if row.receiver else {}
    return said.get("name", ""), said.get("phone", ""), said.get("address", "")


def stakes(person: Person) -> Mapping[str, int]:
    """Count what can still be used or claimed."""
    return {
        "coupons": _coupons(person).filter(state=CouponState.FREE).count(),
        "groups": _places(person)
        .filter(state=PlaceState.PAID, group__state=GroupState.OPEN)
        .count(),
        "prizes": _wins(person).filter(state=Win.State.OFFERED).count(),
        "rewards": _redemptions(person).filter(state=RedemptionState.ORDERED).count(),
    }


def forget(person: Person, now: datetime) -> Iterator[Kept]:
    """Take coupons and rewards back that were not used or sent; keep who won, by the rule."""
    member = consumer(brand_id=person.brand_id, member_id=person.member_id, surface="closing")
    for row in _redemptions(person).filter(state=RedemptionState.ORDERED).select_related("reward"):
        cancel_redemption(member, redemption=row, now=now)
    _redemptions(person).update(receiver="", tracking="")
    _coupons(person).filter(state=CouponState.FREE).update(state=CouponState.VOID)
    chances = Chance.objects.filter(draw__brand_id=person.brand_id, member_id=person.member_id)
    chances.filter(used_at=None).delete()
    unclaimed = _wins(person).exclude(state__in=(Win.State.CLAIMED, Win.State.DELIVERED))
    unclaimed.update(deliver_to="")
    forget_mailings(person)
    by_day: dict[date, int] = {}
    for win in _wins(person).select_related("draw"):
        by_day[_until(win)] = by_day.get(_until(win), 0) + 1
    for until, count in sorted(by_day.items()):
        yield Kept(what=WINS, rule=RULE, count=count, until=until)
    yield from keep_disputes(person)


def _until(win: Win) -> date:
    """The file of a draw counts from its end, or from when the prize was handed over."""
    last = max(win.draw.ends_at, win.delivered_at or win.won_at)
    return kept_until(RULE, since=timezone.localdate(last))


def erase(person: Person, what: str, today: date) -> None:
    """Empty who won, and what was written about a dispute, where the time is over."""
    if what == DISPUTES:
        empty_disputes(person, today)
    if what == WINS:
        for win in _wins(person).select_related("draw"):
            if _until(win) <= today:
                Win.objects.filter(pk=win.pk).update(deliver_to="", masked_name="", proof="")


HOLDER = Holder(
    app="campaigns", held=held, forget=forget, erase=erase, stakes=stakes,
    covers={
        "campaigns.chance": Fate.NAMELESS,
        "campaigns.coupon": Fate.NAMELESS,
        "campaigns.customerslot": Fate.NAMELESS,
        "campaigns.disputenote": Fate.KEPT,
        "campaigns.drawentry": Fate.NAMELESS,
        "campaigns.groupplace": Fate.NAMELESS,
        "campaigns.mailinglimit": Fate.ERASED,
        "campaigns.mailingsend": Fate.NAMELESS,
        "campaigns.marketingchoice": Fate.ERASED,
        "campaigns.orderhold": Fate.NAMELESS,
        "campaigns.promotionuse": Fate.NAMELESS,
        "campaigns.redemption": Fate.ERASED,
        "campaigns.reservation": Fate.NAMELESS,
        "campaigns.win": Fate.KEPT,
    },
    spared={"campaigns.draw": "the draw's own secret"},
    kept={
        WINS: Words(
            zh="中奖与兑奖档案", en="The file of draws that were won, with where the prize went"
        ),
        DISPUTES: Words(
            zh="支付纠纷的记录与证据", en="Payment disputes, with what was written and the evidence"
        ),
    },
    lost={
        "coupons": Words(zh="张未使用的优惠券", en="coupons that were not used"),
        "groups": Words(zh="个尚未成团的拼团订单", en="orders in groups that are not formed yet"),
        "prizes": Words(zh="份尚未领取的奖品", en="prizes that were not claimed"),
        "rewards": Words(zh="份尚未寄出的兑换礼品", en="rewards that were not sent yet"),
    },
)  # fmt: skip
