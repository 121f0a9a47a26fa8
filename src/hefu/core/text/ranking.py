"""Putting what was found into an order (排序), with the reasons.

A hit is worth more where the words are rare among the hits, stand in the title rather than in the
body, and where the maker answered and readers found it helpful. The formula, a worked table and
what it does not do: docs/algorithms/search.md.
"""

import math
from collections.abc import Sequence
from dataclasses import dataclass

from hefu.core.text.grams import Search, grams, is_tight, runs

#: BM25's saturation and length correction (Robertson and Zaragoza 2009, section 3).
K1, B = 1.2, 0.6
TITLE, BODY = 3.0, 1.0
MAKER, HELPFUL = 0.25, 0.1
#: Characters and words by which one asks, whatever about.
ASKING = 0.25
_ASKS = frozenset("怎么样如何什吗呢吧啊的了是可以能不有没要会我你您它这那个些请问为就还也都")
_ASKING_WORDS = {
    "a", "an", "and", "are", "can", "do", "does", "for", "have", "how", "i", "in", "is", "it", "my",
    "of", "on", "or", "the", "this", "to", "what", "when", "which", "why", "with", "you",
}  # fmt: skip


@dataclass(frozen=True, kw_only=True, slots=True)
class Document:
    """Something to be found: a title and a body, with what others think of it."""

    key: int
    title: str
    body: str = ""
    answered: bool = False  # by the maker
    helpful: int = 0


@dataclass(frozen=True, kw_only=True, slots=True)
class Why:
    """Why a hit stands where it stands; the score is ``words * boost``."""

    words: float  # how well the words fit
    in_title: int  # terms found in the title
    terms: int  # terms looked for
    boost: float  # 1.0 and more: answered by the maker, found helpful


@dataclass(frozen=True, kw_only=True, slots=True)
class Hit:
    """A document found, with its score and the reasons."""

    key: int
    score: float
    why: Why


def rank(search: Search, documents: Sequence[Document]) -> list[Hit]:
    """Return every document that holds all terms, the best first; equal scores, the newest key.

    Score: the sum over terms of idf * tf * (K1 + 1) / (tf + K1 * (1 - B + B * length / mean)),
    where a hit in the title counts three times; that times
    1 + 0.25 (answered) + 0.1 * log2(1 + helpful).
    idf = log(1 + (n - df + 0.5) / (df + 0.5)) over the ``n`` documents given.
    """
    if not search.terms or not documents:
        return []
    found = [(row, _counts(search, row.title), _counts(search, row.body)) for row in documents]
    found = [one for one in found if all(t + b for t, b in zip(one[1], one[2], strict=True))]
    if not found:
        return []
    lengths = {row.key: len(grams(row.title)) + len(grams(row.body)) for row, _, _ in found}
    mean = sum(lengths.values()) / len(lengths)
    frequency = [sum(1 for _, t, b in found if t[i] + b[i]) for i in range(len(search.terms))]
    weights = [_idf(len(documents), df) for df in frequency]
    hits = []
    for row, titles, bodies in found:
        correction = K1 * (1 - B + B * lengths[row.key] / mean)
        words = 0.0
        for weight, title, body in zip(weights, titles, bodies, strict=True):
            tf = TITLE * title + BODY * body
            words += weight * tf * (K1 + 1) / (tf + correction)
        boost = _boost(row)
        why = Why(words=words, in_title=sum(1 for t in titles if t), terms=len(titles), boost=boost)
        hits.append(Hit(key=row.key, score=words * boost, why=why))
    return sorted(hits, key=lambda hit: (-hit.score, -hit.key))


def resembling(text: str, documents: Sequence[Document], *, least: float = 0.35) -> list[Hit]:
    """Return the documents whose title says nearly the same as ``text``, the nearest first.

    The likeness is the cosine of the two sets of grams (Ochiai: what they share, by the geometric
    mean of what each has; 0 to 1), where a gram of words that only ask, such as 怎么 or how, counts
    a quarter. Below ``least`` nothing is similar. For short questions this needs no dictionary.
    """
    wanted = _telling(text)
    if not wanted:
        return []
    hits = []
    for row in documents:
        title = _telling(row.title)
        common = sum(weight for gram, weight in wanted.items() if gram in title)
        if not common:
            continue
        likeness = common / math.sqrt(sum(wanted.values()) * sum(title.values()))
        if likeness >= least:
            boost = _boost(row)
            shared = len(wanted.keys() & title.keys())
            why = Why(words=likeness, in_title=shared, terms=len(wanted), boost=boost)
            hits.append(Hit(key=row.key, score=likeness * boost, why=why))
    return sorted(hits, key=lambda hit: (-hit.score, -hit.key))


def _telling(text: str) -> dict[str, float]:
    """The distinct pairs and words of a text with their weight."""
    weights: dict[str, float] = {}
    for run in runs(text):
        if is_tight(run):
            for pair in [run[i : i + 2] for i in range(len(run) - 1)] or [run]:
                weights[pair] = ASKING if any(one in _ASKS for one in pair) else 1.0
        else:
            weights[run] = ASKING if run in _ASKING_WORDS else 1.0
    return weights


def _counts(search: Search, text: str) -> list[int]:
    """How often each term stands in a text; the last gram of a term may go on."""
    have = grams(text)
    counts = []
    for term in search.terms:
        *whole, last = term
        size = len(whole)
        starts = range(len(have) - size)
        counts.append(
            sum(
                1 for i in starts if have[i : i + size] == whole and have[i + size].startswith(last)
            )
        )
    return counts


def _idf(count: int, frequency: int) -> float:
    return math.log(1 + (count - frequency + 0.5) / (frequency + 0.5))


def _boost(row: Document) -> float:
    return 1 + MAKER * row.answered + HELPFUL * math.log2(1 + row.helpful)
