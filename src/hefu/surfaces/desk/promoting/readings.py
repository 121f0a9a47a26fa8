"""From a benefit back to the blanks of its sentence, and the longer ways there (读写句式)."""

from collections.abc import Callable, Mapping
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from hefu.core.promotions import (
    Bundle,
    BuyGet,
    Gift,
    NthPiece,
    OrderOff,
    Part,
    Scope,
    ShippingOff,
    Tier,
    Tiered,
)
from hefu.surfaces.desk.promoting.blanks import AmountField, PercentField, number

Given = Mapping[str, Any]
TIERS = 4


def _only(benefit: Any, **fields: Any) -> bool:
    """Say whether a benefit has nothing but its defaults in all other fields."""
    plain = type(benefit)(
        **{
            name: getattr(benefit, name)
            for name in (*fields, "scope")
            if hasattr(benefit, name) and name != "kind"
        }
    )
    return bool(plain == benefit)


# -- 满减 ----------------------------------------------------------------------------------


def tier_blanks() -> dict[str, forms.Field]:
    """Make the blanks of up to four steps by amount."""
    blanks: dict[str, forms.Field] = {}
    for n in range(1, TIERS + 1):
        blanks[f"from_{n}"] = AmountField(label=_("From this amount"), required=n == 1)
        blanks[f"off_{n}"] = AmountField(label=_("Off, yuan"), required=n == 1)
    return blanks


def tiers(given: Given, scope: Scope) -> Tiered:
    """Build the steps that were filled in; ValueError names a half-filled one."""
    tiers = []
    for n in range(1, TIERS + 1):
        least, off = given.get(f"from_{n}"), given.get(f"off_{n}")
        if least is None and off is None:
            continue
        if least is None or not off:
            raise ValueError(f"from_{n}" if least is None else f"off_{n}")
        tiers.append(Tier(at_least=least, amount=off))
    return Tiered(tiers=tuple(sorted(tiers, key=lambda tier: tier.at_least)), scope=scope)


def tiers_read(benefit: Any) -> dict[str, Any] | None:
    """Read steps by amount."""
    if not isinstance(benefit, Tiered) or not _only(benefit, tiers=()):
        return None
    if len(benefit.tiers) > TIERS or any(tier.amount is None for tier in benefit.tiers):
        return None
    filled: dict[str, Any] = {}
    for n, tier in enumerate(benefit.tiers, 1):
        filled |= {f"from_{n}": tier.at_least, f"off_{n}": tier.amount}
    return filled


# -- 满n件m折 ------------------------------------------------------------------------------


def pieces_blanks() -> dict[str, forms.Field]:
    """Make the blanks of up to three steps by pieces."""
    blanks: dict[str, forms.Field] = {}
    for n in range(1, TIERS):
        blanks[f"pieces_{n}"] = number(_("From so many pieces"), required=n == 1)
        blanks[f"percent_{n}"] = PercentField(label=_("Off, per cent"), required=n == 1)
    return blanks


def pieces(given: Given, scope: Scope) -> Tiered:
    """Build steps by pieces; ValueError names a half-filled one."""
    tiers = []
    for n in range(1, TIERS):
        least, off = given.get(f"pieces_{n}"), given.get(f"percent_{n}")
        if least is None and off is None:
            continue
        if least is None or off is None:
            raise ValueError(f"pieces_{n}" if least is None else f"percent_{n}")
        tiers.append(Tier(at_least=least, bp=off))
    tiers.sort(key=lambda tier: tier.at_least)
    return Tiered(tiers=tuple(tiers), scope=scope, by="quantity")


def pieces_read(benefit: Any) -> dict[str, Any] | None:
    """Read steps by pieces."""
    if not isinstance(benefit, Tiered) or benefit.by != "quantity":
        return None
    if not _only(benefit, tiers=(), by="") or len(benefit.tiers) >= TIERS:
        return None
    if any(tier.bp is None for tier in benefit.tiers):
        return None
    filled: dict[str, Any] = {}
    for n, tier in enumerate(benefit.tiers, 1):
        filled |= {f"pieces_{n}": tier.at_least, f"percent_{n}": tier.bp}
    return filled


def reader(kind: type, **names: str) -> Callable[[Any], dict[str, Any] | None]:
    """Make a reader of a benefit whose blanks are these fields and which has nothing else."""

    def read(benefit: Any) -> dict[str, Any] | None:
        if not isinstance(benefit, kind) or not _only(benefit, **dict.fromkeys(names.values())):
            return None
        filled = {blank: getattr(benefit, name) for blank, name in names.items()}
        return None if next(iter(filled.values())) is None else filled

    return read


def every_read(benefit: Any) -> dict[str, Any] | None:
    """Read an amount for every so much."""
    found = reader(OrderOff, every="every", amount="amount", times="max_times")(benefit)
    return found if found and found["amount"] is not None else None


def nth_read(benefit: Any) -> dict[str, Any] | None:
    """Read the nth piece."""
    if not isinstance(benefit, NthPiece) or not _only(benefit, size=0, bp=0, max_pieces=0):
        return None
    return {"size": benefit.size, "percent": benefit.bp, "pieces": benefit.max_pieces}


def buy_get_read(benefit: Any) -> dict[str, Any] | None:
    """Read buy-and-get on the same goods."""
    if not isinstance(benefit, BuyGet) or benefit.buy.scope != benefit.get.scope:
        return None
    if not _only(benefit, buy=0, get=0, bp=0, max_times=0) or benefit.bp is None:
        return None
    return {
        "buy": benefit.buy.qty, "get": benefit.get.qty, "percent": benefit.bp,
        "times": benefit.max_times,
    }  # fmt: skip


# -- 套装 ----------------------------------------------------------------------------------


def bundle(given: Given, _scope: Scope) -> Bundle:
    """Build a bundle of single pieces; ValueError where there are fewer than two."""
    parts = tuple(Part(qty=1, scope=Scope(skus=frozenset({sku}))) for sku in given["parts"])
    if len(parts) < 2:
        raise ValueError("parts")
    return Bundle(parts=parts, price=given["price"])


def bundle_read(benefit: Any) -> dict[str, Any] | None:
    """Read a bundle of single pieces at a price."""
    if not isinstance(benefit, Bundle) or not _only(benefit, parts=0, price=0):
        return None
    single = all(part.qty == 1 and len(part.scope.skus) == 1 for part in benefit.parts)
    if not single or benefit.price is None:
        return None
    return {
        "parts": tuple(next(iter(part.scope.skus)) for part in benefit.parts),
        "price": benefit.price,
    }


def gift_read(benefit: Any) -> dict[str, Any] | None:
    """Read a gift."""
    if not isinstance(benefit, Gift):
        return None
    if not _only(benefit, sku="", value=0, qty=1, per=1, max_qty=1, substitutes=()):
        return None
    return {
        "gift": benefit.sku, "qty": benefit.qty, "per": benefit.per, "most": benefit.max_qty,
        "substitutes": benefit.substitutes, "value": benefit.value,
    }  # fmt: skip


def shipping(given: Given, _scope: Scope) -> ShippingOff:
    """Build what is off the fee; nothing filled in is free shipping."""
    off = given.get("shipping")
    return ShippingOff(bp=10_000) if off is None else ShippingOff(amount=off)


def shipping_read(benefit: Any) -> dict[str, Any] | None:
    """Read free shipping or an amount off the fee."""
    if benefit == ShippingOff(bp=10_000):
        return {"shipping": None}
    if isinstance(benefit, ShippingOff) and benefit.amount is not None:
        return {"shipping": benefit.amount}
    return None
