"""The design system: readable in both schemes, small, safe, and usable by everybody."""

import re
from collections.abc import Iterator
from pathlib import Path
from socketserver import ThreadingMixIn
from threading import Thread
from wsgiref.simple_server import WSGIRequestHandler, WSGIServer, make_server

import pytest
from django import forms
from django.contrib.staticfiles.handlers import StaticFilesHandler
from django.core.handlers.wsgi import WSGIHandler
from django.core.paginator import Paginator
from django.template import Context, Template
from django.test import Client, RequestFactory
from django.urls import include, path
from django.utils import translation
from hypothesis import given
from hypothesis import strategies as st

from hefu.surfaces.design import colour, numbers, vocabulary
from hefu.surfaces.design.middleware import LanguageChoice
from hefu.surfaces.design.parts import Crumb, Trader, Verdict

STATIC = Path(colour.__file__).parent / "static" / "hefu"

urlpatterns = [path("guide/", include("hefu.surfaces.design.urls"))]
pytestmark = pytest.mark.urls(__name__)

CONSUMER_LIMIT = 12_000  # bytes


@pytest.fixture(autouse=True)
def only_what_a_page_needs(settings):
    """Neither sessions nor static files on disk have a part in how a page looks."""
    settings.MIDDLEWARE = [
        "hefu.surfaces.design.middleware.LanguageChoice",
        "django.middleware.locale.LocaleMiddleware",
    ]
    with translation.override("en"):
        yield


INK_ON_GROUND = [
    (ink, ground)
    for ink in ("ink", "muted", "good", "notice", "bad", "info", "brand-ink")
    for ground in ("bg", "surface", "sunken")
] + [
    (tone, f"{tone}-soft") for tone in ("good", "notice", "bad", "info")
] + [("ink", f"{tone}-soft") for tone in ("good", "notice", "bad", "info", "brand")] + [
    ("brand-ink", "brand-soft"),
    ("on-brand", "brand"),
    ("on-brand", "brand-deep"),
    ("bg", "ink"),
]  # fmt: skip
MARKS_ON_SURFACE = ["edge", "c0", "c1", "c2", "c3", "c4", "c5"]


def tokens(scheme: str) -> dict[str, str]:
    """The colours of one scheme, as a browser would resolve the two-way switch."""
    text = (STATIC / "consumer.css").read_text() + (STATIC / "charts.css").read_text()
    found = dict(re.findall(r"--([\w-]+):\s*(#[0-9a-f]{3,6});", text))
    for name, rest in re.findall(r"--([\w-]+):\s*(var\(--light,.*?);\n", text):
        light, dark = re.findall(r"var\(--(?:light|dark), (.*?)\)(?= |$)", rest)
        chosen = light if scheme == "light" else dark
        found[name] = re.findall(r"#[0-9a-f]+", chosen)[-1]
    found["c0"] = found["brand-ink"]
    return {k: "#" + "".join(d * 2 for d in v[1:]) if len(v) == 4 else v for k, v in found.items()}


def render(source: str, **context: object) -> str:
    return Template("{% load hefu_design %}" + source).render(Context(context))


# --- colours ------------------------------------------------------------------------------


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize(("ink", "ground"), INK_ON_GROUND)
def test_text_reads_on_its_ground(scheme, ink, ground):
    found = tokens(scheme)

    assert colour.contrast(found[ink], found[ground]) >= 4.5


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("mark", MARKS_ON_SURFACE)
def test_edges_and_chart_marks_stand_out(scheme, mark):
    found = tokens(scheme)

    assert colour.contrast(found[mark], found["surface"]) >= 3


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("level", range(1, 6))
def test_numbers_read_on_every_square_of_the_map(scheme, level):
    found = tokens(scheme)

    assert colour.contrast(found["h-low" if level < 4 else "h-high"], found[f"h{level}"]) >= 4.5


def test_contrast_agrees_with_known_pairs():
    # from WCAG's own examples: black on white is 21, #777 on white just fails AA
    assert colour.contrast("#000000", "#ffffff") == pytest.approx(21)
    assert colour.contrast("#777777", "#ffffff") == pytest.approx(4.48, abs=0.005)


