"""The best set of promotions that exclude each other (最优组合).

Exact by branch and bound up to 16 members, a beam with a stated gap beyond. The value of
a set is what it gives when applied in order from the start of the lane.
"""

from collections.abc import Mapping, Sequence
from typing import NamedTuple

from hefu.core.promotions.acting import gain, refusal
from hefu.core.promotions.explain import Search
from hefu.core.promotions.promotion import Policy
from hefu.core.promotions.ruleset import Rule
from hefu.core.promotions.state import State

EXACT_UP_TO = 16
BEAM = 64


class Component(NamedTuple):
    """Promotions linked by conflicts, in order; ``excludes`` by promotion id."""

    rules: Sequence[Rule]
    excludes: Mapping[str, set[str]]

    def admits(self, chosen: Sequence[int], place: int) -> bool:
        """Say whether one more member may join those chosen."""
        rule = self.rules[place]
        group = rule.group
        members = 0
        for other in chosen:
            taken = self.rules[other]
            if taken.id in self.excludes[rule.id]:
                return False
            members += taken.group.id == group.id
        return group.policy is not Policy.AT_MOST or members < group.k


class _Node(NamedTuple):
    value: int
    chosen: tuple[int, ...]
    state: State


def _better(one: _Node, other: _Node) -> bool:
    """Say whether a set beats another: more, then fewer members, then earlier ones."""
    mine = (-one.value, len(one.chosen), one.chosen)
    return mine < (-other.value, len(other.chosen), other.chosen)


def best_set(component: Component, state: State) -> Search:
    """Find the admissible set that gives most."""
    bounds = [_bound(rule, state) for rule in component.rules]
    if len(component.rules) <= EXACT_UP_TO:
        found = _exact(component, state, bounds)
        gap = 0
    else:
        found = _beam(component, state, bounds)
        gap = max(0, _upper_bound(component, _Node(0, (), state), bounds) - found.value)
    rules = component.rules
    return Search(
        members=tuple(rule.id for rule in rules),
        chosen=tuple(rules[place].id for place in found.chosen),
        value=found.value,
        gap=gap,
    )


def _bound(rule: Rule, state: State) -> int:
    """Return the most a promotion can give in any company."""
    alone = gain(rule.plan(state))
    if not rule.loose:
        return alone
    return max(alone, sum(state.net) + state.shipping)


def _extend(component: Component, node: _Node, place: int) -> _Node | None:
    """Apply one more member to a copy of a node's state."""
    rule = component.rules[place]
    if not component.admits(node.chosen, place):
        return None
    state = node.state.fork()
    if refusal(rule, state) is not None:
        return None
    effect = rule.plan(state)
    value = gain(effect)
    if not value:
        return None
    state.commit(effect, rule.own)
    return _Node(node.value + value, (*node.chosen, place), state)


def _exact(component: Component, state: State, bounds: Sequence[int]) -> _Node:
    best = _Node(0, (), state)
    count = len(bounds)

    def descend(node: _Node, place: int) -> None:
        nonlocal best
        if _better(node, best):
            best = node
        if place == count:
            return
        if node.value + _hope(component, node, place, bounds) < best.value:
            return
        taken = _extend(component, node, place)
        if taken is not None:
            descend(taken, place + 1)
        descend(node, place + 1)

    descend(best, 0)
    return best


def _hope(component: Component, node: _Node, place: int, bounds: Sequence[int]) -> int:
    """Bound what the members from ``place`` on can add to a set, group limits included."""
    groups: dict[str, list[int]] = {}
    limits: dict[str, int] = {}
    for later in range(place, len(bounds)):
        if component.admits(node.chosen, later):
            group = component.rules[later].group
            groups.setdefault(group.id, []).append(bounds[later])
            limits[group.id] = group.k if group.policy is Policy.AT_MOST else len(bounds)
    for chosen in node.chosen:
        name = component.rules[chosen].group.id
        if name in limits:
            limits[name] -= 1
    return sum(sum(sorted(found, reverse=True)[: limits[name]]) for name, found in groups.items())


def _beam(component: Component, state: State, bounds: Sequence[int]) -> _Node:
    """Keep the most promising sets: what they give, and what could still join them."""
    nodes = [_Node(0, (), state)]
    for place in range(len(bounds)):
        longer = [_extend(component, node, place) for node in nodes]
        nodes += [node for node in longer if node is not None]
        promise = {
            node.chosen: node.value + _hope(component, node, place + 1, bounds) for node in nodes
        }
        nodes.sort(key=lambda node: (-promise[node.chosen], len(node.chosen), node.chosen))
        del nodes[BEAM:]
    return nodes[0]


def _upper_bound(component: Component, start: _Node, bounds: Sequence[int]) -> int:
    """Bound the best set: by group limits, and by a cover of the conflict graph by cliques.

    Of each clique at most one member applies, so it gives at most its largest.
    """
    cliques: list[list[int]] = []
    for place in sorted(range(len(bounds)), key=lambda one: -bounds[one]):
        rivals = component.excludes[component.rules[place].id]
        for clique in cliques:
            if all(component.rules[other].id in rivals for other in clique):
                clique.append(place)
                break
        else:
            cliques.append([place])
    covered = sum(max(bounds[place] for place in clique) for clique in cliques)
    return min(covered, _hope(component, start, 0, bounds))
