"""The desk's return: what each piece cost, what goes back, agreed at the amount that was shown."""

import pytest
from django.urls import reverse

from hefu.apps.orders.models import OrderRefund
from hefu.core.permissions import Role
from hefu.core.promotions import Gift, Promotion, Rules, Spend, Way
from tests.apps.campaigns.returns.test_returns import bought
from tests.apps.orders.shop import a_buyer, an_article, open_mall
from tests.factories import a_brand, an_actor
from tests.surfaces.desk.codes.browsing import signed_in, text_of

pytestmark = pytest.mark.django_db


@pytest.fixture
def brand():
    brand = a_brand()
    open_mall(brand)
    an_article(brand, "BIG", 12000)
    an_article(brand, "SMALL", 9000)
    return brand


@pytest.fixture
def agent(brand):
    return signed_in(an_actor(brand, Role.SERVICE_AGENT))


def test_the_refund_is_shown_then_agreed(brand, agent):
    order = bought(brand, a_buyer(brand), way=Way.REPRICE)
    address = reverse("desk:sale_return", args=[order.pk])
    page = agent.get(address)
    field = next(row["field"].name for row in page.context["form"].rows() if row["sku"] == "SMALL")
    sent = {field: "1", "reason": "seven_days", "key": page.context["form"]["key"].value()}

    shown = agent.post(address, sent)
    assert "¥70.00" in text_of(shown)
    assert not OrderRefund.objects.exists()
    agreed = {**sent, "expected": shown.context["expected"], "agree": "1", "restock": "on"}
    assert agent.post(address, agreed).status_code == 302
    agent.post(address, agreed)  # pressed twice

    assert [row.amount for row in OrderRefund.objects.all()] == [7000]
    other = {**agreed, "key": "another", "expected": "9000"}
    assert agent.post(address, other).status_code == 422


def test_nothing_or_too_much_comes_back(brand, agent):
    order = bought(brand, a_buyer(brand))
    address = reverse("desk:sale_return", args=[order.pk])
    rows = agent.get(address).context["form"].rows()

    assert agent.post(address, {"reason": "faulty", "key": "k"}).status_code == 422
    sent = {rows[0]["field"].name: "2", "reason": "faulty", "key": "k"}
    assert agent.post(address, sent).status_code == 422
    analyst = signed_in(an_actor(brand, Role.ANALYST))
    assert analyst.get(address).status_code == 403
    stranger = signed_in(an_actor(a_brand(), Role.SERVICE_AGENT))
    assert stranger.get(address).status_code == 404


def test_a_gift_that_comes_back_too_is_not_charged(brand, agent):
    """Oddity of gifts: lost with its threshold, it comes back or is charged at its shown value."""
    gift = Promotion(
        id="towel", benefit=Gift(sku="TOWEL", value=1500), currency="CNY",
        conditions=(Spend(at_least=20000),),
    )  # fmt: skip
    order = bought(brand, a_buyer(brand), rules=Rules(promotions=(gift,)))
    address = reverse("desk:sale_return", args=[order.pk])
    page = agent.get(address)
    field = next(row["field"].name for row in page.context["form"].rows() if row["sku"] == "SMALL")
    sent = {field: "1", "reason": "seven_days", "key": "k"}

    assert agent.post(address, sent).context["computed"].amount == 9000 - 1500
    with_gift = agent.post(address, {**sent, "gift-TOWEL": "1"})
    assert with_gift.context["computed"].amount == 9000
    agent.post(address, {**sent, "gift-TOWEL": "1", "expected": "9000", "agree": "1"})

    assert OrderRefund.objects.get().gifts == {"TOWEL": 1}
    assert agent.get(address).context["form"].gift_fields == []
