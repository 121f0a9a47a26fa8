"""Why a promotion applied or did not (优惠说明): one record per candidate."""

from collections.abc import Sequence
from enum import StrEnum
from typing import NamedTuple

from hefu.core.promotions.state import Share


class Verdict(StrEnum):
    """The answer of one promotion to one cart."""

    APPLIED = "applied"
    CONDITION_FAILED = "condition_failed"
    LOST_TO = "lost_to"
    NOTHING_LEFT = "nothing_left"
    LIMIT = "limit"
    BUDGET = "budget"
    WINDOW = "window"
    CODE_MISSING = "code_missing"


#: What a predicate read or needs: minor units, pieces, or text.
Value = int | str | None


class Explanation(NamedTuple):
    """One candidate's answer; a named tuple because hundreds are made per cart.

    ``amount`` is what it took off goods and shipping, ``shares`` the goods' part by line
    and units. ``predicate`` names what failed, with what was ``observed`` and ``needed``;
    an applied tiered promotion names the next threshold the same way. ``winner`` is the
    promotion it lost to.
    """

    promotion: str
    version: int
    verdict: Verdict
    amount: int = 0
    shares: Sequence[Share] = ()
    predicate: str = ""
    observed: Value = None
    needed: Value = None
    winner: str = ""
    tier: int | None = None
    points: int = 0

    @property
    def missing(self) -> int | None:
        """How much more is needed (再买...), where both values are numbers."""
        if isinstance(self.observed, int) and isinstance(self.needed, int):
            return max(0, self.needed - self.observed)
        return None


class Failure(NamedTuple):
    """What a gate found."""

    verdict: Verdict
    predicate: str
    observed: Value = None
    needed: Value = None


class Search(NamedTuple):
    """How a best set was found among promotions that exclude each other.

    ``gap`` is in minor units: no admissible set gives more than what was chosen plus the
    gap; 0 means exact.
    """

    members: tuple[str, ...]
    chosen: tuple[str, ...]
    value: int
    gap: int
