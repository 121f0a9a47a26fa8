"""Months as people count them."""

from datetime import date

from hefu.core.clocks.calendar import month_after


def test_months_follow_each_other():
    assert month_after(date(2026, 11, 30)) == date(2026, 12, 1)
    assert month_after(date(2026, 12, 1)) == date(2027, 1, 1)
