"""The design system in a real browser: axe, keys, a phone's drawer, and no script at all."""

from collections.abc import Iterator
from socketserver import ThreadingMixIn
from threading import Thread
from wsgiref.simple_server import WSGIRequestHandler, WSGIServer, make_server

import pytest
from django.contrib.staticfiles.handlers import StaticFilesHandler
from django.core.handlers.wsgi import WSGIHandler

pytestmark = [pytest.mark.browser, pytest.mark.urls("tests.surfaces.test_design")]


@pytest.fixture
def browser(chromium):
    return chromium


class Quiet(WSGIRequestHandler):
    """Answers without a word on the terminal."""

    def log_message(self, *args: object) -> None:
        """Say nothing."""


class Server(ThreadingMixIn, WSGIServer):
    """Several answers at a time, as a page asks for several files."""

    daemon_threads = True


@pytest.fixture
def site(settings) -> Iterator[str]:
    """The guide on a real port; no database has a part in it."""
    settings.MIDDLEWARE = ["django.middleware.locale.LocaleMiddleware"]
    application = StaticFilesHandler(WSGIHandler())
    with make_server("127.0.0.1", 0, application, Server, Quiet) as server:
        Thread(target=server.serve_forever, daemon=True).start()
        yield f"http://127.0.0.1:{server.server_port}/guide/"
        server.shutdown()


def opened(browser, address: str, **options):
    page = browser.new_context(locale="en", **options).new_page()
    page.goto(address)
    return page


PHONE = {"width": 390, "height": 844}
SCREEN = {"width": 1440, "height": 900}


@pytest.mark.parametrize(
    ("size", "scheme"), [(PHONE, "dark"), (SCREEN, "light")], ids=["phone", "screen"]
)
@pytest.mark.parametrize("address", ["", "consumer/"])
def test_axe_finds_nothing_and_nothing_sticks_out(browser, site, address, size, scheme):
    from axe_playwright_python.sync_playwright import Axe

    page = opened(browser, site + address, viewport=size, color_scheme=scheme)

    assert [found["id"] for found in Axe().run(page).response["violations"]] == []
    assert page.evaluate("document.documentElement.scrollWidth") == size["width"]


def test_a_chart_is_read_with_the_arrow_keys(browser, site):
    page = opened(browser, site, viewport=SCREEN)
    plot = page.locator("[data-chart]", has_text="Scans and activations").first

    plot.locator(".chart-plot").focus()
    page.keyboard.press("ArrowRight")
    page.keyboard.press("ArrowRight")

    tip = plot.locator(".chart-tip")
    assert tip.inner_text().split("\n") == ["Nov 2", "Scans 1,296", "Activations 518"]
    page.keyboard.press("Escape")
    assert tip.is_hidden()


def test_chosen_colours_stay_after_the_next_page(browser, site):
    page = opened(browser, site, viewport=SCREEN, color_scheme="light")
    ground = "getComputedStyle(document.body).backgroundColor"
    light = page.evaluate(ground)

    page.locator("[data-theme-choice=dark]").first.click()
    page.reload()

    assert page.evaluate(ground) != light
    assert page.locator("[data-theme-choice=dark]").first.get_attribute("aria-pressed") == "true"


def test_a_job_is_asked_until_it_is_done(browser, site):
    page = opened(browser, site, viewport=SCREEN)

    page.locator(".progress:not([hx-get])").wait_for(timeout=20_000)

    assert page.locator("progress").get_attribute("value") == "100"


def test_the_drawer_of_a_phone_takes_and_gives_back_the_focus(browser, site):
    page = opened(browser, site, viewport=PHONE)

    page.locator("[data-drawer-open]").click()
    page.locator("#side :focus").wait_for()
    page.keyboard.press("Escape")

    page.locator("#side").wait_for(state="hidden")
    page.locator("[data-drawer-open]:focus").wait_for()


@pytest.mark.parametrize("address", ["", "consumer/"])
def test_without_a_script_every_word_is_there(browser, site, address):
    page = opened(browser, site + address, viewport=PHONE, java_script_enabled=False)

    assert page.locator("h1").first.is_visible()
    assert page.locator(".js-only:visible").count() == 0
    if not address:
        page.locator("a[href='#side']").click()
        page.locator("#side").wait_for(state="visible")
