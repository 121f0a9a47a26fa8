"""The golden table of verdicts (R118), and what never happens."""

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hefu.core.codes import (
    Check,
    Reading,
    UnitFacts,
    VelocityPolicy,
    VerdictKind,
    judge,
)

NOW = datetime(2026, 11, 22, 12, tzinfo=UTC)
LONG_AGO = NOW - timedelta(days=90)


def ago(**delta):
    return NOW - timedelta(**delta)


def checks(*entries):
    """Facts of a unit that is in trade and was checked: (hours ago, device, region)."""
    found = tuple(
        Check(at=ago(hours=hours), device=device, region=region)
        for hours, device, region in entries
    )
    return {
        "commissioned_at": LONG_AGO,
        "earlier_checks": len(found),
        "first_check": min(found, key=lambda check: check.at),
        "recent": found,
    }


NEW = {"commissioned_at": LONG_AGO}
SEEN = checks((48, "a", "440300"), (24, "b", "440100"))
HERE = Check(at=NOW, device="me", region="440100")

GOLDEN = [
    ("first check", NEW, "genuine_first", "first_check"),
    ("checked before", SEEN, "genuine_again", "checked_before"),
    (
        "my own reload",
        checks((0.1, "me", "440100")),
        "genuine_first",
        "first_check",
    ),
    ("my check of yesterday", checks((24, "me", "440100")), "genuine_again", "checked_before"),
    (
        "mine",
        SEEN | {"activated_at": ago(days=1), "activated_by_viewer": True},
        "activated_by_you",
        "activated_by_you",
    ),
    ("somebody else's", SEEN | {"activated_at": ago(days=1)}, "genuine_again", "checked_before"),
    ("recalled", SEEN | {"recalled_at": ago(days=3), "recall": "R-7"}, "recalled", "recalled"),
    (
        "recalled and void and lost",
        {"recalled_at": ago(days=3), "voided_at": LONG_AGO, "lost_at": LONG_AGO},
        "recalled",
        "recalled",
    ),
    ("void and frozen", NEW | {"voided_at": LONG_AGO, "frozen_at": LONG_AGO}, "void", "void"),
    ("frozen and lost", NEW | {"frozen_at": LONG_AGO, "lost_at": LONG_AGO}, "frozen", "frozen"),
    ("never commissioned", {}, "leak", "not_commissioned"),
    (
        "commissioned tomorrow",
        {"commissioned_at": NOW + timedelta(days=1)},
        "leak",
        "not_commissioned",
    ),
    ("lost", SEEN | {"lost_at": ago(days=2)}, "lost", "lost"),
    (
        "recall of tomorrow",
        NEW | {"recalled_at": NOW + timedelta(days=1)},
        "genuine_first",
        "first_check",
    ),
    (
        "checked before it was commissioned",
        SEEN | {"commissioned_at": ago(hours=30)},
        "suspicious",
        "checked_before_commissioning",
    ),
    (
        "too many devices",
        checks(*((hours, f"d{hours}", "440100") for hours in range(1, 9))),
        "suspicious",
        "many_devices",
    ),
    (
        "as many devices as allowed",
        checks(*((hours, f"d{hours}", "440100") for hours in range(1, 8))),
        "genuine_again",
        "checked_before",
    ),
    (
        "too many provinces",
        checks((300, "a", "110000"), (200, "a", "310000"), (100, "a", "510000")),
        "suspicious",
        "many_regions",
    ),
    (
        "long ago does not count",
        checks((900, "a", "110000"), (800, "a", "310000"), (750, "a", "510000")),
        "genuine_again",
        "checked_before",
    ),
    ("too fast", checks((0.2, "a", "110000")), "suspicious", "impossible_travel"),
    ("within one province", checks((0.2, "a", "440300")), "genuine_again", "checked_before"),
    (
        "suspicious although mine",
        checks((0.2, "a", "110000")) | {"activated_at": LONG_AGO, "activated_by_viewer": True},
        "suspicious",
        "impossible_travel",
    ),
    ("typing error", {"reading": Reading.TYPING_ERROR}, "typing_error", "typing_error"),
    ("unknown", {"reading": Reading.UNKNOWN}, "unknown", "unknown"),
    ("never issued", {"reading": Reading.NEVER_ISSUED}, "unknown", "unknown"),
]


