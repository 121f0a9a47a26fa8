"""The clocks of the house: one that fails stops no other."""

from datetime import UTC, datetime

import pytest
from django.db import OperationalError

from hefu.apps.audit.worker import mind

NOW = datetime(2026, 11, 22, tzinfo=UTC)


def test_a_clock_that_fails_stops_no_other():
    minded = []

    def breaks(now):
        raise KeyError("one bad row")

    def minds(now):
        minded.append(now)
        return 1

    mind((breaks, minds), NOW)
    assert minded == [NOW]


def test_a_database_that_is_away_is_away_for_all():
    def away(now):
        raise OperationalError("gone")

    with pytest.raises(OperationalError):
        mind((away,), NOW)
