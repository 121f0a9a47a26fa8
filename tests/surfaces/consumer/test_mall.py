"""The mall's pages: browse, cart, checkout, payment, orders; double clicks, slips, other people."""

import re
from datetime import timedelta

import pytest
from django.test import Client
from django.urls import reverse

from hefu.apps.campaigns.models import RulesetVersion
from hefu.apps.campaigns.selectors.audiences import Audience
from hefu.apps.campaigns.services import promotions
from hefu.apps.campaigns.services.coupons import give
from hefu.apps.ledger.selectors import balance_for
from hefu.apps.members.models import Member
from hefu.apps.orders.adapters import TestProvider, Told
from hefu.apps.orders.models import Article, CartLine, Order, OrderRefund, OrderState, Payment
from hefu.apps.orders.services import articles, sales
from hefu.core.actor import consumer
from hefu.core.permissions import Role
from hefu.core.promotions import (
    HOUSE_GROUPS,
    FactIn,
    OrderOff,
    Price,
    Promotion,
    Rules,
    Tier,
    Tiered,
    compile_rules,
    to_document,
)
from tests.apps.campaigns.coupons.rows import a_promotion, issued
from tests.apps.campaigns.promoting import a_draft
from tests.apps.orders.shop import an_article, give_coins, open_mall
from tests.factories import NOW, an_actor, operator
from tests.surfaces.consumer.conftest import PHONE, TODAY, newest_code, text_of

RECEIVER = {"name": "Li Wei", "phone": PHONE, "region": "440000", "address": "Tiyu Road 1"}


@pytest.fixture
def shop(goods):
    open_mall(goods.brand, shipping=800)
    an_article(goods.brand, "CUP", 8800, left=5, title="保温杯", title_en="Flask")
    an_article(goods.brand, "POT", 9000, title="水壶", title_en="Kettle")
    return goods.brand


def rules(brand, *promotions, prices=()):
    document = Rules(promotions=promotions, groups=HOUSE_GROUPS, prices=prices)
    compiled = compile_rules(document)
    RulesetVersion.objects.create(
        brand=brand, content_hash=compiled.content_hash, document=to_document(document),
        from_at=NOW, because="test",
    )  # fmt: skip


def spring():
    tiers = (Tier(at_least=10000, amount=1000), Tier(at_least=20000, amount=3000))
    return Promotion(id="spring", title="Spring", currency="CNY", benefit=Tiered(tiers=tiers))


def enter(phone, brand):
    return phone.get(reverse("consumer:mall_entrance", args=[brand.slug]), follow=True)


def add(phone, sku="CUP", quantity=1, had=0):
    url = reverse("consumer:cart_put", args=[sku])
    return phone.post(url, {"quantity": quantity, "had": had}, follow=True)


def sign_in(phone):
    phone.post(reverse("consumer:sign_in"), {"address": PHONE})
    return phone.post(reverse("consumer:proof"), {"code": newest_code()})


def hidden(page, name):
    return re.search(rf'name="{name}" value="([^"]*)"', page.content.decode())[1]


def read_off(page):
    seen = {f"seen_{one}": hidden(page, f"seen_{one}") for one in TestProvider.ways}
    return {**RECEIVER, "key": hidden(page, "key"), "way": "wechat", **seen}


def order_it(phone, **about):
    page = phone.get(reverse("consumer:checkout"))
    said = {**read_off(page), **about}
    return said, phone.post(reverse("consumer:checkout"), said)


@pytest.fixture
def buyer(phone, shop):
    """Somebody signed in, with one cup in the cart."""
    enter(phone, shop)
    add(phone)
    sign_in(phone)
    return phone


