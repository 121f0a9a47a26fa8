"""What a poster says (海报要素): theme, days and how to take part, or it is no poster (R175).

Its words are those of the campaign; a changed word is another poster, told apart by its hash.
"""

import json
from collections.abc import Mapping
from dataclasses import asdict, dataclass, fields
from datetime import date
from hashlib import sha256
from typing import Any

#: Steps that fit a poster, and what fits one of them.
MOST_STEPS, LONGEST_STEP = 5, 40


@dataclass(frozen=True, kw_only=True, slots=True)
class PosterFacts:
    """Everything on it; days are inclusive, ``colour`` is the brand's as ``#rrggbb``."""

    title: str  # of the campaign
    theme: str
    first_on: date | None
    last_on: date | None
    how: tuple[str, ...]  # steps
    link: str  # what the QR says
    brand: str
    organiser: str
    contact: str
    colour: str


def missing(facts: PosterFacts) -> tuple[str, ...]:
    """What a poster may not be without, and this one is: ``theme``, ``dates``, ``how``."""
    gaps = {
        "theme": not facts.theme.strip(), "dates": not (facts.first_on and facts.last_on),
        "how": not facts.how,
    }  # fmt: skip
    return tuple(name for name, gap in gaps.items() if gap)


def document(facts: PosterFacts) -> dict[str, Any]:
    """The facts as plain JSON values."""
    said = asdict(facts)
    for name in ("first_on", "last_on"):
        said[name] = said[name].isoformat() if said[name] else None
    return {**said, "how": list(facts.how)}


def read_facts(said: Mapping[str, Any]) -> PosterFacts:
    """Read them back."""
    days = {name: said[name] and date.fromisoformat(said[name]) for name in ("first_on", "last_on")}
    return PosterFacts(**{**said, **days, "how": tuple(said["how"])})


def poster_hash(facts: PosterFacts) -> str:
    """SHA-256 of what the poster says."""
    return sha256(
        json.dumps(document(facts), ensure_ascii=False, sort_keys=True).encode()
    ).hexdigest()


def changed(before: PosterFacts, after: PosterFacts) -> tuple[str, ...]:
    """The names of what differs, in the order of the fields."""
    return tuple(
        one.name
        for one in fields(PosterFacts)
        if getattr(before, one.name) != getattr(after, one.name)
    )
