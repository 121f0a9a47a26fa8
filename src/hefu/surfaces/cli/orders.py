"""Production orders and their files."""

import argparse
from datetime import date
from pathlib import Path
from typing import Any

from hefu.apps.audit.worker import work_off
from hefu.apps.catalog.selectors import product_by_item_no
from hefu.apps.identity.models import ProductionOrder
from hefu.apps.identity.selectors import exports as export_selectors
from hefu.apps.identity.selectors.orders import order_by_number
from hefu.apps.identity.services import exports, orders
from hefu.apps.network.selectors import channel_by_code
from hefu.core.errors import Invalid
from hefu.surfaces.cli.common import actor_for, clock


def create(options: argparse.Namespace) -> dict[str, Any]:
    """Place an order; the same number with the same content is the same order."""
    actor = actor_for(options)
    try:
        produced_on = date.fromisoformat(options.date)
    except ValueError as error:
        raise Invalid(field="date", rule="not_a_date", value=options.date) from error
    order = orders.create_order(
        actor, number=options.number, product=product_by_item_no(actor, options.item),
        produced_on=produced_on, batch=options.batch, quantity=options.quantity,
        channel=channel_by_code(actor, options.channel) if options.channel else None,
        inner=options.inner, now=clock(),
    )  # fmt: skip
    return _about(order)


def approve(options: argparse.Namespace) -> dict[str, Any]:
    """Release an order; ``--as`` must name somebody other than who placed it."""
    actor = actor_for(options)
    order = order_by_number(actor, options.number)
    return _about(orders.approve_order(actor, order=order, now=clock()))


def export(options: argparse.Namespace) -> dict[str, Any]:
    """Write an order's codes to a sealed file; with ``--output`` take a copy, which is logged."""
    actor = actor_for(options)
    order = order_by_number(actor, options.number)
    target = Path(options.output).resolve() if options.output else None
    if target is not None and target.exists():
        raise Invalid(field="output", rule="exists", value=str(target))
    started = exports.start_export(actor, order=order, format=options.format, now=clock())
    work_off(clock=clock)
    done = export_selectors.export_by_id(actor, started.pk)
    if target is not None:
        opened = exports.download_export(actor, export=done, now=clock())
        with target.open("wb") as copy:
            copy.writelines(opened)
    return {
        "order": order.number, "format": done.format, "codes": done.codes, "bytes": done.size,
        "sha256": done.sha256, "file": str(export_selectors.file_of(done)),
        "copy": str(target) if target else "",
    }  # fmt: skip


def _about(order: ProductionOrder) -> dict[str, Any]:
    return {
        "order": order.number, "batch": str(order.batch), "quantity": order.quantity,
        "state": order.state, "over_issue": order.over_issue,
    }  # fmt: skip