def test_the_mall_shows_what_is_sold_at_its_price_and_for_whom(phone, shop):
    gold = FactIn(fact="customer_kind", values=frozenset({"new"}))
    rules(
        shop,
        prices=(Price(sku="CUP", unit=8000, currency="CNY", conditions=(gold,),
                      audience="new customers"),),
    )  # fmt: skip
    words = text_of(enter(phone, shop))
    assert "Flask ¥80.00 Price for new customers" in words
    assert "Kettle ¥90.00" in words
    assert "5 left" in words
    articles.set_mall(
        operator(shop), is_open=False, shipping=0, coin_value=0, coin_share_bp=0, pay_minutes=30,
        provider="", now=NOW,
    )  # fmt: skip
    assert "The mall is closed" in text_of(phone.get(reverse("consumer:mall")))


def test_categories_hold_what_is_below_them(phone, shop):
    clerk = operator(shop)
    articles.save_category(clerk, code="home", name="家居", name_en="Home", now=NOW)
    articles.save_category(clerk, code="cups", name="杯", parent="home", now=NOW)
    an_article(shop, "MUG", 3000, title="马克杯", title_en="Mug", categories=("cups",))
    enter(phone, shop)
    words = text_of(phone.get(reverse("consumer:mall"), {"in": "home"}))
    assert "Mug" in words
    assert "Kettle" not in words


@pytest.mark.parametrize("number", [1, 3])
def test_the_mall_takes_the_same_queries_however_many(
    phone, shop, number, django_assert_max_num_queries
):
    for n in range(number):
        an_article(shop, f"X{n}")
    enter(phone, shop)
    with django_assert_max_num_queries(22):
        phone.get(reverse("consumer:mall"))


def test_an_article_tells_what_cannot_be_sent_back(phone, shop):
    enter(phone, shop)
    stays = text_of(phone.get(reverse("consumer:article", args=["CUP"])))
    assert "within seven days" in stays
    an_article(shop, "ENGRAVED", 100, seven_days=False)
    assert "cannot be sent back" in text_of(
        phone.get(reverse("consumer:article", args=["ENGRAVED"]))
    )
    assert phone.get(reverse("consumer:article", args=["NOTHING"])).status_code == 404


def test_the_cart_says_what_applies_and_what_is_missing_to_the_fen(phone, shop):
    rules(shop, spring())
    enter(phone, shop)
    words = text_of(add(phone))
    assert "Spring Buy for ¥12.00 more." in words
    assert "Goods ¥88.00 Shipping ¥8.00 To pay ¥96.00" in words
    words = text_of(add(phone, quantity=1, had=1))
    assert "You save ¥10.00. Buy for ¥24.00 more for the next step." in words
    assert "Goods ¥176.00 Discounts −¥10.00 Shipping ¥8.00 To pay ¥174.00" in words


def test_pressing_twice_adds_once_and_changing_sets(phone, shop):
    enter(phone, shop)
    for _ in range(2):
        add(phone)
    assert CartLine.objects.get().quantity == 1
    phone.post(reverse("consumer:cart_put", args=["CUP"]), {"quantity": "7"})
    words = text_of(phone.get(reverse("consumer:cart")))
    assert "Only 5 left." in words
    assert "To the checkout" not in words
    phone.post(reverse("consumer:cart_put", args=["CUP"]), {"quantity": "0"})
    assert "Your cart is empty" in text_of(phone.get(reverse("consumer:cart")))


@pytest.mark.parametrize("quantity", ["", "-1", "1.5", "１２", "999999999"])
def test_nonsense_is_refused_politely(phone, shop, quantity):
    enter(phone, shop)
    answer = phone.post(reverse("consumer:cart_put", args=["CUP"]), {"quantity": quantity})
    assert answer.status_code == 400
    # in the part that is exchanged without loading the page: else a slip would look like nothing
    assert b'id="cart"' in answer.content
    assert not CartLine.objects.exists()


