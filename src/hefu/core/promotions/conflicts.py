"""How promotions of one lane stand to each other (互斥关系)."""

from collections.abc import Iterator, Sequence
from enum import StrEnum
from itertools import combinations

from hefu.core.promotions.promotion import Group, Policy, Reach
from hefu.core.promotions.ruleset import Rule, Ruleset


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
    if group.reach is Reach.LINE and group.policy is not Policy.ALL:
        return Relation.LINE_BY_LINE
    limit = limit_of(group)
    if group.policy is Policy.BEST and explicit:
        limit = None
    if limit is not None:
        return Relation.ONE_OF_GROUP if limit == 1 else Relation.LIMITED
    return Relation.OTHER_UNITS if group.reach is Reach.UNIT else Relation.COMBINE


def limit_of(group: Group) -> int | None:
    """Return how many members of a group may apply; None for any number.

    Members of a best-for-customer group that accept each other by name are exempt.
    """
    if group.policy is Policy.AT_MOST:
        return group.k
    return None if group.policy is Policy.ALL else 1


def stacking_matrix(ruleset: Ruleset) -> list[tuple[str, str, Relation]]:
    """List all pairs of promotions that act in the same lane, with how they stand."""
    return [
        (one.id, other.id, relation(one, other))
        for lane in ruleset.lanes
        for one, other in combinations(ruleset.all_rules[lane.first : lane.stop], 2)
    ]


class Conflicts:
    """The conflict graph of some candidates of a lane.

    Pairs are written down only where tags or exclusivity speak; what a group's limit says
    is read from the group, so that a thousand alternatives cost a thousand steps.
    """

    def __init__(self, rules: Sequence[Rule]) -> None:
        self._rules = rules
        self._pairs: dict[str, set[str]] = {}
        self._leader = {rule.id: rule.id for rule in rules}
        firsts: dict[str, str] = {}
        for rule in rules:
            if limit_of(rule.group) is not None:
                self._link(firsts.setdefault(rule.group.id, rule.id), rule.id)
            if rule.promotion.exclusive or rule.promotion.accepts is not None:
                for other in rules:
                    if other is not rule and relation(rule, other) in _EXCLUDING:
                        self._pairs.setdefault(rule.id, set()).add(other.id)
                        self._pairs.setdefault(other.id, set()).add(rule.id)
                        self._link(rule.id, other.id)

    def _find(self, name: str) -> str:
        while self._leader[name] != name:
            self._leader[name] = self._leader[self._leader[name]]
            name = self._leader[name]
        return name

    def _link(self, one: str, other: str) -> None:
        self._leader[self._find(other)] = self._find(one)

    def components(self) -> Iterator[list[Rule]]:
        """Yield linked promotions together, two or more, each component in order."""
        together: dict[str, list[Rule]] = {}
        for rule in self._rules:
            together.setdefault(self._find(rule.id), []).append(rule)
        return (component for component in together.values() if len(component) > 1)

    def excludes(self, one: Rule, other: Rule) -> bool:
        """Say whether two different candidates must not apply together."""
        if other.id in self._pairs.get(one.id, ()):
            return True
        if one.group.id != other.group.id:
            return False
        return relation(one, other) is Relation.ONE_OF_GROUP

    def concerns(self, rule: Rule) -> bool:
        """Say whether a candidate may stand in anybody's way."""
        return rule.id in self._pairs or limit_of(rule.group) is not None

    def rival_in(self, applied: Sequence[Rule], rule: Rule) -> Rule | None:
        """Return the first that must not apply together with a candidate."""
        if not self.concerns(rule):
            return None
        return next((one for one in applied if self.excludes(rule, one)), None)

    def mate_in(self, applied: Sequence[Rule], rule: Rule) -> Rule | None:
        """Return the first of a candidate's own group."""
        return next((one for one in applied if one.group.id == rule.group.id), None)
