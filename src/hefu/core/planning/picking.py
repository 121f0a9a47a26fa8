"""Which articles a campaign should lead with (选品): scores from data, and what each is made of.

Scores are basis points, 0 to 10,000, whole numbers, rounded down; nothing is drawn, nothing depends
on the order in which articles are given. What is not known is ``None`` and never nought. Formulae
and a worked table: ``docs/algorithms/picking.md``.
"""

import hashlib
import json
from collections.abc import Iterable, Mapping
from dataclasses import asdict, dataclass, fields
from enum import StrEnum
from math import isqrt
from typing import Any

from hefu.core.intervals import wilson

WHOLE = 10_000
#: Of quality: what answers say, and what does not come back.
ANSWERS_BP, KEPT_BP = 7_000, 3_000
#: What is not proven counts as one content answer, one piece kept: Wilson's bound of 1 of 1. So
#: the first good answer never costs an article anything.
UNPROVEN = 2_065
#: Of demand: pieces a day, orders a day, and the trend against the window before.
PIECES_BP, ORDERS_BP, TREND_BP = 5_000, 2_000, 3_000
#: An article that was there for fewer days of the window has no demand yet.
LEAST_DAYS = 7


class Criterion(StrEnum):
    """What articles are judged by, in the order in which they break ties."""

    QUALITY = "quality"  # 品质
    DEMAND = "demand"  # 市场需求
    NEWNESS = "newness"  # 创新


@dataclass(frozen=True, kw_only=True, slots=True)
class Rules:
    """Weights in basis points, 10,000 together; the days of a window, and until nothing is new.

    Raises:
        ValueError: weights of another sum, or no days.
    """

    quality: int = 4_000
    demand: int = 4_000
    newness: int = 2_000
    window_days: int = 30
    fresh_days: int = 180

    def __post_init__(self) -> None:
        """See to it that the weights are a whole."""
        parts = (self.quality, self.demand, self.newness)
        if min(parts) < 0 or sum(parts) != WHOLE or min(self.window_days, self.fresh_days) < 1:
            raise ValueError(f"no rules: {self}")

    def weight(self, criterion: Criterion) -> int:
        """The weight of one criterion."""
        found: int = getattr(self, criterion.value)
        return found


@dataclass(frozen=True, kw_only=True, slots=True)
class Evidence:
    """What is known of one article.

    Args:
        sku: names it; no two articles of a list have the same.
        age_days: whole days since the article, or its product, came; the older of both.
        answers, content: marks given after activations of its product, and the high ones of them.
        sold, returned: pieces sold in the window and the one before, and those that came back.
        pieces, orders: of the window.
        pieces_before: of the window before.
    """

    sku: str
    age_days: int
    answers: int = 0
    content: int = 0
    sold: int = 0
    returned: int = 0
    pieces: int = 0
    orders: int = 0
    pieces_before: int = 0


@dataclass(frozen=True, kw_only=True, slots=True)
class Parts:
    """What the scores of an article are made of; None: no data."""

    answers: int | None
    kept: int | None
    pieces: int | None
    orders: int | None
    trend: int | None


@dataclass(frozen=True, kw_only=True, slots=True)
class Ranked:
    """One article of the list; ``known`` is the weight of the criteria that it has data for."""

    place: int
    evidence: Evidence
    parts: Parts
    quality: int | None
    demand: int | None
    newness: int
    score: int
    known: int

    def of(self, criterion: Criterion) -> int | None:
        """The score under one criterion."""
        found: int | None = getattr(self, criterion.value)
        return found


@dataclass(frozen=True, kw_only=True, slots=True)
class Field:
    """What articles are compared with: all that were ranked.

    ``most_pieces`` and ``most_orders`` are those of the best, as pieces (orders) and the days that
    it was there; None: nobody has any. ``middle`` is the lower median of the demand that is known;
    it stands in for the demand of what came too late to have one.
    """

    articles: int
    most_pieces: tuple[int, int] | None
    most_orders: tuple[int, int] | None
    middle: int | None


