"""A campaign's goods on the desk: ranked, kept, given their roles, put into sets."""

import csv
import io
from datetime import timedelta

import pytest
from django.urls import reverse

from hefu.apps.campaigns.models import CampaignArticle, GoodsSet, PickList
from hefu.apps.campaigns.services.promotions import open_campaign
from hefu.apps.orders.models import Article
from hefu.core.permissions import Role
from tests.apps.campaigns.goods_rows import sold
from tests.apps.orders.shop import open_mall
from tests.factories import NOW, a_brand, an_actor
from tests.surfaces.consumer.conftest import text_of
from tests.surfaces.desk.codes.browsing import signed_in

pytestmark = pytest.mark.django_db

DAY = timedelta(days=1)


@pytest.fixture
def campaign(house):
    Article.objects.filter(brand=house.brand).update(created_at=NOW - 400 * DAY)
    sold(house.brand, {"cooker": (3, 120_000), "shirt": (1, 19_900)}, at=NOW - 2 * DAY, buyer="a")
    return open_campaign(
        house.writer, slug="double-12", title="双12", starts_at=NOW - 3 * DAY,
        ends_at=NOW + 5 * DAY, now=NOW,
    )  # fmt: skip


def url(view, campaign, *more):
    return reverse(f"desk:{view}", args=[campaign.pk, *more])


def exported(answer):
    text = b"".join(answer.streaming_content).decode("utf-8-sig")
    return list(csv.DictReader(io.StringIO(text)))


def test_R178_rank_weigh_keep_and_export(writer, campaign):
    page = writer.get(url("campaign_ranking", campaign))
    text = text_of(page)
    assert "pieces: 3, 10,000" in text
    assert "answers: none" in text
    assert "no data; counts as 2,065" in text

    wrong = {"quality": 50, "demand": 50, "newness": 50, "window_days": 30, "fresh_days": 180}
    refused = writer.post(url("campaign_ranking", campaign), wrong)
    assert refused.status_code == 422
    assert "must be 100 per cent together" in text_of(refused)
    writer.post(url("campaign_ranking", campaign), {**wrong, "quality": 0, "newness": 50})
    page = writer.get(url("campaign_ranking", campaign))
    assert "Quality 0 %, demand 50 %, newness 50 %" in text_of(page)

    rows = exported(writer.get(url("campaign_ranking", campaign), {"export": "csv"}))
    shown = ("No. in the ranking", "SKU", "Pieces in the window")
    assert [tuple(row[name] for name in shown) for row in rows] == [
        ("1", "cooker", "3"), ("2", "shirt", "1"), ("3", "mug", "0"),
    ]  # fmt: skip
    assert (rows[0]["Answers, score"], rows[0]["Quality"]) == (
        "",
        "2761",
    )  # .7 of 2,065, .3 of 4,385

    kept = writer.post(url("campaign_ranking", campaign), {"deed": "keep", "first": 2}, follow=True)
    assert "recomputed from its figures" in text_of(kept)
    sold(campaign.brand, {"shirt": (50, 1)}, at=NOW - DAY)
    again = exported(writer.get(url("campaign_pick", campaign, 1), {"export": "csv"}))
    assert [(row["SKU"], row["Pieces in the window"]) for row in again] == [
        ("cooker", "3"), ("shirt", "1"),
    ]  # fmt: skip
    assert "List 1" in text_of(writer.get(url("campaign_picks", campaign)))
    chinese = text_of(writer.get(url("campaign_picks", campaign), HTTP_ACCEPT_LANGUAGE="zh-hans"))
    assert "订单明细表" not in chinese  # so a backtest's list of orders is called
    assert "选品清单" in chinese


