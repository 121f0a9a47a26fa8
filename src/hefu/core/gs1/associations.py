"""Which identifiers need, exclude or contradict which others (标识符组合规则).

Sources: GS1 General Specifications, section 4.14 (mandatory and invalid pairs), as the Syntax
Dictionary states them; a digital signature (8030) needs a serialised key.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache

from hefu.core.gs1.errors import InvalidCombination
from hefu.core.gs1.tables import IDENTIFIERS, matching

#: Keys whose serial part is optional, and the length they have without one.
_UNSERIALISED = {"253": 13, "255": 13, "8003": 14}


@dataclass(frozen=True, slots=True)
class _Needs:
    """The compiled relations of one identifier."""

    excluded: frozenset[str]
    required: tuple[tuple[tuple[frozenset[str], ...], ...], ...]
    wording: tuple[str, ...]  # each requirement as the dictionary words it


def _compiled(ai: str) -> _Needs:
    identifier = IDENTIFIERS[ai]
    excluded = frozenset().union(*(matching(pattern) for pattern in identifier.excludes))
    return _Needs(
        excluded=excluded - {ai},
        required=tuple(
            tuple(tuple(matching(pattern) for pattern in group) for group in requirement)
            for requirement in identifier.requires
        ),
        wording=tuple(
            ",".join("+".join(group) for group in requirement)
            for requirement in identifier.requires
        ),
    )


_NEEDS = {ai: _compiled(ai) for ai in IDENTIFIERS}


@lru_cache(maxsize=4096)
def _refusal(ais: tuple[str, ...]) -> tuple[str, str, str] | None:
    """The first broken relation among ``ais`` as (rule, identifier, other).

    Messages of one shape come in thousands, so the answer is remembered by shape.
    """
    present = frozenset(ais)
    for ai in ais:
        if (needs := _NEEDS.get(ai)) and (met := needs.excluded & present):
            return "excluded_pair", ai, min(met)
    for ai in ais:
        if (needs := _NEEDS.get(ai)) is None:
            continue
        for requirement, wording in zip(needs.required, needs.wording, strict=True):
            if not any(all(choice & present for choice in group) for group in requirement):
                return "required_missing", ai, wording
    return None


def verify(ais: Sequence[str], values: Sequence[str]) -> None:
    """Accept a message of identifiers ``ais`` with ``values``, in the same order.

    Raises:
        InvalidCombination: naming the identifier, the rule and the other one.
    """
    if refusal := _refusal(tuple(ais)):
        rule, ai, other = refusal
        raise InvalidCombination(ai=ai, rule=rule, other=other)
    if len(set(ais)) != len(ais):
        _verify_repeats(ais, values)
    if "8030" in ais:
        _verify_signed(dict(zip(ais, values, strict=True)))


def _verify_repeats(ais: Sequence[str], values: Sequence[str]) -> None:
    seen: dict[str, str] = {}
    for ai, value in zip(ais, values, strict=True):
        if seen.setdefault(ai, value) != value:
            raise InvalidCombination(ai=ai, rule="repeated_with_other_value", other=ai)


def _verify_signed(values: dict[str, str]) -> None:
    for ai, length in _UNSERIALISED.items():
        if len(values.get(ai, "")) == length:
            raise InvalidCombination(ai="8030", rule="signature_needs_serial", other=ai)
