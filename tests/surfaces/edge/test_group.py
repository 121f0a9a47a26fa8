"""Group commit: shared, ordered, bounded; an error reaches exactly its group."""

import asyncio
import threading

import pytest

from hefu.surfaces.edge.group import GroupCommit, Overloaded
from tests import loops


def run(scenario):
    return loops.run(scenario())


def test_those_who_come_together_share_a_group_and_get_their_own_answer():
    groups = []

    async def scenario():
        group = GroupCommit(lambda items: groups.append(list(items)) or [n * n for n in items])
        answers = await asyncio.gather(*(group.submit(n) for n in range(10)))
        group.close()
        return answers

    assert run(scenario) == [n * n for n in range(10)]
    assert groups == [list(range(10))]


def test_who_comes_while_a_group_is_committing_is_in_the_next():
    groups, hold = [], threading.Event()

    def commit(items):
        groups.append(list(items))
        hold.wait(5)
        return items

    async def scenario():
        group = GroupCommit(commit, most=3)
        first = group.submit(0)
        while not groups:
            await asyncio.sleep(0.001)
        rest = [group.submit(n) for n in range(1, 6)]
        assert not first.done()
        hold.set()
        answers = await asyncio.gather(first, *rest)
        group.close()
        return answers

    assert run(scenario) == list(range(6))
    assert groups == [[0], [1, 2, 3], [4, 5]]


def test_an_error_reaches_its_group_and_the_next_one_works():
    def commit(items):
        if "bad" in items:
            raise OSError("disk full")
        return items

    async def scenario():
        group = GroupCommit(commit)
        with pytest.raises(OSError, match="disk full"):
            await group.submit("bad")
        answer = await group.submit("good")
        group.close()
        return answer

    assert run(scenario) == "good"


def test_a_full_queue_refuses_at_once():
    async def scenario():
        group = GroupCommit(lambda items: items, waiting=2)
        waiting = [group.submit(n) for n in range(2)]
        with pytest.raises(Overloaded):
            group.submit(3)
        answers = await asyncio.gather(*waiting)
        group.close()
        return answers

    assert run(scenario) == [0, 1]
