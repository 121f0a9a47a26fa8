"""A wrongly named channel is put right; what happened under it stays as it was."""

from datetime import timedelta

import pytest

from hefu.apps.accounts.errors import ContentChanged, SamePerson
from hefu.apps.audit.models import Entry
from hefu.apps.identity.errors.issue import (
    ChannelChangeDecided,
    ChannelChangeWaits,
    ChannelPrinted,
    ChannelSettled,
)
from hefu.apps.identity.models import Activation, Batch, ChannelChange
from hefu.apps.identity.selectors import reports
from hefu.apps.identity.selectors.activations import activations_for
from hefu.apps.identity.selectors.batches import BOOK
from hefu.apps.identity.selectors.orders import content_hash_of
from hefu.apps.identity.selectors.reports import Period
from hefu.apps.identity.selectors.story import StationKind, story_of
from hefu.apps.identity.services import marks, orders
from hefu.apps.identity.services.activation import ActivationWish, activate
from hefu.apps.identity.services.channel_changes import change_channel, decide_change
from hefu.apps.identity.services.templates import save_template
from hefu.core.errors import Invalid, NotAllowed, NotFound
from hefu.core.permissions import Role
from tests.apps.identity.issue.rows import MADE_ON, House, a_channel
from tests.apps.identity.issue.test_templates import MAKER
from tests.apps.identity.life.rows import Goods, later
from tests.factories import NOW, a_brand, a_partner, an_actor

pytestmark = pytest.mark.django_db
PRODUCED = Period(first=MADE_ON, last=MADE_ON)


@pytest.fixture
def house(db):
    return House()


def owned(goods, serial, *, at):
    member = goods.consumer()
    wish = ActivationWish(
        key=f"k{serial}", code=goods.code(serial), member_id=member.member_id or 0
    )
    return activate(member, wish=wish, now=at)


def test_R109_a_channel_named_wrongly_is_changed_at_once_while_nobody_owns_a_unit(house):
    jd, tb = a_channel(house.brand), a_channel(house.brand, "tb", "淘宝")
    order = house.issued("PO-1", channel=jd)

    change = change_channel(
        house.specialist, batch=order.batch, channel=tb, reason="typed wrong", now=later(hours=1)
    )

    order.refresh_from_db()
    assert (order.channel, Batch.objects.get(pk=order.batch_id).channel) == (tb, tb)
    assert change.applied_at == later(hours=1)
    entry = Entry.objects.get(action="identity.channel_changed")
    assert entry.data == {"former": "jd", "channel": "tb", "activated": 0}
    # who told the order told it rightly then, and tells the same again
    assert house.order("PO-1", channel=jd).pk == order.pk


def test_R109_before_the_release_the_second_person_reads_the_new_channel(house):
    jd, tb = a_channel(house.brand), a_channel(house.brand, "tb", "淘宝")
    order = house.order("PO-1", channel=jd)
    asked_for = content_hash_of(order)

    change_channel(house.specialist, batch=order.batch, channel=tb, reason="typed", now=NOW)

    order.refresh_from_db()
    assert content_hash_of(order) != asked_for
    assert orders.approve_order(house.approver, order=order, now=NOW).state == "issued"


def test_R108_codes_that_print_their_channel_keep_it(house):
    template = save_template(house.specialist, name="maker", data=MAKER, now=NOW)
    jd, tb = a_channel(house.brand), a_channel(house.brand, "tb", "淘宝")
    batch = house.issued(template=template, channel=jd, batch="19", quantity=3).batch

    with pytest.raises(ChannelPrinted):
        change_channel(house.specialist, batch=batch, channel=tb, reason="wrong", now=NOW)

    assert Batch.objects.get(pk=batch.pk).channel == jd


def test_what_cannot_be_changed_is_refused_and_nothing_changes(house):
    jd, tb = a_channel(house.brand), a_channel(house.brand, "tb", "淘宝")
    old = a_channel(house.brand, "xx", "closed")
    type(old).objects.filter(pk=old.pk).update(active=False)
    old.refresh_from_db()
    foreign = a_channel(a_brand(), "yy", "not ours")
    batch = house.order("PO-1", channel=jd).batch
    open_batch = house.order("PO-2", batch="02").batch

    def change(actor=house.specialist, batch=batch, channel=tb, reason="wrong"):
        change_channel(actor, batch=batch, channel=channel, reason=reason, now=NOW)

    for field, about in (
        ("reason", {"reason": "  "}),
        ("reason", {"reason": "x" * 201}),
        ("channel", {"channel": jd}),
        ("channel", {"channel": old}),
        ("channel", {"batch": open_batch}),
    ):
        with pytest.raises(Invalid) as caught:
            change(**about)
        assert caught.value.details["field"] == field
    for actor in (House().specialist, an_actor(a_brand(), Role.BRAND_ADMIN)):
        with pytest.raises(NotFound):
            change(actor=actor)
    with pytest.raises(NotFound):
        change(channel=foreign)
    for actor in (house.approver, house.supplier):
        with pytest.raises(NotAllowed):
            change(actor=actor)
    assert not ChannelChange.objects.exists()
    assert Batch.objects.get(pk=batch.pk).channel == jd


