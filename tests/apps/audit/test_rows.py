"""Lists taken in row by row: killed anywhere, nothing is taken or told twice."""

from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from hefu.apps.audit import jobs, rows
from hefu.apps.audit.models import Entry, Job
from hefu.core.errors import Invalid
from hefu.files import Row, open_table
from tests.factories import NOW, a_brand, operator

pytestmark = pytest.mark.django_db
KIND = "tests.rows"
TAKEN = "tests.taken"
#: units of one to three rows; the bad ones say so in their last row
UNITS = [
    [Row(number=2, cells={"name": "a", "say": ""})],
    [Row(number=n, cells={"name": "b", "say": "" if n < 5 else "bad"}) for n in (3, 4, 5)],
    [Row(number=6, cells={"name": "c", "say": "=1+1"})],
    [Row(number=n, cells={"name": "d", "say": ""}) for n in (7, 8)],
    [Row(number=9, cells={"name": "e", "say": "bad"})],
]


class Killed(BaseException):
    """As if the process had been killed."""


def handler(report: Path, *, kill_at: int):
    """Take the list; the worker dies when the unit of that place is half done."""

    def run(run: jobs.JobRun):
        def take(unit: rows.Unit):
            jobs.start(run.actor, kind=TAKEN, params={"name": unit[0].cells["name"]}, now=NOW)
            if unit is UNITS[kill_at % len(UNITS)] and kill_at < len(UNITS):
                raise Killed
            for row in unit:
                if row.cells["say"] == "bad":
                    raise Invalid(field="say", rule="bad", row=row.number)
            return {"things": 1, "rows": len(unit)}

        listed = rows.RowList(
            units=UNITS, total=8, headers=("name", "", "say"), errors=report,
            counts=("things", "rows"),
        )  # fmt: skip
        return rows.take_rows(run, listed, step=2, take=take)

    return run


JOBS = {}


@settings(
    max_examples=12, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(kills=st.lists(st.integers(0, 5), max_size=3))
def test_killed_anywhere_a_list_is_taken_once(kills, tmp_path_factory, settings):
    settings.HEFU_JOBS = "tests.apps.audit.test_rows.JOBS"
    report = tmp_path_factory.mktemp("rows") / "refused.csv"
    brand = a_brand()
    job = jobs.start(operator(brand), kind=KIND, params={}, now=NOW)
    at = NOW
    for kill_at in [*kills, len(UNITS)]:
        JOBS[KIND] = handler(report, kill_at=kill_at)
        at += 2 * jobs.LEASE
        try:
            jobs.run(take_up(job, at), worker="w", clock=lambda at=at: at)
        except Killed:
            continue
        break

    job.refresh_from_db()
    assert (job.state, job.result, job.done) == (
        Job.State.DONE, {"things": 3, "rows": 4, "refused": 2}, 8,
    )  # fmt: skip
    taken = Job.objects.filter(brand_id=brand.pk, kind=TAKEN).order_by("pk")
    assert [one.params["name"] for one in taken] == ["a", "c", "d"]
    assert Entry.objects.filter(chain=brand.pk, data__kind=TAKEN).count() == 3
    table = open_table(report)
    assert table.headers == ("行号 row", "列 column", "原因 reason", "name", "say")
    assert [tuple(row.cells.values()) for row in table.rows()] == [
        ("3", "", "invalid: with_row 5", "b", ""),
        ("4", "", "invalid: with_row 5", "b", ""),
        ("5", "say", "invalid: bad", "b", "bad"),
        ("9", "say", "invalid: bad", "e", "bad"),
    ]


def take_up(job: Job, at) -> Job:
    """Claim this job again, though the one before did not let go."""
    Job.objects.filter(pk=job.pk).update(
        state=Job.State.RUNNING, worker="w", lease_until=at + jobs.LEASE
    )
    return Job.objects.get(pk=job.pk)


def test_a_worker_that_lost_the_job_takes_nothing_more(tmp_path, settings):
    settings.HEFU_JOBS = "tests.apps.audit.test_rows.JOBS"
    brand = a_brand()
    job = jobs.start(operator(brand), kind=KIND, params={}, now=NOW)
    JOBS[KIND] = handler(tmp_path / "refused.csv", kill_at=len(UNITS))
    Job.objects.filter(pk=job.pk).update(state=Job.State.RUNNING, worker="another")
    job.refresh_from_db()

    jobs.run(job, worker="w", clock=lambda: NOW)

    assert not Job.objects.filter(kind=TAKEN).exists()
    job.refresh_from_db()
    assert (job.done, job.cursor) == (0, {})
