"""What a load test proves (压力测试), and when a flash sale needs the proof.

The rule: a sale to which more than ``LARGE_CROWD`` people are expected is announced only with a
rehearsal not older than ``GOOD_FOR`` in which at least as many requests a second were answered well
as are expected at its peak. Smaller sales need none.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta

#: People expected up to whom no evidence is asked for.
LARGE_CROWD = 5_000
#: How long a rehearsal speaks for the house: machines, data and code move on.
GOOD_FOR = timedelta(days=30)


def needs_evidence(people: int) -> bool:
    """Whether so large a crowd has to be rehearsed first."""
    return people > LARGE_CROWD


@dataclass(frozen=True, kw_only=True, slots=True)
class Latencies:
    """Microseconds from the instant a request was due until it was answered whole."""

    p50: int
    p95: int
    p99: int
    worst: int


def latencies_of(measured: Sequence[int]) -> Latencies:
    """Sum up latencies in microseconds, by nearest rank; all zero if there are none."""
    ordered = sorted(measured)
    if not ordered:
        return Latencies(p50=0, p95=0, p99=0, worst=0)

    def rank(percent: int) -> int:
        return ordered[-(-percent * len(ordered) // 100) - 1]

    return Latencies(p50=rank(50), p95=rank(95), p99=rank(99), worst=ordered[-1])


def per_second(answered: int, microseconds: int) -> int:
    """Whole answers a second, rounded down; 0 where no time passed."""
    return answered * 1_000_000 // microseconds if microseconds > 0 else 0
