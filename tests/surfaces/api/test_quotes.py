"""A brand's own shop asks for prices, holds what they give, pays or lets go."""

from dataclasses import replace

import pytest

from hefu.apps.campaigns.models import Counter
from hefu.apps.campaigns.services import promotions as lives
from hefu.core.permissions import Permission
from hefu.core.promotions import (
    FactIn,
    LineOff,
    Promotion,
    RegionIn,
    Scope,
    Tier,
    Tiered,
    Verified,
)
from tests.apps.campaigns.promoting import a_draft, a_house, a_member, launched
from tests.factories import NOW
from tests.surfaces.api.conftest import Caller, a_key

pytestmark = pytest.mark.django_db

OFF = Promotion(
    id="off",
    title="满减",
    currency="CNY",
    benefit=Tiered(tiers=(Tier(at_least=1_000, amount=300),)),
)
THREE = {"lines": [{"sku": "mug", "quantity": 3}]}


@pytest.fixture
def house():
    return a_house()


@pytest.fixture
def shop(house):
    return Caller(a_key(house.brand)[1])


def test_a_quote_gives_total_lines_and_every_reason(house, shop):
    launched(house, OFF)

    said = shop.post("quotes", {"lines": [{"sku": "mug", "quantity": 3}, {"sku": "shirt"}]})

    assert (said["total"], said["discount"]) == (22_600, 300)
    assert [line["net"] for line in said["lines"]] == [2_961, 19_639]
    assert said["reasons"][0]["promotion"] == "off"
    assert said["reasons"][0]["verdict"] == "applied"


def test_what_is_missing_is_said_in_minor_units(house, shop):
    launched(house, OFF)

    said = shop.post("quotes", {"lines": [{"sku": "own", "unit": 400, "quantity": 1}]})

    assert said["total"] == 400
    assert said["reasons"][0] | {} == said["reasons"][0] | {
        "verdict": "condition_failed", "predicate": "tier", "observed": 400, "needed": 1_000,
        "missing": 600,
    }  # fmt: skip


def test_R158_a_rule_hits_in_its_channel_only(house, shop):
    mini = FactIn(fact="channel", values=frozenset({"mini"}))
    launched(house, replace(OFF, conditions=(mini,)))

    assert shop.post("quotes", THREE)["total"] == 3_000
    assert shop.post("quotes", {**THREE, "channel": "pc"})["total"] == 3_000
    assert shop.post("quotes", {**THREE, "channel": "mini"})["total"] == 2_700


def test_R157_an_excluded_region_gets_nothing_and_reads_why(house, shop):
    launched(house, replace(OFF, conditions=(RegionIn(exclude=frozenset({"650000"})),)))

    said = shop.post("quotes", {**THREE, "region": "650100"})

    assert said["total"] == 3_000
    assert said["reasons"][0]["predicate"] == "region_excluded"
    assert shop.post("quotes", {**THREE, "region": "440106"})["total"] == 2_700


def test_R192_another_card_gets_nothing_and_no_surprise(house, shop):
    card = FactIn(fact="payment_means", values=frozenset({"card"}))
    launched(house, replace(OFF, conditions=(card,)))

    assert shop.post("quotes", {**THREE, "payment_means": "card"})["total"] == 2_700
    assert shop.post("quotes", {**THREE, "payment_means": "cash"})["total"] == 3_000


def test_R012_the_same_cart_costs_everybody_in_the_audience_the_same(house, shop):
    launched(house, OFF)
    members = [a_member(house, f"1380013{n:04}").pk for n in range(3)]

    totals = {shop.post("quotes", {**THREE, "member": pk})["total"] for pk in members}

    assert totals == {2_700}


def test_holding_confirming_releasing_by_the_shops_own_key(house, shop):
    row = launched(house, replace(OFF, max_per_customer=1))
    wish = {**THREE, "customer": "c-7", "key": "shop-1", "expected": 2_700}

    held = shop.post("quotes/holds", wish)
    assert (held["state"], held["total"], held["round"]) == ("held", 2_700, 1)
    assert held["promotions"] == [{"promotion": "off", "version": 1, "amount": 300}]
    assert shop.post("quotes/holds", wish) == held
    assert shop.post("quotes/holds/release", {"key": "shop-1"})["state"] == "released"
    assert shop.post("quotes/holds", wish)["round"] == 2
    assert shop.post("quotes/holds/confirm", {"key": "shop-1"})["state"] == "confirmed"
    assert shop.post("quotes/holds/confirm", {"key": "shop-1"})["state"] == "confirmed"

    shop.post("quotes/holds/release", {"key": "shop-1"})
    shop.refused(409, "campaigns.already_held")
    assert Counter.objects.get(promotion=row).uses == 1


