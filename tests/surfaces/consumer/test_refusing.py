"""One press stops advertising: without signing in, from the mailbox, and undone on the account."""

from datetime import timedelta

import pytest
from django.test import Client
from django.urls import reverse

from hefu.apps.campaigns.models import MarketingChoice
from hefu.apps.campaigns.services.promotions import open_campaign
from hefu.apps.members.models import Member
from hefu.apps.notices.models import Message
from hefu.core.permissions import Role
from tests.apps.campaigns.mail_rows import agree, approved, readers, ready, work
from tests.apps.campaigns.promoting import House
from tests.factories import NOW, an_actor
from tests.surfaces.consumer.conftest import sign_in

NINE = NOW + timedelta(hours=13)


@pytest.fixture
def house(goods, settings):
    settings.HEFU_JOBS = "tests.apps.campaigns.mail_rows.JOBS"
    settings.HEFU_REACTIONS = "tests.apps.campaigns.mail_rows.REACTIONS"
    brand = goods.brand
    ready(brand)
    return House(brand, an_actor(brand, Role.CAMPAIGN_MANAGER), an_actor(brand, Role.APPROVER))


@pytest.fixture
def campaign(house):
    return open_campaign(house.writer, slug="double-12", title="双12", now=NOW)


def sent_to(member):
    return Message.objects.filter(member_id=member.pk, template="marketing")


def link_in(message):
    return "/u/" + message.body.partition("/u/")[2].split()[0]


def test_R174_the_link_works_without_signing_in_and_the_next_send_skips(house, campaign):
    (li,) = readers(house.brand, "li")
    approved(house, campaign)
    work(NINE)
    link, nobody = link_in(sent_to(li).get()), Client(enforce_csrf_checks=True)

    page = nobody.get(link)
    assert page.status_code == 200
    text = page.content.decode()
    assert text.count('method="post"') - text.count('action="/') == 1
    assert "l***@example.com" in text
    assert "li@example.com" not in text
    assert not MarketingChoice.objects.filter(refused_at__isnull=False).exists()

    assert nobody.post(link).status_code == 302
    assert "已停止" in nobody.get(link, headers={"Accept-Language": "zh-hans"}).content.decode()
    approved(house, campaign, title="改名再发")
    work(NINE + timedelta(minutes=1))
    assert sent_to(li).count() == 1


def test_R174_a_mailbox_stops_it_with_one_post_and_twice_is_harmless(house, campaign):
    (li,) = readers(house.brand, "li")
    approved(house, campaign)
    work(NINE)
    link, mailbox = link_in(sent_to(li).get()), Client(enforce_csrf_checks=True)

    for _ in range(2):
        answer = mailbox.post(link, {"List-Unsubscribe": "One-Click"})
        assert (answer.status_code, answer["Content-Type"]) == (200, "text/plain")
    choice = MarketingChoice.objects.get(member_id=li.pk)
    assert choice.refused_by == "one_click"
    assert choice.refused_at is not None
    assert mailbox.post("/u/0123456789abcdef01234567/").status_code == 404
    assert mailbox.get("/u/sample/").status_code == 200


def test_the_account_shows_a_refusal_and_undoes_it(house, goods, phone):
    sign_in(phone, goods)
    member = Member.objects.get(phone_key__isnull=False)
    account, stop = reverse("consumer:account"), reverse("consumer:advertising", args=["sms"])
    english = {"Accept-Language": "en"}
    assert stop not in phone.get(account).content.decode()  # nothing agreed to, nothing sent
    agree(member)

    phone.post(stop, {"deed": "stop"})
    assert "Allow again" in phone.get(account, headers=english).content.decode()
    phone.post(stop, {"deed": "allow"})
    assert "Allow again" not in phone.get(account, headers=english).content.decode()
    assert phone.post(reverse("consumer:advertising", args=["fax"])).status_code == 404
