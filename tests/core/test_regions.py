"""Province-level regions and coarse positions."""

import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hefu.core.errors import Invalid
from hefu.core.regions import REGIONS, coarse, normalise_region, region_named


def test_there_are_34_regions_each_with_its_own_codes_and_names():
    assert len(REGIONS) == 34
    for names in zip(*((r.code, r.iso, r.short, r.name, r.english) for r in REGIONS), strict=True):
        assert len(set(names)) == 34
    # GB/T 2260: the first digit is the region of the country
    sizes = [sum(r.code[0] == digit for r in REGIONS) for digit in "12345678"]
    assert sizes == [5, 3, 7, 6, 5, 5, 1, 2]


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("44", "440000"), ("4401", "440000"), ("440100", "440000"), ("４４０１００", "440000"),
        ("GD", "440000"), ("cn-gd", "440000"), ("CN-44", "440000"), ("广东", "440000"),
        ("广东省", "440000"), ("Guangdong", "440000"), ("Guangdong Province", "440000"),
        ("guangdong sheng", "440000"), ("Beijing Shi", "110000"), ("Shaanxi", "610000"),
        ("Shanxi", "140000"), ("内蒙古自治区", "150000"), ("Nei Mongol", "150000"),
        ("Xizang", "540000"), ("Tibet", "540000"), ("Hong Kong", "810000"), ("香港", "810000"),
        ("Macau", "820000"), ("澳门特别行政区", "820000"), ("台湾", "710000"),
        ("Guangxi Zhuang Autonomous Region", "450000"), ("", ""), ("  ", ""),
    ],
)  # fmt: skip
def test_regions_are_understood_in_many_spellings(text, code):
    assert normalise_region(text) == code


@pytest.mark.parametrize("text", ["99", "990000", "Atlantis", "4", "44000", "US-CA"])
def test_what_is_no_region_is_refused_with_its_field(text):
    with pytest.raises(Invalid) as caught:
        normalise_region(text)

    assert caught.value.details["field"] == "region"


@given(st.text(max_size=12))
def test_no_text_breaks_the_reading(text):
    region = region_named(text)
    assert region is None or region in REGIONS


def test_R117_guangzhou_becomes_a_cell_of_eleven_kilometres():
    assert str(coarse(23.12911, 113.26439)) == "23.1,113.3"
    assert str(coarse(-0.01, 0.04)) == "0.0,0.0"


@given(st.floats(-90, 90), st.floats(-180, 180))
def test_R117_a_rounded_position_keeps_one_decimal_and_rounds_to_itself(latitude, longitude):
    position = coarse(latitude, longitude)

    assert abs(position.latitude - latitude) <= 0.05 + 1e-9
    assert abs(position.longitude - longitude) <= 0.05 + 1e-9
    assert all(len(part.partition(".")[2]) == 1 for part in str(position).split(","))
    assert coarse(position.latitude, position.longitude) == position


@pytest.mark.parametrize(
    ("latitude", "longitude", "field"),
    [
        (91, 0, "latitude"),
        (0, 181, "longitude"),
        (math.nan, 0, "latitude"),
        (0, math.inf, "longitude"),
    ],
)
def test_a_position_off_the_planet_is_refused(latitude, longitude, field):
    with pytest.raises(Invalid) as caught:
        coarse(latitude, longitude)

    assert caught.value.details["field"] == field
