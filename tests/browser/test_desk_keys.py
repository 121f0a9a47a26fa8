"""The desk by keys alone: finding, scanning, the list of keys, a promotion written, a pair read."""

import re

import pytest
import time_machine
from django.urls import reverse

from hefu.apps.campaigns.models import Promotion
from hefu.core.permissions import Role
from tests.apps.identity.life.rows import Goods
from tests.browser.keys import press, skip_to_content, tab_to, write
from tests.browser.test_desk_codes import PHONE, clean, sign_in
from tests.factories import an_actor
from tests.surfaces.desk.promotions.rows import NOW, SHIRTS, TIERS, a_house, launched

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


@pytest.fixture
def house(db):
    with time_machine.travel(NOW, tick=True):
        house = a_house()
        launched(house, TIERS, budget=10_000)
        launched(house, SHIRTS)
        yield house


def chosen(page):
    """What the palette would open, as a screen reader hears it."""
    field = page.locator("#palette-q")
    ident = field.get_attribute("aria-activedescendant")
    assert page.locator(f"#{ident}").get_attribute("aria-selected") == "true"
    return page.locator(f"#{ident} .hit-title").inner_text()


def find(page, words):
    page.wait_for_load_state("load")
    page.keyboard.press("Control+k")
    page.locator("dialog.palette[open]").wait_for()
    page.keyboard.type(words)
    page.locator(f"[data-found-for='{words}']").wait_for()


#: Closed and wanted again before the browser has moved the focus away.
AT_ONCE = """() => {
  document.getElementById("palette").close();
  const key = { key: "k", ctrlKey: true, bubbles: true, cancelable: true };
  document.getElementById("palette-q").dispatchEvent(new KeyboardEvent("keydown", key));
}"""


def scan(page, text):
    """Type as a hand scanner does, however busy this machine is: in one go, then Enter."""
    page.evaluate(
        """keys => { for (const key of keys) document.activeElement.dispatchEvent(
             new KeyboardEvent("keydown", { key, bubbles: true, cancelable: true })); }""",
        [*text, "Enter"],
    )


def test_everything_is_found_and_opened_by_keys(browser_page, house):
    page, goods = browser_page, Goods()
    sign_in(page, an_actor(goods.brand, Role.BRAND_ADMIN))
    find(page, "po")
    assert chosen(page) == "Production orders"
    assert clean(page) == []
    page.keyboard.press("ArrowDown")
    second = chosen(page)
    page.keyboard.press("ArrowUp")
    page.keyboard.press("ArrowUp")  # from the first to the last
    assert chosen(page) not in ("Production orders", second)
    page.evaluate(AT_ONCE)
    page.locator("dialog.palette[open]").wait_for()
    page.keyboard.press("Escape")
    assert page.locator("dialog[open]").count() == 0
    find(page, "po")
    page.keyboard.press("Enter")
    page.wait_for_url(re.compile(reverse("desk:orders")))

    skip_to_content(page)
    page.locator("#content:focus").wait_for(state="attached")
    page.keyboard.press("?")
    page.get_by_role("heading", name="Keys").wait_for()
    assert clean(page) == []
    for _press in range(5):  # the dialog keeps the focus
        page.keyboard.press("Tab")
        assert page.evaluate("document.activeElement.closest('dialog, html').tagName") in (
            "DIALOG", "HTML",
        )  # fmt: skip
    page.keyboard.press("Escape")
    page.locator("#content:focus").wait_for(state="attached")  # and gives it back

    scan(page, f"https://id.example/c/{goods.code(7)}")
    page.get_by_role("heading", name="What you can do").wait_for()
    assert reverse("desk:code") in page.url
    page.set_viewport_size(PHONE)
    page.get_by_role("button", name="Find anything").click()
    page.keyboard.type(goods.code(8))
    page.keyboard.press("Enter")  # quicker than the list
    page.get_by_text(goods.code(8)[12:16]).first.wait_for()


def test_a_promotion_is_written_and_a_pair_read_by_keys(browser_page, house):
    page = browser_page
    sign_in(page, house.writer)
    page.goto(reverse("desk:promotion_new"))
    skip_to_content(page)
    press(page, page.locator("a[href$='/new/tiers/']"))
    page.wait_for_url(re.compile("/new/tiers/"))
    skip_to_content(page)
    write(page, page.locator("[name=from_1]"), "200")
    write(page, page.locator("[name=off_1]"), "30")
    press(page, page.get_by_role("button", name="Save the draft"))
    wrong = page.locator("[role=alert] a").first
    wrong.wait_for()  # what is missing is said first, and leads to its field
    page.locator("[role=alert]:focus").wait_for()
    press(page, wrong)
    field = wrong.get_attribute("href")
    assert page.evaluate("document.activeElement.id") in (field[1:], "content", "")
    assert not Promotion.objects.filter(title="").exists()

    page.goto(reverse("desk:promotion_stacking"))
    skip_to_content(page)
    pair = page.locator(".matrix td > a").first
    tab_to(page, pair)
    assert page.locator(".matrix .why").first.is_visible()
    page.keyboard.press("Enter")
    page.wait_for_url(re.compile("#pair-"))