@given(st.integers(0, 0xFFFFFF))
def test_any_brand_colour_becomes_readable(value):
    shades = colour.palette(f"#{value:06x}")

    assert shades.brand == f"#{value:06x}"
    for ground in (shades.brand, shades.brand_deep):
        assert colour.contrast(shades.on_brand, ground) >= 4.5
    for ground in (*colour.PAPER, shades.soft_light):
        assert colour.contrast(shades.ink_light, ground) >= 4.5
    for ground in (*colour.NIGHT, shades.soft_dark):
        assert colour.contrast(shades.ink_dark, ground) >= 4.5


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_brand_colours_are_computed_for_the_grounds_really_used(scheme):
    found = tokens(scheme)

    expected = colour.PAPER if scheme == "light" else colour.NIGHT
    assert {found[name] for name in ("bg", "sunken", "surface")} == set(expected)


def test_brand_stylesheet_is_kept_by_the_browser_and_holds_the_colour():
    answer = Client().get("/guide/brand-d97706.css")

    assert answer.headers["Content-Type"] == "text/css; charset=utf-8"
    assert "immutable" in answer.headers["Cache-Control"]
    assert "--brand:#d97706" in answer.content.decode()
    assert "--on-brand:#000000" in answer.content.decode()


@pytest.mark.parametrize("bad", ["", "red", "#12345", "#12345g", "#fff;}"])
def test_what_is_no_colour_is_refused(bad):
    with pytest.raises(ValueError, match="not a colour"):
        colour.palette(bad)


# --- weight and safety --------------------------------------------------------------------


def test_consumer_stylesheet_stays_small():
    assert (STATIC / "consumer.css").stat().st_size < CONSUMER_LIMIT


def test_nothing_comes_from_another_host():
    for file in STATIC.iterdir():
        text = file.read_text().replace('xmlns="http://www.w3.org/2000/svg"', "")
        assert not re.search(r"https?://|url\(|@import|@font-face", text), file.name


@pytest.mark.parametrize("language", ["en", "zh-hans"])
@pytest.mark.parametrize("address", ["/guide/", "/guide/consumer/"])
def test_pages_obey_a_strict_content_policy(address, language):
    page = Client().get(address, headers={"Accept-Language": language}).content.decode()

    assert not re.search(r"<[^>]+\sstyle=", page)
    assert not re.search(r"<[^>]+\son\w+=", page)
    assert "<style" not in page
    assert all("src=" in tag for tag in re.findall(r"<script[^>]*>", page))


@pytest.mark.parametrize("language", ["en", "zh-hans"])
@pytest.mark.parametrize("address", ["/guide/", "/guide/consumer/"])
def test_pages_are_whole(address, language):
    answer = Client().get(address, headers={"Accept-Language": language})

    page = answer.content.decode()
    assert answer.status_code == 200
    assert f'<html lang="{language}"' in page
    ids = re.findall(r'\sid="([^"]+)"', page)
    assert len(ids) == len(set(ids))
    named = {i for ref in re.findall(r'aria-(?:labelledby|describedby)="([^"]+)"', page)
             for i in ref.split()}  # fmt: skip
    assert named <= set(ids)


def test_a_text_from_outside_never_becomes_markup():
    evil = '<img src=x onerror="alert(1)">'
    told = Verdict(kind="unknown", title=evil, why=evil, since=evil, kicker=evil)

    page = render(
        "{% verdict told %}{% badge evil %}{% button evil data_x=evil %}{% copyable evil %}"
        "{% card title=evil %}{{ evil }}{% endcard %}{% stat evil evil hint=evil %}"
        "{% icon 'check' label=evil %}",
        told=told,
        evil=evil,
    )

    assert "<img" not in page
    assert page.count("&lt;img") >= 10


# --- components ---------------------------------------------------------------------------


class Form(forms.Form):
    """A field with help, one without, a set of choices."""

    code = forms.CharField(help_text="As printed")
    note = forms.CharField(required=False)
    kind = forms.ChoiceField(choices=[("a", "A"), ("b", "B")], widget=forms.RadioSelect)


def test_an_error_and_the_help_are_tied_to_their_field():
    page = render("{% field form.code %}", form=Form({"code": ""}))

    assert '<label for="id_code">' in page
    assert 'aria-describedby="id_code_help id_code_error"' in page
    assert 'aria-invalid="true"' in page
    assert re.search(r'id="id_code_error".*This field is required', page, re.DOTALL)


def test_an_optional_field_says_so_and_describes_nothing():
    page = render("{% field form.note %}", form=Form())

    assert "(optional)" in page
    assert "aria-describedby" not in page
    assert "aria-invalid" not in page


