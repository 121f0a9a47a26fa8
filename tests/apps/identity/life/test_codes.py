"""From any text to its unit: forms, makers' codes, inner codes, external serials, misses."""

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from hefu.apps.catalog.models import Product
from hefu.apps.identity.models import ExternalSerial
from hefu.apps.identity.selectors import batches, codes
from hefu.apps.identity.selectors.batches import BatchBook, BulkMark, Spans
from hefu.apps.identity.selectors.codes import (
    UNKNOWN,
    MissReason,
    Reading,
    UnitRef,
    resolve,
    resolve_any,
    resolve_many,
)
from hefu.apps.identity.services import marks, orders, scans, templates
from hefu.core.codes import Code, Face, build_link
from tests.apps.identity.issue.rows import House, a_channel, a_product
from tests.apps.identity.issue.test_templates import MAKER
from tests.apps.identity.life.rows import EDGE, Goods
from tests.factories import NOW

pytestmark = pytest.mark.django_db


def test_a_code_is_understood_in_every_form_people_give_it():
    goods = Goods()
    code = goods.code(17)
    serial = code[:16]
    full_width = code.translate({ord(c): ord(c) + 0xFEE0 for c in code})
    grouped = "-".join(code[at : at + 4] for at in range(0, 17, 4))
    link = build_link("c.example.com", goods.product.gtin, serial)
    texts = [code, serial, code.lower(), full_width, grouped, f" {grouped} ", link, link.lower(),
             f"{link}?utm=1#x", f"https://c.example.com/C/{code}"]  # fmt: skip

    for found in resolve_many(texts):
        assert isinstance(found, UnitRef)
        assert (found.key, found.reading) == ((goods.batch.pk, 17), Reading.OUTER)
        assert (found.brand_id, found.product_id) == (goods.brand.pk, goods.product.pk)


def test_a_slip_is_told_apart_and_all_else_is_alike():
    goods, other = Goods(), Goods()
    code = goods.code(1)
    slip = code[:6] + ("2" if code[6] != "2" else "3") + code[7:]
    forged = Code(batch=goods.batch.reference, sealed=12345)
    beyond = Code(batch=goods.batch.reference, sealed=goods.facts.outer.seal_serial(100))
    nobody = Code(batch=goods.batch.reference ^ 1, sealed=12345)
    false_gtin = build_link("c.example.com", other.product.gtin, code[:16])

    assert resolve(slip).reason == MissReason.TYPING_ERROR
    foreign = resolve(code[:4] + "U" + code[5:])
    assert (foreign.reason, foreign.position) == (MissReason.TYPING_ERROR, 4)
    for text in (forged.text, beyond.text, nobody.text, false_gtin, "", "hello", "https://x.cn/",
                 "https://x.cn/01/123/21/K7"):  # fmt: skip
        assert resolve(text) is UNKNOWN, text
    assert resolve(code, brand_id=other.brand.pk) is UNKNOWN
    assert isinstance(resolve(code, brand_id=goods.brand.pk), UnitRef)


def test_inner_and_outer_codes_name_the_same_unit():
    goods = Goods(inner=True)

    outer, inner = resolve_many([goods.code(3), goods.code(3, Face.INNER)])

    assert outer.key == inner.key
    assert (outer.reading, inner.reading) == (Reading.OUTER, Reading.INNER)
    assert resolve(Goods().code(3, Face.INNER)) is UNKNOWN  # where none were printed


def test_R113_a_makers_own_code_is_read_by_its_template():
    house = House()
    channel = a_channel(house.brand)
    template = templates.save_template(house.specialist, name="maker", data=MAKER, now=NOW)
    order = house.issued(
        product=a_product(house.brand), batch="19", channel=channel, template=template
    )
    facts = codes.BOOK.by_id([order.batch_id])[order.batch_id]
    code = codes.code_text(facts, 42)

    assert code.startswith("PFFN500512122019jd")
    assert len(code) == 24
    for text in (code, code.lower(), f"{code[:8]} {code[8:14]}-{code[14:]}"):
        found = resolve(text)
        assert isinstance(found, UnitRef)
        assert found.key == (order.batch_id, 42)
    assert resolve(code[:-1] + ("2" if code[-1] != "2" else "3")) is UNKNOWN
    assert resolve(code.replace("19jd", "18jd")) is UNKNOWN
    assert resolve(code, brand_id=House().brand.pk) is UNKNOWN
    marks.commission(
        house.specialist, serials=[marks.Serials(batch_id=order.batch_id, first=0, count=100)],
        now=NOW,
    )  # fmt: skip
    (seen,) = scans.record_looks(EDGE, looks=[scans.Look(unit=found)], now=NOW)
    assert seen.checks == 1


def test_a_false_code_of_a_maker_costs_few_queries(django_assert_max_num_queries):
    """Its O and I can be read in many ways; all are looked up at once, and once more to be sure."""
    house = House()
    data = {
        "segments": [
            {"kind": "model", "width": 8},
            {"kind": "batch", "widths": [4], "alphabet": "0123456789OI"},
            {"kind": "seal", "chars": 8, "alphabet": "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ"},
        ]
    }
    templates.save_template(house.specialist, name="confusing", data=data, now=NOW)
    with django_assert_max_num_queries(4):
        assert resolve("PFFN5005OI01OIOI01OI") is UNKNOWN


