"""R084, R100, R101: digits typed or scanned lead to a model's page, on every host and browser."""

import re

import pytest
from django.urls import reverse

from hefu.apps.accounts.models import Brand
from hefu.apps.catalog import smart
from hefu.apps.catalog.models import Product
from hefu.apps.catalog.page_values import Draft, signature
from hefu.apps.catalog.rows import ProductRow
from hefu.apps.catalog.selectors_pages import open_version
from hefu.apps.catalog.services import save_product
from hefu.apps.catalog.services.pages import create_page, submit_page
from hefu.apps.catalog.services.pages_deciding import approve_page
from hefu.apps.catalog.services.proofs import keep_proof
from hefu.core.codes.short_codes import own_digits
from hefu.core.pages import PageContent, PageText, TextBlock
from hefu.core.permissions import Role
from tests.factories import NOW, a_brand, an_actor
from tests.surfaces.consumer.conftest import text_of

pytestmark = pytest.mark.django_db

PRINTED = "0218123456"
OWN = "povos.example.cn"
PAGE = "/b/povos/p/PN587/"
#: The browsers inside WeChat and Weibo, and QQ's, by the words they are known by.
_WEBKIT = "AppleWebKit/537.36 (KHTML, like Gecko) Version/4.0 Chrome/112 Mobile Safari/537.36"
AGENTS = [
    f"Mozilla/5.0 (iPhone; CPU iPhone OS 17_0 like Mac OS X) {_WEBKIT} MicroMessenger/8.0.49",
    f"Mozilla/5.0 (Linux; Android 13) {_WEBKIT} Weibo (phone__weibo__14.6.0__android)",
    f"Mozilla/5.0 (Linux; U; Android 13; zh-cn) {_WEBKIT} MQQBrowser/14.9",
]


@pytest.fixture(autouse=True)
def hosts(settings):
    settings.ALLOWED_HOSTS = ["*"]
    settings.HEFU_ORIGIN = "https://house.example.cn"


@pytest.fixture
def brand():
    return a_brand("povos")


@pytest.fixture
def model(brand):
    """A model whose page is public."""
    author = an_actor(brand, Role.PRODUCT_SPECIALIST)
    row = ProductRow(item_no="PN587", model="PFFN5005", name="智能电饭煲", short_code=PRINTED)
    product = save_product(author, row=row, now=NOW)[0]
    said = PageText(title="煮饭的说明", blocks=(TextBlock(text="三步煮饭"),))
    create_page(author, product=product, draft=Draft(content=PageContent(texts={"zh": said})),
                now=NOW)  # fmt: skip
    submit_page(author, page=product.page, now=NOW)
    seen = signature(open_version(product.page))
    approve_page(an_actor(brand, Role.APPROVER), page=product.page, seen=seen, now=NOW)
    return product


@pytest.mark.parametrize(
    "typed", ["/0218123456", "/0218123456/", "/０218 123 456", "/021-8123-456", "/m/0218123456/",
              "/m/0218123456", "/m/povos/0218123456/", "/m/?digits=０218 123 456"],
)  # fmt: skip
def test_R084_R101_digits_lead_to_the_page_however_they_are_typed(phone, model, typed):
    answer = phone.get(typed, follow=True)
    assert answer.redirect_chain == [(PAGE, 302)]
    assert answer.status_code == 200
    assert "三步煮饭" in answer.content.decode()


def test_R100_the_printed_link_gives_three_browsers_the_same_page_without_script(phone, model):
    path = smart.link_of(model).removeprefix("https://house.example.cn")
    pages = []
    for agent in AGENTS:
        answer = phone.get(path, follow=True, headers={"User-Agent": agent})
        assert answer.status_code == 200
        page = answer.content.decode()
        assert "三步煮饭" in re.sub(r"<script.*?</script>", "", page, flags=re.DOTALL)
        pages.append(text_of(answer))
    assert len(set(pages)) == 1


def test_R101_a_lost_zero_is_told_and_not_mended(phone, model):
    for path in ("/218123456", "/m/218123456/", "/m/?digits=218 123 456"):
        answer = phone.get(path)
        assert answer.status_code == 404
        page = text_of(answer)
        assert "Did you leave out a zero in front?" in page
        assert "021 812 3456" in page
        assert f'href="/{PRINTED}"' in answer.content.decode()
    assert "zero too many" in text_of(phone.get("/00218123456"))


