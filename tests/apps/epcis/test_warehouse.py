"""Cartons, pallets and outbound files: a thing lies in one place and leaves once."""

import io
import threading
from datetime import timedelta
from pathlib import Path

import pytest
from django.conf import settings as django_settings
from django.db import connection

from hefu.apps.audit import jobs
from hefu.apps.epcis.errors import (
    AlreadyInside,
    BadSscc,
    CannotHold,
    CountsDiffer,
    NotInside,
    OrderClosed,
)
from hefu.apps.epcis.models import Content, Event, Outbound, OutboundLine, OutboundOrder
from hefu.apps.epcis.naming import unit_uri
from hefu.apps.epcis.selectors.cartons import ranges_in
from hefu.apps.epcis.selectors.events import find_events
from hefu.apps.epcis.services import outbound, warehouse
from hefu.apps.identity.models import Mark
from hefu.apps.identity.services import packing
from hefu.core.errors import Invalid, NotAllowed
from hefu.core.permissions import Role
from tests.apps.epcis.documents import work
from tests.apps.identity.life.rows import Goods
from tests.factories import NOW, a_partner, an_actor, operator


def sscc(number: int) -> str:
    digits = f"1{9506000:07d}{number:09d}"
    total = sum(int(d) * (3 if i % 2 == 0 else 1) for i, d in enumerate(reversed(digits)))
    return digits + str(-total % 10)


def put(goods, number, first, count=1, **about):
    return warehouse.put_in(
        goods.manager, sscc=sscc(number), serials=[goods.serials(first, count)], now=NOW, **about
    )


def lying(number) -> list[tuple[int, int]]:
    rows = Content.objects.filter(logistic_unit__sscc=sscc(number), until=None).order_by("first")
    return list(rows.values_list("first", "count"))


def test_R119_two_live_parents_are_refused(goods):
    put(goods, 1, 0, 12)

    with pytest.raises(AlreadyInside) as caught:
        put(goods, 2, 11, 12)
    assert caught.value.details["sscc"] == sscc(1)
    assert lying(2) == []
    put(goods, 1, 0, 14)  # what lies there stays
    assert lying(1) == [(0, 12), (12, 2)]


def test_a_partial_carton_and_repacking_keep_every_unit_once(goods):
    put(goods, 1, 0, 12)
    warehouse.repack(
        goods.manager, source=sscc(1), target=sscc(2), serials=[goods.serials(4, 3)], now=NOW
    )

    assert (lying(1), lying(2)) == ([(0, 4), (7, 5)], [(4, 3)])
    with pytest.raises(NotInside):
        warehouse.take_out(goods.manager, sscc=sscc(1), serials=[goods.serials(3, 2)], now=NOW)
    assert lying(1) == [(0, 4), (7, 5)]
    assert warehouse.empty(goods.manager, sscc=sscc(1), now=NOW) == 9
    assert lying(1) == []


def test_pallets_hold_cartons_and_nothing_holds_pallets(goods):
    put(goods, 1, 0, 12)
    put(goods, 2, 12, 12)
    both = [sscc(1), sscc(2)]
    warehouse.put_in(goods.manager, sscc=sscc(9), cartons=both, now=NOW)

    ranges = ranges_in(goods.manager, [sscc(9)])
    assert [(one.first, one.count) for one in ranges] == [(0, 12), (12, 12)]
    with pytest.raises(AlreadyInside):
        warehouse.put_in(goods.manager, sscc=sscc(8), cartons=[sscc(1)], now=NOW)
    with pytest.raises(CannotHold):
        warehouse.put_in(goods.manager, sscc=sscc(8), cartons=[sscc(9)], now=NOW)
    with pytest.raises(CannotHold):
        warehouse.put_in(goods.manager, sscc=sscc(9), cartons=[sscc(9)], now=NOW)
    warehouse.take_out(goods.manager, sscc=sscc(9), cartons=[sscc(1)], now=NOW)
    assert len(ranges_in(goods.manager, [sscc(9)])) == 1


