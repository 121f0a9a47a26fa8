"""The public rule page: readable without signing in, in both languages, with its hash."""

import pytest
from django.test import Client

from hefu.apps.campaigns.selectors.promotions import public_rules
from hefu.apps.campaigns.services import promotions as lives
from hefu.core.promotions import Promotion, Tier, Tiered
from tests.apps.campaigns.promoting import a_draft, a_house, launched
from tests.factories import NOW

pytestmark = pytest.mark.django_db

OFF = Promotion(
    id="spring", title="春日满减", currency="CNY",
    benefit=Tiered(tiers=(Tier(at_least=10_000, amount=1_000),)),
)  # fmt: skip


def page(path, language="zh-hans"):
    return Client().get(path, headers={"Accept-Language": language})


def test_R176_everybody_reads_the_rules_that_were_agreed_to():
    house = a_house()
    launched(house, OFF)
    kept = public_rules(house.writer, "spring", language="zh-hans")

    chinese = page(f"/promotions/{house.brand.slug}/spring/").content.decode()
    english = page(f"/promotions/{house.brand.slug}/spring/", "en").content.decode()

    assert "满100.00元减10.00元。" in chinese
    assert "From 100.00 CNY: 10.00 CNY off." in english
    assert kept.hash in chinese
    assert kept.hash in english
    for line in kept.text.splitlines():
        assert line in chinese


def test_a_host_that_knows_the_brand_needs_only_the_short_name():
    house = a_house()
    launched(house, OFF)
    visitor = Client()
    assert visitor.get("/promotions/spring/")["Location"] == "/check/"

    house.brand.host = "testserver"
    house.brand.save(update_fields=["host"])

    assert visitor.get("/promotions/spring/").status_code == 200


def test_a_stopped_offer_says_so_and_a_draft_does_not_exist():
    house = a_house()
    row = launched(house, OFF)
    lives.stop(house.writer, promotion=row, reason="wrong price", now=NOW)
    draft = a_draft(Promotion(id="draft", benefit=OFF.benefit, currency="CNY"))
    lives.draft(house.writer, draft=draft, now=NOW)

    shown = page(f"/promotions/{house.brand.slug}/spring/", "en").content.decode()
    assert "This offer was stopped" in shown
    assert "Why: wrong price" in shown  # as the desk promises to who stops it
    assert page(f"/promotions/{house.brand.slug}/draft/").status_code == 404
    assert page("/promotions/nobody/spring/").status_code == 404
