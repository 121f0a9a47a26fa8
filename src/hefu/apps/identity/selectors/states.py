"""What the records say of single units right now (单品状态): marks, owner, recent checks.

One indexed read however many units; marks on ranges come from the batch's facts.
"""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from django.db import connection

from hefu.apps.identity.models import Mark
from hefu.apps.identity.rows import execute, given, instant, packed, stored
from hefu.apps.identity.selectors.batches import BatchFacts
from hefu.core.codes import Check, UnitFacts

Key = tuple[int, int]  # batch, serial


@dataclass(frozen=True, kw_only=True, slots=True)
class Standing:
    """One live mark on a unit, whether set on it alone or on a range around it."""

    kind: str  # Mark.Kind
    at: datetime
    region: str
    reason: str
    channel_id: int | None
    organisation_id: int | None


@dataclass(kw_only=True, slots=True)
class UnitState:
    """What is on record about one unit alone."""

    marks: list[Standing] = field(default_factory=list)
    activation_id: int | None = None
    activated_at: datetime | None = None
    member_id: int | None = None  # who has it activated
    recent: list[Check] = field(default_factory=list)


@dataclass(frozen=True, kw_only=True, slots=True)
class Asked:
    """A unit to read about; ``checked`` if it may have earlier checks worth reading."""

    key: Key
    unit_id: int
    checked: bool = False


_COLUMNS = {"unit_id": "bigint", "batch_id": "bigint", "serial": "bigint", "checked": "integer"}

_MARKS_AND_OWNERS = """
    SELECT 1, mark.batch_id, mark.first, mark.kind, mark.at, mark.region, mark.reason,
        mark.channel_id, mark.organisation_id
    FROM asked JOIN identity_mark AS mark ON mark.batch_id = asked.batch_id
        AND mark.single = true AND mark.first = asked.serial AND mark.lifted_at IS NULL
    UNION ALL
    SELECT 2, owned.unit_id, owned.id, '', owned.at, '', '', owned.member_id, NULL
    FROM asked JOIN identity_activation AS owned
        ON owned.unit_id = asked.unit_id AND owned.ended_at IS NULL"""

#: The newest checks of each unit; the databases differ in how they stop after a few.
_CHECKS = {
    "postgresql": """
    UNION ALL
    SELECT 3, asked.unit_id, NULL, scan.device_key, scan.at, scan.region, '', NULL, NULL
    FROM asked JOIN LATERAL (
        SELECT at, region, device_key FROM identity_scan
        WHERE unit_id = asked.unit_id AND at > %s ORDER BY at DESC LIMIT %s
    ) AS scan ON true WHERE asked.checked = 1""",
    "sqlite": """
    UNION ALL
    SELECT 3, asked.unit_id, NULL, scan.device_key, scan.at, scan.region, '', NULL, NULL
    FROM asked JOIN identity_scan AS scan ON scan.id IN (
        SELECT id FROM identity_scan
        WHERE unit_id = asked.unit_id AND at > %s ORDER BY at DESC LIMIT %s
    ) WHERE asked.checked = 1""",
}


def states_of(
    asked: Sequence[Asked], *, since: datetime | None = None, limit: int = 0
) -> dict[Key, UnitState]:
    """The state of each unit, with at most ``limit`` of its checks after ``since``. One query."""
    found = {one.key: UnitState() for one in asked}
    keys = {one.unit_id: one.key for one in asked}
    for what, a, b, text, at, region, reason, c, d in _read(asked, since, limit):
        if what == 1:
            found[a, b].marks.append(
                Standing(
                    kind=text, at=instant(at), region=region, reason=reason, channel_id=c,
                    organisation_id=d,
                )
            )  # fmt: skip
        elif what == 2:
            state = found[keys[a]]
            state.activation_id, state.activated_at, state.member_id = b, instant(at), c
        else:
            check = Check(at=instant(at), device=text, region=region)
            found[keys[a]].recent.append(check)
    return found


def _read(asked: Sequence[Asked], since: datetime | None, limit: int) -> list[tuple[Any, ...]]:
    sql = f"WITH asked AS (SELECT * FROM {given(_COLUMNS)}){_MARKS_AND_OWNERS}"  # noqa: S608
    params: list[Any] = [
        packed(
            {
                "unit_id": one.unit_id, "batch_id": one.key[0], "serial": one.key[1],
                "checked": int(one.checked),
            }
            for one in asked
        )
    ]  # fmt: skip
    if since is not None and any(one.checked for one in asked):
        sql += _CHECKS[connection.vendor]
        params += [stored(since), limit]
    return execute(sql, params)


