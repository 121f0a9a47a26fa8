"""Flash sales on the desk: announced, watched, bettered, stopped; and by whom."""

import pytest
import time_machine
from django.urls import reverse

from hefu.apps.campaigns.models import FlashSale
from hefu.core.permissions import Role
from tests.apps.campaigns.flash import Sale
from tests.factories import NOW, a_brand, an_actor
from tests.surfaces.desk.codes.browsing import signed_in, text_of

pytestmark = pytest.mark.django_db
STATED = {
    "title": "电饭煲秒杀", "code": "double-eleven", "price": "99.00", "currency": "cny",
    "pieces": "50", "per_person": "1", "hold_minutes": "15",
    "starts_at": "2026-11-23T20:00:00", "ends_at": "2026-11-23T21:00:00",
}  # fmt: skip


@pytest.fixture(autouse=True)
def clock():
    with time_machine.travel(NOW, tick=False):
        yield


@pytest.fixture
def brand():
    return a_brand()


@pytest.fixture
def manager(brand):
    return signed_in(an_actor(brand, Role.CAMPAIGN_MANAGER))


def test_a_sale_is_announced_for_a_time_in_shanghai(brand, manager):
    answer = manager.post(reverse("desk:flash_sale_new"), STATED)

    sale = FlashSale.objects.get(brand=brand)
    assert answer["Location"] == reverse("desk:flash_sale", args=[sale.pk])
    assert (sale.price, sale.left, sale.currency) == (9900, 50, "CNY")
    assert sale.starts_at.isoformat() == "2026-11-23T12:00:00+00:00"
    assert "announced" in text_of(manager.get(reverse("desk:flash_sales")))


def test_R225_a_crowd_without_a_rehearsal_is_told_the_command(brand, manager):
    crowd = {**STATED, "expected_people": "20,000", "expected_per_second": "400"}
    answer = manager.post(reverse("desk:flash_sale_new"), crowd)
    told = text_of(answer)
    assert answer.status_code == 422
    assert "20,000 people and 400 arrivals a second are expected" in told
    assert f"uv run hefu loadtest --brand {brand.slug}" in told
    unsaid = manager.post(reverse("desk:flash_sale_new"), {**STATED, "expected_people": "20000"})
    assert unsaid.status_code == 422
    assert not FlashSale.objects.exists()
    crowd = {**STATED, "expected_people": "5000", "expected_per_second": "90"}
    shown = text_of(manager.post(reverse("desk:flash_sale_new"), crowd, follow=True))
    assert "5,000 people, 90 a second at the peak" in shown


@pytest.mark.parametrize(
    ("field", "value", "said"),
    [
        ("ends_at", "2026-11-23T20:00:00", "after the start"),
        ("price", "99.001", "An amount such as"),
        ("currency", "XYZ", "Three letters"),
        ("pay_url", "http://shop.example/pay", "https://"),
        ("pieces", "0", ""),
    ],
)
def test_terms_that_cannot_stand_are_said_at_their_field(manager, field, value, said):
    answer = manager.post(reverse("desk:flash_sale_new"), {**STATED, field: value})

    assert answer.status_code == 422
    assert said in " ".join(answer.context["form"].errors[field])
    assert not FlashSale.objects.exists()


def test_the_monitor_counts_what_happens(brand, manager):
    sale = Sale({"pieces": 40}, brand=brand)
    for _ in range(20):
        sale.reserve(sale.buyer())

    page = manager.get(reverse("desk:flash_sale", args=[sale.row.pk]))
    part = manager.get(reverse("desk:flash_monitor", args=[sale.row.pk]))

    for shown in (page, part):
        assert (shown.context["left"], shown.context["held"]) == ("20", "20")
        assert shown.context["rate"] == "2.0"  # 20 in ten seconds
        assert shown.context["runs_out"] == "in 10 seconds"
    assert b"<html" not in part.content
    assert b'hx-trigger="every 2s"' in part.content


def test_terms_are_bettered_while_it_runs_and_never_worsened(brand, manager):
    sale = Sale(brand=brand)
    url = reverse("desk:flash_sale", args=[sale.row.pk])
    page = manager.get(url)
    now_stated = {
        **page.context["form"].initial, "seen": page.context["seen"],
        "starts_at": "2026-11-22T19:59:00", "ends_at": "2026-11-22T21:00:00",
    }  # fmt: skip

    worse = manager.post(url, {**now_stated, "pieces": 49})
    assert worse.status_code == 422
    assert "only get better" in " ".join(worse.context["form"].errors["pieces"])
    assert manager.post(url, {**now_stated, "pieces": 60, "price": "88.00"}).status_code == 302
    sale.row.refresh_from_db()
    assert (sale.row.left, sale.row.price) == (60, 8800)
    assert manager.post(url, {**now_stated, "pieces": 70}).status_code == 422, "seen is old"


def test_a_sale_is_stopped_with_a_reason(brand, manager):
    sale = Sale(brand=brand)
    stop = reverse("desk:flash_kill", args=[sale.row.pk])

    assert manager.post(stop, {"why": ""}).status_code == 422
    manager.post(stop, {"why": "a wrong price"})

    shown = text_of(manager.get(reverse("desk:flash_sale", args=[sale.row.pk])))
    assert "stopped" in shown
    assert "a wrong price" in shown
    assert "Change the terms" not in shown


def test_who_may_look_may_not_touch_and_strangers_see_nothing(brand):
    sale = Sale(brand=brand)
    looker = signed_in(an_actor(brand, Role.ANALYST))
    stranger = signed_in(an_actor(a_brand(), Role.BRAND_ADMIN))
    one = reverse("desk:flash_sale", args=[sale.row.pk])

    assert looker.get(one).status_code == 200
    for url in (reverse("desk:flash_sale_new"), reverse("desk:flash_kill", args=[sale.row.pk])):
        assert looker.post(url, {"why": "fun"}).status_code == 403
    assert looker.post(one, STATED).status_code == 403
    assert stranger.get(one).status_code == 404
    assert stranger.get(reverse("desk:flash_monitor", args=[sale.row.pk])).status_code == 404
    assert sale.row.title not in text_of(stranger.get(reverse("desk:flash_sales")))
