"""Whether a template gives some text two readings: decided exactly, with the texts to show.

A template is a concatenation of finite languages, written as an automaton in which one path is one
reading. Two copies are walked in step over the same characters. If they can part and still both
accept, the template is ambiguous, and the walk spells a text; otherwise every text has at most one
reading. Cost: at most the square of the number of states.
"""

from collections import deque
from collections.abc import Iterable, Iterator, Sequence
from itertools import combinations_with_replacement, product

from hefu.core.codes.segments import Path

#: Two states, the smaller first, and whether the walks have parted.
_Pair = tuple[int, int, bool]

_ACCEPT = 0


class _Automaton:
    """States are numbers; ``edges[state][char]`` lists successors. State 0 accepts."""

    def __init__(self, languages: Sequence[Sequence[Path]]) -> None:
        self.edges: list[dict[str, list[int]]] = [{}]
        self.starts = [_ACCEPT]
        for language in reversed(languages):
            self.starts = [start for path in language for start in self._prepend(path, self.starts)]

    def _prepend(self, path: Path, after: list[int]) -> list[int]:
        for words in reversed(path):
            after = [self._trie(words, after)]
        return after

    def _trie(self, words: Iterable[str], after: list[int]) -> int:
        root = self._state()
        children: dict[tuple[int, str], int] = {}
        for word in sorted(words):
            state = root
            for char in word[:-1]:
                if (state, char) not in children:
                    children[state, char] = child = self._state()
                    self.edges[state].setdefault(char, []).append(child)
                state = children[state, char]
            self.edges[state].setdefault(word[-1], []).extend(after)
        return root

    def _state(self) -> int:
        self.edges.append({})
        return len(self.edges) - 1


def two_readings(languages: Sequence[Sequence[Path]]) -> Iterator[str]:
    """Spell texts that have two readings; none if every text has at most one.

    Args:
        languages: for each segment its paths; a path is a reading, so paths of a segment must be
            disjoint if they mean the same.
    """
    automaton = _Automaton(languages)
    starts = set(_pairs(automaton.starts, parted=False))
    useful = _useful(automaton, starts)
    stack = [("", pair) for pair in sorted(starts & useful, reverse=True)]
    while stack:
        text, pair = stack.pop()
        left, right, parted = pair
        if parted and left == right:  # together again: one ending is enough
            yield text + _ending(automaton, left)
            continue
        steps = [(text + char, after) for char, after in _steps(automaton, pair)]
        stack.extend(reversed([step for step in steps if step[1] in useful]))


def _ending(automaton: _Automaton, state: int) -> str:
    text = ""
    while state != _ACCEPT:
        char, targets = min(automaton.edges[state].items())
        text, state = text + char, targets[0]
    return text


def _useful(automaton: _Automaton, starts: Iterable[_Pair]) -> set[_Pair]:
    """Pairs that can be reached and from which two different readings can end."""
    before: dict[_Pair, list[_Pair]] = {pair: [] for pair in starts}
    queue = deque(before)
    while queue:
        pair = queue.popleft()
        for _, after in _steps(automaton, pair):
            if after not in before:
                before[after] = []
                queue.append(after)
            before[after].append(pair)
    goal = (_ACCEPT, _ACCEPT, True)
    useful = {goal} & before.keys()
    queue = deque(useful)
    while queue:
        for pair in before[queue.popleft()]:
            if pair not in useful:
                useful.add(pair)
                queue.append(pair)
    return useful


def _steps(automaton: _Automaton, pair: _Pair) -> Iterator[tuple[str, _Pair]]:
    left, right, parted = pair
    there = automaton.edges[right]
    for char, targets in automaton.edges[left].items():
        if left == right:
            for after in _pairs(targets, parted=parted):
                yield char, after
        else:
            for first, second in product(targets, there.get(char, ())):
                yield char, (min(first, second), max(first, second), parted)


def _pairs(states: Sequence[int], *, parted: bool) -> Iterator[_Pair]:
    """Both walks in one state may go on together or part: by place, not by name of the state."""
    for one, other in combinations_with_replacement(range(len(states)), 2):
        low, high = sorted((states[one], states[other]))
        yield low, high, parted or one != other
