"""Does a value fit its application identifier (应用标识符)?

Each identifier is compiled once into a pattern (lengths and characters) and a few linters with the
slices they look at; only the last part of a value may vary in length, so the slices are fixed. A
value that fits costs one pattern match and its linters; only one that does not is taken apart to
say where and why.
"""

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from types import MappingProxyType

from hefu.core.gs1.checks import has_check_digit
from hefu.core.gs1.errors import InvalidValue
from hefu.core.gs1.linters import LINTERS, Lapse, check
from hefu.core.gs1.tables import CHARACTER_SETS, IDENTIFIER_LENGTHS, IDENTIFIERS, Identifier, Part

_CHARACTER_LINTERS = {"n": "csetnumeric", "x": "cset82", "y": "cset39", "z": "cset64"}
#: Linters that say nothing without a register of company prefixes.
_UNASKED = frozenset({"gcppos1", "gcppos2"})
#: Whether a text passes.
Test = Callable[[str], bool]
#: An identifier nobody knows holds up to ninety characters of set 82.
_ANYTHING = (Part(kind="x", least=1, most=90, linters=(), optional=False),)


@dataclass(frozen=True, slots=True)
class Checker:
    """A compiled identifier: ``fits`` is the fast answer, ``lapse`` the full one."""

    ai: str
    identifier: Identifier
    fixed: int  # characters of a value that needs no separator after it, else 0
    pattern: re.Pattern[str]
    checks: tuple[tuple[slice | None, Test], ...]  # None: the whole value

    def fits(self, value: str) -> bool:
        """Whether ``value`` obeys the identifier's format and linters."""
        if self.pattern.fullmatch(value) is None:
            return False
        for where, test in self.checks:
            part = value[where] if where else value
            if part and not test(part):
                return False
        return True

    def lapse(self, value: str) -> Lapse | None:
        """What is wrong with ``value`` and where, or None."""
        identifier = self.identifier
        if len(value) < identifier.least:
            return Lapse("value_too_short", 0, len(value))
        if len(value) > identifier.most:
            return Lapse("value_too_long", identifier.most, len(value))
        at = 0
        for part in identifier.parts:
            text = value[at : at + part.most]
            if not text and part.optional:
                continue
            if len(text) < part.least:
                return Lapse("incorrect_length", at, len(value))
            for name in (_CHARACTER_LINTERS[part.kind], *part.linters):
                if found := check(name, text):
                    return found.moved(at)
            at += len(text)
        return None

    def verify(self, value: str, position: int) -> None:
        """Accept ``value``, which begins at ``position`` of the text given.

        Raises:
            InvalidValue: with identifier, rule and place.
        """
        if self.fits(value):
            return
        lapse = self.lapse(value) or Lapse("invalid_value", 0, len(value))
        raise InvalidValue(
            ai=self.ai,
            rule=lapse.rule,
            position=position + lapse.start,
            length=lapse.end - lapse.start,
            value_position=lapse.start,
        )


def _compiled(identifier: Identifier) -> Checker:
    pattern = ""
    checks: list[tuple[slice | None, Test]] = []
    at = 0
    for part in identifier.parts:
        size = f"{{{part.least},{part.most}}}" if part.least != part.most else f"{{{part.most}}}"
        text = CHARACTER_SETS[part.kind] + size
        pattern += f"(?:{text})?" if part.optional else text
        names = ("cset64", *part.linters) if part.kind == "z" else part.linters
        where = slice(at, at + part.most) if len(identifier.parts) > 1 else None
        checks += [(where, _test(name)) for name in names if name not in _UNASKED]
        at += part.most
    return Checker(
        ai=identifier.ai,
        identifier=identifier,
        fixed=0 if identifier.separated else identifier.most,
        pattern=re.compile(pattern),
        checks=tuple(checks),
    )


def _test(name: str) -> Test:
    """The linter ``name`` as yes or no, for a text whose characters and length are right."""
    if name == "csum":
        return has_check_digit
    if name in LINTERS:
        linter = LINTERS[name]
        return lambda text: linter(text) is None
    return lambda text: check(name, text) is None


#: The compiled checker of every known identifier.
CHECKERS: Mapping[str, Checker] = MappingProxyType(
    {ai: _compiled(identifier) for ai, identifier in IDENTIFIERS.items()}
)


def unknown_checker(ai: str) -> Checker | None:
    """A lenient checker for an identifier that is not in the table.

    None if ``ai`` cannot be one: not two to four digits, or of another length than the identifiers
    known to begin like it.
    """
    if not (ai.isascii() and ai.isdigit() and 2 <= len(ai) <= 4):
        return None
    if IDENTIFIER_LENGTHS.get(ai[:2], len(ai)) != len(ai):
        return None
    return _compiled(
        Identifier(
            ai=ai,
            title="",
            parts=_ANYTHING,
            separated=True,
            attribute=False,
            requires=(),
            excludes=(),
            primary_key=False,
            qualifiers=(),
        )
    )
