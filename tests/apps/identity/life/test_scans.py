"""Checks of codes: counted, judged, never more than the records show (R118, L46)."""

from concurrent.futures import ThreadPoolExecutor
from threading import Barrier

import pytest
from django.db import connection

from hefu.apps.audit.models import Delivery, Entry
from hefu.apps.identity.events import UnitSuspected
from hefu.apps.identity.models import Activation, Scan, Unit
from hefu.apps.identity.selectors.codes import Reading, UnitRef
from hefu.apps.identity.services import keys, marks, scans
from hefu.apps.identity.services.scans import Look
from hefu.core.codes.verdict import VerdictKind
from tests.apps.identity.life.rows import (
    BEIJING,
    CHENGDU,
    EDGE,
    GUANGZHOU,
    SHANGHAI,
    Goods,
    later,
)
from tests.factories import NOW


def ignore(event, *, now):
    """A reaction that does nothing."""


REACTIONS = {UnitSuspected: (ignore,)}

pytestmark = pytest.mark.django_db


def codes_of(verdict):
    return [reason.code for reason in verdict.reasons]


def test_R118_first_check_then_again_with_count_and_first_time_and_place():
    goods = Goods()

    first = goods.look(3, device="a", region=GUANGZHOU)
    again = goods.look(3, device="b", region=GUANGZHOU, at=later(days=2))

    assert (first.verdict.kind, first.checks) == (VerdictKind.GENUINE_FIRST, 1)
    assert (again.verdict.kind, again.checks) == (VerdictKind.GENUINE_AGAIN, 2)
    reason = again.verdict.reasons[0]
    assert (reason.count, reason.since, reason.place) == (1, NOW, GUANGZHOU)
    assert (again.first_check_at, again.first_check_region) == (NOW, GUANGZHOU)


def test_R118_golden_histories():
    """Twelve histories through the database, each with the verdict a person would give."""
    goods = Goods()
    early = Goods(commissioned=False)
    manager = goods.manager
    me, you = goods.member(), goods.member()

    def activated(serial, member):
        seen = goods.look(serial, device="owner", region=GUANGZHOU)
        Activation.objects.create(
            brand=goods.brand, unit_id=seen.unit_id, member=member, product=goods.product,
            key=f"golden-{serial}", at=NOW, surface="consumer",
        )  # fmt: skip

    def recalled(serial):
        marks.recall(manager, serials=[goods.serials(serial)], notice="2026-07", now=NOW)

    # 1 never seen; 2 a reload; 3 seen before; 4 mine; 5 somebody's; 6 recalled and mine;
    goods.look(2, device="me", region=GUANGZHOU)
    goods.look(3, device="shop", region=GUANGZHOU)
    activated(4, me)
    activated(5, you)
    activated(6, me)
    recalled(6)
    # 7 void; 8 frozen; 9 stolen and then found; 10 stolen;
    marks.void(manager, serials=[goods.serials(7)], reason="label spoilt", now=NOW)
    marks.freeze(manager, serials=[goods.serials(8)], reason="enquiry 12", now=NOW)
    marks.report_lost(manager, serials=[goods.serials(9, 2)], reason="truck", now=NOW)
    marks.report_found(manager, serials=[goods.serials(9)], now=later(hours=1))
    # 11 in Guangzhou and Beijing within minutes
    goods.look(11, device="a", region=GUANGZHOU, at=later(hours=2))
    at = later(hours=2, minutes=5)

    told = {
        serial: goods.look(serial, device="me", region=GUANGZHOU, member_id=me.pk, at=at)
        for serial in (1, 2, 3, 4, 5, 6, 7, 8, 9, 10)
    }
    told[11] = goods.look(11, device="b", region=BEIJING, at=at)
    told[12] = early.look(12, device="me", region=GUANGZHOU, at=at)

    assert {serial: seen.verdict.kind for serial, seen in told.items()} == {
        1: VerdictKind.GENUINE_FIRST,
        2: VerdictKind.GENUINE_AGAIN,  # two hours later is no reload
        3: VerdictKind.GENUINE_AGAIN,
        4: VerdictKind.ACTIVATED_BY_YOU,
        5: VerdictKind.GENUINE_AGAIN,
        6: VerdictKind.RECALLED,
        7: VerdictKind.VOID,
        8: VerdictKind.FROZEN,
        9: VerdictKind.GENUINE_FIRST,
        10: VerdictKind.LOST,
        11: VerdictKind.SUSPICIOUS,
        12: VerdictKind.LEAK,
    }
    assert codes_of(told[6].verdict)[0] == "recalled"
    assert told[6].verdict.reasons[0].reference == "2026-07"
    assert "activated_by_you" in codes_of(told[6].verdict)
    assert "activated" in codes_of(told[5].verdict)
    assert told[5].activated_at == NOW


def test_reload_by_the_same_device_is_still_the_first_check():
    goods = Goods()
    goods.look(1, device="a", region=GUANGZHOU)

    assert goods.look(1, device="a", region=GUANGZHOU, at=later(minutes=3)).verdict.kind == (
        VerdictKind.GENUINE_FIRST
    )
    assert goods.look(1, device="b", region=GUANGZHOU, at=later(minutes=4)).verdict.kind == (
        VerdictKind.GENUINE_AGAIN
    )


