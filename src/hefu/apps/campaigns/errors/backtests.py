"""Refusals about backtests."""

from typing import ClassVar

from hefu.core.errors import DomainError, Kind


class NoOrders(DomainError):
    """The source holds no order that could be replayed; ``rows`` were read, all set aside."""

    code = "campaigns.no_orders"


class NotFinished(DomainError):
    """The backtest is under way, so it has no orders or no report yet."""

    code = "campaigns.backtest_not_finished"
    kind: ClassVar[Kind] = Kind.CONFLICT
