"""Which of several promotions apply together (叠加与互斥).

See the algorithm page: exclusivity first, then line-by-line groups, then the conflict
graph, searched component by component where a group chooses the best.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from enum import StrEnum
from itertools import combinations

from hefu.core.promotions.acting import act, gain, refusal, settle
from hefu.core.promotions.explain import Explanation, Search, Verdict
from hefu.core.promotions.promotion import Group, Policy, Reach
from hefu.core.promotions.ruleset import Rule, Ruleset
from hefu.core.promotions.search import Component, best_set
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


@dataclass(kw_only=True, slots=True)
class _Graph:
    """Who excludes whom; ``linked`` also joins members of a group with a limit."""

    rules: Sequence[Rule]
    excludes: dict[str, set[str]] = field(default_factory=dict)
    linked: dict[str, set[str]] = field(default_factory=dict)

    def __post_init__(self) -> None:
        for rule in self.rules:
            self.excludes[rule.id], self.linked[rule.id] = set(), set()
        for place, one in enumerate(self.rules):
            for other in self.rules[place + 1 :]:
                if relation(one, other) in _EXCLUDING:
                    self._join(self.excludes, one, other)
                    self._join(self.linked, one, other)
                elif one.group.id == other.group.id and one.group.policy is Policy.AT_MOST:
                    self._join(self.linked, one, other)

    @staticmethod
    def _join(edges: dict[str, set[str]], one: Rule, other: Rule) -> None:
        edges[one.id].add(other.id)
        edges[other.id].add(one.id)

    def components(self) -> Iterable[list[Rule]]:
        """Yield linked promotions together, each component in order."""
        seen: set[str] = set()
        for rule in self.rules:
            if rule.id in seen:
                continue
            reached, frontier = {rule.id}, [rule.id]
            while frontier:
                for other in self.linked[frontier.pop()] - reached:
                    reached.add(other)
                    frontier.append(other)
            seen |= reached
            yield [one for one in self.rules if one.id in reached]


class Relation(StrEnum):
    """How two promotions of one lane stand to each other."""

    COMBINE = "combine"
    EXCLUSIVE = "exclusive"  # one of them stands alone in the lane
    TAGS = "tags"  # one does not accept a tag of the other
    ONE_OF_GROUP = "one_of_group"  # their group lets one apply
    LIMITED = "limited"  # their group lets k apply
    LINE_BY_LINE = "line_by_line"  # each line takes one of them
    OTHER_UNITS = "other_units"  # both, but never on the same unit


_EXCLUDING = (Relation.EXCLUSIVE, Relation.TAGS, Relation.ONE_OF_GROUP)


def relation(one: Rule, other: Rule) -> Relation:
    """Say how two promotions of one lane stand to each other."""
    mine, theirs = one.promotion, other.promotion
    if mine.exclusive or theirs.exclusive:
        return Relation.EXCLUSIVE
    for accepting, tagged in ((mine, theirs), (theirs, mine)):
        if accepting.accepts is not None and accepting.accepts.isdisjoint(tagged.tags):
            return Relation.TAGS
    if one.group.id != other.group.id:
        return Relation.COMBINE
    explicit = mine.accepts is not None and theirs.accepts is not None
    return _inside(one.group, explicit=explicit)


def _inside(group: Group, *, explicit: bool) -> Relation:
    """Say how members of one group stand to each other, whose tags agree."""
    limit = {Policy.FIRST: 1, Policy.AT_MOST: group.k}.get(group.policy)
    if group.policy is Policy.BEST and not explicit:
        limit = 1
    if group.reach is Reach.LINE and group.policy is not Policy.ALL:
        return Relation.LINE_BY_LINE
    if limit is not None:
        return Relation.ONE_OF_GROUP if limit == 1 else Relation.LIMITED
    return Relation.OTHER_UNITS if group.reach is Reach.UNIT else Relation.COMBINE


def stacking_matrix(ruleset: Ruleset) -> list[tuple[str, str, Relation]]:
    """List all pairs of promotions that act in the same lane, with how they stand."""
    return [
        (one.id, other.id, relation(one, other))
        for lane in ruleset.lanes
        for one, other in combinations(ruleset.all_rules[lane.first : lane.stop], 2)
    ]


def _resolve_graph(
    rules: Sequence[Rule],
    state: State,
    answers: dict[str, Explanation],
    searches: list[Search],
) -> None:
    graph = _Graph(rules=rules)
    chosen: dict[str, bool] = {}
    for component in graph.components():
        if len(component) > 1 and any(rule.group.policy in _CHOOSING for rule in component):
            found = best_set(Component(component, graph.excludes), state)
            searches.append(found)
            chosen.update({rule.id: rule.id in found.chosen for rule in component})
    applied: list[Rule] = []
    for rule in rules:
        rivals = graph.excludes[rule.id]
        winner = next((one for one in applied if one.id in rivals), None)
        if winner is not None:
            answers[rule.id] = lost(rule, winner)
        elif chosen.get(rule.id, True):
            answers[rule.id] = act(rule, state)
            if answers[rule.id].verdict is Verdict.APPLIED:
                applied.append(rule)
    for rule in rules:
        if rule.id not in answers:
            winner = _winner(rule, graph, applied)
            answers[rule.id] = (
                Explanation(rule.id, rule.version, Verdict.NOTHING_LEFT)
                if winner is None
                else lost(rule, winner)
            )


def _winner(rule: Rule, graph: _Graph, applied: Sequence[Rule]) -> Rule | None:
    """Name the promotion that stands in the way: a rival, else one of the same group."""
    for ids in (graph.excludes[rule.id], graph.linked[rule.id]):
        for one in applied:
            if one.id in ids:
                return one
    return None
