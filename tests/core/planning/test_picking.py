"""The ranking of articles: its worked table, what is missing, and the same bytes for the same data.

Wilson's lower bounds by awk: ``awk 'function w(h,n,z,p,s){z=1.959963985;p=h/n;s=z*z/n;return
(p+s/2-z*sqrt(p*(1-p)/n+s/(4*n)))/(1+s)} BEGIN{print w(40,50),w(9,10),w(97,100),w(30,30),w(1,1)}'``
"""

from dataclasses import replace

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from hefu.core.planning.picking import (
    UNPROVEN,
    WHOLE,
    Evidence,
    Rules,
    bytes_of,
    document_of,
    hash_of,
    pick,
    read_document,
    recomputed,
)

#: docs/algorithms/picking.md
COOKER = Evidence(sku="cooker", age_days=400, answers=50, content=40, sold=100, returned=3,
                  pieces=60, orders=48, pieces_before=40)  # fmt: skip
SHIRT = Evidence(sku="shirt", age_days=90, answers=10, content=9, sold=30, returned=0,
                 pieces=15, orders=12, pieces_before=15)  # fmt: skip
LAMP = Evidence(sku="lamp", age_days=3)
SHIRT_DEMAND = 5_000

EVIDENCE = st.lists(
    st.builds(
        lambda sku, age, content, more, kept, back, pieces, orders: Evidence(
            sku=sku, age_days=age, answers=content + more, content=content, sold=kept + back,
            returned=back, pieces=pieces, orders=min(orders, pieces), pieces_before=kept,
        ),
        st.sampled_from("abcdefgh"), st.integers(0, 500), st.integers(0, 50), st.integers(0, 9),
        st.integers(0, 200), st.integers(0, 20), st.integers(0, 200), st.integers(0, 200),
    ),
    unique_by=lambda one: one.sku, max_size=8,
)  # fmt: skip
WEIGHTS = st.tuples(st.integers(0, WHOLE), st.integers(0, WHOLE)).map(
    lambda two: Rules(
        quality=min(two), demand=max(two) - min(two), newness=WHOLE - max(two), window_days=30
    )
)


def test_R178_the_worked_table_comes_out():
    found = pick([LAMP, SHIRT, COOKER], Rules())

    rows = {row.evidence.sku: row for row in found.rows}
    cooker, shirt, lamp = rows["cooker"], rows["shirt"], rows["lamp"]
    assert (cooker.parts.answers, cooker.parts.kept) == (6_696, 9_154)
    assert cooker.quality == (7 * 6_696 + 3 * 9_154) // 10
    assert (cooker.parts.pieces, cooker.parts.orders, cooker.parts.trend) == (10_000, 10_000, 6_000)
    assert (cooker.demand, cooker.newness) == (8_800, 0)
    # a quarter of the pieces a day is half the level: its root
    assert (shirt.parts.answers, shirt.parts.pieces, shirt.parts.trend) == (5_958, 5_000, 5_000)
    assert (shirt.demand, shirt.newness) == (5_000, 5_000)
    assert (lamp.quality, lamp.demand, lamp.newness) == (None, None, 9_833)
    assert [(row.place, row.evidence.sku, row.score, row.known) for row in found.rows] == [
        (1, "cooker", 6_493, 10_000), (2, "shirt", 5_731, 10_000), (3, "lamp", 4_792, 2_000),
    ]  # fmt: skip


def test_what_is_not_known_is_missing_and_counts_as_stated():
    found = pick([LAMP, SHIRT, COOKER], Rules())
    lamp = next(row for row in found.rows if row.evidence.sku == "lamp")
    assert (lamp.quality, lamp.parts.answers, lamp.parts.kept, lamp.demand) == (None,) * 4
    assert found.field.middle == SHIRT_DEMAND
    assert lamp.score == (4 * UNPROVEN + 4 * SHIRT_DEMAND + 2 * lamp.newness) // 10
    # with nobody's demand known it does not count: 4 and 2 of 6
    alone = pick([LAMP], Rules()).rows[0]
    assert (alone.score, alone.known) == ((4 * UNPROVEN + 2 * 9_833) // 6, 2_000)
    one_part = pick([replace(SHIRT, answers=0, content=0)], Rules()).rows[0]
    assert one_part.quality == (7 * UNPROVEN + 3 * one_part.parts.kept) // 10


def test_an_article_without_a_sale_in_its_window_has_no_demand_and_that_is_known():
    idle = Evidence(sku="idle", age_days=400)
    row = next(one for one in pick([idle, COOKER], Rules()).rows if one.evidence.sku == "idle")
    assert (row.parts.pieces, row.parts.trend, row.demand, row.quality) == (0, None, 0, None)


def test_days_not_there_do_not_count_against_an_article():
    young = replace(COOKER, sku="young", age_days=15, pieces=30, orders=24, pieces_before=0)
    row = next(one for one in pick([young, COOKER], Rules()).rows if one.evidence.sku == "young")
    assert (row.parts.pieces, row.parts.orders, row.parts.trend) == (10_000, 10_000, None)


def test_ties_end_with_the_sku():
    twins = [replace(SHIRT, sku=sku) for sku in ("b", "a", "c")]
    assert [row.evidence.sku for row in pick(twins, Rules()).rows] == ["a", "b", "c"]


def test_weights_are_a_whole_and_an_article_is_named_once():
    for wrong in ({"quality": 4_001}, {"demand": -1, "quality": 8_001}, {"window_days": 0}):
        with pytest.raises(ValueError, match="no rules"):
            Rules(**wrong)
    with pytest.raises(ValueError, match="twice"):
        pick([SHIRT, SHIRT], Rules())


@settings(max_examples=60, deadline=None)
@given(EVIDENCE, WEIGHTS, st.randoms(use_true_random=False), st.integers(1, 8))
def test_R178_the_same_data_and_weights_give_the_same_bytes(evidence, rules, chance, first):
    shuffled = list(evidence)
    chance.shuffle(shuffled)

    one, other = pick(evidence, rules), pick(shuffled, rules)

    assert bytes_of(document_of(one)) == bytes_of(document_of(other))
    kept = document_of(one, first=first)
    again = read_document(kept)
    assert recomputed(again)
    assert hash_of(document_of(again)) == hash_of(kept)
    assert len(again.rows) == min(first, len(evidence))


@settings(max_examples=60, deadline=None)
@given(EVIDENCE, WEIGHTS)
def test_scores_are_basis_points_and_places_are_total(evidence, rules):
    found = pick(evidence, rules)
    assert [row.place for row in found.rows] == list(range(1, len(evidence) + 1))
    scores = [row.score for row in found.rows]
    assert scores == sorted(scores, reverse=True)
    for row in found.rows:
        for score in (row.score, row.known, row.quality, row.demand, row.newness):
            assert score is None or 0 <= score <= WHOLE


@settings(max_examples=60, deadline=None)
@given(EVIDENCE.filter(bool), WEIGHTS, st.integers(1, 50))
def test_more_content_answers_never_cost_a_place(evidence, rules, more):
    first = evidence[0]
    better = replace(first, answers=first.answers + more, content=first.content + more)
    before = next(one for one in pick(evidence, rules).rows if one.evidence == first)
    ranked = pick([better, *evidence[1:]], rules).rows
    after = next(one for one in ranked if one.evidence == better)
    assert after.place <= before.place
    assert after.quality >= (before.quality or UNPROVEN)
