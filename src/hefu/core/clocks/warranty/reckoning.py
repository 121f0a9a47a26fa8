"""The reckoning of a warranty: start, term, repairs, replacements, activation, in that order."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from hefu.core.clocks.calendar import DayOff, add_months, moved_off
from hefu.core.clocks.warranty.values import (
    Basis,
    Card,
    Fact,
    FactKind,
    Pause,
    Status,
    Step,
    StepCode,
    Terms,
    check_day,
)

_NO_DAYS = timedelta(0)


@dataclass(frozen=True, kw_only=True, slots=True)
class _Stay:
    since: date
    until: date | None


@dataclass(frozen=True, kw_only=True, slots=True)
class _Reckoning:
    """A term worked through repairs and replacements."""

    starts_on: date
    ends_on: date
    pauses: tuple[Pause, ...]
    steps: tuple[Step, ...]


def warranty_card(
    facts: Iterable[Fact], *, terms: Terms, on: date, is_day_off: DayOff | None = None
) -> Card:
    """Reckon the card of a unit as of the day ``on``; the order of the facts does not matter.

    Args:
        facts: what is known of the unit.
        terms: what is promised for it.
        on: the day of the question; an open repair counts up to it.
        is_day_off: names days off by law, onto which no end falls (民法典 §203); None: none known.

    Raises:
        ValueError: ``on`` is after the year 3000.
    """
    check_day(on)
    known = sorted(facts, key=lambda fact: (fact.on, fact.kind))
    start = _start(known)
    if start is None:
        step = Step(code=StepCode.NO_START_KNOWN)
        return Card(as_of=on, status=Status.UNKNOWN, steps=(step,))
    basis, starts_on = start
    restarts, dated_before = _restarts(known, basis, starts_on)
    stays, alone = _stays(known)
    reckoner = _Reckoner(starts_on=starts_on, restarts=restarts, stays=stays, on=on)
    reckoning, about_activation = _with_activation(reckoner, terms, known)
    last, moved = _moved(reckoning.ends_on, is_day_off)
    started = Step(code=StepCode.STARTED, on=starts_on)
    return Card(
        as_of=on,
        status=_status(on, first_day=starts_on, last_day=last, pauses=reckoning.pauses),
        basis=basis,
        starts_on=reckoning.starts_on,
        ends_on=last,
        pauses=reckoning.pauses,
        restarts=restarts,
        steps=(
            started, *about_activation, *dated_before, *reckoning.steps, *alone, *moved
        ),
    )  # fmt: skip


def _start(facts: Sequence[Fact]) -> tuple[Basis, date] | None:
    installed = _latest_record(facts, FactKind.INSTALLED)
    delivered = _latest_record(facts, FactKind.DELIVERED)
    if installed is not None:
        # installed before it was delivered is a contradiction; it is not the owner's loss
        return Basis.INSTALLATION, max(installed, delivered or installed)
    if delivered is not None:
        return Basis.DELIVERY, delivered
    for kind, basis in (
        (FactKind.ACTIVATED, Basis.ACTIVATION),
        (FactKind.REPLACED, Basis.REPLACEMENT),
    ):
        days = [fact.on for fact in facts if fact.kind is kind]
        if days:
            return basis, min(days)
    return None


def _latest_record(facts: Sequence[Fact], kind: FactKind) -> date | None:
    """Return the day of the fact recorded last; undated records come first, then the later day."""
    of_kind = [fact for fact in facts if fact.kind is kind]
    if not of_kind:
        return None
    return max(of_kind, key=lambda fact: (_recorded(fact), fact.on)).on


def _recorded(fact: Fact) -> float:
    return fact.recorded_at.timestamp() if fact.recorded_at else float("-inf")


def _restarts(
    facts: Sequence[Fact], basis: Basis, starts_on: date
) -> tuple[tuple[date, ...], list[Step]]:
    days = sorted({fact.on for fact in facts if fact.kind is FactKind.REPLACED})
    if basis is Basis.REPLACEMENT:
        days = days[1:]
    steps = [
        Step(code=StepCode.REPLACEMENT_BEFORE_START, on=day) for day in days if day < starts_on
    ]
    return tuple(day for day in days if day >= starts_on), steps


_ORDER = (FactKind.REPAIR_IN, FactKind.REPAIR_OUT, FactKind.REPLACED)


def _stays(facts: Sequence[Fact]) -> tuple[list[_Stay], list[Step]]:
    """Join the times in which the unit was away, overlapping ones counted once."""
    events = sorted(
        (fact for fact in facts if fact.kind in _ORDER),
        key=lambda fact: (fact.on, _ORDER.index(fact.kind)),
    )
    stays: list[_Stay] = []
    alone: list[Step] = []
    away, since = 0, date.min
    for fact in events:
        if fact.kind is FactKind.REPAIR_IN:
            since = since if away else fact.on
            away += 1
        elif not away:
            if fact.kind is FactKind.REPAIR_OUT:
                alone.append(Step(code=StepCode.REPAIR_OUT_ALONE, on=fact.on))
        else:
            away = 0 if fact.kind is FactKind.REPLACED else away - 1
            if not away:
                stays.append(_Stay(since=since, until=fact.on))
    if away:
        stays.append(_Stay(since=since, until=None))
    return stays, alone


@dataclass(frozen=True, kw_only=True, slots=True)
class _Reckoner:
    """What a term of any length is worked through."""

    starts_on: date
    restarts: tuple[date, ...]
    stays: Sequence[_Stay]
    on: date

    def run(self, months: int) -> _Reckoning:
        """Work a term of ``months`` through repairs and replacements, in the order of time."""
        ends_on = add_months(self.starts_on, months)
        steps = [Step(code=StepCode.TERM, on=self.starts_on, amount=months, ends_on=ends_on)]
        pauses: list[Pause] = []
        begins = [self.starts_on, *self.restarts]
        for number, begin in enumerate(begins):
            following = begins[number + 1] if number + 1 < len(begins) else None
            if number:
                ends_on = self._restart(begin, months, ends_on, steps)
            for stay in self.stays:
                if self._within(stay, begin, following):
                    ends_on = self._pause(stay, begin, ends_on, pauses, steps)
        return _Reckoning(
            starts_on=begins[-1], ends_on=ends_on, pauses=tuple(pauses), steps=tuple(steps)
        )

    @staticmethod
    def _within(stay: _Stay, begin: date, following: date | None) -> bool:
        """Say whether a stay belongs to a term; one before the start belongs to none."""
        if stay.until is not None and stay.until <= begin:
            return False
        return following is None or stay.since < following

    @staticmethod
    def _restart(begin: date, months: int, former: date, steps: list[Step]) -> date:
        fresh = add_months(begin, months)
        steps.append(Step(code=StepCode.RESTARTED, on=begin, amount=months, ends_on=fresh))
        if former > fresh:
            steps.append(Step(code=StepCode.FORMER_END_KEPT, on=begin, ends_on=former))
        return max(former, fresh)

    def _pause(
        self, stay: _Stay, begin: date, ends_on: date, pauses: list[Pause], steps: list[Step]
    ) -> date:
        since = max(stay.since, begin)
        if since > ends_on:
            steps.append(
                Step(
                    code=StepCode.REPAIR_AFTER_END, on=stay.since, until=stay.until, ends_on=ends_on
                )
            )
            return ends_on
        length = max(_NO_DAYS, (stay.until or self.on) - since)
        ends_on += length
        code = StepCode.PAUSED if stay.until else StepCode.PAUSE_OPEN
        pauses.append(Pause(since=since, until=stay.until, days=length.days))
        steps.append(
            Step(code=code, on=since, until=stay.until, amount=length.days, ends_on=ends_on)
        )
        return ends_on


def _with_activation(
    reckoner: _Reckoner, terms: Terms, facts: Sequence[Fact]
) -> tuple[_Reckoning, list[Step]]:
    """Add what activation adds, where it came in time; it can only add (R136)."""
    plain = reckoner.run(terms.months)
    if not terms.activation_months:
        return plain, []
    days = [fact.on for fact in facts if fact.kind is FactKind.ACTIVATED]
    if not days:
        return plain, [Step(code=StepCode.NOT_ACTIVATED, amount=terms.activation_months)]
    first = min(days)
    if first > plain.ends_on:
        step = Step(code=StepCode.ACTIVATION_TOO_LATE, on=first, ends_on=plain.ends_on)
        return plain, [step]
    added = Step(code=StepCode.ACTIVATION_ADDED, on=first, amount=terms.activation_months)
    return reckoner.run(terms.months + terms.activation_months), [added]


def _moved(ends_on: date, is_day_off: DayOff | None) -> tuple[date, list[Step]]:
    if is_day_off is None:
        return ends_on, []
    moved = moved_off(ends_on, is_day_off)
    days = (moved - ends_on).days
    if not days:
        return ends_on, []
    step = Step(code=StepCode.MOVED_TO_WORKING_DAY, on=ends_on, amount=days, ends_on=moved)
    return moved, [step]


def _status(on: date, *, first_day: date, last_day: date, pauses: Sequence[Pause]) -> Status:
    if on < first_day:
        return Status.NOT_STARTED
    if any(pause.since <= on and (pause.until is None or on < pause.until) for pause in pauses):
        return Status.PAUSED
    return Status.ENDED if on > last_day else Status.RUNNING
