"""From a production order to ranges: idempotent, released by two, never twice the same serial."""

from concurrent.futures import ThreadPoolExecutor
from datetime import date

import pytest
from django.db import connection

from hefu.apps.accounts.errors import ContentChanged, SamePerson
from hefu.apps.accounts.models import Approval
from hefu.apps.audit.models import Entry
from hefu.apps.audit.selectors import chain_reports
from hefu.apps.catalog.models import Product
from hefu.apps.identity.errors.issue import (
    BatchDiffers,
    BatchFull,
    KeyBurned,
    NoSealKey,
    NotWaiting,
    OrderDiffers,
)
from hefu.apps.identity.models import Batch, ProductionOrder, SealKey, SerialRange
from hefu.apps.identity.selectors.orders import batches_for, order_by_id, orders_for
from hefu.apps.identity.services import keys, orders
from hefu.apps.identity.services.batches import set_channel
from hefu.core.errors import Invalid, NotAllowed, NotFound
from hefu.core.permissions import Role
from tests.apps.identity.issue.rows import House, a_channel, a_product
from tests.factories import NOW, a_partner, an_actor

pytestmark = pytest.mark.django_db


@pytest.fixture
def house(db):
    return House()


def test_an_order_waits_until_a_second_person_releases_it(house):
    order = house.order("PO-1", quantity=1000)

    assert (order.state, order.over_issue, order.batch.planned) == ("waiting", False, 1000)
    assert not SerialRange.objects.exists()

    issued = orders.approve_order(house.approver, order=order, note="checked", now=NOW)

    assert (issued.state, issued.issued_at) == ("issued", NOW)
    assert list(issued.ranges.values_list("first", "count")) == [(0, 1000)]
    approval = Approval.objects.get()
    assert (approval.decision, approval.note) == ("granted", "checked")
    assert approval.summary["quantity"] == 1000
    assert list(Entry.objects.filter(action__startswith="identity.order").order_by("seq")
                .values_list("action", flat=True)) == [
        "identity.order_created", "identity.order_issued",
    ]  # fmt: skip


def test_nobody_releases_their_own_order(house):
    order = orders.create_order(
        house.admin, number="PO-1", product=house.product, produced_on=date(2012, 12, 20),
        batch="01", quantity=5, now=NOW,
    )  # fmt: skip

    with pytest.raises(SamePerson):
        orders.approve_order(house.admin, order=order, now=NOW)

    order.refresh_from_db()
    assert order.state == "waiting"
    assert not SerialRange.objects.exists()


def test_an_order_number_is_idempotent(house):
    first = house.order("PO-1", quantity=10)

    assert house.order("PO-1", quantity=10).pk == first.pk
    assert ProductionOrder.objects.count() == Batch.objects.count() == 1
    assert Batch.objects.get().ordered == 10
    assert Approval.objects.count() == 1


def test_an_order_number_with_other_content_names_the_fields(house):
    house.order("PO-1", quantity=10)

    with pytest.raises(OrderDiffers) as caught:
        house.order("PO-1", quantity=11, batch="1", channel=a_channel(house.brand), inner=True)

    assert caught.value.details["fields"] == "batch, quantity, channel, inner"


def test_R111_batch_01_is_not_batch_1(house):
    house.order("PO-1", batch="01")
    house.order("PO-2", batch="1")

    assert sorted(Batch.objects.values_list("number", flat=True)) == ["01", "1"]


def test_R111_beyond_the_plan_is_flagged_and_the_approval_says_so(house):
    house.issued("PO-1", quantity=100)

    over = house.order("PO-2", quantity=1)

    assert over.over_issue
    asked = Approval.objects.get(subject_id=over.pk)
    assert (asked.summary["over_issue"], asked.summary["planned"]) == (True, 100)
    issued = orders.approve_order(house.approver, order=over, now=NOW)
    assert list(issued.ranges.values_list("first", "count")) == [(100, 1)]


def test_a_refused_order_frees_its_quantity(house):
    order = house.order("PO-1", quantity=100)

    with pytest.raises(Invalid):
        orders.refuse_order(house.approver, order=order, note=" ", now=NOW)
    refused = orders.refuse_order(house.approver, order=order, note="wrong model", now=NOW)

    assert refused.state == "refused"
    assert not house.order("PO-2", quantity=100).over_issue
    with pytest.raises(NotWaiting):
        orders.approve_order(house.approver, order=order, now=NOW)


