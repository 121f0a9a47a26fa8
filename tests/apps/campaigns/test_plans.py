"""Plans of campaigns: signed by a second person, frozen, followed; no line is overspent."""

from dataclasses import replace
from datetime import date, timedelta
from threading import Thread

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from hefu.apps.accounts.errors import SamePerson
from hefu.apps.audit.models import Entry
from hefu.apps.campaigns.errors.plans import LineOverspent, PlanMoved
from hefu.apps.campaigns.models import PlanLine, PlanTask, PlanVersion
from hefu.apps.campaigns.selectors import plans as selectors
from hefu.apps.campaigns.services import plans
from hefu.apps.campaigns.services.promotions import open_campaign
from hefu.apps.orders.models import Order, OrderState
from hefu.core.errors import DomainError, Invalid, NotAllowed, NotFound
from hefu.core.permissions import Role
from hefu.core.planning import (
    Goal,
    GoalKind,
    Line,
    LineKind,
    Metric,
    extended,
    template,
)
from tests.apps.campaigns.promoting import a_house, a_member
from tests.factories import NOW, a_brand, an_actor, operator

pytestmark = pytest.mark.django_db

LINES = (
    Line(id="tv", kind=LineKind.TELEVISION, name="地方台", planned=100_000),
    Line(id="gift", kind=LineKind.GOODS, name="赠品", planned=50_000),
)
GOAL = Goal(kind=GoalKind.SHARE, metric=Metric.NEW_MEMBERS, target=500, baseline=120)
PLAN = replace(
    extended(extended(template(date(2026, 12, 12)), "duties"), "deliver"), goals=(GOAL,),
    lines=LINES,
)  # fmt: skip


@pytest.fixture
def house():
    return a_house()


@pytest.fixture
def campaign(house):
    return open_campaign(house.writer, slug="double-12", title="双12", now=NOW)


def signed(house, campaign, plan=PLAN, revision=0):
    plans.write_plan(house.writer, campaign=campaign, plan=plan, revision=revision, now=NOW)
    plans.submit_plan(house.writer, campaign=campaign, now=NOW)
    return plans.sign_plan(house.approver, campaign=campaign, now=NOW)


def test_R142_a_signed_baseline_is_frozen_and_an_edit_is_a_new_version(house, campaign):
    first = signed(house, campaign)

    moved = replace(PLAN, goals=(replace(GOAL, baseline=1),))
    plans.write_plan(house.writer, campaign=campaign, plan=moved, revision=0, now=NOW)

    assert selectors.plan_of(selectors.signed_plan(campaign)).goals[0].baseline == 120
    assert selectors.open_plan(campaign).number == first.number + 1
    plans.submit_plan(house.writer, campaign=campaign, now=NOW)
    plans.sign_plan(house.approver, campaign=campaign, now=NOW)
    assert selectors.plan_of(selectors.signed_plan(campaign)).goals[0].baseline == 1
    assert PlanVersion.objects.get(pk=first.pk).state == PlanVersion.State.REPLACED


def test_a_second_person_signs_what_was_asked_and_nothing_else(house, campaign):
    with pytest.raises(NotFound):
        plans.submit_plan(house.writer, campaign=campaign, now=NOW)
    version = plans.write_plan(house.writer, campaign=campaign, plan=PLAN, revision=0, now=NOW)
    plans.submit_plan(house.writer, campaign=campaign, now=NOW)
    admin = an_actor(house.brand, Role.BRAND_ADMIN)
    plans.write_plan(admin, campaign=campaign, plan=replace(PLAN, theme="新"),
                     revision=version.revision, now=NOW)  # fmt: skip
    with pytest.raises(DomainError) as refused:
        plans.sign_plan(house.approver, campaign=campaign, now=NOW)
    assert refused.value.code == "accounts.content_changed"

    plans.submit_plan(admin, campaign=campaign, now=NOW)
    with pytest.raises(SamePerson):
        plans.sign_plan(admin, campaign=campaign, now=NOW)
    with pytest.raises(Invalid):
        plans.refuse_plan(house.approver, campaign=campaign, note=" ", now=NOW)
    plans.refuse_plan(house.approver, campaign=campaign, note="太贵", now=NOW)
    assert selectors.open_plan(campaign).state == PlanVersion.State.DRAFT


def test_R163_a_plan_with_a_task_beyond_its_phase_is_not_submitted(house, campaign):
    plan = replace(template(date(2026, 12, 12)), goals=(GOAL,))
    plans.write_plan(house.writer, campaign=campaign, plan=plan, revision=0, now=NOW)
    with pytest.raises(Invalid) as refused:
        plans.submit_plan(house.writer, campaign=campaign, now=NOW)
    assert refused.value.details == {"field": "tasks", "rule": "beyond_phase", "value": "人员分工"}


