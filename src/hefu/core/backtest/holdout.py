"""How well the campaign can be measured afterwards (对照组): group sizes and smallest effect."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction
from math import isqrt

from hefu.core.money import WHOLE_BP
from hefu.core.promotions import hold_out_bp

#: Quantiles of the normal distribution: 97.5 % and 80 %, added.
_Z = Fraction(1_959_964 + 841_621, 1_000_000)

#: Shares that are always reported beside the stated one, in basis points.
USUAL_BP = (500, 1_000, 2_000, 5_000)

_CAP = 99  # percentile


@dataclass(frozen=True, kw_only=True)
class Groups:
    """One share held out. ``effect`` is in minor units per customer; None: too few customers."""

    share_bp: int
    held: int
    campaign: int
    effect: int | None
    effect_capped: int | None


@dataclass(frozen=True, kw_only=True)
class Measurability:
    """What a comparison of means could find; ``mean`` and ``cap`` in minor units."""

    customers: int
    mean: int
    cap: int
    mean_capped: int
    groups: tuple[Groups, ...]


def measurability(revenue: Mapping[str, int], *, salt: str, share_bp: int) -> Measurability:
    """Say what a hold-out of customers could find, given their revenue in a like period.

    Means are rounded down, effects up. Two-sided 5 %, power 80 %, normal approximation.

    Raises:
        ValueError: if the share is not in 0 .. 10,000.
    """
    if not 0 <= share_bp <= WHOLE_BP:
        raise ValueError("a share lies in 0 .. 10,000")
    places = sorted(hold_out_bp(customer, salt) for customer in revenue)
    amounts = sorted(revenue.values())
    count = len(amounts)
    cap = amounts[max(0, -(-count * _CAP // 100) - 1)] if amounts else 0
    capped = [min(amount, cap) for amount in amounts]
    spread, spread_capped = _variance(amounts), _variance(capped)
    groups = []
    for share in sorted({share_bp, *USUAL_BP}):
        held = sum(place < share for place in places)
        sizes = held, count - held
        groups.append(
            Groups(
                share_bp=share,
                held=held,
                campaign=count - held,
                effect=_effect(spread, *sizes),
                effect_capped=_effect(spread_capped, *sizes),
            )
        )
    return Measurability(
        customers=count,
        mean=sum(amounts) // count if count else 0,
        cap=cap,
        mean_capped=sum(capped) // count if count else 0,
        groups=tuple(groups),
    )


def _variance(amounts: Sequence[int]) -> Fraction | None:
    """Return the sample variance; None below two."""
    count = len(amounts)
    if count < 2:
        return None
    total = sum(amounts)
    return Fraction(count * sum(one * one for one in amounts) - total * total, count * (count - 1))


def _effect(variance: Fraction | None, held: int, campaign: int) -> int | None:
    if variance is None or not held or not campaign:
        return None
    square = _Z * _Z * variance * (Fraction(1, held) + Fraction(1, campaign))
    root = isqrt(square.numerator // square.denominator)
    return root if root * root == square else root + 1
