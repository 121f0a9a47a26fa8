"""Today for those who run and approve promotions."""

from datetime import timedelta

import pytest

from tests.surfaces.desk.codes.browsing import text_of, url
from tests.surfaces.desk.promotions.rows import CUPS, TIERS, asked, drafted, launched, replace, used

pytestmark = pytest.mark.django_db


def test_a_campaign_manager_sees_drafts_and_what_nears_the_end_of_its_budget(house, writer):
    drafted(house, CUPS)
    launched(house, replace(TIERS, id="fresh", title="刚开始"))
    row = launched(house, TIERS, budget=10_000)
    used(house, row, amount=900, times=9, ago=timedelta(minutes=30))

    page = text_of(writer.get(url("home")))

    assert "Promotions to submit 1" in page
    assert "Promotions running 2 1 near the end of their budget" in page
    # 19.00 left at 81.00 an hour
    assert "春季满减 81 % gone 2026-11-22 20:14" in page
    assert "刚开始" not in page
    assert "New promotion" in page


def test_an_approver_reads_what_waits_by_its_title(house, approver):
    asked(house, TIERS)
    page = text_of(approver.get(url("home")))
    assert "春季满减 Launch a promotion" in page
    assert "Promotions to submit" not in page
