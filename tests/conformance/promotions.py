"""The promotion engine against cases distilled from other projects' tests and documents.

``main(path)`` evaluates every case of a file, prints each failing id with both numbers and ends
with ``N passed, M failed``. A case is translated into our rules; nothing here knows any case.
"""

import json
import sys
from collections.abc import Callable, Iterator, Mapping
from datetime import UTC, datetime
from fractions import Fraction
from pathlib import Path
from typing import Any

from hefu.core.errors import DomainError
from hefu.core.money import tax_included
from hefu.core.promotions import (
    EVERYTHING,
    Basis,
    BuyGet,
    Cart,
    CheapestOff,
    Condition,
    FactIn,
    Facts,
    Gift,
    Group,
    Line,
    LineOff,
    LineQuantity,
    NthOrder,
    NthPiece,
    Order,
    OrderOff,
    Part,
    Phase,
    Policy,
    Promotion,
    Quantity,
    Quote,
    Reach,
    Rules,
    Scope,
    Sets,
    ShippingOff,
    Spend,
    Tier,
    Tiered,
    Use,
    compile_rules,
    evaluate,
)
from hefu.core.promotions.benefits import Benefit

Json = Mapping[str, Any]

#: No case depends on the instant.
NOW = datetime(2026, 11, 22, 12, tzinfo=UTC)

_BASIS = {"current": Basis.RUNNING, "list": Basis.SHOWN}
_ORDERS = {
    "asc": Order.CHEAPEST,
    "desc": Order.DEAREST,
    "cheapest": Order.CHEAPEST,
    "most_expensive": Order.DEAREST,
    "dearest": Order.DEAREST,
    "line": Order.LINES,
}


def _bp(percent: float) -> int:
    return int(Fraction(str(percent)) * 100)


def _opt_bp(action: Json) -> int | None:
    return _bp(action["percent"]) if action.get("percent") is not None else None


def _scope(selector: Json | None) -> Scope:
    if not selector:
        return EVERYTHING
    named = {"category": "categories", "product": "products", "tag": "tags", "sku": "skus"}
    fields: dict[str, frozenset[str]] = {}
    for key, value in selector.items():
        if key not in named:
            raise ValueError(f"unknown selector {key}")
        fields[named[key]] = frozenset([value] if isinstance(value, str) else value)
    return Scope(**fields)


def _bounds(test: Json, value: int) -> dict[str, int]:
    return {
        "gte": {"at_least": value},
        "gt": {"at_least": value + 1},
        "lte": {"at_most": value},
        "lt": {"at_most": value - 1},
        "eq": {"at_least": value, "at_most": value},
    }[test.get("op", "gte")]


def condition(test: Json) -> Condition:
    """Translate one condition."""
    kind, scope = test["type"], _scope(test.get("selector"))
    if kind == "items_total":
        basis = _BASIS[test.get("basis", "current")]
        return Spend(scope=scope, basis=basis, **_bounds(test, test["amount"]))
    if kind == "quantity":
        return Quantity(scope=scope, **_bounds(test, test["value"]))
    if kind == "contains":
        return Quantity(at_least=test.get("value", 1), scope=scope)
    if kind == "line_quantity_any":
        return LineQuantity(scope=scope, at_least=_bounds(test, test["value"])["at_least"])
    if kind == "nth_order":
        return NthOrder(n=test["n"])
    if "in" in test or "not_in" in test:
        values = frozenset(test.get("in", test.get("not_in")))
        return FactIn(fact=kind, values=values, excluded="not_in" in test)
    raise ValueError(f"unknown condition {kind}")


def _order_off(action: Json, rule: Json) -> Benefit:
    del rule
    return OrderOff(
        bp=_opt_bp(action),
        amount=action.get("amount"),
        total=action.get("price"),
        scope=_scope(action.get("selector")),
        max_amount=action.get("max_amount"),
        max_units=action.get("max_units"),
        units_order=_ORDERS[action.get("unit_order", "cheapest")],
        exclude_discounted=action.get("exclude_discounted", False),
    )


