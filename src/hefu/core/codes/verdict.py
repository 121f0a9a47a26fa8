"""The verdict (查验结论): what the records show about a code, why, and since when.

It says no more than the records do. Checking changes no right; activation is another step. What the
first rule that applies decides, all reasons that hold explain. Reasons are stable codes with typed
details; the sentence is made later, in the reader's language.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from enum import StrEnum
from itertools import pairwise


class VerdictKind(StrEnum):
    """The answer in one word, in the order in which the rules apply."""

    TYPING_ERROR = "typing_error"
    UNKNOWN = "unknown"
    RECALLED = "recalled"
    VOID = "void"
    FROZEN = "frozen"
    LEAK = "leak"
    LOST = "lost"
    SUSPICIOUS = "suspicious"
    ACTIVATED_BY_YOU = "activated_by_you"
    GENUINE_FIRST = "genuine_first"
    GENUINE_AGAIN = "genuine_again"


class Reading(StrEnum):
    """How far the code itself could be read."""

    OPENED = "opened"
    TYPING_ERROR = "typing_error"
    UNKNOWN = "unknown"  # no code, or the seal does not open
    NEVER_ISSUED = "never_issued"  # opens to a serial beyond the batch


@dataclass(frozen=True, kw_only=True, slots=True)
class Check:
    """One check: when, from which device (a pseudonym), in which province or region, if known."""

    at: datetime
    device: str = ""
    region: str = ""


@dataclass(frozen=True, kw_only=True, slots=True)
class UnitFacts:
    """What the records hold about a unit when it is checked.

    ``recent`` are the earlier checks that velocity looks at, any order; ``first_check`` and
    ``earlier_checks`` cover all of them. Instants are aware.
    """

    reading: Reading = Reading.OPENED
    here: Check | None = None  # the check that asks
    recalled_at: datetime | None = None
    recall: str = ""  # reference of the notice
    voided_at: datetime | None = None
    frozen_at: datetime | None = None
    lost_at: datetime | None = None
    commissioned_at: datetime | None = None
    activated_at: datetime | None = None
    activated_by_viewer: bool = False
    first_check: Check | None = None
    earlier_checks: int = 0
    recent: tuple[Check, ...] = ()
    shipped_regions: tuple[str, ...] = ()  # where it was to be sold; empty: anywhere


@dataclass(frozen=True, kw_only=True)
class VelocityPolicy:
    """When a unit is in too many hands. A region counts by its first ``region_digits``."""

    window: timedelta = timedelta(days=30)
    devices: int = 8  # more are suspicious
    regions: int = 3  # more are suspicious
    travel: timedelta = timedelta(minutes=30)  # two provinces in less are suspicious
    grace: timedelta = timedelta(minutes=10)  # the same device checks again: a reload
    region_digits: int = 2  # GB/T 2260: the province


@dataclass(frozen=True, kw_only=True, slots=True)
class Reason:
    """Why: a stable code, since when, and what the sentence needs."""

    code: str
    since: datetime | None = None
    count: int | None = None
    place: str = ""
    reference: str = ""


@dataclass(frozen=True, kw_only=True, slots=True)
class Verdict:
    """The answer. ``internal`` is for the brand's own people and never for a consumer."""

    kind: VerdictKind
    reasons: tuple[Reason, ...] = ()
    internal: tuple[Reason, ...] = ()

    @property
    def since(self) -> datetime | None:
        """Since when the deciding reason holds."""
        return self.reasons[0].since if self.reasons else None

    def for_consumer(self) -> "Verdict":
        """Without what only the brand may see."""
        return replace(self, internal=())


DEFAULT_POLICY = VelocityPolicy()


def judge(facts: UnitFacts, policy: VelocityPolicy = DEFAULT_POLICY, *, now: datetime) -> Verdict:
    """Say what the records show about a unit at ``now``.

    A future recall, freeze and so on is not yet in force. A serial never issued is answered exactly
    as an unknown code, so that nobody learns how many there are.
    """
    if facts.reading is Reading.TYPING_ERROR:
        return Verdict(kind=VerdictKind.TYPING_ERROR, reasons=(Reason(code="typing_error"),))
    if facts.reading is not Reading.OPENED:
        return Verdict(kind=VerdictKind.UNKNOWN, reasons=(Reason(code="unknown"),))
    held = [(kind, reasons) for kind, reasons in _rules(facts, policy, now) if reasons]
    reasons = [reason for _, found in held for reason in found]
    reasons.extend(_activated(facts, now, by_viewer=False))
    return Verdict(
        kind=held[0][0], reasons=tuple(reasons), internal=tuple(_diversion(facts, policy))
    )