def test_codes_are_named_when_they_do_nothing(phone, shop):
    rules(shop, Promotion(id="code", title="Ten off", code="TEN", currency="CNY",
                          benefit=OrderOff(amount=1000)))  # fmt: skip
    enter(phone, shop)
    add(phone)
    for code in ("TEN", "GUESSED"):
        phone.post(reverse("consumer:cart_code"), {"code": code})
    words = text_of(phone.get(reverse("consumer:cart")))
    assert "Ten off You save ¥10.00." in words
    assert "GUESSED does nothing here" in words
    assert "TEN does nothing" not in words
    phone.post(reverse("consumer:cart_code"), {"drop": "GUESSED"})
    assert "GUESSED" not in text_of(phone.get(reverse("consumer:cart")))
    assert phone.post(reverse("consumer:cart_code"), {"code": " "}).status_code == 400


def test_the_whole_way(buyer, shop):
    said, answer = order_it(buyer)
    order = Order.objects.get()
    assert answer.url.startswith(reverse("consumer:order", args=[order.pk]))
    assert (order.total, order.region, order.source) == (9600, "440000", "mall")
    assert "Tiyu Road 1" in order.receiver
    assert not CartLine.objects.exists()
    again = buyer.post(reverse("consumer:checkout"), said)
    assert again.url == reverse("consumer:order", args=[order.pk])
    assert Order.objects.count() == 1

    page = buyer.post(reverse("consumer:order_pay", args=[order.pk]))
    assert "No money moves" in text_of(buyer.get(page.url))
    done = buyer.post(page.url, {"wish": "twice"}, follow=True)

    assert "Your order is paid" in text_of(done)
    order.refresh_from_db()
    assert order.state == OrderState.PAID
    assert not OrderRefund.objects.exists()
    words = text_of(buyer.get(reverse("consumer:orders")))
    assert f"{order.number}" in words
    assert "Paid" in words
    assert Article.objects.get(sku="CUP").available == 4


def test_a_refused_payment_can_be_tried_again(buyer):
    order_it(buyer)
    order = Order.objects.get()
    for wish, state in (("refuse", OrderState.OPEN), ("pay", OrderState.PAID)):
        page = buyer.post(reverse("consumer:order_pay", args=[order.pk]))
        buyer.post(page.url, {"wish": wish})
        order.refresh_from_db()
        assert order.state == state


def test_a_price_that_changed_is_shown_before_anything_is_ordered(buyer):
    page = buyer.get(reverse("consumer:checkout"))
    Article.objects.filter(sku="CUP").update(unit=9900)
    said = read_off(page)
    answer = buyer.post(reverse("consumer:checkout"), said)
    assert answer.status_code == 409
    assert "The price changed" in text_of(answer)
    assert "¥107.00" in text_of(answer)
    assert not Order.objects.exists()


def test_L21_boxes_are_empty_and_needed(buyer, shop):
    an_article(shop, "ENGRAVED", 100, seven_days=False, title="x", title_en="Engraved cup")
    add(buyer, "ENGRAVED")
    page = buyer.get(reverse("consumer:checkout"))
    assert not re.search(r'type="checkbox"[^>]* checked', page.content.decode())
    _, answer = order_it(buyer)
    assert answer.status_code == 400
    assert "Without this confirmation" in text_of(answer)
    order_it(buyer, kept_0="on")
    assert Order.objects.get().lines.get(sku="ENGRAVED").excluded_at == TODAY


def test_signing_in_brings_the_cart_along(buyer):
    words = text_of(buyer.get(reverse("consumer:mall")))
    assert "Cart 1" in words
    assert "1 of it are in your cart." in text_of(
        buyer.get(reverse("consumer:article", args=["CUP"]))
    )


def test_a_receiver_is_needed(buyer):
    _, answer = order_it(buyer, name="", region="000000")
    assert answer.status_code == 400
    assert not Order.objects.exists()


def test_sold_out_in_between_says_how_many_are_left(buyer):
    page = buyer.get(reverse("consumer:checkout"))
    Article.objects.filter(sku="CUP").update(available=0)
    said = read_off(page)
    answer = buyer.post(reverse("consumer:checkout"), said, follow=True)
    assert "Only 0 left." in text_of(answer)
    assert not Order.objects.exists()


