"""The best set of promotions that exclude each other (最优组合).

Alternatives are compared one by one; sets exactly by branch and bound up to 16 members, by
a beam with a stated gap beyond. The value of a set is what it gives when applied in order
from the start of the lane.
"""

from collections.abc import Sequence
from typing import NamedTuple

from hefu.core.promotions.acting import gain, refusal
from hefu.core.promotions.conflicts import Conflicts, limit_of
from hefu.core.promotions.explain import Search
from hefu.core.promotions.promotion import Policy
from hefu.core.promotions.ruleset import Rule
from hefu.core.promotions.state import State

EXACT_UP_TO = 16
BEAM = 64


class _Node(NamedTuple):
    value: int
    chosen: tuple[int, ...]
    mask: int  # a bit per place chosen
    state: State


def _better(one: _Node, other: _Node) -> bool:
    """Say whether a set beats another: more, then fewer members, then earlier ones."""
    mine = (-one.value, len(one.chosen), one.chosen)
    return mine < (-other.value, len(other.chosen), other.chosen)


def best_set(rules: Sequence[Rule], conflicts: Conflicts, state: State) -> Search:
    """Find the admissible set of one component that gives most."""
    bounds = [_bound(rule, state) for rule in rules]
    gap = 0
    if _are_alternatives(rules):
        value, chosen = _best_single(rules, state)
    elif len(rules) <= EXACT_UP_TO:
        value, chosen, _, _ = _Tree(rules, conflicts, bounds).exact(state)
    else:
        value, chosen = _beam(rules, conflicts, state, bounds)
        gap = max(0, _upper_bound(rules, conflicts, bounds) - value)
    return Search(
        members=tuple(rule.id for rule in rules),
        chosen=tuple(rules[place].id for place in chosen),
        value=value,
        gap=gap,
    )


def _are_alternatives(rules: Sequence[Rule]) -> bool:
    """Say whether at most one of all members can apply, whatever tags say."""
    group = rules[0].group
    if limit_of(group) != 1 or any(rule.group.id != group.id for rule in rules):
        return False
    return group.policy is not Policy.BEST or all(rule.promotion.accepts is None for rule in rules)


def _best_single(rules: Sequence[Rule], state: State) -> tuple[int, tuple[int, ...]]:
    gains = [gain(rule.plan(state)) for rule in rules]
    best = max(gains)
    return best, (gains.index(best),) if best else ()


def _bound(rule: Rule, state: State) -> int:
    """Return the most a promotion can give in any company."""
    alone = gain(rule.plan(state))
    if not rule.loose:
        return alone
    return max(alone, sum(state.net) + state.shipping)


class _Ranks(NamedTuple):
    """Members of one group by bound, the largest first; a limit of None is none."""

    members: list[tuple[int, int]]
    mask: int
    limit: int | None


