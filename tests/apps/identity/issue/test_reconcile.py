"""Printed = used + void; what surfaces beyond an order is named with its evidence."""

import numpy as np
import pytest

from hefu.apps.identity.errors.issue import DoesNotAdd, NotIssued
from hefu.apps.identity.models import Mark
from hefu.apps.identity.selectors.exports import print_run_of
from hefu.apps.identity.selectors.reconcile import over_production
from hefu.apps.identity.services import marks
from hefu.apps.identity.services.reconcile import close_order
from hefu.core.codes import BadRange, Range, seal_serials
from hefu.core.errors import Invalid, NotAllowed, NotFound
from tests.apps.identity.issue.rows import House
from tests.factories import NOW

pytestmark = pytest.mark.django_db


@pytest.fixture
def house(db):
    return House()


def codes_of(order):
    run = print_run_of(order)
    return [code for part in run.ranges for code in run.texts("{code}", part)]


def close(house, order, **about):
    return close_order(house.specialist, order=order, reason="spoilt", now=NOW, **about)


def test_R115_printed_is_used_plus_void(house):
    order = house.issued(quantity=100)
    codes = codes_of(order)

    closed = close(
        house,
        order,
        used=93,
        void=[Range(start=10, stop=15)],
        void_codes=[codes[50], codes[14], codes[51]],
    )

    assert (closed.state, closed.used, closed.void, closed.closed_at) == ("closed", 93, 7, NOW)
    assert list(Mark.objects.order_by("first").values_list("kind", "first", "count", "reason")) == [
        ("void", 10, 5, "spoilt"), ("void", 50, 2, "spoilt"),
    ]  # fmt: skip
    with pytest.raises(NotIssued):
        close(house, order, used=93)


@pytest.mark.parametrize(("used", "difference"), [(90, 5), (100, -5), (-1, 96)])
def test_a_sum_that_does_not_add_names_the_difference(house, used, difference):
    order = house.issued(quantity=100)

    with pytest.raises(DoesNotAdd) as caught:
        close(house, order, used=used, void=[Range(start=0, stop=5)])

    assert caught.value.details == {
        "printed": 100, "used": used, "void": 5, "difference": difference,
    }  # fmt: skip
    order.refresh_from_db()
    assert order.state == "issued"
    assert not Mark.objects.exists()


def test_what_was_void_before_counts_and_is_not_marked_again(house):
    order = house.issued(quantity=10)
    marks.void(
        house.specialist, reason="torn", now=NOW,
        serials=[marks.Serials(batch_id=order.batch_id, first=3, count=2)],
    )  # fmt: skip

    assert close(house, order, used=7, void=[Range(start=4, stop=6)]).void == 3
    assert list(Mark.objects.order_by("first").values_list("first", "count")) == [(3, 2), (5, 1)]


def test_void_codes_must_be_of_the_order(house):
    order = house.issued("PO-1", quantity=10)
    second = house.issued("PO-2", quantity=10)
    elsewhere = house.issued("PO-3", quantity=10, batch="09")

    with pytest.raises(BadRange):
        close(house, order, used=9, void=[Range(start=10, stop=11)])
    with pytest.raises(BadRange):
        close(house, order, used=9, void_codes=[codes_of(second)[0]])
    for stranger in (codes_of(elsewhere)[0], "nonsense"):
        with pytest.raises(Invalid) as caught:
            close(house, order, used=9, void_codes=[codes_of(order)[0], stranger])
        assert caught.value.details["place"] == 2
    assert close(house, second, used=10).void == 0


def test_only_the_brand_closes_its_orders(house):
    order = house.issued(quantity=5, supplier=house.supplier_organisation)

    with pytest.raises(NotAllowed):
        close_order(house.supplier, order=order, used=5, now=NOW)
    with pytest.raises(NotFound):
        close_order(House().admin, order=order, used=5, now=NOW)
    with pytest.raises(NotIssued):
        close(house, house.order(quantity=5, batch="02"), used=5)


def test_R120_fifty_of_1050_parts_are_flagged_with_evidence(house):
    order = house.issued("PO-1", quantity=1000, supplier=house.supplier_organisation)
    other = house.issued("PO-2", quantity=10)
    codes = codes_of(order)
    copies, foreign = codes[:20], codes_of(other)
    forged = [
        code[:4] + code[5:9] + code[4] + code[9:16] for code in codes[:20]
    ]  # no check character

    report = over_production(
        house.specialist, order=order, texts=[*codes, *copies, *foreign, *forged]
    )

    assert (report.ordered, report.surfaced, report.accepted, len(report.flagged)) == (
        1000, 1050, 1000, 50,
    )  # fmt: skip
    assert [(flag.reason, flag.place, flag.first_place) for flag in report.flagged[:20]] == [
        ("copy", 1001 + place, 1 + place) for place in range(20)
    ]
    assert {(flag.reason, flag.order_number) for flag in report.flagged[20:30]} == {
        ("other_order", "PO-2")
    }
    assert {flag.reason for flag in report.flagged[30:]} == {"unknown"}


def test_a_void_label_that_surfaces_is_flagged_and_a_slip_is_told_apart(house):
    order = house.issued(quantity=10)
    codes = codes_of(order)
    close(house, order, used=9, void_codes=[codes[4]])
    slip = codes[0][:-1] + ("0" if codes[0][-1] != "0" else "1")

    report = over_production(house.specialist, order=order, texts=[*codes, slip])

    assert [(flag.reason, flag.serial) for flag in report.flagged] == [
        ("void", 4),
        ("typing_error", None),
    ]
    with pytest.raises(NotAllowed):
        over_production(house.supplier, order=order, texts=codes)
    with pytest.raises(NotFound):
        over_production(House().admin, order=order, texts=codes)


def test_R105_five_million_codes_of_one_batch_hold_no_duplicate(house):
    placed = [house.issued(f"PO-{n}", quantity=n * 1_000_000) for n in (2, 3)]

    sealed = np.concatenate(
        [
            seal_serials(run.outer, np.arange(part.start, part.stop, dtype="<u8"))
            for run in map(print_run_of, placed)
            for part in run.ranges
        ]
    )

    sealed.sort()
    assert len(sealed) == 5_000_000
    assert (sealed[1:] != sealed[:-1]).all()
