"""A template with two readings is refused when saved, with both; decided exactly."""

from collections import Counter
from datetime import date, timedelta
from itertools import product

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from hefu.core import codes
from hefu.core.codes import dates
from hefu.core.codes.ambiguity import two_readings
from tests.core.codes.brand import SAMPLE, maker_template


def test_O1_a_template_with_two_readings_of_the_sample_shows_both():
    with pytest.raises(codes.AmbiguousTemplate) as caught:
        maker_template(
            date=codes.DateSegment(formats=("YYMMDD", "MMDDYYYY")),
            batch=codes.BatchSegment(widths=(0, 2)),
            sample=SAMPLE,
        )

    details = caught.value.details
    assert details["text"] == SAMPLE.upper()
    assert details["first"] == (
        "model PFFN5005, date 2012-12-20, batch 19, channel jd, seal 71WVM8"
    )
    assert details["second"] == "model PFFN5005, date 2019-12-12, channel jd, seal 71WVM8"


AMBIGUOUS = [
    {"date": codes.DateSegment(formats=("YYMMDD", "DDMMYY"))},
    {
        "date": codes.DateSegment(formats=("YYMMDD", "MMDDYYYY")),
        "batch": codes.BatchSegment(widths=(0, 2)),
    },
    {"model": codes.ModelSegment(models=("A1", "A12")), "batch": codes.BatchSegment(widths=(1, 2))},
    {
        "batch": codes.BatchSegment(widths=(2, 3)),
        "date": codes.DateSegment(formats=("YYMMDD", "YYMMD")),
    },
]


@pytest.mark.parametrize("changes", AMBIGUOUS)
def test_two_readings_are_refused_without_a_sample_too(changes):
    with pytest.raises(codes.AmbiguousTemplate) as caught:
        maker_template(**changes)

    assert caught.value.details["first"] != caught.value.details["second"]
    assert len(str(caught.value.details["text"])) > 12


CLEAR = [
    {"model": codes.ModelSegment(models=("A1", "A12", "A123"))},
    {"date": codes.DateSegment(formats=("YYMMDD", "YYYYMMDD"))},
    {"batch": codes.BatchSegment(widths=(0, 2, 4), alphabet=codes.BASE36)},
    # a year 20xx read as YYMMDD has month xx: only 01 to 12, and then MM would be a day: overlaps
    # in form, but the total length tells them apart
    {"model": codes.ModelSegment(models=("PO1", "P01"))},
]


@pytest.mark.parametrize("changes", CLEAR)
def test_templates_with_one_reading_are_accepted(changes):
    maker_template(**changes)


def test_a_length_that_varies_may_be_hidden_by_another():
    """Models of two lengths are clear, batches of two lengths are clear, both together are not."""
    models, batches = codes.ModelSegment(models=("A", "A1")), codes.BatchSegment(widths=(2, 3))
    maker_template(model=models)
    maker_template(batch=batches)

    with pytest.raises(codes.AmbiguousTemplate):
        codes.Template(segments=(models, batches, codes.SealSegment()))
    # a separator that is never typed does not help, one that is does
    with pytest.raises(codes.AmbiguousTemplate):
        codes.Template(
            segments=(models, codes.LiteralSegment(text="-"), batches, codes.SealSegment())
        )
    codes.Template(segments=(models, codes.LiteralSegment(text="/"), batches, codes.SealSegment()))


words = st.frozensets(st.text("01", min_size=1, max_size=3), min_size=1, max_size=3)
paths = st.lists(words, max_size=2).map(tuple)
languages = st.lists(st.lists(paths, min_size=1, max_size=2).map(tuple), min_size=1, max_size=3)


@settings(max_examples=400)
@given(languages)
def test_the_decision_is_exact(segments):
    """Against counting all readings of all texts."""
    readings = Counter(
        "".join(word for part in choice for word in part)
        for path_of_each in product(*segments)
        for choice in product(*(list(product(*path)) for path in path_of_each))
    )

    found = list(two_readings(segments))

    assert bool(found) == any(number > 1 for number in readings.values())
    assert all(readings[text] > 1 for text in found[:50])


@pytest.mark.parametrize("pattern", ["YYMMDD", "YYYYMMDD", "DDMMYY", "MMDDYYYY", "YYMD", "DMYY"])
def test_the_cases_of_a_date_are_all_days_once(pattern):
    spelled = Counter("".join(words) for case in dates.cases(pattern) for words in product(*case))
    days = (date(2000, 1, 1) + timedelta(days=number) for number in range(36_525))

    assert spelled == Counter(dates.write_date(day, pattern) for day in days)
