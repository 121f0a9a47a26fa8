"""The desk of promotions in a real browser: draft to approval, boards, phone and screen."""

from datetime import timedelta
from itertools import cycle

import pytest
import time_machine
from django.urls import reverse

from hefu.apps.campaigns.models import PriceEntry, Promotion
from hefu.apps.campaigns.services.prices import propose_price
from hefu.core.permissions import Role
from hefu.core.promotions import Price
from tests.apps.campaigns.coupons.rows import issued
from tests.apps.campaigns.draw_rows import Fair
from tests.apps.campaigns.flash import Sale
from tests.browser.test_desk_codes import PHONE, SCREEN, clean, sign_in
from tests.factories import an_actor
from tests.surfaces.desk.promotions.rows import (
    CUPS,
    NOW,
    SHIRTS,
    TIERS,
    a_house,
    asked,
    drafted,
    launched,
    replace,
    used,
)

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]
BOARDS = (
    "promotions", "promotion_calendar", "promotion_stacking", "promotion_monitor", "campaigns",
    "campaign_new", "price_book", "price_new", "partner_parts",
)  # fmt: skip


@pytest.fixture
def house(db):
    with time_machine.travel(NOW, tick=True):
        house = a_house()
        used(house, launched(house, TIERS, budget=10_000), amount=900, times=9,
             ago=timedelta(minutes=9))  # fmt: skip
        issued(house.writer, launched(house, SHIRTS), 12)
        asked(house, replace(TIERS, id="twelve", title="双十二满减"))
        Sale({"pieces": 3}, brand=house.brand)
        Fair(house.brand).published()
        price = Price(sku="shirt", unit=14_900, currency="CNY", min_qty=3)
        propose_price(house.writer, price=price, now=NOW)
        yield house


def test_the_boards_are_calm_on_phone_and_screen(browser_page, house):
    page, found, sizes = browser_page, [], cycle((PHONE, SCREEN))
    sign_in(page, an_actor(house.brand, Role.BRAND_ADMIN))
    for address in [
        *(reverse(f"desk:{name}") for name in BOARDS),
        *(reverse("desk:promotion", args=[row.pk]) for row in Promotion.objects.all()),
        *(reverse("desk:price", args=[row.pk]) for row in PriceEntry.objects.all()),
    ]:
        page.goto(address)
        found += clean(page, next(sizes))
    assert found == []


def test_a_phone_reads_lists_where_a_screen_draws_grids(browser_page, house):
    page = browser_page
    sign_in(page, house.writer)
    page.set_viewport_size(PHONE)
    page.goto(reverse("desk:promotion_calendar"))
    assert page.locator(".calendar-list").is_visible()
    assert not page.locator(".calendar").is_visible()
    page.goto(reverse("desk:promotion_stacking"))
    assert not page.locator(".matrix").is_visible()
    page.set_viewport_size(SCREEN)
    page.locator(".matrix td > a").first.focus()
    assert page.locator(".matrix .why").first.is_visible()


def test_the_second_person_reads_and_agrees(browser_page, house):
    page = browser_page
    sign_in(page, house.approver)
    page.get_by_role("link", name="双十二满减").first.click()
    page.get_by_role("link", name="Read and decide").click()
    page.get_by_text("The static review of this promotion").wait_for()
    page.get_by_role("button", name="Agree").click()
    page.get_by_text("its rule page is published").wait_for()
    assert Promotion.objects.get(code="twelve").live_version == 1


def test_a_draft_is_submitted_and_a_running_one_stopped(browser_page, house):
    row = drafted(house, CUPS)
    page = browser_page
    sign_in(page, house.writer)
    page.goto(reverse("desk:promotion", args=[row.pk]))
    page.get_by_role("button", name="Submit for approval").click()
    page.get_by_text("A second person decides.").first.wait_for()

    page.goto(reverse("desk:promotion", args=[Promotion.objects.get(code="shirts").pk]))
    page.get_by_text("12 coupons of it could still be used.").wait_for()
    page.get_by_label("Reason").fill("misprint")
    page.get_by_role("button", name="Stop the promotion").click()
    page.get_by_text("Stopped. Orders that hold it keep it").wait_for()


def test_the_monitor_asks_again_without_moving(browser_page, house):
    from playwright.sync_api import expect

    page = browser_page
    sign_in(page, house.writer)
    page.goto(reverse("desk:promotion_monitor"))
    link = page.get_by_role("link", name="春季满减")
    link.focus()
    said = page.locator("#monitor > p").first
    before, looked = link.bounding_box(), said.inner_text()
    expect(said).not_to_have_text(looked, timeout=30_000)
    assert page.get_by_role("link", name="春季满减").bounding_box() == before
    assert page.evaluate("document.activeElement.id").startswith("promotion-")
