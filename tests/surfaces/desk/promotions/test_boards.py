"""The boards: what runs when and in whose way, how pairs stack, what runs now, who bears what."""

from datetime import timedelta

import pytest

from hefu.apps.campaigns.models import CostShare, PartnerCharge, PromotionUse, UseState
from hefu.apps.campaigns.selectors.conflicts import clashes_of, rules_and_drafts
from hefu.apps.campaigns.selectors.standings import runs_out_at
from hefu.apps.campaigns.services.charging import charge_partners
from hefu.core.promotions import LineOff, OrderOff, Relation, Scope
from tests.apps.campaigns.coupons.rows import issued
from tests.apps.campaigns.draw_rows import Fair, a_plan
from tests.apps.campaigns.flash import Sale
from tests.factories import a_partner
from tests.surfaces.desk.codes.browsing import text_of, url
from tests.surfaces.desk.promotions.rows import (
    CUPS,
    NOW,
    SHIRTS,
    TIERS,
    drafted,
    later,
    launched,
    replace,
    used,
)

pytestmark = pytest.mark.django_db


def bars(page):
    """What runs, by its title; festivals aside."""
    shown = [bar for group in page.context["calendar"].groups for bar in group.bars]
    return {bar.entry.title: bar for bar in shown if not bar.entry.key.startswith("festival")}


def test_R197_the_calendar_has_a_bar_for_everything_that_runs(house, writer):
    launched(house, TIERS, budget=10_000)
    issued(house.writer, launched(house, SHIRTS), 10)
    Sale({"title": "秒杀一日"}, brand=house.brand)
    Fair(house.brand).published(a_plan(title="抽奖一周"))

    page = writer.get(url("promotion_calendar"))
    shown = bars(page)

    assert {"春季满减", "衬衫专享", "新会员券", "秒杀一日", "抽奖一周"} <= set(shown)
    # from the 21st, a Saturday, to the 29th at 20:00 in Shanghai; the grid begins on Monday 16th
    assert (shown["春季满减"].before, shown["春季满减"].span) == (5, 9)
    assert shown["秒杀一日"].span == 1
    assert all(bar.before + bar.span + bar.after == 42 for bar in shown.values())
    assert 'colspan="42"' not in page.content.decode()


def test_the_calendar_goes_forward_and_back_and_reads_any_address(house, writer):
    launched(house, TIERS)
    page = writer.get(url("promotion_calendar"))
    later_page = writer.get(page.context["after_url"])
    assert bars(later_page) == {}
    assert "Nothing runs in these weeks" in text_of(later_page)
    assert "春季满减" in bars(writer.get(later_page.context["before_url"]))
    assert "Chinese New Year" in text_of(
        writer.get(url("promotion_calendar"), {"from": "2027-02-01"})
    )
    for text in ("2026-13-45", "x", "0001-01-01", "9999-12-31", "\0"):
        answer = writer.get(url("promotion_calendar"), {"from": text})
        assert answer.status_code == 200
        assert "春季满减" in bars(answer)


def test_conflicts_are_marked_where_two_exclude_each_other_on_the_same_goods(house, writer):
    launched(house, TIERS)
    launched(house, replace(TIERS, id="other", title="另一满减"))
    page = writer.get(url("promotion_calendar"))

    said = [one.text for one in page.context["calendar"].conflicts]
    assert any("one applies to an order" in text and "另一满减" in text for text in said)
    assert any("On the same days for the same audience" in text for text in said)
    marks = bars(page)["春季满减"].marks
    assert marks
    assert f'id="conflict-{marks[0]}"' in page.content.decode()


def test_no_conflict_between_those_that_never_meet(house, writer):
    launched(house, TIERS)
    after = {"starts_at": later(days=10), "ends_at": later(days=12)}
    launched(house, replace(TIERS, id="after", title="以后", **after))
    shirts = Scope(skus=frozenset({"shirt"}))
    alone = {"starts_at": later(days=20), "ends_at": later(days=21), "audience": "会员"}
    launched(house, replace(CUPS, id="c", **alone))
    launched(house, replace(CUPS, id="d", benefit=LineOff(amount=100, scope=shirts), **alone))

    together = rules_and_drafts(house.writer, now=NOW)
    assert clashes_of(together, now=NOW) == []


def test_a_pair_that_sells_below_cost_is_told_with_the_loss(house, writer):
    launched(house, replace(CUPS, benefit=replace(CUPS.benefit, amount=400)))
    mugs = Scope(skus=frozenset({"mug"}))
    drafted(
        house, replace(TIERS, id="mugs", title="再减", benefit=OrderOff(amount=500, scope=mugs))
    )
    # list 10.00, cost 3.00: 4.00 and 5.00 off together lose 2.00
    (clash,) = [one for one in clashes_of(rules_and_drafts(house.writer, now=NOW), now=NOW)
                if one.loss]  # fmt: skip
    assert {clash.one, clash.other, clash.loss} == {"cups", "mugs", 200}

    for page in ("promotion_calendar", "promotion_stacking"):
        assert "below cost" in text_of(writer.get(url(page)))


