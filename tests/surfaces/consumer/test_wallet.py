"""The wallet and the points shop on a phone: what I have, what it brings, and back again."""

from datetime import UTC, datetime, timedelta

import pytest
from django.test import Client
from django.urls import reverse

from hefu.apps.campaigns.models import CouponBatch, Redemption
from hefu.apps.campaigns.services.coupons import give
from hefu.apps.campaigns.services.redemptions import ship_redemption
from hefu.apps.ledger import services as ledger
from hefu.apps.members.models import Member
from hefu.core.permissions import Role
from tests.apps.campaigns.coupons.rows import a_promotion, issued
from tests.apps.campaigns.shop.test_shop import a_reward
from tests.factories import NOW, an_actor, operator
from tests.surfaces.consumer.conftest import TODAY, sign_in, text_of

ADDRESS = {"name": "李雷", "phone": "13800138000", "address": "广州市天河区 1 号"}


@pytest.fixture
def member(goods, phone):
    """Somebody signed in at this brand, with a hundred coins."""
    sign_in(phone, goods)
    found = Member.objects.latest("pk")
    grant = ledger.Grant(key="start", member_id=found.pk, amount=100)
    ledger.grant_many(operator(goods.brand), grants=[grant], now=NOW)
    return found


def a_coupon(goods, member):
    manager = an_actor(goods.brand, Role.CAMPAIGN_MANAGER)
    batch = issued(manager, a_promotion(goods.brand), 5)
    CouponBatch.objects.filter(pk=batch.pk).update(bearer=False, issued=0)
    batch.refresh_from_db()
    give(manager, batch=batch, members=[member.pk], now=NOW)
    return batch


def key_on(page):
    return page.context["form"]["key"].value()


@pytest.mark.django_db
def test_a_coupon_in_the_wallet_is_shown_large_for_the_till(goods, phone, member):
    a_coupon(goods, member)

    wallet = phone.get(reverse("consumer:wallet"))
    code = wallet.context["cards"][0].code
    page = phone.get(reverse("consumer:coupon", args=[code]))

    assert "100" in text_of(wallet)
    assert "新会员券" in text_of(wallet)
    assert code in text_of(page)
    assert b"<svg" in page.content


@pytest.mark.django_db
def test_R184_the_wallet_names_the_last_day_on_which_a_coupon_works(goods, phone, member):
    batch = a_coupon(goods, member)
    midnight = datetime(2026, 12, 20, 16, tzinfo=UTC)  # the end of 20 December in China
    for until, said in ((midnight, "Dec. 20, 2026"), (midnight - timedelta(hours=9), "3 p.m.")):
        CouponBatch.objects.filter(pk=batch.pk).update(valid_until=until)

        assert said in text_of(phone.get(reverse("consumer:wallet")))


@pytest.mark.django_db
def test_a_strangers_coupon_is_not_there(goods, phone, member):
    a_coupon(goods, member)
    code = phone.get(reverse("consumer:wallet")).context["cards"][0].code
    stranger = Client(headers={"Accept-Language": "en"})

    assert stranger.get(reverse("consumer:coupon", args=[code])).status_code == 302
    sign_in(stranger, goods, "13900139000")
    assert stranger.get(reverse("consumer:coupon", args=[code])).status_code == 404
    assert stranger.get(reverse("consumer:coupon", args=["nonsense"])).status_code == 404


@pytest.mark.django_db
def test_R146_a_reward_is_taken_once_however_often_it_is_pressed(goods, phone, member):
    a_reward(goods.brand)
    address = reverse("consumer:reward", args=["cup"])
    page = phone.get(address)
    sent = {**ADDRESS, "key": key_on(page)}

    first, again = phone.post(address, sent), phone.post(address, sent)

    assert first.status_code == again.status_code == 302
    assert first.url == again.url
    assert Redemption.objects.count() == 1
    assert "70" in text_of(phone.get(reverse("consumer:wallet")))


@pytest.mark.django_db
def test_a_reward_without_an_address_or_enough_coins(goods, phone, member):
    a_reward(goods.brand)
    a_reward(goods.brand, slug="car", title="车", price=1000)
    address = reverse("consumer:reward", args=["cup"])

    refused = phone.post(address, {"key": key_on(phone.get(address)), "name": "李"})

    assert refused.status_code == 400
    assert "李" in refused.content.decode()
    dear = phone.get(reverse("consumer:reward", args=["car"]))
    assert "not enough yet" in text_of(dear)
    posted = phone.post(reverse("consumer:reward", args=["car"]), {**ADDRESS, "key": "k"})
    assert "You have 100; that is not enough" in text_of(posted)
    assert not Redemption.objects.exists()


@pytest.mark.django_db
def test_followed_to_the_door_or_taken_back(goods, phone, member):
    a_reward(goods.brand)
    address = reverse("consumer:reward", args=["cup"])
    phone.post(address, {**ADDRESS, "key": key_on(phone.get(address))})
    phone.post(address, {**ADDRESS, "key": key_on(phone.get(address))})
    kept, back = Redemption.objects.order_by("pk")

    phone.post(reverse("consumer:redemption_cancel", args=[back.pk]))
    agent = an_actor(goods.brand, Role.SERVICE_AGENT)
    ship_redemption(agent, redemption=kept, carrier="顺丰", tracking="SF1", now=TODAY)
    page = phone.get(reverse("consumer:redemption", args=[kept.pk]))
    assert "SF1" in text_of(page)
    phone.post(reverse("consumer:redemption_arrived", args=[kept.pk]))

    kept.refresh_from_db()
    assert (kept.state, kept.receiver) == ("delivered", "")
    assert "70" in text_of(phone.get(reverse("consumer:wallet")))
    listed = text_of(phone.get(reverse("consumer:redemptions")))
    assert "Taken back" in listed


@pytest.mark.django_db
def test_visitors_look_and_sign_in_to_take(goods, phone):
    a_reward(goods.brand)
    session = phone.session
    session["brand_id"] = goods.brand.pk
    session.save()

    assert "杯子" in text_of(phone.get(reverse("consumer:rewards")))
    assert "Sign in" in text_of(phone.get(reverse("consumer:reward", args=["cup"])))
    phone.post(reverse("consumer:reward", args=["cup"]), {**ADDRESS, "key": "k"})
    assert not Redemption.objects.exists()
    assert phone.get(reverse("consumer:wallet")).status_code == 302
