"""The life of one code, and who may see how much of it."""

import pytest

from hefu.apps.identity.errors.life import CodeMistyped, CodeUnknown
from hefu.apps.identity.models import ProductionOrder, Unit
from hefu.apps.identity.selectors.activations import activations_for
from hefu.apps.identity.selectors.story import StationKind, story_of
from hefu.apps.identity.selectors.units import is_visible, unit_by_text, units_for
from hefu.apps.identity.services import appeals, links, marks, ownership, packing, warranty
from hefu.apps.identity.services.activation import ActivationWish, Whereabouts, activate
from hefu.core.actor import ANONYMOUS
from hefu.core.codes import ExternalKind
from hefu.core.errors import NotAllowed, NotFound
from hefu.core.permissions import Role
from tests.apps.identity.issue.rows import a_channel
from tests.apps.identity.life.rows import BEIJING, GUANGZHOU, Goods, later
from tests.apps.identity.life.test_links_and_packing import units_of
from tests.factories import NOW, a_partner, an_actor

pytestmark = pytest.mark.django_db

K = StationKind


def lived(goods, partner):
    """Unit 1 was packed, shipped, checked, activated, appealed about, handed over, repaired."""
    manager, agent = goods.manager, goods.staff(Role.SERVICE_AGENT)
    carton = units_of(goods.house, "packaging", 1)[0]
    unit = goods.unit(1)
    packing.pack(manager, parent=carton, children=[unit], now=later(hours=1))
    marks.ship(
        manager, serials=[goods.serials(0, 50)], channel=a_channel(goods.brand),
        organisation_id=partner.pk, region=GUANGZHOU, now=later(hours=2),
    )  # fmt: skip
    packing.unpack_all(manager, parent=carton, now=later(hours=3), reason="sold")
    links.link(
        manager, unit=unit, kind=ExternalKind.IMEI, value="490154203237518", now=later(hours=3)
    )
    for hour in (4, 5, 29):
        goods.look(1, device=f"d{hour}", region=GUANGZHOU, at=later(hours=hour))
    owner, other, buyer = goods.consumer(), goods.consumer(), goods.consumer()
    mine = activate(
        owner, now=later(hours=30),
        wish=ActivationWish(
            key="a", code=goods.code(1), member_id=owner.member_id,
            where=Whereabouts(region=GUANGZHOU, source="address"),
        ),
    )  # fmt: skip
    appeal = appeals.open_appeal(other, unit=unit, text="mine", now=later(hours=31))
    appeals.answer_appeal(agent, appeal=appeal, uphold=False, answer="no", now=later(hours=32))
    _, code = ownership.offer_transfer(owner, activation_id=mine.activation_id, now=later(days=3))
    ownership.accept_transfer(buyer, code=code, now=later(days=4))
    warranty.record_fact(
        agent, unit=unit, kind="repair_in", on=later(days=5).date(), now=later(days=5)
    )
    marks.recall(manager, serials=[goods.serials(0, 100)], notice="2026-07", now=later(days=6))
    return owner, other, buyer


def kinds(story):
    return [station.kind for station in story.stations]


def test_the_brand_sees_the_whole_life_in_order():
    goods = Goods()
    partner = a_partner(goods.brand)
    lived(goods, partner)

    story = story_of(goods.house.admin, goods.code(1).lower())

    at = [station.at for station in story.stations]
    assert at == sorted(at)
    assert [kind for kind in kinds(story) if kind is not K.DEED] == [
        K.ISSUED, K.MARKED,  # commissioned
        K.PACKED, K.MARKED,  # shipped
        K.LINKED, K.CHECKED, K.CHECKED, K.CHECKED, K.ACTIVATED, K.WARRANTY, K.APPEAL_OPENED,
        K.APPEAL_ANSWERED, K.TRANSFER_OFFERED, K.ACTIVATED, K.ACTIVATION_ENDED, K.WARRANTY,
        K.MARKED,
    ]  # fmt: skip
    by_kind = {station.kind: station for station in reversed(story.stations)}
    shipped = next(s for s in story.stations if s.reference == "shipped")
    assert (shipped.channel, shipped.partner, shipped.region) == ("京东", partner.name, GUANGZHOU)
    assert (by_kind[K.CHECKED].count, by_kind[K.CHECKED].region) == (1, GUANGZHOU)
    assert by_kind[K.PACKED].note == "sold"
    activated = by_kind[K.ACTIVATED]
    assert activated.member.startswith("138")
    assert "*****" in activated.member
    assert {s.reference for s in story.stations if s.kind is K.DEED} == {
        "identity.serial_linked", "identity.unit_activated", "identity.transfer_offered",
        "identity.unit_transferred", "identity.warranty_fact_recorded",
    }  # fmt: skip


