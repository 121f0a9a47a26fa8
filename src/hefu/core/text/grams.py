"""Finding Chinese words without knowing them (二元切分): every two neighbours are a word.

Chinese is written without spaces, so an index that waits for spaces finds next to nothing, and one
that guesses words misses those its dictionary does not have. Here a run of Chinese characters
becomes its overlapping pairs and its last character: 蒸汽烫 is 蒸汽, 汽烫, 烫. Any piece of two
or more characters is then a phrase of neighbouring pairs, a single character the beginning of one.
A run of Latin letters or of digits is a word as it stands; PFFN5005, pffn 5005 and PFFN-5005 are
the same two words, and the last word of a search is enough from its beginning.

What is handed to a database is plain ASCII: ``h`` and five hexadecimal digits a character, ``w``
and the letters for words. No tokenizer, locale or version has an opinion about that, so SQLite and
PostgreSQL index the same words (measured in ``tests/core/text``; docs/algorithms/search.md).
"""

import re
import unicodedata
from dataclasses import dataclass

#: Han characters with their extensions, kana and hangul: what is written without spaces.
_TIGHT = (
    "\u3005\u3007\u3040-\u30ff\u3400-\u4dbf\u4e00-\u9fff\uac00-\ud7af\uf900-\ufaff"
    "\U00020000-\U000323af"
)
_RUN = re.compile(rf"[{_TIGHT}]+|[0-9]+|[^\W\d_{_TIGHT}]+")
_IS_TIGHT = re.compile(rf"[{_TIGHT}]")

MOST_TERMS = 12
_LONGEST_WORD = 40


@dataclass(frozen=True, kw_only=True, slots=True)
class Search:
    """What is looked for: every term must be found; a term is a phrase of neighbouring grams.

    The last gram of a term may go on: it is looked for as a beginning.
    """

    terms: tuple[tuple[str, ...], ...]

    @property
    def fts5(self) -> str:
        """The search in the language of SQLite's FTS5; empty where nothing is looked for."""
        return " AND ".join(f'"{" ".join(term)}"*' for term in self.terms)

    @property
    def tsquery(self) -> str:
        """The same for PostgreSQL, to be cast to ``tsquery``."""
        return " & ".join(f"({' <-> '.join(term)}:*)" for term in self.terms)


def folded(text: str) -> str:
    """Make full width, compatibility forms and capitals equal."""
    return unicodedata.normalize("NFKC", text).casefold()


def runs(text: str) -> list[str]:
    """Return the runs of a folded text: written tight (Chinese), letters, digits."""
    return _RUN.findall(folded(text))


def is_tight(run: str) -> bool:
    """Say whether a run is written without spaces between its words."""
    return _IS_TIGHT.match(run) is not None


def grams(text: str) -> list[str]:
    """Return the grams of ``text`` in their order; neighbours in the text are neighbours here."""
    found: list[str] = []
    for run in runs(text):
        if is_tight(run):
            found += [_tight(run[i : i + 2]) for i in range(len(run))]
        else:
            found.append(_word(run))
    return found


def gram_text(*texts: str) -> str:
    """Return the grams of several texts as one text to be indexed; no phrase spans two texts."""
    return " z ".join(" ".join(grams(text)) for text in texts if text)


def read_search(typed: str) -> Search:
    """Read what a person typed; signs and spaces part terms, of which the first 12 count.

    Letters and digits that touch are one term (PFFN5005), so that neighbouring words of a text
    that merely hold the two apart are not found.
    """
    terms: list[tuple[str, ...]] = []
    end, tight = -1, True
    for match in _RUN.finditer(folded(typed)):
        run = match.group()
        was_tight, tight = tight, is_tight(run)
        if tight:
            pairs = [_tight(run[i : i + 2]) for i in range(len(run) - 1)]
            terms.append(tuple(pairs or [_tight(run)]))
        elif not was_tight and match.start() == end:
            terms[-1] = (*terms[-1], _word(run))
        else:
            terms.append((_word(run),))
        end = match.end()
    return Search(terms=tuple(dict.fromkeys(terms))[:MOST_TERMS])


def _tight(characters: str) -> str:
    return "h" + "".join(f"{ord(one):05x}" for one in characters)


def _word(run: str) -> str:
    short = run[:_LONGEST_WORD]
    return "w" + "".join(one if one.isascii() else f"u{ord(one):x}" for one in short)
