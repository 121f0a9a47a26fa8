"""The mall's shelf: a segment's set, the default for others, one press for all of it."""

from datetime import timedelta

import pytest
from django.test import Client
from django.urls import reverse

from hefu.apps.campaigns.models import GoodsSet
from hefu.apps.campaigns.selectors.goods_sets import Segment
from hefu.apps.campaigns.services.goods_sets import SetSheet, write_set
from hefu.apps.campaigns.services.promotions import open_campaign
from hefu.apps.orders.models import Article, CartLine
from tests.apps.orders.shop import an_article, open_mall
from tests.factories import NOW, a_brand, operator
from tests.surfaces.consumer.conftest import TODAY, text_of
from tests.surfaces.consumer.test_mall import enter, rules, sign_in, spring

DAY = timedelta(days=1)


@pytest.fixture
def shop(goods):
    open_mall(goods.brand)
    an_article(goods.brand, "CUP", 8800, left=5, title="保温杯", title_en="Flask")
    an_article(goods.brand, "POT", 9000, title="水壶", title_en="Kettle")
    an_article(goods.brand, "TEA", 1000, left=5, title="茶叶", title_en="Tea")
    return goods.brand


@pytest.fixture
def sets(shop):
    staff = operator(shop)
    campaign = open_campaign(
        staff, slug="autumn", title="Autumn", starts_at=NOW - DAY, ends_at=TODAY + DAY, now=NOW
    )
    sheets = (
        SetSheet(title="大家都在搭", title_en="For everybody", skus=("CUP", "POT")),
        SetSheet(title="新会员茶具", title_en="For newcomers", skus=("POT", "TEA", "CUP"),
                 segment=Segment(joined_days=30)),
    )  # fmt: skip
    return [write_set(staff, campaign=campaign, sheet=sheet, now=NOW) for sheet in sheets]


def test_an_offer_for_all_of_it_is_in_its_price(phone, shop, sets):
    rules(shop, spring())
    text = text_of(enter(phone, shop))
    assert "Flask ¥88.00 Kettle ¥90.00 One of each, with all offers ¥168.00" in text


def put(phone, row, *skus):
    return phone.post(reverse("consumer:set_put", args=[row.pk]), {"sku": skus}, follow=True)


def in_cart():
    return sorted(CartLine.objects.values_list("article__sku", "quantity"))


def test_R187_the_segment_sees_its_set_others_the_default(phone, shop, sets):
    page = enter(phone, shop)
    text = text_of(page)
    assert "Goes well together For everybody Flask ¥88.00 Kettle ¥90.00" in text
    assert "One of each ¥178.00" in text
    assert "members like you" not in text

    sign_in(phone)
    mall = reverse("consumer:mall")
    text = text_of(phone.get(mall))
    assert "For newcomers Kettle ¥90.00 Tea ¥10.00 Flask ¥88.00" in text
    assert "the prices are the same for all" in text
    neutral = text_of(phone.get(mall, {"sets": "all"}))
    assert "For everybody" in neutral
    assert "For newcomers" not in neutral
    assert "大家都在搭" in text_of(Client(headers={"Accept-Language": "zh-CN"}).get(
        reverse("consumer:mall_entrance", args=[shop.slug]), follow=True
    ))  # fmt: skip


def test_one_press_puts_the_whole_set_into_the_cart_once(phone, shop, sets):
    enter(phone, shop)
    page = put(phone, sets[0], "CUP", "POT")
    assert "The whole set is in your cart." in text_of(page)
    put(phone, sets[0], "CUP", "POT")
    assert in_cart() == [("CUP", 1), ("POT", 1)]


def test_a_refusal_names_the_article_and_nothing_is_put(phone, shop, sets):
    enter(phone, shop)
    Article.objects.filter(sku="CUP").update(available=0)
    page = put(phone, sets[0], "CUP", "POT")
    assert page.status_code == 409
    assert "“Flask” has just been sold out." in text_of(page)
    assert "Goes well together" not in text_of(page)  # one is left: nobody sees it any more
    Article.objects.filter(sku="POT").update(on_sale=False)
    assert "“Kettle” is not sold any more." in text_of(put(phone, sets[0], "POT", "CUP"))
    assert in_cart() == []


def test_another_segments_set_and_other_articles_cannot_be_put(phone, shop, sets):
    enter(phone, shop)
    assert put(phone, sets[1], "POT").status_code == 404
    assert put(phone, sets[0], "TEA").status_code == 404
    assert put(phone, sets[0]).status_code == 404
    other = a_brand("other")
    open_mall(other)
    enter(phone, other)
    assert put(phone, sets[0], "CUP", "POT").status_code == 404
    GoodsSet.objects.update(withdrawn_at=NOW)
    assert "Goes well together" not in text_of(enter(phone, shop))
    assert in_cart() == []


def test_the_shelf_stands_on_the_first_page_of_all_only(phone, shop, sets):
    enter(phone, shop)
    assert "Goes well together" not in text_of(phone.get(reverse("consumer:mall"), {"in": "x"}))
