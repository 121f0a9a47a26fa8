"""What gets in whose way (活动冲突): the rules in force and the drafts beside them, pair by pair.

Drafts stand in the place of what they would replace, so that a clash shows before it is approved.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from functools import lru_cache
from itertools import combinations

from hefu.apps.campaigns.models import HouseRules, PromotionState, PromotionVersion
from hefu.apps.campaigns.selectors.assembling import assemble
from hefu.apps.campaigns.selectors.rules import COMPILED
from hefu.apps.orders.models import Article
from hefu.apps.orders.selectors.articles import lines_of
from hefu.core.actor import Actor
from hefu.core.permissions import Permission
from hefu.core.promotions import (
    Fault,
    Finding,
    Line,
    Promotion,
    Relation,
    Rules,
    Ruleset,
    RulesRefused,
    compile_rules,
    from_document,
    review,
    stacking_matrix,
)
from hefu.core.promotions.ruleset import scopes_of
from hefu.core.promotions.scopes import ancestors

#: Articles that are looked at for common goods, and of these the slimmest for sales below cost.
LOOKED_AT = 1_000
SLIMMEST = 40
#: Pairs on one article that are tried in all; the submission's own check tries more.
PAIRS = 20_000
#: Beyond this the search for sales below cost is left to the submission's own check.
SEARCHED = 60

#: Relations in which one of a pair stands back on goods that both mean.
EXCLUDING = frozenset(
    {Relation.EXCLUSIVE, Relation.TAGS, Relation.ONE_OF_GROUP, Relation.LINE_BY_LINE}
)

Pair = frozenset[str]


@dataclass(frozen=True, kw_only=True)
class Together:
    """The rules in force with the drafts among them.

    ``drafts`` are the codes whose draft is in ``ruleset``; ``apart`` those whose draft contradicts
    the rest and is left out; ``goods`` what is on sale; ``touched`` the places in ``goods`` that
    each promotion means.
    """

    ruleset: Ruleset
    drafts: frozenset[str]
    apart: tuple[str, ...]
    goods: tuple[Line, ...]
    touched: Mapping[str, frozenset[int]]

    @property
    def relations(self) -> dict[Pair, Relation]:
        """How each pair of a lane stands to each other."""
        return {frozenset(pair): how for *pair, how in stacking_matrix(self.ruleset)}

    def promotion(self, code: str) -> Promotion:
        """Return one of the promotions."""
        return self.ruleset.all_rules[self.ruleset.numbers[code]].promotion

    def group(self, code: str) -> str:
        """Return the name of its group."""
        return self.ruleset.all_rules[self.ruleset.numbers[code]].group.id

    def meet(self, one: str, other: str) -> bool:
        """Say whether two promotions share an instant and goods on sale."""
        shared = self.touched[one] & self.touched[other]
        return bool(shared) and overlap(self.promotion(one), self.promotion(other))


@dataclass(frozen=True, kw_only=True, slots=True)
class Clash:
    """Two promotions that meet and exclude each other, or sell below cost (``loss`` at worst)."""

    one: str
    other: str  # empty: one sells below cost alone
    relation: Relation | None = None
    sku: str = ""
    loss: int = 0


def overlap(one: Promotion, other: Promotion) -> bool:
    """Say whether two windows share an instant."""
    return _before_end(one.starts_at, other.ends_at) and _before_end(other.starts_at, one.ends_at)


def _before_end(start: datetime | None, end: datetime | None) -> bool:
    return start is None or end is None or start < end


def rules_and_drafts(actor: Actor, *, now: datetime) -> Together:
    """Put the drafts among the rules in force.

    Raises:
        NotAllowed: the actor may not see campaigns.
    """
    actor.require(Permission.CAMPAIGN_VIEW)
    brand_id = actor.own_brand()
    house = HouseRules.objects.filter(brand_id=brand_id).first() or HouseRules(brand_id=brand_id)
    ruleset, drafts, apart = _joined(assemble(house, now=now), _drafts(brand_id, now))
    goods = _goods(brand_id)
    hits = ruleset.index.touch(goods)
    touched = {
        rule.id: frozenset(
            place
            for scope in scopes_of(rule.promotion)
            for place in hits.get(ruleset.index.number(scope), ())
        )
        for rule in ruleset.all_rules
    }
    return Together(ruleset=ruleset, drafts=drafts, apart=apart, goods=goods, touched=touched)


def _drafts(brand_id: int, now: datetime) -> list[Promotion]:
    """The newest version of each promotion that nobody signed yet and whose time is not over."""
    rows = PromotionVersion.objects.filter(
        promotion__brand_id=brand_id, approved_at=None, withdrawn_at=None
    ).exclude(promotion__state=PromotionState.STOPPED)
    newest = dict(rows.order_by("number").values_list("promotion__code", "document"))
    found = [from_document(Promotion, newest[code]) for code in sorted(newest)]
    return [one for one in found if one.ends_at is None or one.ends_at > now]


def _joined(
    rules: Rules, drafts: Sequence[Promotion]
) -> tuple[Ruleset, frozenset[str], tuple[str, ...]]:
    """Compile rules with all drafts; where these contradict something, with those that do not."""
    try:
        whole = compile_rules(_with(rules, drafts))
    except RulesRefused:
        pass
    else:
        return _kept(whole), frozenset(one.id for one in drafts), ()
    fitting: list[Promotion] = []
    apart: list[str] = []
    for one in drafts:
        try:
            compile_rules(_with(rules, [*fitting, one]))
        except RulesRefused:
            apart.append(one.id)
        else:
            fitting.append(one)
    whole = compile_rules(_with(rules, fitting))
    return _kept(whole), frozenset(one.id for one in fitting), tuple(apart)


def _with(rules: Rules, drafts: Sequence[Promotion]) -> Rules:
    named = {one.id for one in drafts}
    others = tuple(one for one in rules.promotions if one.id not in named)
    return replace(rules, promotions=(*others, *drafts))


def _kept(ruleset: Ruleset) -> Ruleset:
    return COMPILED.get(ruleset.content_hash) or COMPILED.keep(ruleset)


def _goods(brand_id: int) -> tuple[Line, ...]:
    rows = Article.objects.filter(brand_id=brand_id, on_sale=True).order_by("pk")
    return lines_of((row, 1) for row in rows[:LOOKED_AT])


def clashes_of(together: Together, *, now: datetime) -> list[Clash]:
    """List what clashes: sales below cost first, the largest loss first, then what excludes."""
    below = sorted(_below_cost(together, now), key=lambda one: -one.loss)
    found = {frozenset((one.one, one.other)) for one in below}
    return [*below, *(one for one in _excluding(together) if {one.one, one.other} not in found)]


def _below_cost(together: Together, now: datetime) -> Iterator[Clash]:
    if len(together.ruleset.all_rules) > SEARCHED:
        return
    day = now.replace(hour=0, minute=0, second=0, microsecond=0)
    for found in _losses(together.ruleset, together.goods, day):
        alone = not found.other
        if alone or overlap(together.promotion(found.promotion), together.promotion(found.other)):
            yield Clash(one=found.promotion, other=found.other, sku=found.sku, loss=found.amount)


@lru_cache(maxsize=32)
def _losses(ruleset: Ruleset, goods: tuple[Line, ...], now: datetime) -> tuple[Finding, ...]:
    """The static review's sales below cost; of one rule set and catalogue worked out once a day."""
    known = [line for line in goods if line.cost]
    slimmest = sorted(known, key=lambda line: (line.unit - (line.cost or 0), line.sku))
    found = review(ruleset.rules, _affordable(ruleset, slimmest[:SLIMMEST]), now)
    return tuple(one for one in found if one.fault is Fault.BELOW_COST)


