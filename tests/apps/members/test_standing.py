"""Levels, verified groups, segments, birthdays: told by those who may, used while they hold."""

from datetime import date, timedelta

import pytest

from hefu.apps.members.models import Standing
from hefu.apps.members.services import standing as service
from hefu.apps.members.services.vouching import vouch
from hefu.apps.members.standing import standing_of
from hefu.core.actor import consumer
from hefu.core.errors import Invalid, NotAllowed, NotFound
from hefu.core.permissions import Role
from tests.factories import NOW, a_brand, an_actor, operator

pytestmark = pytest.mark.django_db


@pytest.fixture
def brand():
    return a_brand()


@pytest.fixture
def member(brand):
    return vouch(operator(brand), addresses=["+8613800138000"], now=NOW)[0]


def of(member):
    return standing_of(brand_id=member.brand_id, member_id=member.pk)


def test_R156_a_verified_group_needs_what_was_seen_and_an_expiry(brand, member):
    said = {"member_id": member.pk, "group": "student", "now": NOW}
    until = NOW + timedelta(days=365)
    for wrong in (
        {"proof": " ", "expires_at": until},
        {"proof": "x" * 121, "expires_at": until},
        {"proof": "student card", "expires_at": NOW},
        {"proof": "student card", "expires_at": until, "group": "Stu dent"},
    ):
        with pytest.raises(Invalid):
            service.verify_group(operator(brand), **{**said, **wrong})
    assert of(member).verified == {}

    service.verify_group(operator(brand), **said, proof="student card", expires_at=until)

    assert of(member).verified == {"student": until}
    service.leave_group(
        operator(brand), member_id=member.pk, group="student", verified=True, now=NOW
    )
    assert of(member).verified == {}
    service.verify_group(operator(brand), **said, proof="card of 2027", expires_at=until)
    assert of(member).verified == {"student": until}


def test_a_birthday_is_given_freely_sealed_without_a_year_and_forgotten_at_once(brand, member):
    self = consumer(brand_id=brand.pk, member_id=member.pk)
    for wrong in ({"birthday": "02-30"}, {"agreed_to": ""}):
        with pytest.raises(Invalid):
            service.give_birthday(
                self, **{"birthday": "02-29", "agreed_to": "yes", **wrong}, now=NOW
            )
    service.give_birthday(self, birthday="02-29", agreed_to="生日优惠", now=NOW)

    assert of(member).birthday == date(2000, 2, 29)
    raw = Standing.objects.extra(select={"raw": "birthday"}).values_list("raw", flat=True).get()
    assert "02-29" not in raw
    service.forget_birthday(self, now=NOW)
    assert of(member).birthday is None
    with pytest.raises(NotFound):
        service.give_birthday(operator(brand), birthday="02-29", agreed_to="yes", now=NOW)


def test_levels_and_segments(brand, member):
    service.set_level(operator(brand), member_id=member.pk, level="gold", now=NOW)
    assert service.put_in_segment(operator(brand), segment="vip", members=[member.pk], now=NOW) == 1
    assert (of(member).level, of(member).segments) == ("gold", frozenset({"vip"}))

    service.leave_group(operator(brand), member_id=member.pk, group="vip", now=NOW)
    assert of(member).segments == frozenset()
    assert service.put_in_segment(operator(brand), segment="vip", members=[member.pk], now=NOW) == 1
    with pytest.raises(Invalid):
        service.set_level(operator(brand), member_id=member.pk, level="Gold!", now=NOW)


def test_only_those_who_may_vouch_and_only_for_their_own(brand, member):
    other = a_brand()
    agent = an_actor(brand, Role.SERVICE_AGENT)

    with pytest.raises(NotAllowed):
        service.set_level(agent, member_id=member.pk, level="gold", now=NOW)
    with pytest.raises(NotFound):
        service.set_level(operator(other), member_id=member.pk, level="gold", now=NOW)
    with pytest.raises(NotFound):
        standing_of(brand_id=other.pk, member_id=member.pk)
    assert service.put_in_segment(operator(other), segment="vip", members=[member.pk], now=NOW) == 0
    assert of(member).segments == frozenset()
