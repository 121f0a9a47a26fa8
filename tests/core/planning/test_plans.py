"""Plans against the requirement rows' own dates, and what must hold for any of them."""

from dataclasses import replace
from datetime import date, timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from hefu.core.errors import Invalid
from hefu.core.planning import (
    Goal,
    GoalKind,
    Line,
    LineKind,
    Metric,
    Phase,
    Plan,
    Task,
    conflicts,
    extended,
    launch_push_on,
    phases,
    plan_document,
    plan_hash,
    read_plan,
    shifted,
    slipped,
    template,
    warm_up_on,
)

START = date(2026, 3, 16)
PLAN = template(START)


def test_R162_from_16_march_preparing_begins_on_the_1st_and_reviewing_ends_on_14_april():
    when = phases(PLAN)
    assert when[Phase.PREPARE].first_on == date(2026, 3, 1)
    assert when[Phase.RUN].last_on == date(2026, 3, 30)
    assert when[Phase.REVIEW].last_on == date(2026, 4, 14)
    assert sum(span.days for span in when.values()) == 45


@pytest.mark.parametrize("missing", ["prepare", "run", "review", None])
def test_R335_a_plan_says_how_long_it_is(missing):
    document = plan_document(PLAN)
    document["days"].pop(missing, None) if missing else document.pop("days")
    with pytest.raises(Invalid) as refused:
        read_plan(document)
    assert refused.value.details["rule"] == "required"
    assert refused.value.details["field"] == f"days.{missing or 'prepare'}"


def test_R163_R164_each_template_reports_its_one_task_beyond_15_days_with_both_ways_out():
    found = conflicts(PLAN)
    assert [(one.task.phase, one.task.title, one.over) for one in found] == [
        (Phase.PREPARE, "人员分工", 5),
        (Phase.RUN, "物流配送", 5),
    ]

    moved = shifted(PLAN, "duties")
    assert [one.task.id for one in conflicts(moved)] == ["deliver"]
    assert next((one.first, one.last) for one in moved.tasks if one.id == "duties") == (11, 15)

    longer = extended(PLAN, "duties")
    assert [one.task.id for one in conflicts(longer)] == ["deliver"]
    assert phases(longer)[Phase.PREPARE].first_on == date(2026, 2, 24)
    assert phases(longer)[Phase.RUN] == phases(PLAN)[Phase.RUN]


def test_R165_the_report_is_due_on_day_15_of_the_review():
    report = PLAN.tasks[-1]
    assert (report.id, report.last) == ("report", 15)
    assert not [one for one in conflicts(PLAN) if one.task.phase is Phase.REVIEW]


def test_R166_a_slip_of_two_days_moves_all_that_wait():
    moved = slipped(PLAN, "collect", 2)
    assert set(moved) == {"collect", "evaluate", "report"}
    assert moved["report"].last_on == phases(PLAN)[Phase.REVIEW].last_on + timedelta(days=2)
    for first, reported in ((12, True), (13, False)):  # days the report had to spare
        tasks = [replace(one, first=first) if one.id == "report" else one for one in PLAN.tasks]
        moved = slipped(replace(PLAN, tasks=tuple(tasks)), "collect", 2)
        assert ("report" in moved) is reported


@pytest.mark.parametrize(
    ("start", "warm_up"),
    [
        ("2026-03-31", "2026-02-28"), ("2028-03-31", "2028-02-29"), ("2026-03-16", "2026-02-16"),
        ("2026-01-31", "2025-12-31"), ("2026-07-31", "2026-06-30"),
    ],
)  # fmt: skip
def test_R169_warming_up_begins_one_calendar_month_before(start, warm_up):
    assert warm_up_on(date.fromisoformat(start)) == date.fromisoformat(warm_up)


def test_R170_the_last_push_is_a_week_before_the_start():
    assert launch_push_on(START) == date(2026, 3, 9)


FULL = replace(
    PLAN,
    goals=(
        Goal(kind=GoalKind.SHARE, metric=Metric.NEW_MEMBERS, target=5_000, baseline=1_200),
        Goal(kind=GoalKind.UPGRADE, metric=Metric.ORDER_VALUE, target=39_900),
    ),
    lines=(
        Line(id="tv", kind=LineKind.TELEVISION, name="地方台", planned=5_000_000, reach="台方报告"),
    ),
)


def test_a_plan_comes_back_as_it_was_written():
    assert read_plan(plan_document(FULL)) == FULL
    assert plan_hash(read_plan(plan_document(FULL))) == plan_hash(FULL)
    assert plan_hash(replace(FULL, theme="悦享")) != plan_hash(FULL)


@pytest.mark.parametrize(
    ("path", "value", "field"),
    [
        (("starts_on",), "soon", "starts_on"),
        (("tasks", 0, "last"), 0, "tasks.0.last"),
        (("tasks", 0, "after"), ["nobody"], "tasks.0.after"),
        (("tasks", 0, "after"), ["duties"], "tasks"),
        (("tasks", 1, "id"), "plan", "tasks.1.id"),
        (("goals", 0, "metric"), "luck", "goals.0.metric"),
        (("goals", 1, "target"), "many", "goals.1.target"),
        (("lines", 0, "planned"), -1, "lines.0.planned"),
        (("days", "run"), 0, "days.run"),
    ],
)
def test_what_cannot_be_is_refused_by_its_field(path, value, field):
    document = plan_document(FULL)
    inner = document
    for step in path[:-1]:
        inner = inner[step]
    inner[path[-1]] = value
    with pytest.raises(Invalid) as refused:
        read_plan(document)
    assert refused.value.details["field"] == field


@settings(max_examples=60)
@given(st.data())
def test_a_slip_never_moves_anything_forward_and_keeps_every_length(data):
    count = data.draw(st.integers(1, 8))
    tasks = []
    for number in range(count):
        first = data.draw(st.integers(1, 20))
        tasks.append(
            Task(
                id=f"t{number}",
                phase=data.draw(st.sampled_from(Phase)),
                title="x",
                first=first,
                last=data.draw(st.integers(first, 30)),
                after=tuple(data.draw(st.sets(st.sampled_from([t.id for t in tasks]), max_size=2)))
                if tasks
                else (),
            )
        )
    plan = Plan(starts_on=START, tasks=tuple(tasks))
    still, days = slipped(plan, "t0", 0), data.draw(st.integers(0, 40))
    moved = slipped(plan, "t0", days)
    from hefu.core.planning import span_of

    for task in tasks[1:]:
        if task.id in moved:
            was = span_of(plan, task)
            assert moved[task.id].days == was.days
            assert moved[task.id].first_on > was.first_on
            assert all(
                moved[task.id].first_on > moved[one].last_on for one in task.after if one in moved
            )
    assert set(still) <= set(moved)
