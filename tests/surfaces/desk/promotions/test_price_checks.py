"""The page of price checks: what is wrong is listed with its orders, what is right is said."""

import pytest
from django.urls import reverse

from hefu.apps.orders.models import Order
from tests.apps.campaigns.test_parity import bought_here, sold_elsewhere
from tests.apps.orders.shop import open_mall
from tests.surfaces.consumer.conftest import text_of

pytestmark = pytest.mark.django_db


def test_R251_R185_findings_are_listed_with_their_orders(house, writer):
    open_mall(house.brand)
    usual = bought_here(house).unit
    Order.objects.update(total=usual + 1)
    sold_elsewhere(house.brand, usual - 300)

    page = writer.get(reverse("desk:price_checks"), {"days": "7"})

    text = text_of(page)
    order = Order.objects.get(ruleset__gt="")
    assert text.count(order.number) == 2, "charged otherwise, and one of two places"
    assert reverse("desk:sale", args=[order.pk]) in page.content.decode()
    assert "nothing that was announced" in text
    assert "Nobody paid more than another" in text


def test_a_house_without_findings_is_told_so(house, auditor):
    text = text_of(auditor.get(reverse("desk:price_checks"), {"days": "x"}))
    assert "Every order of the period was charged what its rules give" in text
    assert "No article was sold at different prices" in text
