"""Taking a list in row by row (逐行导入), as one job: resumable, every refused row explained.

The app that knows the rows says how they are read and what is done with one; here is what all lists
share. A step of rows, the job's cursor and the counts are committed together, and the report of
refused rows is cut back to what was committed: after a kill nothing is taken or told twice.
"""

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import islice
from pathlib import Path
from typing import BinaryIO

from django.conf import settings
from django.db import transaction

from hefu.apps.audit.jobs import JobRun
from hefu.apps.audit.services import deed
from hefu.core.errors import DomainError
from hefu.files import KeptFile, RefusedRows, Row, keep_file

REFUSED = "refused"

#: The rows of one thing, mostly one; they are taken together or refused together.
Unit = Sequence[Row]
#: Does what the rows say and returns by how much each count grows; raises DomainError to refuse.
Take = Callable[[Unit], Mapping[str, int]]


@dataclass(frozen=True, kw_only=True, slots=True)
class RowList:
    """A list on its way in."""

    units: Iterable[Unit]  # the same ones in the same order whenever the job is taken up
    total: int  # rows
    headers: Sequence[str]  # what the report of refused rows repeats of each row
    errors: Path  # that report
    counts: Sequence[str]  # what is counted, beside ``refused``


def keep_list(
    file: BinaryIO, *, folder: str, brand_id: int, check: Callable[[Path], object],
    alone: bool = False,
) -> KeptFile:  # fmt: skip
    """Keep an upload in the brand's part of ``folder`` in the data folder (see ``keep_file``).

    Raises:
        Invalid: too large.
        DomainError: ``check`` refuses it; nothing is kept.
    """
    place = Path(settings.HEFU_DATA) / folder / str(brand_id)
    return keep_file(file, place, check=check, alone=alone)


def path_of(relative: str) -> Path:
    """Where a path kept in a row lies now."""
    return Path(settings.HEFU_DATA) / relative


def kept_as(path: Path) -> str:
    """The path as a row keeps it: below the data folder, wherever that is moved to."""
    return str(path.relative_to(settings.HEFU_DATA))


def take_rows(run: JobRun, rows: RowList, *, step: int, take: Take) -> dict[str, int]:
    """Take a list in, ``step`` units a transaction; returns the counts of all of it.

    Raises:
        FileUnreadable: the file breaks off further down; what was taken stays taken.
        LeaseLost: another worker has the job now; its step is undone here.
    """
    cursor = run.cursor or {"rows": 0, "errors": 0, "counts": {}}
    counts = {name: cursor["counts"].get(name, 0) for name in (*rows.counts, REFUSED)}
    done = cursor["rows"]
    units = _after(rows.units, done)
    with RefusedRows(rows.errors, headers=rows.headers, position=cursor["errors"]) as report:
        while part := list(islice(units, step)):
            with deed():
                for unit in part:
                    _take_one(unit, take, counts, report)
                done += sum(len(unit) for unit in part)
                cursor = {"rows": done, "errors": report.save(), "counts": counts}
                run.advance(done=done, cursor=cursor, total=rows.total)
    return counts


def _after(units: Iterable[Unit], rows: int) -> Iterator[Unit]:
    for unit in units:
        if rows > 0:
            rows -= len(unit)
        else:
            yield unit


def _take_one(unit: Unit, take: Take, counts: dict[str, int], report: RefusedRows) -> None:
    try:
        with transaction.atomic(), deed():
            found = take(unit)
    except DomainError as refusal:
        counts[REFUSED] += 1
        report.add(unit, refusal)
    else:
        for name, more in found.items():
            counts[name] += more
