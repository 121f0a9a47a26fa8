"""From a cart to a paid order: at the price the buyer saw, and everything in it or nothing."""

from dataclasses import replace

import pytest

from hefu.apps.audit.models import Entry
from hefu.apps.audit.worker import work_off
from hefu.apps.campaigns.coupon_codes import code_of
from hefu.apps.campaigns.errors.promotions import AlreadyHeld, BudgetSpent, PriceChanged
from hefu.apps.campaigns.models import Counter, OrderHold, PartnerCharge, UseState
from hefu.apps.campaigns.selectors.coupons import usable_by
from hefu.apps.campaigns.selectors.holds import together, uses_of
from hefu.apps.campaigns.selectors.quoting import Known
from hefu.apps.campaigns.services import promotions as lives
from hefu.apps.campaigns.services import reserving
from hefu.apps.campaigns.services.checkout import Wish, hold_cart, place_order
from hefu.apps.campaigns.services.returns import take_back
from hefu.apps.orders.models import Article, Order, OrderState
from hefu.apps.orders.selectors.articles import lines_of
from hefu.apps.orders.selectors.orders import payments_of, subject_of
from hefu.apps.orders.services import sales
from hefu.apps.orders.values import Because
from hefu.core.actor import consumer
from hefu.core.errors import NotAllowed, NotFound
from hefu.core.permissions import Role
from hefu.core.promotions import Cart, OrderOff, Terms, Tier, Tiered, Way
from hefu.core.promotions import Promotion as Rule
from tests.apps.campaigns.coupons.rows import issued
from tests.apps.campaigns.promoting import a_cart, a_draft, a_house, a_member, later, launched
from tests.apps.orders.shop import HOME, open_mall
from tests.factories import NOW, a_partner, an_actor

pytestmark = pytest.mark.django_db

OFF = Rule(id="off", title="满减", currency="CNY",
           benefit=Tiered(tiers=(Tier(at_least=1_000, amount=300),)))  # fmt: skip


@pytest.fixture
def house():
    house = a_house()
    open_mall(house.brand)
    return house


@pytest.fixture
def buyer(house):
    return consumer(brand_id=house.brand.pk, member_id=a_member(house).pk)


def wish(house, goods=None, *, key="wish-1", expected=None, codes=()):
    rows = Article.objects.filter(brand=house.brand)
    lines = lines_of((rows.get(sku=sku), qty) for sku, qty in (goods or {"mug": 3}).items())
    return Wish(
        key=key, cart=Cart(lines=lines, currency="CNY", codes=codes), expected=expected,
        receiver=HOME, region="440106", provider="test", expires_at=later(minutes=30),
    )  # fmt: skip


def paid(house, order, *, now=NOW):
    payment = payments_of(order).get(means="money")
    sales.pay_taken(
        house.system, order=order, reference=payment.reference, amount=payment.amount, now=now
    )
    work_off(clock=lambda: now)
    order.refresh_from_db()
    return order


def counted(row):
    counter = Counter.objects.get(promotion=row)
    return counter.uses, counter.spent


def test_an_order_holds_what_its_quote_gives_and_paying_confirms_it(house, buyer):
    row = launched(house, OFF)

    order = place_order(buyer, wish=wish(house, expected=2_700), now=NOW)

    hold = OrderHold.objects.get(order_key=subject_of(order.pk))
    assert (order.total, hold.state, hold.total) == (2_700, "held", 2_700)
    assert [(one.promotion, one.amount) for one in uses_of(hold)] == [("off", 300)]
    assert paid(house, order).state == OrderState.PAID
    hold.refresh_from_db()
    assert (hold.state, counted(row)) == (UseState.CONFIRMED, (1, 300))


def test_cancelling_gives_everything_back(house, buyer):
    row = launched(house, replace(OFF, max_per_customer=1))
    order = place_order(buyer, wish=wish(house), now=NOW)

    sales.cancel_order(buyer, order=order, reason=Because.BUYER, now=NOW)
    work_off(clock=lambda: NOW)

    assert counted(row) == (0, 0)
    again = place_order(buyer, wish=wish(house, key="wish-2"), now=NOW)
    assert again.total == 2_700


def test_a_price_that_changed_is_shown_and_nothing_is_ordered(house, buyer):
    row = launched(house, OFF)
    lives.stop(house.writer, promotion=row, reason="wrong", now=NOW)

    with pytest.raises(PriceChanged) as refused:
        place_order(buyer, wish=wish(house, expected=2_700), now=NOW)

    assert refused.value.details == {
        "field": "expected", "total": 3_000, "expected": 2_700, "currency": "CNY",
    }  # fmt: skip
    assert not Order.objects.exists()


def test_asked_twice_it_is_one_order_whatever_things_cost_by_now(house, buyer):
    row = launched(house, replace(OFF, max_per_customer=1))
    first = place_order(buyer, wish=wish(house, expected=2_700), now=NOW)

    again = place_order(buyer, wish=wish(house, expected=2_700), now=NOW)

    assert again.pk == first.pk
    assert counted(row) == (1, 300)
    stranger = consumer(brand_id=house.brand.pk, member_id=a_member(house, "13900139000").pk)
    with pytest.raises(NotFound):
        place_order(stranger, wish=wish(house), now=NOW)


