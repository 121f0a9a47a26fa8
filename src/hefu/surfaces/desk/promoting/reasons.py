"""How two promotions stand to each other (叠加关系), in a word, a tone and a sentence."""

from collections.abc import Mapping
from dataclasses import dataclass

from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext_lazy

from hefu.apps.campaigns.selectors.conflicts import Clash, Together, overlap
from hefu.core.promotions import Policy, Relation
from hefu.surfaces.design.parts import Tone
from hefu.surfaces.desk.backtests.sentences import Said
from hefu.surfaces.desk.promoting.gates_said import finding_said


@dataclass(frozen=True, kw_only=True)
class Stands:
    """What stands in one cell of the matrix."""

    word: str
    tone: Tone
    reason: str


_WORDS: Mapping[Relation, tuple[Promise, Tone]] = {
    Relation.COMBINE: (pgettext_lazy("two promotions", "both"), "good"),
    Relation.EXCLUSIVE: (pgettext_lazy("two promotions", "one alone"), "bad"),
    Relation.TAGS: (pgettext_lazy("two promotions", "not both"), "bad"),
    Relation.ONE_OF_GROUP: (pgettext_lazy("two promotions", "one of them"), "notice"),
    Relation.LIMITED: (pgettext_lazy("two promotions", "so many of a group"), "notice"),
    Relation.LINE_BY_LINE: (pgettext_lazy("two promotions", "one per article"), "notice"),
    Relation.OTHER_UNITS: (pgettext_lazy("two promotions", "other pieces"), "info"),
}
_IN_TURN = pgettext_lazy("two promotions", "in turn")
_OTHER_TIME = pgettext_lazy("two promotions", "other time")
_OTHER_GOODS = pgettext_lazy("two promotions", "other goods")
_BELOW_COST = pgettext_lazy("two promotions", "below cost")
_REASONS: Mapping[Relation, Promise] = {
    Relation.COMBINE: gettext_lazy("%(one)s and %(other)s both apply, one after the other."),
    Relation.LIMITED: gettext_lazy(
        "%(one)s and %(other)s are in the group %(group)s, of which %(count)s apply at most."
    ),
    Relation.OTHER_UNITS: gettext_lazy(
        "%(one)s and %(other)s both apply, but never to the same piece."
    ),
}


def quoted(title: str) -> str:
    """A title within a sentence."""
    return _('"%(title)s"') % {"title": title}


def stands(
    together: Together, pair: tuple[str, str], how: Relation | None, loss: Clash | None,
    titles: Mapping[str, str],
) -> Stands:  # fmt: skip
    """Say how a pair stands; ``how`` is None where they act in different lanes."""
    one, other = (quoted(titles.get(code, code)) for code in pair)
    names = {"one": one, "other": other}
    if loss is not None:
        return Stands(word=str(_BELOW_COST), tone="bad", reason=loss_said(loss, titles).text)
    if not overlap(together.promotion(pair[0]), together.promotion(pair[1])):
        reason = _("%(one)s and %(other)s never run at the same time.") % names
        return Stands(word=str(_OTHER_TIME), tone="neutral", reason=reason)
    if not together.touched[pair[0]] & together.touched[pair[1]]:
        reason = _("%(one)s and %(other)s mean no article on sale in common.") % names
        return Stands(word=str(_OTHER_GOODS), tone="neutral", reason=reason)
    if how is None:
        reason = _("%(one)s and %(other)s act at different steps of the price, so both apply.")
        return Stands(word=str(_IN_TURN), tone="good", reason=reason % names)
    word, tone = _WORDS[how]
    return Stands(word=str(word), tone=tone, reason=why(together, pair, how, titles))


def why(together: Together, pair: tuple[str, str], how: Relation, titles: Mapping[str, str]) -> str:
    """Say why a pair of one lane stands as it does."""
    one, other = (quoted(titles.get(code, code)) for code in pair)
    if how is Relation.EXCLUSIVE:
        return _alone(together, pair, one, other)
    if how is Relation.TAGS:
        return _(
            "%(one)s and %(other)s do not accept each other's tags: only one of them applies."
        ) % {"one": one, "other": other}  # fmt: skip
    if how in (Relation.ONE_OF_GROUP, Relation.LINE_BY_LINE):
        return one_of(together, list(pair), how, titles)
    group = together.ruleset.all_rules[together.ruleset.numbers[pair[0]]].group
    return str(_REASONS[how]) % {
        "one": one, "other": other, "group": group.id, "count": group.k,
    }  # fmt: skip


def _alone(together: Together, pair: tuple[str, str], one: str, other: str) -> str:
    if not together.promotion(pair[0]).exclusive:
        one, other = other, one
    return _("%(one)s stands alone: where it gives something, %(other)s does not apply.") % {
        "one": one, "other": other,
    }  # fmt: skip


def one_of(together: Together, codes: list[str], how: Relation, titles: Mapping[str, str]) -> str:
    """Say that of several members of a group one applies, and which."""
    listed = _(", ").join(quoted(titles.get(code, code)) for code in codes)
    first = together.ruleset.groups.get(together.group(codes[0]))
    in_order = first is not None and first.policy is Policy.FIRST
    if how is Relation.LINE_BY_LINE:
        words = _("Of %(list)s each article takes one, the best for the customer.")
    elif in_order:
        words = _("Of %(list)s one applies to an order, the first that gives something.")
    else:
        words = _("Of %(list)s one applies to an order, the best for the customer.")
    return words % {"list": listed}


def loss_said(clash: Clash, titles: Mapping[str, str]) -> Said:
    """Say a sale below cost."""
    found = {
        "fault": "below_cost", "promotion": clash.one, "other": clash.other, "sku": clash.sku,
        "amount": clash.loss,
    }  # fmt: skip
    return finding_said(found, titles, "CNY")