def test_R091_an_external_serial_is_understood_by_the_brands_own_people_only():
    goods = Goods()
    seen = goods.look(4)
    ExternalSerial.objects.create(
        brand=goods.brand, unit_id=seen.unit_id, kind="imei", value="490154203237518", linked_at=NOW
    )

    found = resolve_any("49-015420-323751-8", brand_id=goods.brand.pk)
    assert (found.key, found.reading) == ((goods.batch.pk, 4), Reading.EXTERNAL)
    assert resolve("490154203237518") is UNKNOWN
    assert resolve_any("490154203237519", brand_id=goods.brand.pk) is UNKNOWN
    assert resolve_any("490154203237518", brand_id=Goods().brand.pk) is UNKNOWN
    assert resolve_any(goods.code(4), brand_id=goods.brand.pk).reading is Reading.OUTER


def remember_for_long(monkeypatch):
    """The second that facts are believed must not pass while a slow machine runs the test."""
    for module in (batches, codes):
        monkeypatch.setattr(module, "TTL", 600)
        monkeypatch.setattr(module, "DOUBT", 600)


def test_forgeries_cost_no_database(monkeypatch, django_assert_num_queries):
    remember_for_long(monkeypatch)
    goods = Goods()
    resolve(goods.code(1))
    forged = [Code(batch=goods.batch.reference, sealed=n).text for n in range(200)]
    genuine = goods.code(2)

    resolve(forged[0])
    with django_assert_num_queries(0):
        *misses, found = resolve_many([*forged, genuine])
    assert set(misses) == {UNKNOWN}
    assert found.serial == 2


def test_unknown_batches_of_a_group_cost_one_query(monkeypatch, django_assert_num_queries):
    remember_for_long(monkeypatch)
    resolve("no code at all")
    with django_assert_num_queries(1):
        assert set(resolve_many([Code(batch=n, sealed=1).text for n in range(500)])) == {UNKNOWN}


def test_what_was_issued_a_moment_ago_is_known():
    goods = Goods()
    resolve(goods.code(1))
    house = goods.house
    more = house.order(product=goods.product, quantity=50)
    orders.approve_order(house.approver, order=more, now=NOW)

    assert isinstance(resolve(goods.code(149)), UnitRef)
    assert resolve(goods.code(150)) is UNKNOWN


def test_marks_are_known_at_once_in_their_own_process():
    goods = Goods()
    unit = goods.unit(1)
    assert len(unit.batch.marks.at(1)) == 1

    marks.freeze(goods.manager, serials=[goods.serials(0, 5)], reason="enquiry", now=NOW)

    assert [mark.kind for mark in goods.unit(1).batch.marks.at(1)] == ["commissioned", "frozen"]
    assert [mark.kind for mark in goods.unit(5).batch.marks.at(5)] == ["commissioned"]


def test_the_book_believes_a_second_and_is_bounded(monkeypatch):
    goods = Goods()
    reference, clock = goods.batch.reference, [0.0]
    book = BatchBook(clock=lambda: clock[0])
    first = book.find([reference])[reference]
    elsewhere = Product.objects.filter(pk=goods.product.pk)  # another process tells nobody
    elsewhere.update(name="renamed")
    assert book.find([reference])[reference] is first
    clock[0] = 1.1
    second = book.find([reference])[reference]
    assert (second.pk, second.name) == (first.pk, "renamed")
    monkeypatch.setattr(batches, "ROOM", 10)
    book.find(range(100))
    assert len(book._kept) == 10


def test_spans_answer_for_every_serial():
    def bulk(pk, first, stop):
        return BulkMark(pk=pk, kind="void", first=first, stop=stop, at=NOW, reason="",
                        channel_id=None, organisation_id=None, region="")  # fmt: skip

    spans = Spans([bulk(1, 0, 100), bulk(2, 10, 20), bulk(3, 20, 30), bulk(4, 15, 25)])

    assert {s: [m.pk for m in spans.at(s)] for s in (0, 10, 15, 19, 20, 25, 30, 99, 100)} == {
        0: [1], 10: [1, 2], 15: [1, 2, 4], 19: [1, 2, 4], 20: [1, 3, 4], 25: [1, 3], 30: [1],
        99: [1], 100: [],
    }  # fmt: skip
    assert Spans([]).at(5) == ()


@given(
    st.one_of(
        st.text(max_size=60),
        st.text(alphabet="0123456789ABCDEFGHJKMNPQRSTVWXYZ-OIL ", max_size=26),
        st.text(max_size=40).map(lambda tail: f"https://c.example.com/01/{tail}"),
        st.text(max_size=20).map(lambda tail: f"http://{tail}"),
        st.from_regex(r"https?://[\[\]%:/a-zA-Z0-9?#]{0,30}/c/[%A-Z0-9]{0,20}", fullmatch=True),
    )
)
@settings(
    max_examples=300, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
def test_any_text_is_answered(db, text):
    assert isinstance(resolve_any(text, brand_id=1), codes.Missed)
