"""Checks of codes (扫码查验), recorded many at a time and answered with a verdict each.

This is the hot path: all checks that wait share one transaction of a few statements, however many
they are. Unknown codes never come here; the throttle counts them. A unit that nobody ever touched
is met most often and costs least: an INSERT makes its row, and only for units that had one is
anything read. What is made once a scan is a tuple, because microseconds count.
"""

from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import Any, NamedTuple

from hefu.apps.audit.services import publish, record, service
from hefu.apps.identity.events import UnitSuspected
from hefu.apps.identity.rows import execute, execute_rows, given, instant, packed, stored
from hefu.apps.identity.selectors.codes import Reading, UnitRef
from hefu.apps.identity.selectors.states import Asked, Checked, Key, UnitState, facts_for, states_of
from hefu.apps.identity.services.traces import trace
from hefu.core.actor import Actor
from hefu.core.codes import Check, VelocityPolicy, Verdict, VerdictKind, judge

POLICY = VelocityPolicy()
_ROOM = 4096  # verdicts kept of a batch
RECENT = 32  # earlier checks of a unit that velocity looks at

_LOOKED = {
    "brand_id": "bigint", "batch_id": "bigint", "serial": "bigint", "looks": "integer",
    "region": "text",
}  # fmt: skip
_MAKE = """
    INSERT INTO identity_unit
        (first_scan_at, last_scan_at, brand_id, batch_id, serial, scan_count, first_scan_region)
    SELECT %s, %s, brand_id, batch_id, serial, looks, region FROM {given} WHERE true
    ON CONFLICT (batch_id, serial) DO NOTHING RETURNING id, batch_id, serial
    """
# an upsert, though the rows are there: unlike UPDATE ... FROM it locks them in the order given
_COUNT = """
    INSERT INTO identity_unit AS unit
        (first_scan_at, last_scan_at, brand_id, batch_id, serial, scan_count, first_scan_region)
    SELECT %s, %s, brand_id, batch_id, serial, looks, region FROM {given} WHERE true
    ON CONFLICT (batch_id, serial) DO UPDATE SET
        scan_count = unit.scan_count + excluded.scan_count,
        first_scan_region = CASE WHEN unit.first_scan_at IS NULL
            THEN excluded.first_scan_region ELSE unit.first_scan_region END,
        first_scan_at = COALESCE(unit.first_scan_at, excluded.first_scan_at),
        last_scan_at = excluded.last_scan_at
    RETURNING id, batch_id, serial, scan_count, first_scan_at, first_scan_region, suspicious_at
    """
_SCANNED = {
    "brand_id": "bigint", "unit_id": "bigint", "region": "text", "device": "text",
    "address": "text", "verdict": "text", "surface": "text",
}  # fmt: skip
_APPEND = """
    INSERT INTO identity_scan
        (at, brand_id, unit_id, region, device_key, address_key, verdict, surface)
    SELECT %s, brand_id, unit_id, region, device, address, verdict, surface FROM {given}
    """

_ALARMING = frozenset({VerdictKind.LEAK, VerdictKind.SUSPICIOUS})
_WORDS = {kind: kind.value for kind in VerdictKind}  # plain text, which databases take as it is


class Look(NamedTuple):
    """One check of a code that was recognised.

    ``device`` and ``address`` may be whatever tells devices and addresses apart: only keyed marks
    of them are kept. ``region`` is GB/T 2260, a city at the finest, or empty.
    """

    unit: UnitRef
    device: str = ""
    address: str = ""
    region: str = ""
    member_id: int | None = None
    surface: str = "edge"


class Seen(NamedTuple):
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
    suspicious: bool = False


@dataclass(kw_only=True, slots=True)
class _Group:
    """Looks that wait together, counted by unit, and what the database said of these units."""

    now: datetime
    at: Any  # now, as the database stores it
    counted: dict[Key, tuple[Any, ...]]  # a row of ``_LOOKED``, which the statements take
    marked: set[int]  # batches with marks on single units
    fresh: dict[Key, int] = field(default_factory=dict)  # rows made now, with nothing on record
    touched: dict[Key, _Touched] = field(default_factory=dict)  # all others


@service
def record_looks(actor: Actor, *, looks: Sequence[Look], now: datetime) -> list[Seen]:
    """Record a group of up to ``rows.MOST`` checks and judge each, in their order.

    Safe to race: first checks of one unit, in one group or in two, are told apart by the row's own
    counter. Nothing is answered for a group that could not be written.

    Raises:
        ValueError: a look by a number that proves nothing (``Reading.EXTERNAL``), or whose region
            or surface is too long; too many looks.
    """
    if not looks:
        return []
    group = _counted(looks, now)
    _touch(group)
    seen = _judge_all(looks, group)
    _append(looks, seen, group)
    if any(answer.verdict.kind in _ALARMING for answer in seen):
        _alarm(actor, seen, group.touched, now)
    return seen


def _counted(looks: Sequence[Look], now: datetime) -> _Group:
    counted: dict[Key, tuple[Any, ...]] = {}
    marked: set[int] = set()
    for unit, _device, _address, region, _member, surface in looks:
        batch, serial, reading = unit
        if reading is Reading.EXTERNAL:
            raise ValueError("an external serial is no proof that somebody saw the code")
        if len(region) > 6 or len(surface) > 12:
            raise ValueError(f"region {region!r} or surface {surface!r} too long")
        pk = batch.pk
        key = (pk, serial)
        if key in counted:
            *about, looked, first_region = counted[key]
            counted[key] = (*about, looked + 1, first_region)
            continue
        counted[key] = (batch.brand_id, pk, serial, 1, region)
        if batch.has_singles:
            marked.add(pk)
    return _Group(now=now, at=stored(now), counted=counted, marked=marked)


