"""Entering a link in a real browser: tried out, saved, listed; axe on screen and phone."""

import os
from datetime import timedelta

import pytest
import time_machine
from django.urls import reverse

from hefu.apps.catalog.models import ResolverLink
from hefu.apps.catalog.selectors import products_for
from tests.apps.identity.issue.rows import House
from tests.browser.test_desk_codes import clean, sign_in
from tests.factories import NOW

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


@pytest.fixture
def house(db):
    with time_machine.travel(NOW + timedelta(hours=1), tick=True):
        yield House()


def test_a_link_is_tried_out_saved_and_listed(browser_page, house):
    page = browser_page
    sign_in(page, house.specialist)
    page.goto(reverse("desk:links"))
    assert clean(page) == []
    page.get_by_role("link", name="Enter the first link").click()
    product = products_for(house.specialist).exclude(gtin="")[0]
    page.get_by_label("Product", exact=True).select_option(product.gtin)
    page.locator("[name=level]").select_option("unit")
    page.get_by_label("What it leads to").select_option("instructions")
    page.get_by_role("textbox", name="Target").fill("https://brand.example/manual?unit={serial}")
    page.get_by_label("Title", exact=True).fill("Manual")
    page.get_by_role("button", name="Try it out").click()
    preview = page.get_by_role("table", name="What a scan gets")
    preview.get_by_text("https://brand.example/manual?unit=SAMPLE7").first.wait_for()
    assert clean(page) == []
    assert not ResolverLink.objects.exists()
    page.get_by_role("button", name="Save").click()
    page.get_by_text("The link was saved.").wait_for()
    if shots := os.environ.get("SHOTS"):
        page.screenshot(path=f"{shots}/link.png", full_page=True)
    page.goto(reverse("desk:links"))
    page.get_by_role("link", name=f"/01/{product.gtin}/21/{{serial}}").wait_for()
    assert clean(page) == []
    if shots:
        page.screenshot(path=f"{shots}/links.png", full_page=True)
