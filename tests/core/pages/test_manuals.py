"""The manual of a unit, and the newest one."""

from datetime import date

import pytest

from hefu.core.pages import (
    ManualKind,
    ManualVersion,
    PageContent,
    choose_language,
    kinds_of,
    manual_for,
)


def edition(label, **about):
    return ManualVersion(media=f"{ord(label[-1]):064x}", label=label, **about)


BATCH_01 = edition("V1", batches=("01",), issued_on=date(2022, 12, 1))
FOR_ALL = edition("V2", issued_on=date(2024, 3, 1))
ENGLISH = edition("E1", language="en", issued_on=date(2023, 1, 1))
PAGE = PageContent(manuals=(BATCH_01, FOR_ALL, ENGLISH))


def fit(content=PAGE, languages=("zh-hans",), **unit):
    return manual_for(content, kind=ManualKind.MANUAL, languages=languages, **unit)


def test_R102_a_unit_of_batch_01_gets_its_manual_and_is_told_of_a_newer_one():
    found = fit(batch="01", made_on=date(2022, 12, 12))

    assert (found.fits, found.newest, found.newer) == (BATCH_01, FOR_ALL, FOR_ALL)


def test_R102_a_later_batch_and_a_reader_without_a_unit_get_the_newest():
    assert fit(batch="02", made_on=date(2022, 12, 12)).fits == FOR_ALL
    assert fit(batch="02", made_on=date(2022, 12, 12)).newer is None
    assert fit() == fit(batch="77")


def test_production_days_are_inclusive_and_a_batch_may_be_of_one_day():
    spring = edition("S", made_from=date(2023, 3, 1), made_until=date(2023, 5, 31))
    one_day = edition("D", batches=("2023-05-31/01",))
    content = PageContent(manuals=(spring, one_day))

    assert fit(content, batch="02", made_on=date(2023, 3, 1)).fits == spring
    assert fit(content, batch="02", made_on=date(2023, 5, 31)).fits == spring
    assert fit(content, batch="01", made_on=date(2023, 5, 31)).fits == one_day
    assert fit(content, batch="01", made_on=date(2023, 6, 1)).fits is None
    assert fit(content, batch="01").fits is None  # the day is needed, and not known


def test_of_two_editions_for_the_same_units_the_later_one_fits():
    first = edition("A", batches=("01",), issued_on=date(2023, 1, 1))
    mended = edition("B", batches=("01",), issued_on=date(2023, 2, 1))

    assert fit(PageContent(manuals=(mended, first)), batch="01").fits == mended


def test_the_language_is_that_of_the_reader_where_an_edition_fits():
    assert fit(languages=("en", "zh"), batch="01").fits == ENGLISH
    assert fit(languages=("fr", "zh"), batch="01").fits == BATCH_01
    only = PageContent(manuals=(edition("X", language="en", batches=("09",)), BATCH_01))
    assert fit(only, languages=("en",), batch="01").fits == BATCH_01


def test_kinds_are_listed_in_one_order():
    mixed = PageContent(manuals=(edition("W", kind=ManualKind.WARRANTY), FOR_ALL))

    assert kinds_of(mixed) == (ManualKind.MANUAL, ManualKind.WARRANTY)
    assert manual_for(mixed, kind=ManualKind.PARTS, languages=("zh",)).fits is None


@pytest.mark.parametrize(
    ("wanted", "given"),
    [
        (["en-GB"], "en"), (["zh-hans"], "zh"), (["zh-Hant-TW"], "zh-Hant"), (["pt"], "pt-BR"),
        (["fr"], "zh"), ([], "zh"), (["fr", "en"], "en"), (["ZH_CN"], "zh"),
    ],
)  # fmt: skip
def test_a_reader_gets_the_language_that_suits_best(wanted, given):
    assert choose_language(["zh", "zh-Hant", "en", "pt-BR"], wanted) == given


def test_without_any_language_there_is_none():
    assert choose_language([], ["zh"]) is None
