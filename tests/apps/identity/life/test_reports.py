"""Activations counted: by day, channel, province; made, shipped, activated (R087)."""

from datetime import date

import pytest

from hefu.apps.identity.selectors.reports import (
    Period,
    activations_by_channel,
    activations_by_day,
    activations_by_province,
    made_shipped_activated,
)
from hefu.apps.identity.services import marks, ownership
from hefu.apps.identity.services.activation import ActivationWish, Whereabouts, activate_many
from hefu.core.actor import system
from hefu.core.errors import NotAllowed
from hefu.core.permissions import Role
from tests.apps.identity.issue.rows import a_channel
from tests.apps.identity.life.rows import BEIJING, CHENGDU, GUANGZHOU, Goods, later
from tests.factories import NOW, a_partner, an_actor

pytestmark = pytest.mark.django_db

BATCHER = system("activations")
NOVEMBER = Period(first=date(2026, 11, 20), last=date(2026, 11, 25))
EVER = Period(first=date(2012, 1, 1), last=date(2030, 1, 1))


def activated(goods, serials, *, region="", at=NOW, member=None):
    member = member or goods.member()
    wishes = [
        ActivationWish(
            key=f"{goods.batch.pk}-{serial}", code=goods.code(serial), member_id=member.pk,
            where=Whereabouts(region=region, source="address" if region else ""),
        )
        for serial in serials
    ]  # fmt: skip
    outcomes = activate_many(BATCHER, wishes=wishes, now=at)
    assert all(outcome.activation_id for outcome in outcomes)
    return outcomes


def test_days_are_business_days_and_none_is_missing():
    goods = Goods()
    activated(goods, range(3))
    activated(goods, range(3, 5), at=later(hours=5))  # one o'clock of the 23rd in China
    activated(Goods(), range(7))

    days = activations_by_day(goods.staff(Role.ANALYST), NOVEMBER)

    assert {day.on.day: day.count for day in days} == {20: 0, 21: 0, 22: 3, 23: 2, 24: 0, 25: 0}


def test_channels_and_provinces_most_first():
    goods = Goods()
    jd, tb = a_channel(goods.brand), a_channel(goods.brand, "tb", "淘宝")
    marks.ship(goods.manager, serials=[goods.serials(0, 20)], channel=jd, now=NOW)
    marks.ship(goods.manager, serials=[goods.serials(20, 20)], channel=tb, now=NOW)
    activated(goods, range(4), region=GUANGZHOU, at=later(hours=1))
    activated(goods, range(20, 22), region="440300", at=later(hours=1))
    activated(goods, range(22, 25), region=BEIJING, at=later(hours=1))
    activated(goods, range(50, 52), at=later(hours=1))
    analyst = goods.staff(Role.ANALYST)

    channels = activations_by_channel(analyst, NOVEMBER)
    provinces = activations_by_province(analyst, NOVEMBER)

    assert [(row.code, row.name, row.count) for row in channels] == [
        ("tb", "淘宝", 5), ("jd", "京东", 4), ("", "", 2),
    ]  # fmt: skip
    assert [(row.region, row.count) for row in provinces] == [
        ("440000", 6), ("110000", 3), ("", 2),
    ]  # fmt: skip


@pytest.mark.parametrize("others", [1, 3])
def test_each_count_is_one_query(others, django_assert_num_queries):
    goods = Goods()
    for n in range(others):
        activated(goods, [n], region=CHENGDU)
    analyst = goods.staff(Role.ANALYST)

    for count in (activations_by_day, activations_by_channel, activations_by_province):
        with django_assert_num_queries(1):
            assert sum(row.count for row in count(analyst, NOVEMBER)) == others


def test_R087_a_thousand_shipped_and_412_activated():
    goods = Goods(about={"quantity": 1500})
    jd = a_channel(goods.brand)
    marks.commission(goods.manager, serials=[goods.serials(0, 1500)], now=NOW)
    marks.ship(goods.manager, serials=[goods.serials(0, 1000)], channel=jd, now=NOW)
    one, two = goods.member(), goods.member()
    activated(goods, range(400), member=one, at=later(hours=1))
    activated(goods, range(400, 412), member=two, at=later(hours=1))
    (back,) = activated(goods, [1499], at=later(hours=1))
    agent = goods.staff(Role.SERVICE_AGENT)
    ownership.return_unit(agent, activation_id=back.activation_id, now=later(days=1))

    rows = made_shipped_activated(goods.staff(Role.ANALYST), EVER)

    at_home, shipped = rows
    assert (at_home.channel_id, at_home.made, at_home.shipped, at_home.activated) == (
        None, 500, 0, 0,
    )  # fmt: skip
    assert (shipped.channel, shipped.made, shipped.shipped, shipped.activated, shipped.members) == (
        "京东", 1000, 1000, 412, 2,
    )  # fmt: skip
    assert shipped.month == date(2012, 12, 1)
    assert (shipped.activated_bp, at_home.activated_bp) == (4120, None)


def test_goods_count_where_they_went_last():
    goods = Goods()
    jd, tb = a_channel(goods.brand), a_channel(goods.brand, "tb", "淘宝")
    partner, rival = a_partner(goods.brand), a_partner(goods.brand)
    marks.ship(
        goods.manager, serials=[goods.serials(0, 60)], channel=jd, organisation_id=partner.pk,
        now=NOW,
    )  # fmt: skip
    marks.ship(
        goods.manager, serials=[goods.serials(40, 30)], channel=tb, organisation_id=rival.pk,
        now=later(hours=1),
    )  # fmt: skip
    activated(goods, [1, 2, 45], at=later(hours=2))

    def table(actor):
        return {row.channel: (row.made, row.shipped, row.activated)
                for row in made_shipped_activated(actor, EVER)}  # fmt: skip

    assert table(goods.staff(Role.ANALYST)) == {
        "": (30, 0, 0), "京东": (40, 40, 2), "淘宝": (30, 30, 1),
    }  # fmt: skip
    assert table(an_actor(goods.brand, Role.DISTRIBUTOR, partner)) == {"京东": (40, 40, 2)}
    assert table(an_actor(goods.brand, Role.DISTRIBUTOR, rival)) == {"淘宝": (30, 30, 1)}
    assert table(Goods().staff(Role.ANALYST)) == {"": (100, 0, 0)}
    supplier = an_actor(goods.brand, Role.SUPPLIER, a_partner(goods.brand, "supplier"))
    for count in (activations_by_day, activations_by_channel, made_shipped_activated):
        with pytest.raises(NotAllowed):
            count(supplier, EVER)


def test_a_period_has_a_beginning_before_its_end():
    with pytest.raises(ValueError, match="before"):
        Period(first=date(2026, 2, 1), last=date(2026, 1, 1))
