"""The database against a naive reader of events in memory, written from the standard's table."""

from datetime import datetime

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests.apps.epcis.test_fields import actor, found, told
from tests.factories import a_brand, operator

__all__ = ["actor"]

COLOURS = ("red", "blue", "0012", "12", "true", "2026-11-20T08:00:00+08:00")
LEAVES = st.one_of(
    st.sampled_from(COLOURS), st.integers(-3, 13), st.floats(-3, 3).map(lambda n: round(n, 1)),
    st.booleans(),
)  # fmt: skip
KEYS = ("example:a", "example:b", "cbvmda:lotNumber")
TREES = st.recursive(
    LEAVES, lambda inner: st.dictionaries(st.sampled_from(KEYS), inner, max_size=2)
    | st.lists(inner, max_size=2), max_leaves=4,
)  # fmt: skip
BODIES = st.dictionaries(st.sampled_from(KEYS), TREES, max_size=3)
PARAMETERS = st.tuples(
    st.sampled_from(("EQ", "GT", "GE", "LT", "LE", "EXISTS")), st.booleans(), st.booleans(),
    st.sampled_from(KEYS), st.sampled_from((*COLOURS, 0, 2.5, 12, "2026-11-20T00:00:00Z")),
)  # fmt: skip


def values_at(tree, key, *, inner):
    """All values of ``key``: directly in an object, or (``inner``) anywhere below it."""
    if isinstance(tree, list):
        return [one for part in tree for one in values_at(part, key, inner=inner)]
    if not isinstance(tree, dict):
        return []
    if not inner:
        return flat(tree.get(key, []))
    return [one for part in tree.values() for one in anywhere(part, key)]


def anywhere(tree, key):
    if isinstance(tree, list):
        return [one for part in tree for one in anywhere(part, key)]
    if not isinstance(tree, dict):
        return []
    return flat(tree.get(key, [])) + [one for part in tree.values() for one in anywhere(part, key)]


def flat(value):
    return [one for part in value for one in flat(part)] if isinstance(value, list) else [value]


def as_time(value):
    try:
        return datetime.fromisoformat(value) if isinstance(value, str) and "T" in value else None
    except ValueError:
        return None


def as_number(value):
    if isinstance(value, bool) or not isinstance(value, int | float | str):
        return None
    try:
        return float(value)
    except ValueError:
        return None


def agrees(operator, leaf, asked):
    if operator == "EXISTS":
        return True
    if isinstance(leaf, dict):
        return False
    if operator == "EQ" and isinstance(asked, str):
        if as_time(asked):
            return as_time(leaf) == as_time(asked)
        text = ("true" if leaf else "false") if isinstance(leaf, bool) else str(leaf)
        return (text.removesuffix(".0") if isinstance(leaf, float) else text) == asked
    left, right = (as_time(leaf), as_time(asked)) if as_time(asked) else (
        as_number(leaf), as_number(asked))  # fmt: skip
    if left is None:
        return False
    return {"EQ": left == right, "GT": left > right, "GE": left >= right, "LT": left < right,
            "LE": left <= right}[operator]  # fmt: skip


@settings(
    max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(
    events=st.lists(st.tuples(BODIES, BODIES), min_size=1, max_size=6),
    parameters=st.lists(PARAMETERS, min_size=1, max_size=12),
)
def test_the_database_finds_what_a_naive_reader_finds(actor, events, parameters):
    mine = operator(a_brand())
    bodies = {
        told(mine, action="ADD", ilmd=ilmd, **extension): (extension, ilmd)
        for extension, ilmd in events
    }
    for operator_, inner, in_ilmd, key, asked in parameters:
        if operator_ not in ("EQ", "EXISTS") and as_number(asked) is None and not as_time(asked):
            continue
        area = f"{'INNER_' * inner}{'ILMD_' * in_ilmd}"
        value = True if operator_ == "EXISTS" else asked
        expected = {
            one for one, both in bodies.items()
            if any(agrees(operator_, leaf, asked)
                   for leaf in values_at(both[in_ilmd], key, inner=inner))
        }  # fmt: skip
        assert found(mine, **{f"{operator_}_{area}{key}": value}) == expected, (area, key, value)
