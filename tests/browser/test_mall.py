"""The mall in a real browser: from an article to a paid order with a coupon; axe; no script."""

from collections.abc import Iterator
from datetime import timedelta

import pytest
import time_machine
from django.urls import reverse

from hefu.apps.campaigns.services.coupons import Issue, issue_coupons, print_coupons
from hefu.apps.campaigns.services.promotions import approve, draft, submit
from hefu.apps.orders.models import Order, OrderState
from hefu.apps.orders.services.stock import receive_stock
from hefu.core.permissions import Role
from hefu.core.promotions import OrderOff, Promotion, Tier, Tiered
from tests.apps.campaigns.promoting import a_draft
from tests.apps.orders.shop import an_article, open_mall
from tests.browser.test_consumer import (
    NUMBERS,
    SCREEN,
    axe,
    opened,
    smallest_target,
)
from tests.browser.test_consumer import goods as goods  # noqa: PLC0414 - a fixture
from tests.factories import NOW, an_actor, operator
from tests.surfaces.consumer.conftest import newest_code

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]
TIERS = (Tier(at_least=10000, amount=1000), Tier(at_least=20000, amount=3000))


def launched(brand, promotion):
    writer, second = (an_actor(brand, r) for r in (Role.CAMPAIGN_MANAGER, Role.APPROVER))
    row = draft(writer, draft=a_draft(promotion), now=NOW - timedelta(days=2))
    submit(writer, promotion=row, now=NOW - timedelta(days=2))
    return approve(second, promotion=row, now=NOW - timedelta(days=2))


@pytest.fixture
def coupon(goods):
    """A mall with two articles, an offer and a coupon; returns the coupon's code."""
    brand = goods.brand
    open_mall(brand, shipping=800)
    about = "双层真空，保温 12 小时。\n500 毫升，杯盖可作茶杯。"
    an_article(brand, "CUP", 8800, left=5, title="保温杯 500 毫升", title_en="Flask 500 ml",
               description=about)  # fmt: skip
    an_article(brand, "ENGRAVED", 12900, title="刻字保温杯", title_en="Engraved flask",
               seven_days=False)  # fmt: skip
    an_article(brand, "GONE", 4900, left=0, title="水壶", title_en="Kettle")
    with time_machine.travel(NOW - timedelta(days=2), tick=True):
        launched(brand, Promotion(id="spring", title="迎春满减", currency="CNY",
                                  benefit=Tiered(tiers=TIERS)))  # fmt: skip
        row = launched(
            brand,
            Promotion(id="five", title="五元券", currency="CNY", needs_coupon=True,
                      group="one-coupon", lane=1, benefit=OrderOff(amount=500)),
        )  # fmt: skip
        issue = Issue(
            promotion=row, title="五元券", quantity=3, audience=None,
            valid_from=NOW - timedelta(days=1), valid_until=NOW + timedelta(days=6),
        )  # fmt: skip
        manager = an_actor(brand, Role.CAMPAIGN_MANAGER)
        batch = issue_coupons(manager, issue=issue, now=NOW - timedelta(days=2))
        return next(iter(print_coupons(manager, batch=batch, now=NOW - timedelta(days=2))))


def walk(page, site, goods, coupon) -> Iterator[str]:
    """Go the whole way of an order, stopping at every page; says where."""
    page.goto(f"{site}{reverse('consumer:mall_entrance', args=[goods.brand.slug])}")
    yield "mall"
    page.locator(".tile a").first.click()
    yield "article"
    page.locator("main form.add button").click()
    yield "cart"
    page.goto(f"{site}{reverse('consumer:article', args=['ENGRAVED'])}")
    yield "article-kept"
    page.locator("main form.add button").click()
    page.locator("#id_code").fill("NOTHING-OF-OURS")
    page.locator("#id_code").press("Enter")
    page.locator("#id_code").fill(coupon)
    page.locator("#id_code").press("Enter")
    page.locator(f"code:has-text('{coupon}')").wait_for()
    yield "cart-with-codes"
    page.locator("main a.primary").click()
    yield "sign-in"
    page.locator("#id_address").fill(f"138000{next(NUMBERS)}")
    page.locator("main form button[type=submit]").first.click()
    page.locator("#id_code").fill(newest_code())
    page.locator("main form button[type=submit]").first.click()
    yield "checkout"
    page.locator("main button.primary").click()
    yield "checkout-wrong"
    page.locator("#id_name").fill("李伟")
    page.locator("#id_phone").fill("13800138000")
    page.locator("#id_region").select_option("440000")
    page.locator("#id_address").fill("广州市天河区体育西路 1 号")
    page.locator("#id_kept_0").check()
    page.locator("main button.primary").dblclick()
    page.wait_for_url("**/mall/orders/**")
    yield "order-open"
    page.locator("main button.primary").click()
    yield "test-payment"
    page.locator("main button.primary").click()
    page.wait_for_url("**/mall/orders/**")
    yield "order-paid"
    page.goto(f"{site}{reverse('consumer:orders')}")
    yield "orders"


def test_the_whole_way_of_an_order(chromium, live_server, goods, coupon):
    with opened(chromium, language="zh") as page:
        for place in walk(page, live_server.url, goods, coupon):
            assert axe(page) == [], place
            assert page.evaluate("document.documentElement.scrollWidth") <= 390, place
            assert smallest_target(page) >= 44, place
    order = Order.objects.get()
    assert order.state == OrderState.PAID
    # 88 + 129, 30 off, 5 off by the coupon, 8 for sending
    assert (order.listed, order.discount, order.total) == (21700, 3500, 19000)
    assert order.lines.get(sku="ENGRAVED").excluded_at is not None


def test_the_way_of_an_order_needs_no_script(chromium, live_server, goods, coupon):
    with opened(chromium, size=SCREEN, java_script_enabled=False) as page:
        assert list(walk(page, live_server.url, goods, coupon))[-1] == "orders"
    assert Order.objects.get().state == OrderState.PAID


def test_a_number_changed_in_the_cart_changes_the_price_at_once(
    chromium, live_server, goods, coupon
):
    receive_stock(operator(goods.brand), sku="GONE", quantity=9, key="x", now=NOW)
    with opened(chromium) as page:
        page.goto(f"{live_server.url}{reverse('consumer:mall_entrance', args=[goods.brand.slug])}")
        page.goto(f"{live_server.url}{reverse('consumer:article', args=['CUP'])}")
        page.locator("main form.add button").click()
        assert page.get_by_text("Buy for ¥12.00 more.").is_visible()
        page.locator("#q1").fill("2")
        page.locator("#q1").press("Tab")
        page.get_by_text("You save ¥10.00.").wait_for()
        assert "¥174.00" in page.locator(".due").inner_text()
        page.go_back()
        page.go_forward()
        assert page.locator("#q1").input_value() == "2"
