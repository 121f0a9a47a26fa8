"""A backtest from a list to a report: read, replayed, resumed, kept apart."""

import io
import json
from datetime import timedelta
from hashlib import sha256

import pytest

from hefu.apps.audit import jobs
from hefu.apps.audit.models import Entry, Job
from hefu.apps.campaigns.backtesting import pool
from hefu.apps.campaigns.backtesting.files import Folder
from hefu.apps.campaigns.errors.backtests import NotFinished
from hefu.apps.campaigns.models import Backtest
from hefu.apps.campaigns.selectors.backtests import (
    backtest_by_id,
    backtests_for,
    backtests_of,
    rule_choices,
    rules_chosen,
)
from hefu.apps.campaigns.services import backtest_running
from hefu.apps.campaigns.services.backtests import (
    HouseOrders,
    OrdersFile,
    SameOrders,
    start_backtest,
)
from hefu.core.backtest import BacktestRefused
from hefu.core.errors import Invalid, NotAllowed, NotFound
from hefu.core.permissions import Role
from hefu.core.promotions import canonical_bytes
from hefu.files import FileUnreadable
from tests.apps.campaigns.backtests.retail import (
    NOW,
    as_csv,
    comparison,
    gift_shop,
    start,
    work,
)
from tests.factories import a_brand, a_partner, an_actor

pytestmark = pytest.mark.django_db


@pytest.fixture
def brand():
    return a_brand()


@pytest.fixture
def manager(brand):
    return an_actor(brand, Role.CAMPAIGN_MANAGER)


@pytest.fixture
def small():
    return as_csv(
        [
            ("A1", "2026-01-05 09:00", "li@example.com", "85123A", 6, "50.00", "40.00", ""),
            ("A1", "2026-01-05 09:00", "li@example.com", "POST", 1, "5.00", "", ""),
            ("A2", "2026/1/6 8:03", "LI@example.com", "22423", 30, "10.00", "4", ""),
            ("A3", "2026-01-07", "", "22423", 1, "0.999", "4", ""),
            ("C1", "2026-01-08 10:00", "li@example.com", "22423", -10, "10.00", "4", ""),
            ("C2", "2026-01-08 10:00", "", "22423", -1, "10.00", "4", ""),
            ("A4", "yesterday", "wang", "22423", 1, "10.00", "4", ""),
            ("A5", "2026-01-08", "wang", "22423", "some", "10.00", "4", ""),
            ("A6", "2026-01-08", "wang", "22423", 1, "0", "4", ""),
            ("", "2026-01-08", "wang", "22423", 1, "1", "4", ""),
        ]
    )


def test_a_list_is_read_and_what_cannot_be_used_is_counted(manager, small):
    backtest = start(manager, small)

    assert work().state == Job.State.DONE

    found = backtest_by_id(manager, backtest.pk)
    assert found.reading_found == {
        "rows": 10, "orders": 3, "lines": 5, "customers": 1, "units_returned": 10, "rounded": 1,
        "aside": {
            "no_number": 1, "no_price": 1, "no_quantity": 1, "no_time": 1, "not_goods": 1,
            "return_unmatched": 1,
        },
    }  # fmt: skip
    totals = found.result["sides"]["today"]
    # 6 x 50.00, 20 x 10.00 after 10 came back, 1.00
    assert (totals["orders"], totals["units"], totals["revenue"]) == (3, 27, 50_100)
    assert [row["segment"] for row in found.result["segments"]] == [
        "anonymous", "first", "second_to_fifth",
    ]  # fmt: skip


