"""A price for members: shown and charged to them alone; a visitor is told what joining saves."""

import pytest
from django.urls import reverse

from hefu.apps.campaigns.services import prices
from hefu.apps.orders.models import Order
from hefu.core.permissions import Role
from hefu.core.promotions import FactIn, Price
from tests.apps.orders.shop import an_article, open_mall
from tests.factories import NOW, an_actor
from tests.surfaces.consumer.conftest import PHONE, newest_code, text_of

pytestmark = pytest.mark.django_db
RECEIVER = {"name": "Li Wei", "phone": PHONE, "region": "440000", "address": "Tiyu Road 1"}


@pytest.fixture
def shop(goods):
    brand = goods.brand
    open_mall(brand)
    an_article(brand, "CUP", 8800, title="保温杯", title_en="Flask")
    members = FactIn(fact="membership", values=frozenset({"member"}))
    price = Price(sku="CUP", unit=8000, currency="CNY", conditions=(members,), audience="会员")
    entry = prices.propose_price(an_actor(brand, Role.CAMPAIGN_MANAGER), price=price, now=NOW)
    prices.approve_price(an_actor(brand, Role.APPROVER), entry=entry, now=NOW)
    return brand


def put(phone, pieces):
    url = reverse("consumer:cart_put", args=["CUP"])
    return phone.post(url, {"quantity": pieces}, follow=True)


def test_R250_a_guest_pays_the_list_price_and_is_told_what_membership_would_save(
    phone, goods, shop
):
    phone.get(reverse("consumer:mall_entrance", args=[shop.slug]), follow=True)

    article = text_of(phone.get(reverse("consumer:article", args=["CUP"])))
    assert "¥88.00" in article
    assert "Members pay ¥80.00" in article
    assert "Members pay ¥80.00" in text_of(phone.get(reverse("consumer:mall")))
    cart = put(phone, 2)
    assert cart.context["basket"].due == "¥176.00"
    assert "As a member you would pay ¥16.00 less" in text_of(cart)


def test_R250_a_member_is_shown_the_members_price_and_ordered_and_charged_at_it(phone, shop):
    phone.get(reverse("consumer:mall_entrance", args=[shop.slug]), follow=True)
    put(phone, 2)
    phone.post(reverse("consumer:sign_in"), {"address": PHONE})
    phone.post(reverse("consumer:proof"), {"code": newest_code()})

    article = text_of(phone.get(reverse("consumer:article", args=["CUP"])))
    assert "¥80.00" in article
    assert "Price for 会员" in article  # law L17: for whom it is stands beside it
    assert "Members pay" not in article
    cart = phone.get(reverse("consumer:cart"))
    assert cart.context["basket"].due == "¥160.00"
    assert "As a member" not in text_of(cart)
    url = reverse("consumer:checkout")
    page = phone.get(url)
    seen = {f"seen_{one.way}": one.total for one in page.context["ways"]}
    way = page.context["ways"][0].way
    sent = {**RECEIVER, **seen, "way": way, "key": page.context["key"]}
    assert phone.post(url, sent).status_code == 302
    order = Order.objects.get()
    assert (order.total, order.due) == (16000, 16000)