def test_a_set_of_choices_is_a_fieldset_with_its_legend():
    page = render("{% field form.kind %}", form=Form())

    assert page.count("<fieldset") == page.count("<legend>") == 1


def test_the_errors_of_a_form_link_to_its_fields():
    page = render("{% form_errors form %}", form=Form({}))

    assert 'href="#id_code"' in page
    assert 'role="alert"' in page


@pytest.mark.parametrize("kind", vocabulary.VERDICTS)
def test_a_verdict_speaks_in_words_and_a_sign_and_not_in_colour_alone(kind):
    page = render("{% verdict told %}", told=Verdict(kind=kind))

    words = re.sub(r"<[^>]+>", " ", page).split()
    assert len(words) >= 3
    assert "<svg" in page


def test_only_genuine_verdicts_are_shown_as_good():
    good = {kind for kind, look in vocabulary.VERDICTS.items() if look.tone == "good"}

    assert good == {"genuine_first", "genuine_again"}


def test_a_verdict_nobody_listed_is_never_genuine():
    page = render("{% verdict told %}", told=Verdict(kind="brand_new_kind"))

    assert 'class="verdict bad apart"' in page


def test_a_state_nobody_listed_shows_its_name():
    assert "something" in render("{% state_badge 'something' %}")


def test_a_running_job_asks_again_and_a_finished_one_does_not():
    running = render("{% progress 'Issuing' value=3 total=8 poll='/job/1' %}")
    done = render("{% progress 'Issuing' value=8 total=8 %}")

    assert 'hx-get="/job/1"' in running
    assert 'value="37"' in running
    assert "hx-" not in done
    assert 'value="100"' in done


@pytest.mark.parametrize(("value", "total", "percent"), [(0, 0, 0), (-5, 10, 0), (20, 10, 100)])
def test_progress_stays_between_its_ends(value, total, percent):
    page = render("{% progress 'x' value=v total=t %}", v=value, t=total)

    assert f'value="{percent}"' in page


def test_pages_of_a_list_keep_the_filters():
    request = RequestFactory().get("/", {"state": "void", "page": "2"})
    page = render("{% pagination page %}", request=request, page=Paginator(range(100), 10).page(2))

    assert 'href="?state=void&amp;page=3" rel="next"' in page
    assert "11–20 of 100 entries" in page
    assert 'aria-current="page">2<' in page


def test_a_list_of_one_page_has_no_page_numbers():
    page = render("{% pagination page %}", page=Paginator(range(1), 10).page(1))

    assert "1–1 of 1 entry" in page
    assert "<ul" not in page


def test_the_trader_stands_behind_the_page():
    trader = Trader(
        name="Some Ltd.",
        registration="9144",
        icp="ICP 1",
        links=(Crumb(label="Privacy", url="/privacy"),),
    )

    page = render("{% trader_identity trader %}", trader=trader)

    assert all(word in page for word in ("Some Ltd.", "9144", "ICP 1", 'href="/privacy"'))
    assert not render("{% trader_identity trader %}", trader=None).strip()


# --- theme and language -------------------------------------------------------------------


@pytest.mark.parametrize(
    ("cookie", "shown"),
    [("dark", 'data-theme="dark"'), ("light", 'data-theme="light"'), ('"><', "")],
)
def test_the_chosen_colours_are_in_the_first_byte(cookie, shown):
    client = Client()
    client.cookies["theme"] = cookie

    page = client.get("/guide/consumer/").content.decode()

    html = re.search(r"<html[^>]*>", page).group()
    assert shown in html
    assert shown or "data-theme" not in html


def choose(address: str, method: str = "get", path: str = ""):
    request = getattr(RequestFactory(), method)(address)
    request.path = path or request.path
    return LanguageChoice(lambda _request: None)(request)


def test_a_language_is_chosen_by_a_link_and_the_rest_of_the_address_is_kept():
    answer = choose("/01/0690/21/X?lang=en&a=1&a=2")

    assert answer.status_code == 302
    assert answer.headers["Location"] == "/01/0690/21/X?a=1&a=2"
    assert answer.cookies["django_language"].value == "en"


@pytest.mark.parametrize("address", ["/?lang=xx", "/?lang=", "/"])
def test_an_unknown_language_changes_nothing(address):
    assert choose(address) is None


def test_a_form_is_never_eaten_by_a_language():
    assert choose("/?lang=en", "post") is None


