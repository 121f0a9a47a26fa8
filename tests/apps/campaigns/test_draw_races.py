"""Sixty-four hands at once in one draw: units, caps and the chain hold on both databases."""

import json
import threading
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace

import pytest
from django.db import connection

from hefu.apps.campaigns.errors.draws import DrawNotOpen, TakenPartAlready
from hefu.apps.campaigns.models import Draw, DrawEntry, PrizeSlot, Win
from hefu.apps.campaigns.selectors import draws as selectors
from hefu.apps.campaigns.services.draws import ending, publishing
from hefu.core.draws import CHAIN_START
from tests.apps.campaigns.draw_rows import AFTER, COOKER, DURING, ENDS, Fair, a_plan
from tests.apps.campaigns.test_draws import verified

THREADS = 64

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def fair():
    return Fair()


def at_once(deed, count=THREADS):
    """Run ``deed(n)`` in threads that start together; returns results or refusals."""
    gate = threading.Barrier(count)

    def run(n):
        gate.wait()
        try:
            return deed(n)
        except (TakenPartAlready, DrawNotOpen) as refusal:
            return refusal
        finally:
            connection.close()

    with ThreadPoolExecutor(count) as pool:
        return list(pool.map(run, range(count)))


def test_64_people_and_7_units(fair, tmp_path):
    prize = replace(COOKER, quantity=7)
    draw = fair.published(a_plan(blank_weight=0, prizes=(prize,), fallback="none"))
    people = [fair.consumer() for _ in range(THREADS)]
    last = ENDS.replace(second=0) - (ENDS - DURING) / 1000  # all units are free by then

    at_once(lambda n: fair.enter(draw, people[n], key=f"r{n}", at=last))

    assert Win.objects.count() == 7
    assert PrizeSlot.objects.filter(entry=None).count() == 0
    assert DrawEntry.objects.filter(got="gone").count() == THREADS - 7
    assert sorted(DrawEntry.objects.values_list("seq", flat=True)) == list(range(1, THREADS + 1))
    ending.mind_draws(AFTER)
    document = json.loads(selectors.published_bytes(Draw.objects.get(), 1))
    assert verified(tmp_path, document) == (0, "as published")
    assert document["head"] == selectors.terms_of(draw).head != CHAIN_START


def test_one_person_with_64_hands_enters_once(fair):
    draw, who = fair.published(), fair.consumer()

    answers = at_once(lambda n: fair.enter(draw, who, key=f"r{n}"))

    assert DrawEntry.objects.count() == 1
    assert sum(isinstance(answer, TakenPartAlready) for answer in answers) == THREADS - 1
    draw.refresh_from_db()
    assert draw.entered == 1


def test_one_request_sent_64_times_is_one_entry(fair):
    draw, who = fair.published(a_plan(cap_person=5)), fair.consumer()

    answers = at_once(lambda _: fair.enter(draw, who, key="the same"))

    assert {answer.entry.pk for answer in answers} == {DrawEntry.objects.get().pk}
    assert sum(not answer.repeated for answer in answers) == 1
    assert fair.enter(draw, who).entry.seq == 2  # no number was lost


def test_terms_change_under_the_hands_of_those_who_enter(fair, tmp_path):
    draw = fair.published(a_plan(blank_weight=0))
    people = [fair.consumer() for _ in range(16)]

    def deed(n):
        if n == 7:
            return publishing.improve_draw(fair.manager, draw=draw, more={2: 5}, now=DURING)
        return fair.enter(draw, people[n], key=f"r{n}")

    at_once(deed, count=16)

    ending.mind_draws(AFTER)
    draw.refresh_from_db()
    documents = [json.loads(selectors.published_bytes(draw, n)) for n in (1, 2)]
    assert [verified(tmp_path, one)[0] for one in documents] == [0, 0]
    assert sum(len(one["entries"]) for one in documents) == 15