def test_R195_every_pair_has_its_word_and_reason(house, writer):
    launched(house, TIERS)
    launched(house, replace(TIERS, id="alone", title="独享", exclusive=True))
    drafted(house, replace(CUPS, title="杯子立减"))
    page = writer.get(url("promotion_stacking"))
    rows = {row.title: row for row in page.context["matrix"].rows}
    words = {(one, cell.other): cell.stands.word for one, row in rows.items() for cell in row.pairs}

    assert words["春季满减", "独享"] == "one alone" == words["独享", "春季满减"]
    assert words["杯子立减", "春季满减"] == "in turn"
    assert rows["杯子立减"].draft
    body = page.content.decode()
    assert "stands alone: where it gives something" in text_of(page)
    assert body.count('role="tooltip"') == 6


def test_the_matrix_is_asked_about_goods(house, writer):
    shirts = Scope(categories=frozenset({"apparel"}))
    launched(house, CUPS)
    launched(house, replace(TIERS, benefit=OrderOff(amount=100, scope=shirts)))
    launched(house, replace(SHIRTS, needs_coupon=False, id="shirt-too", title="衬衫也减"))

    def titles(**goods):
        page = writer.get(url("promotion_stacking"), goods)
        return [row.title for row in page.context["matrix"].rows]

    assert titles(q="mug") == ["杯子立减"]
    assert set(titles(q="SHIRT")) == {"春季满减", "衬衫也减"}
    assert set(titles(category="apparel")) == {"春季满减", "衬衫也减"}
    assert titles(q="nothing like it") == []
    assert 'Only "杯子立减" means them' in text_of(
        writer.get(url("promotion_stacking"), {"q": "mug"})
    )


def test_drafts_that_contradict_the_rest_are_told_apart(house):
    launched(house, TIERS)
    row = drafted(house, replace(CUPS, group="one-per-order"))
    together = rules_and_drafts(house.writer, now=NOW)
    assert together.apart == (row.code,)
    assert row.code not in together.ruleset.numbers


def test_relations_are_those_of_the_engine(house):
    launched(house, TIERS)
    launched(house, replace(TIERS, id="other"))
    together = rules_and_drafts(house.writer, now=NOW)
    assert together.relations == {frozenset(("spring", "other")): Relation.ONE_OF_GROUP}


@pytest.mark.parametrize(
    ("left", "hour", "day", "out"),
    [
        (100, 50, 60, timedelta(hours=2)),
        (100, 0, 48, timedelta(hours=50)),
        (100, 0, 0, None),
        (0, 0, 0, timedelta(0)),
        (100, 1, 1, None),  # a hundred hours: after the end
        (10**18, 1, 1, None),
    ],
)
def test_R201_run_out_is_left_by_the_rate(left, hour, day, out):
    ends_at = NOW + timedelta(hours=60)
    expected = None if out is None else NOW + out
    assert runs_out_at(left=left, hour=hour, day=day, now=NOW, ends_at=ends_at) == expected


def test_the_monitor_shows_what_runs_and_asks_again(house, writer, django_assert_num_queries):
    row = launched(house, TIERS, budget=100_000)
    launched(house, replace(CUPS, starts_at=later(hours=1)))
    used(house, row, amount=1_000, times=2, ago=timedelta(minutes=5))
    used(house, row, amount=1_000, times=3, ago=timedelta(hours=5))
    used(house, row, amount=1_000, ago=timedelta(hours=2), state=UseState.RELEASED)
    used(house, row, amount=1_000, ago=timedelta(days=3))
    sale = Sale({"pieces": 10}, brand=house.brand)
    for _ in range(4):
        sale.reserve(sale.buyer())

    page = writer.get(url("promotion_monitor"))
    part = writer.get(url("promotion_monitor"), headers={"HX-Request": "true"})

    (watched,) = page.context["promotions"]
    assert (watched.hour, watched.day, watched.given_back) == ("2", "5", "1")
    assert watched.gone == 6  # 60.00 of 1,000.00
    (flash,) = page.context["flash"]
    assert (flash.left, flash.hour, flash.gone) == ("6 of 10", "4", 40)
    assert b"<html" not in part.content
    assert b'hx-trigger="every 5s"' in part.content


def test_one_query_for_each_kind(house, django_assert_num_queries):
    from hefu.surfaces.desk.promoting.monitor import monitor_of

    for number in range(3):
        launched(house, replace(TIERS, id=f"p{number}"))
    with django_assert_num_queries(4):
        monitor_of(house.writer, now=NOW)


def test_R193_partners_parts_are_listed_by_month_to_the_fen(house, writer):
    partner = a_partner(house.brand)
    row = launched(house, TIERS, shares={partner.pk: 6_000})
    used(house, row, amount=100_001, ago=timedelta(hours=1), state=UseState.CONFIRMED)
    assert CostShare.objects.count() == 1
    charge_partners(house.system, uses=PromotionUse.objects.all(), now=NOW)
    assert PartnerCharge.objects.get().amount == 60_001

    page = writer.get(url("partner_parts"))
    assert "¥600.01" in text_of(page)
    assert partner.name in text_of(page)
    exported = writer.get(url("partner_parts"), {"export": "csv"})
    assert "600.01" in b"".join(exported.streaming_content).decode()
    assert "Nothing to settle" in text_of(writer.get(url("partner_parts"), {"month": "2026-10"}))
    assert writer.get(url("partner_parts"), {"month": "no"}).status_code == 200