def test_a_unit_in_a_package_of_ours_is_not_put_into_another(goods):
    box = Goods(house=goods.house, about={"batch": "09"})
    type(box.product).objects.filter(pk=box.product.pk).update(kind="packaging")
    from hefu.apps.identity.selectors.batches import BOOK

    BOOK.forget(box.batch.pk)
    packing.pack(goods.manager, parent=box.unit(0), children=[goods.unit(1)], now=NOW)
    with pytest.raises(AlreadyInside):
        put(goods, 1, 0, 5)
    put(goods, 1, 2, 3)
    packing.pack(goods.manager, parent=box.unit(0), children=[goods.unit(3)], now=NOW)
    work()
    assert lying(1) == [(2, 1), (4, 1)]


@pytest.mark.parametrize("text", ["", "123", "195060000000000018", "1" * 17 + "x"])
def test_a_false_sscc_is_refused(goods, text):
    with pytest.raises(BadSscc):
        warehouse.put_in(goods.manager, sscc=text, serials=[goods.serials(0)], now=NOW)


@pytest.mark.django_db(transaction=True)
def test_of_two_that_pack_one_unit_one_succeeds(goods):
    start, results = threading.Barrier(2), []

    def run(number):
        start.wait()
        try:
            put(goods, number, number, 5)
            results.append("packed")
        except AlreadyInside:
            results.append("refused")
        connection.close()

    threads = [threading.Thread(target=run, args=(number,)) for number in (1, 2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert sorted(results) == ["packed", "refused"]
    assert sum(count for _, count in lying(1) + lying(2)) == 5


def send(goods, text: str | bytes) -> Outbound:
    data = text.encode() if isinstance(text, str) else text
    row = outbound.upload(goods.manager, file=io.BytesIO(data), file_name="a.txt", now=NOW)
    work()
    row.refresh_from_db()
    return row


def counts(row) -> tuple[int, ...]:
    return row.shipped, row.repeated, row.refused, row.units


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "gb18030"])
def test_R120_a_readers_file_ships_what_lies_in_the_cartons(goods, encoding):
    dealer = a_partner(goods.brand)
    put(goods, 1, 0, 12)
    put(goods, 2, 12, 10)
    text = (
        "单号,客户编码,箱码,时间,仓库\n"
        f"CK-1,{dealer.code},{sscc(1)},2026-11-22 09:30,广州仓\n"
        f"CK-1,{dealer.code},(00){sscc(2)},,\n"
        f"CK-1,{dealer.code},{goods.code(50)},,\n"
    )
    row = send(goods, text.encode(encoding))

    assert counts(row) == (3, 0, 0, 23)
    marks = Mark.objects.filter(kind="shipped").order_by("first")
    assert [(m.first, m.count, m.organisation_id) for m in marks] == [
        (0, 12, dealer.pk), (12, 10, dealer.pk), (50, 1, dealer.pk),
    ]  # fmt: skip
    assert marks[0].at.isoformat() == "2026-11-22T01:30:00+00:00"
    assert OutboundLine.objects.get(carton=sscc(1)).warehouse == "广州仓"
    told = find_events(
        operator(goods.brand), {"MATCH_epc": unit_uri(goods.facts, 3), "EQ_bizStep": "shipping"}
    ).events
    assert len(told) == 1
    assert Event.objects.filter(biz_step="shipping").count() == 3


def test_a_file_without_header_sent_twice_and_overlapping_changes_nothing(goods):
    dealer = a_partner(goods.brand)
    put(goods, 1, 0, 12)
    put(goods, 2, 12, 12)
    one = f"CK-1\t{dealer.code}\t{sscc(1)}\n"
    assert counts(send(goods, one)) == (1, 0, 0, 12)
    assert counts(send(goods, one)) == (0, 1, 0, 0)
    both = one + one + f"CK-1\t{dealer.code}\t{sscc(2)}\n"
    assert counts(send(goods, both)) == (1, 2, 0, 12)

    assert Mark.objects.filter(kind="shipped").count() == 2
    order = OutboundOrder.objects.get(number="CK-1")
    assert (order.cartons, order.units) == (2, 24)


