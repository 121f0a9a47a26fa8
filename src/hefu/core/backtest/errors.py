"""Expected failures of the backtest (回测错误)."""

from typing import ClassVar

from hefu.core.errors import DomainError


class BacktestRefused(DomainError):
    """The plan cannot be replayed; details: ``field``, ``reason``."""

    code: ClassVar[str] = "backtest.refused"


class OrdersUnreadable(DomainError):
    """A stored order is no order; details: ``line`` of the chunk, from 1."""

    code: ClassVar[str] = "backtest.orders_unreadable"
