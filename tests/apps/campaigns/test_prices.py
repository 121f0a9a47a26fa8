"""The price book: a price for some carries its audience, and nobody sets one alone."""

from dataclasses import replace

import pytest

from hefu.apps.accounts.errors import SamePerson
from hefu.apps.campaigns.errors.promotions import GroupInUse, LegalGate, NothingToApprove
from hefu.apps.campaigns.selectors.quoting import Known, quote
from hefu.apps.campaigns.services import prices as service
from hefu.apps.campaigns.services.rules import set_house_rules
from hefu.apps.members.services.standing import put_in_segment, set_level
from hefu.core.actor import consumer
from hefu.core.errors import Invalid, NotAllowed, NotFound
from hefu.core.permissions import Role
from hefu.core.promotions import (
    Accrual,
    FactIn,
    Group,
    OrderOff,
    Policy,
    Price,
    Promotion,
    RulesRefused,
)
from tests.apps.campaigns.promoting import a_cart, a_house, a_member, launched
from tests.factories import NOW, an_actor

pytestmark = pytest.mark.django_db

GOLD = FactIn(fact="member_level", values=frozenset({"gold"}))
MEMBERS = Price(sku="mug", unit=800, currency="CNY", conditions=(GOLD,), audience="金卡会员价")


def asked(actor, goods=None):
    return quote(actor, cart=a_cart(goods or {"mug": 2}), known=Known(), now=NOW).quote


def in_force(house, price):
    entry = service.propose_price(house.writer, price=price, now=NOW)
    return service.approve_price(house.approver, entry=entry, now=NOW)


def test_R250_a_member_price_is_the_members_and_says_whose_it_is():
    house = a_house()
    gold, plain = (a_member(house, f"1380013{n:04}") for n in range(2))
    set_level(house.system, member_id=gold.pk, level="gold", now=NOW)
    in_force(house, MEMBERS)

    theirs = asked(consumer(brand_id=house.brand.pk, member_id=gold.pk))

    assert theirs.total == 1_600
    assert theirs.book[0].audience == "金卡会员价"
    assert asked(consumer(brand_id=house.brand.pk, member_id=plain.pk)).total == 2_000


def test_a_price_waits_for_the_second_person_and_ends_when_it_is_withdrawn():
    house = a_house()
    admin = an_actor(house.brand, Role.BRAND_ADMIN)
    entry = service.propose_price(admin, price=replace(MEMBERS, conditions=()), now=NOW)
    assert asked(house.system).total == 2_000
    with pytest.raises(SamePerson):
        service.approve_price(admin, entry=entry, now=NOW)

    service.approve_price(house.approver, entry=entry, now=NOW)
    assert asked(house.system).total == 1_600
    with pytest.raises(NothingToApprove):
        service.approve_price(house.approver, entry=entry, now=NOW)
    for _ in range(2):
        service.withdraw_price(house.writer, entry=entry, now=NOW)

    assert asked(house.system).total == 2_000


def test_a_refused_price_never_is():
    house = a_house()
    entry = service.propose_price(house.writer, price=MEMBERS, now=NOW)
    with pytest.raises(Invalid):
        service.refuse_price(house.approver, entry=entry, note="", now=NOW)

    service.refuse_price(house.approver, entry=entry, note="too low", now=NOW)

    entry.refresh_from_db()
    assert entry.approved_at is None
    assert entry.withdrawn_at == NOW


def test_L17_a_price_for_some_needs_its_audience_and_published_facts():
    house = a_house()
    covert = FactIn(fact="device", values=frozenset({"phone"}))

    with pytest.raises(RulesRefused):
        service.propose_price(house.writer, price=replace(MEMBERS, audience=""), now=NOW)
    with pytest.raises(LegalGate):
        service.propose_price(house.writer, price=replace(MEMBERS, conditions=(covert,)), now=NOW)
    with pytest.raises(NotAllowed):
        service.propose_price(house.approver, price=MEMBERS, now=NOW)


def test_another_brands_price_does_not_exist():
    house, other = a_house(), a_house()
    entry = service.propose_price(house.writer, price=MEMBERS, now=NOW)

    for deed, actor in (
        (service.approve_price, other.approver),
        (service.withdraw_price, other.writer),
    ):
        with pytest.raises(NotFound):
            deed(actor, entry=entry, now=NOW)


def test_the_house_says_its_margin_its_points_and_its_groups():
    house = a_house()
    group = Group(id="own", policy=Policy.AT_MOST)
    set_house_rules(
        house.writer, margin_floor_bp=6_000, groups=[group],
        accruals=[Accrual(step=100, points=1, currency="CNY")], now=NOW,
    )  # fmt: skip
    launched(
        house,
        Promotion(id="half", benefit=OrderOff(bp=5_000), currency="CNY", group="own"),
        compared_with="标价",
    )

    said = asked(house.system)

    # a mug costs 3.00: at a margin of 60 % not less than 7.50, and ten points for every yuan paid
    assert (said.total, said.settlement.points) == (1_500, 15)
    with pytest.raises(GroupInUse):
        set_house_rules(house.writer, margin_floor_bp=0, now=NOW)
    with pytest.raises(Invalid):
        set_house_rules(house.writer, margin_floor_bp=10_000, groups=[group], now=NOW)


def test_a_segment_is_the_brands_own_group():
    house = a_house()
    member = a_member(house)
    launched(
        house,
        Promotion(
            id="vip", benefit=OrderOff(amount=100), currency="CNY",
            conditions=(FactIn(fact="segment", values=frozenset({"vip"})),),
        ),
    )  # fmt: skip
    buyer = consumer(brand_id=house.brand.pk, member_id=member.pk)
    assert asked(buyer).total == 2_000

    assert put_in_segment(house.system, segment="vip", members=[member.pk, 987], now=NOW) == 1
    assert put_in_segment(house.system, segment="vip", members=[member.pk], now=NOW) == 0

    assert asked(buyer).total == 1_900
