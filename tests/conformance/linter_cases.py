"""The linters against the test cases of their reference implementation.

A case: ``linter``, ``input``, ``valid``; if invalid ``error`` (name of the reference) and
``highlight`` (the input with stars around what is wrong).
"""

from pathlib import Path
from typing import Any

from hefu.core.gs1 import linters
from tests.conformance.reporting import Tally, cases, say

#: The reference tests company prefixes against a register of its own that refuses one prefix, or
#: cannot be asked; we are handed the same register.
_REGISTER_RULES = {
    "GS1_LINTER_GCP_DATASOURCE_OFFLINE": "gcp_datasource_offline",
    "GS1_LINTER_INVALID_GCP_PREFIX": "invalid_gcp_prefix",
}
#: A slip of the pen in the reference.
_SPELLINGS = {"GS1_LINTER_COUPON_INVALID_EXIPIRATION_DATE": "coupon_invalid_expiration_date"}
_MOST_PREFIXES = 4


def _answers(case: dict[str, Any]) -> list[linters.Lapse | None]:
    """Our answers: one, or one for each prefix that the register could have refused."""
    name, text, rule = case["linter"], case["input"], _REGISTER_RULES.get(case.get("error", ""))
    if rule is None:
        return [linters.check(name, text)]

    def refuse(nth: int) -> linters.Lapse | None:
        asked: list[str] = []

        def register(digits: str) -> str | None:
            asked.append(digits)
            return rule if len(asked) == nth else None

        return linters.check(name, text, prefix_check=register)

    return [answer for nth in range(1, _MOST_PREFIXES + 1) if (answer := refuse(nth))] or [None]


def _described(case: dict[str, Any], lapse: linters.Lapse | None) -> str:
    if lapse is None:
        return "valid"
    text = case["input"]
    marked = f"{text[: lapse.start]}*{text[lapse.start : lapse.end]}*{text[lapse.end :]}"
    return f"invalid: {lapse.rule} {marked}"


def _expected(case: dict[str, Any]) -> str:
    if case["valid"]:
        return "valid"
    rule = _SPELLINGS.get(case["error"], case["error"].removeprefix("GS1_LINTER_").lower())
    return f"invalid: {rule} {case['highlight']}"


def disagreement(case: dict[str, Any]) -> str | None:
    """Our answer where it differs in verdict, rule or place."""
    answers = [_described(case, lapse) for lapse in _answers(case)]
    return None if _expected(case) in answers else answers[0]


def run(path: Path) -> bool:
    """Compare verdicts; rules and places are compared too and counted apart."""
    tally = Tally()
    reasons = 0
    for case in cases(path):
        ours = _described(case, _answers(case)[0])
        verdict = (ours == "valid") == case["valid"]
        tally.note(
            f"{case['linter']}({case['input']!r})",
            theirs=_expected(case),
            ours=ours,
            agreed=verdict,
        )
        if verdict and (other := disagreement(case)):
            reasons += 1
            say(f"{case['linter']}({case['input']!r})\n  {_expected(case)}\n  {other}")
    say(f"{reasons} refused for another reason or place")
    return tally.finish()
