"""Reports of campaigns: gathered once on the day of the plan, frozen, measured again, concluded."""

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from threading import Thread

import pytest
from django.db import connection

from hefu.apps.audit.models import Entry
from hefu.apps.campaigns.errors.reports import ReportMoved
from hefu.apps.campaigns.models import PlanLine, ReportText, ReportVersion
from hefu.apps.campaigns.selectors.reports import report_task, reports_of, texts_of
from hefu.apps.campaigns.services import plans
from hefu.apps.campaigns.services.checkout import Wish, place_order
from hefu.apps.campaigns.services.placements import Terms, add_placement
from hefu.apps.campaigns.services.promotions import open_campaign
from hefu.apps.campaigns.services.reaching import count_hit
from hefu.apps.campaigns.services.reports import LONGEST, conclude, gather_reports, measure
from hefu.apps.orders.models import Order, OrderState
from hefu.config.reactions import MINDERS
from hefu.core.errors import Invalid, NotAllowed, NotFound
from hefu.core.permissions import Role
from hefu.core.planning import (
    Goal,
    GoalKind,
    Line,
    LineKind,
    Metric,
    Phase,
    Plan,
    Task,
    collect_on,
    reached,
    read_report,
    report_document,
    report_hash,
    template,
)
from hefu.core.promotions import Promotion, Tier, Tiered
from hefu.core.reach import Channel, Hit, Target, Touch
from tests.apps.campaigns.promoting import a_cart, a_house, launched
from tests.apps.orders.shop import open_mall
from tests.factories import NOW, a_brand, an_actor

pytestmark = pytest.mark.django_db

#: The run is 15 days from 22 November; its review begins on 7 December, the fifth day is the 11th.
STARTS = date(2026, 11, 22)
GOALS = (
    Goal(kind=GoalKind.SHARE, metric=Metric.ORDERS, target=1, baseline=0),
    Goal(kind=GoalKind.SHARE, metric=Metric.REVENUE, target=10_000_000, baseline=4),
    Goal(kind=GoalKind.EFFICIENCY, metric=Metric.COST_PER_ORDER, target=5_000, baseline=None),
)
LINES = (Line(id="web", kind=LineKind.INTERNET, name="网络推广", planned=500_000),)
PLAN = replace(
    template(STARTS), goals=GOALS, lines=LINES,
    days={Phase.PREPARE: 20, Phase.RUN: 15, Phase.REVIEW: 15},
    tasks=tuple(task for task in template(STARTS).tasks if task.id != "deliver"),
)  # fmt: skip
OFF = Tiered(tiers=(Tier(at_least=40_000, amount=2_000),))
#: Midnight in Shanghai, in UTC.
DAY_5 = datetime(2026, 12, 10, 16, tzinfo=UTC)


@pytest.fixture
def house():
    house = a_house()
    open_mall(house.brand)
    return house


@pytest.fixture
def campaign(house):
    campaign = open_campaign(house.writer, slug="double-12", title="双12", now=NOW)
    launched(
        house, Promotion(id="off", currency="CNY", benefit=OFF),
        campaign=campaign, budget=50_000,
    )  # fmt: skip
    return campaign


def signed(house, campaign, plan=PLAN):
    plans.write_plan(house.writer, campaign=campaign, plan=plan, revision=0, now=NOW)
    plans.submit_plan(house.writer, campaign=campaign, now=NOW)
    return plans.sign_plan(house.approver, campaign=campaign, now=NOW)


def reached_somebody(house, campaign):
    """One visit by a poster, one paid order of a cooker put down to it, money on the line."""
    terms = Terms(kind=Channel.POSTER, name="海报", target_kind=Target.SHELF, cost=300)
    row = add_placement(house.writer, campaign=campaign, terms=terms, now=NOW)
    count_hit(house.system, placement=row, hit=Hit.VISIT, region="440000", now=NOW)
    order = place_order(
        house.system, now=NOW,
        wish=Wish(key="k", cart=a_cart({"cooker": 1}), provider="test",
                  touch=Touch(placement_id=row.pk, at=NOW)),
    )  # fmt: skip
    Order.objects.filter(pk=order.pk).update(state=OrderState.PAID, paid_at=NOW)
    campaign.promotions.get().uses.update(state="confirmed")
    PlanLine.objects.filter(line="web").update(committed=1_000, spent=2_000)


def test_R165_the_data_pack_is_made_on_day_five_with_measured_figures(house, campaign):
    assert gather_reports in MINDERS
    signed(house, campaign)
    reached_somebody(house, campaign)

    assert gather_reports(DAY_5 - timedelta(seconds=1)) == 0
    assert [gather_reports(DAY_5), gather_reports(DAY_5 + timedelta(days=1))] == [1, 0]

    made = ReportVersion.objects.get()
    report = read_report(made.document)
    assert (report.since, report.until) == (STARTS, date(2026, 12, 6))
    assert [(one.baseline, one.target, one.came, one.reached) for one in report.goals] == [
        (0, 1, 1, True), (4, 10_000_000, 47_900, False), (None, 5_000, 2_000, True),
    ]  # fmt: skip
    (line,), (promotion,), (channel,) = report.lines, report.promotions, report.channels
    assert (line.planned, line.committed, line.spent) == (500_000, 1_000, 2_000)
    assert (promotion.orders, promotion.discount, promotion.budget) == (1, 2_000, 50_000)
    assert (channel.name, channel.visits, channel.orders, channel.revenue) == (
        "海报", 1, 1, 47_900,
    )  # fmt: skip
    assert made.content_hash == report_hash(report)
    task = report_task(campaign)
    assert (task.title, task.due_on) == ("总结报告", date(2026, 12, 21)), "day 15 of the review"
    assert Entry.objects.filter(action="campaigns.report_measured").count() == 1


