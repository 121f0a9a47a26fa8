"""Signing in on a phone: an address, a message, six digits; nothing to redirect or to fixate."""

import pytest
from django.contrib.sessions.models import Session
from django.test import Client
from django.urls import reverse

from hefu.apps.members.models import Member
from tests.apps.identity.life.rows import Goods
from tests.surfaces.consumer.conftest import PHONE, newest_code, sign_in, text_of, visit

ASK, PROOF, ACCOUNT = "/sign-in/", "/sign-in/code/", "/account/"


@pytest.fixture
def arrived(goods, phone):
    """A phone that came to activate and was sent to sign in."""
    phone.get(reverse("consumer:activate", args=[goods.code(0)]))
    return phone


def test_R086_the_way_from_a_code_to_an_account_and_back(goods, phone):
    start = reverse("consumer:activate", args=[goods.code(0)])

    page = phone.get(start)
    assert page.status_code == 302
    assert page.url.startswith(ASK)
    assert phone.post(page.url, {"address": "138 0013 8000"}).url == PROOF
    assert phone.post(PROOF, {"code": newest_code()}).url == start
    assert phone.get(start).status_code == 200
    assert Member.objects.get().brand == goods.brand


@pytest.mark.parametrize("paste", ["{code}", " {first} {last} ", "[Brand] {code} is your code."])
def test_the_code_may_be_pasted_with_what_stands_around_it(arrived, paste):
    arrived.post(ASK, {"address": PHONE})
    code = newest_code()

    page = arrived.post(PROOF, {"code": paste.format(code=code, first=code[:3], last=code[3:])})

    assert page.status_code == 302


def test_a_wrong_code_is_refused_politely_and_may_be_tried_again(arrived):
    arrived.post(ASK, {"address": PHONE})
    code = newest_code()
    wrong = f"{(int(code) + 1) % 10**6:06}"

    page = arrived.post(PROOF, {"code": wrong})

    assert page.status_code == 400
    assert "not the code of our newest message" in text_of(page)
    assert arrived.post(PROOF, {"code": code}).status_code == 302


@pytest.mark.parametrize(
    ("address", "words"),
    [("12345", "not a mobile number"), ("li@", "e-mail address"), ("", "required")],
)
def test_an_address_that_cannot_be_is_said_beside_the_field(arrived, address, words):
    page = arrived.post(f"{ASK}?by=email" if "@" in address else ASK, {"address": address})

    assert page.status_code == 400
    assert words in text_of(page)
    assert 'aria-invalid="true"' in page.content.decode()


def test_asking_again_at_once_is_slowed_down(arrived):
    arrived.post(ASK, {"address": PHONE})

    page = arrived.post(reverse("consumer:proof_again"))

    assert page.status_code == 429
    assert "Please wait" in text_of(page)


@pytest.mark.parametrize(
    "target",
    ["https://evil.example/", "//evil.example/", "/\\evil.example/", "javascript:alert(1)",
     "https:///evil.example", "\t//evil.example"],
)  # fmt: skip
def test_the_way_back_never_leaves_the_house(arrived, target):
    arrived.post(f"{ASK}?next={target}", {"address": PHONE})

    page = arrived.post(PROOF, {"code": newest_code()})

    assert page.url == reverse("consumer:mine")


def test_the_session_gets_a_new_key_and_holds_no_phone(arrived):
    before = arrived.session.session_key
    arrived.post(ASK, {"address": PHONE})
    kept = " ".join(str(row.get_decoded()) for row in Session.objects.all())
    arrived.post(PROOF, {"code": newest_code()})

    assert "138" not in kept
    assert arrived.session.session_key != before
    assert PHONE not in " ".join(str(row.get_decoded()) for row in Session.objects.all())


def test_forms_without_the_token_are_refused(goods):
    strict = Client(enforce_csrf_checks=True)
    strict.get(reverse("consumer:activate", args=[goods.code(0)]))

    assert strict.post(ASK, {"address": PHONE}).status_code == 403
    assert strict.post("/sign-out/").status_code == 403


def test_signing_in_to_one_brand_says_nothing_to_another(goods, phone):
    sign_in(phone, goods)
    other = Goods()

    assert phone.get(ACCOUNT).status_code == 200
    visit(phone, other)
    assert phone.get(ACCOUNT).url.startswith(ASK)
    visit(phone, goods)
    assert phone.get(ACCOUNT).status_code == 200


def test_signing_out_ends_it(goods, phone):
    sign_in(phone, goods)

    assert phone.post("/sign-out/").url == reverse("consumer:check")
    assert phone.get(ACCOUNT).url.startswith(ASK)


def test_a_closed_account_is_signed_out(goods, phone, clock):
    sign_in(phone, goods)
    Member.objects.update(closed_at=goods.brand.created_at)

    assert phone.get(ACCOUNT).url.startswith(ASK)


def test_a_page_offers_to_sign_in_only_where_that_leads_somewhere(goods, phone):
    assert 'href="/sign-in/"' not in visit(phone, goods).content.decode()

    phone.get(reverse("consumer:activate", args=[goods.code(0)]))

    assert 'href="/sign-in/"' in visit(phone, goods).content.decode()


@pytest.mark.parametrize("path", [ASK, ACCOUNT, "/mine/", "/coins/", "/take/"])
def test_without_a_brand_the_pages_lead_to_the_check(phone, db, path):
    assert phone.get(path).url == reverse("consumer:check")


def test_the_demonstrations_messages_are_on_a_page_of_this_machine_only(arrived, settings):
    arrived.post(ASK, {"address": PHONE})
    assert newest_code() in text_of(arrived.get("/demo/messages/"))

    settings.HEFU_DEMO = False
    assert arrived.get("/demo/messages/").status_code == 404
