"""Links of placements: real requests are counted, a real order of the mall is put down to one."""

import re
from datetime import timedelta

import pytest
from django.test import Client
from django.urls import reverse

from hefu.apps.accounts.models import Brand
from hefu.apps.campaigns.models import Campaign, PlacementDay, PlacementOrder
from hefu.apps.campaigns.selectors.placements import came_of, days_of
from hefu.apps.campaigns.services.placements import Terms, add_placement, close_placement
from hefu.apps.campaigns.services.promotions import open_campaign
from hefu.apps.campaigns.services.reaching import attribute
from hefu.apps.orders.models import Order
from hefu.core.reach import Channel, Target, Touch
from tests.apps.orders.shop import an_article, open_mall
from tests.factories import NOW, a_brand, operator
from tests.surfaces.consumer.conftest import PHONE, TODAY, newest_code, text_of

AGENT = "Mozilla/5.0 (Linux; Android 14) AppleWebKit/537.36 Mobile Safari/537.36"
RECEIVER = {"name": "Li Wei", "phone": PHONE, "region": "440000", "address": "Tiyu Road 1"}


@pytest.fixture
def shop(goods):
    open_mall(goods.brand, shipping=0)
    an_article(goods.brand, "CUP", 8800, title="保温杯", title_en="Flask")
    return goods.brand


@pytest.fixture
def campaign(shop):
    return open_campaign(operator(shop), slug="double-12", title="双12", now=NOW)


def a_place(campaign, name="公众号", kind=Channel.WECHAT, leads=(Target.ARTICLE, "CUP"), **about):
    terms = Terms(name=name, kind=kind, target_kind=leads[0], target=leads[1], **about)
    return add_placement(operator(campaign.brand), campaign=campaign, terms=terms, now=NOW)


def someone(**headers):
    return Client(headers={"Accept-Language": "en", "User-Agent": AGENT, **headers})


def follow(client, place, **more):
    return client.get(reverse("consumer:go", args=[place.code]), **more)


def notes(whose):
    return [name for name in whose.cookies if name.startswith("from_")]


def hits(campaign):
    return {
        one.placement.name: (one.visits, one.again, one.robots, one.late)
        for one in came_of(campaign)
    }


def hidden(page, name):
    return re.search(rf'name="{name}" value="([^"]*)"', page.content.decode())[1]


def buy(client):
    """The mall's own way: into the cart, sign in, order at the price that was seen."""
    client.post(reverse("consumer:cart_put", args=["CUP"]), {"quantity": 1, "had": 0})
    if "members" not in client.session:
        client.post(reverse("consumer:sign_in"), {"address": PHONE})
        client.post(reverse("consumer:proof"), {"code": newest_code()})
    page = client.get(reverse("consumer:checkout"))
    said = {"key": hidden(page, "key"), "way": "wechat", "seen_wechat": hidden(page, "seen_wechat")}
    for _twice in range(2):
        client.post(reverse("consumer:checkout"), {**RECEIVER, **said})
    return Order.objects.latest("pk")


def pay(client, order):
    page = client.post(reverse("consumer:order_pay", args=[order.pk]))
    client.post(page.url, {"wish": "pay"})


def test_R167_visits_and_orders_by_channel_from_real_link_hits(campaign, clock):
    weibo = a_place(campaign, "微博", Channel.WEIBO, cost=1_000_00)
    paper = a_place(campaign, "海报", Channel.POSTER, cost=200_00)
    buyer = someone()

    led = follow(buyer, weibo)
    assert (led.status_code, led.url) == (302, reverse("consumer:article", args=["CUP"]))
    assert "Flask" in text_of(buyer.get(led.url))
    follow(someone(), weibo)
    follow(buyer, paper)  # the last touch
    order = buy(buyer)
    pay(buyer, order)

    assert hits(campaign) == {"微博": (2, 0, 0, 0), "海报": (1, 0, 0, 0)}
    came = {one.placement.name: one for one in came_of(campaign)}
    assert (came["微博"].orders, came["海报"].orders) == (0, 1), "exactly once, to the last one"
    assert (came["海报"].paid, came["海报"].revenue, came["海报"].share_bp) == (1, 8800, 10_000)
    assert (came["海报"].cost_per_visit, came["海报"].cost_per_order) == (200_00, 200_00)
    assert (came["微博"].cost_per_visit, came["微博"].cost_per_order) == (500_00, None)
    assert PlacementOrder.objects.get().order == order
    assert [(one.day, one.visits, one.orders) for one in days_of(paper)] == [(TODAY.date(), 1, 1)]

    clock.shift(timedelta(days=7, minutes=1))
    assert not PlacementOrder.objects.filter(order=buy(buyer)).exists(), "too long ago"