def test_R118_diversion_is_internal():
    goods = Goods()
    marks.ship(goods.manager, serials=[goods.serials(0, 10)], region=GUANGZHOU, now=NOW)

    seen = goods.look(1, device="a", region=CHENGDU, at=later(days=1))

    assert seen.verdict.kind == VerdictKind.GENUINE_FIRST
    assert [reason.code for reason in seen.verdict.internal] == ["outside_shipped_regions"]
    assert seen.verdict.for_consumer().internal == ()


def test_more_devices_than_a_household_is_suspicious_once(settings):
    settings.HEFU_REACTIONS = "tests.apps.identity.life.test_scans.REACTIONS"
    goods = Goods()
    kinds = [
        goods.look(1, device=f"d{n}", region=GUANGZHOU, at=later(hours=n)).verdict.kind
        for n in range(10)
    ]

    assert kinds == [
        VerdictKind.GENUINE_FIRST,
        *[VerdictKind.GENUINE_AGAIN] * 7,
        *[VerdictKind.SUSPICIOUS] * 2,
    ]
    unit = Unit.objects.get()
    assert unit.suspicious_at == later(hours=8)
    (entry,) = Entry.objects.filter(action="identity.unit_suspected")
    assert (entry.chain, entry.data) == (goods.brand.pk, {"reason": "many_devices"})
    assert Delivery.objects.filter(event__endswith="UnitSuspected").count() == 1


def test_a_group_counts_its_own_duplicates_in_order():
    goods = Goods()
    unit, other = goods.unit(5), goods.unit(6)
    goods.look(6, device="z")

    seen = scans.record_looks(
        EDGE,
        looks=[
            Look(unit=unit, device="a", region=SHANGHAI),
            Look(unit=other, device="a"),
            Look(unit=unit, device="b"),
            Look(unit=unit, device="c"),
        ],
        now=later(hours=1),
    )

    assert [one.checks for one in seen] == [1, 2, 2, 3]
    assert [one.verdict.kind for one in seen] == [
        VerdictKind.GENUINE_FIRST,
        VerdictKind.GENUINE_AGAIN,
        VerdictKind.GENUINE_AGAIN,
        VerdictKind.GENUINE_AGAIN,
    ]
    assert seen[3].verdict.reasons[0].count == 2
    assert Unit.objects.get(serial=5).scan_count == 3
    assert Scan.objects.filter(unit__serial=5).count() == 3
    assert scans.record_looks(EDGE, looks=[], now=NOW) == []


@pytest.mark.parametrize("size", [1, 3, 32])
def test_statements_do_not_grow_with_the_group(size, django_assert_num_queries):
    goods = Goods()
    units = [goods.unit(serial % 20) for serial in range(size)]
    scans.record_looks(EDGE, looks=[Look(unit=unit, device="x") for unit in units], now=NOW)
    looks = [Look(unit=unit, device="y", region=GUANGZHOU) for unit in units]

    with django_assert_num_queries(6):  # savepoint and its release around four statements
        scans.record_looks(EDGE, looks=looks, now=later(hours=1))


def test_R117_no_address_no_device_no_position_is_stored():
    goods = Goods()
    goods.look(1, device="dev-0815", address="203.0.113.7", region=GUANGZHOU)
    goods.look(2, device="dev-0815", address="203.0.113.7", region=GUANGZHOU)

    first, second = Scan.objects.order_by("unit__serial")

    assert len(first.device_key) == len(first.address_key) == 16
    assert (first.device_key, first.address_key) == (second.device_key, second.address_key)
    stored = repr(list(Scan.objects.values()))
    assert "0815" not in stored
    assert "203.0.113.7" not in stored


def test_marks_differ_between_brands():
    one, other = Goods(), Goods()
    one.look(1, device="same")
    other.look(1, device="same")

    assert len(set(Scan.objects.values_list("device_key", flat=True))) == 2


def test_an_external_number_is_no_look():
    goods = Goods()
    unit = UnitRef(batch=goods.facts, serial=1, reading=Reading.EXTERNAL)

    with pytest.raises(ValueError, match="no proof"):
        scans.record_looks(EDGE, looks=[Look(unit=unit)], now=NOW)
    assert not Scan.objects.exists()


def test_a_burned_key_freezes_its_units():
    goods = Goods()
    keys.burn_key(goods.house.admin, key=goods.batch.key, reason="laptop stolen", now=NOW)

    assert goods.look(1, at=later(hours=1)).verdict.kind == VerdictKind.FROZEN


@pytest.mark.django_db(transaction=True)
def test_racing_first_checks_are_counted_one_by_one():
    goods = Goods()
    unit, other = goods.unit(1), goods.unit(2)
    start = Barrier(8)

    def check(n):
        looks = [Look(unit=unit, device=f"d{n}"), Look(unit=other, device=f"d{n}")]
        if n % 2:
            looks.reverse()
        start.wait()
        try:
            return scans.record_looks(EDGE, looks=looks, now=NOW)
        finally:
            connection.close()

    with ThreadPoolExecutor(8) as pool:
        seen = [one for group in pool.map(check, range(8)) for one in group]

    for which in (unit, other):
        checks = sorted(one.checks for one in seen if one.unit.key == which.key)
        assert checks == list(range(1, 9))
    assert sum(one.verdict.kind == VerdictKind.GENUINE_FIRST for one in seen) == 2
    assert Scan.objects.count() == 16
