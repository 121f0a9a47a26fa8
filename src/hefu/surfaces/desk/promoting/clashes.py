"""The conflicts of a calendar (活动冲突), each as one numbered sentence with those it names."""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime

from django.utils.translation import gettext as _

from hefu.apps.campaigns.selectors.conflicts import (
    Clash,
    Together,
    clashes_of,
    rules_and_drafts,
)
from hefu.core.actor import Actor
from hefu.core.promotions import Relation
from hefu.surfaces.design.parts import Tone
from hefu.surfaces.desk.promoting.reasons import loss_said, one_of, quoted, why

#: Sentences shown; the matrix has all pairs.
SHOWN = 40


@dataclass(frozen=True, kw_only=True)
class Entry:
    """One thing of the calendar: the days it runs on, both counted, and what is said of it.

    ``code`` is the short name of the promotion it is or belongs to; ``sketch``: nobody agreed yet;
    ``over``: it ended or was stopped.
    """

    key: str
    title: str
    url: str
    begins: date
    ends: date
    state: str
    tone: Tone
    when: str
    sketch: bool = False
    over: bool = False
    audience: str = ""
    code: str = ""


@dataclass(frozen=True, kw_only=True)
class Conflict:
    """One sentence; ``keys`` are the entries it is about."""

    number: int
    text: str
    tone: Tone
    icon: str
    keys: frozenset[str]


_Said = tuple[str, Tone, str, frozenset[str]]


def conflicts_said(actor: Actor, entries: Sequence[Entry], *, now: datetime) -> list[Conflict]:
    """Say what clashes among the entries: sales below cost, exclusions, one audience at a time."""
    together = rules_and_drafts(actor, now=now)
    shown = {one.code: one for one in entries if one.key == f"promotion:{one.code}"}
    titles = {code: one.title for code, one in shown.items()}
    found = [
        one for one in clashes_of(together, now=now) if one.one in shown
        and (not one.other or one.other in shown)
    ]  # fmt: skip
    said = [*_losses(found, titles), *_excluded(together, found, titles), *_audiences(entries)]
    return [
        Conflict(number=number, text=text, tone=tone, icon=icon, keys=keys)
        for number, (text, tone, icon, keys) in enumerate(said[:SHOWN], 1)
    ]


def _keys(*codes: str) -> frozenset[str]:
    return frozenset(f"promotion:{code}" for code in codes if code)


def _losses(found: Iterable[Clash], titles: Mapping[str, str]) -> Iterator[_Said]:
    for one in found:
        if one.loss:
            said = loss_said(one, titles)
            yield said.text, "bad", said.icon, _keys(one.one, one.other)


def _excluded(
    together: Together, found: Iterable[Clash], titles: Mapping[str, str]
) -> Iterator[_Said]:
    """Each exclusive pair by itself; members of one group of alternatives in one sentence."""
    groups: dict[tuple[Relation, str], list[str]] = defaultdict(list)
    for one in found:
        if one.relation in (Relation.ONE_OF_GROUP, Relation.LINE_BY_LINE):
            members = groups[one.relation, together.group(one.one)]
            members += [code for code in (one.one, one.other) if code not in members]
        elif one.relation is not None:
            text = why(together, (one.one, one.other), one.relation, titles)
            yield text, "notice", "no-symbol", _keys(one.one, one.other)
    for (how, _group), members in groups.items():
        yield one_of(together, members, how, titles), "notice", "scale", _keys(*members)


def _audiences(entries: Iterable[Entry]) -> Iterator[_Said]:
    """Things of different promotions that run on one day for one published audience."""
    by_audience: dict[str, list[Entry]] = defaultdict(list)
    for one in entries:
        if one.audience and not one.over:
            by_audience[one.audience].append(one)
    for audience, some in by_audience.items():
        together = [one for one in some if any(_share_a_day(one, other) for other in some)]
        if together:
            words = _("On the same days for the same audience, %(audience)s: %(list)s.")
            listed = _(", ").join(dict.fromkeys(quoted(one.title) for one in together))
            yield (
                words % {"audience": audience, "list": listed}, "info", "users",
                frozenset(one.key for one in together),
            )  # fmt: skip


def _share_a_day(one: Entry, other: Entry) -> bool:
    return one.code != other.code and one.begins <= other.ends and other.begins <= one.ends
