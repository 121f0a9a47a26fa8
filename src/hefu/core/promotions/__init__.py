"""The promotion engine (促销引擎): one pure function prices a cart and gives every reason.

``compile_rules(Rules(...))`` makes the immutable ``Ruleset``; ``evaluate`` prices a cart
with it. The contract is ``docs/algorithms/promotions.md``.
"""

from hefu.core.promotions.benefits import (
    Benefit,
    Bundle,
    BuyGet,
    CheapestOff,
    ExtraPoints,
    Gift,
    LineOff,
    NthPiece,
    Order,
    OrderOff,
    Part,
    Sets,
    ShippingOff,
    Tier,
    Tiered,
)
from hefu.core.promotions.cart import EVERYTHING, NOBODY, Cart, Facts, Line, Scope, Tender, Use
from hefu.core.promotions.codec import canonical_bytes, from_document, to_document
from hefu.core.promotions.conditions import (
    AnyOf,
    Basis,
    Birthday,
    Condition,
    DistinctArticles,
    FactIn,
    HoldOut,
    LineQuantity,
    NthOrder,
    Quantity,
    RegionIn,
    Spend,
    Verified,
)
from hefu.core.promotions.engine import evaluate, explain
from hefu.core.promotions.errors import (
    ReturnRefused,
    RulesRefused,
    RulesUnreadable,
    UnknownPromotion,
)
from hefu.core.promotions.explain import Explanation, Search, Verdict
from hefu.core.promotions.gates import hold_out_bp, region_contains
from hefu.core.promotions.promotion import Accrual, Group, Phase, Policy, Price, Promotion, Reach
from hefu.core.promotions.quote import PaidTender, Quote, Settlement, TaxAmount
from hefu.core.promotions.ruleset import Rules, Ruleset, compile_rules
from hefu.core.promotions.state import GivenGift, Share

__all__ = [
    "EVERYTHING",
    "NOBODY",
    "Accrual",
    "AnyOf",
    "Basis",
    "Benefit",
    "Birthday",
    "Bundle",
    "BuyGet",
    "Cart",
    "CheapestOff",
    "Condition",
    "DistinctArticles",
    "Explanation",
    "ExtraPoints",
    "FactIn",
    "Facts",
    "Gift",
    "GivenGift",
    "Group",
    "HoldOut",
    "Line",
    "LineOff",
    "LineQuantity",
    "NthOrder",
    "NthPiece",
    "Order",
    "OrderOff",
    "PaidTender",
    "Part",
    "Phase",
    "Policy",
    "Price",
    "Promotion",
    "Quantity",
    "Quote",
    "Reach",
    "RegionIn",
    "ReturnRefused",
    "Rules",
    "RulesRefused",
    "RulesUnreadable",
    "Ruleset",
    "Scope",
    "Search",
    "Sets",
    "Settlement",
    "Share",
    "ShippingOff",
    "Spend",
    "TaxAmount",
    "Tender",
    "Tier",
    "Tiered",
    "UnknownPromotion",
    "Use",
    "Verdict",
    "Verified",
    "canonical_bytes",
    "compile_rules",
    "evaluate",
    "explain",
    "from_document",
    "hold_out_bp",
    "region_contains",
    "to_document",
]
