"""What is kept of supply chain events and of the warehouse."""

from hefu.apps.epcis.models.events import Applied, Capture, Event, Fact, Party, Span, Term
from hefu.apps.epcis.models.queries import NamedQuery, Push, Subscription, Waiting
from hefu.apps.epcis.models.vocabulary import (
    VocabularyAttribute,
    VocabularyChild,
    VocabularyTurn,
)
from hefu.apps.epcis.models.warehouse import (
    Content,
    InboundLine,
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
    "Fact",
    "InboundLine",
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
    "VocabularyAttribute",
    "VocabularyChild",
    "VocabularyTurn",
    "Waiting",
]