def _line_off(action: Json, rule: Json) -> Benefit:
    del rule
    return LineOff(
        bp=_opt_bp(action),
        amount=action.get("amount"),
        scope=_scope(action.get("selector")),
        basis=_BASIS[action.get("basis", "current")],
        max_units=action.get("max_units_per_line"),
        min_unit=action.get("min_unit"),
        max_unit=action.get("max_unit"),
        exclude_discounted=action.get("exclude_discounted", False),
    )


def _group_units(action: Json, rule: Json) -> Benefit:
    del rule
    return Sets(
        size=action["size"],
        order=Order.LINES,
        unit_amount=action.get("amount"),
        bp=_opt_bp(action),
        scope=_scope(action.get("selector")),
    )


def _tiered(action: Json, rule: Json) -> Benefit:
    del rule
    steps = [[0, action["base"]]] if action.get("base") else []
    return Tiered(
        tiers=tuple(Tier(at_least=at, bp=_bp(percent)) for at, percent in steps + action["tiers"]),
        scope=_scope(action.get("selector")),
        by="amount" if action.get("tier_on", "items_total") == "items_total" else "quantity",
        basis=Basis.RUNNING,
    )


def _gift(action: Json, rule: Json) -> Benefit:
    selectors = [
        test.get("selector") for test in rule.get("when", ()) if test["type"] == "contains"
    ]
    scope = _scope(action.get("selector") or (selectors[0] if selectors else None))
    return Gift(sku=action["line"], value=action["unit"], per=action.get("per"), scope=scope)


def _sets(action: Json, rule: Json) -> Benefit:
    del rule
    kind, value = action["kind"], action["value"]
    return Sets(
        size=action["count"],
        order=_ORDERS[action.get("group_order", "asc")],
        price=value if kind == "fixed_total" else None,
        amount=value if kind == "amount" else None,
        unit_price=value if kind == "fixed_unit" else None,
        bp=_bp(value) if kind == "percent" else None,
        max_sets=action.get("max_sets"),
        scope=_scope(action.get("selector")),
    )


def _buy_get(action: Json, rule: Json) -> Benefit:
    del rule
    buy, get = action["buy"], action["get"]
    percent = _opt_bp(action)
    free = percent is None and action.get("amount") is None
    return BuyGet(
        buy=Part(qty=buy["qty"], scope=_scope(buy.get("selector"))),
        get=Part(qty=get["qty"], scope=_scope(get.get("selector"))),
        bp=10_000 if free else percent,
        amount=action.get("amount"),
        get_order=_ORDERS[get.get("order", "cheapest")],
        max_times=None if action.get("repeat") else 1,
    )


def _pick_in_groups(action: Json, rule: Json) -> Benefit:
    del rule
    return NthPiece(
        size=action["count"],
        bp=_bp(action["percent"]),
        nth=action.get("nth"),
        order=_ORDERS[action["group_order"]],
        pick=_ORDERS[action["pick_order"]],
        across=action["mode"] == "horizontal",
        max_pieces=action.get("max_uses"),
        scope=_scope(action.get("selector")),
    )


def _cheapest(action: Json, rule: Json) -> Benefit:
    del rule
    bp = _bp(action.get("percent", 100))
    return CheapestOff(units=action["units"], bp=bp, scope=_scope(action.get("selector")))


def _shipping(action: Json, rule: Json) -> Benefit:
    del rule
    return ShippingOff(bp=_opt_bp(action), amount=action.get("amount"), price=action.get("price"))


BENEFITS: dict[str, Callable[[Json, Json], Benefit]] = {
    "order_amount": _order_off,
    "order_percent": _order_off,
    "order_fixed_price": _order_off,
    "line_percent": _line_off,
    "unit_amount": _line_off,
    "group_units": _group_units,
    "tiered_percent": _tiered,
    "gift": _gift,
    "cheapest_free": _cheapest,
    "set_discount": _sets,
    "buy_get": _buy_get,
    "pick_in_groups": _pick_in_groups,
    "shipping_percent": _shipping,
    "shipping_amount": _shipping,
    "shipping_fixed_price": _shipping,
}