def _rules(
    facts: UnitFacts, policy: VelocityPolicy, now: datetime
) -> Iterator[tuple[VerdictKind, tuple[Reason, ...]]]:
    """Every rule with what it finds, the gravest first."""
    yield VerdictKind.RECALLED, _standing("recalled", facts.recalled_at, now, facts.recall)
    yield VerdictKind.VOID, _standing("void", facts.voided_at, now)
    yield VerdictKind.FROZEN, _standing("frozen", facts.frozen_at, now)
    yield VerdictKind.LEAK, _leak(facts, now)
    yield VerdictKind.LOST, _standing("lost", facts.lost_at, now)
    if facts.first_check or facts.recent:  # one check alone has no velocity
        yield VerdictKind.SUSPICIOUS, tuple(_suspicions(facts, policy, now))
    if facts.activated_by_viewer:
        yield VerdictKind.ACTIVATED_BY_YOU, _activated(facts, now, by_viewer=True)
    yield _seen(facts, policy, now)


def _standing(
    code: str, since: datetime | None, now: datetime, reference: str = ""
) -> tuple[Reason, ...]:
    if since is None or since > now:
        return ()
    return (Reason(code=code, since=since, reference=reference),)


def _leak(facts: UnitFacts, now: datetime) -> tuple[Reason, ...]:
    """A code that is checked before it was put on a product has got out."""
    if facts.commissioned_at is None or now < facts.commissioned_at:
        return (Reason(code="not_commissioned", since=facts.commissioned_at),)
    return ()


def _suspicions(facts: UnitFacts, policy: VelocityPolicy, now: datetime) -> Iterator[Reason]:
    first, commissioned = facts.first_check, facts.commissioned_at
    if first and commissioned and first.at < commissioned:
        yield Reason(code="checked_before_commissioning", since=first.at, place=first.region)
    checks = sorted(
        (
            check
            for check in (*facts.recent, *_here(facts))
            if now - policy.window < check.at <= now
        ),
        key=lambda check: check.at,
    )
    if not checks:
        return
    devices = {check.device for check in checks if check.device}
    if len(devices) > policy.devices:
        yield Reason(code="many_devices", since=checks[0].at, count=len(devices))
    regions = {_province(check, policy) for check in checks if check.region}
    if len(regions) > policy.regions:
        yield Reason(code="many_regions", since=checks[0].at, count=len(regions))
    yield from _travels(checks, policy)


def _travels(checks: Sequence[Check], policy: VelocityPolicy) -> Iterator[Reason]:
    """The first move between provinces that nobody can make in the time, if any."""
    placed = [check for check in checks if check.region]
    for before, after in pairwise(placed):
        apart = _province(before, policy) != _province(after, policy)
        if apart and after.at - before.at < policy.travel:
            yield Reason(
                code="impossible_travel",
                since=before.at,
                count=int((after.at - before.at).total_seconds()),
                place=f"{before.region}>{after.region}",
            )
            return


def _activated(facts: UnitFacts, now: datetime, *, by_viewer: bool) -> tuple[Reason, ...]:
    if facts.activated_by_viewer is not by_viewer:
        return ()
    return _standing("activated_by_you" if by_viewer else "activated", facts.activated_at, now)


def _seen(
    facts: UnitFacts, policy: VelocityPolicy, now: datetime
) -> tuple[VerdictKind, tuple[Reason, ...]]:
    """First check or not; a reload by the device that was first does not count."""
    first = facts.first_check
    since, place = (first.at, first.region) if first else (None, "")
    if not facts.earlier_checks or _is_reload(facts, policy, now):
        reason = Reason(code="first_check", since=since, place=place)
        return VerdictKind.GENUINE_FIRST, (reason,)
    again = Reason(code="checked_before", since=since, place=place, count=facts.earlier_checks)
    return VerdictKind.GENUINE_AGAIN, (again,)


def _is_reload(facts: UnitFacts, policy: VelocityPolicy, now: datetime) -> bool:
    first, here = facts.first_check, facts.here
    if first is None or here is None or not here.device or len(facts.recent) < facts.earlier_checks:
        return False
    devices = {check.device for check in (first, *facts.recent)}
    return devices == {here.device} and now - first.at <= policy.grace


def _diversion(facts: UnitFacts, policy: VelocityPolicy) -> Iterator[Reason]:
    """窜货: seen outside the regions it was shipped to. One sighting is no accusation."""
    if not facts.shipped_regions:
        return
    planned = {region[: policy.region_digits] for region in facts.shipped_regions}
    for check in _here(facts):
        if check.region and _province(check, policy) not in planned:
            yield Reason(code="outside_shipped_regions", since=check.at, place=check.region)


def _here(facts: UnitFacts) -> tuple[Check, ...]:
    return (facts.here,) if facts.here else ()


def _province(check: Check, policy: VelocityPolicy) -> str:
    return check.region[: policy.region_digits]
