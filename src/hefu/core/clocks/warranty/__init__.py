"""The warranty card (保修卡): from facts about a unit to its term, each step explained.

Law L26 (消费者权益保护法实施条例 §18) and row R136: delivery or installation starts the term,
repair pauses it, replacement restarts it, activation may only add. The algorithm, with worked
tables, is in ``docs/algorithms/warranty.md``. Dates are calendar days where the unit is.
"""

from hefu.core.clocks.warranty.reckoning import warranty_card
from hefu.core.clocks.warranty.values import (
    Basis,
    Card,
    Fact,
    FactKind,
    Pause,
    Status,
    Step,
    StepCode,
    Terms,
)

__all__ = [
    "Basis",
    "Card",
    "Fact",
    "FactKind",
    "Pause",
    "Status",
    "Step",
    "StepCode",
    "Terms",
    "warranty_card",
]
