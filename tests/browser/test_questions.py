"""R103 by hand: asked on the phone, answered on the desk by key, told, found by search; axe."""

import re
from urllib.parse import urlsplit

import pytest
from django.urls import reverse
from django.utils import timezone

from hefu.apps.audit.worker import work_off
from hefu.apps.community.services.answering import answer
from hefu.apps.notices.models import Message
from tests.apps.community.rows import Desk
from tests.browser.test_consumer import PHONE, SCREEN, opened
from tests.browser.test_desk_codes import clean, sign_in

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


def test_R103_asked_answered_told_and_found(chromium, live_server, browser_page):
    house = Desk()
    known = house.question("滤网多久清洗一次？", at=timezone.now())
    answer(house.specialist, question=known, text="两周一次。", now=timezone.now())
    queue = browser_page
    sign_in(queue, house.specialist)
    queue.goto(reverse("desk:questions"))
    queue.get_by_text("Nobody waits for an answer").or_(
        queue.get_by_text("Nothing here just now")
    ).first.wait_for()
    assert clean(queue) == []

    about = [house.brand.slug, house.product.item_no]
    with opened(chromium) as phone:
        phone.goto(live_server.url + reverse("consumer:questions", args=about))
        assert clean(phone, PHONE, SCREEN) == []
        phone.set_viewport_size(PHONE)
        phone.get_by_role("link", name="Ask the maker").click()
        phone.locator("#id_text").fill("滤网要多久清洗")
        phone.locator(".similar").get_by_text("滤网多久清洗一次").wait_for()
        assert clean(phone, PHONE) == []
        phone.locator("#id_text").fill("可以用来煮粥吗？")
        phone.locator("#id_address").fill("reader@example.com")
        phone.wait_for_timeout(2_600)  # nobody reads and writes faster
        phone.get_by_role("button", name="Send the question").click()
        phone.get_by_text("The maker reads it and answers here").wait_for()
        assert clean(phone, PHONE) == []

        queue.get_by_text("可以用来煮粥吗？").wait_for(timeout=15_000)  # the page heard of it
        assert clean(queue) == []
        queue.keyboard.press("j")
        queue.locator("[data-row]:focus").wait_for()
        queue.keyboard.press("Enter")
        queue.get_by_label("Answer as the maker").wait_for()
        assert clean(queue) == []
        queue.keyboard.press("a")
        queue.locator("textarea:focus").wait_for()
        queue.keyboard.type("可以，选粥档。")
        queue.keyboard.press("Control+Enter")
        queue.get_by_text("Answered; who waits is told").wait_for()

        work_off(clock=timezone.now)
        message = Message.objects.get(template="question_answered")
        assert message.address == "reader@example.com"
        link = re.search(r"https?://\S+", message.body)[0]
        phone.goto(live_server.url + urlsplit(link).path)
        phone.get_by_text("Maker's answer").wait_for()
        assert clean(phone, PHONE) == []
        phone.get_by_role("button", name=re.compile("This helped")).click()
        phone.get_by_text("it stands higher now").wait_for()
        phone.goto(live_server.url + reverse("consumer:questions", args=about))
        phone.get_by_role("searchbox").fill("煮粥")
        phone.get_by_role("button", name="Search").click()
        phone.get_by_text("可以用来煮粥吗？").wait_for()
        assert phone.get_by_text("滤网多久清洗一次").count() == 0