@pytest.mark.parametrize(
    ("facts", "kind", "reason"), [row[1:] for row in GOLDEN], ids=[row[0] for row in GOLDEN]
)
def test_R118_golden_table(facts, kind, reason):
    verdict = judge(UnitFacts(here=HERE, **facts), now=NOW)

    assert (verdict.kind, verdict.reasons[0].code) == (kind, reason)


def test_the_verdict_says_how_often_since_when_and_where():
    verdict = judge(UnitFacts(here=HERE, **SEEN), now=NOW)

    reason = verdict.reasons[0]
    assert (reason.count, reason.since, reason.place) == (2, ago(hours=48), "440300")
    assert verdict.since == ago(hours=48)


def test_a_recall_names_its_notice_and_all_other_reasons_stand_behind_it():
    facts = SEEN | {"recalled_at": ago(days=3), "recall": "R-7", "lost_at": ago(days=1)}

    verdict = judge(UnitFacts(here=HERE, **facts), now=NOW)

    assert verdict.reasons[0].reference == "R-7"
    assert [reason.code for reason in verdict.reasons] == ["recalled", "lost", "checked_before"]


def test_travel_is_told_with_both_places_and_seconds():
    verdict = judge(UnitFacts(here=HERE, **checks((0.2, "a", "110000"))), now=NOW)

    reason = verdict.reasons[0]
    assert (reason.place, reason.count) == ("110000>440100", 720)


def test_misses_are_alike():
    """A serial never issued must not be told from a forgery, or codes would count production."""
    never = judge(UnitFacts(reading=Reading.NEVER_ISSUED, here=HERE), now=NOW)

    assert never == judge(UnitFacts(reading=Reading.UNKNOWN, here=HERE), now=NOW)


def test_R118_the_consumer_never_sees_the_diversion():
    facts = UnitFacts(here=HERE, shipped_regions=("110000", "120000"), **SEEN)

    verdict = judge(facts, now=NOW)

    assert [reason.code for reason in verdict.internal] == ["outside_shipped_regions"]
    assert verdict.internal[0].place == "440100"
    assert verdict.for_consumer().internal == ()
    assert verdict.for_consumer() == judge(UnitFacts(here=HERE, **SEEN), now=NOW)


def test_where_it_was_to_be_sold_is_no_diversion():
    facts = UnitFacts(here=HERE, shipped_regions=("440000",), **SEEN)

    assert judge(facts, now=NOW).internal == ()


def test_the_policy_decides_what_is_too_many():
    facts = UnitFacts(here=HERE, **SEEN)

    assert judge(facts, VelocityPolicy(devices=2), now=NOW).kind == "suspicious"
    assert judge(facts, VelocityPolicy(devices=3), now=NOW).kind == "genuine_again"


instants = st.none() | st.integers(-200, 50).map(lambda hours: NOW + timedelta(hours=hours))
some_checks = st.lists(
    st.builds(
        Check,
        at=st.integers(0, 2000).map(lambda hours: ago(hours=hours)),
        device=st.sampled_from(["", "a", "b", "me"]),
        region=st.sampled_from(["", "110000", "440100", "US-CA"]),
    ),
    max_size=5,
)


@given(
    st.builds(
        UnitFacts,
        here=st.none() | st.just(HERE),
        recalled_at=instants,
        voided_at=instants,
        frozen_at=instants,
        lost_at=instants,
        commissioned_at=instants,
        activated_at=instants,
        activated_by_viewer=st.booleans(),
        recent=some_checks.map(tuple),
        earlier_checks=st.integers(0, 9),
        first_check=st.none() | some_checks.filter(bool).map(lambda found: found[0]),
    )
)
def test_bad_news_is_never_hidden(facts):
    verdict = judge(facts, now=NOW)

    bad = [facts.recalled_at, facts.voided_at, facts.frozen_at, facts.lost_at]
    in_force = any(at is not None and at <= NOW for at in bad)
    in_trade = facts.commissioned_at is not None and facts.commissioned_at <= NOW
    good = {VerdictKind.GENUINE_FIRST, VerdictKind.GENUINE_AGAIN, VerdictKind.ACTIVATED_BY_YOU}
    assert verdict.reasons
    assert not (verdict.kind in good and (in_force or not in_trade))