def test_the_way_back_never_leads_to_another_host():
    answer = choose("/?lang=en", path="//evil.example/")

    assert answer.headers["Location"].startswith("/%2F")


# --- numbers ------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("language", "number", "text"),
    [
        ("zh-hans", 12_000, "1.2万"),
        ("zh-hans", 340_000_000, "3.4亿"),
        ("zh-hans", 9_999, "9,999"),
        ("en", 12_000, "12k"),
        ("en", 3_400_000, "3.4M"),
        ("en", -1_500, "-1.5k"),
        ("en", 999, "999"),
    ],
)
def test_short_numbers_are_those_of_the_reader(language, number, text):
    with translation.override(language):
        assert numbers.compact(number) == text


def test_long_numbers_are_grouped():
    with translation.override("en"):
        assert numbers.grouped(1234567) == "1,234,567"
        assert numbers.grouped(0.125) == "0.12"


# --- in a real browser --------------------------------------------------------------------

CHROMIUM = Path("/usr/bin/chromium")
FLAGS = (  # noqa: SIM905 - read more easily
    "--no-sandbox --disable-gpu --disable-quic --no-first-run --disable-background-networking "
    "--disable-component-update --disable-sync"
).split()  # fmt: skip


@pytest.fixture(scope="module")
def browser() -> Iterator:
    """The system's own Chromium."""
    if not CHROMIUM.exists():
        pytest.skip("no Chromium on this machine (package chromium)")
    from playwright.sync_api import sync_playwright

    with sync_playwright() as playwright:
        opened = playwright.chromium.launch(executable_path=str(CHROMIUM), args=FLAGS)
        yield opened
        opened.close()


class Quiet(WSGIRequestHandler):
    """Answers without a word on the terminal."""

    def log_message(self, *args: object) -> None:
        """Say nothing."""


class Server(ThreadingMixIn, WSGIServer):
    """Several answers at a time, as a page asks for several files."""

    daemon_threads = True


@pytest.fixture
def site(only_what_a_page_needs) -> Iterator[str]:
    """The guide on a real port; no database has a part in it."""
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


@pytest.mark.browser
@pytest.mark.parametrize(
    ("size", "scheme"), [(PHONE, "dark"), (SCREEN, "light")], ids=["phone", "screen"]
)
@pytest.mark.parametrize("address", ["", "consumer/"])
def test_axe_finds_nothing_and_nothing_sticks_out(browser, site, address, size, scheme):
    from axe_playwright_python.sync_playwright import Axe

    page = opened(browser, site + address, viewport=size, color_scheme=scheme)

    assert [found["id"] for found in Axe().run(page).response["violations"]] == []
    assert page.evaluate("document.documentElement.scrollWidth") == size["width"]


@pytest.mark.browser
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


@pytest.mark.browser
def test_chosen_colours_stay_after_the_next_page(browser, site):
    page = opened(browser, site, viewport=SCREEN, color_scheme="light")
    ground = "getComputedStyle(document.body).backgroundColor"
    light = page.evaluate(ground)

    page.locator("[data-theme-choice=dark]").first.click()
    page.reload()

    assert page.evaluate(ground) != light
    assert page.locator("[data-theme-choice=dark]").first.get_attribute("aria-pressed") == "true"


@pytest.mark.browser
def test_a_job_is_asked_until_it_is_done(browser, site):
    page = opened(browser, site, viewport=SCREEN)

    page.locator(".progress:not([hx-get])").wait_for(timeout=20_000)

    assert page.locator("progress").get_attribute("value") == "100"


@pytest.mark.browser
def test_the_drawer_of_a_phone_takes_and_gives_back_the_focus(browser, site):
    page = opened(browser, site, viewport=PHONE)

    page.locator("[data-drawer-open]").click()
    page.wait_for_function("document.activeElement.closest('#side')")
    page.keyboard.press("Escape")

    page.locator("#side").wait_for(state="hidden")
    page.wait_for_function("document.activeElement.matches('[data-drawer-open]')")


@pytest.mark.browser
@pytest.mark.parametrize("address", ["", "consumer/"])
def test_without_a_script_every_word_is_there(browser, site, address):
    page = opened(browser, site + address, viewport=PHONE, java_script_enabled=False)

    assert page.locator("h1").first.is_visible()
    assert page.locator(".js-only:visible").count() == 0
    if not address:
        page.locator("a[href='#side']").click()
        page.locator("#side").wait_for(state="visible")
