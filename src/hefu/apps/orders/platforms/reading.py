"""What the readers of all marketplaces share: states by name, nets of lines, one row said twice."""

import re
import unicodedata
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace

from hefu.apps.orders.platforms.cells import Cells
from hefu.apps.orders.platforms.values import Doubt, PlatformLine, State
from hefu.core.money import spread

_MARKS = re.compile(r"[\s,.;:!，。；：！、]+")


def folded(text: str) -> str:
    """A header or a state without spaces, punctuation, width and capitals."""
    return _MARKS.sub("", unicodedata.normalize("NFKC", text)).replace("_", "").casefold()


def state_named(cells: Cells, name: str, states: Mapping[str, State]) -> State:
    """The house's state for the marketplace's word.

    Raises:
        Invalid: ``required``, or ``unknown_status`` with the word.
    """
    text = cells.text(name)
    if not text:
        raise cells.refusal(name, "required")
    found = states.get(folded(text))
    if found is None:
        raise cells.refusal(name, "unknown_status", text)
    return found


def words(states: Mapping[State, Iterable[str]]) -> dict[str, State]:
    """Turn a table of words by state round."""
    return {folded(word): state for state, all_ in states.items() for word in all_}


def shares(
    lines: Sequence[PlatformLine], goods: int
) -> tuple[tuple[PlatformLine, ...], frozenset[Doubt]]:
    """Give each line its part of what all pieces cost together, in proportion to list prices.

    Lines that come to less than ``goods`` keep their prices, and the difference is a doubt.
    """
    weights = [line.listed for line in lines]
    if not lines or sum(weights) < goods:
        doubts = frozenset({Doubt.LINES_DIFFER} if lines else ())
        return tuple(replace(line, net=line.listed) for line in lines), doubts
    nets = spread(goods, weights)
    return tuple(replace(one, net=net) for one, net in zip(lines, nets, strict=True)), frozenset()


def shown(text: str) -> dict[str, str]:
    """Colour, size and so on, as ``颜色:红;尺码:L`` or as one text."""
    found: dict[str, str] = {}
    for part in re.split(r"[;；]", text):
        name, colon, value = unicodedata.normalize("NFKC", part).partition(":")
        if part.strip():
            key, said = (name, value) if colon else ("", part)
            found[key.strip()[:40]] = said.strip()[:100]
    return found


def once(rows: Iterable[Cells]) -> list[Cells]:
    """Drop the rows that say word for word what another one says."""
    seen: dict[tuple[str, ...], Cells] = {}
    for row in rows:
        seen.setdefault(tuple(row.row.cells.values()), row)
    return list(seen.values())


def disagree(rows: Sequence[Cells], *names: str) -> frozenset[Doubt]:
    """A doubt if the rows of one order repeat different things in these columns."""
    differ = any(len({row.text(name) for row in rows}) > 1 for name in names)
    return frozenset({Doubt.ROWS_DISAGREE} if differ else ())