def test_unknown_digits_get_a_friendly_page_with_a_box(phone, model, monkeypatch):
    monkeypatch.setattr("hefu.surfaces.consumer.guesses.time.sleep", lambda _seconds: None)
    own = own_digits(7)
    wrong = own[:-1] + str((int(own[-1]) + 1) % 10)
    for typed, said in (("0218123457", "No model has these digits"), (own, "No model has these"),
                        (wrong, "One digit does not fit the others")):  # fmt: skip
        answer = phone.get(f"/{typed}")
        assert answer.status_code == 404
        assert said in text_of(answer)
        assert f'value="{typed}"' in answer.content.decode()
        assert 'action="/m/"' in answer.content.decode()
    assert "4 to 12 digits" in text_of(phone.get("/m/", {"digits": "PFFN5005"}))
    assert phone.get("/m/").status_code == 200


def test_the_page_for_codes_has_the_box_and_its_own_takes_digits_too(phone, model):
    assert 'action="/m/"' in phone.get("/check/").content.decode()
    answer = phone.post("/check/", {"code": "0218 123 456"})
    assert answer["Location"] == PAGE


def test_who_tries_many_digits_must_wait_as_for_codes(phone, model, monkeypatch):
    monkeypatch.setattr("hefu.surfaces.consumer.guesses.time.sleep", lambda _seconds: None)
    for number in range(10):
        assert phone.get(f"/99887766{number}").status_code == 404
    answer = phone.get(f"/{PRINTED}")
    assert answer.status_code == 429
    assert int(answer["Retry-After"]) > 0
    for _ in range(20):  # a lost zero is no guess
        other = phone.get("/218123456", headers={"User-Agent": "another phone"})
        assert other.status_code == 404


def test_a_brands_own_host_knows_its_own_digits_only(phone, model, brand):
    Brand.objects.filter(pk=brand.pk).update(host=OWN)
    other = Brand.objects.get(pk=a_brand("other").pk)
    Brand.objects.filter(pk=other.pk).update(host="other.example.cn")

    for path in (f"/{PRINTED}", f"/m/{PRINTED}/", f"/m/povos/{PRINTED}/"):
        answer = phone.get(path, headers={"Host": OWN})
        assert (answer.status_code, answer["Location"]) == (302, "/p/PN587/"), path
        assert phone.get(path, headers={"Host": "other.example.cn"}).status_code == 404
        assert phone.get(path)["Location"] == PAGE  # symbols printed before still lead there
    model.refresh_from_db()
    link = smart.link_of(Product.objects.select_related("brand").get(pk=model.pk))
    assert link == f"https://{OWN}/m/{PRINTED}/"
    assert phone.get(f"/m/other/{PRINTED}/").status_code == 404


def test_of_a_model_without_a_public_page_nothing_is_told_but_that_it_will_come(phone, brand):
    row = ProductRow(item_no="SECRET", model="NEXT-1", name="下一代", short_code="9876543210")
    save_product(an_actor(brand, Role.PRODUCT_SPECIALIST), row=row, now=NOW)
    answer = phone.get("/9876543210")
    assert answer.status_code == 404
    page = answer.content.decode()
    assert "The digits are right" in page
    for secret in ("SECRET", "NEXT-1", "下一代"):
        assert secret not in page


def test_R100_a_verification_file_is_served_in_the_directory_of_the_links(phone, model, brand):
    author = an_actor(brand, Role.PRODUCT_SPECIALIST)
    keep_proof(author, name="gfVBkLOTBd.txt", content=b"97d4b81a3b0ef1b3\r\n", now=NOW)
    directory = smart.directory_of(brand).removeprefix("https://house.example.cn")

    answer = phone.get(f"{directory}gfVBkLOTBd.txt")
    assert answer.content == b"97d4b81a3b0ef1b3"
    assert answer["Content-Type"].startswith("text/plain")
    assert answer["X-Content-Type-Options"] == "nosniff"
    assert phone.get("/m/gfVBkLOTBd.txt").status_code == 404
    assert phone.get(f"{directory}other.txt").status_code == 404

    Brand.objects.filter(pk=brand.pk).update(host=OWN)
    own = phone.get("/m/gfVBkLOTBd.txt", headers={"Host": OWN})
    assert own.content == b"97d4b81a3b0ef1b3"
    assert phone.get(f"{directory}gfVBkLOTBd.txt").status_code == 200


def test_paths_of_ours_are_not_taken_for_digits(phone, db):
    assert reverse("consumer:typed_digits", args=[PRINTED]) == f"/{PRINTED}"
    assert phone.get("/123").status_code == 404
