"""Marks: stations and exceptions of ranges and single units; only what can end is lifted (O17)."""

import pytest

from hefu.apps.audit.models import Delivery, Entry
from hefu.apps.identity.events import UnitsMarked
from hefu.apps.identity.models import Mark
from hefu.apps.identity.services import marks
from hefu.apps.identity.services.marks import Serials
from hefu.core.codes import BadRange
from hefu.core.codes.verdict import VerdictKind
from hefu.core.errors import Invalid, NotAllowed, NotFound
from hefu.core.permissions import Role
from tests.apps.identity.issue.rows import a_channel
from tests.apps.identity.life.rows import GUANGZHOU, Goods, later
from tests.factories import NOW, a_partner

pytestmark = pytest.mark.django_db


def ignore(event, *, now):
    """A reaction that does nothing."""


REACTIONS = {UnitsMarked: (ignore,)}


def verdict(goods, serial, at=None):
    return goods.look(serial, at=at or later(days=9)).verdict.kind


def test_a_mark_is_one_row_one_entry_and_one_event(settings):
    settings.HEFU_REACTIONS = "tests.apps.identity.life.test_marks.REACTIONS"
    goods = Goods(commissioned=False)

    whole, single = marks.commission(
        goods.manager, serials=[goods.serials(0, 50), goods.serials(60)], now=NOW
    )

    assert (whole.single, single.single) == (False, True)
    entries = Entry.objects.filter(action="identity.units_commissioned").order_by("seq")
    assert [(entry.data["first"], entry.data["count"]) for entry in entries] == [(0, 50), (60, 1)]
    assert [d.payload["kind"] for d in Delivery.objects.all()] == ["commissioned"] * 2
    assert [verdict(goods, serial) for serial in (49, 50, 60, 61)] == [
        VerdictKind.GENUINE_FIRST, VerdictKind.LEAK, VerdictKind.GENUINE_FIRST, VerdictKind.LEAK,
    ]  # fmt: skip


def test_only_what_was_asked_for_is_unfrozen():
    goods = Goods()
    marks.freeze(goods.manager, serials=[goods.serials(10, 20)], reason="enquiry", now=NOW)
    marks.freeze(goods.manager, serials=[goods.serials(15)], reason="another", now=NOW)

    ended = marks.unfreeze(goods.manager, serials=[goods.serials(15, 2)], now=later(days=1))

    assert ended == 2
    edges = (9, 10, 14, 15, 16, 17, 29, 30)
    frozen = {serial for serial in edges if verdict(goods, serial) == VerdictKind.FROZEN}
    assert frozen == {10, 14, 17, 29}
    live = Mark.objects.filter(kind="frozen", lifted_at=None).order_by("first")
    assert [(mark.first, mark.count, mark.at) for mark in live] == [(10, 5, NOW), (17, 13, NOW)]
    assert marks.unfreeze(goods.manager, serials=[goods.serials(15)], now=later(days=2)) == 0


def test_a_recall_ends_and_void_never_does():
    goods = Goods()
    marks.recall(goods.manager, serials=[goods.serials(0, 100)], notice="2026-07", now=NOW)
    marks.void(goods.manager, serials=[goods.serials(3)], reason="spoilt", now=NOW)
    assert verdict(goods, 3) == VerdictKind.RECALLED
    marks.end_recall(goods.manager, serials=[goods.serials(0, 100)], now=later(days=1))

    assert verdict(goods, 3) == VerdictKind.VOID
    assert not hasattr(marks, "unvoid")


def test_O17_a_shipment_binds_channel_partner_and_region():
    goods = Goods()
    partner = a_partner(goods.brand, region=GUANGZHOU)
    channel = a_channel(goods.brand)
    channel.organisation = partner
    channel.save()

    (mark,) = marks.ship(goods.manager, serials=[goods.serials(0, 9)], channel=channel, now=NOW)
    (named,) = marks.ship(
        goods.manager, serials=[goods.serials(9)], channel=channel, region="110000", now=NOW
    )

    assert (mark.channel_id, mark.organisation_id, mark.region) == (
        channel.pk, partner.pk, GUANGZHOU,
    )  # fmt: skip
    assert named.region == "110000"
    with pytest.raises(Invalid):
        marks.ship(goods.manager, serials=[goods.serials(1)], region="Guangdong", now=NOW)


@pytest.mark.parametrize(("first", "count"), [(99, 2), (-1, 1), (0, 0), (1000, 1)])
def test_serials_that_were_never_issued_are_refused(first, count):
    goods = Goods()
    before = Mark.objects.count()

    with pytest.raises(BadRange):
        marks.void(goods.manager, serials=[goods.serials(first, count)], reason="x", now=NOW)
    assert Mark.objects.count() == before


def test_strangers_and_roles_without_the_permission_are_refused():
    goods, other = Goods(), Goods()
    foreign_channel = a_channel(other.brand)
    foreign_partner = a_partner(other.brand)
    mine = [goods.serials(1)]
    before = Mark.objects.count()

    for role in (Role.ANALYST, Role.SERVICE_AGENT, Role.AUDITOR):
        with pytest.raises(NotAllowed):
            marks.freeze(goods.staff(role), serials=mine, reason="x", now=NOW)
    for serials in ([other.serials(1)], [Serials(batch_id=10**9, first=0)]):
        with pytest.raises(NotFound):
            marks.freeze(goods.manager, serials=serials, reason="x", now=NOW)
    with pytest.raises(NotFound):
        marks.ship(goods.manager, serials=mine, channel=foreign_channel, now=NOW)
    with pytest.raises(NotFound):
        marks.ship(goods.manager, serials=mine, organisation_id=foreign_partner.pk, now=NOW)
    for reason in ("", "  ", "x" * 201):
        with pytest.raises(Invalid):
            marks.void(goods.manager, serials=mine, reason=reason, now=NOW)
    with pytest.raises(Invalid):
        marks.commission(goods.manager, serials=[], now=NOW)
    assert Mark.objects.count() == before
