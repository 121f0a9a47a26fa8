"""The tables of orders: articles and stock, carts, sales, payments and refunds."""

from hefu.apps.orders.models.articles import Article, Category, MovementKind, StockMovement
from hefu.apps.orders.models.carts import Cart, CartLine
from hefu.apps.orders.models.imports import SalesImport, TaobaoHalf
from hefu.apps.orders.models.mall import Mall
from hefu.apps.orders.models.payments import OrderRefund, Payment, PaymentState, RefundState
from hefu.apps.orders.models.sales import Order, OrderLine, OrderState, Source

__all__ = [
    "Article",
    "Cart",
    "CartLine",
    "Category",
    "Mall",
    "MovementKind",
    "Order",
    "OrderLine",
    "OrderRefund",
    "OrderState",
    "Payment",
    "PaymentState",
    "RefundState",
    "SalesImport",
    "Source",
    "StockMovement",
    "TaobaoHalf",
]
