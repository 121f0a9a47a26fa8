"""Rows of units (单品): made when something happens to a unit for the first time."""

from collections.abc import Iterable

from hefu.apps.identity.rows import execute, given, packed
from hefu.apps.identity.selectors.codes import UnitRef
from hefu.apps.identity.selectors.states import Key

_COLUMNS = {"brand_id": "bigint", "batch_id": "bigint", "serial": "bigint"}


def touch(units: Iterable[UnitRef]) -> dict[Key, int]:
    """Return the rows of units, making those that are missing. One statement.

    Until the transaction ends nobody else touches these units: what is read of them afterwards is
    what is decided upon. Rows are taken in one order, so two groups never wait in a circle.
    """
    wanted = {unit.key: unit for unit in units}
    if not wanted:
        return {}
    rows = [
        {"brand_id": wanted[key].brand_id, "batch_id": key[0], "serial": key[1]}
        for key in sorted(wanted)
    ]
    found = execute(
        f"""
        INSERT INTO identity_unit AS unit
            (brand_id, batch_id, serial, scan_count, first_scan_region)
        SELECT brand_id, batch_id, serial, 0, '' FROM {given(_COLUMNS)} WHERE true
        ON CONFLICT (batch_id, serial) DO UPDATE SET serial = excluded.serial
        RETURNING id, batch_id, serial
        """,  # noqa: S608  (our own column names)
        [packed(rows)],
    )
    return {(batch_id, serial): pk for pk, batch_id, serial in found}