def test_R165_figures_stay_and_are_measured_again_into_a_new_version(house, campaign):
    signed(house, campaign)
    gather_reports(DAY_5)
    before = ReportVersion.objects.get().document
    reached_somebody(house, campaign)

    newer = measure(house.writer, campaign=campaign, now=DAY_5 + timedelta(hours=1))

    assert newer.number == 2
    assert ReportVersion.objects.get(number=1).document == before
    assert [one.goals[0].came for one in map(read_report, (before, newer.document))] == [0, 1]
    assert [row.number for row in reports_of(campaign)] == [2, 1]


def test_a_report_asked_for_earlier_does_not_replace_that_of_its_day(house, campaign):
    signed(house, campaign)
    early = measure(house.writer, campaign=campaign, now=NOW)
    assert read_report(early.document).until == STARTS
    assert gather_reports(DAY_5) == 1
    signed(house, campaign, replace(PLAN, starts_on=STARTS + timedelta(days=3)))
    later = DAY_5 + timedelta(days=3)
    assert [gather_reports(later - timedelta(seconds=1)), gather_reports(later)] == [0, 1]
    assert ReportVersion.objects.filter(by_clock=True).count() == 2, "one for each signed plan"


def test_conclusions_are_kept_in_every_wording_and_do_not_overwrite(house, campaign):
    signed(house, campaign)
    about = {"campaign": campaign, "now": DAY_5}
    with pytest.raises(NotFound):
        conclude(house.writer, text="too early", seen=0, **about)
    gather_reports(DAY_5)
    for text in ("", "x" * (LONGEST + 1)):
        with pytest.raises(Invalid):
            conclude(house.writer, text=text, seen=0, **about)
    for _twice in range(2):
        conclude(house.writer, text="海报带来订单", seen=0, **about)
    with pytest.raises(ReportMoved):
        conclude(house.writer, text="另一份", seen=0, **about)
    conclude(house.writer, text="海报带来订单，微博没有", seen=1, **about)
    assert [(row.number, row.beside) for row in texts_of(campaign)] == [(2, 1), (1, 1)]
    assert ReportText.objects.get(number=1).text == "海报带来订单"


def test_nobody_else_measures_or_writes(house, campaign):
    with pytest.raises(NotFound):
        measure(house.writer, campaign=campaign, now=DAY_5)
    signed(house, campaign)
    stranger = an_actor(a_brand("other"), Role.BRAND_ADMIN)
    auditor = an_actor(house.brand, Role.AUDITOR)
    for actor, refusal in ((stranger, NotFound), (auditor, NotAllowed)):
        with pytest.raises(refusal):
            measure(actor, campaign=campaign, now=DAY_5)
        with pytest.raises(refusal):
            conclude(actor, campaign=campaign, text="x", seen=0, now=DAY_5)
    assert not ReportVersion.objects.exists()


def test_the_day_follows_the_plans_own_task_else_it_is_the_fifth():
    assert collect_on(PLAN) == date(2026, 12, 11)
    longer = replace(
        PLAN, tasks=(Task(id="collect", phase=Phase.REVIEW, title="x", first=1, last=8),)
    )
    assert collect_on(longer) == date(2026, 12, 14)
    assert collect_on(replace(PLAN, tasks=())) == date(2026, 12, 11)
    short = Plan(starts_on=STARTS, days={**PLAN.days, Phase.REVIEW: 3})
    assert collect_on(short) == date(2026, 12, 9), "the last day of a shorter review"


def test_less_is_better_where_it_costs_and_nothing_measured_is_nothing_reached():
    assert reached(Metric.COST_PER_ORDER, 10, 11)
    assert not reached(Metric.COST_PER_ORDER, 12, 11)
    assert reached(Metric.ORDERS, 11, 11)
    assert not reached(Metric.ORDERS, None, 0)


def test_a_document_is_read_back_as_it_was_and_what_is_newer_is_passed_over(house, campaign):
    signed(house, campaign)
    reached_somebody(house, campaign)
    gather_reports(DAY_5)
    document = ReportVersion.objects.get().document
    report = read_report(document)
    assert report_document(report) == document
    document["goals"][0]["of_next_year"] = 1
    assert read_report(document) == report


@pytest.mark.django_db(transaction=True)
def test_two_clocks_gather_one_report():
    house = a_house()
    campaign = open_campaign(house.writer, slug="race", title="x", now=NOW)
    signed(house, campaign)
    made = []

    def run():
        try:
            made.append(gather_reports(DAY_5))
        finally:
            connection.close()

    threads = [Thread(target=run) for _clock in range(3)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert (sum(made), ReportVersion.objects.count()) == (1, 1)
