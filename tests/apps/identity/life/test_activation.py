"""Activation: first wins, once, whatever is refused (R086 R116 R117 R123 R134, L34 L35)."""

from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from functools import partial
from threading import Barrier

import pytest
from django.db import connection
from django.db.models import Sum

from hefu.apps.audit.models import Entry
from hefu.apps.audit.selectors import chain_reports
from hefu.apps.identity.errors.life import (
    AlreadyActivated,
    CodeMistyped,
    CodeUnknown,
    InnerCodeNeeded,
    InnerCodeWrong,
    KeyReused,
    UnitStopped,
)
from hefu.apps.identity.models import Activation, Unit, WarrantyFact
from hefu.apps.identity.services import marks
from hefu.apps.identity.services.activation import (
    ActivationWish,
    Whereabouts,
    activate,
    activate_many,
)
from hefu.apps.ledger.models import Transfer
from hefu.apps.ledger.services import create_budget
from hefu.core.actor import ANONYMOUS, system
from hefu.core.codes import Face
from hefu.core.errors import Invalid, NotAllowed, NotFound
from hefu.core.permissions import Role
from tests.apps.identity.issue.rows import a_channel
from tests.apps.identity.life.rows import GUANGZHOU, Goods, later
from tests.factories import NOW, a_partner, an_actor, operator

pytestmark = pytest.mark.django_db

BATCHER = system("activations")


def wish(goods, serial, member, key="", **about):
    return ActivationWish(
        key=key or f"k-{serial}-{member.pk}", code=goods.code(serial), member_id=member.pk, **about
    )


def refused(goods, serial, member, **about):
    (outcome,) = activate_many(BATCHER, wishes=[wish(goods, serial, member, **about)], now=NOW)
    assert outcome.activation_id is None
    return outcome.refusal


def test_R116_activation_binds_unit_member_time_region_and_coins():
    goods = Goods()
    me = goods.consumer()

    outcome = activate(
        me, now=NOW,
        wish=ActivationWish(
            key="a", code=goods.code(7), member_id=me.member_id, agent="Firefox/140.0",
            where=Whereabouts(region=GUANGZHOU, source="address"),
        ),
    )  # fmt: skip

    row = Activation.objects.get()
    assert (outcome.activation_id, outcome.at, outcome.coins) == (row.pk, NOW, 10)
    assert (row.unit.batch_id, row.unit.serial) == (goods.batch.pk, 7)
    assert (row.member_id, row.product_id, row.at) == (me.member_id, goods.product.pk, NOW)
    assert (row.region, row.region_from, row.place, row.agent) == (
        GUANGZHOU, "address", "", "Firefox",
    )  # fmt: skip
    fact = WarrantyFact.objects.get()
    assert (fact.unit_id, fact.kind, str(fact.on)) == (row.unit_id, "activated", "2026-11-22")
    (entry,) = Entry.objects.filter(action="identity.unit_activated")
    assert (entry.chain, entry.subject) == (goods.brand.pk, f"identity.activation:{row.pk}")


def test_the_warranty_starts_on_the_day_of_the_place():
    goods = Goods()
    activate(BATCHER, wish=wish(goods, 1, goods.member()), now=later(hours=6))  # 2 a.m. in China

    assert str(WarrantyFact.objects.get().on) == "2026-11-23"


def test_R117_only_tenths_of_a_consented_place_are_stored():
    goods = Goods()
    where = Whereabouts(region=GUANGZHOU, source="place", place=(23.12911, 113.264385))
    activate(BATCHER, wish=wish(goods, 1, goods.member(), where=where), now=NOW)

    assert Activation.objects.get().place == "23.1,113.3"
    assert "23.12" not in repr(list(Activation.objects.values()))


def test_R117_L34_refusing_place_and_everything_still_activates():
    goods = Goods()
    activate(BATCHER, wish=wish(goods, 1, goods.member()), now=NOW)

    row = Activation.objects.get()
    assert (row.region, row.region_from, row.place, row.agent) == ("", "", "", "")


def test_R116_the_second_is_told_the_day_and_no_more():
    goods = Goods()
    winner, loser = goods.member(), goods.member()
    activate(BATCHER, wish=wish(goods, 1, winner), now=NOW)

    with pytest.raises(AlreadyActivated) as caught:
        activate(BATCHER, wish=wish(goods, 1, loser), now=later(days=3))
    assert caught.value.details == {"on": "2026-11-22", "yours": 0}
    with pytest.raises(AlreadyActivated) as caught:
        activate(BATCHER, wish=wish(goods, 1, winner, key="again"), now=later(days=3))
    assert caught.value.details == {"on": "2026-11-22", "yours": 1}
    assert Activation.objects.get().member_id == winner.pk


