"""Fair clocks for noisy machines: CPU time, contenders in turns, medians.

Contenders run one after the other, round by round, so that a slow minute of the machine hits all
of them alike.
"""

import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from statistics import median

#: Does the work; may return the CPU seconds it took, where it ran in another process.
Work = Callable[[], float | None]


@dataclass(frozen=True, kw_only=True)
class Contender:
    """Something that does ``units`` of work per call."""

    name: str
    work: Work
    units: int


@dataclass(frozen=True, kw_only=True)
class Growth:
    """What ten times the work costs: CPU seconds, and how many times the row before."""

    units: int
    seconds: float
    factor: float | None


def cpu_seconds(work: Work) -> float:
    """CPU seconds, user and system, of one call; the work's own figure where it has one."""
    start = time.process_time()
    own = work()
    return time.process_time() - start if own is None else own


def interleaved(contenders: Sequence[Contender], *, rounds: int = 7) -> dict[str, float]:
    """Units per CPU second of each contender: the median of ``rounds``, after one to warm up."""
    seconds: dict[str, list[float]] = {contender.name: [] for contender in contenders}
    for turn in range(rounds + 1):
        for contender in contenders:
            taken = cpu_seconds(contender.work)
            if turn:
                seconds[contender.name].append(taken)
    return {
        contender.name: contender.units / max(median(seconds[contender.name]), 1e-9)
        for contender in contenders
    }


def growth(work: Callable[[int], object], sizes: Sequence[int], *, rounds: int = 3) -> list[Growth]:
    """How the cost grows with the work: medians in CPU seconds."""
    rows: list[Growth] = []
    for size in sizes:
        taken = []
        for _ in range(rounds):
            start = time.process_time()
            work(size)
            taken.append(time.process_time() - start)
        seconds = max(median(taken), 1e-9)
        factor = seconds / rows[-1].seconds if rows else None
        rows.append(Growth(units=size, seconds=seconds, factor=factor))
    return rows


def show_rates(title: str, rates: Mapping[str, float], unit: str) -> None:
    """Print rates, the slowest first, each beside the slowest."""
    print(f"\n{title}")
    slowest = min(rates.values())
    for name, rate in sorted(rates.items(), key=lambda item: item[1]):
        print(f"  {name:44} {rate / 1e6:10.3f} M {unit}/s {rate / slowest:9.1f}x")


def show_growth(rows: Sequence[Growth], unit: str) -> None:
    """Print what ten times the work costs."""
    print(f"\n  {unit:>14} {'CPU seconds':>12} {'costs':>8}")
    for row in rows:
        factor = "" if row.factor is None else f"{row.factor:.1f}x"
        print(f"  {row.units:>14,} {row.seconds:>12.4f} {factor:>8}")
