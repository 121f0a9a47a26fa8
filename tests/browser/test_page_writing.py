"""A product page is written in a browser: the phone beside it follows, blocks move by key."""

import re
from dataclasses import replace

import pytest
from django.urls import reverse

from hefu.apps.catalog.selectors_pages import open_version, versions_of
from hefu.apps.catalog.services.pages import submit_page
from hefu.core.pages import TextBlock, read_content
from hefu.core.permissions import Role
from tests.apps.catalog.files import manual, picture
from tests.apps.catalog.pages import a_draft, a_product, content, publish
from tests.browser.test_desk_codes import PHONE, clean, sign_in
from tests.factories import a_brand, an_actor

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


#: Parts that were swapped in a moment ago, and do not listen yet.
UNSETTLED = ".htmx-request, .htmx-swapping, .htmx-settling, .htmx-added"


@pytest.fixture
def brand(db):
    return a_brand()


def test_a_page_is_written_and_the_phone_beside_it_follows(browser_page, brand):
    from playwright.sync_api import expect

    writer, page = an_actor(brand, Role.PRODUCT_SPECIALIST), browser_page
    said = content()
    zh = replace(said.texts["zh"], blocks=(TextBlock(text="eins"), TextBlock(text="zwei")))
    draft = a_draft(writer, a_product(writer), replace(said, texts={**said.texts, "zh": zh}))
    page.set_viewport_size({"width": 1500, "height": 900})
    sign_in(page, writer)
    page.goto(reverse("desk:page_edit", args=[draft.page_id]))
    phone = page.frame_locator("iframe.phone")

    page.get_by_label("Title").first.fill("Ein neuer Titel")
    phone.get_by_role("heading", name="Ein neuer Titel").wait_for()
    assert open_version(draft.page).revision == 1

    def words(number):
        return page.locator(f'[id="id_texts.zh.blocks.{number}.text"]')

    words(0).focus()
    page.keyboard.press("Alt+ArrowDown")
    expect(words(1)).to_have_value("eins")
    # the hand stays on the block that moved
    expect(words(1)).to_be_focused()
    page.get_by_role("button", name="Move block 2 up").first.click()
    expect(page.locator('button[value="block.down:zh:0"]')).to_be_focused()
    page.keyboard.press("Enter")
    expect(words(1)).to_have_value("eins")
    page.get_by_role("button", name="Remove block 1").first.click()
    expect(page.locator('button[value="undo"]')).to_be_focused()
    page.keyboard.press("Enter")  # the focus is on Undo
    expect(words(0)).to_have_value("zwei")
    expect(page.locator(UNSETTLED)).to_have_count(0)

    front = {"name": "front.jpg", "mimeType": "image/jpeg", "buffer": picture(size=(400, 300))}
    page.locator("#upload-zh").set_input_files(front)
    alt = page.locator('[id="id_texts.zh.blocks.2.alt"]')
    alt.fill("Vorderseite")
    phone.locator("img[alt=Vorderseite]").wait_for()
    expect(page.locator(UNSETTLED)).to_have_count(0)
    paper = {"name": "V1.pdf", "mimeType": "application/pdf", "buffer": manual()}
    page.locator("#upload-manual").set_input_files(paper)
    page.locator('[id="id_manuals.0.batches"]').fill("01")
    page.locator("label[for=tab-en]").click()
    assert page.locator('[id="id_texts.en.title"]').is_visible()
    assert not page.locator('[id="id_texts.zh.title"]').is_visible()
    phone.get_by_role("heading", name="Rice cooker").wait_for()
    assert clean(page) == []
    page.get_by_role("button", name="Save the draft").last.click()
    page.get_by_text("The draft is saved.").wait_for()

    stored = read_content(open_version(draft.page).content)
    assert [getattr(b, "text", getattr(b, "alt", "")) for b in stored.texts["zh"].blocks] == [
        "zwei", "eins", "Vorderseite",
    ]  # fmt: skip
    assert (stored.texts["zh"].title, stored.manuals[0].batches) == ("Ein neuer Titel", ("01",))


def test_the_second_person_reads_and_agrees_on_a_phone_and_lists_are_calm(browser_page, brand):
    writer, approver = an_actor(brand, Role.PRODUCT_SPECIALIST), an_actor(brand, Role.APPROVER)
    first = a_draft(writer, a_product(writer)).page
    publish(writer, approver, first)
    draft = a_draft(writer, a_product(writer, "PN588"))
    a_product(writer, "PN589")
    page, found = browser_page, []
    sign_in(page, writer)
    for address in (
        reverse("desk:pages"), reverse("desk:pages") + "?state=draft",
        reverse("desk:pages_without"), reverse("desk:page", args=[draft.page_id]),
        reverse("desk:page_history", args=[first.pk]),
    ):  # fmt: skip
        page.goto(address)
        found += clean(page)
    assert found == []
    submit_page(writer, page=draft.page, now=draft.updated_at)
    page.goto(reverse("desk:home"))
    page.context.clear_cookies()
    sign_in(page, approver)
    page.set_viewport_size(PHONE)
    page.goto(reverse("desk:page", args=[draft.page_id]))
    page.frame_locator("iframe.phone").get_by_text("Fast.").wait_for()
    page.get_by_role("button", name="Agree and publish").click()
    page.get_by_text(re.compile("Readers see it now")).wait_for()
    assert versions_of(draft.page).get().state == "published"