def test_the_report_says_what_tomorrow_would_change(manager, small):
    backtest = start(manager, small)
    work()

    result = backtest_by_id(manager, backtest.pk).result

    tomorrow = result["sides"]["tomorrow"]
    given = {one["id"]: (one["applied"], one["discount"]) for one in tomorrow["promotions"]}
    # hearts: 45 % of 300.00; what is left, 165.00, earns 5.00 of welcome and no tier; A2's 200.00
    # earn the first tier
    assert given["hearts"] == (1, 13_500)
    assert given["welcome"] == (1, 500)
    assert given["save-more"] == (1, 1_500)
    assert given["letter"] == (0, 0)
    assert result["changes"]["saved"] == 15_500
    codes = {(one["code"], one["promotion"]) for one in result["findings"]}
    assert {("not_replayed", "letter"), ("never_touched", "boats")} <= codes
    assert ("sold_below_cost", "hearts + welcome") in codes


def test_no_customer_stands_in_any_file_or_result(manager, small):
    backtest = start(manager, small)
    work()
    found = backtest_by_id(manager, backtest.pk)

    folder = Folder(found.folder)
    assert sorted(path.name for path in folder.path.iterdir()) == ["goods.json", "orders"]
    kept = folder.orders.read_text() + json.dumps(found.result)
    assert "example" not in kept
    assert sha256(folder.orders.read_bytes()).hexdigest() == found.orders_hash
    assert sha256(canonical_bytes(found.result)).hexdigest() == found.result_hash


def test_processes_change_nothing(manager, shared_data, settings, monkeypatch):
    content = gift_shop(shared_data, rows=12_000)
    monkeypatch.setattr(pool, "WORTH_IT", 0)
    monkeypatch.setattr(pool, "CHUNK", 60)
    hashes = set()
    for processes in (1, 2):
        settings.HEFU_BACKTEST_PROCESSES = processes
        backtest = start(manager, content)
        work()
        hashes.add(backtest_by_id(manager, backtest.pk).result_hash)

    [only] = hashes
    assert only


def test_a_killed_run_goes_on_to_the_same_bytes(manager, shared_data, monkeypatch, settings):
    settings.HEFU_BACKTEST_PROCESSES = 1
    content = gift_shop(shared_data, rows=6_000)
    whole = start(manager, content)
    work()
    monkeypatch.setattr(pool, "CHUNK", 20)
    monkeypatch.setattr(backtest_running, "_KEEP_EVERY", 2)
    backtest = start(manager, content)

    class Killed(BaseException):
        """As SIGKILL: nothing is tidied up, nothing is caught."""

    steps = pool.replayed

    def dies(*args, **more):
        for number, where in enumerate(steps(*args, **more), start=1):
            if number == 6:
                raise Killed
            yield where

    monkeypatch.setattr(backtest_running, "replayed", dies)
    with pytest.raises(Killed):
        work()
    offset, progress = Folder(backtest.folder).state()
    assert offset
    assert progress["orders"] == 80

    monkeypatch.setattr(backtest_running, "replayed", steps)
    assert work(NOW + timedelta(minutes=1)).attempts == 2

    one, other = (backtest_by_id(manager, each.pk) for each in (whole, backtest))
    assert one.result_hash == other.result_hash != ""
    assert one.orders_hash == other.orders_hash


def test_the_same_orders_under_other_rules(manager, small):
    first = start(manager, small)
    with pytest.raises(NotFinished):
        start_backtest(manager, source=SameOrders(backtest_id=first.pk), of=comparison(), now=NOW)
    work()

    second = start_backtest(
        manager, source=SameOrders(backtest_id=first.pk), of=comparison(budgets={}), now=NOW
    )
    work()

    one, other = (backtest_by_id(manager, each.pk) for each in (first, second))
    assert other.orders_hash == one.orders_hash
    assert other.result["sides"]["today"] == one.result["sides"]["today"]
    with pytest.raises(Invalid, match="other_currency"):
        start_backtest(
            manager, source=SameOrders(backtest_id=first.pk),
            of=comparison(currency="CNY", budgets={}), now=NOW,
        )  # fmt: skip


