"""The backtest (促销回测): last orders under today's and tomorrow's rules, before anybody buys.

The contract is ``docs/algorithms/backtest.md``. ``Compiled(plan)`` is what runs; chunks of
encoded orders go through ``replay`` (in any process) and ``Progress.settle`` (in order);
``report`` puts together what was found.
"""

from hefu.core.backtest.errors import BacktestRefused, OrdersUnreadable
from hefu.core.backtest.findings import Notice, Seen
from hefu.core.backtest.holdout import Groups, Measurability, measurability
from hefu.core.backtest.orders import Order, decode, encode, history_segment
from hefu.core.backtest.plan import SIDES, Compiled, Plan, Side
from hefu.core.backtest.replay import (
    Progress,
    Replayed,
    read_plan,
    replay,
    replay_apart,
    write_plan,
)
from hefu.core.backtest.report import report
from hefu.core.backtest.returns import Kept, match_returns
from hefu.core.backtest.scenarios import Assumptions, scenarios

__all__ = [
    "SIDES",
    "Assumptions",
    "BacktestRefused",
    "Compiled",
    "Groups",
    "Kept",
    "Measurability",
    "Notice",
    "Order",
    "OrdersUnreadable",
    "Plan",
    "Progress",
    "Replayed",
    "Seen",
    "Side",
    "decode",
    "encode",
    "history_segment",
    "match_returns",
    "measurability",
    "read_plan",
    "replay",
    "replay_apart",
    "report",
    "scenarios",
    "write_plan",
]
