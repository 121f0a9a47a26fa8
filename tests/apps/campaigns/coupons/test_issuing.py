"""Coupons go to those they are meant for, once, and the report says who is without."""

from datetime import timedelta

import pytest
from django.core import serializers

from hefu.apps.audit import jobs
from hefu.apps.campaigns.models import Campaign, Coupon, CouponBatch
from hefu.apps.campaigns.selectors.audiences import Audience, audience_of
from hefu.apps.campaigns.selectors.coupons import batch_by_id, figures_of, wallet_for
from hefu.apps.campaigns.services import coupons
from hefu.apps.campaigns.services.coupons import void_coupons
from hefu.core.actor import consumer
from hefu.core.errors import Invalid, NotAllowed, NotFound
from hefu.core.permissions import Role
from hefu.core.promotions import hold_out_bp
from tests.apps.campaigns.coupons.rows import DAY, a_promotion, issued, members
from tests.factories import NOW, a_brand, an_actor

JOBS = {coupons.JOB: coupons.run_issue}
EVERYBODY = Audience()


@pytest.fixture(autouse=True)
def own_jobs(settings):
    settings.HEFU_JOBS = f"{__name__}.JOBS"


def work(clock=lambda: NOW):
    """Let a worker run what waits."""
    while job := jobs.claim("w", now=clock()):
        jobs.run(job, worker="w", clock=clock)
        job.refresh_from_db()
        assert job.state == job.State.DONE, job.error


def reported(batch):
    batch.refresh_from_db()
    return batch.report


@pytest.mark.django_db
def test_R145_a_thousand_coupons_to_eight_hundred_members(brand, manager):
    crowd = members(brand, 800)
    batch = issued(manager, a_promotion(brand), 1000, audience=EVERYBODY)

    work()

    assert reported(batch) == {
        "audience": 800, "members": 800, "without": 0, "issued": 800, "left": 200,
    }  # fmt: skip
    owners = Coupon.objects.filter(batch=batch).values_list("member_id", flat=True)
    assert sorted(owners) == sorted(member.pk for member in crowd)


@pytest.mark.django_db
def test_R145_fewer_coupons_than_members_go_to_the_earliest_and_the_rest_is_reported(
    brand, manager
):
    crowd = members(brand, 30)
    batch = issued(manager, a_promotion(brand), 25, audience=EVERYBODY, per_member=2)

    work()

    assert reported(batch)["issued"] == 25
    assert reported(batch)["without"] == 30 - 13
    first = {member.pk for member in crowd[:13]}
    assert set(Coupon.objects.values_list("member_id", flat=True)) == first


@pytest.mark.django_db
def test_a_job_that_was_killed_goes_on_without_a_second_coupon(brand, manager, monkeypatch):
    members(brand, 50)
    monkeypatch.setattr("hefu.apps.campaigns.services.coupons.members_of", _steps_of(10))
    batch = issued(manager, a_promotion(brand), 100, audience=EVERYBODY)
    job = jobs.claim("dead", now=NOW)
    run = jobs.JobRun(job=job, worker="dead", clock=lambda: NOW)
    given = coupons.members_of(run.actor, EVERYBODY)
    coupons.give(run.actor, batch=batch, members=given, now=NOW)  # killed before it said so

    work(lambda: NOW + timedelta(minutes=5))

    assert reported(batch)["issued"] == 50
    assert Coupon.objects.filter(batch=batch).count() == 50


def _steps_of(limit):
    from hefu.apps.campaigns.selectors.audiences import members_of

    return lambda actor, audience, *, after=0: members_of(actor, audience, after=after, limit=limit)


@pytest.mark.django_db
def test_held_out_members_get_none(brand, manager):
    crowd = members(brand, 200)
    campaign = Campaign.objects.create(
        brand=brand, slug="spring", title="春", hold_out_bp=2000, salt="s", created_at=NOW
    )
    batch = issued(manager, a_promotion(brand, campaign=campaign), 500, audience=EVERYBODY)

    work()

    out = {one.pk for one in crowd if hold_out_bp(f"member:{one.pk}", "s") < 2000}
    assert 0 < len(out) < 200
    owners = set(Coupon.objects.values_list("member_id", flat=True))
    assert owners == {one.pk for one in crowd} - out
    assert reported(batch)["without"] == len(out)


