"""External serials and what lies in what: linked once, packed once, histories kept (R091 R119)."""

from concurrent.futures import ThreadPoolExecutor
from threading import Barrier

import pytest
from django.db import connection

from hefu.apps.identity.errors.life import AlreadyLinked, AlreadyPacked, CannotContain, NotPacked
from hefu.apps.identity.models import Containment, ExternalSerial
from hefu.apps.identity.selectors import codes
from hefu.apps.identity.selectors.contents import contents_of, place_of
from hefu.apps.identity.services import links, packing
from hefu.apps.identity.services.links import Link
from hefu.core.codes import BadNumber, ExternalKind
from hefu.core.errors import Invalid, NotAllowed, NotFound
from hefu.core.permissions import Role
from tests.apps.identity.issue.rows import House, a_product
from tests.apps.identity.life.rows import Goods, later
from tests.factories import NOW, an_actor

pytestmark = pytest.mark.django_db

IMEI = "490154203237518"


def units_of(house, kind, quantity=20):
    """The units of a fresh batch of one kind."""
    order = house.issued(product=a_product(house.brand, kind=kind), quantity=quantity)
    facts = codes.BOOK.by_id([order.batch_id])[order.batch_id]
    return [codes.resolve(codes.code_text(facts, serial)) for serial in range(quantity)]


def test_R091_an_imei_is_checked_by_luhn_and_linked_once():
    goods = Goods()
    one, other = goods.unit(1), goods.unit(2)

    row = links.link(
        goods.manager, unit=one, kind=ExternalKind.IMEI, value="49-015420-323751-8", now=NOW
    )
    again = links.link(goods.manager, unit=one, kind=ExternalKind.IMEI, value=IMEI, now=NOW)

    assert (row.value, again.pk) == (IMEI, row.pk)
    with pytest.raises(BadNumber):
        links.link(
            goods.manager, unit=one, kind=ExternalKind.IMEI, value="490154203237519", now=NOW
        )
    with pytest.raises(AlreadyLinked):
        links.link(goods.manager, unit=other, kind=ExternalKind.IMEI, value=IMEI, now=NOW)
    links.unlink(goods.manager, serial=row, now=later(days=1))
    links.unlink(goods.manager, serial=row, now=later(days=2))
    moved = links.link(
        goods.manager, unit=other, kind=ExternalKind.IMEI, value=IMEI, now=later(days=3)
    )
    assert moved.unit.serial == 2
    row.refresh_from_db()
    assert row.unlinked_at == later(days=1)


def test_many_links_are_all_or_none(django_assert_max_num_queries):
    goods = Goods()
    taken = Link(unit=goods.unit(9), kind=ExternalKind.SERIAL_NUMBER, value="SN-9")
    links.link_many(goods.manager, links=[taken], now=NOW)
    many = [
        Link(unit=goods.unit(n), kind=ExternalKind.SERIAL_NUMBER, value=f"SN-{n}") for n in range(9)
    ]

    wrong = Link(unit=goods.unit(8), kind=ExternalKind.SERIAL_NUMBER, value="SN-9")
    with pytest.raises(AlreadyLinked):
        links.link_many(goods.manager, links=[*many, wrong], now=NOW)
    assert ExternalSerial.objects.count() == 1
    with django_assert_max_num_queries(12):
        links.link_many(goods.manager, links=many, now=NOW)
    assert ExternalSerial.objects.count() == 10


def test_R119_a_carton_holds_twelve_units():
    house = House()
    carton, *_ = units_of(house, "packaging")
    phones = units_of(house, "unit")[:12]

    packing.pack(house.specialist, parent=carton, children=phones, now=NOW)
    packing.pack(house.specialist, parent=carton, children=phones[:2], now=later(days=1))

    assert [unit.serial for unit in contents_of(house.specialist, carton)] == list(range(12))
    assert place_of(house.specialist, phones[3]).key == carton.key
    assert Containment.objects.count() == 12
    assert packing.unpack_all(house.specialist, parent=carton, now=later(days=2)) == 12
    assert contents_of(house.specialist, carton) == []
    assert place_of(house.specialist, phones[3]) is None
    assert packing.unpack_all(house.specialist, parent=carton, now=later(days=2)) == 0


def test_R119_a_replaced_part_keeps_both_histories():
    house = House()
    phone, *_ = units_of(house, "unit")
    old, new, third = units_of(house, "part")[:3]
    packing.pack(house.specialist, parent=phone, children=[old], now=NOW)

    packing.replace_part(
        house.specialist, old=old, new=new, reason="screen broken", now=later(days=30)
    )

    assert [part.serial for part in contents_of(house.specialist, phone)] == [new.serial]
    was, now_ = Containment.objects.order_by("pk")
    assert (was.child.serial, was.until, was.left_because) == (
        old.serial, later(days=30), "screen broken",
    )  # fmt: skip
    assert (now_.child.serial, now_.since, now_.until) == (new.serial, later(days=30), None)
    for pair in ((old, third), (third, new)):
        with pytest.raises(NotPacked):
            packing.replace_part(
                house.specialist, old=pair[0], new=pair[1], reason="x", now=later(days=31)
            )
    with pytest.raises(CannotContain):
        packing.replace_part(house.specialist, old=new, new=phone, reason="x", now=later(days=31))
    with pytest.raises(Invalid):
        packing.replace_part(house.specialist, old=new, new=third, reason="", now=later(days=31))
    assert Containment.objects.filter(until=None).count() == 1


def test_what_does_not_fit_is_refused():
    house, other = House(), House()
    carton, pallet, box = units_of(house, "packaging")[:3]
    phone, tablet = units_of(house, "unit")[:2]
    (part, *_), (foreign, *_) = units_of(house, "part"), units_of(other, "unit")

    for parent, child in ((phone, tablet), (part, phone), (phone, carton), (carton, carton)):
        with pytest.raises(CannotContain):
            packing.pack(house.specialist, parent=parent, children=[child], now=NOW)
    packing.pack(house.specialist, parent=pallet, children=[carton], now=NOW)
    packing.pack(house.specialist, parent=carton, children=[box, phone], now=NOW)
    with pytest.raises(CannotContain):
        packing.pack(house.specialist, parent=box, children=[pallet], now=NOW)
    with pytest.raises(AlreadyPacked):
        packing.pack(house.specialist, parent=box, children=[tablet, phone], now=NOW)
    assert place_of(house.specialist, tablet) is None  # all or none
    with pytest.raises(NotFound):
        packing.pack(house.specialist, parent=box, children=[foreign], now=NOW)
    with pytest.raises(NotPacked):
        packing.unpack(house.specialist, children=[phone, tablet], now=NOW)
    assert place_of(house.specialist, phone).key == carton.key
    with pytest.raises(NotAllowed):
        packing.unpack(an_actor(house.brand, Role.ANALYST), children=[phone], now=NOW)


@pytest.mark.django_db(transaction=True)
def test_R119_of_two_cartons_one_gets_the_unit():
    house = House()
    cartons = units_of(house, "packaging")[:6]
    (phone, *_) = units_of(house, "unit")
    start = Barrier(6)

    def put(carton):
        start.wait()
        try:
            packing.pack(house.specialist, parent=carton, children=[phone], now=NOW)
        except AlreadyPacked:
            return 0
        else:
            return 1
        finally:
            connection.close()

    with ThreadPoolExecutor(6) as pool:
        assert sum(pool.map(put, cartons)) == 1
    assert Containment.objects.filter(until=None).count() == 1
