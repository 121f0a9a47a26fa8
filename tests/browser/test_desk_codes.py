"""From the order to the file in hand, in a real browser: two people, by keys alone, axe."""

from datetime import timedelta
from hashlib import sha256

import pytest
import time_machine
from django.urls import reverse
from django.utils import timezone

from hefu.apps.accounts.models import User
from hefu.apps.audit.worker import work_off
from hefu.apps.identity.models import Download, Export, ProductionOrder
from tests.apps.identity.issue.rows import House
from tests.browser.keys import press, skip_to_content, write
from tests.factories import NOW, PASSWORD

PHONE = {"width": 390, "height": 844}
SCREEN = {"width": 1440, "height": 900}

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


@pytest.fixture
def house(db):
    with time_machine.travel(NOW + timedelta(hours=1), tick=True):
        yield House()


def sign_in(page, actor):
    page.context.clear_cookies()
    page.goto(reverse("desk:login"))
    page.get_by_label("E-mail").fill(User.objects.get(pk=actor.user_id).email)
    page.get_by_label("Password").fill(PASSWORD)
    page.get_by_role("button", name="Sign in").click()
    page.get_by_role("heading", name="Today").wait_for()


def clean(page, *sizes):
    """Nothing wrong for people with other senses, nothing sticking out, on phone and screen.

    Axe looks at the first size; the sweep of all pages has it look at both.
    """
    from axe_playwright_python.sync_playwright import Axe

    found, found_at = [], None
    for size in sizes or (PHONE, SCREEN):
        page.set_viewport_size(size)
        violations = [] if found_at else Axe().run(page).response["violations"]
        found += [(v["id"], [node["target"] for node in v["nodes"]]) for v in violations]
        found_at = size
        if page.evaluate("document.documentElement.scrollWidth") != size["width"]:
            found.append(("wider than the screen", page.url))
    return found


def test_an_order_goes_from_the_wizard_to_the_file_in_hand(browser_page, house):
    page = browser_page
    sign_in(page, house.specialist)
    assert clean(page) == []

    page.goto(reverse("desk:order_new"))
    skip_to_content(page)
    press(page, page.locator(".choice").first)
    page.get_by_label("Order number").wait_for()
    skip_to_content(page)
    write(page, page.get_by_label("Order number"), "PO-2611-1")
    write(page, page.get_by_label("Production date"), "11222026")
    write(page, page.get_by_label("Batch", exact=True), "01")
    write(page, page.get_by_label("Quantity"), "5")
    press(page, page.get_by_role("button", name="Continue"))
    page.get_by_label("Supplier").wait_for()
    assert clean(page) == []
    skip_to_content(page)
    write(page, page.get_by_label("Supplier"), house.supplier_organisation.name)
    press(page, page.get_by_role("button", name="Continue"))
    page.get_by_role("button", name="Place the order").wait_for()
    assert clean(page) == []
    skip_to_content(page)
    press(page, page.get_by_role("button", name="Place the order"))
    page.get_by_text("A second person has to approve it").wait_for()

    sign_in(page, house.approver)
    skip_to_content(page)
    press(page, page.get_by_role("link", name="PO-2611-1").first)
    page.get_by_role("button", name="Agree and issue").wait_for()
    assert clean(page) == []
    skip_to_content(page)
    press(page, page.get_by_role("button", name="Agree and issue"))
    page.get_by_text("The codes of PO-2611-1 are issued").wait_for()

    sign_in(page, house.supplier)
    page.get_by_role("link", name="PO-2611-1").first.click()
    page.get_by_role("button", name="CSV").click()
    page.get_by_text("Writing the file").wait_for()
    work_off(clock=timezone.now)
    with page.expect_download() as taken:  # the page itself noticed that the file is ready
        page.get_by_role("button", name="Download").click()
    content = taken.value.path().read_bytes()

    export = Export.objects.get()
    assert sha256(content).hexdigest() == export.sha256
    assert Download.objects.get().user_id == house.supplier.user_id
    page.reload()
    page.get_by_text("1 download").wait_for()
    assert page.locator(".codes li").count() == 5
    assert clean(page) == []
    assert ProductionOrder.objects.get().state == "issued"


def test_the_template_report_follows_what_is_typed(browser_page, house):
    page = browser_page
    page.set_viewport_size(SCREEN)
    sign_in(page, house.specialist)
    page.goto(reverse("desk:template_new"))

    page.locator(".part-seal").get_by_label("Characters").fill("12")
    page.get_by_text("30: over 20").wait_for()
    page.get_by_role("button", name="Remove Channel").click()
    page.get_by_text("28: over 20").wait_for()

    assert page.locator(".segment").count() == 4
    assert clean(page) == []
