"""A campaign's goods: ranked from what was sold, kept as saved, one role each, counted by role."""

from datetime import timedelta
from threading import Thread

import pytest
from django.db import IntegrityError, connection, transaction
from django.test.utils import CaptureQueriesContext

from hefu.apps.audit.models import Entry
from hefu.apps.campaigns.models import CampaignArticle, GoodsRole
from hefu.apps.campaigns.selectors import goods_roles, picks
from hefu.apps.campaigns.selectors.picks import Rating
from hefu.apps.campaigns.services import goods
from hefu.apps.campaigns.services.promotions import open_campaign
from hefu.apps.catalog.models import Product
from hefu.apps.orders.models import Article, OrderState
from hefu.apps.service.models import Ask
from hefu.apps.service.selectors.ratings import marks_by_product
from hefu.core.errors import Invalid, NotAllowed, NotFound
from hefu.core.permissions import Role
from hefu.core.planning.picking import read_document, recomputed
from tests.apps.campaigns.goods_rows import sold
from tests.apps.campaigns.promoting import a_house, a_member
from tests.apps.service.rows import a_survey
from tests.factories import NOW, a_brand, an_actor, operator

pytestmark = pytest.mark.django_db

DAY = timedelta(days=1)


@pytest.fixture
def house():
    made = a_house()
    Article.objects.filter(brand=made.brand).update(created_at=NOW - 400 * DAY)
    return made


@pytest.fixture
def campaign(house):
    return open_campaign(
        house.writer, slug="double-12", title="双12", starts_at=NOW - 2 * DAY,
        ends_at=NOW + 5 * DAY, now=NOW,
    )  # fmt: skip


def ranked(house, campaign, ratings=None, now=NOW):
    rows = picks.ranking(house.writer, campaign, ratings=ratings or {}, now=now).rows
    return {row.evidence.sku: row for row in rows}


def test_R178_the_ranking_is_made_from_orders_of_two_windows(house, campaign):
    sold(house.brand, {"cooker": (3, 100), "shirt": (1, 100)}, at=NOW - 5 * DAY)
    sold(house.brand, {"cooker": (1, 100, {"returned": 1})}, at=NOW - 10 * DAY, by_sku=True)
    sold(house.brand, {"cooker": (4, 100)}, at=NOW - 40 * DAY)
    sold(house.brand, {"cooker": (9, 100)}, at=NOW)  # today is not over
    sold(house.brand, {"cooker": (9, 100)}, at=NOW - 70 * DAY)
    sold(house.brand, {"shirt": (9, 100)}, at=NOW - DAY, state=OrderState.CANCELLED)
    sold(a_house("other").brand, {"mug": (9, 100)}, at=NOW - DAY)

    rows = ranked(house, campaign)

    cooker = rows["cooker"].evidence
    assert (cooker.pieces, cooker.orders, cooker.pieces_before) == (4, 2, 4)
    assert (cooker.sold, cooker.returned, cooker.age_days) == (8, 1, 400)
    assert rows["cooker"].parts.trend == 5_000
    assert (rows["shirt"].evidence.pieces, rows["shirt"].parts.pieces) == (1, 5_000)
    assert (rows["mug"].demand, rows["mug"].quality) == (0, None)


def test_a_product_is_as_old_as_the_older_of_article_and_product(house, campaign):
    product = Product.objects.create(
        brand=house.brand,
        item_no="P1",
        model="P1",
        created_at=NOW - 20 * DAY,
        updated_at=NOW,
    )
    Article.objects.filter(sku="mug").update(product_id=product.pk, created_at=NOW - 3 * DAY)
    Article.objects.filter(sku="shirt").update(on_sale=False)
    rows = ranked(house, campaign, {product.pk: Rating(answers=50, content=40)})
    assert (rows["mug"].evidence.age_days, rows["mug"].parts.answers) == (20, 6_696)
    assert "shirt" not in rows