def test_rows_that_cannot_be_taken_come_back_with_reasons(goods):
    dealer = a_partner(goods.brand)
    put(goods, 1, 0, 12)
    row = send(
        goods,
        "order,customer,carton,time\n"
        f"CK-1,nobody,{sscc(1)},\n"
        f"CK-1,{dealer.code},{sscc(7)},\n"
        f",{dealer.code},{sscc(1)},\n"
        f"CK-1,{dealer.code},{sscc(1)},2027-11-22 00:00\n"
        f"CK-1,{dealer.code},{sscc(1)},\n",
    )

    assert counts(row) == (1, 0, 4, 12)
    report = (Path(django_settings.HEFU_DATA) / row.error_path).read_text("utf-8-sig").splitlines()
    assert [line.split(",")[:3] for line in report[1:]] == [
        ["2", "customer", "invalid: no_such_partner nobody"],
        ["3", "carton", f"not_found:  {sscc(7)}"],
        ["4", "order", "invalid: required"],
        ["5", "time", "invalid: in_the_future 2027-11-22 00:00"],
    ]


def test_what_is_no_readers_file_is_refused_at_once(goods):
    for data in (b"", b"a,b\n", "单号,客户编码\nCK-1,D\n".encode()):
        with pytest.raises(Invalid if data else Exception):
            send(goods, data)
    assert not Outbound.objects.exists()


def test_partners_and_analysts_upload_nothing(goods):
    for actor in (
        an_actor(goods.brand, Role.ANALYST),
        an_actor(goods.brand, Role.DISTRIBUTOR, a_partner(goods.brand)),
    ):
        with pytest.raises(NotAllowed):
            outbound.upload(actor, file=io.BytesIO(b"a,b,c\n"), file_name="a", now=NOW)


def test_closing_reconciles_the_counts(goods):
    dealer = a_partner(goods.brand)
    put(goods, 1, 0, 12)
    put(goods, 2, 12, 12)
    send(goods, f"CK-1,{dealer.code},{sscc(1)}\n")

    with pytest.raises(CountsDiffer) as caught:
        outbound.close_order(goods.manager, number="CK-1", cartons=2, now=NOW)
    assert (caught.value.details["cartons"], caught.value.details["units"]) == (1, 12)
    closed = outbound.close_order(goods.manager, number="CK-1", cartons=1, units=12, now=NOW)
    assert closed.closed_at == NOW
    late = send(goods, f"CK-1,{dealer.code},{sscc(2)}\n")
    assert counts(late) == (0, 0, 1, 0)
    with pytest.raises(OrderClosed):
        outbound.close_order(goods.manager, number="CK-1", cartons=1, now=NOW)


def test_a_difference_is_closed_with_its_reason(goods):
    dealer = a_partner(goods.brand)
    put(goods, 1, 0, 12)
    send(goods, f"CK-1,{dealer.code},{sscc(1)}\n")
    closed = outbound.close_order(
        goods.manager, number="CK-1", cartons=2, difference="one carton wet", now=NOW
    )

    assert closed.difference == "one carton wet"


class Killed(BaseException):
    """As if the process had been killed."""


@pytest.mark.django_db(transaction=True)
def test_a_killed_upload_goes_on_where_it_stopped(goods, monkeypatch):
    monkeypatch.setattr(outbound, "STEP", 2)
    dealer = a_partner(goods.brand)
    lines = []
    for number in range(5):
        put(goods, number, number * 10, 10)
        lines.append(f"CK-1,{dealer.code},{sscc(number)}\n")
    work()
    data = io.BytesIO("".join([*lines[:3], "CK-1,nobody,x\n", *lines[3:]]).encode())
    row = outbound.upload(goods.manager, file=data, file_name="a", now=NOW)
    dispatch, calls = outbound.dispatch, []

    def die_at_third(*args, **kwargs):
        calls.append(1)
        if len(calls) == 4:
            raise Killed
        return dispatch(*args, **kwargs)

    monkeypatch.setattr(outbound, "dispatch", die_at_third)
    job = jobs.claim("one", now=NOW)
    with pytest.raises(Killed):
        jobs.run(job, worker="one", clock=lambda: NOW)
    later = NOW + timedelta(minutes=5)
    jobs.run(jobs.claim("two", now=later), worker="two", clock=lambda: later)

    row.refresh_from_db()
    assert counts(row) == (5, 0, 1, 50)
    assert Mark.objects.filter(kind="shipped").count() == 5
    report = (Path(django_settings.HEFU_DATA) / row.error_path).read_text("utf-8-sig")
    assert len(report.splitlines()) == 2
