"""The page of a flash sale: it tells how things stand, and a second look changes nothing."""

from datetime import timedelta

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from hefu.apps.campaigns.services.flash import kill_sale
from hefu.apps.campaigns.services.flash_ending import confirm, expire_reservations
from hefu.apps.members.models import Member
from hefu.apps.orders.models import Order
from hefu.surfaces import reserving
from hefu.surfaces.by_hand import Asked
from tests.apps.campaigns.flash import Sale
from tests.apps.orders.shop import an_article, open_mall
from tests.surfaces.consumer.conftest import newest_code, text_of

pytestmark = pytest.mark.django_db


@pytest.fixture
def sale(clock):
    now = timezone.now()
    return Sale({"starts_at": now - timedelta(minutes=1), "ends_at": now + timedelta(hours=1)})


def page_of(sale):
    return reverse("consumer:flash", args=[sale.brand.slug, sale.row.code])


def signed_in(phone, sale, address="13800138000"):
    """Sign in from the page and come back to it."""
    page = phone.get(page_of(sale))
    phone.post(page.context["sign_in_url"], {"address": address})
    return phone.post(reverse("consumer:proof"), {"code": newest_code()}, follow=True)


def take(phone, page, *, path, **about):
    return phone.post(path + page.context["takes"][0]["url"], **about)


def test_a_visitor_signs_in_first_and_comes_back(phone, sale):
    page = phone.get(page_of(sale))
    assert "¥99.00" in text_of(page)
    assert "Sign in to take part" in text_of(page)
    assert page.context["takes"] == []

    back = signed_in(phone, sale)

    assert back.redirect_chain[-1][0] == page_of(sale)
    assert "Get one" in text_of(back)


def test_R151_a_refresh_keeps_the_reservation(phone, sale):
    page = signed_in(phone, sale)
    assert "50 of 50 left" in text_of(page)

    for _ in range(2):
        answer = take(phone, page, path=page_of(sale))
        assert (answer.status_code, answer["Location"]) == (303, page_of(sale))

    for _ in range(2):
        seen = phone.get(page_of(sale))
        assert "Reserved for you" in text_of(seen)
        assert "1 piece is yours" in text_of(seen)
        assert seen.context["takes"] == []
    assert sale.counts == (49, 1, 0)
    phone.post(seen.context["back_url"])
    assert "Get one" in text_of(phone.get(page_of(sale)))
    assert sale.counts == (50, 0, 0)


def test_the_page_tells_every_state(phone, sale, clock):
    signed_in(phone, sale)
    member = Member.objects.get(brand=sale.brand)
    others = sale.buyers(50)

    def state():
        return phone.get(page_of(sale)).context["standing"].state

    for other in others[:49]:
        reserving.commit([Asked(hand=sale.actor, wish=sale.wish(other), now=timezone.now())])
    assert state() == "open"
    assert reserving.commit(
        [Asked(hand=sale.actor, wish=sale.wish(member.pk), now=timezone.now())]
    )[0].new
    assert state() == "yours"
    mine = sale.reservations("held").get(member_id=member.pk)
    for row in sale.reservations("held").exclude(pk=mine.pk):
        confirm(sale.actor, reservation_id=row.pk, order_key="A", now=timezone.now())
    clock.shift(timedelta(minutes=16))
    expire_reservations(timezone.now())
    lapsed = phone.get(page_of(sale))
    assert "Your reservation ran out" in text_of(lapsed)
    assert lapsed.context["standing"].state == "open"
    wish = Asked(hand=sale.actor, wish=sale.wish(others[49]), now=timezone.now())
    reserving.commit([wish])
    assert state() == "waiting"
    last = sale.reservations("held").get()
    confirm(sale.actor, reservation_id=last.pk, order_key="B", now=timezone.now())
    assert state() == "sold_out"
    kill_sale(sale.actor, sale_id=sale.row.pk, why="enough", now=timezone.now())
    assert state() == "killed"


def test_before_and_after(phone, sale, clock):
    clock.shift(timedelta(minutes=-2))
    page = signed_in(phone, sale)
    assert page.context["standing"].state == "before"
    early = take(phone, page, path=page_of(sale), headers={"Accept": "application/json"})
    assert (early.status_code, early.json()["state"]) == (409, "before")
    clock.shift(timedelta(hours=2))
    assert phone.get(page_of(sale)).context["standing"].state == "ended"
    assert sale.counts == (50, 0, 0)


def test_who_is_in_a_hurry_is_told_to_wait(phone, sale):
    page = signed_in(phone, sale)

    answers = [take(phone, page, path=page_of(sale)) for _ in range(11)]

    assert [answer["Location"] for answer in answers[:10]] == [page_of(sale)] * 10
    assert answers[10]["Location"] == f"{page_of(sale)}?note=too_often"
    assert "a little too often" in text_of(phone.get(answers[10]["Location"]))


def test_a_page_of_another_brand_or_of_nothing_is_not_there(phone, sale):
    other = Sale()
    wrong = reverse("consumer:flash", args=[other.brand.slug, "nothing"])

    assert phone.get(wrong).status_code == 404
    assert phone.get(wrong.replace(other.brand.slug, "nobody")).status_code == 404


def test_a_post_without_the_forms_token_is_refused(sale):
    phone = Client(enforce_csrf_checks=True, headers={"Accept-Language": "en"})

    assert phone.post(page_of(sale)).status_code == 403


def test_a_reserved_piece_is_ordered_in_the_mall_once_however_often_it_is_pressed(phone, clock):
    now = timezone.now()
    sale = Sale(
        {"sku": "COOKER", "starts_at": now - timedelta(minutes=1), "ends_at": now + timedelta(1)}
    )
    open_mall(sale.brand)
    an_article(sale.brand, "COOKER", 29900)
    page = signed_in(phone, sale)
    take(phone, page, path=page_of(sale))
    address = phone.get(page_of(sale)).context["pay_url"]
    assert "¥99.00" in text_of(phone.get(address))
    home = {"name": "李雷", "phone": "13800138000", "region": "440000", "address": "天河路 1 号"}
    assert phone.post(address, {**home, "name": ""}).status_code == 400

    first, again = phone.post(address, home), phone.post(address, home)

    made = Order.objects.get()
    assert first.url == again.url == f"{reverse('consumer:order', args=[made.pk])}?fresh=1"
    assert made.total == 9900
    assert phone.get(page_of(sale)).context["pay_url"] == reverse("consumer:order", args=[made.pk])
    phone.post(phone.get(page_of(sale)).context["back_url"])  # the order keeps it
    assert sale.counts == (49, 1, 0)
