"""What campaigns need and share: conflicts on both, goods that are short (R317, R337)."""

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta

import pytest

from hefu.apps.audit.models import Entry
from hefu.apps.campaigns.errors.partners import Overbooked
from hefu.apps.campaigns.models import GoodsNeed, Resource, Shortage, StaffNeed
from hefu.apps.campaigns.selectors.resources import clashes_of, goods_of, goods_short, systems_of
from hefu.apps.campaigns.services import plans, resources
from hefu.apps.campaigns.services.alarms import warn_running_out
from hefu.apps.campaigns.services.promotions import open_campaign
from hefu.apps.notices.models import Message
from hefu.apps.orders.models import Article
from hefu.core.errors import Invalid, NotAllowed, NotFound
from hefu.core.permissions import Role
from hefu.core.planning import Goal, GoalKind, Line, LineKind, Metric, extended, template
from tests.apps.campaigns.promoting import a_house, later
from tests.factories import NOW, a_brand, a_partner, an_actor, operator

pytestmark = pytest.mark.django_db
PLAN = replace(
    extended(extended(template(date(2026, 12, 12)), "duties"), "deliver"),
    goals=(Goal(kind=GoalKind.SHARE, metric=Metric.NEW_MEMBERS, target=500),),
    lines=(Line(id="gift", kind=LineKind.GOODS, name="赠品", planned=50_000),),
)


@pytest.fixture
def house():
    house = a_house()
    Article.objects.filter(brand=house.brand, sku="mug").update(available=100)
    return house


@pytest.fixture
def stands(house):
    return resources.keep_resource(
        house.writer,
        kind=Resource.Kind.STAND,
        name="样机展架",
        place="南京路店",
        capacity=2,
        now=NOW,
    )


def opened(house, slug="double-12", title="双12"):
    campaign = open_campaign(house.writer, slug=slug, title=title, now=NOW)
    plans.write_plan(house.writer, campaign=campaign, plan=PLAN, revision=0, now=NOW)
    return campaign


def booked(house, campaign, resource, quantity, days):
    first, last = days
    return resources.book(
        house.writer, campaign=campaign, resource=resource, quantity=quantity,
        starts_at=later(days=first), ends_at=later(days=last), now=NOW,
    )  # fmt: skip


def needed(house, campaign, **about):
    said = {"kind": GoodsNeed.Kind.GIFT, "sku": "mug", **about}
    return resources.plan_goods(house.writer, campaign=campaign, **said, now=NOW)


def test_R317_a_conflict_is_shown_on_both_campaigns_and_submitting_names_it(house, stands):
    mine, theirs = opened(house), opened(house, "new-year", "元旦")
    booked(house, mine, stands, 2, (10, 20))
    plans.submit_plan(house.writer, campaign=mine, now=NOW)
    booked(house, theirs, stands, 1, (16, 30))

    for campaign in (mine, theirs):
        [clash] = clashes_of(campaign)
        assert (clash.resource, clash.stretch.over) == (stands, 1)
        assert (clash.stretch.since, clash.stretch.until) == (later(days=16), later(days=20))
        assert clash.campaigns == (mine, theirs)
        with pytest.raises(Overbooked) as refused:
            plans.submit_plan(house.writer, campaign=campaign, now=NOW)
        assert refused.value.details["resource"] == "样机展架"
        assert refused.value.details["over"] == 1

    one = theirs.bookings.get()
    with pytest.raises(NotFound):
        resources.cancel_booking(house.writer, campaign=mine, booking_id=one.pk, now=NOW)
    resources.cancel_booking(house.writer, campaign=theirs, booking_id=one.pk, now=NOW)
    assert clashes_of(mine) == []
    plans.submit_plan(house.writer, campaign=theirs, now=NOW)


def test_more_of_a_thing_ends_the_conflict_and_what_is_over_is_no_obstacle(house, stands):
    mine, theirs = opened(house), opened(house, "new-year", "元旦")
    booked(house, mine, stands, 2, (1, 3))
    booked(house, theirs, stands, 2, (1, 3))
    resources.check_booked(mine, now=later(days=3))
    with pytest.raises(Overbooked):
        resources.check_booked(mine, now=later(days=2))
    resources.keep_resource(
        house.writer, kind=Resource.Kind.STAND, name=stands.name, capacity=4, now=NOW
    )
    assert clashes_of(mine) == []


