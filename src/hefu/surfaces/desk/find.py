"""Finding anything (快速查找): one line of words, looked for in every kind the actor may see.

Each kind is a small finder in ``find_rows.FINDERS``; what is not the actor's is not found, because
finders read through the selectors alone. A hit is *exact* when the words name this one thing and
nothing else: a code, a whole phone number, an order number.
"""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from itertools import islice

from django.utils.functional import Promise

from hefu.core.actor import Actor
from hefu.core.permissions import Permission

MOST = 5  # hits of one kind: whoever needs more types more, or opens the list
LONGEST = 200  # characters looked at


@dataclass(frozen=True, kw_only=True)
class Hit:
    """One thing found: where it is and what tells it from the others."""

    title: str
    url: str
    detail: str = ""
    icon: str = ""  # the kind's own where empty
    code: bool = False  # the title is a code: fixed-width
    exact: bool = False


@dataclass(frozen=True, kw_only=True)
class Finder:
    """One kind of thing: who may look for it, and how it is found.

    ``find`` gets words that are never empty and may yield more than ``MOST``.
    """

    label: Promise | str
    icon: str
    needs: Permission | None
    find: Callable[[Actor, str], Iterable[Hit]]


@dataclass(frozen=True, kw_only=True)
class Found:
    """The hits of one kind, best first."""

    label: str
    icon: str
    hits: tuple[Hit, ...]


def found(actor: Actor, words: str, finders: Iterable[Finder]) -> list[Found]:
    """Look in every kind; kinds with an exact hit come first, else the order of the finders."""
    words = " ".join(words.replace("\0", " ").split())[:LONGEST]
    if not words:
        return []
    groups = []
    for finder in finders:
        if finder.needs is not None and not actor.may(finder.needs):
            continue
        hits = tuple(islice(finder.find(actor, words), MOST))
        if hits:
            groups.append(Found(label=str(finder.label), icon=finder.icon, hits=hits))
    return sorted(groups, key=lambda group: not any(hit.exact for hit in group.hits))


def the_one(groups: list[Found]) -> Hit | None:
    """The only exact hit: what a scanner or a pasted number means; None where there are several."""
    exact = [hit for group in groups for hit in group.hits if hit.exact]
    return exact[0] if len(exact) == 1 else None
