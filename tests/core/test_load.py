"""Latencies and rates of load tests: measured values, by nearest rank."""

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from hefu.core.load import LARGE_CROWD, latencies_of, needs_evidence, per_second


@settings(suppress_health_check=[HealthCheck.too_slow], deadline=None, max_examples=50)
@given(st.lists(st.integers(0, 10**9), min_size=1, max_size=60))
def test_percentiles_are_measured_values_in_order(measured):
    found = latencies_of(measured)
    assert {found.p50, found.p95, found.p99, found.worst} <= set(measured)
    assert found.p50 <= found.p95 <= found.p99 <= found.worst == max(measured)
    assert sum(each <= found.p50 for each in measured) * 2 >= len(measured)


def test_no_time_and_no_answers_are_no_rate():
    assert latencies_of([]) == latencies_of([0])
    assert (per_second(5, 0), per_second(0, 10), per_second(999, 1_000_000)) == (0, 0, 999)


def test_R225_the_rule_begins_above_its_size():
    assert not needs_evidence(LARGE_CROWD)
    assert needs_evidence(LARGE_CROWD + 1)
