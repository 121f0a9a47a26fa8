"""From a list and its manuals to a typed number on a phone, in a real browser; axe on each page."""

import pytest
from django.urls import reverse
from django.utils import timezone

from hefu.apps.audit.worker import work_off
from hefu.core.permissions import Role
from tests.apps.catalog.test_page_imports import HEAD, MANUALS, ROWS, zipped
from tests.browser.test_desk_codes import clean, sign_in
from tests.factories import a_brand, an_actor

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


def test_a_list_becomes_pages_that_a_typed_number_finds(chromium, browser_page, live_server):
    brand = a_brand("povos")
    page = browser_page
    sign_in(page, an_actor(brand, Role.PRODUCT_SPECIALIST))
    page.goto(reverse("desk:page_import_new"))
    assert clean(page) == []
    files = (("file", "models.csv", (HEAD + ROWS).encode()),
             ("archive", "manuals.zip", zipped(**MANUALS)))  # fmt: skip
    for field, name, body in files:
        page.locator(f"[name={field}]").set_input_files(
            {"name": name, "mimeType": "application/octet-stream", "buffer": body}
        )
    page.get_by_role("button", name="Make the pages").click()
    page.get_by_text("Taking in manuals, then rows").wait_for()
    work_off(clock=timezone.now)
    page.get_by_text("Every row was taken.").wait_for()  # the page asked by itself
    assert clean(page) == []
    page.get_by_role("button", name="Submit all for approval").click()
    page.get_by_text("3 pages wait for a second person.").wait_for()
    page.get_by_role("link", name="QR sheets of these models").click()
    page.get_by_role("button", name="Write the file").click()
    work_off(clock=timezone.now)
    with page.expect_download() as download:
        page.get_by_role("link", name="Download").click()
    assert download.value.suggested_filename == "qr-manual-3.pdf"
    assert clean(page) == []

    second = chromium.new_context(base_url=live_server.url, locale="en").new_page()
    sign_in(second, an_actor(brand, Role.APPROVER))
    second.goto(reverse("desk:pages") + "?state=submitted")
    second.get_by_role("link", name="Look and approve").click()
    assert clean(second) == []
    second.get_by_label("I have looked at these pages").check()
    second.get_by_role("button", name="Approve all of this list").click()
    second.get_by_text("3 pages were approved.").wait_for()
    second.context.close()

    phone = chromium.new_context(
        base_url=live_server.url, locale="zh-CN", java_script_enabled=False,
        viewport={"width": 390, "height": 844},
    ).new_page()  # fmt: skip
    phone.goto("/check/")
    phone.locator("[name=digits]").fill("218 123 456")
    phone.get_by_role("button", name="查看产品网页").click()
    phone.get_by_role("link", name="021 812 3456").click()
    phone.get_by_role("heading", name="智能电饭煲").first.wait_for()
    assert "三步" in phone.content()
    phone.context.close()
