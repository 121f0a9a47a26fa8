"""The pages of group buys: an offer, a group to share, an order that waits for its group."""

import re
from datetime import timedelta

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from hefu.apps.audit.worker import work_off
from hefu.apps.campaigns.models import BuyingGroup
from hefu.apps.campaigns.services.group_ending import mind_groups
from hefu.apps.members.models import Member
from hefu.apps.members.services.consents import publish_consent_texts
from hefu.apps.orders.models import Order
from tests.apps.campaigns.groups.rows import Deal, take
from tests.factories import NOW, a_brand, operator
from tests.surfaces.consumer.conftest import newest_code, text_of

pytestmark = pytest.mark.django_db
HOME = {"name": "李雷", "phone": "13800138000", "region": "440000", "address": "天河路 1 号"}


@pytest.fixture
def clock(clock):
    clock.move_to(NOW)
    return clock


@pytest.fixture
def deal(clock):
    deal = Deal()
    publish_consent_texts(operator(deal.brand), now=NOW)
    return deal


def a_phone():
    return Client(headers={"Accept-Language": "en", "User-Agent": "a phone"})


def signed_in(deal, address, name=""):
    phone = a_phone()
    start = phone.get(offer_url(deal))
    phone.post(start.context["sign_in_url"], {"address": address})
    phone.post(reverse("consumer:proof"), {"code": newest_code()})
    newest = Member.objects.filter(brand=deal.brand).latest("pk")
    Member.objects.filter(pk=newest.pk).update(nickname=name)
    return phone


def offer_url(deal, view="group_offer"):
    return reverse(f"consumer:{view}", args=[deal.brand.slug, deal.code])


def ordered(phone, url):
    """Fill in the form of a place and pay; returns the page of the order."""
    form = phone.get(url)
    sent = {**HOME, "key": form.context["key"]}
    first, again = phone.post(url, sent), phone.post(url, sent)
    assert first.url == again.url
    order = Order.objects.latest("pk")
    take(order, now=timezone.now())
    work_off(clock=timezone.now)
    return phone.get(first.url), order


def test_R250_from_the_article_to_a_formed_group(deal):
    first = signed_in(deal, "13800138000", "李雷")
    article = first.get(reverse("consumer:article", args=["COOKER"]))
    assert "¥199.00 each, in a group of 3" in text_of(article)
    assert "alone ¥299.00" in text_of(first.get(offer_url(deal)))

    waiting, order = ordered(first, offer_url(deal, "group_open"))

    assert "Waiting for the group" in text_of(waiting)
    assert "1 of 3 have paid" in text_of(waiting)
    assert "Waiting for the group" in text_of(first.get(reverse("consumer:orders")))
    share = re.search(r"/group/[\w-]{20,}/", waiting.content.decode())
    assert share is not None
    seen = a_phone().get(share[0])  # whoever has the address: no name is written out
    assert "2 places left" in text_of(seen)
    assert "李*" in text_of(seen)
    assert "李雷" not in text_of(seen)
    assert "<svg" in seen.content.decode()
    until = timezone.localtime(NOW + timedelta(days=1))
    assert f"{until:%H:%M}" in text_of(seen) or "a.m." in text_of(seen) or "p.m." in text_of(seen)
    for number in range(2):
        friend = signed_in(deal, f"1380013801{number}", f"王{number}")
        page, _ = ordered(friend, f"{share[0]}join/")
    assert "Paid" in text_of(page)
    assert "Waiting" not in text_of(page)
    assert "The group is complete" in text_of(first.get(share[0]))
    order.refresh_from_db()
    assert order.waits_for == ""
    assert "is complete" in text_of(first.get(reverse("consumer:inbox")))


def test_a_group_that_is_not_formed_says_what_becomes_of_the_money(deal, clock):
    first = signed_in(deal, "13800138000", "李雷")
    _, order = ordered(first, offer_url(deal, "group_open"))
    group = BuyingGroup.objects.get()
    page = reverse("consumer:group", args=[group.token])
    clock.move_to(group.expires_at - timedelta(seconds=90))
    seen = first.get(page)
    assert seen.context["counts_to_ms"] - seen.context["server_ms"] == 90_000

    clock.move_to(group.expires_at)
    over = first.get(page)
    assert "The time is over" in text_of(over)
    assert over.context["counts_to_ms"] == 0  # nothing that would load the page again and again
    mind_groups(timezone.now() + timedelta(seconds=1))
    work_off(clock=timezone.now)

    assert "The group was not formed" in text_of(first.get(page))
    text = text_of(first.get(reverse("consumer:order", args=[order.pk])))
    assert "Refunded" in text
    assert "The group was not formed in its time" in text
    assert "goes back" in text_of(first.get(reverse("consumer:inbox")))


def test_the_rules_are_public_word_for_word_with_their_hash(deal):
    page = text_of(a_phone().get(offer_url(deal, "group_rules")))

    assert "199.00 CNY for each of 3 people" in page
    assert "everything paid, money and C-coins, goes back" in page
    assert re.search(r"SHA-256: [0-9a-f]{64}", page)


def test_visitors_sign_in_first_and_a_wrong_form_is_said(deal):
    assert "Sign in to open a group" in text_of(a_phone().get(offer_url(deal)))
    assert a_phone().post(offer_url(deal, "group_open"), HOME).status_code == 302
    phone = signed_in(deal, "13800138000")
    assert phone.post(offer_url(deal, "group_open"), {**HOME, "key": "a"}).status_code == 302
    assert phone.post(offer_url(deal, "group_open"), {"key": "b"}).status_code == 400


def test_the_sentence_about_the_contract_names_the_button_as_it_is_called(deal):
    phone = signed_in(deal, "13800138000")

    page = phone.get(offer_url(deal, "group_open"), headers={"Accept-Language": "zh-hans"})

    found = re.search(r"<button[^>]*primary[^>]*>([\s\S]*?)</button>", page.content.decode())
    assert found is not None
    label = re.sub(r"<svg.*?</svg>|<[^>]+>|\s", "", found[1])
    assert label == "提交订单并付款"
    assert f"点击“{label}”即按此价格成立合同" in text_of(page)


def test_what_is_not_open_is_said_and_strangers_find_nothing(deal, clock):
    _, order = deal.open()
    group = BuyingGroup.objects.get()
    other = a_brand()
    wrong = reverse("consumer:group_offer", args=[other.slug, deal.code])
    assert a_phone().get(wrong).status_code == 404
    assert a_phone().get(reverse("consumer:group", args=["x" * 24])).status_code == 404
    other.host = "testserver"  # another brand's own host
    other.save()
    assert a_phone().get(reverse("consumer:group", args=[group.token])).status_code == 404
    other.host = None
    other.save()
    stranger = signed_in(deal, "13800138000")
    assert stranger.get(reverse("consumer:order", args=[order.pk])).status_code == 404
    clock.move_to(NOW + timedelta(days=8))
    assert "This offer is over" in text_of(a_phone().get(offer_url(deal)))