def test_a_code_that_was_never_touched_has_a_story_too():
    goods = Goods()

    story = story_of(goods.manager, goods.code(99))

    assert (story.row, kinds(story)) == (None, [K.ISSUED, K.MARKED])
    assert story.code == goods.code(99)
    assert not Unit.objects.exists()


def test_auditors_see_masked_members_and_deeds_and_analysts_no_deeds():
    goods = Goods()
    lived(goods, a_partner(goods.brand))

    audited = story_of(goods.staff(Role.AUDITOR), goods.code(1))
    analysed = story_of(goods.staff(Role.ANALYST), goods.code(1))
    made = story_of(goods.manager, goods.code(1))

    assert K.DEED in kinds(audited)
    assert K.DEED not in kinds(analysed)
    assert all("*" in s.member for s in audited.stations if s.kind is K.ACTIVATED)
    assert not any(s.member for s in made.stations)  # a product specialist needs no people
    assert "+86" not in repr(audited.stations)


def test_partners_see_their_own_goods_without_people_or_rivals():
    goods = Goods()
    partner, rival = a_partner(goods.brand), a_partner(goods.brand)
    lived(goods, partner)
    marks.ship(
        goods.manager, serials=[goods.serials(2)], organisation_id=rival.pk, now=later(days=7)
    )
    mine = an_actor(goods.brand, Role.DISTRIBUTOR, partner)
    theirs = an_actor(goods.brand, Role.DISTRIBUTOR, rival)

    story = story_of(mine, goods.code(1))

    assert set(kinds(story)) == {K.MARKED, K.PACKED, K.CHECKED, K.ACTIVATED, K.ACTIVATION_ENDED}
    assert not any(station.member for station in story.stations)
    assert [unit.serial for unit in units_for(mine)] == [1]
    assert activations_for(mine).count() == 2
    for actor, serial in ((theirs, 1), (mine, 2), (mine, 60)):
        with pytest.raises(CodeUnknown):
            story_of(actor, goods.code(serial))
    again = story_of(theirs, goods.code(2))
    assert [s.partner for s in again.stations if s.reference == "shipped"] == [rival.name]
    assert not units_for(theirs).exists()
    assert is_visible(mine, goods.unit(3))  # theirs, though nothing happened to it yet


def test_before_shipping_the_orders_channel_says_whose_goods_they_are():
    partner_brand = Goods()
    partner = a_partner(partner_brand.brand)
    channel = a_channel(partner_brand.brand)
    channel.organisation = partner
    channel.save()
    ProductionOrder.objects.filter(pk=partner_brand.order.pk).update(channel=channel)
    actor = an_actor(partner_brand.brand, Role.RETAILER, partner)

    assert is_visible(actor, partner_brand.unit(3))
    partner_brand.look(4)
    assert [unit.serial for unit in units_for(actor)] == [4]
    marks.ship(partner_brand.manager, serials=[partner_brand.serials(0, 9)], now=NOW)
    assert not units_for(actor).exists()
    assert not is_visible(actor, partner_brand.unit(3))


def test_owners_see_what_concerns_them_and_only_while_it_is_theirs():
    goods = Goods()
    owner, other, buyer = lived(goods, a_partner(goods.brand))

    story = story_of(buyer, goods.code(1))

    assert kinds(story) == [K.WARRANTY, K.ACTIVATED, K.WARRANTY, K.MARKED]
    assert story.stations[-1].note == "2026-07"
    for stranger in (owner, other, Goods().consumer(), ANONYMOUS):
        with pytest.raises(NotFound):
            story_of(stranger, goods.code(1))
    assert activations_for(owner).get().ending == "transferred"
    assert not units_for(owner).exists()


def test_other_brands_and_typing_errors():
    goods, other = Goods(), Goods()
    code = goods.code(1)

    with pytest.raises(CodeUnknown):
        story_of(other.manager, code)
    with pytest.raises(CodeMistyped):
        unit_by_text(goods.manager, code[:-1] + ("2" if code[-1] != "2" else "3"))
    with pytest.raises(NotAllowed):
        units_for(ANONYMOUS.__class__(kind=goods.manager.kind, brand_id=goods.brand.pk))


def test_checks_are_summed_by_day_and_verdict():
    goods = Goods()
    for hour in range(6):
        goods.look(1, device="same", region=GUANGZHOU, at=later(hours=hour))
    goods.look(1, device="far", region=BEIJING, at=later(hours=5, minutes=5))

    checks = [s for s in story_of(goods.manager, goods.code(1)).stations if s.kind is K.CHECKED]

    # noon in Greenwich is 20:00 in China: the day turns after four hours
    assert [(s.reference, s.count) for s in checks] == [
        ("genuine_first", 1), ("genuine_again", 3), ("genuine_again", 2), ("suspicious", 1),
    ]  # fmt: skip