def test_an_order_is_issued_once(house):
    order = house.issued("PO-1")

    with pytest.raises(NotWaiting) as caught:
        orders.approve_order(house.approver, order=order, now=NOW)

    assert caught.value.details["state"] == "issued"
    assert SerialRange.objects.count() == 1


def test_what_is_released_is_what_was_asked_for(house):
    order = house.order("PO-1", quantity=100)
    ProductionOrder.objects.filter(pk=order.pk).update(quantity=1_000_000)
    order.refresh_from_db()

    with pytest.raises(ContentChanged):
        orders.approve_order(house.approver, order=order, now=NOW)

    assert not SerialRange.objects.exists()


def test_an_order_overtaken_by_an_edit_is_asked_for_again(house):
    order = orders.create_order(
        house.admin, number="PO-1", product=house.product, produced_on=date(2012, 12, 20),
        batch="01", quantity=5, now=NOW,
    )  # fmt: skip
    Product.objects.filter(pk=house.product.pk).update(item_no="PN-NEW")
    with pytest.raises(ContentChanged):
        orders.approve_order(house.approver, order=order, now=NOW)

    orders.resubmit_order(house.specialist, order=order, now=NOW)

    with pytest.raises(SamePerson):  # who placed it may still not release it
        orders.approve_order(house.admin, order=order, now=NOW)
    assert orders.approve_order(house.approver, order=order, now=NOW).state == "issued"
    with pytest.raises(NotWaiting):
        orders.resubmit_order(house.specialist, order=order, now=NOW)


def test_a_batch_holds_no_more_than_its_seal(house):
    with pytest.raises(BatchFull) as caught:
        house.order("PO-1", quantity=2**30 + 1)

    assert caught.value.details["left"] == 2**30
    assert not Batch.objects.exists()


@pytest.mark.parametrize(
    ("field", "about"),
    [
        ("quantity", {"quantity": 0}),
        ("quantity", {"quantity": -1}),
        ("batch", {"batch": "  "}),
        ("batch", {"batch": "1" * 21}),
        ("batch", {"batch": "0\x001"}),
        ("number", {"number": "x" * 41}),
    ],
)
def test_a_field_that_cannot_be_is_named(house, field, about):
    with pytest.raises(Invalid) as caught:
        house.order(**about)

    assert caught.value.details["field"] == field
    assert not Batch.objects.exists()


def test_another_batch_of_orders_must_agree_with_the_batch(house):
    house.order("PO-1")

    with pytest.raises(BatchDiffers) as caught:
        house.order("PO-2", inner=True, channel=a_channel(house.brand))

    assert caught.value.details["fields"] == "inner, channel"


def test_the_channel_may_stay_open(house):
    batch = house.order("PO-1").batch
    channel = a_channel(house.brand)

    assert set_channel(house.specialist, batch=batch, channel=channel, now=NOW).channel == channel
    set_channel(house.specialist, batch=batch, channel=channel, now=NOW)
    with pytest.raises(BatchDiffers):
        set_channel(
            house.specialist, batch=batch, channel=a_channel(house.brand, "tb", "淘宝"), now=NOW
        )


def test_another_brand_does_not_exist(house):
    stranger = House()
    order = house.order("PO-1")

    with pytest.raises(NotFound):
        stranger.order("PO-9", product=house.product)
    with pytest.raises(NotFound):
        stranger.order("PO-9", channel=a_channel(house.brand))
    with pytest.raises(NotFound):
        stranger.order("PO-9", supplier=house.supplier_organisation)
    with pytest.raises(NotFound):
        orders.approve_order(stranger.approver, order=order, now=NOW)
    with pytest.raises(NotFound):
        order_by_id(stranger.admin, order.pk)
    order.refresh_from_db()
    assert order.state == "waiting"


def test_a_supplier_sees_only_its_own_orders_and_orders_nothing(house):
    other = a_partner(house.brand, "supplier")
    mine = house.order("PO-1", supplier=house.supplier_organisation)
    house.order("PO-2", supplier=other, batch="02")
    house.order("PO-3", batch="03")

    assert list(orders_for(house.supplier)) == [mine]
    assert list(batches_for(house.supplier)) == [mine.batch]
    with pytest.raises(NotAllowed):
        orders.create_order(
            house.supplier, number="PO-4", product=house.product, produced_on=date(2012, 12, 20),
            batch="01", quantity=1, now=NOW,
        )  # fmt: skip
    with pytest.raises(NotAllowed):
        orders_for(an_actor(house.brand, Role.REPAIR_POINT, a_partner(house.brand, "repair_point")))


