"""The command palette's finding: every kind by name, under one's own permissions; codes at once."""

from datetime import timedelta

import pytest
import time_machine
from django.urls import resolve, reverse

from hefu.apps.campaigns.models import Draw
from hefu.apps.catalog.models import Product
from hefu.apps.catalog.rows import search_text
from hefu.apps.members.addresses import normalise_address
from hefu.core.permissions import PERMISSIONS, Role
from hefu.surfaces.desk import find_pages
from hefu.surfaces.desk.find import MOST
from hefu.surfaces.desk.moments import code_url
from tests.factories import NOW, a_brand, an_actor
from tests.surfaces.desk.codes.browsing import signed_in, somebody, text_of
from tests.surfaces.world import World

pytestmark = pytest.mark.django_db


@pytest.fixture
def world():
    with time_machine.travel(NOW + timedelta(days=3), tick=False):
        world = World()
        product = Product.objects.get(pk=world.goods.product.pk)
        product.search = search_text(product)  # as it is kept when a product is saved
        product.save()
        proved = normalise_address(world.member.phone)
        world.member.phone_key = proved.key(world.brand.pk)
        world.member.save()
        yield world


def ask(browser, words):
    """What the palette shows for these words, as it is drawn."""
    response = browser.post(reverse("desk:find"), {"q": words})
    assert response.status_code == 200, words
    return response.content.decode()


def test_every_kind_is_found_by_its_name(world):
    browser = signed_in(an_actor(world.brand, Role.BRAND_ADMIN))
    product = world.goods.product
    draw, batch = Draw.objects.get(title="world draft"), world.goods.order.batch
    wanted = {
        world.goods.code(5): code_url(world.goods.code(5)).replace("&", "&amp;"),
        product.name[2:9].upper(): reverse("desk:product", args=[product.pk]),
        product.item_no: reverse("desk:product", args=[product.pk]),
        world.member.phone: reverse("desk:member", args=[world.member.pk]),
        world.order_number.lower(): reverse("desk:order", args=[world.goods.order.pk]),
        f"{batch.number} {product.model}": reverse("desk:product", args=[product.pk]),
        "world draft": reverse("desk:draw", args=[draw.pk]),
    }
    for words, url in wanted.items():
        assert f'href="{url}"' in ask(browser, words), words
    sheets = ask(browser, "brand_admin")
    assert "/desk/people/" in sheets
    assert ask(browser, "1" * 40).count('role="option"') == 0


def test_R002_what_is_not_yours_is_not_found(world):
    phone, code = world.member.phone, world.goods.code(5)
    secrets = [code, phone, world.order_number, world.goods.product.name, "world"]
    stranger = signed_in(an_actor(a_brand(), Role.BRAND_ADMIN))
    for words in secrets:
        assert 'role="option"' not in ask(stranger, words), words
    partner = signed_in(somebody(world.brand, Role.RETAILER))
    for words in (code, phone, world.order_number):
        assert 'role="option"' not in ask(partner, words), words
    assert "/desk/products/" in ask(partner, world.goods.product.name)  # the catalogue is theirs
    specialist = signed_in(an_actor(world.brand, Role.PRODUCT_SPECIALIST))
    assert 'role="option"' not in ask(specialist, phone)


def test_a_member_is_found_by_the_whole_address_only_and_stays_masked(world):
    browser = signed_in(an_actor(world.brand, Role.SERVICE_AGENT))
    phone = world.member.phone
    assert phone not in ask(browser, phone).replace(f'data-found-for="{phone}"', "")
    assert "/desk/members/" not in ask(browser, phone[:-1])


def test_a_scanned_code_opens_its_story_and_a_slip_is_told(world):
    browser = signed_in(an_actor(world.brand, Role.SERVICE_AGENT))
    find, code = reverse("desk:find"), world.goods.code(5)
    link = f"https://id.example.com/01/{world.goods.product.gtin}/21/{code[:16]}"
    for scanned in (code, code.lower(), link):
        response = browser.get(find, {"q": scanned})
        assert (response.status_code, response["location"]) == (302, code_url(code)), scanned
    slip = code[:-1] + ("0" if code[-1] != "0" else "1")
    told = browser.get(browser.get(find, {"q": slip})["location"])
    assert "typing error" in text_of(told)
    assert browser.get(find, {"q": "电饭煲"}).status_code == 200


@pytest.mark.parametrize(
    ("words", "label"),
    [
        ("po", "Production orders"), ("生产单", "Production orders"),
        ("生单", "Production orders"), ("audit", "Audit trail"), ("new prom", "New promotion"),
        ("叠加", "Stacking matrix"), ("ＰＯ", "Production orders"),
    ],
)  # fmt: skip
def test_pages_are_found_in_both_languages_and_by_first_letters(db, words, label):
    browser = signed_in(an_actor(a_brand(), Role.BRAND_ADMIN))
    first = ask(browser, words).split('class="hit-title">')[1]
    assert first.startswith(label)


def test_nobody_is_led_to_a_page_they_may_not_open(db):
    brand = a_brand()
    for role in Role:
        browser = signed_in(somebody(brand, role))
        shown = ask(browser, "")
        for _label, view, _icon in find_pages.MORE:
            needs = resolve(reverse(view)).func.permission
            may = needs is None or needs in PERMISSIONS[role]
            assert (f'href="{reverse(view)}"' in shown) == may, (role, view)


def test_without_a_script_it_is_a_page(world):
    browser = signed_in(an_actor(world.brand, Role.BRAND_ADMIN))
    begun = browser.get(reverse("desk:find"))
    assert "Production orders" in text_of(begun)
    assert "world draft" in text_of(browser.get(reverse("desk:find"), {"q": "world"}))
    assert "Nothing of yours fits" in text_of(browser.get(reverse("desk:find"), {"q": "zz\0zz"}))
    home = browser.get(reverse("desk:home")).content.decode()
    assert f'action="{reverse("desk:find")}" method="get" role="search"' in home
    assert MOST == 5
