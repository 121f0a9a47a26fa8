"""The product page in a real browser: fast on a slow line, readable by everybody, on any screen."""

from datetime import timedelta
from pathlib import Path

import pytest
import time_machine

from tests.browser.test_consumer import PHONE, SCREEN, axe, opened
from tests.factories import NOW, a_brand
from tests.surfaces.consumer.shown import Shown

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]

#: "3G slow" as page-speed tests know it: 400 kbit/s each way, 400 ms from request to answer.
SLOW_3G = {
    "offline": False, "latency": 400, "downloadThroughput": 50_000, "uploadThroughput": 50_000,
}  # fmt: skip
BEFORE_MORE = 100_000  # bytes that come before the reader asks for more (R096)


@pytest.fixture
def shown(settings):
    Path(settings.STATIC_ROOT).mkdir(parents=True, exist_ok=True)
    with time_machine.travel(NOW + timedelta(days=1), tick=True):
        brand = a_brand(name="奔腾")
        brand.trader_name = "上海奔腾电工有限公司"
        brand.save()
        shown = Shown(brand=brand, heavy=True)
        assert shown.new.bytes > 20_000_000
        yield shown


def test_R096_on_slow_3g_the_page_is_there_in_two_seconds(chromium, live_server, shown):
    """With a manual of 20 MB and a film of 3 MB on the page, neither of which it loads.

    The line is simulated, the machine is not: of a few first visits the quickest counts, so that
    whoever else works here does not decide.
    """
    tries = []
    for _ in range(5):
        tries.append(visit(chromium, live_server.url + shown.path()))
        painted, loaded, received = min(tries)
        if painted < 2000 and loaded < 2500:
            break
    print(f"slow 3G: words after {painted:.0f} ms, all after {loaded:.0f} ms, {received} bytes")

    assert painted < 2000
    assert received < BEFORE_MORE


def visit(chromium, url):
    """A first visit on a slow line: ms until words are there, until all is, and bytes received."""
    with opened(chromium, language="zh") as page:
        wire = page.context.new_cdp_session(page)
        wire.send("Network.enable")
        wire.send("Network.emulateNetworkConditions", SLOW_3G)
        received: list[float] = []
        wire.on("Network.loadingFinished", lambda told: received.append(told["encodedDataLength"]))
        page.goto(url, wait_until="load")
        page.wait_for_timeout(500)  # nothing more comes by itself
        assert page.locator("h1").inner_text() == "智能电饭煲 PN587"
        painted = page.evaluate(
            "performance.getEntriesByName('first-contentful-paint')[0].startTime"
        )
        loaded = page.evaluate("performance.getEntriesByType('navigation')[0].loadEventEnd")
        return painted, loaded, round(sum(received))


def test_the_page_is_for_every_screen_language_and_reader(chromium, live_server, shown):
    looks = [(PHONE, "zh", "light"), (PHONE, "en", "dark"), (SCREEN, "zh", "dark")]
    for size, language, scheme in looks:
        with opened(chromium, size=size, language=language, color_scheme=scheme) as page:
            for path in (shown.path("?batch=01"), f"/b/{shown.brand.slug}/", "/no/such/page/"):
                page.goto(f"{live_server.url}{path}")
                where = f"{path} {size['width']} {language} {scheme}"
                assert axe(page) == [], where
                assert page.evaluate("document.documentElement.scrollWidth") <= size["width"], where
    with opened(chromium, java_script_enabled=False) as page:
        page.goto(f"{live_server.url}/b/{shown.brand.slug}/")
        page.locator("#q").fill("pffn5005")
        page.locator("main form button").first.click()
        page.get_by_text("Rice cooker PN587").click()
        page.get_by_text("1 other edition").click()
        assert page.get_by_text("For batch 01").is_visible()
        page.locator("#batch").fill("01")
        page.get_by_role("button", name="Find").click()
        assert page.get_by_text("A newer one exists").is_visible()
        manual = page.locator("a.button.primary").get_attribute("href")
        part = page.request.get(f"{live_server.url}{manual}", headers={"Range": "bytes=0-4"})
        assert (part.status, part.body()) == (206, b"%PDF-")
