"""A plan as JSON and back; every refusal names its field."""

import hashlib
import json
from collections.abc import Callable, Mapping
from datetime import date
from enum import StrEnum
from typing import Any, TypeVar

from hefu.core.errors import Invalid
from hefu.core.planning.plan import (
    Goal,
    GoalKind,
    Line,
    LineKind,
    Metric,
    Phase,
    Plan,
    Task,
    ThemeKind,
)
from hefu.core.planning.schedule import slipped

MOST = {"goals": 20, "tasks": 200, "lines": 100}
LARGEST = 10**13
LONGEST_PHASE = 366  # days
_Choice = TypeVar("_Choice", bound=StrEnum)


def plan_document(plan: Plan) -> dict[str, Any]:
    """Return the plan as plain JSON values."""
    return {
        "starts_on": plan.starts_on.isoformat(), "theme_kind": plan.theme_kind.value,
        "theme": plan.theme, "trend": plan.trend, "form": plan.form, "strength": plan.strength,
        "days": {phase.value: plan.days[phase] for phase in Phase},
        "goals": [
            {"kind": one.kind.value, "metric": one.metric.value, "target": one.target,
             "baseline": one.baseline}
            for one in plan.goals
        ],
        "tasks": [
            {"id": one.id, "phase": one.phase.value, "title": one.title, "first": one.first,
             "last": one.last, "owner": one.owner, "after": list(one.after)}
            for one in plan.tasks
        ],
        "lines": [
            {"id": one.id, "kind": one.kind.value, "name": one.name, "planned": one.planned,
             "reach": one.reach}
            for one in plan.lines
        ],
    }  # fmt: skip


def plan_bytes(plan: Plan) -> bytes:
    """Return the same bytes for the same plan: sorted keys, no spaces, UTF-8."""
    document = plan_document(plan)
    return json.dumps(document, ensure_ascii=False, sort_keys=True, separators=(",", ":")).encode()


def plan_hash(plan: Plan) -> str:
    """SHA-256 of ``plan_bytes``, in hex."""
    return hashlib.sha256(plan_bytes(plan)).hexdigest()


def read_plan(document: Mapping[str, Any]) -> Plan:
    """Read a plan strictly.

    Raises:
        Invalid: names the field, e.g. ``tasks.3.last``, and the rule.
    """
    days = {phase: _length(document.get("days"), phase.value) for phase in Phase}
    plan = Plan(
        starts_on=_day(document.get("starts_on"), "starts_on"),
        theme_kind=_choice(ThemeKind, document.get("theme_kind", "brand"), "theme_kind"),
        theme=_text(document.get("theme", ""), "theme", most=80),
        trend=_text(document.get("trend", ""), "trend", most=500),
        form=_text(document.get("form", ""), "form", most=200),
        strength=_text(document.get("strength", ""), "strength", most=200), days=days,
        goals=tuple(_each(document, "goals", _goal)), tasks=tuple(_each(document, "tasks", _task)),
        lines=tuple(_each(document, "lines", _line)),
    )  # fmt: skip
    _check_ids("tasks", [one.id for one in plan.tasks])
    _check_ids("lines", [one.id for one in plan.lines])
    _check_waiting(plan)
    return plan


def _length(days: Any, phase: str) -> int:
    given = days.get(phase) if isinstance(days, Mapping) else None
    if given is None:
        raise Invalid(field=f"days.{phase}", rule="required")
    return _number(given, f"days.{phase}", least=1, most=LONGEST_PHASE)


def _each(
    document: Mapping[str, Any], name: str, read: Callable[[Mapping[str, Any], str], Any]
) -> list[Any]:
    rows = document.get(name, [])
    if not isinstance(rows, list) or len(rows) > MOST[name]:
        raise Invalid(field=name, rule="too_many", value=MOST[name])
    found = []
    for number, row in enumerate(rows):
        if not isinstance(row, dict):
            raise Invalid(field=f"{name}.{number}", rule="required")
        found.append(read(row, f"{name}.{number}"))
    return found


def _goal(row: Mapping[str, Any], at: str) -> Goal:
    baseline = row.get("baseline")
    return Goal(
        kind=_choice(GoalKind, row.get("kind"), f"{at}.kind"),
        metric=_choice(Metric, row.get("metric"), f"{at}.metric"),
        target=_number(row.get("target"), f"{at}.target"),
        baseline=None if baseline is None else _number(baseline, f"{at}.baseline"),
    )


def _task(row: Mapping[str, Any], at: str) -> Task:
    first = _number(row.get("first"), f"{at}.first", least=1, most=LONGEST_PHASE)
    return Task(
        id=_text(row.get("id", ""), f"{at}.id", most=20, needed=True),
        phase=_choice(Phase, row.get("phase"), f"{at}.phase"),
        title=_text(row.get("title", ""), f"{at}.title", most=80, needed=True),
        first=first,
        last=_number(row.get("last"), f"{at}.last", least=first, most=LONGEST_PHASE),
        owner=_text(row.get("owner", ""), f"{at}.owner", most=80),
        after=tuple(_text(one, f"{at}.after", most=20) for one in row.get("after", [])),
    )


def _line(row: Mapping[str, Any], at: str) -> Line:
    return Line(
        id=_text(row.get("id", ""), f"{at}.id", most=20, needed=True),
        kind=_choice(LineKind, row.get("kind"), f"{at}.kind"),
        name=_text(row.get("name", ""), f"{at}.name", most=80, needed=True),
        planned=_number(row.get("planned"), f"{at}.planned"),
        reach=_text(row.get("reach", ""), f"{at}.reach", most=120),
    )


def _check_ids(name: str, ids: list[str]) -> None:
    for number, one in enumerate(ids):
        if one in ids[:number]:
            raise Invalid(field=f"{name}.{number}.id", rule="taken", value=one)


def _check_waiting(plan: Plan) -> None:
    known = {task.id for task in plan.tasks}
    for number, task in enumerate(plan.tasks):
        for one in task.after:
            if one not in known or one == task.id:
                raise Invalid(field=f"tasks.{number}.after", rule="not_a_choice", value=one)
    if plan.tasks:
        try:
            slipped(plan, plan.tasks[0].id, 0)
        except ValueError as error:
            raise Invalid(field="tasks", rule="circle") from error


def _text(value: Any, field: str, *, most: int, needed: bool = False) -> str:
    if not isinstance(value, str):
        raise Invalid(field=field, rule="not_a_text")
    text = value.strip()
    if needed and not text:
        raise Invalid(field=field, rule="required")
    if len(text) > most:
        raise Invalid(field=field, rule="too_long", value=most)
    return text


def _number(value: Any, field: str, *, least: int = 0, most: int = LARGEST) -> int:
    if isinstance(value, bool) or not isinstance(value, int):
        raise Invalid(field=field, rule="not_a_number")
    if not least <= value <= most:
        raise Invalid(field=field, rule="out_of_range", value=value)
    return value


def _choice(kind: type[_Choice], value: Any, field: str) -> _Choice:
    try:
        return kind(value)
    except ValueError as error:
        raise Invalid(field=field, rule="not_a_choice", value=str(value)[:40]) from error


def _day(value: Any, field: str) -> date:
    try:
        found = date.fromisoformat(value)
    except (TypeError, ValueError) as error:
        raise Invalid(field=field, rule="not_a_day") from error
    if not 2000 <= found.year <= 2200:
        raise Invalid(field=field, rule="out_of_range", value=value)
    return found