def test_the_same_request_again_wins_again():
    goods = Goods()
    mine = wish(goods, 1, goods.member())
    first = activate(BATCHER, wish=mine, now=NOW)
    marks.recall(goods.manager, serials=[goods.serials(1)], notice="R-1", now=later(hours=1))

    again = activate(BATCHER, wish=mine, now=later(hours=2))

    assert again == replace(first, repeated=True, unit=again.unit)
    assert (Activation.objects.count(), WarrantyFact.objects.count()) == (1, 1)
    assert Entry.objects.filter(action="identity.unit_activated").count() == 1


def test_a_key_names_one_request():
    goods = Goods()
    member = goods.member()
    activate(BATCHER, wish=wish(goods, 1, member, key="k"), now=NOW)

    assert isinstance(refused(goods, 2, member, key="k"), KeyReused)
    assert isinstance(refused(goods, 1, goods.member(), key="k"), KeyReused)
    for key in ("x" * 37, "nul\0"):
        assert isinstance(refused(goods, 2, member, key=key), Invalid)


def test_a_group_decides_each_wish_in_order():
    goods = Goods()
    one, two = goods.member(), goods.member()
    wishes = [
        wish(goods, 1, one),
        wish(goods, 1, two),  # late
        wish(goods, 2, two),
        wish(goods, 2, two),  # the same request twice
        wish(goods, 3, two, key=f"k-2-{two.pk}"),  # the same key for another unit
        replace(wish(goods, 3, two), code="K7QM-3ZT9-0HXW-5R2V"),
    ]

    outcomes = activate_many(BATCHER, wishes=wishes, now=NOW)

    assert [type(outcome.refusal) for outcome in outcomes] == [
        type(None), AlreadyActivated, type(None), type(None), KeyReused, CodeUnknown,
    ]  # fmt: skip
    assert [outcome.coins for outcome in outcomes] == [10, 0, 10, 10, 0, 0]
    assert [outcome.repeated for outcome in outcomes[:4]] == [False, False, False, True]
    assert outcomes[2].activation_id == outcomes[3].activation_id
    assert Activation.objects.count() == 2


@pytest.mark.parametrize(
    ("reason", "stop"),
    [
        ("recalled", partial(marks.recall, notice="R-1", now=NOW)),
        ("void", partial(marks.void, reason="x", now=NOW)),
        ("frozen", partial(marks.freeze, reason="x", now=NOW)),
        ("lost", partial(marks.report_lost, reason="x", now=NOW)),
    ],
)
def test_stopped_units_are_refused_with_the_reason(reason, stop):
    goods = Goods()
    stop(goods.manager, serials=[goods.serials(1), goods.serials(10, 5)])

    for serial in (1, 12):
        refusal = refused(goods, serial, goods.member())
        assert isinstance(refusal, UnitStopped)
        assert refusal.details == {"reason": reason, "since": NOW.isoformat()}
    activate(BATCHER, wish=wish(goods, 2, goods.member()), now=NOW)
    assert Activation.objects.count() == 1


def test_what_is_on_no_product_yet_is_not_activated():
    goods = Goods(commissioned=False)

    assert refused(goods, 1, goods.member()).details == {"reason": "not_commissioned"}
    marks.ship(goods.manager, serials=[goods.serials(1)], now=NOW)
    activate(BATCHER, wish=wish(goods, 1, goods.member()), now=NOW)


def test_O19_inner_code_is_required_where_there_is_one():
    goods = Goods(inner=True)
    member = goods.member()

    assert isinstance(refused(goods, 1, member), InnerCodeNeeded)
    for wrong in (goods.code(2, Face.INNER), goods.code(1), "nonsense"):
        assert isinstance(refused(goods, 1, member, inner=wrong), InnerCodeWrong)
    assert activate(
        BATCHER, wish=wish(goods, 1, member, inner=goods.code(1, Face.INNER)), now=NOW
    ).activation_id
    bare = ActivationWish(key="bare", code=goods.code(3, Face.INNER), member_id=member.pk)
    assert activate(BATCHER, wish=bare, now=NOW).activation_id


def test_typing_errors_are_told_apart_from_unknown_codes():
    goods = Goods()
    member = goods.member()
    code = goods.code(1)
    slip = code[:5] + ("2" if code[5] != "2" else "3") + code[6:]

    for text, kind in ((slip, CodeMistyped), ("0" * 16, CodeUnknown), ("", CodeUnknown)):
        with pytest.raises(kind):
            activate(BATCHER, wish=ActivationWish(key="k", code=text, member_id=member.pk), now=NOW)
    assert not Unit.objects.exists()


def test_nobody_activates_for_somebody_else():
    goods = Goods()
    me, other = goods.consumer(), goods.member()
    partner = a_partner(goods.brand, "distributor")
    for actor in (me, ANONYMOUS, an_actor(goods.brand, Role.DISTRIBUTOR, partner),
                  goods.staff(Role.ANALYST)):  # fmt: skip
        with pytest.raises(NotAllowed):
            activate(actor, wish=wish(goods, 1, other), now=NOW)
    assert not Activation.objects.exists()
    activate(goods.staff(Role.SERVICE_AGENT), wish=wish(goods, 1, other), now=NOW)


