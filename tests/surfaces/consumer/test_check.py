"""Checking a code by hand: the answer says what the records show, and errors help (L46)."""

import pytest
from django.urls import reverse

from hefu.apps.accounts.models import Brand
from hefu.apps.identity.models import GuessAlarm, Scan
from hefu.core.codes import Face
from tests.apps.identity.life.rows import Goods
from tests.surfaces.consumer.conftest import sign_in, text_of, visit

CHECK = "/check/"


def spaced(code):
    return " ".join(code[at : at + 4] for at in range(0, len(code), 4))


def full_width(code):
    return "".join(chr(ord(char) + 0xFEE0) for char in code)


@pytest.mark.parametrize(
    "written",
    [str, str.lower, spaced, full_width, "https://example.com/01/{gtin}/21/{code}".format],
    ids=["plain", "lower case", "spaced", "full width", "whole link"],
)
def test_a_code_is_understood_however_it_is_typed(goods, phone, written):
    code = goods.code(3)
    if "format" in repr(written):
        typed = written(code=code, gtin=goods.product.gtin)
    else:
        typed = written(code)

    page = phone.post(CHECK, {"code": typed}, follow=True)

    assert page.redirect_chain == [(reverse("consumer:code", args=[code]), 302)]
    assert "Genuine" in text_of(page)
    assert "no earlier check" in text_of(page)
    assert goods.product.model in text_of(page)


def test_a_second_device_learns_of_the_first_check(goods, phone, clock):
    visit(phone, goods, 3)
    clock.shift(3600)

    page = phone.get(
        reverse("consumer:code", args=[goods.code(3)]), headers={"User-Agent": "another phone"}
    )

    assert "Checked 1 times before" in text_of(page)
    assert Scan.objects.count() == 2


def test_a_scanned_link_of_somebody_signed_in_is_answered_too(goods, phone):
    sign_in(phone, goods)
    path = reverse("consumer:carrier", args=[goods.product.gtin, goods.code(5)])

    assert path.startswith("/01/")
    for link in (path, f"{path}/", f"/C/{goods.code(5)}", f"/c/{goods.code(5).lower()}/"):
        assert "Genuine" in text_of(phone.get(link)), link


def test_a_typing_error_is_told_apart_beside_the_field(goods, phone):
    code = goods.code(3)
    wrong = ("2" if code[7] != "2" else "3").join((code[:7], code[8:]))

    page = phone.post(CHECK, {"code": wrong})

    assert page.status_code == 400
    assert "One character does not fit" in text_of(page)
    assert f'value="{wrong}"' in page.content.decode()
    assert not Scan.objects.exists()


@pytest.mark.parametrize("typed", ["ZZZZ", "7" * 16, "hello", "https://example.com/", "<script>"])
def test_a_code_nobody_knows_gets_a_helpful_answer_and_no_scan(goods, phone, typed):
    page = phone.post(CHECK, {"code": typed})

    assert page.status_code == 400
    assert "<script>" not in page.content.decode().partition("<main")[2].partition("</main")[0]
    assert not Scan.objects.exists()


def test_nothing_typed_is_said_so(phone, db):
    assert "Please type the code" in text_of(phone.post(CHECK, {"code": " "}))


def test_who_guesses_must_wait_and_is_told_how_long(goods, phone, monkeypatch):
    monkeypatch.setattr("hefu.surfaces.consumer.guesses.time.sleep", lambda _seconds: None)
    for _ in range(10):
        phone.post(CHECK, {"code": "nonsense"})

    page = phone.post(CHECK, {"code": goods.code(3)})

    assert page.status_code == 429
    assert int(page["Retry-After"]) > 0
    assert "too often" in text_of(page)
    assert GuessAlarm.objects.exists()


def test_a_leaked_code_is_never_called_genuine(phone, db):
    goods = Goods(commissioned=False)

    text = text_of(visit(phone, goods))

    assert "Not released yet" in text
    assert "Genuine" not in text
    assert "Activate" not in text


def test_a_brands_own_host_knows_only_its_own_codes(goods, phone, settings):
    other = Goods()
    Brand.objects.filter(pk=other.brand.pk).update(host="other.example.com")

    page = phone.post(CHECK, {"code": goods.code(3)}, headers={"Host": "other.example.com"})

    assert page.status_code == 400
    assert goods.product.model not in text_of(page)
    assert (
        phone.post(
            CHECK, {"code": other.code(3)}, headers={"Host": "other.example.com"}
        ).status_code
        == 302
    )


def test_a_shared_host_serves_brands_that_have_one_of_their_own_too(goods, phone):
    Brand.objects.filter(pk=goods.brand.pk).update(host="own.example.com")
    sign_in(phone, goods)
    other = Goods()

    assert "Genuine" in text_of(visit(phone, other, 3))
    assert "Genuine" in text_of(visit(phone, goods, 3))


def test_an_inner_code_is_as_good_as_the_outer_one(phone, db):
    goods = Goods(inner=True)

    page = phone.get(reverse("consumer:code", args=[goods.code(2, face=Face.INNER)]))

    assert "Genuine" in text_of(page)


def test_the_page_of_a_result_is_never_cached(goods, phone):
    assert "no-store" in visit(phone, goods)["Cache-Control"]