def _group_of(case: Json, rule: Json, phase: Phase) -> str:
    if case["combination"] == "lanes_best_per_line":
        return f"lane {rule.get('lane', 0)} of {phase.name}"
    if case["combination"] == "best_rule":
        return f"best of {phase.name}"
    return f"{'units' if rule['action'].get('exclusive_units') else 'all'} of {phase.name}"


def _groups(case: Json, names: set[str]) -> tuple[Group, ...]:
    if case["combination"] == "lanes_best_per_line":
        return tuple(Group(id=name, policy=Policy.BEST, reach=Reach.LINE) for name in names)
    if case["combination"] == "best_rule":
        return tuple(Group(id=name, policy=Policy.AT_MOST, k=1) for name in names)
    reach = {True: Reach.UNIT, False: Reach.CART}
    return tuple(Group(id=name, reach=reach[name.startswith("units")]) for name in names)


def rules_of(case: Json) -> Rules:
    """Translate a case's rules; list order becomes priority, as the format says."""
    promotions: list[Promotion] = []
    for place, rule in enumerate(case["rules"]):
        twins = sum(other["id"] == rule["id"] for other in case["rules"][:place])
        phase = Phase.CATALOG if rule.get("phase") == "catalog" else Phase.ORDER
        limits = rule.get("limits", {})
        promotions.append(
            Promotion(
                id=f"{rule['id']}#{twins}" if twins else rule["id"],
                benefit=BENEFITS[rule["action"]["type"]](rule["action"], rule),
                conditions=tuple(condition(test) for test in rule.get("when", ())),
                phase=phase,
                lane=rule.get("lane", 0),
                priority=rule.get("priority", 0) * 1000 - place,
                group=_group_of(case, rule, phase),
                exclusive=rule.get("exclusive", False),
                code=rule.get("code"),
                currency=case["currency"],
                max_uses=limits.get("total"),
                max_per_customer=limits.get("per_customer"),
            )
        )
    convention = case.get("convention", {})
    first = convention.get("allocation", "").startswith("remainder_first")
    return Rules(
        promotions=tuple(promotions),
        groups=_groups(case, {str(one.group) for one in promotions}),
        rounding="down" if convention.get("round") == "down" else "half_up",
        remainder="first" if first else "largest",
    )


def facts_of(case: Json) -> Facts:
    """Translate what is known about the customer."""
    customer = case["cart"].get("customer") or {}
    values: dict[str, str | frozenset[str]] = {
        name: value if isinstance(value, str) else frozenset(value)
        for name, value in customer.items()
        if isinstance(value, str | list)
    }
    if "groups" in values:
        values["customer_group"] = values.pop("groups")
    uses = {
        rule["id"]: Use(total=limits.get("used", 0), by_customer=limits.get("used_by_customer", 0))
        for rule in case["rules"]
        if (limits := rule.get("limits"))
    }
    return Facts(
        values=values,
        orders_placed=customer.get("orders_placed", 0),
        orders_cancelled=customer.get("orders_cancelled", 0),
        uses=uses,
    )


def cart_of(case: Json) -> Cart:
    """Translate the cart."""
    lines = tuple(
        Line(
            id=line["id"],
            sku=line["id"],
            unit=line["unit"],
            qty=line["qty"],
            product=line.get("product", ""),
            categories=tuple(line.get("categories", ())),
            tags=tuple(line.get("tags", ())),
            floor=line.get("floor_unit", 0),
        )
        for line in case["cart"]["lines"]
    )
    cart = case["cart"]
    return Cart(
        lines=lines,
        currency=case["currency"],
        shipping=cart.get("shipping") or 0,
        codes=tuple(cart.get("codes", ())),
    )


