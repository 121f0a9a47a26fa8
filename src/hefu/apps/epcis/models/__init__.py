"""What is kept of supply chain events and of the warehouse."""

from hefu.apps.epcis.models.events import Applied, Capture, Event, Party, Span, Term
from hefu.apps.epcis.models.queries import NamedQuery, Push, Subscription
from hefu.apps.epcis.models.warehouse import (
    Content,
    LogisticUnit,
    Outbound,
    OutboundLine,
    OutboundOrder,
    Packing,
)

__all__ = [
    "Applied",
    "Capture",
    "Content",
    "Event",
    "LogisticUnit",
    "NamedQuery",
    "Outbound",
    "OutboundLine",
    "OutboundOrder",
    "Packing",
    "Party",
    "Push",
    "Span",
    "Subscription",
    "Term",
]
