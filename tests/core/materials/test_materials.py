"""Sizes, rights, places and posters: what is flagged, and with which figures."""

from datetime import date

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from hefu.core.materials import (
    FORMATS,
    Fault,
    Kind,
    PosterFacts,
    Rights,
    Unit,
    Venue,
    barred,
    changed,
    document,
    findings,
    missing,
    poster_hash,
    read_facts,
    remedy_height,
    school_named,
)

TODAY = date(2026, 11, 22)
FINE = {
    "unit": Unit.PX, "bytes": 100_000, "is_film": False,
    "rights": Rights(licence="bought", until=TODAY), "labelled": True, "on": TODAY,
}  # fmt: skip
FACTS = PosterFacts(
    title="中秋", theme="团圆", first_on=date(2027, 9, 1), last_on=date(2027, 9, 20), how=("扫码",),
    link="https://x.example/", brand="奔腾", organiser="上海奔腾", contact="", colour="#2b6a5b",
)  # fmt: skip


def faults(key, width, height, **about):
    found = findings(FORMATS[key], width=width, height=height, **{**FINE, **about})
    return [one.fault for one in found]


def test_R177_a_wrong_aspect_ratio_is_flagged_with_both_figures():
    cover = FORMATS["wechat-cover"]
    (found,) = findings(cover, width=900, height=500, **FINE)
    assert found.fault is Fault.RATIO
    assert (found.wanted, found.found) == ((900, 383), (900, 500))
    assert remedy_height(cover, 1800) == 766
    assert faults("wechat-cover", 1800, 766) == []


def test_R177_rights_that_are_over_and_a_missing_label_are_flagged():
    over = Rights(licence="bought", until=date(2026, 11, 21))
    assert faults("phone-poster", 1080, 1920, rights=over) == [Fault.EXPIRED]
    assert faults("phone-poster", 1080, 1920, rights=Rights()) == [Fault.NO_LICENCE]
    assert faults("phone-poster", 1080, 1920, labelled=False) == [Fault.UNLABELLED]
    assert faults("print-a4", 2100, 2970, labelled=False) == []  # paper is no internet advertising


@pytest.mark.parametrize(
    ("key", "sides", "about", "wrong"),
    [
        ("print-a4", (216, 303), {"unit": Unit.MM}, []),  # 3 mm of bleed all around
        ("print-a4", (297, 210), {"unit": Unit.MM}, [Fault.RATIO]),  # it lies on its side
        ("print-a4", (1240, 1754), {}, []),  # 150 dots an inch: 210 mm are 8.27 inches
        ("print-a4", (620, 877), {}, [Fault.COARSE]),
        ("print-roll-up-80", (2560, 6400), {}, []),  # 81 dots an inch, seen from two metres
        ("phone-poster", (540, 960), {}, [Fault.TOO_SMALL]),
        ("douyin-video", (1080, 1920), {}, [Fault.NOT_A_FILM]),
        ("douyin-video", (1080, 1920), {"is_film": True}, []),
        ("wechat-cover", (900, 383), {"bytes": 2_000_001}, [Fault.TOO_HEAVY]),
        ("wechat-cover", (0, 0), {"bytes": 0}, []),  # an article of words alone
    ],
)
def test_each_fault_is_found_and_nothing_else(key, sides, about, wrong):
    assert faults(key, *sides, **about) == wrong


@settings(max_examples=50)
@given(st.sampled_from(sorted(FORMATS)), st.integers(1, 4))
def test_the_format_itself_enlarged_is_never_flagged(key, times):
    one = FORMATS[key]
    assert faults(
        key, one.width * times, one.height * times, unit=one.unit, is_film=one.moves
    ) == []  # fmt: skip


def test_every_format_says_where_it_is_known_from():
    assert all(one.source and one.most_bytes > 0 for one in FORMATS.values())
    assert {one.kind for one in FORMATS.values()} == set(Kind)


def test_R168_schools_are_closed_to_advertising_by_the_article():
    for venue in (Venue.PRIMARY_SCHOOL, Venue.MIDDLE_SCHOOL, Venue.KINDERGARTEN):
        assert barred(venue, on=TODAY).source == "广告法第三十九条"
    assert barred(Venue.COMMUNITY, on=TODAY) is None
    assert school_named("上海市人民路第一小学门口") == "小学"
    assert school_named("人民路 1 号") == ""


def test_R175_a_poster_without_theme_dates_or_how_names_what_is_missing():
    assert missing(FACTS) == ()
    bare = PosterFacts(**{**document(FACTS), "theme": " ", "first_on": None, "how": ()})
    assert missing(bare) == ("theme", "dates", "how")


def test_facts_are_read_back_and_a_change_is_named():
    again = read_facts(document(FACTS))
    assert again == FACTS
    later = read_facts({**document(FACTS), "last_on": "2027-09-21"})
    assert changed(FACTS, later) == ("last_on",)
    assert poster_hash(later) != poster_hash(FACTS) == poster_hash(again)