@pytest.mark.parametrize("others", [1, 3])
def test_the_list_of_orders_takes_one_query(house, others, django_assert_num_queries):
    for _ in range(others):
        house.order(supplier=house.supplier_organisation, channel=None)

    with django_assert_num_queries(1):
        assert len([(o.batch.product.name, o.batch.key.key_id, o.supplier.name)
                    for o in orders_for(house.approver)]) == others  # fmt: skip


def test_rotation_and_burning_touch_only_their_batches(house):
    old = house.issued("PO-1", batch="01")
    new_key = keys.import_key(house.admin, secret=bytes(range(32)).hex(), now=NOW)
    new = house.issued("PO-2", batch="02")
    assert (old.batch.key.key_id, new.batch.key.key_id) == (1, 2)

    keys.burn_key(house.admin, key=SealKey.objects.get(key_id=1), reason="leaked", now=NOW)

    with pytest.raises(KeyBurned):
        house.order("PO-3", batch="01")
    assert house.issued("PO-4", batch="02").batch.key == new_key
    keys.burn_key(house.admin, key=new_key, reason="leaked too", now=NOW)
    with pytest.raises(NoSealKey):
        house.order("PO-5", batch="05")


def test_an_order_whose_key_is_burned_meanwhile_is_not_issued(house):
    order = house.order("PO-1")
    keys.burn_key(house.admin, key=SealKey.objects.get(), reason="leaked", now=NOW)

    with pytest.raises(KeyBurned):
        orders.approve_order(house.approver, order=order, now=NOW)

    assert orders.refuse_order(house.approver, order=order, note="key", now=NOW).state == "refused"


def test_an_imported_secret_must_be_one(house):
    for secret, rule in (
        ("xyz", "not_hex"),
        ("ab" * 31, "not_64_hex_characters"),
        ("00" * 32, "not_random"),
    ):
        with pytest.raises(Invalid) as caught:
            keys.import_key(house.admin, secret=secret, now=NOW)
        assert caught.value.details["rule"] == rule
    keys.import_key(house.admin, secret=bytes(range(32)).hex().upper(), now=NOW)
    with pytest.raises(Invalid):
        keys.import_key(house.admin, secret=bytes(range(32)).hex(), now=NOW)
    with pytest.raises(NotAllowed):
        keys.generate_key(house.specialist, now=NOW)
    assert bytes(range(8)).hex() not in str(list(Entry.objects.values_list("data", flat=True)))


def test_R127_a_billion_codes_are_a_thousand_ranges(house):
    order = house.order("PO-1", quantity=10**9)

    orders.issue_many(house.approver, order=order, lots=[10**6] * 1000, now=NOW)

    firsts = list(order.ranges.order_by("first").values_list("first", flat=True))
    assert firsts == list(range(0, 10**9, 10**6))
    with pytest.raises(Invalid):
        orders.issue_many(house.approver, order=house.order(quantity=3), lots=[1, 1], now=NOW)


def in_threads(work, items):
    def run(item):
        try:
            return work(item)
        finally:
            connection.close()

    with ThreadPoolExecutor(8) as pool:
        return list(pool.map(run, items))


@pytest.mark.django_db(transaction=True)
def test_R105_parallel_issuers_on_one_batch_never_overlap():
    house = House()
    house.order("PO-0", quantity=1)
    placed = [house.order(f"PO-{n}", quantity=n) for n in range(1, 25)]

    in_threads(lambda order: orders.approve_order(house.approver, order=order, now=NOW), placed)

    taken = sorted(SerialRange.objects.values_list("first", "count"))
    ends = [first + count for first, count in taken]
    assert [first for first, _ in taken] == [0, *ends[:-1]]
    assert Batch.objects.get().next_serial == ends[-1] == sum(range(1, 25))
    assert all(report.whole for report in chain_reports())


@pytest.mark.django_db(transaction=True)
def test_one_order_placed_and_released_by_many_at_once_exists_once():
    house = House()
    product = a_product(house.brand)

    placed = in_threads(lambda _: house.order("PO-1", product=product, quantity=7), range(12))

    assert len({order.pk for order in placed}) == 1
    assert Batch.objects.get().ordered == 7

    def release(order):
        try:
            return orders.approve_order(house.approver, order=order, now=NOW).state
        except NotWaiting as refusal:
            return refusal.code

    answers = in_threads(release, placed)
    assert sorted(answers) == ["identity.order_not_waiting"] * 11 + ["issued"]
    assert list(SerialRange.objects.values_list("first", "count")) == [(0, 7)]