def price(case: Json) -> Quote:
    """Evaluate a case."""
    return evaluate(compile_rules(rules_of(case)), cart_of(case), facts_of(case), NOW)


def _rule_id(promotion: str) -> str:
    """Undo the numbering of rules that share an id in a case."""
    return promotion.partition("#")[0]


def _by_line(quote: Quote) -> dict[str, int]:
    nets = {line.id: quote.nets[place] for place, line in enumerate(quote.cart.lines)}
    return nets | {gift.sku: 0 for gift in quote.gifts}


def _discounts(quote: Quote) -> dict[str, int]:
    off = {
        line.id: quote.listed[place] - quote.nets[place]
        for place, line in enumerate(quote.cart.lines)
    }
    return off | {gift.sku: gift.qty * gift.value for gift in quote.gifts}


def _unit_discounts(quote: Quote, line: str) -> list[int]:
    place = quote.place(line)
    unit = quote.listed[place] // quote.cart.lines[place].qty
    return [unit - amount for amount in quote.unit_amounts(place)]


def _rate_bp(value: object) -> int:
    """Read a tax rate given as 19, "19.0" or 0.19."""
    rate = Fraction(str(value))
    return int(rate * (10_000 if rate < 1 else 100))


def _tax_of_discount(case: Json, quote: Quote) -> dict[int, int]:
    by_rate: dict[int, int] = {}
    for line, off in zip(case["cart"]["lines"], _discounts(quote).values(), strict=False):
        rate = next((_rate_bp(line[key]) for key in line if "tax" in key), 0)
        by_rate[rate] = by_rate.get(rate, 0) + off
    return {rate: tax_included(off, rate) for rate, off in by_rate.items()}


def answer(case: Json, quote: Quote, field: str, expected: Any) -> Any:
    """Return what we say about one expected field, in the shape in which it is expected."""
    simple: dict[str, Callable[[], Any]] = {
        "items": lambda: quote.items,
        "shipping": lambda: quote.shipping,
        "total": lambda: quote.total,
        "discount": lambda: sum(quote.listed) - quote.items,
        "line_discounts_sum": lambda: sum(quote.listed) - quote.items,
        "applied": lambda: list(dict.fromkeys(_rule_id(one.promotion) for one in quote.applied)),
        "lines": lambda: {line: _by_line(quote).get(line) for line in expected},
        "line_discounts": lambda: {line: _discounts(quote).get(line) for line in expected},
        "line_discounts_multiset": lambda: sorted(_discounts(quote).values()),
        "unit_discounts": lambda: {line: _unit_discounts(quote, line) for line in expected},
        "included_tax_of_discount": lambda: {
            rate: _tax_of_discount(case, quote).get(_rate_bp(rate)) for rate in expected
        },
    }
    if field not in simple:
        raise ValueError(f"unknown expectation {field}")
    return simple[field]()


def differences(case: Json) -> Iterator[str]:
    """Yield what differs, each with both numbers."""
    try:
        quote = price(case)
        for field, expected in case["expect"].items():
            ours = answer(case, quote, field, expected)
            wanted = sorted(expected) if field == "line_discounts_multiset" else expected
            if ours != wanted:
                yield f"{field}: expected {wanted}, got {ours}"
    except (DomainError, KeyError, ValueError) as error:
        yield f"cannot be evaluated: {type(error).__name__} {error}"


def run(path: Path) -> bool:
    """Evaluate a file; True if every case agreed."""
    passed = failed = 0
    for case in json.loads(Path(path).read_text(encoding="utf-8"))["cases"]:
        found = list(differences(case))
        for difference in found:
            sys.stdout.write(f"{case['id']}: {difference}\n")
        passed, failed = passed + (not found), failed + bool(found)
    sys.stdout.write(f"{passed} passed, {failed} failed\n")
    return failed == 0


def main(path: Path | str) -> int:
    """Evaluate a file; exit status 0 if every case agreed."""
    return 0 if run(Path(path)) else 1