def standings_of(batch: BatchFacts, serial: int, state: UnitState) -> list[Standing]:
    """Every live mark on a unit, oldest first: those on ranges and its own."""
    bulk = [
        Standing(
            kind=mark.kind, at=mark.at, region=mark.region, reason=mark.reason,
            channel_id=mark.channel_id, organisation_id=mark.organisation_id,
        )
        for mark in batch.marks.at(serial)
    ]  # fmt: skip
    if not state.marks:
        return bulk
    return sorted(bulk + state.marks, key=lambda mark: mark.at)


@dataclass(frozen=True, kw_only=True, slots=True)
class Checked:
    """The checks of a unit as its own row counts them, and the one that asks."""

    here: Check | None = None
    first: Check | None = None
    earlier: int = 0


UNCHECKED = Checked()


@dataclass(frozen=True, kw_only=True, slots=True)
class _Stations:
    """What the marks on a unit come to."""

    recalled_at: datetime | None
    recall: str
    voided_at: datetime | None
    frozen_at: datetime | None
    lost_at: datetime | None
    commissioned_at: datetime | None
    regions: tuple[str, ...]


def facts_for(
    batch: BatchFacts,
    serial: int,
    state: UnitState,
    *,
    member_id: int | None = None,
    checked: Checked = UNCHECKED,
) -> UnitFacts:
    """What the judge needs about a unit.

    A burned key makes its codes worth nothing: its units are frozen from then on.
    """
    stations = _stations(batch, serial, state)
    return UnitFacts(
        here=checked.here,
        recalled_at=stations.recalled_at,
        recall=stations.recall,
        voided_at=stations.voided_at,
        frozen_at=stations.frozen_at,
        lost_at=stations.lost_at,
        commissioned_at=stations.commissioned_at,
        activated_at=state.activated_at,
        activated_by_viewer=member_id is not None and member_id == state.member_id,
        first_check=checked.first,
        earlier_checks=checked.earlier,
        recent=tuple(state.recent),
        shipped_regions=stations.regions,
    )


def _stations(batch: BatchFacts, serial: int, state: UnitState) -> _Stations:
    """Units without marks of their own are alike over a whole stretch of the batch."""
    if state.marks:
        return _reached(batch, standings_of(batch, serial, state))
    stretch = batch.marks.stretch(serial)
    known: _Stations | None = batch.marks.memo.get(stretch)
    if known is None:
        known = batch.marks.memo[stretch] = _reached(batch, standings_of(batch, serial, state))
    return known


def _reached(batch: BatchFacts, standings: Sequence[Standing]) -> _Stations:
    first: dict[str, Standing] = {}
    regions: tuple[str, ...] = ()
    for mark in standings:
        first.setdefault(mark.kind, mark)
        if mark.kind == Mark.Kind.SHIPPED:  # the newest shipment counts
            regions = (mark.region,) if mark.region else ()
    recall, frozen = first.get(Mark.Kind.RECALLED), _at(first, Mark.Kind.FROZEN)
    stops = [at for at in (frozen, batch.burned_at) if at is not None]
    put_on = (_at(first, Mark.Kind.COMMISSIONED), _at(first, Mark.Kind.SHIPPED))
    made = [at for at in put_on if at is not None]  # what was shipped is on a product
    return _Stations(
        recalled_at=recall.at if recall else None,
        recall=recall.reason if recall else "",
        voided_at=_at(first, Mark.Kind.VOID),
        frozen_at=min(stops, default=None),
        lost_at=_at(first, Mark.Kind.LOST),
        commissioned_at=min(made, default=None),
        regions=regions,
    )


def _at(marks: dict[str, Standing], kind: Mark.Kind) -> datetime | None:
    mark = marks.get(kind)
    return mark.at if mark else None


def channel_of(batch: BatchFacts, serial: int, state: UnitState) -> int | None:
    """The channel a unit went to: its newest shipment's, else its order's, else its batch's."""
    shipped = [
        mark.channel_id
        for mark in standings_of(batch, serial, state)
        if mark.kind == Mark.Kind.SHIPPED and mark.channel_id is not None
    ]
    if shipped:
        return shipped[-1]
    issued = batch.range_of(serial)
    return (issued.channel_id if issued else None) or batch.channel_id
