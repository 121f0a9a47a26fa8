"""Activating on a phone: whoever is first, whatever they refuse, and a way out for the others."""

import re

import pytest
from django.test import Client
from django.urls import reverse

from hefu.apps.identity.models import Activation
from hefu.apps.members.models import Consent
from hefu.core.codes import Face
from tests.apps.identity.life.rows import Goods
from tests.surfaces.consumer.conftest import sign_in, text_of

PLACE = {"version_place": "1", "language_place": "en"}


def activate_url(goods, serial=0):
    return reverse("consumer:activate", args=[goods.code(serial)])


def press(phone, goods, serial=0, **posted):
    key = re.search(r'name="key" value="([^"]+)"', page_of(phone, goods, serial)).group(1)
    return phone.post(activate_url(goods, serial), {"key": key, **posted})


def page_of(phone, goods, serial=0):
    return phone.get(activate_url(goods, serial)).content.decode()


def test_R117_everything_refused_still_activates(goods, phone):
    sign_in(phone, goods)

    page = press(phone, goods)

    activation = Activation.objects.get()
    assert page.url == f"{reverse('consumer:product', args=[activation.pk])}?fresh=1"
    assert (activation.region, activation.region_from, activation.place) == ("", "", "")
    text = text_of(phone.get(page.url))
    assert "This is your warranty card" in text
    assert "10" in text
    assert "C-coins" in text


def test_no_box_is_ticked_and_none_is_required(goods, phone):
    sign_in(phone, goods)

    page = page_of(phone, goods)

    assert page.count('type="checkbox"') == 4  # all purposes but the place, which is a button
    assert "checked" not in page
    assert "required" not in page.partition("<main")[2].partition("</main")[0]


def test_an_unticked_box_is_a_no_and_is_not_asked_again_tomorrow(goods, phone):
    sign_in(phone, goods)
    press(
        phone, goods,
        version_marketing="1", language_marketing="en",
        consent_service="yes", version_service="1", language_service="en",
    )  # fmt: skip

    assert sorted(Consent.objects.values_list("purpose", "given")) == [
        ("marketing", False), ("service", True),
    ]  # fmt: skip
    page = page_of(phone, goods, serial=1)
    assert "consent_marketing" not in page
    assert "consent_service" not in page
    assert "consent_share" in page


def test_R117_a_place_is_rounded_before_anything_is_stored(goods, phone):
    sign_in(phone, goods)

    press(phone, goods, latitude="23.12911", longitude="113.26439", **PLACE)

    assert Activation.objects.get().place == "23.1,113.3"
    assert Consent.objects.get().given is True


@pytest.mark.parametrize(
    "given",
    [
        {"latitude": "23.1", "longitude": "113.3"},  # no text was shown: no consent
        {"latitude": "23.1", "longitude": "113.3", "version_place": "9", "language_place": "en"},
        {"latitude": "nan", "longitude": "113.3", **PLACE},
        {"latitude": "423.1", "longitude": "113.3", **PLACE},
        {"latitude": "", "longitude": "", **PLACE},
    ],
)
def test_a_place_without_consent_or_sense_is_left_out_and_still_activates(goods, phone, given):
    sign_in(phone, goods)

    press(phone, goods, **given)

    assert Activation.objects.get().place == ""
    assert not Consent.objects.exists()


def test_the_same_form_sent_twice_activates_once(goods, phone):
    sign_in(phone, goods)
    posted = {"key": "3f0c4e5e-3b5a-4c4f-9a60-1d9a6d0b2f11"}

    first = phone.post(activate_url(goods), posted)
    second = phone.post(activate_url(goods), posted)

    assert first.url == second.url
    assert Activation.objects.count() == 1


def test_the_second_person_is_told_politely_with_a_way_to_appeal(goods, phone):
    sign_in(phone, goods)
    press(phone, goods)
    second = Client(headers={"Accept-Language": "en"})
    sign_in(second, goods, "13900139000")

    for page in (second.get(activate_url(goods)), second.post(activate_url(goods), {})):
        assert page.status_code == 409
        text = text_of(page)
        assert "Somebody activated this product on" in text
        assert reverse("consumer:appeal", args=[goods.code(0)]) in page.content.decode()
        assert "138" not in text
    assert Activation.objects.count() == 1


def test_ones_own_product_leads_to_ones_own_products(goods, phone):
    sign_in(phone, goods)
    press(phone, goods)

    asked = phone.get(activate_url(goods))
    pressed = phone.post(activate_url(goods), {"key": "3f0c4e5e-3b5a-4c4f-9a60-1d9a6d0b2f12"})

    mine = reverse("consumer:product", args=[Activation.objects.get().pk])
    assert (asked.url, pressed.url) == (mine, mine)


def test_the_hidden_code_is_asked_for_where_there_is_one(phone, db):
    goods = Goods(inner=True)
    sign_in(phone, goods)

    assert "inner_code" in page_of(phone, goods)
    missing = press(phone, goods)
    assert missing.status_code == 400
    assert "hidden code" in text_of(missing)
    wrong = press(phone, goods, inner_code=goods.code(1, face=Face.INNER))
    assert "does not belong" in text_of(wrong)
    assert not Activation.objects.exists()
    right = press(phone, goods, inner_code=goods.code(0, face=Face.INNER).lower())
    assert right.status_code == 302


def test_a_tick_survives_a_page_that_comes_back(phone, db):
    from hefu.apps.members import services
    from tests.factories import NOW, operator

    goods = Goods(inner=True)
    services.publish_consent_texts(operator(goods.brand), now=NOW)
    sign_in(phone, goods)

    page = press(phone, goods, consent_share="yes", version_share="1").content.decode()

    assert page.count(" checked") == 1


def test_a_product_that_is_not_out_yet_cannot_be_activated(phone, db):
    goods = Goods(commissioned=False)
    sign_in(phone, goods)

    page = press(phone, goods)

    assert page.status_code == 409
    assert "has not been put on a product yet" in text_of(page)


def test_an_unknown_code_activates_nothing(goods, phone):
    assert phone.get(reverse("consumer:activate", args=["NOSUCHCODE"])).status_code == 404