def test_brands_do_not_mix():
    goods, others = Goods(), Goods()
    stranger = others.member()

    assert isinstance(refused(goods, 1, stranger), NotFound)
    agent = others.staff(Role.SERVICE_AGENT)
    (outcome,) = activate_many(agent, wishes=[wish(goods, 1, goods.member())], now=NOW)
    assert isinstance(outcome.refusal, CodeUnknown)
    assert not Activation.objects.exists()


def test_R123_five_units_bring_fifty_coins():
    goods = Goods()
    me = goods.member()
    outcomes = activate_many(
        BATCHER, wishes=[wish(goods, serial, me) for serial in range(5)], now=NOW
    )
    activate_many(BATCHER, wishes=[wish(goods, serial, me) for serial in range(5)], now=NOW)

    assert [outcome.coins for outcome in outcomes] == [10] * 5
    assert Transfer.objects.filter(member_id=me.pk).aggregate(Sum("amount"))["amount__sum"] == 50


def test_R134_an_empty_budget_refuses_coins_but_not_the_activation():
    goods = Goods()
    budget = create_budget(operator(goods.brand), name="2026", limit=20, now=NOW)
    wishes = [wish(goods, n, goods.member(), budget_id=budget.pk) for n in range(3)]

    outcomes = activate_many(BATCHER, wishes=wishes, now=NOW)

    assert [outcome.coins for outcome in outcomes] == [10, 10, 0]
    assert all(outcome.activation_id for outcome in outcomes)
    assert outcomes[2].coins_refused


def test_O17_the_channel_is_the_newest_shipments():
    goods = Goods()
    jd, tb = a_channel(goods.brand), a_channel(goods.brand, "tb", "淘宝")
    marks.ship(goods.manager, serials=[goods.serials(0, 50)], channel=jd, now=NOW)
    marks.ship(goods.manager, serials=[goods.serials(5)], channel=tb, now=later(hours=1))
    for serial in (4, 5, 60):
        activate(BATCHER, wish=wish(goods, serial, goods.member()), now=later(hours=2))

    channels = dict(Activation.objects.values_list("unit__serial", "channel__code"))
    assert channels == {4: "jd", 5: "tb", 60: None}


@pytest.mark.parametrize("size", [1, 3, 30])
def test_statements_do_not_grow_with_the_group(size, django_assert_num_queries):
    goods = Goods()
    activate(BATCHER, wish=wish(goods, 99, goods.member()), now=NOW)
    member = goods.member()
    wishes = [wish(goods, serial, member) for serial in range(size)]
    goods.unit(0)

    with django_assert_num_queries(17):  # one asks whether a webhook listens
        activate_many(BATCHER, wishes=wishes, now=NOW)


@pytest.mark.slow
@pytest.mark.django_db(transaction=True)
def test_R116_fifty_at_once_and_one_wins():
    goods = Goods()
    goods.look(1)
    members = [goods.member() for _ in range(50)]
    wishes = [wish(goods, 1, member) for member in members]
    start = Barrier(50)

    def try_it(one):
        start.wait()
        try:
            (outcome,) = activate_many(BATCHER, wishes=[one], now=NOW)
            return outcome
        finally:
            connection.close()

    with ThreadPoolExecutor(50) as pool:
        outcomes = list(pool.map(try_it, wishes))

    won = [outcome for outcome in outcomes if outcome.activation_id]
    assert len(won) == 1
    assert all(
        isinstance(outcome.refusal, AlreadyActivated) for outcome in outcomes if outcome not in won
    )
    assert Activation.objects.count() == WarrantyFact.objects.count() == 1
    assert Transfer.objects.get().amount == 10
    assert Entry.objects.filter(action="identity.unit_activated").count() == 1
    assert all(report.whole for report in chain_reports())


@pytest.mark.django_db(transaction=True)
def test_R116_groups_that_share_units_neither_lock_up_nor_win_twice():
    goods = Goods()
    members = [goods.member() for _ in range(6)]
    start = Barrier(6)

    def try_it(n):
        serials = range(12) if n % 2 else reversed(range(12))
        group = [wish(goods, serial, members[n]) for serial in serials]
        start.wait()
        try:
            return activate_many(BATCHER, wishes=group, now=NOW)
        finally:
            connection.close()

    with ThreadPoolExecutor(6) as pool:
        outcomes = [outcome for group in pool.map(try_it, range(6)) for outcome in group]

    assert sum(outcome.activation_id is not None for outcome in outcomes) == 12
    assert Activation.objects.filter(ended_at=None).count() == 12
    assert Transfer.objects.aggregate(Sum("amount"))["amount__sum"] == 120