@dataclass(frozen=True, kw_only=True, slots=True)
class Picked:
    """A list in its order, with the rules it was made by."""

    rules: Rules
    field: Field
    rows: tuple[Ranked, ...]


def pick(evidence: Iterable[Evidence], rules: Rules) -> Picked:
    """Rank articles, the best first; the same articles and rules give the same list.

    Raises:
        ValueError: two articles of one sku, or counts that cannot be.
    """
    known = sorted(evidence, key=lambda one: one.sku)
    if len({one.sku for one in known}) != len(known):
        raise ValueError("an article is named twice")
    most_pieces = _most((one.pieces, _days(one, rules)) for one in known)
    most_orders = _most((one.orders, _days(one, rules)) for one in known)
    bare = [_scored(one, rules, most_pieces, most_orders) for one in known]
    field = Field(
        articles=len(known), most_pieces=most_pieces, most_orders=most_orders,
        middle=_middle(row.demand for row in bare),
    )  # fmt: skip
    ordered = sorted(bare, key=lambda row: _order(row, field, rules))
    rows = tuple(_placed(row, number, field, rules) for number, row in enumerate(ordered, 1))
    return Picked(rules=rules, field=field, rows=rows)


def _days(one: Evidence, rules: Rules) -> int | None:
    """The days of the window on which the article was there; None: too few to tell."""
    days = min(one.age_days, rules.window_days)
    return days if days >= min(LEAST_DAYS, rules.window_days) else None


def _most(counts: Iterable[tuple[int, int | None]]) -> tuple[int, int] | None:
    """The highest count a day, exactly, as count and days."""
    best: tuple[int, int] | None = None
    for count, days in counts:
        if days and count and (best is None or count * best[1] > best[0] * days):
            best = (count, days)
    return best


def _scored(
    one: Evidence, rules: Rules, most_pieces: tuple[int, int] | None,
    most_orders: tuple[int, int] | None,
) -> Ranked:  # fmt: skip
    days = _days(one, rules)
    there_before = one.age_days >= 2 * rules.window_days
    parts = Parts(
        answers=_at_least(one.content, one.answers),
        kept=_at_least(one.sold - one.returned, one.sold),
        pieces=_level(one.pieces, days, most_pieces), orders=_level(one.orders, days, most_orders),
        trend=_trend(one.pieces, one.pieces_before) if there_before else None,
    )  # fmt: skip
    return Ranked(
        place=0, evidence=one, parts=parts,
        quality=_quality(parts.answers, parts.kept),
        demand=_mean((PIECES_BP, parts.pieces), (ORDERS_BP, parts.orders), (TREND_BP, parts.trend))
        if days else None,
        newness=max(0, rules.fresh_days - one.age_days) * WHOLE // rules.fresh_days,
        score=0, known=0,
    )  # fmt: skip


def _at_least(hits: int, of: int) -> int | None:
    """The lower bound of Wilson's interval: few answers prove little."""
    interval = wilson(hits, of)
    return None if interval is None else int(interval.low * WHOLE)


def _quality(answers: int | None, kept: int | None) -> int | None:
    """The weighted mean; of the two one may be unproven, None: both are."""
    if answers is None and kept is None:
        return None
    return _mean(
        (ANSWERS_BP, UNPROVEN if answers is None else answers),
        (KEPT_BP, UNPROVEN if kept is None else kept),
    )