def test_a_promotion_used_up_in_this_moment_leaves_no_order(house, buyer, monkeypatch):
    row = launched(house, OFF, budget=300)
    from hefu.apps.campaigns.services import checkout

    priced = checkout.quote

    def and_then_a_rival_buys(*args, **said):
        quoted = priced(*args, **said)
        Counter.objects.filter(promotion=row).update(uses=1, spent=300)
        return quoted

    monkeypatch.setattr(checkout, "quote", and_then_a_rival_buys)
    with pytest.raises(BudgetSpent):
        place_order(buyer, wish=wish(house), now=NOW)

    assert not Order.objects.exists()
    assert not OrderHold.objects.exists()
    assert Article.objects.get(brand=house.brand, sku="mug").available == 1_000


def test_an_order_paid_after_its_promotions_were_released_is_noted(house, buyer):
    launched(house, OFF)
    order = place_order(buyer, wish=wish(house), now=NOW)
    reserving.release(house.system, order_key=subject_of(order.pk), because="by hand", now=NOW)

    assert paid(house, order).state == OrderState.PAID

    assert Entry.objects.filter(action="campaigns.paid_after_release").count() == 1


def test_the_terms_of_an_order_are_those_of_all_that_applied(house, buyer):
    launched(house, OFF, terms=Terms(way=Way.REPRICE))
    launched(house, Rule(id="ten", benefit=OrderOff(amount=10), currency="CNY", lane=3))

    order = place_order(buyer, wish=wish(house), now=NOW)

    assert order.terms == {"way": "reprice"}
    assert together([]) == Terms()
    assert together(
        [Terms(way=Way.LITERAL), Terms(recheck_shipping=True), Terms(refund_shipping=False)]
    ) == Terms(way=Way.LITERAL, recheck_shipping=True, refund_shipping=False)


@pytest.mark.parametrize("way", [Way.KEEP, Way.REPRICE])
def test_R147_partners_bear_only_what_stays_after_a_return(house, buyer, way):
    partner = a_partner(house.brand)
    tiers = (Tier(at_least=20_000, amount=1_000), Tier(at_least=60_000, amount=7_001))
    launched(
        house, Rule(id="joint", benefit=Tiered(tiers=tiers), currency="CNY"),
        shares={partner.pk: 6_000}, terms=Terms(way=way),
    )  # fmt: skip
    order = paid(house, place_order(buyer, wish=wish(house, {"cooker": 1, "shirt": 1}), now=NOW))
    agent = an_actor(house.brand, Role.SERVICE_AGENT)
    assert borne(partner) == 4_201  # 60 % of 70.01, nearest

    take_back(agent, order=order, units={"shirt": 1}, key="r1", reason="size", now=NOW)
    work_off(clock=lambda: NOW)
    # kept: the cooker's part of 70.01 is 499/698; priced again: 10.00
    assert borne(partner) == {Way.KEEP: 3_003, Way.REPRICE: 600}[way]
    order.refresh_from_db()
    take_back(agent, order=order, units={"cooker": 1}, key="r2", reason="size", now=NOW)
    work_off(clock=lambda: NOW)

    assert borne(partner) == 0


def borne(partner):
    rows = PartnerCharge.objects.filter(organisation_id=partner.pk)
    return sum(rows.values_list("amount", flat=True))


def test_an_order_kept_elsewhere_holds_by_its_own_key(house):
    row = launched(house, replace(OFF, max_per_customer=1))
    said = {"known": Known(pseudonym="p"), "expires_at": later(minutes=30), "now": NOW}
    cart = a_cart({"mug": 3})
    first = hold_cart(house.system, order_key="shop-1", cart=cart, expected=2_700, **said)

    again = hold_cart(house.system, order_key="shop-1", cart=cart, expected=2_700, **said)
    assert (again.pk, counted(row)) == (first.pk, (1, 300))
    with pytest.raises(AlreadyHeld):
        hold_cart(house.system, order_key="shop-1", cart=a_cart({"mug": 4}), expected=None, **said)
    with pytest.raises(PriceChanged):
        hold_cart(house.system, order_key="shop-2", cart=cart, expected=2_700, **said)
    with pytest.raises(NotAllowed):
        hold_cart(house.writer, order_key="shop-3", cart=cart, expected=None, **said)


def test_a_draft_is_never_in_an_order(house, buyer):
    lives.draft(house.writer, draft=a_draft(OFF), now=NOW)

    assert place_order(buyer, wish=wish(house), now=NOW).total == 3_000


def test_a_coupon_comes_back_though_the_payment_was_told_after_the_return(house, buyer):
    row = launched(house, replace(OFF, needs_coupon=True))
    manager = an_actor(house.brand, Role.CAMPAIGN_MANAGER)
    batch = issued(manager, row, 1, days=2)
    code = code_of(house.brand.pk, reference=batch.reference, number=0)
    order = place_order(buyer, wish=wish(house, expected=2_700, codes=(code,)), now=NOW)
    payment = payments_of(order).get(means="money")
    order = sales.pay_taken(
        house.system, order=order, reference=payment.reference, amount=payment.amount, now=NOW
    )
    agent = an_actor(house.brand, Role.SERVICE_AGENT)
    units = {line.line_no: line.quantity for line in order.lines.all()}

    take_back(agent, order=order, units=units, key="r", reason="seven_days", now=NOW)
    work_off(clock=lambda: NOW)

    assert usable_by(buyer, [code], now=NOW) == {code: row.code}
