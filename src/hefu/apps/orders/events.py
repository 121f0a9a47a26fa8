"""What happens to orders, as others are told; ids only, the rows say the rest."""

from dataclasses import dataclass
from typing import ClassVar

from hefu.apps.audit.events import Event


@dataclass(frozen=True, kw_only=True)
class OrderOpened(Event):
    """An order of ours is written, its stock set aside; it waits for payment."""

    name: ClassVar[str] = "orders.order_opened"
    order_id: int


@dataclass(frozen=True, kw_only=True)
class OrderPaid(Event):
    """All of an order's total has been paid."""

    name: ClassVar[str] = "orders.order_paid"
    order_id: int


@dataclass(frozen=True, kw_only=True)
class OrderCancelled(Event):
    """An unpaid order ended; its stock and coins are free again. ``because``: see ``values``."""

    name: ClassVar[str] = "orders.order_cancelled"
    order_id: int
    because: str


@dataclass(frozen=True, kw_only=True)
class OrderShipped(Event):
    """The goods of an order are on their way."""

    name: ClassVar[str] = "orders.order_shipped"
    order_id: int


@dataclass(frozen=True, kw_only=True)
class OrderDone(Event):
    """The buyer has the goods."""

    name: ClassVar[str] = "orders.order_done"
    order_id: int


@dataclass(frozen=True, kw_only=True)
class OrderRefunded(Event):
    """Something of an order came back; its money is owed from now on."""

    name: ClassVar[str] = "orders.order_refunded"
    order_id: int
    refund_id: int


@dataclass(frozen=True, kw_only=True)
class OrderImported(Event):
    """A marketplace's list told of a new order, or of something new about one."""

    name: ClassVar[str] = "orders.order_imported"
    order_id: int
