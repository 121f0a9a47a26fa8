"""A backtest in a real browser: started with a list, its report read on a phone and a screen."""

import pytest
from django.urls import reverse
from django.utils import timezone

from hefu.apps.audit import jobs
from hefu.apps.campaigns.models import Backtest
from hefu.core.permissions import Role
from tests.apps.campaigns.backtests.retail import as_csv, start
from tests.browser.test_desk_codes import clean, sign_in
from tests.factories import a_brand, an_actor

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


def listed():
    goods = [("85123A", "120.00"), ("KETTLE", "640.00"), ("CUP", "9.90")]
    return as_csv(
        (f"A{n}", f"2026-01-{n + 1:02} 09:00", f"who{n % 4}", sku, 1 + n % 3, price, "90.00", seg)
        for n in range(20)
        for seg in ["old" if n % 2 else "new"]
        for sku, price in [goods[n % 3]]
    )


def run_job():
    jobs.run(jobs.claim("w", now=timezone.now()), worker="w", clock=timezone.now)


def test_a_list_becomes_a_report(browser_page):
    page = browser_page
    manager = an_actor(a_brand(), Role.CAMPAIGN_MANAGER)
    sign_in(page, manager)
    page.goto(reverse("desk:backtests"))
    page.get_by_text("No backtests yet").wait_for()
    assert clean(page) == []
    page.get_by_role("link", name="New backtest").first.click()

    page.get_by_label("Name of the backtest").fill("Spring")
    page.locator("#id_file").set_input_files(
        {"name": "orders.csv", "mimeType": "text/csv", "buffer": listed()}
    )
    assert page.locator("#id_since").is_hidden()  # belongs to another choice
    assert clean(page) == []
    page.get_by_role("button", name="Replay the orders").click()
    page.get_by_text("Reading the orders").wait_for()
    run_job()
    page.get_by_text("20 orders of 4 known customers").wait_for()
    assert clean(page) == []


def test_the_report_fits_a_phone_and_a_screen(browser_page):
    page = browser_page
    manager = an_actor(a_brand(), Role.CAMPAIGN_MANAGER)
    start(manager, listed(), budgets={"save-more": 2_000})
    run_job()
    sign_in(page, manager)
    page.goto(reverse("desk:backtest", args=[Backtest.objects.get().pk]))

    page.get_by_role("heading", name="The cart you would not want to explain").wait_for()
    assert page.get_by_text("What every rule answers tomorrow").first.is_visible()
    page.locator("details.fold > summary").first.click()
    assert clean(page) == []
