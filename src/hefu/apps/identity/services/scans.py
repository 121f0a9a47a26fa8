"""Checks of codes (扫码查验), recorded many at a time and answered with a verdict each.

This is the hot path: all checks that wait share one transaction of three statements, however many
they are. Unknown codes never come here; the throttle counts them.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

from hefu.apps.audit.services import publish, record, service
from hefu.apps.identity.events import UnitSuspected
from hefu.apps.identity.rows import execute, given, instant, packed, stored
from hefu.apps.identity.selectors.codes import Reading, UnitRef
from hefu.apps.identity.selectors.states import Asked, Checked, Key, UnitState, facts_for, states_of
from hefu.apps.identity.services.traces import trace
from hefu.core.actor import Actor
from hefu.core.codes import Check, VelocityPolicy, Verdict, VerdictKind, judge

POLICY = VelocityPolicy()
RECENT = 32  # earlier checks of a unit that velocity looks at

_LOOKED = {
    "brand_id": "bigint", "batch_id": "bigint", "serial": "bigint", "looks": "integer",
    "region": "text",
}  # fmt: skip
_SCANNED = {
    "brand_id": "bigint", "unit_id": "bigint", "region": "text", "device": "text",
    "address": "text", "verdict": "text", "surface": "text",
}  # fmt: skip

_ALARMING = frozenset({VerdictKind.LEAK, VerdictKind.SUSPICIOUS})


@dataclass(frozen=True, kw_only=True, slots=True)
class Look:
    """One check of a code that was recognised.

    ``device`` and ``address`` may be whatever tells devices and addresses apart: only keyed marks
    of them are kept. ``region`` is GB/T 2260, a city at the finest, or empty.

    Raises:
        ValueError: the region or the surface is too long.
    """

    unit: UnitRef
    device: str = ""
    address: str = ""
    region: str = ""
    member_id: int | None = None
    surface: str = "edge"

    def __post_init__(self) -> None:
        if len(self.region) > 6 or len(self.surface) > 12:
            raise ValueError(f"region {self.region!r} or surface {self.surface!r} too long")


@dataclass(frozen=True, kw_only=True, slots=True)
class Seen:
    """The answer to one look: the verdict, and what a page wants to say beside it."""

    unit: UnitRef
    unit_id: int
    verdict: Verdict
    checks: int  # this one included
    first_check_at: datetime
    first_check_region: str
    activated_at: datetime | None


@dataclass(kw_only=True, slots=True)
class _Touched:
    """A unit of the group as the database has it now; ``checks`` grows as looks are judged."""

    unit_id: int
    checks: int  # before this group
    first: Check
    suspicious: bool


@service
def record_looks(actor: Actor, *, looks: Sequence[Look], now: datetime) -> list[Seen]:
    """Record a group of checks and judge each, in their order.

    Safe to race: first checks of one unit, in one group or in two, are told apart by the row's own
    counter. Nothing is answered for a group that could not be written.

    Raises:
        ValueError: a look by a number that proves nothing (``Reading.EXTERNAL``).
    """
    if not looks:
        return []
    if any(look.unit.reading is Reading.EXTERNAL for look in looks):
        raise ValueError("an external serial is no proof that somebody saw the code")
    checks = [
        Check(at=now, device=trace("device", look.device, brand_id=look.unit.brand_id),
              region=look.region)
        for look in looks
    ]  # fmt: skip
    touched = _touch(looks, now)
    asked = [
        Asked(key=key, unit_id=unit.unit_id, checked=unit.checks > 0)
        for key, unit in touched.items()
    ]
    states = states_of(asked, since=now - POLICY.window, limit=RECENT)
    alike: dict[tuple[int, int, str], Verdict] = {}
    seen = [
        _judge(look, check, touched[look.unit.key], states[look.unit.key], alike=alike, now=now)
        for look, check in zip(looks, checks, strict=True)
    ]
    _insert(looks, checks, seen, now)
    _alarm(actor, seen, touched, now)
    return seen


def _touch(looks: Sequence[Look], now: datetime) -> dict[Key, _Touched]:
    """Count the looks on their units, making rows for those seen the first time."""
    rows: dict[Key, dict[str, Any]] = {}
    for look in looks:
        unit = look.unit
        row = rows.get(unit.key)
        if row is None:
            rows[unit.key] = row = {
                "brand_id": unit.brand_id, "batch_id": unit.batch_id, "serial": unit.serial,
                "looks": 0, "region": look.region,
            }  # fmt: skip
        row["looks"] += 1
    at = stored(now)
    found = execute(
        f"""
        INSERT INTO identity_unit AS unit
            (brand_id, batch_id, serial, scan_count, first_scan_at, first_scan_region, last_scan_at)
        SELECT brand_id, batch_id, serial, looks, %s, region, %s FROM {given(_LOOKED)} WHERE true
        ON CONFLICT (batch_id, serial) DO UPDATE SET
            scan_count = unit.scan_count + excluded.scan_count,
            first_scan_region = CASE WHEN unit.first_scan_at IS NULL
                THEN excluded.first_scan_region ELSE unit.first_scan_region END,
            first_scan_at = COALESCE(unit.first_scan_at, excluded.first_scan_at),
            last_scan_at = excluded.last_scan_at
        RETURNING id, batch_id, serial, scan_count, first_scan_at, first_scan_region, suspicious_at
        """,  # noqa: S608  (our own column names)
        # one order for all groups: two that share units wait for each other, never in a circle
        [at, at, packed(rows[key] for key in sorted(rows))],
    )
    return {
        (batch_id, serial): _Touched(
            unit_id=unit_id, checks=count - rows[batch_id, serial]["looks"],
            first=Check(at=instant(first_at), region=region), suspicious=suspicious is not None,
        )
        for unit_id, batch_id, serial, count, first_at, region, suspicious in found
    }  # fmt: skip


def _judge(
    look: Look, here: Check, unit: _Touched, state: UnitState, *,
    alike: dict[tuple[int, int, str], Verdict], now: datetime,
) -> Seen:  # fmt: skip
    """Judge one look and count it among the earlier ones of the next.

    Units of one stretch of a batch that nothing ever happened to differ in nothing that the judge
    looks at, so a group judges the first of them for all.
    """
    batch = look.unit.batch
    like = (batch.pk, batch.marks.stretch(look.unit.serial), look.region)
    fresh = not (unit.checks or state.marks or state.activated_at or look.member_id)
    verdict = alike.get(like) if fresh else None
    if verdict is None:
        verdict = _judged(look, here, unit, state, now)
        if fresh:
            alike[like] = verdict
    state.recent.append(here)
    unit.checks += 1
    return Seen(
        unit=look.unit, unit_id=unit.unit_id, verdict=verdict, checks=unit.checks,
        first_check_at=unit.first.at, first_check_region=unit.first.region,
        activated_at=state.activated_at,
    )  # fmt: skip


def _judged(look: Look, here: Check, unit: _Touched, state: UnitState, now: datetime) -> Verdict:
    first = unit.first
    if unit.checks and len(state.recent) == unit.checks:
        # all earlier checks are at hand, so the first one's device is known too
        first = min(state.recent, key=lambda check: check.at)
    checked = Checked(here=here, first=first if unit.checks else None, earlier=unit.checks)
    facts = facts_for(
        look.unit.batch, look.unit.serial, state, member_id=look.member_id, checked=checked
    )
    return judge(facts, POLICY, now=now)


def _insert(
    looks: Sequence[Look], checks: Sequence[Check], seen: Sequence[Seen], now: datetime
) -> None:
    execute(
        f"""
        INSERT INTO identity_scan
            (brand_id, unit_id, at, region, device_key, address_key, verdict, surface)
        SELECT brand_id, unit_id, %s, region, device, address, verdict, surface
        FROM {given(_SCANNED)}
        """,  # noqa: S608  (our own column names)
        [
            stored(now),
            packed(
                {
                    "brand_id": look.unit.brand_id, "unit_id": answer.unit_id,
                    "region": look.region, "device": check.device,
                    "address": trace("address", look.address, brand_id=look.unit.brand_id),
                    "verdict": answer.verdict.kind.value, "surface": look.surface,
                }
                for look, check, answer in zip(looks, checks, seen, strict=True)
            ),
        ],
    )  # fmt: skip


def _alarm(actor: Actor, seen: Sequence[Seen], touched: dict[Key, _Touched], now: datetime) -> None:
    """Tell of units that a rule finds fault with, each once in its life."""
    alarming = {
        answer.unit_id: answer
        for answer in reversed(seen)  # the first alarming look of a unit tells its reason
        if answer.verdict.kind in _ALARMING and not touched[answer.unit.key].suspicious
    }
    if not alarming:
        return
    fresh = execute(
        f"""
        UPDATE identity_unit SET suspicious_at = %s
        WHERE suspicious_at IS NULL AND id IN (SELECT id FROM {given({"id": "bigint"})})
        RETURNING id
        """,  # noqa: S608  (our own column names)
        [stored(now), packed({"id": unit_id} for unit_id in sorted(alarming))],
    )
    for (unit_id,) in fresh:
        answer = alarming[unit_id]
        reason = answer.verdict.reasons[0].code
        brand = replace(actor, brand_id=answer.unit.brand_id)
        record(brand, "identity.unit_suspected", f"identity.unit:{unit_id}", now=now, reason=reason)
        event = UnitSuspected(brand_id=answer.unit.brand_id, unit_id=unit_id, reason=reason)
        publish(event, now=now)
