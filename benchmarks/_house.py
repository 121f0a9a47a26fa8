"""A house of its own for a benchmark: a data folder, a database, a commissioned batch."""

import os
import signal
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parent.parent


@dataclass(frozen=True, kw_only=True)
class Stock:
    """A batch that can be scanned."""

    brand_id: int
    batch_id: int
    unit_id: int
    gtin: str
    paths: list[str]


@contextmanager
def house(*, postgres: bool = False) -> Iterator[dict[str, str]]:
    """Set up an empty house; yields its environment, which this process has, too."""
    with tempfile.TemporaryDirectory(prefix="hefu-bench-") as folder:
        environment = {"HEFU_DATA": folder, "DJANGO_SETTINGS_MODULE": "hefu.config.settings"}
        server: Any = None
        if postgres:
            os.environ.setdefault("XDG_RUNTIME_DIR", folder)
            import pgserver

            server = pgserver.get_server(f"{folder}/pg", cleanup_mode="delete")  # type: ignore[attr-defined]
            environment["HEFU_DATABASE_URL"] = server.get_uri()
        os.environ.update(environment)
        import django

        django.setup()
        from django.core.management import call_command

        call_command("migrate", verbosity=0)
        try:
            yield environment
        finally:
            from django.db import connections

            connections.close_all()
            if server is not None:
                server.cleanup()


@dataclass(frozen=True, kw_only=True)
class Maker:
    """A brand with one product and the two people that an order for codes takes."""

    actor: Any
    asker: Any
    approver: Any
    product: Any


def maker(slug: str) -> Maker:
    """Found a brand and bring it to where it can order codes."""
    from hefu.apps.accounts import services as people
    from hefu.apps.accounts.selectors import actor_of
    from hefu.apps.catalog.rows import ProductRow
    from hefu.apps.catalog.services import save_product
    from hefu.apps.identity.services import keys
    from hefu.core.actor import system
    from hefu.core.permissions import Role

    now = yesterday()
    brand = people.found_brand(system("bench"), slug=slug, name="禾火", now=now)
    actor = system("bench", brand_id=brand.pk)
    keys.generate_key(actor, now=now)
    row = ProductRow(item_no="B-1", model="B1000", name="跑分锅", gtin="06901234567892", coins=10)
    product, _ = save_product(actor, row=row, now=now)
    asker, approver = (
        actor_of(
            people.invite(
                actor,
                email=f"{role.value}@{slug}.example",
                name=role.value,
                role=role,
                password="a-long-password",  # noqa: S106  (of a house that lives for minutes)
                now=now,
            ),
            surface="bench",
        )
        for role in (Role.PRODUCT_SPECIALIST, Role.APPROVER)
    )
    return Maker(actor=actor, asker=asker, approver=approver, product=product)


def yesterday() -> datetime:
    """When everything was made that is scanned now."""
    from django.utils import timezone

    return timezone.now() - timedelta(days=1)


def issue(made_by: Maker, *, batch: str, lots: list[int], number: str = "") -> int:
    """Order, release and commission codes in lots; returns the batch's row."""
    from hefu.apps.identity.models import SerialRange
    from hefu.apps.identity.services import marks, orders

    now = yesterday()
    order = orders.create_order(
        made_by.asker, number=number or batch, product=made_by.product, produced_on=now.date(),
        batch=batch, quantity=sum(lots), now=now,
    )  # fmt: skip
    orders.issue_many(made_by.approver, order=order, lots=lots, now=now)
    ranges = SerialRange.objects.filter(order=order).values_list("first", "count")
    serials = [
        marks.Serials(batch_id=order.batch_id, first=first, count=count) for first, count in ranges
    ]
    marks.commission(made_by.actor, serials=serials, now=now)
    return int(order.batch_id)


def scan_paths(batch_ids: list[int], quantity: int) -> list[str]:
    """Paths of as many codes, spread evenly over all serials of these batches."""
    from hefu.apps.identity.selectors import codes
    from hefu.apps.identity.selectors.batches import BOOK

    each = -(-quantity // len(batch_ids))
    paths = []
    for batch_id in batch_ids:
        facts = BOOK.by_id([batch_id])[batch_id]
        step = max(facts.issued // each, 1)
        texts = (codes.code_text(facts, n * step % facts.issued)[:16] for n in range(each))
        paths += [f"/01/{facts.gtin}/21/{text}" for text in texts]
    return paths[:quantity]


def stock(*, quantity: int, sample: int, slug: str = "bench") -> Stock:
    """Issue and commission a batch of ``quantity``; returns ``sample`` scan paths from it."""
    from hefu.apps.identity.selectors import codes
    from hefu.apps.identity.selectors.batches import BOOK
    from hefu.apps.identity.services.units import touch

    made_by = maker(slug)
    batch_id = issue(made_by, batch="01", lots=[quantity])
    facts = BOOK.by_id([batch_id])[batch_id]
    first = codes.UnitRef(batch=facts, serial=0, reading=codes.Reading.OUTER)
    return Stock(
        brand_id=facts.brand_id, batch_id=batch_id, unit_id=touch([first])[first.key],
        gtin=facts.gtin, paths=scan_paths([batch_id], sample),
    )  # fmt: skip


def members(brand_id: int, quantity: int) -> list[int]:
    """Make members of a brand; returns their rows."""
    from django.utils import timezone

    from hefu.apps.members.models import Member

    made = Member.objects.bulk_create(
        Member(
            brand_id=brand_id, phone=f"+86138{number:08d}", phone_key=f"bench{number}",
            created_at=timezone.now(),
        )
        for number in range(quantity)
    )  # fmt: skip
    return [member.pk for member in made]


@contextmanager
def serving(
    application: str, *, http: str = "httptools", **environment: str
) -> Iterator[tuple[int, int]]:
    """Serve an ASGI application on uvicorn; yields its port and its process id."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    factory = ["--factory"] if application.endswith(("plain_django", "unwritten_app")) else []
    server = subprocess.Popen(
        [sys.executable, "-W", "ignore", "-m", "uvicorn", application, *factory, "--port",
         str(port), "--loop", "uvloop", "--http", http, "--no-access-log",
         "--no-proxy-headers", "--log-level", "error"],
        cwd=ROOT, env={**os.environ, **environment},
    )  # fmt: skip
    try:
        _wait_for(port)
        yield port, server.pid
    finally:
        server.send_signal(signal.SIGTERM)
        server.wait(20)


def _wait_for(port: int) -> None:
    for _ in range(200):
        with socket.socket() as probe:
            if probe.connect_ex(("127.0.0.1", port)) == 0:
                return
        time.sleep(0.1)
    raise TimeoutError(f"no server on port {port}")