class _Tree:
    """Sets of members that may apply together, each extended in the order of action."""

    def __init__(self, rules: Sequence[Rule], conflicts: Conflicts, bounds: Sequence[int]) -> None:
        self.rules = rules
        self._excluded = [
            sum(
                1 << place
                for place, other in enumerate(rules)
                if other is not rule and conflicts.excludes(rule, other)
            )
            for rule in rules
        ]
        groups: dict[str, list[tuple[int, int]]] = {}
        for place, rule in enumerate(rules):
            groups.setdefault(rule.group.id, []).append((bounds[place], place))
        limits = {rule.group.id: _cap(rule) for rule in rules}
        self._ranks = [
            _Ranks(sorted(found, reverse=True), sum(1 << place for _, place in found), limits[name])
            for name, found in groups.items()
        ]

    def extend(self, node: _Node, place: int) -> _Node | None:
        """Apply one more member to a copy of a node's state, where the set admits it."""
        rule = self.rules[place]
        if self._excluded[place] & node.mask or not self._has_room(node.mask, place):
            return None
        state = node.state.fork()
        if refusal(rule, state) is not None:
            return None
        effect = rule.plan(state)
        value = gain(effect)
        if not value:
            return None
        state.commit(effect, rule.own)
        return _Node(node.value + value, (*node.chosen, place), node.mask | 1 << place, state)

    def _has_room(self, mask: int, place: int) -> bool:
        return all(
            ranks.limit is None or (ranks.mask & mask).bit_count() < ranks.limit
            for ranks in self._ranks
            if ranks.mask >> place & 1
        )

    def hope(self, node: _Node, start: int) -> int:
        """Bound what members from ``start`` on can add to a set, group limits included."""
        hoped = 0
        for members, mask, limit in self._ranks:
            free = len(members) if limit is None else limit - (mask & node.mask).bit_count()
            for bound, place in members:
                if free <= 0:
                    break
                if place >= start and not self._excluded[place] & node.mask:
                    hoped += bound
                    free -= 1
        return hoped

    def exact(self, state: State) -> _Node:
        """Return the best set, by branch and bound."""
        best = _Node(0, (), 0, state)

        def descend(node: _Node, place: int) -> None:
            nonlocal best
            if _better(node, best):
                best = node
            if place == len(self.rules) or node.value + self.hope(node, place) < best.value:
                return
            taken = self.extend(node, place)
            if taken is not None:
                descend(taken, place + 1)
            descend(node, place + 1)

        descend(best, 0)
        return best


def _beam(
    rules: Sequence[Rule], conflicts: Conflicts, state: State, bounds: Sequence[int]
) -> tuple[int, tuple[int, ...]]:
    """Search the most promising members; keep the sets that promise most."""
    ranked = sorted(range(len(rules)), key=lambda place: -bounds[place])
    kept = sorted(ranked[:BEAM])
    tree = _Tree([rules[place] for place in kept], conflicts, [bounds[place] for place in kept])
    nodes = [_Node(0, (), 0, state)]
    for place in range(len(kept)):
        longer = [tree.extend(node, place) for node in nodes]
        nodes += [node for node in longer if node is not None]
        if len(nodes) > BEAM:
            promise = {node.chosen: node.value + tree.hope(node, place + 1) for node in nodes}
            nodes.sort(key=lambda node: (-promise[node.chosen], len(node.chosen), node.chosen))
            del nodes[BEAM:]
    best = min(nodes, key=lambda node: (-node.value, len(node.chosen), node.chosen))
    return best.value, tuple(kept[place] for place in best.chosen)


def _upper_bound(rules: Sequence[Rule], conflicts: Conflicts, bounds: Sequence[int]) -> int:
    """Bound the best set: a cover by cliques, each giving at most its largest member.

    Groups with a limit of k give at most their k largest; the tighter bound counts.
    """
    groups: dict[str, list[int]] = {}
    for rule, bound in zip(rules, bounds, strict=True):
        groups.setdefault(rule.group.id, []).append(bound)
    limits = {rule.group.id: _cap(rule) for rule in rules}
    by_group = sum(
        sum(sorted(found, reverse=True)[: limits[name]]) for name, found in groups.items()
    )
    return min(by_group, _clique_bound(rules, conflicts, bounds))


def _cap(rule: Rule) -> int | None:
    """Return how many members of a rule's group a set may hold, tags apart."""
    return None if rule.group.policy is Policy.BEST else limit_of(rule.group)


def _clique_bound(rules: Sequence[Rule], conflicts: Conflicts, bounds: Sequence[int]) -> int:
    """Cover by cliques, the largest members first; what fits nowhere stands alone."""
    cliques: list[list[Rule]] = []
    covered = 0
    for place in sorted(range(len(rules)), key=lambda one: -bounds[one]):
        rule = rules[place]
        for clique in cliques[:BEAM]:
            if all(conflicts.excludes(rule, other) for other in clique):
                clique.append(rule)
                break
        else:
            cliques.append([rule])
            covered += bounds[place]
    return covered