def test_it_can_be_changed_until_all_units_were_shipped_to_a_channel(db):
    house = House()
    jd, tb = a_channel(house.brand), a_channel(house.brand, "tb", "淘宝")
    goods = Goods(house=house, about={"channel": jd})
    marks.ship(goods.manager, serials=[goods.serials(0, 99)], channel=jd, now=NOW)
    change_channel(goods.manager, batch=goods.batch, channel=tb, reason="wrong", now=NOW)
    marks.ship(goods.manager, serials=[goods.serials(99)], channel=tb, now=NOW)

    with pytest.raises(ChannelSettled):
        change_channel(goods.manager, batch=goods.batch, channel=jd, reason="again", now=NOW)

    by_channel = {row.channel: row.made for row in reports.made_shipped_activated(
        house.admin, PRODUCED)}  # fmt: skip
    assert by_channel == {"京东": 99, "淘宝": 1}


@pytest.fixture
def sold(db):
    """A batch of one partner's channel, three units of which have owners."""
    house = House()
    jd = a_channel(house.brand)
    jd.organisation = a_partner(house.brand, "distributor")
    jd.save()
    goods = Goods(house=house, about={"channel": jd})
    for serial in (0, 1, 5):
        owned(goods, serial, at=later(days=1))
    return goods


def test_R109_with_activated_units_a_second_person_decides_and_the_past_stays(sold):
    house = sold.house
    jd, tb = sold.batch.channel, a_channel(house.brand, "tb", "淘宝")
    tb.organisation = a_partner(house.brand, "distributor")
    tb.save()
    partners = [
        an_actor(house.brand, Role.DISTRIBUTOR, each.organisation) for each in (jd, tb)
    ]  # fmt: skip
    change = change_channel(
        sold.manager, batch=sold.batch, channel=tb, reason="wrong", now=later(days=2)
    )
    assert (change.state, change.activated) == ("waiting", 3)
    assert Batch.objects.get(pk=sold.batch.pk).channel == jd
    with pytest.raises(ChannelChangeWaits):
        change_channel(sold.manager, batch=sold.batch, channel=tb, reason="wrong", now=NOW)
    with pytest.raises(NotAllowed):
        decide_change(sold.manager, change=change, grant=True, now=NOW)
    with pytest.raises(NotFound):
        decide_change(House().approver, change=change, grant=True, now=NOW)

    decide_change(house.approver, change=change, grant=True, now=later(days=3))

    BOOK.clear()
    owned(sold, 7, at=later(days=4))
    told = {each.unit.serial: each.channel for each in Activation.objects.all()}
    assert told == {0: jd, 1: jd, 5: jd, 7: tb}
    rows = reports.made_shipped_activated(house.admin, PRODUCED)
    assert {row.channel: (row.made, row.activated) for row in rows} == {
        "京东": (3, 3), "淘宝": (97, 1),
    }  # fmt: skip
    assert [activations_for(each).count() for each in partners] == [3, 1]
    with pytest.raises(ChannelChangeDecided):
        decide_change(house.approver, change=change, grant=True, now=NOW)
    stations = story_of(house.admin, sold.code(0)).stations
    assert [
        (each.kind, each.channel) for each in stations if each.channel
    ] == [
        (StationKind.ISSUED, "京东"), (StationKind.ACTIVATED, "京东"),
        (StationKind.CHANNEL_CHANGED, "淘宝"),
    ]  # fmt: skip


def test_a_refused_change_leaves_all_as_it_was_and_says_why(sold):
    house = sold.house
    tb = a_channel(house.brand, "tb", "淘宝")
    change = change_channel(
        house.admin, batch=sold.batch, channel=tb, reason="wrong", now=later(days=2)
    )
    with pytest.raises(Invalid):
        decide_change(house.approver, change=change, grant=False, now=NOW)
    with pytest.raises(SamePerson):
        decide_change(house.admin, change=change, grant=True, now=NOW)
    ChannelChange.objects.filter(pk=change.pk).update(reason="another reason")
    with pytest.raises(ContentChanged):
        decide_change(house.approver, change=change, grant=True, now=NOW)
    ChannelChange.objects.filter(pk=change.pk).update(reason="wrong")

    decide_change(house.approver, change=change, grant=False, note="it is right", now=NOW)

    assert ChannelChange.objects.get().state == "refused"
    assert Batch.objects.get(pk=sold.batch.pk).channel == sold.batch.channel
    again = change_channel(
        house.admin, batch=sold.batch, channel=tb, reason="it is not",
        now=NOW + timedelta(days=5),
    )  # fmt: skip
    assert again.state == "waiting"
