"""A member's rights in a real browser: sign in, take a copy, close, receipt (L37)."""

import io
import re
import zipfile
from datetime import timedelta
from pathlib import Path

import pytest
import time_machine
from django.utils import timezone

from hefu.apps.audit import jobs
from hefu.apps.identity.services.throttle import THROTTLE
from hefu.apps.members import services as members
from hefu.apps.members.models import Closing, Member
from tests.apps.identity.life.rows import Goods
from tests.browser.test_consumer import axe, opened
from tests.factories import NOW, operator
from tests.surfaces.consumer.conftest import newest_code

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


def test_a_member_takes_everything_and_leaves(chromium, live_server, settings):
    settings.ROOT_URLCONF = "tests.surfaces.consumer.urls"
    settings.HEFU_DEMO = True
    before = "hefu.surfaces.design.middleware.LanguageChoice"
    if before not in settings.MIDDLEWARE:
        settings.MIDDLEWARE = [before, *settings.MIDDLEWARE]
    Path(settings.STATIC_ROOT).mkdir(parents=True, exist_ok=True)
    THROTTLE.clear()
    with time_machine.travel(NOW + timedelta(days=1), tick=True):
        goods = Goods(about={"quantity": 100})
        members.publish_consent_texts(operator(goods.brand), now=NOW)
        with opened(chromium) as page:
            _sign_in(page, live_server.url, goods)
            _copy(page)
            _close(page)
    assert Member.objects.get().phone == ""


def _sign_in(page, base, goods):
    page.goto(f"{base}/activate/{goods.code(0)}/")
    page.get_by_label("Mobile number").fill("13800138000")
    page.get_by_role("button", name="Send the code").click()
    page.get_by_label("Code from the message").fill(newest_code())
    page.get_by_role("button", name="Confirm").click()
    page.get_by_role("button", name="Activate").first.click()
    page.goto(f"{base}/account/")
    assert axe(page) == []


def _copy(page):
    page.get_by_role("link", name="A copy of my data").click()
    page.get_by_role("button", name="Make a copy now").click()
    job = jobs.claim("w", now=timezone.now())
    jobs.run(job, worker="w", clock=timezone.now)
    page.get_by_role("link", name="Look again").click()
    with page.expect_download() as waiting:
        page.get_by_role("link", name="Download").click()
    archive = zipfile.ZipFile(io.BytesIO(Path(waiting.value.path()).read_bytes()))
    assert "+8613800138000" in archive.read("index.html").decode()
    assert axe(page) == []


def _close(page):
    page.get_by_role("link", name="Back to my account").click()
    page.get_by_role("link", name="Close my account").click()
    assert "cannot be undone" in page.text_content("main")
    assert axe(page) == []
    page.get_by_label("I have read this").check()
    page.get_by_role("button", name="Close my account").click()
    number = Closing.objects.get().number
    assert number in page.text_content("main")
    assert axe(page) == []
    with page.expect_download() as waiting:
        page.get_by_role("link", name="Download the receipt").click()
    assert number in Path(waiting.value.path()).read_text()
    page.goto(re.sub(r"/closed/.*", "/account/", page.url))
    assert "Sign in" in page.title()
