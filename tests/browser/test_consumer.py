"""The phone pages in a real browser: the whole way of a product, axe, weight, and no script."""

import re
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta
from pathlib import Path

import pytest
import time_machine
from django.urls import reverse

from hefu.apps.identity.models import Activation
from hefu.apps.identity.services.throttle import THROTTLE
from hefu.apps.members import services as members
from tests.apps.identity.life.rows import Goods
from tests.factories import NOW, operator
from tests.surfaces.consumer.conftest import newest_code

PHONE = {"width": 390, "height": 844}
SCREEN = {"width": 1280, "height": 900}
LIMIT = 60_000  # bytes, the page of a result with all that it loads
NUMBERS = iter(range(10_000, 99_999))

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


@pytest.fixture
def browser(chromium):
    return chromium


@pytest.fixture
def goods(settings):
    """A batch of one brand, seen a day after it left the factory."""
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
        yield goods


@contextmanager
def opened(browser, *, language="en", size=PHONE, **options):
    """A new person with a phone (or at a desk) whose browser complains about nothing."""
    context = browser.new_context(
        locale="zh-CN" if language == "zh" else "en", viewport=size, **options
    )
    page = context.new_page()
    complaints = []
    page.on("console", lambda said: complaints.append(said.text) if said.type == "error" else None)
    page.on("pageerror", lambda error: complaints.append(str(error)))
    yield page
    context.close()
    assert [text for text in complaints if "status of 4" not in text] == []


def axe(page) -> list[str]:
    from axe_playwright_python.sync_playwright import Axe

    return [found["id"] for found in Axe().run(page).response["violations"]]


def smallest_target(page) -> float:
    targets = page.locator(
        "main button:visible, main input:visible:not([type=checkbox], [type=radio]), "
        "main label:has([type=radio]):visible"
    )
    return min((one.bounding_box()["height"] for one in targets.all()), default=44)


def submit(page) -> None:
    page.locator("main form button[type=submit]").first.click()


def walk(page, site, goods) -> Iterator[str]:
    """Go the whole way of a product, stopping at every page; says where."""
    page.goto(f"{site}/check/")
    yield "check"
    page.locator("#id_code").fill("G7RP G0ZF 8A5N EZN1 9")
    submit(page)
    yield "check-wrong"
    page.locator("#id_code").fill(goods.code(1).lower())
    submit(page)
    yield "result"
    page.locator("a.primary").click()
    yield "sign-in"
    page.locator("#id_address").fill("1380")
    submit(page)
    yield "sign-in-wrong"
    page.locator("#id_address").fill(f"138000{next(NUMBERS)}")
    submit(page)
    yield "proof"
    page.goto(f"{site}/demo/messages/")
    yield "demo-messages"
    page.go_back()
    page.locator("#id_code").fill(newest_code())
    submit(page)
    yield "activate"
    page.locator("main input[type=checkbox]").first.check()
    submit(page)
    yield "activated"
    for name in ("mine", "coins", "account", "take"):
        page.goto(f"{site}{reverse(f'consumer:{name}')}")
        yield name
    page.goto(f"{site}{reverse('consumer:offer', args=[Activation.objects.latest('pk').pk])}")
    yield "hand-over"
    submit(page)
    yield "hand-over-code"
    page.goto(f"{site}{reverse('consumer:code', args=[goods.code(1)])}")
    yield "result-yours"


def test_axe_finds_nothing_on_the_whole_way(browser, live_server, goods):
    with opened(browser, language="zh") as page:
        for place in walk(page, live_server.url, goods):
            assert axe(page) == [], place
            assert page.evaluate("document.documentElement.scrollWidth") <= 390, place
            assert page.locator("html").get_attribute("lang") == "zh-hans", place
            assert smallest_target(page) >= 44, place  # wet hands


def test_the_whole_way_needs_no_script_on_a_screen_in_english(browser, live_server, goods):
    with opened(browser, size=SCREEN, java_script_enabled=False) as page:
        places = []
        for place in walk(page, live_server.url, goods):
            assert page.locator("html").get_attribute("lang") == "en", place
            places.append(place)

    assert places[-1] == "result-yours"
    assert Activation.objects.count() == 1


def test_the_page_of_a_result_weighs_less_than_60_kilobytes(browser, live_server, goods):
    with opened(browser) as page:
        sizes = {}
        page.on("response", lambda answer: sizes.update({answer.url: len(answer.body())}))
        page.goto(f"{live_server.url}{reverse('consumer:code', args=[goods.code(2)])}")
        page.wait_for_load_state("networkidle")

    assert len(sizes) >= 4  # the page, two sheets, the brand's colour, the script
    assert sum(sizes.values()) < LIMIT
    assert all(url.startswith(live_server.url) for url in sizes)


def test_R117_a_place_is_asked_for_only_when_its_button_is_pressed(browser, live_server, goods):
    position = {"latitude": 23.12911, "longitude": 113.26439}
    with opened(browser, geolocation=position, permissions=["geolocation"]) as page:
        for place in walk(page, live_server.url, goods):
            if place == "activate":
                break
        assert page.locator("[data-latitude]").input_value() == ""
        page.get_by_role("button", name="Add my rough place").click()
        page.get_by_text("23.1, 113.3").wait_for()
        sent = []
        page.on("request", lambda request: sent.append(request.post_data or ""))
        submit(page)
        page.wait_for_url(re.compile("/mine/"))

    assert Activation.objects.get().place == "23.1,113.3"
    assert "23.12911" not in "".join(sent)
    assert "latitude=23.1&" in "".join(sent)


def test_the_language_is_switched_by_a_link_and_stays(browser, live_server, goods):
    with opened(browser, language="zh") as page:
        page.goto(f"{live_server.url}/check/")
        assert page.locator("h1").inner_text() == "是不是正品？查一下身份码"
        page.locator(".langs a", has_text="English").click()
        page.goto(f"{live_server.url}/check/")

        assert page.locator("h1").inner_text() == "Is it genuine? Check the code"