def test_R180_roles_are_given_from_a_list_and_counted(writer, auditor, campaign):
    writer.post(url("campaign_ranking", campaign), {"deed": "keep", "first": 3})
    given = {"role:cooker": "hero", "role:shirt": "bundle", "role:mug": ""}
    writer.post(url("campaign_pick", campaign, 1), given)
    page = writer.post(
        url("campaign_goods", campaign), {"deed": "add", "sku": "mug", "role": "new"}, follow=True
    )
    text = text_of(page)
    assert "¥1,200.00" in text
    assert "1 buyer;" in text
    assert {row.article.sku: row.role for row in CampaignArticle.objects.all()} == {
        "cooker": "hero", "shirt": "bundle", "mug": "new",
    }  # fmt: skip
    Article.objects.filter(sku="mug").update(cost=None)
    text = text_of(auditor.get(url("campaign_goods", campaign)))
    assert "Without a cost, so without a margin: mug." in text
    assert "no cost" in text
    assert "Save the roles" not in text

    roles = exported(
        auditor.get(url("campaign_goods", campaign), {"list": "roles", "export": "csv"})
    )
    assert [(row["Pieces"], row["Margin"], row["Came first by it"]) for row in roles] == [
        ("3", "300.00", "1"), ("0", "", "0"), ("1", "119.00", "0"), ("0", "", "0"),
    ]  # fmt: skip
    refused = writer.post(
        url("campaign_goods", campaign), {"deed": "add", "sku": "none", "role": "new"}
    )
    assert refused.status_code == 422
    assert "Is none of the choices." in text_of(refused)
    for name in ("campaign_goods", "campaign_sets", "campaign_picks"):
        file = writer.get(url(name, campaign), {"export": "xlsx"})
        assert b"".join(file.streaming_content).startswith(b"PK")


def test_R187_a_default_first_then_a_set_for_newcomers(house, writer, campaign):
    open_mall(house.brand)
    assert "No sets yet" in text_of(writer.get(url("campaign_sets", campaign)))
    new = url("campaign_set_new", campaign)
    writer.post(new, {"title": "大家都在搭", "title_en": "Together", "skus": "mug, shirt"})
    said = {"title": "新会员组合", "skus": "cooker\nmug", "place": 10}
    refused = writer.post(new, said)
    assert "Say whom it is for" in text_of(refused)
    page = writer.post(new, {**said, "joined_days": 30}, follow=True)
    text = text_of(page)
    assert "joined within 30 days" in text
    assert "They are shown in the mall now." in text
    Article.objects.filter(sku="cooker").update(available=0)
    assert "default instead" in text_of(writer.get(url("campaign_sets", campaign)))

    default = GoodsSet.objects.get(is_default=True)
    kept = writer.post(url("campaign_set_withdraw", campaign, default.pk), follow=True)
    assert "write it first, withdraw it last" in text_of(kept)
    edited = writer.post(url("campaign_set", campaign, default.pk),
                         {"title": "经典搭配", "skus": "shirt, nothing"})  # fmt: skip
    assert edited.status_code == 422
    assert "Is none of the choices." in text_of(edited)
    own = GoodsSet.objects.get(is_default=False)
    writer.post(url("campaign_set_withdraw", campaign, own.pk))
    assert GoodsSet.objects.get(withdrawn_at=None) == default
    assert writer.get(url("campaign_set", campaign, own.pk)).status_code == 404


def test_strangers_and_partners_see_none_of_it(house, writer, campaign):
    writer.post(url("campaign_ranking", campaign), {"deed": "keep", "first": 3})
    stranger = signed_in(an_actor(a_brand("stranger"), Role.CAMPAIGN_MANAGER))
    for name, more in (
        ("campaign_goods", ()), ("campaign_ranking", ()), ("campaign_picks", ()),
        ("campaign_pick", (1,)), ("campaign_sets", ()), ("campaign_set_new", ()),
    ):  # fmt: skip
        assert stranger.get(url(name, campaign, *more)).status_code == 404
    assert stranger.post(url("campaign_goods", campaign), {"role:mug": "hero"}).status_code == 404
    analyst = signed_in(an_actor(house.brand, Role.ANALYST))
    assert analyst.post(url("campaign_goods", campaign), {"role:mug": "hero"}).status_code == 403
    assert not CampaignArticle.objects.exists()
    assert PickList.objects.count() == 1
