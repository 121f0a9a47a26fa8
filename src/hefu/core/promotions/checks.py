"""What rules must satisfy before they compile (规则校验)."""

from collections.abc import Iterable, Iterator
from datetime import datetime

from hefu.core.money import MINOR_DIGITS, WHOLE_BP
from hefu.core.promotions.benefits import (
    Benefit,
    Bundle,
    BuyGet,
    CheapestOff,
    ExtraPoints,
    Gift,
    LineOff,
    NthPiece,
    OrderOff,
    Part,
    Sets,
    ShippingOff,
    Tiered,
)
from hefu.core.promotions.conditions import AnyOf, Condition, Spend
from hefu.core.promotions.errors import RulesRefused
from hefu.core.promotions.promotion import Phase, Promotion

#: Alternatives of a benefit of which exactly one must be stated.
_ONE_OF: dict[type, tuple[str, ...]] = {
    LineOff: ("bp", "amount", "price"),
    OrderOff: ("bp", "amount", "total"),
    Bundle: ("price", "amount", "bp"),
    BuyGet: ("bp", "amount"),
    Sets: ("price", "amount", "bp", "unit_price", "unit_amount"),
    ShippingOff: ("bp", "amount", "price"),
    ExtraPoints: ("times_bp", "points"),
}

_MONEY = ("amount", "price", "total", "unit_price", "unit_amount", "max_amount", "every")
_MONEY_RANGE = ("min_unit", "max_unit", "value")
_COUNTS = ("size", "units", "qty", "per", "max_units", "max_sets", "max_times", "nth", "max_pieces")


def check_promotion(promotion: Promotion) -> None:
    """Refuse a promotion that contradicts itself.

    Raises:
        RulesRefused: naming promotion, field and reason.
    """
    for field, reason in _faults(promotion):
        raise RulesRefused(promotion=promotion.id, field=field, reason=reason)


def _faults(promotion: Promotion) -> Iterator[tuple[str, str]]:
    benefit = promotion.benefit
    if not promotion.id:
        yield "id", "must not be empty"
    yield from _window_faults(promotion.starts_at, promotion.ends_at)
    yield from _benefit_faults(benefit)
    if promotion.currency is None:
        if _names_money(benefit) or any(map(_reads_money, promotion.conditions)):
            yield "currency", "an amount is named, so its currency must be, too"
    elif promotion.currency not in MINOR_DIGITS:
        yield "currency", "is no ISO 4217 code"
    if promotion.home is Phase.CATALOG and not _fits_catalogue(benefit):
        yield "benefit", "the catalogue phase takes a line benefit without a limit of units"
    if (promotion.home is Phase.ACCRUAL) != isinstance(benefit, ExtraPoints):
        yield "phase", "points are earned in the accrual phase, and nothing else happens there"
    if promotion.code is not None and promotion.needs_coupon:
        yield "code", "a promotion has a shared code or needs an issued coupon, not both"


def _fits_catalogue(benefit: Benefit) -> bool:
    return isinstance(benefit, LineOff) and benefit.max_units is None


def _window_faults(starts: datetime | None, ends: datetime | None) -> Iterator[tuple[str, str]]:
    for field, instant in (("starts_at", starts), ("ends_at", ends)):
        if instant is not None and instant.tzinfo is None:
            yield field, "needs a time zone"
            return
    if starts is not None and ends is not None and ends <= starts:
        yield "ends_at", "must be after starts_at"


def _benefit_faults(benefit: Benefit) -> Iterator[tuple[str, str]]:
    alternatives = _ONE_OF.get(type(benefit), ())
    if alternatives and sum(getattr(benefit, name) is not None for name in alternatives) != 1:
        yield "benefit", f"exactly one of {', '.join(alternatives)} must be stated"
    bp = getattr(benefit, "bp", None)
    if bp is not None and not 0 <= bp <= WHOLE_BP:
        yield "benefit.bp", "must lie between 0 and 10000 basis points"
    for name in (*_MONEY, *_MONEY_RANGE):
        if (value := getattr(benefit, name, None)) is not None and value < 0:
            yield f"benefit.{name}", "must not be negative"
    for name in _COUNTS:
        if (value := getattr(benefit, name, None)) is not None and value < 1:
            yield f"benefit.{name}", "must be at least 1"
    if getattr(benefit, "every", None) == 0:
        yield "benefit.every", "must be at least 1"
    yield from _composite_faults(benefit)


def _composite_faults(benefit: Benefit) -> Iterator[tuple[str, str]]:
    if isinstance(benefit, Tiered):
        if not benefit.tiers:
            yield "benefit.tiers", "at least one tier is needed"
        for tier in benefit.tiers:
            if (tier.bp is None) == (tier.amount is None):
                yield "benefit.tiers", "each tier states either bp or amount"
            elif not 0 <= (tier.bp or 0) <= WHOLE_BP or (tier.amount or 0) < 0:
                yield "benefit.tiers", "bp must lie in 0 .. 10000, an amount must not be negative"
        if len({tier.at_least for tier in benefit.tiers}) != len(benefit.tiers):
            yield "benefit.tiers", "two tiers start at the same threshold"
    if isinstance(benefit, NthPiece) and benefit.nth is not None and benefit.nth > benefit.size:
        yield "benefit.nth", "must not exceed the size of the set"
    if isinstance(benefit, Bundle) and not benefit.parts:
        yield "benefit.parts", "at least one part is needed"
    if any(part.qty < 1 for part in parts_of(benefit)):
        yield "benefit.parts", "quantities must be at least 1"


def parts_of(benefit: Benefit) -> tuple[Part, ...]:
    """List the parts of a bundle, or buy and get of an offer."""
    if isinstance(benefit, Bundle):
        return benefit.parts
    if isinstance(benefit, BuyGet):
        return (benefit.buy, benefit.get)
    return ()


def _names_money(benefit: Benefit) -> bool:
    if isinstance(benefit, Tiered):
        return benefit.by == "amount" or any(tier.amount is not None for tier in benefit.tiers)
    if isinstance(benefit, Gift | CheapestOff | NthPiece | ExtraPoints):
        return False
    names: Iterable[str] = (*_MONEY, "min_unit", "max_unit")
    return any(getattr(benefit, name, None) is not None for name in names)


def _reads_money(condition: Condition) -> bool:
    if isinstance(condition, AnyOf):
        return any(map(_reads_money, condition.conditions))
    return isinstance(condition, Spend)
