"""The design system: readable in both schemes, small, safe, and usable by everybody."""

import re
from pathlib import Path

import django_tables2 as tables
import pytest
from django import forms
from django.core.paginator import Paginator
from django.template import Context, Template
from django.test import Client, RequestFactory
from django.urls import include, path
from django.utils import translation
from django_tables2 import RequestConfig

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


def render(source: str, **context: object) -> str:
    return Template("{% load hefu_design %}" + source).render(Context(context))


# --- weight and safety ------------------------------------------------------------------


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


# --- components -------------------------------------------------------------------------


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


class Orders(tables.Table):
    """Two columns, one of numbers."""

    number = tables.Column(verbose_name="Order")
    quantity = tables.Column(attrs={"th": {"class": "number"}, "td": {"class": "number"}})

    class Meta:
        attrs = {"caption": "Production orders"}
        template_name = "design/tables2.html"


def test_a_list_says_how_it_is_ordered_and_where_it_goes_on():
    rows = [{"number": f"2026-{i}", "quantity": i} for i in range(30)]
    request = RequestFactory().get("/", {"sort": "-quantity"})
    table = Orders(rows)
    RequestConfig(request, paginate={"per_page": 10}).configure(table)

    page = table.as_html(request)

    assert re.search(
        r'<th scope="col" role="columnheader" class="[^"]*" aria-sort="descending">', page
    )
    assert 'class="number' in page
    assert '<caption class="hide">Production orders</caption>' in page
    assert 'href="?sort=-quantity&amp;page=2" rel="next"' in page
    assert page.index("2026-29") < page.index("2026-20")


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


# --- theme and language -----------------------------------------------------------------


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


@pytest.mark.parametrize(
    ("given", "linked"),
    [("#D97706", "/guide/brand-d97706.css"), ("red", None), ("", None), (None, None)],
)
def test_a_page_wears_its_brands_colour_and_does_not_fail_over_it(given, linked):
    page = render("{% brand_stylesheet given %}", given=given)

    assert page == (f'<link rel="stylesheet" href="{linked}">' if linked else "")


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


# --- numbers ----------------------------------------------------------------------------


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