def test_a_list_of_nothing_fails_and_says_so(manager):
    backtest = start(manager, as_csv([("A4", "yesterday", "w", "1", 1, "1", "", "")]))

    job = work()

    assert job.state == Job.State.FAILED
    assert "campaigns.no_orders" in job.error
    assert backtest_by_id(manager, backtest.pk).result == {}


@pytest.mark.parametrize(
    ("content", "refusal"),
    [
        (b"", FileUnreadable),
        ("订单号,下单时间,货号,数量\n".encode(), Invalid),
    ],
    ids=["empty", "no price"],
)
def test_a_list_that_is_none_leaves_nothing(manager, brand, content, refusal):
    with pytest.raises(refusal):
        start(manager, content)

    assert not Backtest.objects.exists()
    assert not Job.objects.exists()
    folder = Folder(f"backtests/{brand.pk}").path
    assert not list(folder.iterdir())


def test_only_campaign_managers_start_and_strangers_see_nothing(manager, brand, small):
    backtest = start(manager, small)
    analyst = an_actor(brand, Role.ANALYST)
    partner = an_actor(brand, Role.DISTRIBUTOR, a_partner(brand))
    stranger = an_actor(a_brand(), Role.CAMPAIGN_MANAGER)

    assert [one.pk for one in backtests_for(analyst)] == [backtest.pk]
    for who, refusal in ((analyst, NotAllowed), (partner, NotAllowed)):
        with pytest.raises(refusal):
            start(who, small)
    with pytest.raises(NotAllowed):
        backtests_for(partner)
    with pytest.raises(NotFound):
        backtest_by_id(stranger, backtest.pk)


@pytest.mark.parametrize(
    ("more", "refusal"),
    [
        ({"budgets": {"nobody": 1}}, BacktestRefused),
        ({"hold_out_bp": 10_000}, Invalid),
    ],
)
def test_a_plan_that_cannot_work_is_refused_at_once(manager, small, more, refusal):
    with pytest.raises(refusal):
        start(manager, small, **more)

    assert not Backtest.objects.exists()


def test_a_period_that_ends_first_is_refused(manager):
    with pytest.raises(Invalid, match="before_start"):
        start_backtest(manager, source=HouseOrders(since=NOW, until=NOW), of=comparison(), now=NOW)


def test_the_trail_names_both_rule_sets(manager, small):
    backtest = start(manager, small)
    work()

    started, finished = Entry.objects.filter(action__startswith="campaigns.backtest").order_by("pk")
    assert started.data["tomorrow"] == backtest.tomorrow_hash
    assert finished.data["sha256"] == backtest_by_id(manager, backtest.pk).result_hash
    assert list(backtests_of(manager, backtest.tomorrow_hash)) == [backtest]


def test_before_anything_is_approved_one_may_compare_with_nothing(manager):
    choices = rule_choices(manager, now=NOW)

    assert [one.key for one in choices] == ["none", "now"]
    assert rules_chosen(manager, "now", now=NOW).rules.promotions == ()
    with pytest.raises(NotFound):
        rules_chosen(manager, "with:1", now=NOW)


def test_unreadable_orders_file_is_no_list(manager):
    source = OrdersFile(file=io.BytesIO(b"\x00\x01\x02"), file_name="x.bin")

    with pytest.raises(FileUnreadable):
        start_backtest(manager, source=source, of=comparison(), now=NOW)


def test_a_lost_lease_ends_the_loser_and_harms_nobody(manager, small, monkeypatch):
    backtest = start(manager, small)
    job = jobs.claim("first", now=NOW)
    jobs.claim("second", now=NOW + timedelta(minutes=1))

    jobs.run(job, worker="first", clock=lambda: NOW)

    assert backtest_by_id(manager, backtest.pk).result == {}
    taken = Job.objects.get(pk=job.pk)
    jobs.run(taken, worker="second", clock=lambda: NOW + timedelta(minutes=1))
    assert backtest_by_id(manager, backtest.pk).result["orders"] == 3