def test_coins_pay_as_far_as_they_may(buyer, shop):
    member_id = int(next(iter(buyer.session["members"].values())))
    give_coins(shop, member_id, 1000)
    buyer.post(reverse("consumer:cart_coins"), {"coins": 1000})
    words = text_of(buyer.get(reverse("consumer:cart")))
    assert "480 of them pay for this cart." in words  # half of 96.00, ten fen each
    assert "480 C-coins −¥48.00 To pay ¥48.00" in words
    order_it(buyer)
    order = Order.objects.get()
    assert (order.total, order.due) == (9600, 4800)
    buyer.post(reverse("consumer:order_cancel", args=[order.pk]))
    actor = consumer(brand_id=shop.pk, member_id=member_id)
    assert balance_for(actor, member_id).available == 1000


def test_a_cancelled_order_says_so_and_frees_the_goods(buyer):
    order_it(buyer)
    order = Order.objects.get()
    for _ in range(2):
        answer = buyer.post(reverse("consumer:order_cancel", args=[order.pk]), follow=True)
    assert "You cancelled this order." in text_of(answer)
    assert Article.objects.get(sku="CUP").available == 5


def test_a_late_payment_goes_back_and_is_said(buyer, clock):
    order_it(buyer)
    order = Order.objects.get()
    payment = Payment.objects.get()
    clock.shift(timedelta(minutes=31))
    sales.expire_open_orders(TODAY + timedelta(minutes=31))
    body, headers = TestProvider().notification(
        Told(
            reference=payment.reference, taken=True, amount=order.due, currency="CNY", way="wechat"
        )
    )
    notify = reverse("consumer:pay_notify", args=["test"])
    provider = Client(enforce_csrf_checks=True)
    for _ in range(2):
        answer = provider.post(notify, body, content_type="application/json", headers=headers)
        assert (answer.status_code, answer.content) == (200, b"success")
    words = text_of(buyer.get(reverse("consumer:order", args=[order.pk])))
    assert "It was not paid in time" in words
    assert "Your payment arrived after the order had ended" in words
    assert "¥96.00 On its way back" in words
    assert provider.post(notify, body, content_type="application/json").status_code == 403
    assert provider.post(notify, b"x" * 70_000, content_type="x/y").status_code == 413


def test_other_peoples_orders_do_not_exist(buyer, shop):
    order_it(buyer)
    order, payment = Order.objects.get(), Payment.objects.get()
    other = Client(headers={"Accept-Language": "en"})
    enter(other, shop)
    assert other.get(reverse("consumer:orders")).status_code == 302  # sign in first
    other.post(reverse("consumer:sign_in"), {"address": "13900139000"})
    other.post(reverse("consumer:proof"), {"code": newest_code()})
    for name in ("order_cancel", "order_pay", "order_receive"):
        assert other.post(reverse(f"consumer:{name}", args=[order.pk])).status_code == 404
    assert other.get(reverse("consumer:order", args=[order.pk])).status_code == 404
    assert other.get(reverse("consumer:test_payment", args=[payment.reference])).status_code == 404


def test_goods_that_arrived_are_confirmed(buyer, shop):
    order_it(buyer)
    order = Order.objects.get()
    page = buyer.post(reverse("consumer:order_pay", args=[order.pk]))
    buyer.post(page.url, {"wish": "pay"})
    sales.ship(operator(shop), order=order, parcel="SF 1234", now=TODAY)
    words = text_of(buyer.get(reverse("consumer:order", args=[order.pk])))
    assert "On its way" in words
    assert "SF 1234" in words
    done = buyer.post(reverse("consumer:order_receive", args=[order.pk]), follow=True)
    assert "Arrived" in text_of(done)


def test_the_pages_speak_chinese(shop, goods):
    rules(shop, spring())
    reader = Client(headers={"Accept-Language": "zh-CN", "User-Agent": "a phone"})
    assert "保温杯 ¥88.00" in text_of(enter(reader, shop))
    words = text_of(add(reader))
    assert "再买 12.00 元。" in words
    assert "应付 ¥96.00" in words
    assert "去结算" in words


