"""Terms of group buys: what makes no sense, what is worse for buyers, and rules that say it all."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta, timezone

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from hefu.core.errors import Invalid
from hefu.core.group_buying import (
    GroupTerms,
    check_terms,
    read_terms,
    terms_document,
    terms_hash,
    worse_for_buyers,
)
from hefu.core.group_rules import LANGUAGES, About, rules_text

START = datetime(2026, 11, 22, 12, tzinfo=UTC)
TERMS = GroupTerms(
    title="三人团", title_en="For three", sku="CUP", price=19900, size=3, pieces=30,
    lasts_minutes=24 * 60, starts_at=START, ends_at=START + timedelta(days=7),
)  # fmt: skip
ABOUT = About(
    article="杯", organiser="本店", contact="400", alone=29900, zone=timezone(timedelta(hours=8))
)


@pytest.mark.parametrize(
    ("field", "value", "rule"),
    [
        ("title", " ", "required"),
        ("sku", "", "required"),
        ("title", "团" * 121, "too_long"),
        ("price", 0, "out_of_range"),
        ("size", 1, "out_of_range"),
        ("size", 51, "out_of_range"),
        ("pieces", 31, "not_a_multiple"),
        ("lasts_minutes", 4, "out_of_range"),
        ("per_person", 0, "out_of_range"),
        ("ends_at", START, "order"),
    ],
)
def test_terms_that_make_no_sense_name_their_field(field, value, rule):
    with pytest.raises(Invalid) as refused:
        check_terms(replace(TERMS, **{field: value}))

    assert (refused.value.details["field"], refused.value.details["rule"]) == (field, rule)


@pytest.mark.parametrize(
    ("field", "better", "worse"),
    [
        ("pieces", 60, 27),
        ("per_person", 2, 0),
        ("ends_at", START + timedelta(days=8), START + timedelta(days=6)),
        ("price", 18900, 20000),
    ],
)
def test_after_the_start_only_what_is_better_may_change(field, better, worse):
    assert worse_for_buyers(TERMS, replace(TERMS, **{field: better})) == ""
    assert worse_for_buyers(TERMS, replace(TERMS, **{field: worse})) == field


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("size", 2), ("lasts_minutes", 60), ("pay_minutes", 20), ("sku", "POT"), ("title", "团"),
        ("starts_at", START - timedelta(days=1)), ("currency", "EUR"),
    ],
)  # fmt: skip
def test_what_is_neither_better_nor_worse_is_another_offer(field, value):
    assert worse_for_buyers(TERMS, replace(TERMS, **{field: value})) == field


@given(
    price=st.integers(1, 10**9), size=st.integers(2, 50), groups=st.integers(1, 1000),
    lasts=st.integers(5, 10080), per_person=st.integers(1, 20),
)  # fmt: skip
@settings(max_examples=30, deadline=None)
def test_terms_are_read_back_as_they_were_written_and_another_term_is_another_page(
    price, size, groups, lasts, per_person
):
    terms = replace(
        TERMS, price=price, size=size, pieces=size * groups, lasts_minutes=lasts,
        per_person=per_person,
    )  # fmt: skip
    assert read_terms(terms_document(terms)) == terms
    for language in LANGUAGES:
        page = rules_text(terms, ABOUT, language=language)
        for field in ("price", "size", "lasts_minutes", "per_person", "pay_minutes"):
            other = replace(terms, **{field: getattr(terms, field) + 1})
            assert rules_text(other, ABOUT, language=language) != page, field
        assert terms_hash(terms_document(terms), {language: page}) != terms_hash(
            terms_document(terms), {language: page + "."}
        )


def test_the_rules_say_price_people_time_and_what_becomes_of_the_money():
    chinese, english = (rules_text(TERMS, ABOUT, language=one) for one in LANGUAGES)

    assert "3人成团，每人1件，每件199.00元" in chinese
    assert "2026-11-22 20:00 (UTC+08:00)" in chinese
    assert "未满3人付款" in chinese
    assert "24小时" in chinese
    assert "199.00 CNY for each of 3 people" in english
    assert "24 hours" in english
    with pytest.raises(ValueError, match="not in"):
        rules_text(TERMS, ABOUT, language="fr")
