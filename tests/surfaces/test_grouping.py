"""Requests that wait at the same time share one transaction; each gets its own answer or error."""

import threading
from concurrent.futures import ThreadPoolExecutor

import pytest
from django.db import OperationalError, connection

from hefu.apps.audit.models import Entry
from hefu.apps.identity.errors.life import AlreadyActivated, CodeUnknown
from hefu.apps.identity.models import Activation
from hefu.apps.identity.services.activation import ActivationWish
from hefu.core.actor import consumer
from hefu.core.errors import NotAllowed
from hefu.surfaces import activating
from hefu.surfaces.grouping import Crowded, Grouping
from tests.apps.identity.life.rows import Goods
from tests.factories import NOW


class Gate:
    """A commit that doubles numbers, holds its first group until told, and notes all groups."""

    def __init__(self, refuse=()) -> None:
        self.groups: list[list[int]] = []
        self.begun, self.open = threading.Event(), threading.Event()
        self.refuse = dict(refuse)

    def __call__(self, numbers):
        self.groups.append(list(numbers))
        self.begun.set()
        self.open.wait(10)
        for number in numbers:
            if number in self.refuse:
                raise self.refuse[number]
        return [2 * number for number in numbers]


def crowd(grouping: Grouping, gate: Gate, numbers: range) -> dict[int, object]:
    """Submit 0 first and the others while its group is held; answers or errors by number."""

    def submit(number: int) -> object:
        try:
            return grouping.submit(number)
        except Exception as error:  # noqa: BLE001  (the answer)
            return error

    with ThreadPoolExecutor(len(numbers) + 1) as pool:
        futures = {0: pool.submit(submit, 0)}
        assert gate.begun.wait(10)
        futures |= {number: pool.submit(submit, number) for number in numbers}
        while len(grouping._queue) < min(len(numbers), grouping._longest):
            pass
        gate.open.set()
        return {number: future.result(20) for number, future in futures.items()}


def test_who_waits_together_is_committed_together():
    gate = Gate()

    answers = crowd(Grouping(gate), gate, range(1, 20))

    assert answers == {number: 2 * number for number in range(20)}
    assert gate.groups[0] == [0]
    assert len(gate.groups) == 2
    assert sorted(gate.groups[1]) == list(range(1, 20))


def test_a_group_has_its_limit_and_nobody_is_forgotten():
    gate = Gate()

    answers = crowd(Grouping(gate, most=8), gate, range(1, 30))

    assert answers == {number: 2 * number for number in range(30)}
    assert max(map(len, gate.groups)) == 8


def test_one_alone_is_committed_at_once_by_its_own_thread():
    seen = []
    grouping = Grouping(lambda items: seen.append(threading.get_ident()) or items)

    assert grouping.submit("x") == "x"
    assert seen == [threading.get_ident()]


def test_an_error_reaches_its_own_request_only():
    gate = Gate({7: ValueError("seven")})

    answers = crowd(Grouping(gate), gate, range(1, 12))

    assert str(answers.pop(7)) == "seven"
    assert answers == {number: 2 * number for number in range(12) if number != 7}


def test_a_database_that_is_away_is_not_asked_once_for_each():
    gate = Gate({7: OperationalError("away")})
    grouping = Grouping(gate)

    answers = crowd(grouping, gate, range(1, 12))

    assert answers.pop(0) == 0
    assert {str(answer) for answer in answers.values()} == {"away"}
    assert len(gate.groups) == 2
    assert grouping.submit(1) == 2  # and the next is tried afresh


def test_too_many_are_turned_away_and_nothing_of_theirs_is_done():
    gate = Gate()
    grouping = Grouping(gate, waiting=3)
    extra = []

    with ThreadPoolExecutor(4) as pool:
        first = pool.submit(grouping.submit, 0)
        assert gate.begun.wait(10)
        others = [pool.submit(grouping.submit, number) for number in (1, 2, 3)]
        while len(grouping._queue) < 3:
            pass
        with pytest.raises(Crowded):
            grouping.submit(4)
        gate.open.set()
        extra = [future.result(10) for future in (first, *others)]

    assert extra == [0, 2, 4, 6]
    assert 4 not in [number for group in gate.groups for number in group]


def wish(goods: Goods, serial: int, member_id: int, key: str) -> ActivationWish:
    return ActivationWish(key=key, code=goods.code(serial), member_id=member_id)


@pytest.mark.django_db
def test_inside_a_transaction_one_goes_alone_and_only_for_oneself():
    goods = Goods()
    me = goods.consumer()

    assert connection.in_atomic_block
    done = activating.activate(me, wish=wish(goods, 1, me.member_id, "a"), now=NOW)

    assert Activation.objects.get().pk == done.activation_id
    assert done.coins == 10
    with pytest.raises(NotAllowed):
        activating.activate(me, wish=wish(goods, 2, goods.member().pk, "b"), now=NOW)
    assert Activation.objects.count() == 1


@pytest.mark.django_db(transaction=True)
def test_a_crowd_activates_each_its_own_and_one_the_disputed_unit():
    goods, other = Goods(), Goods()
    people = [(house, house.consumer()) for house in (goods, other) for _ in range(6)]
    start = threading.Barrier(len(people))

    def act(place: int) -> list[object]:
        house, me = people[place]
        answers: list[object] = []
        start.wait(10)
        try:
            for serial, code in ((0, None), (place + 1, None), (0, "no such code")):
                asked = wish(house, serial, me.member_id, f"{place}-{serial}-{code}")
                if code:
                    asked = ActivationWish(key=asked.key, code=code, member_id=me.member_id)
                try:
                    answers.append(activating.activate(me, wish=asked, now=NOW))
                except Exception as error:  # noqa: BLE001  (the answer)
                    answers.append(error)
        finally:
            connection.close()
        return answers

    with ThreadPoolExecutor(len(people)) as pool:
        answers = list(pool.map(act, range(len(people))))

    for place, (disputed, own, unknown) in enumerate(answers):
        row = Activation.objects.get(key=f"{place}-{place + 1}-None")
        assert row.pk == own.activation_id
        assert row.member_id == people[place][1].member_id
        assert isinstance(unknown, CodeUnknown)
        assert isinstance(disputed, AlreadyActivated) or disputed.activation_id
    winners = [first for first, *_ in answers if not isinstance(first, Exception)]
    assert len(winners) == 2  # one per brand
    assert Activation.objects.count() == len(people) + 2
    assert Entry.objects.filter(action="identity.unit_activated").count() == len(people) + 2


@pytest.mark.django_db
def test_another_brands_code_is_unknown_to_a_member():
    goods, other = Goods(), Goods()
    stranger = other.consumer()

    with pytest.raises(CodeUnknown):
        activating.activate(stranger, wish=wish(goods, 1, stranger.member_id, "a"), now=NOW)
    assert not Activation.objects.exists()


def test_a_member_acts_only_for_himself_whoever_waits_with_him():
    with pytest.raises(NotAllowed):
        activating._hand(
            consumer(brand_id=1, member_id=1), ActivationWish(key="a", code="b", member_id=2)
        )
