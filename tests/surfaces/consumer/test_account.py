"""The member's own account: contacts, nickname, and consents easily taken back (L34)."""

import pytest
from django.urls import reverse

from hefu.apps.members.models import Consent, Member
from hefu.apps.members.purposes import Purpose
from hefu.apps.members.selectors import has_consent
from tests.surfaces.consumer.conftest import newest_code, sign_in, text_of

ACCOUNT = "/account/"


@pytest.fixture
def member(goods, phone):
    sign_in(phone, goods)
    return Member.objects.get()


def allowed(member, purpose):
    return has_consent(brand_id=member.brand_id, member_id=member.pk, purpose=purpose)


def test_the_account_shows_its_phone_masked(member, phone):
    text = text_of(phone.get(ACCOUNT))

    assert "138******00" in text
    assert "13800138000" not in text


def test_the_nickname_is_saved(member, phone):
    phone.post(ACCOUNT, {"nickname": "小李"})

    member.refresh_from_db()
    assert member.nickname == "小李"
    assert phone.post(ACCOUNT, {"nickname": "x" * 41}).status_code == 400


def test_no_box_is_ticked_beforehand(member, phone):
    page = phone.get(ACCOUNT).content.decode()

    assert page.count('type="checkbox"') == len(Purpose) - 1  # a place is given by a button
    assert "checked" not in page


def test_ticked_boxes_are_a_yes_and_unticked_ones_change_nothing(member, phone):
    phone.post(
        reverse("consumer:agree"),
        {"consent_marketing": "yes", "version_marketing": "1", "language_marketing": "en",
         "version_share": "1", "language_share": "en"},
    )  # fmt: skip

    assert allowed(member, Purpose.MARKETING)
    assert list(Consent.objects.values_list("purpose", "given")) == [("marketing", True)]


def test_a_yes_is_taken_back_with_one_press(member, phone):
    phone.post(
        reverse("consumer:agree"),
        {"consent_marketing": "yes", "version_marketing": "1", "language_marketing": "en"},
    )
    assert "You said yes to News and offers" in text_of(phone.get(ACCOUNT))

    phone.post(reverse("consumer:withdraw", args=["marketing"]))

    assert not allowed(member, Purpose.MARKETING)
    assert "You said yes to" not in text_of(phone.get(ACCOUNT))


def test_an_answer_to_an_old_text_stands_in_nobodys_way(member, phone):
    page = phone.post(
        reverse("consumer:agree"),
        {"consent_marketing": "yes", "version_marketing": "7", "language_marketing": "en"},
    )

    assert page.status_code == 302
    assert not Consent.objects.exists()


def test_there_is_no_such_purpose(member, phone):
    assert phone.post(reverse("consumer:withdraw", args=["everything"])).status_code == 404


def test_a_mail_is_added_by_its_own_proof(member, phone):
    change = reverse("consumer:change")
    page = phone.post(f"{change}?by=email", {"address": "Li@Example.com"})
    assert page.url == "/sign-in/code/"

    assert phone.post("/sign-in/code/", {"code": newest_code()}).url == ACCOUNT
    assert "l***@example.com" in text_of(phone.get(ACCOUNT))
