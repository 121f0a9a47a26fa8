"""Price a cart (计价): one pure function for page, cart, counter, refund and backtest."""

from collections.abc import Sequence
from datetime import datetime

from hefu.core.promotions.acting import act, refusal
from hefu.core.promotions.cart import Cart, Facts, Line
from hefu.core.promotions.errors import UnknownPromotion
from hefu.core.promotions.explain import Explanation, Search, Verdict
from hefu.core.promotions.planning import points_for
from hefu.core.promotions.promotion import Phase
from hefu.core.promotions.quote import Quote, Settlement
from hefu.core.promotions.ruleset import BookPrice, Ruleset
from hefu.core.promotions.settlement import settle_payment
from hefu.core.promotions.stacking import resolve
from hefu.core.promotions.state import NotingState, State

_SPENT = (Verdict.LIMIT, Verdict.BUDGET, Verdict.WINDOW)


def evaluate(ruleset: Ruleset, cart: Cart, facts: Facts, now: datetime) -> Quote:
    """Return what the cart costs under the rules, with every reason.

    ``now`` is aware; birthdays are judged by its date in its own zone.

    Raises:
        ValueError: if ``now`` has no zone.
    """
    return _price(ruleset, _begin(ruleset, cart, facts, now))


def _price(ruleset: Ruleset, state: State) -> Quote:
    cart, facts = state.cart, state.facts
    candidates = _candidates(ruleset, state)
    explanations: list[Explanation] = []
    searches: list[Search] = []
    place = _run(ruleset, state, candidates, explanations, searches)
    settlement = _settle(ruleset, state, candidates[place:], explanations)
    refused = _refused_codes(ruleset, cart, facts, explanations) if cart.codes else ()
    cut = {line: tuple((run.count, run.net) for run in runs) for line, runs in state.runs.items()}
    return Quote(
        ruleset.content_hash,
        cart,
        tuple(state.list_),
        tuple(state.shown),
        tuple(state.net),
        cut,
        state.book,
        state.shipping,
        tuple(explanations),
        tuple(state.gifts),
        refused,
        tuple(searches),
        settlement,
    )


def explain(
    ruleset: Ruleset, cart: Cart, facts: Facts, now: datetime, promotion: str
) -> Explanation:
    """Say why one promotion applies or not, candidate or not.

    Raises:
        UnknownPromotion: if the rule set has none with this id.
    """
    number = ruleset.numbers.get(promotion)
    if number is None:
        raise UnknownPromotion(promotion=promotion)
    for one in evaluate(ruleset, cart, facts, now).explanations:
        if one.promotion == promotion:
            return one
    rule = ruleset.all_rules[number]
    if rule.promotion.code is not None or rule.promotion.needs_coupon:
        return Explanation(rule.id, rule.version, Verdict.CODE_MISSING, predicate="code")
    state = _begin(ruleset, cart, facts, now)
    failed = refusal(rule, state)
    return failed or Explanation(
        rule.id, rule.version, Verdict.CONDITION_FAILED, 0, (), "goods_in_scope", 0, 1
    )


def allocation(
    ruleset: Ruleset, cart: Cart, facts: Facts, now: datetime
) -> dict[str, dict[str, tuple[int, ...]]]:
    """Return what each applied promotion took off every unit: by promotion, then line id.

    Evaluates once more with a state that takes notes; for display and proof.
    """
    state = _begin(ruleset, cart, facts, now, kind=NotingState)
    quote = _price(ruleset, state)
    noted: dict[int, dict[int, tuple[int, ...]]] = getattr(state, "notes", {})
    return {
        one.promotion: {cart.lines[line].id: units for line, units in noted[id(one.shares)].items()}
        for one in quote.applied
        if one.shares
    }


def opened_by(ruleset: Ruleset, facts: Facts, code: str) -> tuple[str, ...]:
    """Return the promotions that a code opens for this buyer; empty if it opens none."""
    return tuple(ruleset.all_rules[number].id for number in _unlocked(ruleset, facts, code))


def _begin(
    ruleset: Ruleset, cart: Cart, facts: Facts, now: datetime, kind: type[State] = State
) -> State:
    if now.tzinfo is None:
        raise ValueError("now needs a time zone")
    lines, rules = cart.lines, ruleset.rules
    floor = _floors(lines, rules.margin_floor_bp)
    state = kind(
        cart,
        facts,
        now,
        floor=floor,
        hits=ruleset.index.touch(lines),
        rounding=rules.rounding,
        remainder=rules.remainder,
    )
    state.foreign = cart.currency != ruleset.only_currency
    if ruleset.prices:
        _use_price_book(ruleset, state)
    return state


