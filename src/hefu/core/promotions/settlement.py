"""Payment, tax and points earned (支付、税、积分): what follows when prices stand.

Tenders are payments, never discounts: they move no threshold, and the tax base only where
declared.
"""

from collections.abc import Sequence

from hefu.core.money import WHOLE_BP, divide, share_of, spread, tax_included
from hefu.core.promotions.cart import Cart, Tender
from hefu.core.promotions.quote import PaidTender, Settlement, TaxAmount


def settle_payment(cart: Cart, nets: Sequence[int], shipping: int) -> tuple[Settlement, list[int]]:
    """Take tenders and tax; return the settlement and what is paid in money, by line.

    The second value has one entry per line, then one for shipping.
    """
    parts = [*nets, shipping]
    if not cart.tenders and not _is_taxed(cart):
        payable = sum(parts)
        return Settlement(payable, payable), parts
    taken: list[PaidTender] = []
    for tender in (one for one in cart.tenders if one.reduces_tax_base):
        parts = _pay(tender, parts, sum(parts), taken)
    reduced = sum(one.amount for one in taken)
    taxes, tax_parts = _taxes(cart, parts)
    if cart.prices == "net":
        parts = [part + tax for part, tax in zip(parts, tax_parts, strict=True)]
    payable = sum(parts)
    for tender in (one for one in cart.tenders if not one.reduces_tax_base):
        parts = _pay(tender, parts, payable, taken)
    settlement = Settlement(
        payable=payable + reduced,
        due=sum(parts),
        tenders=tuple(taken),
        taxes=taxes,
        tax_by_line=tuple(tax_parts) if taxes else (),
    )
    return settlement, parts


def _is_taxed(cart: Cart) -> bool:
    return bool(cart.shipping_tax_bp or sum([line.tax_bp for line in cart.lines]))


def _pay(tender: Tender, parts: list[int], payable: int, taken: list[PaidTender]) -> list[int]:
    """Let a tender pay its part in whole units; return what is left to pay."""
    most = min(sum(parts), share_of(payable, tender.max_share_bp, "down"))
    units = min(tender.units, most // tender.unit_value)
    if not units:
        return parts
    amount = units * tender.unit_value
    taken.append(PaidTender(tender.means, units, amount))
    return [part - share for part, share in zip(parts, spread(amount, parts), strict=True)]


def _taxes(cart: Cart, parts: Sequence[int]) -> tuple[tuple[TaxAmount, ...], list[int]]:
    """Compute the tax once per rate and give each line its part of it."""
    rates = [line.tax_bp for line in cart.lines] + [cart.shipping_tax_bp]
    by_part = [0] * len(parts)
    taxes = []
    for rate in sorted(set(rates) - {0}):
        places = [place for place, one in enumerate(rates) if one == rate]
        amounts = [parts[place] for place in places]
        amount = sum(amounts)
        gross = cart.prices == "gross"
        tax = tax_included(amount, rate) if gross else divide(amount * rate, WHOLE_BP)
        taxes.append(TaxAmount(rate, amount - tax if gross else amount, tax))
        if tax:
            for place, part in zip(places, spread(tax, amounts), strict=True):
                by_part[place] = part
    return tuple(taxes), by_part
