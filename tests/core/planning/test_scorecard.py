"""The score sheet against sums done by hand, and what must hold for any sheets."""

from fractions import Fraction

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from hefu.core.errors import Invalid
from hefu.core.planning.scorecard import (
    USUAL,
    Criterion,
    Gate,
    Mark,
    Shortfall,
    check_gate,
    check_sheet,
    marks_document,
    read_marks,
    standing,
)

WEIGHTS = dict(zip(Criterion, (3_000, 2_500, 2_000, 1_500, 1_000), strict=True))


def sheet(*points):
    return {one: Mark(points=given) for one, given in zip(Criterion, points, strict=True)}


def test_R161_means_spread_and_gate_of_two_assessors_are_those_done_by_hand():
    # 0.3x4 + 0.25x3 + 0.2x5 + 0.15x2 + 0.1x3 = 3.55; 0.3x2 + 0.25x3 + 0.2x4 + 0.15x2 + 0.1x4 = 2.85
    gate = Gate(weights=WEIGHTS, threshold=320, floors={})
    found = standing([sheet(4, 3, 5, 2, 3), sheet(2, 3, 4, 2, 4)], gate)

    assert (found.assessors, found.total, found.spread) == (2, 320, 70)
    assert found.means[Criterion.WILLINGNESS] == 450
    assert found.spreads[Criterion.AWARENESS] == 200
    assert found.shortfalls == ()


def test_R161_the_gate_names_both_figures_of_the_total_and_of_a_floor():
    gate = Gate(weights=WEIGHTS, threshold=321, floors={Criterion.TERMS: 3})
    found = standing([sheet(4, 3, 5, 2, 3), sheet(2, 3, 4, 2, 4)], gate)

    assert found.shortfalls == (
        Shortfall(criterion=None, reached=320, needed=321),
        Shortfall(criterion=Criterion.TERMS, reached=200, needed=300),
    )


def test_a_good_total_does_not_make_up_for_a_floor():
    gate = Gate(weights=WEIGHTS, threshold=100, floors={Criterion.QUALITY: 2})
    found = standing([sheet(5, 1, 5, 5, 5)], gate)
    assert [one.criterion for one in found.shortfalls] == [Criterion.QUALITY]


@pytest.mark.parametrize(
    ("gate", "field"),
    [
        (Gate(weights={**WEIGHTS, Criterion.TERMS: 1_499}, threshold=300, floors={}), "weights"),
        (Gate(weights={**WEIGHTS, Criterion.TERMS: -1}, threshold=300, floors={}), "weights"),
        (Gate(weights=WEIGHTS, threshold=501, floors={}), "threshold"),
        (Gate(weights=WEIGHTS, threshold=300, floors={Criterion.TERMS: 6}), "floors"),
    ],
)
def test_a_gate_that_makes_no_sense_is_refused_by_its_field(gate, field):
    with pytest.raises(Invalid) as refused:
        check_gate(gate)
    assert refused.value.details["field"] == field


@pytest.mark.parametrize("points", [0, 6])
def test_points_beyond_one_to_five_are_refused(points):
    check_gate(USUAL)
    with pytest.raises(Invalid) as refused:
        check_sheet(sheet(3, 3, points, 3, 3))
    assert refused.value.details["field"] == "willingness"


sheets = st.lists(
    st.tuples(*[st.integers(1, 5)] * 5).map(lambda points: sheet(*points)), min_size=1, max_size=6
)


@settings(max_examples=60, deadline=None)
@given(sheets, st.integers(100, 500), st.permutations((1_000, 1_500, 2_000, 2_500, 3_000)))
def test_what_is_shown_decides_as_the_exact_mean_does(given, threshold, shares):
    weights = dict(zip(Criterion, shares, strict=True))
    found = standing(given, Gate(weights=weights, threshold=threshold, floors={}))

    exact = sum(
        Fraction(weights[one] * each[one].points, 10_000) for each in given for one in Criterion
    ) / len(given)
    assert bool(found.shortfalls) == (exact < Fraction(threshold, 100))
    assert found.total <= exact * 100 < found.total + 1
    assert all(read_marks(marks_document(one)) == one for one in given)