def test_a_price_that_changed_is_told_and_nothing_is_held(house, shop):
    row = launched(house, OFF)
    lives.stop(house.writer, promotion=row, reason="wrong", now=NOW)

    shop.post("quotes/holds", {**THREE, "key": "shop-1", "expected": 2_700})

    assert shop.refused(409, "campaigns.price_changed")["details"]["total"] == 3_000
    shop.post("quotes/holds/confirm", {"key": "shop-1"})
    shop.refused(404, "not_found")


def test_an_article_that_is_not_ours_is_named(house, shop):
    shop.post("quotes", {"lines": [{"sku": "mug"}, {"sku": "nothing"}]})

    assert shop.refused(422, "invalid")["field"] == "lines.1.sku"


def test_a_key_holds_only_with_its_scope_and_another_brand_sees_nothing(house, shop):
    launched(house, OFF)
    reader = Caller(a_key(house.brand, [Permission.CAMPAIGN_VIEW])[1])
    reader.post("quotes/holds", {**THREE, "key": "k", "expected": 2_700})
    reader.refused(403, "not_allowed")
    shop.post("quotes/holds", {**THREE, "key": "k", "expected": 2_700})

    stranger = Caller(a_key(a_house().brand)[1])
    stranger.post("quotes/holds/confirm", {"key": "k"})
    stranger.refused(404, "not_found")


def test_promotions_and_their_public_rules(house, shop):
    launched(house, OFF)
    lives.draft(house.writer, draft=a_draft(replace(OFF, id="draft")), now=NOW)

    listed = shop.get("promotions")["items"]
    assert [(one["code"], one["state"], one["used"] is None) for one in listed] == [
        ("draft", "draft", True), ("off", "live", False),
    ]  # fmt: skip
    assert shop.get("promotions/off")["used"]["budget"] == 10_000_000
    rules = shop.get("promotions/off/rules?language=en")
    assert "From 10.00 CNY: 3.00 CNY off." in rules["text"]
    assert rules["hash"] == shop.get("promotions/off/rules")["hash"]
    shop.get("promotions/draft/rules")
    shop.refused(404, "not_found")


def test_own_goods_take_part_by_their_categories(house, shop):
    scope = Scope(categories=frozenset({"appliances"}))
    launched(house, Promotion(id="ten", benefit=LineOff(bp=1_000, scope=scope)))
    own = {"sku": "mine", "unit": 1_000, "categories": ["rice-cookers"]}

    assert shop.post("quotes", {"lines": [own]})["total"] == 900


def test_R156_levels_groups_and_segments_told_by_the_shop_count_at_the_next_quote(house, shop):
    group = Verified(group="student")
    launched(house, replace(OFF, conditions=(group,), audience="学生"))
    member = a_member(house).pk
    assert shop.post("quotes", {**THREE, "member": member})["total"] == 3_000

    said = shop.post(
        f"members/{member}/groups",
        {"group": "student", "proof": "card of 2026", "expires_at": "2027-09-01T00:00:00Z"},
    )
    assert said["verified"] == [{"group": "student", "until": "2027-09-01T00:00:00Z"}]
    assert shop.post("quotes", {**THREE, "member": member})["total"] == 2_700
    shop.post(f"members/{member}/groups/leave", {"group": "student", "verified": True})
    assert shop.post("quotes", {**THREE, "member": member})["total"] == 3_000

    assert shop.post(f"members/{member}/level", {"level": "gold"})["level"] == "gold"
    assert shop.post("members/segments", {"segment": "vip", "members": [member]}) == {"added": 1}
    assert shop.get(f"members/{member}/standing")["segments"] == ["vip"]
    shop.get("members/999999/standing")
    shop.refused(404, "not_found")
