"""The job of a backtest (回测任务): read the orders, replay them, write the report; resumable.

Every step can be done again: reading starts anew and makes the same bytes, the replay goes on
from the last state written down, and the report is a pure function of both.
"""

import os
from collections import Counter
from dataclasses import asdict
from datetime import datetime
from functools import lru_cache
from hashlib import sha256
from typing import Any

from django.conf import settings
from django.utils import timezone

from hefu.apps.accounts.fields import lookup
from hefu.apps.audit.jobs import JobRun
from hefu.apps.audit.services import record, service
from hefu.apps.campaigns.backtesting.collecting import Collected, Found, goods_lines
from hefu.apps.campaigns.backtesting.files import Folder
from hefu.apps.campaigns.backtesting.house import house_lines
from hefu.apps.campaigns.backtesting.pool import replayed
from hefu.apps.campaigns.backtesting.tables import Reading
from hefu.apps.campaigns.errors.backtests import NoOrders
from hefu.apps.campaigns.models import Backtest, BacktestSource
from hefu.core.actor import Actor
from hefu.core.backtest import Assumptions, Compiled, Plan, Progress, report
from hefu.core.promotions import canonical_bytes, from_document
from hefu.files import open_table

#: Chunks after which the state of a replay is written down.
_KEEP_EVERY = 5


def run_backtest(run: JobRun) -> dict[str, Any]:
    """Job: run one backtest to its end, or go on where a killed worker stopped."""
    backtest = Backtest.objects.get(pk=run.params["backtest"])
    folder = Folder(backtest.folder)
    compiled = Compiled(from_document(Plan, backtest.plan))
    if not backtest.orders_hash:
        _collect(run, backtest, folder)
    if not backtest.result_hash:
        progress = _replay(run, backtest, compiled, folder)
        _finish(run.actor, backtest, _report(backtest, progress, folder), now=run.clock())
        folder.forget_work()
    return {
        "backtest": backtest.pk, "orders": backtest.result["orders"],
        "sha256": backtest.result_hash,
    }  # fmt: skip


def _collect(run: JobRun, backtest: Backtest, folder: Folder) -> None:
    """Make the file of orders from the source.

    Raises:
        NoOrders: nothing in the source can be replayed.
    """
    found = Found(aside=Counter())
    collected = Collected(folder.scratch, found)
    try:
        lines = _lines(backtest, folder, found)
        collected.take(lines, beat=lambda count: _beat(run, lines=count))
        collected.match_returns()
        digest = collected.write(
            folder.orders, currency=backtest.plan["currency"],
            zone=timezone.get_default_timezone(), beat=lambda count: _beat(run, orders=count),
        )  # fmt: skip
        folder.write_json(folder.goods, collected.goods())
    finally:
        collected.close()
    if not found.orders:
        raise NoOrders(rows=found.rows)
    document = asdict(found) | {"aside": dict(sorted(found.aside.items()))}
    backtest.orders_hash, backtest.reading_found = digest, document
    backtest.save(update_fields=["orders_hash", "reading_found"])
    folder.upload.unlink(missing_ok=True)


def _lines(backtest: Backtest, folder: Folder, found: Found) -> Any:
    currency, reading = backtest.plan["currency"], backtest.reading
    if backtest.source == BacktestSource.HOUSE:
        return house_lines(
            brand_id=backtest.brand_id, since=datetime.fromisoformat(reading["since"]),
            until=datetime.fromisoformat(reading["until"]), currency=currency, found=found,
        )  # fmt: skip

    @lru_cache(maxsize=1_000_000)
    def pseudonym(customer: str) -> str:
        return lookup(customer, purpose="backtest customer", brand_id=backtest.brand_id)

    read = Reading(
        currency=currency, zone=timezone.get_default_timezone(),
        not_goods=frozenset(reading["not_goods"]), pseudonym=pseudonym,
    )  # fmt: skip
    return read.lines(open_table(folder.upload), found)


def _beat(run: JobRun, **read: int) -> None:
    """Keep the lease while orders are read."""
    run.advance(done=0, cursor={"phase": "reading", **read})


def _replay(run: JobRun, backtest: Backtest, compiled: Compiled, folder: Folder) -> Progress:
    """Replay what was not replayed yet, writing the state down every few chunks."""
    kept = folder.state()
    offset, progress = 0, Progress(compiled)
    if kept is not None:
        offset, progress = kept[0], Progress.restored(compiled, kept[1])
    total = backtest.reading_found["orders"]
    run.advance(done=progress.orders, cursor={"phase": "replay"}, total=total)
    steps = replayed(progress, folder.orders, start=offset, processes=processes())
    for number, where in enumerate(steps, start=1):
        if not number % _KEEP_EVERY:
            folder.keep_state(offset=where, progress=progress.document())
        run.advance(done=progress.orders, cursor={"phase": "replay"}, total=total)
    return progress


def processes() -> int:
    """How many processes replay at once: the setting, or the machine's processors, at most 8."""
    available = min(8, len(os.sched_getaffinity(0)))
    return int(getattr(settings, "HEFU_BACKTEST_PROCESSES", available))


def _report(backtest: Backtest, progress: Progress, folder: Folder) -> dict[str, Any]:
    return report(
        progress, goods=goods_lines(folder.read_goods()),
        assumptions=Assumptions(**backtest.assumptions), salt=backtest.salt,
        share_bp=backtest.hold_out_bp, now=backtest.created_at,
    )  # fmt: skip


@service
def _finish(actor: Actor, backtest: Backtest, found: dict[str, Any], *, now: datetime) -> None:
    """Write the report down, once."""
    digest = sha256(canonical_bytes(found)).hexdigest()
    won = Backtest.objects.filter(pk=backtest.pk, result_hash="").update(
        result=found, result_hash=digest, finished_at=now
    )
    backtest.refresh_from_db()
    if won:
        record(
            actor, "campaigns.backtest_finished", backtest, now=now, sha256=digest,
            orders=found["orders"],
        )  # fmt: skip
