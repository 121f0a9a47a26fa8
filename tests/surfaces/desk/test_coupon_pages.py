"""The desk's coupons and points shop: issued, watched, printed, bettered, sent, undone."""

from datetime import UTC, datetime, timedelta

import pytest
import time_machine
from django.urls import reverse

from hefu.apps.audit import jobs
from hefu.apps.campaigns.models import Coupon, CouponBatch, Redemption, Reward
from hefu.core.permissions import Role
from tests.apps.campaigns.coupons.rows import a_promotion, members
from tests.apps.campaigns.shop.test_shop import a_reward, rich, take
from tests.factories import NOW, a_brand, an_actor
from tests.surfaces.desk.codes.browsing import signed_in, text_of

pytestmark = pytest.mark.django_db
LATER = NOW + timedelta(hours=1)


@pytest.fixture(autouse=True)
def clock():
    with time_machine.travel(LATER, tick=False):
        yield


@pytest.fixture
def brand():
    return a_brand()


@pytest.fixture
def manager(brand):
    return signed_in(an_actor(brand, Role.CAMPAIGN_MANAGER))


def wanted(promotion, **about):
    return {
        "promotion": promotion.pk, "title": "新会员券", "to": "all", "quantity": "1,000",
        "per_member": "1", "valid_from": "2026-11-20", "valid_to": "2026-12-31",
        "counter_sale": "on",
    } | about  # fmt: skip


def test_R145_coupons_are_issued_from_the_desk_and_the_rest_is_reported(brand, manager):
    members(brand, 8)
    answer = manager.post(reverse("desk:coupon_issue"), wanted(a_promotion(brand)))
    job = jobs.claim("w", now=LATER)
    assert "hx-get" in manager.get(answer.url).content.decode()
    jobs.run(job, worker="w", clock=lambda: LATER)

    page = manager.get(answer.url)

    assert Coupon.objects.count() == 8
    assert "992" in text_of(page)
    assert "新会员券" in text_of(manager.get(reverse("desk:coupons")))
    batch = CouponBatch.objects.get()
    # R184: the last day is a whole day where the brand is
    assert batch.valid_until.isoformat() == "2026-12-31T16:00:00+00:00"


def test_printed_coupons_are_taken_away_once_issued(brand, manager):
    manager.post(reverse("desk:coupon_issue"), wanted(a_promotion(brand), to="printed"))
    batch = CouponBatch.objects.get()

    answer = manager.post(reverse("desk:coupon_print", args=[batch.pk]))
    lines = b"".join(answer.streaming_content).decode().splitlines()

    assert len(set(lines)) == 1001
    assert not Coupon.objects.exists()


def test_what_is_wrong_is_said_at_its_field(brand, manager):
    promotion = a_promotion(brand)
    sent = wanted(promotion, to="new", valid_to="2026-11-19", quantity="0")
    page = manager.post(reverse("desk:coupon_issue"), sent)

    assert page.status_code == 422
    assert {"days", "valid_to", "quantity"} <= set(page.context["form"].errors)
    assert not CouponBatch.objects.exists()


def test_only_promotions_that_ask_for_coupons_are_to_be_chosen(brand, manager):
    asks, plain = a_promotion(brand), a_promotion(brand, "plain", needs_coupon=False)

    form = manager.get(reverse("desk:coupon_issue")).context["form"]

    assert list(form.fields["promotion"].queryset) == [asks]
    sent = wanted(plain)
    assert "promotion" in manager.post(reverse("desk:coupon_issue"), sent).context["form"].errors


def test_L48_no_coupon_is_announced_for_longer_than_its_promotion(brand, manager):
    promotion = a_promotion(brand)
    promotion.versions.update(ends_at=datetime(2026, 12, 15, 16, tzinfo=UTC))

    late = manager.post(reverse("desk:coupon_issue"), wanted(promotion))
    manager.post(reverse("desk:coupon_issue"), wanted(promotion, valid_to="2026-12-15"))

    assert "after the end of the promotion" in text_of(late)
    assert [str(one) for one in CouponBatch.objects.all()] == ["新会员券"]


def test_coupons_are_taken_back_with_a_reason(brand, manager):
    manager.post(reverse("desk:coupon_issue"), wanted(a_promotion(brand), to="printed"))
    batch = CouponBatch.objects.get()
    address = reverse("desk:coupon_void", args=[batch.pk])

    assert manager.post(address, {"reason": ""}).status_code == 422
    manager.post(address, {"reason": "wrong amount"})

    batch.refresh_from_db()
    assert batch.valid_until == LATER


def test_a_reward_is_offered_bettered_and_withdrawn(brand, manager):
    sent = {
        "title": "杯子", "slug": "cup", "kind": "goods", "currency": "C", "price": "30",
        "stock": "5", "first_day": "2026-11-20",
    }  # fmt: skip
    answer = manager.post(reverse("desk:reward_new"), sent)
    reward = Reward.objects.get()
    assert answer.url == reverse("desk:reward", args=[reward.pk])

    assert manager.post(answer.url, {"price": "31"}).status_code == 422
    manager.post(answer.url, {"price": "20", "more": "5"})
    reward.refresh_from_db()
    assert (reward.price, reward.left) == (20, 10)

    manager.post(reverse("desk:reward_withdraw", args=[reward.pk]), {"reason": "faulty"})
    assert "Withdrawn" in text_of(manager.get(answer.url))


def test_a_redemption_is_sent_and_arrives_or_is_undone(brand):
    agent = signed_in(an_actor(brand, Role.SERVICE_AGENT))
    reward = a_reward(brand)
    (member,) = rich(brand)
    first, second = take(member, reward), take(member, reward, key="k2")
    pages = [reverse("desk:redemption", args=[one.pk]) for one in (first, second)]

    assert "13800138000" in text_of(agent.get(pages[0]))
    assert agent.post(pages[0], {"deed": "ship", "carrier": "顺丰"}).status_code == 422
    agent.post(pages[0], {"deed": "ship", "carrier": "顺丰", "tracking": "SF1"})
    agent.post(pages[0], {"deed": "arrived"})
    agent.post(pages[1], {"deed": "cancel"})

    states = list(Redemption.objects.order_by("pk").values_list("state", "receiver"))
    assert states[0] == ("delivered", "")
    assert states[1][0] == "cancelled"
    assert "SF1" in text_of(agent.get(reverse("desk:redemptions")))


def test_an_address_is_for_those_who_send_it(brand):
    auditor = signed_in(an_actor(brand, Role.AUDITOR))
    (member,) = rich(brand)
    taken = take(member, a_reward(brand))

    assert "13800138000" not in text_of(auditor.get(reverse("desk:redemption", args=[taken.pk])))
    refused = auditor.post(reverse("desk:redemption", args=[taken.pk]), {"deed": "cancel"})
    assert refused.status_code == 403
