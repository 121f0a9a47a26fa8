"""Which of several promotions apply together (叠加与互斥).

See the algorithm page: exclusivity first, then line-by-line groups, then the conflict
graph, searched component by component where a group chooses the best.
"""

from collections.abc import Sequence

from hefu.core.promotions.acting import act, gain, refusal, settle
from hefu.core.promotions.conflicts import Conflicts
from hefu.core.promotions.explain import Explanation, Search, Verdict
from hefu.core.promotions.promotion import Policy, Reach
from hefu.core.promotions.ruleset import Rule
from hefu.core.promotions.search import best_set
from hefu.core.promotions.state import Effect, State

_CHOOSING = (Policy.BEST, Policy.AT_MOST)


def resolve(rules: Sequence[Rule], state: State, searches: list[Search]) -> list[Explanation]:
    """Apply the candidates of one lane, in order, as their groups allow.

    Returns one explanation per rule, in the order given; appends to ``searches`` how best
    sets were found.
    """
    answers: dict[str, Explanation] = {}
    able: list[Rule] = []
    for rule in rules:
        failure = refusal(rule, state)
        if failure is None:
            able.append(rule)
        else:
            answers[rule.id] = failure
    alone = _exclusive_winner(able, state)
    if alone is not None:
        for rule in able:
            answers[rule.id] = act(rule, state) if rule is alone else lost(rule, alone)
    else:
        _resolve_lines(able, state, answers)
        rest = [rule for rule in able if rule.id not in answers]
        _resolve_graph(rest, state, answers, searches)
    return [answers[rule.id] for rule in rules]


def lost(rule: Rule, winner: Rule) -> Explanation:
    """Return the answer of a rule that had to give way."""
    return Explanation(rule.id, rule.version, Verdict.LOST_TO, winner=winner.id)


def _exclusive_winner(able: Sequence[Rule], state: State) -> Rule | None:
    """Find the exclusive promotion that stands alone, unless its group chooses the best.

    Beside groups that choose line by line there is no set to compare it with: it stands.
    """
    by_line = any(_chooses_by_line(rule) for rule in able)
    for rule in able:
        competes = rule.group.policy in _CHOOSING and not by_line
        if rule.promotion.exclusive and not competes and gain(rule.plan(state)):
            return rule
    return None


def _chooses_by_line(rule: Rule) -> bool:
    return rule.group.reach is Reach.LINE and rule.group.policy is not Policy.ALL


def _resolve_lines(able: Sequence[Rule], state: State, answers: dict[str, Explanation]) -> None:
    """Let each line choose among the members of groups that reach over lines."""
    groups: dict[str, list[Rule]] = {}
    for rule in able:
        if _chooses_by_line(rule):
            groups.setdefault(rule.group.id, []).append(rule)
    for members in groups.values():
        effects = {rule.id: rule.plan(state) for rule in members}
        winners = _winners_by_line(members, effects)
        for rule in members:
            effect = effects[rule.id]
            won = [share for share in effect.shares if rule in winners[share.line]]
            if effect.shares and not won:
                answers[rule.id] = lost(rule, winners[effect.shares[0].line][0])
            else:
                shares = [
                    share._replace(amount=min(share.amount, state.room(share.line)))
                    for share in won
                ]
                kept = [share for share in shares if share.amount]
                answers[rule.id] = settle(rule, effect._replace(shares=kept), state)


def _winners_by_line(members: Sequence[Rule], effects: dict[str, Effect]) -> dict[int, list[Rule]]:
    offers: dict[int, list[tuple[int, Rule]]] = {}
    for rule in members:
        for share in effects[rule.id].shares:
            offers.setdefault(share.line, []).append((share.amount, rule))
    group = members[0].group
    k = group.k if group.policy is Policy.AT_MOST else 1
    if group.policy is not Policy.FIRST:
        for line_offers in offers.values():
            line_offers.sort(key=lambda offer: -offer[0])
    return {line: [rule for _, rule in found[:k]] for line, found in offers.items()}


def _resolve_graph(
    rules: Sequence[Rule],
    state: State,
    answers: dict[str, Explanation],
    searches: list[Search],
) -> None:
    conflicts = Conflicts(rules)
    chosen: dict[str, bool] = {}
    for component in conflicts.components():
        if any(rule.group.policy in _CHOOSING for rule in component):
            found = best_set(component, conflicts, state)
            searches.append(found)
            chosen.update({rule.id: rule.id in found.chosen for rule in component})
    applied: list[Rule] = []
    for rule in rules:
        if not chosen.get(rule.id, True):
            continue
        winner = conflicts.rival_in(applied, rule)
        if winner is not None:
            answers[rule.id] = lost(rule, winner)
            continue
        answers[rule.id] = act(rule, state)
        if answers[rule.id].verdict is Verdict.APPLIED and conflicts.concerns(rule):
            applied.append(rule)
    for rule in rules:
        if rule.id not in answers:
            winner = conflicts.rival_in(applied, rule) or conflicts.mate_in(applied, rule)
            answers[rule.id] = (
                Explanation(rule.id, rule.version, Verdict.NOTHING_LEFT)
                if winner is None
                else lost(rule, winner)
            )
