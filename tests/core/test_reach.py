"""Channels: what a request was, the last touch, costs to the fen."""

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hefu.core.reach import (
    Hit,
    Priced,
    Touch,
    costs,
    each,
    hit_of,
    is_robot,
    last_touch,
    share_bp,
)

NOW = datetime(2026, 11, 22, 12, tzinfo=UTC)

PHONE = (
    "Mozilla/5.0 (iPhone; CPU iPhone OS 17_5 like Mac OS X) AppleWebKit/605.1.15 (KHTML, like "
    "Gecko) Mobile/15E148 MicroMessenger/8.0.49(0x18003137) NetType/WIFI Language/zh_CN"
)


@pytest.mark.parametrize(
    ("agent", "purpose", "robot"),
    [
        (PHONE, "", False),
        ("Mozilla/5.0 (X11; Linux x86_64; rv:128.0) Gecko/20100101 Firefox/128.0", "", False),
        ("Mozilla/5.0 (Linux; Android 11; CUBOT X50) Chrome/128.0 Mobile Safari/537.36", "", False),
        (PHONE, "prefetch;prerender", True),
        ("", "", True),
        ("Mozilla/5.0 (compatible; Baiduspider/2.0; +http://www.baidu.com/search)", "", True),
        ("Mozilla/5.0 (compatible; Googlebot/2.1)", "", True),
        ("facebookexternalhit/1.1", "", True),
        ("curl/8.5.0", "", True),
    ],
)
def test_programs_are_known_by_their_names(agent, purpose, robot):
    assert is_robot(agent, purpose=purpose) is robot


@pytest.mark.parametrize(
    ("robot", "late", "minutes", "hit"),
    [
        (True, True, 1, Hit.ROBOT),
        (False, True, 1, Hit.LATE),
        (False, False, 29, Hit.AGAIN),
        (False, False, 30, Hit.VISIT),
        (False, False, None, Hit.VISIT),
    ],
)
def test_a_request_is_one_thing(robot, late, minutes, hit):
    last = None if minutes is None else NOW - timedelta(minutes=minutes)
    assert hit_of(robot=robot, late=late, last_at=last, now=NOW) is hit


def test_the_last_touch_within_seven_days_counts():
    old, new = Touch(placement_id=1, at=NOW - timedelta(days=7)), Touch(placement_id=2, at=NOW)
    gone = Touch(placement_id=3, at=NOW - timedelta(days=7, seconds=1))
    ahead = Touch(placement_id=4, at=NOW + timedelta(seconds=1))
    assert last_touch((old, None, gone, ahead), NOW) == old
    assert last_touch((new, old), NOW) == new
    assert last_touch((gone, ahead, None), NOW) is None


def test_parts_of_a_line_are_all_of_it():
    rows = [
        Priced(id=1, cost=300, line="web"), Priced(id=2, cost=None, line="web"),
        Priced(id=3, cost=None, line="web"), Priced(id=4, cost=70),
        Priced(id=5, cost=None, line="x"),
    ]  # fmt: skip
    assert costs(rows, {"web": 1001}) == {1: 300, 2: 351, 3: 350, 4: 70, 5: 0}
    assert costs(rows, {"web": 100})[2] == 0, "own costs alone are more than the line"


@given(
    own=st.lists(st.one_of(st.none(), st.integers(0, 10**6)), min_size=1, max_size=8),
    used=st.integers(0, 10**8),
)
def test_a_line_that_somebody_shares_is_spread_to_the_fen(own, used):
    found = costs([Priced(id=n, cost=c, line="a") for n, c in enumerate(own)], {"a": used})
    fixed = sum(c or 0 for c in own)
    assert sum(found.values()) == (max(fixed, used) if None in own else fixed)


def test_what_a_visit_costs_is_rounded_half_up_and_nothing_is_divided_by_nothing():
    assert [each(100, 3), each(5, 2), each(100, 0), each(0, 4)] == [33, 3, None, 0]
    assert [share_bp(1, 3), share_bp(2, 3), share_bp(1, 0)] == [3333, 6667, 0]
