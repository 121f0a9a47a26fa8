"""Backtests started and run (发起与运行回测): resumable, in steps, the same bytes every time."""

import secrets
from dataclasses import asdict, dataclass, field
from datetime import datetime
from typing import Any, BinaryIO

from hefu.apps.audit import jobs
from hefu.apps.audit.services import record, service
from hefu.apps.campaigns.backtesting.files import Folder, keep
from hefu.apps.campaigns.backtesting.tables import columns
from hefu.apps.campaigns.errors.backtests import NotFinished
from hefu.apps.campaigns.models import Backtest, BacktestSource
from hefu.apps.campaigns.selectors.backtests import backtest_by_id
from hefu.core.actor import Actor
from hefu.core.backtest import Assumptions, Compiled, Plan
from hefu.core.errors import DomainError, Invalid
from hefu.core.money import WHOLE_BP
from hefu.core.permissions import Permission
from hefu.core.promotions import to_document
from hefu.files import open_table

#: Key of ``config.reactions.JOBS``.
JOB = "campaigns.backtest"


@dataclass(frozen=True, kw_only=True)
class HouseOrders:
    """The orders of this house, from an instant on until another."""

    since: datetime
    until: datetime


@dataclass(frozen=True, kw_only=True)
class OrdersFile:
    """An uploaded list; ``not_goods`` are articles that are postage, fees and the like."""

    file: BinaryIO
    file_name: str
    not_goods: frozenset[str] = frozenset()


@dataclass(frozen=True, kw_only=True)
class SameOrders:
    """The orders of an earlier, finished backtest."""

    backtest_id: int


@dataclass(frozen=True, kw_only=True)
class Comparison:
    """What is compared: names for people, and the plan."""

    name: str
    today_name: str
    tomorrow_name: str
    plan: Plan
    assumptions: Assumptions = field(default_factory=Assumptions)
    salt: str = ""
    hold_out_bp: int = 1_000


@service
def start_backtest(
    actor: Actor, *, source: HouseOrders | OrdersFile | SameOrders, of: Comparison, now: datetime
) -> Backtest:
    """Write a backtest down and queue its job; plan and list are checked at once.

    Raises:
        NotAllowed: the role does not manage campaigns.
        Invalid: no name, a share out of range, a period that ends before it begins, a list
            without a needed column.
        BacktestRefused, RulesRefused, UnknownCurrency: see ``core.backtest.Compiled``.
        FileUnreadable: not a table.
        NotFound, NotFinished: the earlier backtest is not the actor's, or has no orders yet.
    """
    actor.require(Permission.CAMPAIGN_MANAGE)
    today, tomorrow = _check(actor, source, of).hashes
    folder = Folder.fresh(actor.own_brand())
    try:
        kept = _keep_source(actor, source, folder)
    except DomainError:
        folder.forget()
        raise
    backtest = Backtest.objects.create(
        brand_id=actor.own_brand(), name=of.name.strip()[:80], **kept,
        today_hash=today, tomorrow_hash=tomorrow, today_name=of.today_name[:120],
        tomorrow_name=of.tomorrow_name[:120], plan=to_document(of.plan),
        assumptions=asdict(of.assumptions), salt=of.salt or secrets.token_hex(8),
        hold_out_bp=of.hold_out_bp, folder=folder.name, created_by=actor.label[:120],
        created_at=now,
    )  # fmt: skip
    job = jobs.start(actor, kind=JOB, params={"backtest": backtest.pk}, now=now)
    backtest.job_id = job.pk
    backtest.save(update_fields=["job_id"])
    record(
        actor, "campaigns.backtest_started", backtest, now=now, today=today, tomorrow=tomorrow,
        source=backtest.source,
    )  # fmt: skip
    return backtest


def _keep_source(
    actor: Actor, source: HouseOrders | OrdersFile | SameOrders, folder: Folder
) -> dict[str, Any]:
    """Keep what the source needs; returns the columns that describe it."""
    if isinstance(source, HouseOrders):
        reading = {"since": source.since.isoformat(), "until": source.until.isoformat()}
        return {"source": BacktestSource.HOUSE, "reading": reading}
    if isinstance(source, SameOrders):
        earlier = backtest_by_id(actor, source.backtest_id)
        folder.share_orders(Folder(earlier.folder))
        return {
            "source": BacktestSource.SAME, "source_name": earlier.name,
            "reading": {"backtest": earlier.pk}, "orders_hash": earlier.orders_hash,
            "reading_found": earlier.reading_found,
        }  # fmt: skip
    keep(source.file, folder.upload)
    columns(open_table(folder.upload).headers)
    not_goods = sorted(one.strip().casefold() for one in source.not_goods if one.strip())
    return {
        "source": BacktestSource.FILE, "source_name": source.file_name[:200],
        "reading": {"not_goods": not_goods},
    }  # fmt: skip


def _check(actor: Actor, source: HouseOrders | OrdersFile | SameOrders, of: Comparison) -> Compiled:
    """Refuse what can never work, before anything is written."""
    if not of.name.strip():
        raise Invalid(field="name", rule="required")
    if not 0 <= of.hold_out_bp < WHOLE_BP:
        raise Invalid(field="hold_out_bp", rule="out_of_range", value=of.hold_out_bp)
    if isinstance(source, HouseOrders) and source.since >= source.until:
        raise Invalid(field="until", rule="before_start")
    if isinstance(source, SameOrders):
        earlier = backtest_by_id(actor, source.backtest_id)
        if not earlier.orders_hash:
            raise NotFinished(backtest=earlier.pk)
        if earlier.plan["currency"] != of.plan.currency:
            raise Invalid(field="currency", rule="other_currency", value=of.plan.currency)
    of.assumptions.check()
    return Compiled(of.plan)