def test_marks_count_on_both_scales_and_only_after_activations(house):
    product = Product.objects.create(
        brand=house.brand, item_no="P1", model="P1", created_at=NOW, updated_at=NOW
    )
    surveys = [(a_survey(house.brand, scale=5), (5, 4, 3))]
    surveys[0][0].__class__.objects.update(closed_at=NOW)
    surveys.append((a_survey(house.brand, scale=10), (10, 8)))
    surveys.append((a_survey(house.brand, occasion="answer"), (5,)))
    for survey, marks in surveys:
        for number, mark in enumerate(marks):
            Ask.objects.create(
                brand=house.brand, survey=survey, version=survey.versions.get(), mark=mark,
                subject=f"s:{survey.pk}:{number}", key=f"k{survey.pk}{number}", product=product,
                made_at=NOW, shown_at=NOW, answered_at=NOW,
            )  # fmt: skip
    assert marks_by_product(house.writer) == {product.pk: (5, 3)}
    assert marks_by_product(an_actor(a_brand("else"), Role.ANALYST)) == {}


def test_R178_a_saved_list_is_frozen_with_its_figures_and_can_be_recomputed(house, campaign):
    sold(house.brand, {"cooker": (3, 100)}, at=NOW - 5 * DAY)
    first = goods.save_picks(house.writer, campaign=campaign, ratings={}, first=2, now=NOW)
    sold(house.brand, {"shirt": (300, 100)}, at=NOW - 5 * DAY)
    goods.set_pick_rules(
        house.writer, campaign=campaign, quality=0, demand=10_000, newness=0, window_days=10,
        fresh_days=90, now=NOW,
    )  # fmt: skip
    second = goods.save_picks(house.writer, campaign=campaign, ratings={}, first=3, now=NOW)
    again = goods.save_picks(house.writer, campaign=campaign, ratings={}, first=3, now=NOW)

    kept = picks.list_by_number(campaign, 1)
    assert (kept.content_hash, kept.picked) == (first.content_hash, 2)
    assert read_document(kept.document).rows[0].evidence.sku == "cooker"
    assert read_document(second.document).rows[0].evidence.sku == "shirt"
    assert (again.number, again.content_hash) == (3, second.content_hash)
    assert all(recomputed(read_document(one.document)) for one in (kept, second))
    assert Entry.objects.filter(action="campaigns.picks_saved").count() == 3


def test_rules_that_are_no_whole_are_refused_by_name(house, campaign):
    usual = {"quality": 4_000, "demand": 4_000, "newness": 2_000, "window_days": 30,
             "fresh_days": 180}  # fmt: skip
    for wrong, field in (
        ({"newness": 1_999}, "newness"), ({"quality": -1}, "quality"),
        ({"window_days": 0}, "window_days"), ({"fresh_days": 731}, "fresh_days"),
    ):  # fmt: skip
        with pytest.raises(Invalid) as refused:
            goods.set_pick_rules(house.writer, campaign=campaign, **{**usual, **wrong}, now=NOW)
        assert refused.value.details["field"] == field
    for first in (0, 501):
        with pytest.raises(Invalid):
            goods.save_picks(house.writer, campaign=campaign, ratings={}, first=first, now=NOW)
    assert picks.lists_of(campaign).count() == 0


def give(house, campaign, **roles):
    return goods.give_roles(house.writer, campaign=campaign, roles=roles, now=NOW)


def test_R180_an_article_has_exactly_one_role_in_a_campaign(house, campaign):
    assert give(house, campaign, cooker="hero", shirt="traffic") == 2
    assert give(house, campaign, cooker="new", shirt="traffic") == 1
    assert {row.article.sku: row.role for row in goods_roles.articles_of(campaign)} == {
        "cooker": "new", "shirt": "traffic",
    }  # fmt: skip
    row = CampaignArticle.objects.get(article__sku="cooker")
    with pytest.raises(IntegrityError), transaction.atomic():
        CampaignArticle.objects.create(
            brand=house.brand, campaign=campaign, article=row.article, role="hero", by="x", at=NOW
        )
    assert give(house, campaign, cooker="") == 1
    for wrong in ({"cooker": "star"}, {"nothing": "hero"}):
        with pytest.raises(Invalid):
            give(house, campaign, mug="hero", **wrong)
    assert [row.article.sku for row in goods_roles.articles_of(campaign)] == ["shirt"]


