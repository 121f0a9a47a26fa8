"""A brand's own shop reserves for its members: once, whatever it sends twice."""

from datetime import timedelta

import pytest
from django.utils import timezone

from hefu.core.permissions import Permission
from tests.apps.campaigns.flash import Sale
from tests.surfaces.api.conftest import Caller, a_key

pytestmark = pytest.mark.django_db


@pytest.fixture
def sale():
    now = timezone.now()
    return Sale(
        {"pieces": 2, "starts_at": now - timedelta(minutes=1), "ends_at": now + timedelta(hours=1)}
    )


@pytest.fixture
def shop(sale):
    return Caller(a_key(sale.brand)[1])


def reserve(shop, sale, member, **headers):
    body = {"member": member, "pieces": 1}
    return shop.post(f"flash-sales/{sale.row.code}/reservations", body, **headers)


def test_a_reservation_is_made_paid_and_another_given_back(shop, sale):
    first, second, late = sale.buyers(3)

    mine = reserve(shop, sale, first)
    assert (mine["new"], mine["left"], mine["pieces"][0]["state"]) == (1, 1, "held")
    again = reserve(shop, sale, first)
    assert (again["new"], again["pieces"]) == (0, mine["pieces"])
    (other,) = reserve(shop, sale, second)["pieces"]
    reserve(shop, sale, late)
    assert shop.refused(409, "campaigns.sold_out")["details"] == {"held": 2}

    for _ in range(2):
        pk = mine["pieces"][0]["id"]
        paid = shop.post(f"flash-sales/reservations/{pk}/confirm", {"order": "A-1"})
        assert (paid["state"], paid["order"], paid["member"]) == ("paid", "A-1", first)
        back = shop.post(f"flash-sales/reservations/{other['id']}/release", {})
        assert back["state"] == "released"
    shop.post(f"flash-sales/reservations/{pk}/release", {})
    assert shop.refused(409, "campaigns.reservation_ended")["details"] == {"state": "paid"}

    assert reserve(shop, sale, late)["new"] == 1
    assert sale.counts == (0, 1, 1)
    found = shop.get(f"flash-sales/{sale.row.code}")
    assert (found["left"], found["held"], found["paid"]) == (0, 1, 1)
    listed = shop.get(f"flash-sales/{sale.row.code}/reservations")["items"]
    assert [one["state"] for one in listed] == ["held", "released", "paid"]


def test_a_lost_answer_comes_again_with_its_key(shop, sale):
    (member,) = sale.buyers(1)

    first = reserve(shop, sale, member, **{"Idempotency-Key": "cart-7"})
    again = reserve(shop, sale, member, **{"Idempotency-Key": "cart-7"})

    assert first == again
    assert shop.last["Idempotent-Replayed"] == "true"
    assert sale.counts == (1, 1, 0)


def test_other_brands_members_and_sales_do_not_exist(shop, sale):
    elsewhere = Sale()
    (stranger,) = elsewhere.buyers(1)

    reserve(shop, sale, stranger)
    assert shop.refused(404, "not_found")["field"] == "member"
    shop.get("flash-sales/nothing")
    shop.refused(404, "not_found")
    piece = elsewhere.reserve(elsewhere.buyer()).pieces[0]
    shop.post(f"flash-sales/reservations/{piece.pk}/release", {})
    shop.refused(404, "not_found")
    assert sale.counts == (2, 0, 0)


def test_a_key_for_looking_cannot_reserve(sale):
    looker = Caller(a_key(sale.brand, [Permission.CAMPAIGN_VIEW])[1])

    assert looker.get("flash-sales")["items"][0]["code"] == sale.row.code
    reserve(looker, sale, sale.buyers(1)[0])
    looker.refused(403, "not_allowed")
    assert sale.counts == (2, 0, 0)
