"""Flash sales: granted once, in order of arrival, and what comes back is granted again."""

import threading
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import timedelta

import pytest
from django.db import IntegrityError, connection, transaction

from hefu.apps.audit.models import Entry
from hefu.apps.campaigns.errors.flash import (
    NotInFavour,
    PerPersonLimit,
    ReservationEnded,
    SaleChanged,
    SaleNotOpen,
    SoldOut,
)
from hefu.apps.campaigns.models import FlashSale
from hefu.apps.campaigns.services.flash import change_sale, create_sale, kill_sale, terms_of
from hefu.apps.campaigns.services.flash_ending import confirm, expire_reservations, release
from hefu.apps.campaigns.services.flash_reserving import reserve, reserve_many
from hefu.core.actor import consumer, system
from hefu.core.errors import Invalid, NotAllowed, NotFound
from hefu.core.permissions import Role
from hefu.surfaces import reserving
from hefu.surfaces.by_hand import Asked
from tests.apps.campaigns.flash import TERMS, Sale
from tests.factories import NOW, a_brand, an_actor, operator

pytestmark = pytest.mark.django_db
LATER = NOW + timedelta(minutes=16)  # the 15 minutes to pay are over


def crowd(sale: Sale, members: list[int], ask) -> list[int]:
    """Let every member ask in a thread of his own, at the same time; returns who got one."""
    start, winners = threading.Barrier(len(members)), []

    def buyer(member_id: int) -> None:
        start.wait()
        try:
            actor = consumer(brand_id=sale.brand.pk, member_id=member_id)
            ask(actor, wish=sale.wish(member_id), now=NOW)
            winners.append(member_id)
        except SoldOut:
            pass
        finally:
            connection.close()

    with ThreadPoolExecutor(len(members)) as pool:
        list(pool.map(buyer, members))
    return winners


@pytest.mark.django_db(transaction=True)
def test_R151_two_hundred_buyers_fifty_pieces_fifty_reservations():
    sale = Sale()

    winners = crowd(sale, sale.buyers(200), reserving.reserve)

    assert len(winners) == len(set(winners)) == 50
    assert sale.counts == (0, 50, 0)
    assert set(sale.reservations("held").values_list("member_id", flat=True)) == set(winners)


@pytest.mark.django_db(transaction=True)
def test_R151_holds_without_grouping_too():
    sale = Sale({"pieces": 5})

    winners = crowd(sale, sale.buyers(20), reserve)

    assert len(winners) == 5
    assert sale.counts == (0, 5, 0)


@pytest.mark.django_db(transaction=True)
def test_a_double_click_is_one_reservation():
    sale = Sale()
    (member,) = sale.buyers(1)

    crowd(sale, [member] * 8, reserving.reserve)

    assert sale.counts == (49, 1, 0)


def test_a_group_grants_the_first_in_order_of_arrival():
    sale = Sale({"pieces": 3})
    members = sale.buyers(5)
    asked = [members[place] for place in (4, 0, 4, 3, 2, 1)]

    done = reserve_many(sale.actor, wishes=[sale.wish(member) for member in asked], now=NOW)

    first, again = done[0], done[2]
    assert again.pieces == first.pieces
    assert (again.new, again.refusal) == (0, None)
    assert [type(outcome.refusal) for outcome in done[4:]] == [SoldOut, SoldOut]
    granted = sale.reservations().order_by("arrival").values_list("member_id", flat=True)
    assert list(granted) == [members[4], members[0], members[3]]
    assert sale.counts == (0, 3, 0)


def test_asking_again_brings_the_same_reservation_even_when_all_is_gone():
    sale = Sale({"pieces": 1})
    buyer, late = sale.buyer(), sale.buyer()
    mine = sale.reserve(buyer).pieces

    with pytest.raises(SoldOut) as caught:
        sale.reserve(late)

    assert caught.value.details == {"held": 1}
    assert sale.reserve(buyer).pieces == mine
    kill_sale(sale.actor, sale_id=sale.row.pk, why="a wrong price", now=NOW)
    assert sale.reserve(buyer).pieces == mine
    assert sale.counts == (0, 1, 0)


def test_nobody_gets_more_than_one_person_may():
    sale = Sale({"per_person": 2, "pieces": 3})
    buyer, other = sale.buyer(), sale.buyer()

    assert sale.reserve(buyer).new == 1
    both = sale.reserve(buyer, pieces=2)
    with pytest.raises(PerPersonLimit) as caught:
        sale.reserve(buyer, pieces=3)

    assert (both.new, [piece.slot for piece in both.pieces]) == (1, [1, 2])
    assert caught.value.details["most"] == 2
    last = sale.reserve(other, pieces=2)
    assert (last.new, last.left) == (1, 0), "the rest is better than nothing"
    assert sale.counts == (0, 3, 0)


