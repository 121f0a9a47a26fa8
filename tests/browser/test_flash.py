"""The flash sale's page in a real browser: refresh, two tabs, the clock, no script, axe."""

import re
from datetime import timedelta

import pytest
from django.utils import timezone

from hefu.apps.campaigns.services.flash_ending import confirm
from tests.apps.campaigns.flash import Sale
from tests.browser.test_consumer import SCREEN, axe, opened, smallest_target
from tests.surfaces.consumer.conftest import newest_code

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


@pytest.fixture
def sell(settings):
    """Open a sale that began ``ago`` seconds ago."""
    settings.ROOT_URLCONF = "tests.surfaces.consumer.urls"
    settings.HEFU_DEMO = True

    def begin(ago=60, **about):
        now = timezone.now()
        return Sale(
            {
                "starts_at": now - timedelta(seconds=ago),
                "ends_at": now + timedelta(hours=1),
                **about,
            }
        )

    return begin


def address(site, sale):
    return f"{site}/flash/{sale.brand.slug}/{sale.row.code}/"


def sign_in(page, site, sale, phone="13800001234"):
    page.goto(address(site, sale))
    page.locator(".flash-state a.primary").click()
    page.locator("#id_address").fill(phone)
    page.locator("main form button[type=submit]").first.click()
    page.locator("#id_code").wait_for()
    page.locator("#id_code").fill(newest_code())
    page.locator("main form button[type=submit]").first.click()
    page.wait_for_url(re.compile("/flash/"))


def state(page):
    return page.locator(".flash-state").get_attribute("class").split()[-1]


def test_R151_a_refresh_keeps_the_reservation_and_two_tabs_have_one(chromium, live_server, sell):
    sale = sell(per_person=1)
    with opened(chromium) as page:
        sign_in(page, live_server.url, sale)
        other = page.context.new_page()
        other.goto(address(live_server.url, sale))

        for tab in (page, other):
            tab.get_by_role("button", name="Get one").click()
            tab.get_by_text("Reserved for you").wait_for()
        page.reload()

        assert state(page) == "yours"
        clock = page.get_by_role("timer").inner_text()
        assert re.fullmatch(r"(14|15) min \d\d s", clock), clock
        assert sale.counts == (49, 1, 0)
        page.get_by_role("button", name="I do not want it after all").click()
        page.get_by_role("button", name="Get one").wait_for()
    assert sale.counts == (50, 0, 0)


def test_the_button_opens_by_the_servers_clock(chromium, live_server, sell):
    with opened(chromium) as page:
        sale = sell(ago=-4)
        sign_in(page, live_server.url, sale)
        button = page.get_by_role("button", name="Get one")
        if timezone.now() < sale.row.starts_at - timedelta(seconds=1):
            assert state(page) == "before"
            assert button.is_disabled()
        button.click(timeout=20_000)  # waits until it may be pressed
        page.get_by_text("Reserved for you").wait_for()
    assert sale.counts == (49, 1, 0)


def test_who_comes_too_late_is_told_without_leaving_the_page(chromium, live_server, sell):
    sale = sell(pieces=1)
    with opened(chromium) as page:
        sign_in(page, live_server.url, sale)
        quicker = sale.buyer()
        sale.reserve(quicker, now=timezone.now())
        page.get_by_role("button", name="Get one").click()

        page.get_by_text("All are taken at this moment.").wait_for()
        page.get_by_role("button", name="Get one").click(trial=True)  # may be pressed again
        page.reload()
        assert state(page) == "waiting"
    assert sale.counts == (0, 1, 0)


def test_it_works_without_script(chromium, live_server, sell):
    sale = sell(per_person=2)
    with opened(chromium, size=SCREEN, java_script_enabled=False) as page:
        sign_in(page, live_server.url, sale)
        page.get_by_role("button", name="Get 2").click()
        assert "2 pieces are yours" in page.locator("main").inner_text()
        page.reload()
        assert state(page) == "yours"
    assert sale.counts == (48, 2, 0)


def test_axe_finds_nothing_in_any_state(chromium, live_server, sell):
    sale = sell(pieces=1, per_person=1)
    with opened(chromium, language="zh") as page:
        seen = []

        def look():
            assert axe(page) == [], state(page)
            assert page.evaluate("document.documentElement.scrollWidth") <= 390
            assert smallest_target(page) >= 44
            seen.append(state(page))

        page.goto(address(live_server.url, sale))
        look()
        sign_in(page, live_server.url, sale)
        look()
        page.locator("[data-flash-form] button").click()
        page.locator(".flash-state.yours").wait_for()
        look()
        row = sale.reservations("held").get()
        confirm(sale.actor, reservation_id=row.pk, order_key="A", now=timezone.now())
        page.reload()
        look()
    assert seen == ["open", "open", "yours", "paid"]