def _floors(lines: Sequence[Line], margin_bp: int) -> list[int] | None:
    """Return the least amount by line, or None where no line has a floor."""
    for line in lines:
        if line.floor or (margin_bp and line.cost):
            break
    else:
        return None
    floors = []
    for line in lines:
        floor = line.floor
        if margin_bp and line.cost:
            floor = max(floor, -(-line.cost * 10_000 // (10_000 - margin_bp)))
        floors.append(floor * line.qty)
    return floors


def _use_price_book(ruleset: Ruleset, state: State) -> None:
    """Give each line the lowest price-book price that fits the buyer, if there is one."""
    for place, line in enumerate(state.cart.lines):
        entries = ruleset.prices.get(line.sku, ())
        fitting = [entry.price for entry in entries if _fits(entry, line, state)]
        if fitting:
            best = min(fitting, key=lambda price: (price.unit, price.audience))
            state.list_[place] = best.unit * line.qty
            state.book[place] = best
    state.net = state.list_.copy()


def _fits(entry: BookPrice, line: Line, state: State) -> bool:
    price, now = entry.price, state.now
    return (
        price.currency == state.cart.currency
        and price.min_qty <= line.qty
        and (price.starts_at is None or price.starts_at <= now)
        and (price.ends_at is None or now < price.ends_at)
        and all(gate(state) is None for gate in entry.gates)
    )


def _candidates(ruleset: Ruleset, state: State) -> list[int]:
    """Return the numbers of the promotions that the cart touches, in order."""
    by_scope = ruleset.by_scope
    numbers: list[int] = []
    for scope in state.hits:
        if scope in by_scope:
            numbers += by_scope[scope]
    for code in state.cart.codes:
        numbers += _unlocked(ruleset, state.facts, code)
    if ruleset.many_scopes or state.cart.codes:
        return sorted(set(numbers))
    numbers.sort()
    return numbers


def _unlocked(ruleset: Ruleset, facts: Facts, code: str) -> tuple[int, ...]:
    shared = ruleset.by_code.get(code, ())
    issued = ruleset.numbers.get(facts.coupons.get(code, ""))
    return shared if issued is None else (*shared, issued)


def _run(
    ruleset: Ruleset,
    state: State,
    candidates: Sequence[int],
    explanations: list[Explanation],
    searches: list[Search],
) -> int:
    """Run all lanes before payment; return the place of the first candidate after it."""
    rules = ruleset.all_rules
    place, count = 0, len(candidates)
    in_catalogue = False
    while place < count:
        lane = ruleset.lane_at(candidates[place])
        if in_catalogue and lane.phase is not Phase.CATALOG:
            state.shown = state.net.copy()
            in_catalogue = False
        if lane.phase is Phase.ACCRUAL:
            return place
        in_catalogue = lane.phase is Phase.CATALOG
        if lane.reads_start:
            state.start = state.net.copy()
        start = place
        while place < count and candidates[place] < lane.stop:
            place += 1
        members = candidates[start:place]
        if lane.plain:
            explanations.extend([act(rules[number], state) for number in members])
        else:
            explanations.extend(resolve([rules[number] for number in members], state, searches))
    if in_catalogue:
        state.shown = state.net.copy()
    return place


def _settle(
    ruleset: Ruleset, state: State, accruing: Sequence[int], explanations: list[Explanation]
) -> Settlement:
    """Take payment and tax, then let points be earned on what was paid in money."""
    cart, accruals = state.cart, ruleset.rules.accruals
    settlement, paid = settle_payment(cart, state.net, state.shipping)
    if not accruals and not accruing:
        return settlement
    state.paid = paid
    points = points_for(sum(paid[:-1]), cart.currency, accruals)
    if accruing:
        bonus = resolve([ruleset.all_rules[number] for number in accruing], state, [])
        explanations.extend(bonus)
        points += sum(one.points for one in bonus)
    return settlement._replace(points=points)


def _refused_codes(
    ruleset: Ruleset, cart: Cart, facts: Facts, explanations: Sequence[Explanation]
) -> tuple[str, ...]:
    """List codes that open nothing; used up, foreign and unknown look alike."""
    verdicts = {one.promotion: one.verdict for one in explanations}
    return tuple(
        code
        for code in cart.codes
        if all(verdicts[name] in _SPENT for name in opened_by(ruleset, facts, code))
    )
