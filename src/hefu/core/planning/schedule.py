"""When things are (时间表): phases, what does not fit them, and what a delay moves.

Days of a phase count from 1. A plan whose tasks reach beyond their phase is shown as such, with
both ways out: move the task into the phase, or make the phase longer.
"""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import date, timedelta

from hefu.core.planning.plan import Phase, Plan, Task


@dataclass(frozen=True, kw_only=True, slots=True)
class Span:
    """From one day to another, both counted."""

    first_on: date
    last_on: date

    @property
    def days(self) -> int:
        """How many."""
        return (self.last_on - self.first_on).days + 1


@dataclass(frozen=True, kw_only=True, slots=True)
class Conflict:
    """A task that ends ``over`` days after its phase."""

    task: Task
    over: int


def phases(plan: Plan) -> dict[Phase, Span]:
    """Say when each phase is: preparing ends the day before the run, reviewing begins after it.

    The run is ``plan.days`` long, the day it starts on included: from 16 March 15 days end on the
    30th, preparing began on the 1st, reviewing ends on 14 April.
    """
    ahead = timedelta(days=plan.days[Phase.PREPARE])
    run = timedelta(days=plan.days[Phase.RUN])
    after = timedelta(days=plan.days[Phase.REVIEW])
    day = timedelta(days=1)
    return {
        Phase.PREPARE: Span(first_on=plan.starts_on - ahead, last_on=plan.starts_on - day),
        Phase.RUN: Span(first_on=plan.starts_on, last_on=plan.starts_on + run - day),
        Phase.REVIEW: Span(
            first_on=plan.starts_on + run, last_on=plan.starts_on + run + after - day
        ),
    }


def span_of(plan: Plan, task: Task) -> Span:
    """Say on which days a task is done."""
    begin = phases(plan)[task.phase].first_on
    return Span(
        first_on=begin + timedelta(days=task.first - 1),
        last_on=begin + timedelta(days=task.last - 1),
    )


def warm_up_on(start: date) -> date:
    """Return the day a campaign is first spoken of: one calendar month before it starts.

    The same day number of the month before, or the last of that month where there is none, as the
    Civil Code ends a term (民法典 §202): 31 March gives 28 or 29 February.
    """
    last = start.replace(day=1) - _DAY
    return last.replace(day=min(start.day, last.day))


_DAY = timedelta(days=1)


def launch_push_on(start: date) -> date:
    """Return the day of the last push: a week before the start."""
    return start - timedelta(days=7)


def conflicts(plan: Plan) -> list[Conflict]:
    """List the tasks that do not fit their phase, in the order of the plan."""
    return [
        Conflict(task=task, over=task.last - plan.days[task.phase])
        for task in plan.tasks
        if task.last > plan.days[task.phase]
    ]


def shifted(plan: Plan, task_id: str) -> Plan:
    """Move a task back so that it ends with its phase; it gets shorter where it must begin sooner.

    Raises:
        KeyError: no such task.
    """
    task = _task(plan, task_id)
    end = plan.days[task.phase]
    length = min(task.last - task.first + 1, end)
    moved = replace(task, first=end - length + 1, last=end)
    return replace(plan, tasks=tuple(moved if one.id == task_id else one for one in plan.tasks))


def extended(plan: Plan, task_id: str) -> Plan:
    """Make a task's phase so long that the task fits; a longer preparation begins earlier.

    Raises:
        KeyError: no such task.
    """
    task = _task(plan, task_id)
    longest = max(plan.days[task.phase], task.last)
    return replace(plan, days={**plan.days, task.phase: longest})


def slipped(plan: Plan, task_id: str, days: int) -> Mapping[str, Span]:
    """Say where a task and all that wait for it would be if it took ``days`` longer.

    What waits begins no sooner than the day after all it waits for, and keeps its length; what is
    not pushed stays where it is and is not named.

    Raises:
        KeyError: no such task.
        ValueError: tasks that wait for each other in a circle.
    """
    ends = {task.id: span_of(plan, task) for task in plan.tasks}
    first = ends[_task(plan, task_id).id]
    moved = {task_id: Span(first_on=first.first_on, last_on=first.last_on + timedelta(days=days))}
    for task in _in_order(plan.tasks):
        if task.id == task_id:
            continue
        was = ends[task.id]
        pushed = [moved[one].last_on + _DAY for one in task.after if one in moved]
        begin = max([was.first_on, *pushed])
        if begin > was.first_on:
            moved[task.id] = Span(first_on=begin, last_on=begin + timedelta(days=was.days - 1))
    return moved


def _task(plan: Plan, task_id: str) -> Task:
    return {task.id: task for task in plan.tasks}[task_id]


def _in_order(tasks: tuple[Task, ...]) -> list[Task]:
    """Order tasks so that each stands behind all it waits for."""
    waiting = {task.id: task for task in tasks}
    done: list[Task] = []
    while waiting:
        ready = [task for task in waiting.values() if not set(task.after) & set(waiting)]
        if not ready:
            raise ValueError("tasks wait for each other in a circle")
        for task in ready:
            done.append(task)
            del waiting[task.id]
    return done