def _touch(group: _Group) -> None:
    """Make rows for units seen the first time; count the looks at the others."""
    at, counted = group.at, group.counted
    # one order for all groups: two that share units wait for each other, never in a circle
    keys = sorted(counted)
    made = execute_rows(_MAKE, _LOOKED, [counted[key] for key in keys], (at, at))
    for unit_id, batch_id, serial in made:
        key = (batch_id, serial)
        if counted[key][3] == 1 and batch_id not in group.marked:
            group.fresh[key] = unit_id
        else:
            first = Check(at=group.now, region=counted[key][4])
            group.touched[key] = _Touched(unit_id=unit_id, checks=0, first=first)
    if len(made) == len(keys):
        return
    old = [counted[key] for key in keys if key not in group.fresh and key not in group.touched]
    for unit_id, batch_id, serial, count, first_at, region, suspicious in execute_rows(
        _COUNT, _LOOKED, old, (at, at)
    ):
        key = (batch_id, serial)
        group.touched[key] = _Touched(
            unit_id=unit_id, checks=count - counted[key][3],
            first=Check(at=instant(first_at), region=region), suspicious=suspicious is not None,
        )  # fmt: skip


def _judge_all(looks: Sequence[Look], group: _Group) -> list[Seen]:
    """Judge each look.

    Units of one stretch of a batch that nothing ever happened to differ in nothing that the judge
    looks at, so a group judges the first of them for all.
    """
    now, fresh, touched = group.now, group.fresh, group.touched
    asked = [
        Asked(key=key, unit_id=unit.unit_id, checked=unit.checks > 0)
        for key, unit in touched.items()
    ]
    since = now - POLICY.window
    states = states_of(asked, since=since, limit=RECENT) if asked else {}
    alike: dict[tuple[int, int, str], Verdict] = {}
    seen: list[Seen] = []
    for look in looks:
        batch, serial, _reading = look.unit
        key = (batch.pk, serial)
        unit_id = fresh.get(key)
        if unit_id is None:
            seen.append(_judge(look, touched[key], states[key], now))
            continue
        like = (batch.pk, batch.marks.stretch(serial), look.region)
        verdict = alike.get(like)
        if verdict is None:
            alike[like] = verdict = _untouched(look, now)
        seen.append(Seen(look.unit, unit_id, verdict, 1, now, look.region, None))
    return seen


def _untouched(look: Look, now: datetime) -> Verdict:
    """Judge a unit that nothing ever happened to.

    Once all marks of its batch are in force time changes nothing, so the next group need not ask.
    """
    batch, marks = look.unit.batch, look.unit.batch.marks
    like = (marks.stretch(look.unit.serial), look.region)
    settled = batch.burned_at is None and now >= marks.settled_at
    verdict: Verdict | None = marks.untouched.get(like) if settled else None
    if verdict is None:
        verdict = _judged(look, _check(look, now), None, UnitState(), now)
        if settled and not verdict.internal:  # which says when it was seen
            if len(marks.untouched) >= _ROOM:
                marks.untouched.clear()
            marks.untouched[like] = verdict
    return verdict


def _check(look: Look, now: datetime) -> Check:
    device = trace("device", look.device, brand_id=look.unit.batch.brand_id)
    return Check(at=now, device=device, region=look.region)


def _judge(look: Look, unit: _Touched, state: UnitState, now: datetime) -> Seen:
    """Judge one look and count it among the earlier ones of the next."""
    here = _check(look, now)
    verdict = _judged(look, here, unit, state, now)
    state.recent.append(here)
    unit.checks += 1
    return Seen(
        look.unit, unit.unit_id, verdict, unit.checks, unit.first.at, unit.first.region,
        state.activated_at,
    )  # fmt: skip


def _judged(
    look: Look, here: Check, unit: _Touched | None, state: UnitState, now: datetime
) -> Verdict:
    first = unit.first if unit and unit.checks else None
    if unit and first and len(state.recent) == unit.checks:
        # all earlier checks are at hand, so the first one's device is known too
        first = min(state.recent, key=lambda check: check.at)
    checked = Checked(here=here, first=first, earlier=unit.checks if unit else 0)
    facts = facts_for(
        look.unit.batch, look.unit.serial, state, member_id=look.member_id, checked=checked
    )
    return judge(facts, POLICY, now=now)


def _append(looks: Sequence[Look], seen: Sequence[Seen], group: _Group) -> None:
    rows = []
    for look, answer in zip(looks, seen, strict=True):
        unit, device, address, region, _member, surface = look
        brand_id = unit.batch.brand_id
        rows.append((
            brand_id, answer.unit_id, region, trace("device", device, brand_id=brand_id),
            trace("address", address, brand_id=brand_id), _WORDS[answer.verdict.kind], surface,
        ))  # fmt: skip
    execute_rows(_APPEND, _SCANNED, rows, (group.at,))


def _alarm(actor: Actor, seen: Sequence[Seen], touched: dict[Key, _Touched], now: datetime) -> None:
    """Tell of units that a rule finds fault with, each once in its life."""
    alarming = {
        answer.unit_id: answer
        for answer in reversed(seen)  # the first alarming look of a unit tells its reason
        if answer.verdict.kind in _ALARMING and not _is_known(touched.get(answer.unit.key))
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


def _is_known(unit: _Touched | None) -> bool:
    """Whether the unit was found suspicious before."""
    return unit is not None and unit.suspicious
