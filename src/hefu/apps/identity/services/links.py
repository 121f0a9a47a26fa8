"""Numbers that others gave a unit (外部序列号): IMEI, maker's serial number, GTIN + S/N (R091).

A number belongs to one unit of a brand at a time; a unit may have several (two IMEIs in one phone).
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from hefu.apps.audit.services import record, service
from hefu.apps.identity.errors.life import AlreadyLinked
from hefu.apps.identity.models import ExternalSerial
from hefu.apps.identity.rows import execute, given, packed, stored
from hefu.apps.identity.selectors.codes import UnitRef
from hefu.apps.identity.services.units import touch
from hefu.core.actor import Actor
from hefu.core.codes import ExternalKind, read_external
from hefu.core.errors import NotFound
from hefu.core.permissions import Permission


@dataclass(frozen=True, kw_only=True, slots=True)
class Link:
    """A number for a unit, as typed."""

    unit: UnitRef
    kind: ExternalKind
    value: str


_COLUMNS = {"brand_id": "bigint", "unit_id": "bigint", "kind": "text", "value": "text"}


@service
def link(
    actor: Actor, *, unit: UnitRef, kind: ExternalKind, value: str, now: datetime
) -> ExternalSerial:
    """Link one number; linking it again to the same unit changes nothing.

    Raises:
        NotFound: the unit is another brand's.
        BadNumber: the number breaks the rule of its kind (an IMEI fails Luhn).
        AlreadyLinked: it belongs to another unit.
    """
    return link_many(actor, links=[Link(unit=unit, kind=kind, value=value)], now=now)[0]


@service
def link_many(actor: Actor, *, links: Sequence[Link], now: datetime) -> list[ExternalSerial]:
    """Link numbers, all or none, in a handful of statements; safe to race and to repeat.

    Raises:
        NotFound, BadNumber, AlreadyLinked: as ``link``, for the first that fails.
    """
    actor.require(Permission.UNIT_MANAGE)
    if any(one.unit.brand_id != actor.own_brand() for one in links):
        raise NotFound
    values = [read_external(one.kind, one.value) for one in links]
    units = touch(one.unit for one in links)
    rows = [
        {
            "brand_id": one.unit.brand_id, "unit_id": units[one.unit.key],
            "kind": one.kind.value, "value": value,
        }
        for one, value in zip(links, values, strict=True)
    ]  # fmt: skip
    made = execute(
        f"""
        INSERT INTO identity_externalserial (brand_id, unit_id, kind, value, linked_at)
        SELECT brand_id, unit_id, kind, value, %s FROM {given(_COLUMNS)} WHERE true
        ON CONFLICT DO NOTHING RETURNING unit_id, kind, value
        """,  # noqa: S608  (our own column names)
        [stored(now), packed(sorted(rows, key=lambda row: (row["kind"], row["value"])))],
    )
    found = _live(actor.own_brand(), values)
    answer = []
    for row in rows:
        live = found[str(row["kind"]), str(row["value"])]
        if live.unit_id != row["unit_id"]:
            raise AlreadyLinked(kind=live.kind, unit=live.unit_id)
        answer.append(live)
    for unit_id, kind, value in made:
        pk = found[kind, value].pk
        record(actor, "identity.serial_linked", f"identity.unit:{unit_id}", now=now, link=pk,
               kind=kind)  # fmt: skip
    return answer


@service
def unlink(actor: Actor, *, serial: ExternalSerial, now: datetime) -> None:
    """End a link; the number may be linked elsewhere. Ending it twice is harmless.

    Raises:
        NotFound: another brand's.
    """
    actor.require(Permission.UNIT_MANAGE)
    if serial.brand_id != actor.own_brand():
        raise NotFound
    if ExternalSerial.objects.filter(pk=serial.pk, unlinked_at=None).update(unlinked_at=now):
        subject = f"identity.unit:{serial.unit_id}"
        record(actor, "identity.serial_unlinked", subject, now=now, link=serial.pk)


def _live(brand_id: int, values: Sequence[str]) -> dict[tuple[str, str], ExternalSerial]:
    rows = ExternalSerial.objects.filter(brand_id=brand_id, value__in=values, unlinked_at=None)
    return {(row.kind, row.value): row for row in rows}