def test_the_database_itself_refuses_a_second_slot_and_sums_that_do_not_add_up():
    sale = Sale()
    sale.reserve(sale.buyer())
    row = sale.reservations().get()

    row.pk, row.arrival = None, 99
    for wrong in (row.save, lambda: FlashSale.objects.filter(pk=sale.row.pk).update(held=7)):
        with pytest.raises(IntegrityError), transaction.atomic():
            wrong()


@pytest.mark.parametrize(
    ("at", "reason"),
    [
        (NOW - timedelta(minutes=1, seconds=1), "before"),
        (NOW + timedelta(hours=1), "ended"),
    ],
)
def test_outside_its_time_a_sale_grants_nothing(at, reason):
    sale = Sale()

    with pytest.raises(SaleNotOpen) as caught:
        sale.reserve(sale.buyer(), now=at)

    assert caught.value.details["reason"] == reason
    assert sale.counts == (50, 0, 0)


def test_what_is_given_back_is_granted_again():
    sale = Sale({"pieces": 1})
    buyer, next_one = sale.buyer(), sale.buyer()
    (piece,) = sale.reserve(buyer).pieces

    for _ in range(2):
        release(buyer, reservation_id=piece.pk, now=NOW)

    assert sale.counts == (1, 0, 0)
    assert sale.reserve(next_one).new == 1
    with pytest.raises(SoldOut):
        sale.reserve(buyer)
    assert sale.counts == (0, 1, 0)


def test_what_is_not_paid_in_time_is_granted_again():
    sale = Sale({"pieces": 2})
    slow, quick, third = sale.buyer(), sale.buyer(), sale.buyer()
    (lost,), (kept,) = sale.reserve(slow).pieces, sale.reserve(quick).pieces
    confirm(sale.actor, reservation_id=kept.pk, order_key="A-1", now=NOW)

    assert expire_reservations(LATER - timedelta(minutes=2)) == 0
    assert expire_reservations(LATER) == 1
    assert expire_reservations(LATER) == 0

    assert sale.counts == (1, 0, 1)
    with pytest.raises(ReservationEnded) as caught:
        confirm(sale.actor, reservation_id=lost.pk, order_key="A-2", now=LATER)
    assert caught.value.details == {"state": "expired"}
    assert sale.reserve(third, now=LATER).new == 1


def test_payment_happens_once_and_by_one_order():
    sale = Sale()
    buyer = sale.buyer()
    (piece,) = sale.reserve(buyer).pieces

    for _ in range(2):
        paid = confirm(sale.actor, reservation_id=piece.pk, order_key="A-1", now=LATER)

    assert paid.order_key == "A-1"
    for wrong in (
        lambda: confirm(sale.actor, reservation_id=piece.pk, order_key="A-2", now=LATER),
        lambda: release(buyer, reservation_id=piece.pk, now=LATER),
    ):
        with pytest.raises(ReservationEnded):
            wrong()
    assert sale.counts == (49, 0, 1)


@pytest.mark.django_db(transaction=True)
def test_payment_return_and_clock_at_once_count_a_piece_once():
    sale = Sale({"pieces": 10})
    buyers = [sale.buyer() for _ in range(10)]
    pieces = {buyer: sale.reserve(buyer).pieces[0].pk for buyer in buyers}
    deeds = [lambda: expire_reservations(LATER)] * 3
    for buyer, pk in pieces.items():
        deeds += [
            lambda pk=pk: confirm(sale.actor, reservation_id=pk, order_key="A", now=LATER),
            lambda pk=pk, buyer=buyer: release(buyer, reservation_id=pk, now=LATER),
        ]

    def do(act):
        try:
            act()
        except ReservationEnded:
            pass
        finally:
            connection.close()

    with ThreadPoolExecutor(len(deeds)) as pool:
        list(pool.map(do, deeds))

    left, held, paid = sale.counts
    assert (left + paid, held) == (10, 0)