def test_robots_and_the_same_browser_again_are_counted_apart(campaign, clock):
    place = a_place(campaign)
    reader = someone()
    follow(reader, place)
    assert follow(reader, place).status_code == 302
    assert reader.head(reverse("consumer:go", args=[place.code])).status_code == 302
    for robot in ("Mozilla/5.0 (compatible; Baiduspider/2.0)", ""):
        assert not follow(someone(**{"User-Agent": robot}), place).cookies, "no session either"
    follow(someone(**{"Sec-Purpose": "prefetch"}), place)
    clock.shift(timedelta(minutes=31))
    follow(reader, place)
    assert hits(campaign) == {"公众号": (2, 1, 4, 0)}
    assert PlacementDay.objects.count() == 1, "counters, no rows of people"


def test_the_note_is_our_own_short_lived_and_cannot_be_forged(campaign, shop):
    place = a_place(campaign)
    answer = follow(someone(), place)
    (name,) = notes(answer)
    cookie = answer.cookies[name]
    assert (cookie["httponly"], cookie["samesite"], cookie["max-age"]) == (True, "Lax", 604800)
    assert "no-store" in answer["Cache-Control"]
    assert answer["X-Robots-Tag"] == "noindex, nofollow"
    assert not notes(follow(someone(**{"Sec-GPC": "1"}), place))

    forger = someone()
    follow(forger, place)
    forger.cookies[name] = cookie.value.replace(str(place.pk), str(place.pk + 1), 1)
    buy(forger)
    assert not PlacementOrder.objects.exists()


def test_the_session_carries_the_note_through_signing_in(campaign):
    buyer = someone()
    follow(buyer, a_place(campaign))
    buyer.post(reverse("consumer:cart_put", args=["CUP"]), {"quantity": 1, "had": 0})
    for name in notes(buyer):
        del buyer.cookies[name]
    buy(buyer)
    assert PlacementOrder.objects.count() == 1


@pytest.mark.parametrize("ended", ["by hand", "by its time"])
def test_an_ended_campaign_leads_on_and_counts_as_late(campaign, ended):
    place = a_place(campaign)
    if ended == "by hand":
        close_placement(operator(campaign.brand), placement=place, closed=True, now=NOW)
    else:
        Campaign.objects.filter(pk=campaign.pk).update(ends_at=NOW)
    late = someone()
    answer = follow(late, place)
    assert (answer.status_code, answer.url) == (302, "/mall/article/CUP/")
    assert not notes(answer)
    assert hits(campaign) == {"公众号": (0, 0, 0, 1)}


def test_every_target_is_a_page_that_answers_and_a_lost_one_leads_to_the_front_page(campaign, shop):
    front = reverse("consumer:section", args=[shop.slug])
    for number, (leads, path) in enumerate(
        {
            (Target.SECTION, ""): front,
            (Target.SHELF, ""): "/mall/",
            (Target.ARTICLE, "CUP"): "/mall/article/CUP/",
        }.items()
    ):
        client = someone()
        answer = follow(client, a_place(campaign, f"p{number}", leads=leads))
        assert answer.url == path
        assert client.get(path).status_code == 200
    lost = a_place(campaign, "lost", leads=(Target.ARTICLE, "CUP"))
    shop.articles.update(on_sale=False)
    assert follow(someone(), lost).url == front


def test_a_wrong_code_is_a_page_in_the_readers_language(shop):
    for language, words in (("en", "no such page"), ("zh-hans", "没有")):
        client = Client(headers={"Accept-Language": language, "User-Agent": AGENT})
        answer = client.get("/go/nosuchcode/")
        assert answer.status_code == 404
        assert words in text_of(answer)
    assert someone().get("/go/" + "x" * 300 + "/").status_code == 404


def test_the_host_of_another_brand_knows_nothing_of_it(campaign):
    Brand.objects.filter(pk=a_brand("rival").pk).update(host="rival.example")
    place = a_place(campaign)
    assert follow(someone(), place, headers={"host": "rival.example"}).status_code == 404
    Brand.objects.filter(pk=campaign.brand_id).update(host="own.example")
    led = follow(someone(), place, headers={"host": "own.example"})
    assert led.url.startswith("/")
    assert not led.url.startswith("//")


def test_nothing_is_put_down_to_another_brands_placement_nor_twice(campaign, goods):
    one, other = a_place(campaign), a_place(campaign, "b")
    buyer = someone()
    follow(buyer, one)
    order = buy(buyer)
    touch = Touch(placement_id=other.pk, at=TODAY)
    attribute(operator(goods.brand), order=order, touch=touch, now=TODAY)
    assert PlacementOrder.objects.get().placement == one

    rival = a_brand("rival")
    theirs = a_place(open_campaign(operator(rival), slug="x", title="x", now=NOW), leads=(
        Target.SECTION, ""))  # fmt: skip
    PlacementOrder.objects.all().delete()
    touch = Touch(placement_id=theirs.pk, at=TODAY)
    assert not attribute(operator(goods.brand), order=order, touch=touch, now=TODAY)
    assert not PlacementOrder.objects.exists()