@pytest.mark.parametrize("number", ["not a phone", "+", "电话", "1" * 40])
def test_a_courier_can_call_the_receiver(buyer, number):
    answer = buyer.post(reverse("consumer:checkout"), {**RECEIVER, "phone": number})
    assert answer.status_code == 400
    assert "phone" in answer.context["form"].errors
    assert not Order.objects.exists()


def test_a_coupon_of_the_wallet_is_used_with_one_press(buyer, shop):
    manager = an_actor(shop, Role.CAMPAIGN_MANAGER)
    batch = issued(manager, a_promotion(shop), 1, audience=Audience())
    give(manager, batch=batch, members=[Member.objects.get().pk], now=NOW)
    words = buyer.get(reverse("consumer:cart")).content.decode()
    assert "新会员券" in words

    code = hidden(buyer.get(reverse("consumer:cart")), "code")
    after = buyer.post(reverse("consumer:cart_code"), {"code": code}, follow=True)

    assert code in text_of(after)
    assert "新会员券" not in after.content.decode()  # it is in the cart now
    assert after.context["wallet"] == []


@pytest.fixture
def bank_day(shop):
    """20 off for those who pay by card."""
    writer, second = (an_actor(shop, r) for r in (Role.CAMPAIGN_MANAGER, Role.APPROVER))
    by_card = FactIn(fact="payment_means", values=frozenset({"card"}))
    offer = Promotion(
        id="bank", title="Bank day", currency="CNY", conditions=(by_card,),
        benefit=OrderOff(amount=2000),
    )  # fmt: skip
    row = promotions.draft(writer, draft=a_draft(offer), now=NOW)
    promotions.submit(writer, promotion=row, now=NOW)
    promotions.approve(second, promotion=row, now=NOW)


def paid_by(order, way):
    reference = order.payments.latest("pk").reference
    told = Told(reference=reference, taken=True, amount=order.due, currency="CNY", way=way)
    body, headers = TestProvider().notification(told)
    return sales.take_notification("test", body=body, headers=headers, now=TODAY)


def test_R192_each_way_of_paying_shows_its_price_before_the_order(buyer, bank_day):
    page = text_of(buyer.get(reverse("consumer:checkout")))
    chosen = text_of(buyer.get(reverse("consumer:checkout"), {"way": "card"}))

    assert "WeChat Pay · ¥96.00" in page
    assert "bank card · ¥76.00" in page
    assert "To pay ¥96.00" in page
    assert "To pay ¥76.00" in chosen


@pytest.mark.parametrize(("way", "due"), [("card", 7600), ("wechat", 9600), ("alipay", 9600)])
def test_R192_the_order_has_the_price_of_its_way(buyer, bank_day, way, due):
    order_it(buyer, way=way)

    order = Order.objects.get()
    assert (order.due, order.payments.get().only) == (due, way)
    assert paid_by(order, way).state == OrderState.PAID


def test_R192_another_card_pays_nothing_and_gets_its_money_back(buyer, bank_day):
    order_it(buyer, way="card")
    order = Order.objects.get()

    assert paid_by(order, "wechat").state == OrderState.OPEN
    owed = OrderRefund.objects.get()
    assert (owed.reason, owed.amount) == ("wrong_way", 7600)
    page = text_of(buyer.get(reverse("consumer:order", args=[order.pk])))
    assert "You paid in another way than the price was for" in page

    buyer.post(reverse("consumer:order_pay", args=[order.pk]))
    assert order.payments.latest("pk").only == "card"
    assert paid_by(order, "card").state == OrderState.PAID


def test_a_way_nobody_offers_is_refused_at_the_form(buyer, shop):
    _said, answer = order_it(buyer, way="gold")
    assert answer.status_code == 400
    assert not Order.objects.exists()