def test_after_the_start_terms_change_in_the_consumers_favour_only():
    sale = Sale()
    sale.reserve(sale.buyer())
    seen, terms = sale.row.changed_at, terms_of(sale.row)
    better = replace(
        terms, pieces=60, price=8800, per_person=2, ends_at=terms.ends_at + timedelta(hours=1)
    )

    def change(**other):
        changed = replace(terms, **other)
        return change_sale(
            sale.actor, sale_id=sale.row.pk, terms=changed, seen=sale.row.changed_at, now=NOW
        )

    for worse in (
        {"pieces": 49}, {"price": 9901}, {"ends_at": terms.ends_at - timedelta(1)},
        {"title": "another thing"}, {"hold_minutes": 14}, {"sku": "other"},
    ):  # fmt: skip
        with pytest.raises((NotInFavour, Invalid)):
            change(**worse)
    assert sale.counts == (49, 1, 0)
    changed = change_sale(sale.actor, sale_id=sale.row.pk, terms=better, seen=seen, now=NOW)
    assert (changed.initial, changed.left, changed.price) == (60, 59, 8800)
    with pytest.raises(SaleChanged):
        change_sale(sale.actor, sale_id=sale.row.pk, terms=better, seen=seen, now=NOW)
    told = Entry.objects.filter(action="campaigns.flash_sale_changed").get().data
    assert set(told) == {"pieces", "price", "per_person", "ends_at"}


def test_before_the_start_everything_may_change():
    sale = Sale({"starts_at": NOW + timedelta(minutes=1)})

    changed = change_sale(
        sale.actor, sale_id=sale.row.pk, seen=sale.row.changed_at, now=NOW,
        terms=replace(terms_of(sale.row), pieces=1, price=99_900, title="another thing"),
    )  # fmt: skip

    assert (changed.initial, changed.left, changed.price) == (1, 1, 99_900)


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("code", "no spaces"), ("title", " "), ("pieces", 0), ("price", -1), ("per_person", 0),
        ("hold_minutes", 0), ("ends_at", TERMS.starts_at), ("pay_url", "http://shop.example/"),
    ],
)  # fmt: skip
def test_terms_that_make_no_sense_are_refused(field, value):
    with pytest.raises(Invalid) as caught:
        create_sale(operator(a_brand()), terms=replace(TERMS, **{field: value}), now=NOW)

    assert caught.value.details["field"] == field
    assert not FlashSale.objects.exists()


def test_strangers_see_nothing_and_nobody_acts_for_another():
    sale, elsewhere = Sale(), Sale()
    buyer, stranger = sale.buyer(), elsewhere.buyer()
    (piece,) = sale.reserve(buyer).pieces

    with pytest.raises(NotAllowed):
        reserve(buyer, wish=sale.wish(stranger.member_id), now=NOW)
    for wrong in (
        lambda: reserve(stranger, wish=sale.wish(stranger.member_id), now=NOW),
        lambda: reserve(sale.actor, wish=sale.wish(stranger.member_id), now=NOW),
        lambda: release(stranger, reservation_id=piece.pk, now=NOW),
        lambda: kill_sale(elsewhere.actor, sale_id=sale.row.pk, why="mine", now=NOW),
    ):
        with pytest.raises(NotFound):
            wrong()
    with pytest.raises(NotAllowed):
        release(sale.buyer(), reservation_id=piece.pk, now=NOW)
    with pytest.raises(NotAllowed):
        create_sale(an_actor(sale.brand, Role.ANALYST), terms=TERMS, now=NOW)
    assert sale.counts == (49, 1, 0)


def test_the_trail_tells_who_got_what_with_one_entry_a_group():
    sale = Sale({"pieces": 2})
    members = sale.buyers(3)

    reserve_many(
        system("members", brand_id=sale.brand.pk), wishes=[sale.wish(m) for m in members], now=NOW
    )

    entry = Entry.objects.get(action="campaigns.flash_reserved")
    assert entry.data == {"count": 2, "pieces": [[1, members[0]], [2, members[1]]]}
    assert entry.subject == f"campaigns.flashsale:{sale.row.pk}"


def test_the_gate_spares_the_database_and_lets_holders_through(django_assert_num_queries):
    sale = Sale({"pieces": 1})
    buyer, late = sale.buyer(), sale.buyer()
    (mine,) = sale.reserve(buyer).pieces
    asked = Asked(hand=sale.actor, wish=sale.wish(late.member_id), now=NOW)
    (refused,) = reserving.commit([asked])
    reserving._close_gates([asked], [refused], NOW)

    with django_assert_num_queries(0), pytest.raises(SoldOut):
        reserving.reserve(late, wish=sale.wish(late.member_id), now=NOW)
    assert reserving.reserve(buyer, wish=sale.wish(buyer.member_id), now=NOW).pieces == (mine,)
