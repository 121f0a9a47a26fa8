"""The warranty card against the law's own examples, and what must hold for any facts."""

from datetime import UTC, date, datetime, timedelta

import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from hefu.core.clocks.calendar import add_months, moved_off
from hefu.core.clocks.warranty import (
    Basis,
    Fact,
    FactKind,
    Status,
    StepCode,
    Terms,
    warranty_card,
)

YEAR = Terms(months=12)
LEAP = date(2024, 2, 29)
LATER = date(2024, 6, 1)


def day(text):
    return date.fromisoformat(text)


def fact(kind, on, recorded=None):
    at = datetime(2026, 1, recorded, tzinfo=UTC) if recorded else None
    return Fact(kind=FactKind(kind), on=day(on) if isinstance(on, str) else on, recorded_at=at)


def card(*facts, terms=YEAR, on=LATER, **about):
    return warranty_card(facts, terms=terms, on=on, **about)


def codes(a_card):
    return [step.code for step in a_card.steps]


# --- known answers


@pytest.mark.parametrize(
    ("start", "months", "last"),
    [
        ("2024-02-29", 12, "2025-02-28"),  # the worked number of oddity O25
        # the others: SELECT DATE '2025-08-31' + INTERVAL '6 months' and so on in PostgreSQL 16
        ("2025-08-31", 6, "2026-02-28"),
        ("2025-08-31", 12, "2026-08-31"),
        ("2023-02-28", 12, "2024-02-28"),
        ("2023-12-31", 2, "2024-02-29"),
        ("2024-01-31", 25, "2026-02-28"),
        ("2024-11-30", 3, "2025-02-28"),
        ("2024-05-15", 0, "2024-05-15"),
    ],
)
def test_a_term_of_months_ends_as_the_civil_code_says(start, months, last):
    assert add_months(day(start), months) == day(last)


def test_L26_a_leap_day_and_a_year_and_twelve_days_of_repair():
    delivered = fact("delivered", LEAP)

    plain = card(delivered)
    repaired = card(delivered, fact("repair_in", "2024-05-01"), fact("repair_out", "2024-05-13"))

    assert (plain.starts_on, plain.ends_on) == (LEAP, day("2025-02-28"))
    assert repaired.ends_on == day("2025-03-12")
    assert [pause.days for pause in repaired.pauses] == [12]
    assert codes(repaired) == [StepCode.STARTED, StepCode.TERM, StepCode.PAUSED]
    assert [step.ends_on for step in repaired.steps] == [None, plain.ends_on, repaired.ends_on]
    assert repaired.steps[0].rule == "L26"


def test_O25_activation_is_evidence_only_where_nothing_better_is_known():
    activated = fact("activated", "2024-04-10")
    delivered = fact("delivered", "2024-03-01")
    installed = fact("installed", "2024-03-20")

    assert (card(activated).basis, card(activated).starts_on) == (
        Basis.ACTIVATION, day("2024-04-10"),
    )  # fmt: skip
    assert (card(activated, delivered).basis, card(activated, delivered).starts_on) == (
        Basis.DELIVERY, day("2024-03-01"),
    )  # fmt: skip
    full = card(activated, delivered, installed)
    assert (full.basis, full.starts_on) == (Basis.INSTALLATION, day("2024-03-20"))


def test_R136_a_unit_with_an_invoice_that_nobody_activated_has_the_full_term():
    terms = Terms(months=12, activation_months=6)
    delivered = fact("delivered", LEAP)

    silent = card(delivered, terms=terms)
    activated = card(delivered, fact("activated", "2024-03-05"), terms=terms)

    assert (silent.ends_on, silent.status) == (day("2025-02-28"), Status.RUNNING)
    assert StepCode.NOT_ACTIVATED in codes(silent)
    assert activated.ends_on == day("2025-08-29")
    assert StepCode.ACTIVATION_ADDED in codes(activated)


def test_an_activation_after_the_end_revives_nothing():
    late = card(
        fact("delivered", LEAP), fact("activated", "2025-03-01"),
        terms=Terms(months=12, activation_months=6), on=day("2025-03-02"),
    )  # fmt: skip

    assert (late.ends_on, late.status) == (day("2025-02-28"), Status.ENDED)
    assert StepCode.ACTIVATION_TOO_LATE in codes(late)


def test_nothing_known_asks_for_an_invoice_and_denies_nothing():
    unknown = card(fact("repair_in", "2024-05-01"))

    assert (unknown.status, unknown.ends_on, unknown.days_left) == (Status.UNKNOWN, None, 0)
    assert codes(unknown) == [StepCode.NO_START_KNOWN]


# --- repairs


