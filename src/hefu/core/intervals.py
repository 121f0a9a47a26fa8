"""What a share measured on few answers can be (置信区间): the interval, not only the point."""

from dataclasses import dataclass
from math import sqrt
from statistics import NormalDist


@dataclass(frozen=True, kw_only=True, slots=True)
class Interval:
    """A share and where the true one plausibly lies, all between 0 and 1."""

    share: float
    low: float
    high: float


def wilson(hits: int, of: int, *, confidence: float = 0.95) -> Interval | None:
    """Return Wilson's score interval of a proportion; None where nothing was counted.

    It keeps within 0 and 1 and holds its level for small numbers, where the plain interval does
    not: E. B. Wilson, JASA 22 (1927) 209-212; recommended by Brown, Cai and DasGupta, Statistical
    Science 16 (2001) 101-133, section 4.

    Args:
        hits: how many of them, ``0 <= hits <= of``.
        of: how many were asked or answered.
        confidence: probability that the interval covers the true share, between 0 and 1.

    Raises:
        ValueError: if the counts or the confidence are impossible.
    """
    if not 0 <= hits <= of or not 0 < confidence < 1:
        raise ValueError(f"no proportion: {hits} of {of} at {confidence}")
    if of == 0:
        return None
    z = NormalDist().inv_cdf((1 + confidence) / 2)
    share = hits / of
    spread = z * z / of
    middle = (share + spread / 2) / (1 + spread)
    half = z / (1 + spread) * sqrt(share * (1 - share) / of + spread / (4 * of))
    return Interval(
        share=share,
        low=0.0 if hits == 0 else max(0.0, middle - half),
        high=1.0 if hits == of else min(1.0, middle + half),
    )