def test_bookings_are_the_brand_s_own(house, stands):
    mine = opened(house)
    with pytest.raises(NotFound):
        booked(house, mine, Resource.objects.create(
            brand=a_brand(), kind=Resource.Kind.BOOTH, name="x", capacity=1, created_at=NOW
        ), 1, (1, 2))  # fmt: skip
    for actor in (house.approver, an_actor(house.brand, Role.DISTRIBUTOR, a_partner(house.brand))):
        with pytest.raises(NotAllowed):
            resources.book(
                actor, campaign=mine, resource=stands, quantity=1, starts_at=NOW,
                ends_at=later(days=1), now=NOW,
            )  # fmt: skip
    with pytest.raises(Invalid):
        booked(house, mine, stands, 1, (2, 2))
    with pytest.raises(Invalid):
        booked(house, mine, stands, 0, (1, 2))


def test_R337_gift_stock_below_what_is_expected_warns_before_the_start_once(house):
    campaign = opened(house)
    needed(house, campaign, pieces=100, line="gift")
    assert warn_running_out(NOW) == 0

    needed(house, campaign, orders=60, each=2)  # 120 of 100
    assert [warn_running_out(NOW), warn_running_out(NOW)] == [1, 0]

    [short] = goods_short(house.writer, now=NOW)
    assert (short.wanted, short.left, short.missing) == (120, 100, 20)
    assert short.at == datetime(2026, 12, 11, 16, tzinfo=UTC)  # when the 12th begins in Shanghai
    [alarm] = Shortage.objects.all()
    assert (alarm.kind, alarm.subject) == (Shortage.Kind.GOODS, "double-12: mug")
    [message] = Message.objects.filter(template="goods_short")
    assert message.address == house.writer.label
    assert Entry.objects.filter(action="campaigns.goods_short").count() == 1

    Article.objects.filter(sku="mug").update(available=120)
    assert warn_running_out(NOW) == 0
    assert Shortage.objects.filter(closed_at=None).count() == 0


def test_R337_who_begins_first_is_served_first_and_who_has_begun_is_not_asked(house):
    first = opened(house)
    second = open_campaign(
        house.writer, slug="new-year", title="元旦", starts_at=later(days=40), now=NOW
    )
    needed(house, first, pieces=80)
    needed(house, second, pieces=30)

    [short] = goods_short(house.writer, now=NOW)
    assert (short.campaign, short.left, short.missing) == (second, 20, 10)
    assert goods_short(house.writer, now=NOW + timedelta(days=30)) == []


def test_a_campaign_that_is_over_takes_nothing_from_those_to_come(house):
    over = open_campaign(house.writer, slug="over", title="过去", ends_at=later(days=1), now=NOW)
    needed(house, over, pieces=100)
    needed(house, opened(house), pieces=50)
    assert [one.missing for one in goods_short(house.writer, now=NOW)] == [50]
    assert goods_short(house.writer, now=later(days=2)) == []


def test_an_article_that_is_not_counted_is_never_short_and_an_unknown_one_is_refused(house):
    campaign = opened(house)
    Article.objects.filter(sku="mug").update(available=None)
    needed(house, campaign, pieces=1_000)
    assert goods_short(house.writer, now=NOW) == []
    for wrong in ({"sku": "nothing", "pieces": 1}, {"pieces": 0}, {"pieces": 1, "line": "x"}):
        with pytest.raises(Invalid):
            needed(house, campaign, **wrong)
    resources.drop_goods(
        house.writer, campaign=campaign, need_id=goods_of(campaign).get().pk, now=NOW
    )
    assert not goods_of(campaign).exists()


def test_R337_people_by_role_and_phase_and_systems_with_their_proof(house):
    campaign = opened(house)
    for people in (3, 4):
        resources.plan_staff(
            house.writer, campaign=campaign, role=StaffNeed.Role.SERVICE, phase="run",
            people=people, hours=people * 80, now=NOW,
        )  # fmt: skip
    assert [(row.people, row.hours) for row in StaffNeed.objects.all()] == [(4, 320)]
    with pytest.raises(Invalid):
        resources.plan_staff(
            house.writer, campaign=campaign, role="singing", phase="run", people=1, hours=1, now=NOW
        )

    with pytest.raises(Invalid):
        resources.note_system(house.writer, campaign=campaign, name="收银", ready=True, now=NOW)
    resources.note_system(house.writer, campaign=campaign, name="收银", ready=False, now=NOW)
    resources.note_system(
        house.writer, campaign=campaign, name="收银", ready=True, proof="压测报告 11-20", now=NOW
    )
    [system] = systems_of(campaign)
    assert (system.ready, system.proof) == (True, "压测报告 11-20")
    resources.drop_system(house.writer, campaign=campaign, system_id=system.pk, now=NOW)
    assert not systems_of(campaign).exists()
    with pytest.raises(NotFound):
        resources.drop_system(operator(a_brand()), campaign=campaign, system_id=system.pk, now=NOW)