def test_overlapping_repairs_count_once_and_adjoining_ones_join():
    delivered = fact("delivered", "2024-01-01")
    stays = [("05-01", "05-10"), ("05-05", "05-20"), ("05-20", "05-22"), ("07-01", "07-02")]
    facts = [
        fact(kind, f"2024-{on}")
        for stay in stays
        for kind, on in zip(("repair_in", "repair_out"), stay, strict=True)
    ]

    repaired = card(delivered, *facts)

    assert [(p.since, p.days) for p in repaired.pauses] == [
        (day("2024-05-01"), 21), (day("2024-07-01"), 1),
    ]  # fmt: skip
    assert repaired.ends_on == day("2025-01-23")


def test_a_repair_on_one_day_adds_nothing():
    same = card(
        fact("delivered", LEAP), fact("repair_out", "2024-05-01"), fact("repair_in", "2024-05-01")
    )

    assert same.ends_on == day("2025-02-28")


def test_an_open_repair_pauses_and_counts_up_to_the_day_asked():
    facts = [fact("delivered", "2024-01-01"), fact("repair_in", "2024-05-01")]

    on_tenth = card(*facts, on=day("2024-05-10"))
    two_years_on = card(*facts, on=day("2026-05-01"))

    assert (on_tenth.status, on_tenth.ends_on) == (Status.PAUSED, day("2025-01-10"))
    assert on_tenth.pauses[0].until is None
    assert two_years_on.status is Status.PAUSED
    assert two_years_on.ends_on > two_years_on.as_of
    assert StepCode.PAUSE_OPEN in codes(two_years_on)


def test_a_repair_begun_on_the_last_day_counts_and_one_after_it_does_not():
    delivered = fact("delivered", LEAP)

    last = card(delivered, fact("repair_in", "2025-02-28"), fact("repair_out", "2025-03-05"))
    after = card(delivered, fact("repair_in", "2025-03-01"), fact("repair_out", "2025-03-05"))

    assert last.ends_on == day("2025-03-05")
    assert after.ends_on == day("2025-02-28")
    assert StepCode.REPAIR_AFTER_END in codes(after)


def test_a_repair_within_days_won_by_a_repair_counts_too():
    repaired = card(
        fact("delivered", LEAP),
        fact("repair_in", "2025-02-01"), fact("repair_out", "2025-02-11"),
        fact("repair_in", "2025-03-05"), fact("repair_out", "2025-03-08"),
    )  # fmt: skip

    assert repaired.ends_on == day("2025-03-13")


def test_what_happened_before_the_start_adds_nothing():
    facts = [fact("repair_in", "2024-02-20"), fact("repair_out", "2024-03-05")]

    assert card(fact("delivered", LEAP), *facts).ends_on == day("2025-03-05")  # five days of it
    early = card(fact("delivered", "2024-04-01"), *facts, fact("replaced", "2024-03-07"))
    assert early.ends_on == day("2025-04-01")
    assert StepCode.REPLACEMENT_BEFORE_START in codes(early)


def test_back_from_a_repair_nobody_noted_is_set_aside_and_said():
    odd = card(fact("delivered", LEAP), fact("repair_out", "2024-05-01"))

    assert odd.ends_on == day("2025-02-28")
    assert StepCode.REPAIR_OUT_ALONE in codes(odd)


# --- replacement and corrections


def test_L26_a_replacement_restarts_the_whole_term_and_ends_a_repair():
    replaced = card(
        fact("delivered", LEAP), fact("repair_in", "2024-10-01"), fact("replaced", "2024-10-20"),
        on=day("2024-11-01"),
    )  # fmt: skip

    assert (replaced.starts_on, replaced.ends_on) == (day("2024-10-20"), day("2025-10-20"))
    assert (replaced.status, replaced.restarts) == (Status.RUNNING, (day("2024-10-20"),))
    assert [pause.days for pause in replaced.pauses] == [19]


def test_a_replacement_never_shortens():
    # a day won by repair, then replaced the next day: months of unequal length would lose a day
    facts = [
        fact("delivered", "2024-02-28"), fact("repair_in", "2024-02-28"), fact("replaced", LEAP),
    ]  # fmt: skip

    assert card(*facts).ends_on == day("2025-03-01")
    assert StepCode.FORMER_END_KEPT in codes(card(*facts))


def test_a_unit_known_only_as_a_replacement_starts_there():
    new = card(fact("replaced", "2024-03-01"))

    assert (new.basis, new.starts_on, new.ends_on, new.restarts) == (
        Basis.REPLACEMENT, day("2024-03-01"), day("2025-03-01"), (),
    )  # fmt: skip


def test_a_later_record_corrects_a_delivery_and_a_second_owner_starts_nothing():
    wrong, right = fact("delivered", "2023-03-01", 1), fact("delivered", "2024-03-01", 2)
    first, second = fact("activated", "2024-03-01", 1), fact("activated", "2024-09-01", 2)

    assert card(right, wrong).starts_on == day("2024-03-01")
    assert card(
        fact("delivered", "2024-03-01", 1), fact("delivered", "2023-03-01", 2)
    ).starts_on == (day("2023-03-01"))
    assert card(second, first).starts_on == day("2024-03-01")