def test_two_editors_do_not_mix_their_words(house, campaign):
    version = plans.write_plan(house.writer, campaign=campaign, plan=PLAN, revision=0, now=NOW)
    one, other = replace(PLAN, theme="甲"), replace(PLAN, theme="乙")
    plans.write_plan(house.writer, campaign=campaign, plan=one, revision=version.revision, now=NOW)
    for revision in (0, version.revision):
        with pytest.raises(PlanMoved):
            plans.write_plan(
                house.writer, campaign=campaign, plan=other, revision=revision, now=NOW
            )
    assert selectors.plan_of(selectors.open_plan(campaign)).theme == "甲"


def test_R166_a_late_task_raises_one_alarm_and_more_time_takes_it_back(house, campaign):
    signed(house, campaign)
    first = selectors.tasks_of(campaign).first()
    plans.task_done(house.writer, campaign=campaign, task=first.task, done=True, now=NOW)
    late = NOW + timedelta(days=8)  # 30 November: the second task was due on the 1st ...
    due = sum(1 for one in selectors.tasks_of(campaign) if one.due_on < late.date()) - 1

    assert [plans.warn_slipped(late), plans.warn_slipped(late)] == [due, 0]
    assert Entry.objects.filter(action="campaigns.task_slipped").count() == due

    later = replace(PLAN, starts_on=date(2027, 1, 12))
    signed(house, campaign, later)
    assert not PlanTask.objects.exclude(slipped_at=None).exists()
    assert PlanTask.objects.exclude(done_at=None).count() == 1, "what was done stays done"


def test_R248_R257_a_line_holds_plan_commitments_and_spending(house, campaign):
    signed(house, campaign)
    about = {"campaign": campaign, "line": "tv", "now": NOW}

    plans.spend(house.writer, **about, kind="commit", amount=60_000, key="o1")
    plans.spend(house.writer, **about, kind="commit", amount=60_000, key="o1")  # pressed twice
    plans.spend(house.writer, **about, kind="spend", amount=70_000, paid_from=60_000, key="b1")
    with pytest.raises(LineOverspent) as refused:
        plans.spend(house.writer, **about, kind="spend", amount=30_001, key="b2")

    row = PlanLine.objects.get(line="tv")
    assert (row.planned, row.committed, row.spent) == (100_000, 0, 70_000)
    assert refused.value.details["used"] == 70_000
    assert sum(one.amount for one in selectors.spendings_of(campaign) if one.kind == "spend") == (
        row.spent
    )
    plans.spend(house.writer, **about, kind="spend", amount=30_000, key="b3")
    with pytest.raises(LineOverspent):
        signed(house, campaign, replace(PLAN, lines=LINES[1:]))


@pytest.mark.django_db(transaction=True)
def test_R248_ten_hands_spend_a_line_once(house, campaign):
    signed(house, campaign)
    told = []

    def pay(number):
        try:
            plans.spend(house.writer, campaign=campaign, line="gift", kind="spend", amount=10_000,
                        key=f"k{number}", now=NOW)  # fmt: skip
            told.append("paid")
        except LineOverspent:
            told.append("refused")
        finally:
            connection.close()

    hands = [Thread(target=pay, args=[number]) for number in range(10)]
    for hand in hands:
        hand.start()
    for hand in hands:
        hand.join()

    assert sorted(told) == ["paid"] * 5 + ["refused"] * 5
    assert PlanLine.objects.get(line="gift").spent == 50_000


def test_R142_what_an_aim_came_to_is_counted_from_the_records(house, campaign):
    since, until = NOW - timedelta(days=2), NOW
    a_member(house)
    count = selectors.measured(house.writer, Metric.NEW_MEMBERS, since=since, until=until)
    assert count >= 1
    for metric in Metric:
        found = selectors.measured(house.writer, metric, since=since, until=until)
        assert found is None or found >= 0


def test_R142_who_bought_before_is_counted_by_the_database(house):
    once, twice = a_member(house), a_member(house, "13800138001")
    for number, (member, days) in enumerate(((once, 1), (twice, 1), (twice, 40))):
        Order.objects.create(
            brand=house.brand, source="mall", number=f"o{number}", key=f"k{number}", listed=100,
            total=100, member_id=member.pk, state=OrderState.PAID, currency="CNY",
            placed_at=NOW - timedelta(days=days), updated_at=NOW,
        )  # fmt: skip
    about = {"since": NOW - timedelta(days=2), "until": NOW}
    with CaptureQueriesContext(connection) as asked:
        found = selectors.measured(house.writer, Metric.REPURCHASE_BP, **about)
    assert found == 5_000
    assert all("COUNT(" in one["sql"] for one in asked), "a million buyers are not loaded"


def test_others_do_not_see_a_plan(house, campaign):
    signed(house, campaign)
    stranger = operator(a_brand("other"))
    with pytest.raises(NotFound):
        selectors.campaign_by_id(stranger, campaign.pk)
    with pytest.raises(NotFound):
        plans.spend(stranger, campaign=campaign, line="tv", kind="spend", amount=1, key="x",
                    now=NOW)  # fmt: skip
    with pytest.raises(NotAllowed):
        plans.write_plan(house.approver, campaign=campaign, plan=PLAN, revision=0, now=NOW)