def _level(count: int, days: int | None, most: tuple[int, int] | None) -> int | None:
    """The square root of a count a day as a part of the highest.

    By the root one best-seller does not press all others to nothing.
    """
    if not days:
        return None
    if most is None:
        return 0
    return isqrt(WHOLE * WHOLE * count * most[1] // (days * most[0]))


def _trend(now: int, before: int) -> int | None:
    """5,000 is as before, 10,000 all new, 0 all gone; None: nothing in either window."""
    return WHOLE * now // (now + before) if now + before else None


def _mean(*parts: tuple[int, int | None]) -> int | None:
    """The weighted mean of the parts that are known."""
    known = [(weight, part) for weight, part in parts if part is not None]
    if not known:
        return None
    return sum(weight * part for weight, part in known) // sum(weight for weight, _ in known)


def _middle(scores: Iterable[int | None]) -> int | None:
    """The lower median of those that are known."""
    known = sorted(score for score in scores if score is not None)
    return known[(len(known) - 1) // 2] if known else None


def counted(row: Ranked, field: Field, criterion: Criterion) -> int | None:
    """Return what a criterion counts as: its score, or what stands in for it.

    None: nobody's demand is known, so that it does not count at all.
    """
    score = row.of(criterion)
    if score is not None:
        return score
    return UNPROVEN if criterion is Criterion.QUALITY else field.middle


def _sum(row: Ranked, field: Field, rules: Rules) -> tuple[int, int]:
    """The weighted sum of what counts, and the weights in it."""
    total = weights = 0
    for one in Criterion:
        score = counted(row, field, one)
        if score is not None:
            total += rules.weight(one) * score
            weights += rules.weight(one)
    return total, weights


def _known(row: Ranked, rules: Rules) -> int:
    return sum(rules.weight(one) for one in Criterion if row.of(one) is not None)


def _order(row: Ranked, field: Field, rules: Rules) -> tuple[int | str, ...]:
    """Highest sum, then most known, then quality, demand, newness, then pieces, then sku."""
    ties = (-1 if (score := row.of(one)) is None else score for one in Criterion)
    return (
        -_sum(row, field, rules)[0], -_known(row, rules), *(-tie for tie in ties),
        -row.evidence.pieces, row.evidence.sku,
    )  # fmt: skip


def _placed(row: Ranked, place: int, field: Field, rules: Rules) -> Ranked:
    total, weights = _sum(row, field, rules)
    return Ranked(
        place=place, evidence=row.evidence, parts=row.parts, quality=row.quality,
        demand=row.demand, newness=row.newness, score=total // weights if weights else 0,
        known=_known(row, rules),
    )  # fmt: skip


def document_of(picked: Picked, *, first: int | None = None) -> dict[str, Any]:
    """Return a list, or its ``first`` articles, as plain JSON values."""
    field = asdict(picked.field)
    for name in ("most_pieces", "most_orders"):
        field[name] = list(field[name]) if field[name] else None
    rows = [asdict(row) for row in picked.rows[:first]]
    return {"rules": asdict(picked.rules), "field": field, "rows": rows}


def read_document(document: Mapping[str, Any]) -> Picked:
    """Read what ``document_of`` wrote."""
    field = document["field"]
    most = {
        name: tuple(field[name]) if field[name] else None for name in ("most_pieces", "most_orders")
    }
    return Picked(
        rules=Rules(**document["rules"]),
        field=Field(articles=field["articles"], middle=field["middle"], **most),
        rows=tuple(_read(row) for row in document["rows"]),
    )  # fmt: skip


def _read(row: Mapping[str, Any]) -> Ranked:
    plain = {one.name: row[one.name] for one in fields(Ranked)}
    return Ranked(
        **{**plain, "evidence": Evidence(**row["evidence"]), "parts": Parts(**row["parts"])}
    )


def bytes_of(document: Mapping[str, Any]) -> bytes:
    """Return the same bytes for the same list: sorted keys, no spaces, UTF-8."""
    return json.dumps(document, ensure_ascii=False, sort_keys=True, separators=(",", ":")).encode()


def hash_of(document: Mapping[str, Any]) -> str:
    """SHA-256 of ``bytes_of``, in hex."""
    return hashlib.sha256(bytes_of(document)).hexdigest()


def recomputed(picked: Picked) -> bool:
    """Say whether the scores of a kept list follow from its kept figures and rules alone."""
    for row in picked.rows:
        again = _scored(
            row.evidence, picked.rules, picked.field.most_pieces, picked.field.most_orders
        )
        if _placed(again, row.place, picked.field, picked.rules) != row:
            return False
    return True