@pytest.mark.django_db
def test_an_audience_by_when_they_joined(brand, manager):
    old, new = members(brand, 2)
    type(old).objects.filter(pk=old.pk).update(created_at=NOW - 100 * DAY)
    batch = issued(manager, a_promotion(brand), 10, audience=Audience(joined_since=NOW - 10 * DAY))

    work()

    assert list(batch.coupons.values_list("member_id", flat=True)) == [new.pk]


def test_an_audience_survives_its_document():
    audience = Audience(members=(1, 2), products=(3,), activated_since=NOW, joined_before=NOW)

    assert audience_of(audience.document()) == audience
    with pytest.raises(Invalid):
        audience_of({"joined_since": "yesterday"})
    with pytest.raises(Invalid):
        audience_of({"joined_since": "2026-01-01T00:00:00"})


@pytest.mark.django_db
def test_no_code_stands_in_the_database(brand, manager):
    (member,) = members(brand, 1)
    batch = issued(manager, a_promotion(brand), 1, audience=EVERYBODY)
    work()
    (card,) = wallet_for(consumer(brand_id=brand.pk, member_id=member.pk), now=NOW)

    dump = serializers.serialize("json", [batch, *batch.coupons.all()])

    assert card.code.replace("-", "") not in dump
    assert card.code not in dump
    assert card.title == "新会员券"


@pytest.mark.django_db
def test_bad_input_is_named(brand, manager):
    promotion = a_promotion(brand)
    with pytest.raises(Invalid) as refusal:
        issued(manager, promotion, 0)
    assert refusal.value.details["field"] == "quantity"
    with pytest.raises(Invalid) as refusal:
        issued(manager, a_promotion(brand, "open", needs_coupon=False), 5)
    assert refusal.value.details["rule"] == "takes_no_coupons"
    with pytest.raises(Invalid) as refusal:
        issued(manager, promotion, 5, per_member=0)
    assert refusal.value.details["field"] == "per_member"
    assert not CouponBatch.objects.exists()


@pytest.mark.django_db
def test_only_those_who_may_and_only_their_own(brand, manager):
    promotion = a_promotion(brand)
    other = a_brand()
    with pytest.raises(NotAllowed):
        issued(an_actor(brand, Role.SERVICE_AGENT), promotion, 5)
    with pytest.raises(NotFound):
        issued(an_actor(other, Role.CAMPAIGN_MANAGER), promotion, 5)
    batch = issued(manager, promotion, 5)
    with pytest.raises(NotFound):
        batch_by_id(an_actor(other, Role.CAMPAIGN_MANAGER), batch.pk)


@pytest.mark.django_db
def test_coupons_issued_in_error_are_taken_back_with_a_reason(brand, manager):
    members(brand, 3)
    batch = issued(manager, a_promotion(brand), 3, audience=EVERYBODY)
    work()

    with pytest.raises(Invalid):
        void_coupons(manager, batch=batch, reason=" ", now=NOW + DAY)
    assert void_coupons(manager, batch=batch, reason="wrong amount", now=NOW + DAY) == 3
    assert figures_of(manager, [batch.pk])[batch.pk].void == 3


@pytest.mark.django_db
def test_an_issue_taken_back_gives_out_no_more(brand, manager):
    crowd = members(brand, 4)
    batch = issued(manager, a_promotion(brand), 4, audience=EVERYBODY)
    coupons.give(manager, batch=batch, members=[crowd[0].pk], now=NOW)

    void_coupons(manager, batch=batch, reason="wrong amount", now=NOW)
    assert coupons.give(manager, batch=batch, members=[one.pk for one in crowd], now=NOW) == 0

    assert Coupon.objects.filter(batch=batch).count() == 1