# --- days


@pytest.mark.parametrize(
    ("on", "status"),
    [
        ("2024-02-28", Status.NOT_STARTED),
        ("2024-02-29", Status.RUNNING),
        ("2024-05-01", Status.PAUSED),
        ("2024-05-12", Status.PAUSED),
        ("2024-05-13", Status.RUNNING),
        ("2025-03-12", Status.RUNNING),
        ("2025-03-13", Status.ENDED),
    ],
)
def test_status_day_by_day(on, status):
    facts = [
        fact("delivered", LEAP), fact("repair_in", "2024-05-01"), fact("repair_out", "2024-05-13"),
    ]  # fmt: skip

    assert card(*facts, on=day(on)).status is status


def test_an_end_on_a_day_off_moves_to_the_next_working_day():
    # seventh day 2026-10-01 to 10-08, the worked number for the return clock
    holidays = {day(f"2026-10-0{n}") for n in range(1, 8)}
    moved = card(
        fact("delivered", "2025-10-01"), on=day("2026-10-08"), is_day_off=holidays.__contains__
    )

    assert (moved.ends_on, moved.status) == (day("2026-10-08"), Status.RUNNING)
    assert moved.steps[-1].code is StepCode.MOVED_TO_WORKING_DAY
    assert moved.steps[-1].amount == 7
    with pytest.raises(ValueError):
        moved_off(LEAP, lambda _: True)


def test_what_makes_no_sense_is_the_callers_bug():
    for wrong in ({"months": 0}, {"months": 1, "activation_months": -1}, {"months": 1201}):
        with pytest.raises(ValueError):
            Terms(**wrong)
    with pytest.raises(ValueError):
        fact("delivered", "3001-01-01")
    with pytest.raises(ValueError):
        Fact(kind=FactKind.DELIVERED, on=LEAP, recorded_at=datetime(2024, 1, 1))  # noqa: DTZ001
    with pytest.raises(ValueError):
        add_months(LEAP, -1)
    with pytest.raises(ValueError):
        add_months(LEAP, 12 * 8000)


# --- whatever the facts

days = st.dates(date(2020, 1, 1), date(2030, 12, 31))
moments = st.none() | st.integers(0, 10**9).map(lambda s: datetime.fromtimestamp(s, UTC))
any_fact = st.builds(Fact, kind=st.sampled_from(FactKind), on=days, recorded_at=moments)
any_terms = st.builds(
    Terms, months=st.integers(1, 120), activation_months=st.integers(0, 24)
)  # fmt: skip
many_facts = st.lists(any_fact, max_size=12)


@settings(max_examples=150)
@given(many_facts, any_terms, days)
def test_an_end_is_never_before_its_start(facts, terms, on):
    reckoned = warranty_card(facts, terms=terms, on=on)

    assume(reckoned.ends_on is not None)
    assert reckoned.starts_on <= reckoned.ends_on
    assert reckoned.ends_on >= add_months(reckoned.starts_on, terms.months)
    assert all(pause.days >= 0 for pause in reckoned.pauses)


@settings(max_examples=150)
@given(st.data(), many_facts, any_terms, days)
def test_the_order_of_facts_does_not_matter(data, facts, terms, on):
    shuffled = data.draw(st.permutations(facts))

    assert warranty_card(shuffled, terms=terms, on=on) == warranty_card(facts, terms=terms, on=on)


@settings(max_examples=150)
@given(many_facts, any_terms, days, days)
def test_R136_activation_never_shortens(facts, terms, activated_on, on):
    others = [f for f in facts if f.kind is not FactKind.ACTIVATED]
    activation = Fact(kind=FactKind.ACTIVATED, on=activated_on)

    without = warranty_card(others, terms=terms, on=on)
    together = warranty_card([*others, activation], terms=terms, on=on)

    if without.ends_on is not None:
        assert together.ends_on >= without.ends_on


@settings(max_examples=150)
@given(
    days, any_terms,
    st.lists(st.tuples(st.integers(0, 25), st.integers(0, 40)), max_size=8),
)  # fmt: skip
def test_repair_days_add_exactly(start, terms, stays):
    """Stays one after the other, all begun within the plain term."""
    facts, at, total = [Fact(kind=FactKind.DELIVERED, on=start)], start, 0
    plain = warranty_card(facts, terms=terms, on=start).ends_on
    for gap, length in stays:
        since = at + timedelta(days=gap)
        at = since + timedelta(days=length)
        if since > plain:
            break
        facts += [
            Fact(kind=FactKind.REPAIR_IN, on=since), Fact(kind=FactKind.REPAIR_OUT, on=at),
        ]  # fmt: skip
        total += length

    assert warranty_card(facts, terms=terms, on=start).ends_on == plain + timedelta(days=total)
