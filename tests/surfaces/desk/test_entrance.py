"""The way in: lock-out after wrong passwords, a second factor that is asked for and good once."""

from datetime import timedelta

import pytest
import time_machine
from django.test import Client
from django.urls import reverse

from hefu.apps.accounts.services import begin_totp, check_totp, totp_of
from hefu.core.permissions import Role
from tests.factories import NOW, PASSWORD, a_brand, a_person, an_actor

pytestmark = pytest.mark.django_db
HOME = "/desk/"


@pytest.fixture
def person():
    return a_person(a_brand(), Role.BRAND_ADMIN)


@pytest.fixture
def browser():
    return Client(headers={"Accept-Language": "en"})


def sign_in(browser, person, password=PASSWORD, **extra):
    form = {"username": person.email, "password": password}
    return browser.post(reverse("desk:login") + "?next=/desk/products/", form, **extra)


def test_a_stranger_is_sent_to_the_entrance_and_back(browser, person):
    response = browser.get("/desk/products/")
    assert response.url == "/desk/sign-in/?next=%2Fdesk%2Fproducts%2F"

    assert sign_in(browser, person).url == "/desk/products/"
    assert browser.get("/desk/products/").status_code == 200


def test_nobody_is_sent_to_another_house(browser, person):
    form = {"username": person.email, "password": PASSWORD}
    response = browser.post(reverse("desk:login") + "?next=https://evil.example/", form)
    assert response.url == HOME


def test_five_wrong_passwords_lock_even_the_right_one_out_for_a_while(browser, person):
    with time_machine.travel(NOW) as clock:
        for _ in range(4):
            assert "do not belong together" in sign_in(browser, person, "wrong").content.decode()
        assert sign_in(browser, person, "wrong").status_code == 429

        person.email = person.email.upper()  # capitals are no way round it
        response = sign_in(browser, person)
        assert response.status_code == 429
        assert "quarter of an hour" in response.content.decode()
        # another person on another network is not locked out with them
        other = a_person(a_brand(), Role.ANALYST)
        assert sign_in(Client(), other, REMOTE_ADDR="198.51.100.1").status_code == 302

        clock.shift(timedelta(minutes=16))
        assert sign_in(browser, person).status_code == 302


def test_with_a_second_factor_the_password_alone_opens_nothing(browser):
    actor = an_actor(a_brand(), Role.BRAND_ADMIN)
    person = type("P", (), {"email": actor.label})
    with time_machine.travel(NOW, tick=False) as clock:
        generator = totp_of(begin_totp(actor, now=NOW))

        def password(shift=0):
            return generator.generate(int(NOW.timestamp()) + shift).decode()

        check_totp(actor, code=password(), now=NOW)
        clock.shift(60)

        assert sign_in(browser, person).url == reverse("desk:second_factor")
        assert browser.get(HOME).url == reverse("desk:second_factor")
        page = browser.post(reverse("desk:second_factor"), {"code": "000000"})
        assert "does not match" in page.content.decode()
        # the one that confirmed it is used up, whoever saw it
        page = browser.post(reverse("desk:second_factor"), {"code": password()})
        assert page.status_code == 200

        page = browser.post(reverse("desk:second_factor"), {"code": password(60)})
        assert page.url == "/desk/products/"
        assert browser.get(HOME).status_code == 200


def test_guessing_the_second_factor_locks_out(browser):
    actor = an_actor(a_brand(), Role.BRAND_ADMIN)
    person = type("P", (), {"email": actor.label})
    with time_machine.travel(NOW, tick=False):
        generator = totp_of(begin_totp(actor, now=NOW))
        check_totp(actor, code=generator.generate(int(NOW.timestamp())).decode(), now=NOW)
        sign_in(browser, person)
        codes = [browser.post(reverse("desk:second_factor"), {"code": "000000"}) for _ in range(6)]

        assert codes[-1].status_code == 429
        assert sign_in(browser, person).status_code == 429


def test_a_second_factor_is_set_up_on_a_page(browser, person):
    with time_machine.travel(NOW, tick=False):
        sign_in(browser, person)
        page = browser.post(reverse("desk:begin_second_factor"), {"begin": "1"})
        assert "<svg" in page.content.decode()
        person.refresh_from_db()
        code = totp_of(person.totp_secret).generate(int(NOW.timestamp())).decode()

        assert browser.post(reverse("desk:begin_second_factor"), {"code": code}).url == HOME

    person.refresh_from_db()
    assert person.totp_confirmed_at == NOW


def test_signing_out_is_a_form_and_ends_it(browser, person):
    sign_in(browser, person)
    assert browser.get(reverse("desk:logout")).status_code == 405
    browser.post(reverse("desk:logout"))
    assert browser.get(HOME).status_code == 302


def test_whoever_was_closed_out_is_out_at_once(browser, person):
    sign_in(browser, person)
    person.is_active = False
    person.save()
    assert browser.get(HOME).status_code == 302