def _affordable(ruleset: Ruleset, goods: Sequence[Line]) -> list[Line]:
    """Return the first goods whose pairs of promotions are few enough for somebody who waits."""
    chosen: list[Line] = []
    pairs = 0
    for good in goods:
        touching = {
            number
            for scope in ruleset.index.touch([good])
            for number in ruleset.by_scope.get(scope, ())
        }
        pairs += len(touching) * (len(touching) + 1) // 2
        if pairs > PAIRS and chosen:
            break
        chosen.append(good)
    return chosen


def _excluding(together: Together) -> Iterator[Clash]:
    relations = together.relations
    for one, other in combinations([rule.id for rule in together.ruleset.all_rules], 2):
        how = relations.get(frozenset((one, other)))
        if how in EXCLUDING and together.meet(one, other):
            yield Clash(one=one, other=other, relation=how)


def meaning(together: Together, lines: Sequence[Line]) -> frozenset[str]:
    """Return the promotions that mean any of these goods."""
    hits = together.ruleset.index.touch(lines)
    return frozenset(
        rule.id
        for rule in together.ruleset.all_rules
        for scope in scopes_of(rule.promotion)
        if hits.get(together.ruleset.index.number(scope))
    )


def below(category: str, parents: Mapping[str, str]) -> frozenset[str]:
    """Return a category and all that stand below it; ``parents`` is the tree, child to parent."""
    named = {*parents, *parents.values(), category}
    return frozenset(one for one in named if category in ancestors(one, parents))