def test_R180_the_report_by_role_counts_money_and_who_came_first_by_it(house, campaign):
    give(house, campaign, cooker="hero", shirt="traffic", mug="new")
    Article.objects.filter(sku="mug").update(cost=None)
    one, other = a_member(house), a_member(house, "13900139000")
    sold(house.brand, {"shirt": (2, 30_000), "cooker": (1, 45_000)}, at=NOW, member=one.pk)
    sold(house.brand, {"cooker": (1, 49_900)}, at=NOW + DAY, member=one.pk)  # not the first
    sold(house.brand, {"cooker": (1, 49_900, {"returned": 1})}, at=NOW + DAY, member=other.pk)
    sold(house.brand, {"mug": (3, 3_000)}, at=NOW + DAY, buyer="pseudonym")
    sold(house.brand, {"mug": (1, 1)}, at=NOW + 6 * DAY, member=other.pk)  # after its end
    sold(house.brand, {"mug": (1, 1)}, at=NOW - 3 * DAY, member=one.pk)  # before its start
    sold(house.brand, {"mug": (7, 7)}, at=NOW + 2 * DAY, member=one.pk, currency="EUR")

    report = goods_roles.report_of(house.writer, campaign)

    roles = {row.role: row for row in report.roles}
    hero, traffic = roles[GoodsRole.HERO], roles[GoodsRole.TRAFFIC]
    new, bundle = roles[GoodsRole.NEW], roles[GoodsRole.BUNDLE]
    assert (hero.figures.pieces, hero.figures.returned, hero.figures.revenue) == (3, 1, 144_800)
    assert hero.figures.discount == 3 * 49_900 - 144_800
    assert (hero.figures.margin, hero.figures.costed) == (144_800 - 90_000, 144_800)
    assert (traffic.figures.margin, traffic.share_bp) == (14_000, 30_000 * 10_000 // 177_800)
    assert [one.figures.first_buyers for one in (hero, traffic, new, bundle)] == [1, 1, 1, 0]
    assert report.buyers == 3
    assert (new.figures.margin, new.figures.costed, new.without_cost) == (0, 0, ("mug",))
    assert new.figures.uncosted == {"mug"}
    assert (bundle.articles, bundle.figures.pieces, report.elsewhere) == (0, 0, 1)


def test_the_report_names_no_orders_one_by_one_however_many_there_are(house, campaign):
    give(house, campaign, cooker="hero")

    def asked():
        with CaptureQueriesContext(connection) as queries:
            goods_roles.report_of(house.writer, campaign)
        return [one["sql"] for one in queries]

    sold(house.brand, {"cooker": (1, 49_900)}, buyer="first")
    of_one = asked()
    for buyer in ("second", "third"):
        sold(house.brand, {"cooker": (1, 49_900)}, buyer=buyer)
    assert asked() == of_one


def test_what_was_sold_without_a_cost_takes_the_cost_of_now(house, campaign):
    give(house, campaign, mug="bundle")
    sold(house.brand, {"mug": (2, 1_800, {"cost": None})}, by_sku=True)
    row = next(one for one in goods_roles.report_of(house.writer, campaign).roles if one.articles)
    assert (row.figures.margin, row.figures.costed, row.without_cost) == (1_200, 1_800, ())


def test_a_campaign_without_a_time_has_no_report(house):
    timeless = open_campaign(house.writer, slug="x", title="x", now=NOW)
    assert goods_roles.report_of(house.writer, timeless) is None


def test_others_neither_see_nor_change_a_campaigns_goods(house, campaign):
    stranger = an_actor(a_brand("stranger"), Role.CAMPAIGN_MANAGER)
    analyst = an_actor(house.brand, Role.ANALYST)
    for actor, refusal in ((stranger, NotFound), (analyst, NotAllowed)):
        with pytest.raises(refusal):
            goods.give_roles(actor, campaign=campaign, roles={"mug": "hero"}, now=NOW)
        with pytest.raises(refusal):
            goods.save_picks(actor, campaign=campaign, ratings={}, first=1, now=NOW)
    with pytest.raises(NotAllowed):
        goods_roles.report_of(an_actor(house.brand, Role.PRODUCT_SPECIALIST), campaign)
    assert not CampaignArticle.objects.exists()


@pytest.mark.django_db(transaction=True)
def test_lists_saved_at_the_same_moment_have_numbers_of_their_own():
    house = a_house()
    campaign = open_campaign(house.writer, slug="race", title="race", now=NOW)

    def save():
        try:
            goods.save_picks(operator(house.brand), campaign=campaign, ratings={}, first=1, now=NOW)
        finally:
            connection.close()

    threads = [Thread(target=save) for _ in range(3)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert [one.number for one in picks.lists_of(campaign)] == [3, 2, 1]
