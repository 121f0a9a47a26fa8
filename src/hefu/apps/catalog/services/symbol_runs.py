"""Symbols of many models in one file (批量二维码): sheets for the printer, or drawings in a zip.

A job writes it in steps; who goes on after a kill cuts the file where the last step ended.
"""

import re
import secrets
from collections.abc import Iterator, Sequence
from datetime import datetime
from typing import Any
from urllib.parse import urlsplit

from django.conf import settings

from hefu.apps.audit import jobs, rows
from hefu.apps.audit.jobs import JobRun
from hefu.apps.audit.services import record, service
from hefu.apps.catalog.errors import NoDigits
from hefu.apps.catalog.models import Product, SymbolRun
from hefu.apps.catalog.smart import link_of, models_for
from hefu.core.actor import Actor
from hefu.core.codes.short_codes import grouped
from hefu.core.errors import Invalid, NotFound
from hefu.core.permissions import Permission
from hefu.files.steps import hashed, open_for_steps, resume, synced
from hefu.files.zip64 import directory, entry
from hefu.symbols import LEVELS, Drawing, draw
from hefu.symbols.sheets import LAYOUTS, Layout, Sticker, sheet_pdf

#: Key of ``config.reactions.JOBS``.
JOB = "catalog.symbols"

Form, Carrier = SymbolRun.Form, SymbolRun.Carrier

#: Pages of one PDF, and drawings of one step: a few seconds of work.
PAGES, DRAWINGS = 40, 250
MOST_MODELS, MOST_COPIES = 20_000, 500


@service
def start_symbols(
    actor: Actor, *, products: Sequence[int], form: str, carrier: str = "", level: str = "M",
    copies: int = 1, now: datetime,
) -> SymbolRun:  # fmt: skip
    """Have the symbols of models written to a file, in this order.

    ``form`` is ``sheet`` (A4 pages for ``carrier``: manual, warranty or certificate, ``copies`` of
    each model) or ``svg`` (drawings named by item number); ``level`` is of error correction.

    Raises:
        Invalid: no such form, carrier or level, no models, or too many of them or of copies.
        NoDigits: a model has none yet; ``value`` is its item number.
        NotFound: a model is not the actor's.
    """
    actor.require(Permission.PRODUCT_EDIT)
    if actor.is_partner:
        raise NotFound
    copies = copies if form == Form.SHEET else 1
    _check(form=form, carrier=carrier, level=level, copies=copies, models=len(products))
    models = models_for(actor, products)
    mute = next((model for model in models if not model.short_code), None)
    if mute is not None:
        raise NoDigits(field="products", value=mute.item_no)
    run = SymbolRun.objects.create(
        brand_id=actor.own_brand(), form=form, carrier=carrier if form == Form.SHEET else "",
        level=level, products=[model.pk for model in models], copies=copies, created_at=now,
        path=_path(
            actor.own_brand(), models, carrier if form == Form.SHEET else form,
            single=form == Form.SHEET and len(models) * copies <= _of_one_file(carrier),
        ),
    )  # fmt: skip
    job = jobs.start(actor, kind=JOB, params={"run": run.pk}, total=len(models) * copies, now=now)
    run.job_id = job.pk
    run.save(update_fields=["job_id"])
    record(actor, "catalog.symbols_started", run, now=now, form=form, count=len(models))
    return run


def _of_one_file(carrier: str) -> int:
    """How many symbols one PDF holds; of more there are several, in a zip."""
    return PAGES * LAYOUTS[carrier].per_page


def _check(*, form: str, carrier: str, level: str, copies: int, models: int) -> None:
    if form not in Form.values:
        raise Invalid(field="form", rule="not_a_choice", value=form[:20])
    if form == Form.SHEET and carrier not in Carrier.values:
        raise Invalid(field="carrier", rule="not_a_choice", value=carrier[:20])
    if level not in LEVELS:
        raise Invalid(field="level", rule="not_a_choice", value=level[:20])
    if not 1 <= copies <= MOST_COPIES:
        raise Invalid(field="copies", rule="whole_number_up_to", value=MOST_COPIES)
    if not models:
        raise Invalid(field="products", rule="required")
    if models > MOST_MODELS:
        raise Invalid(field="products", rule="too_many", value=MOST_MODELS)


def _path(brand_id: int, models: Sequence[Product], name: str, *, single: bool) -> str:
    """Where the file lies, named after what is in it."""
    count = re.sub(r"[^\w-]+", "_", models[0].item_no) if len(models) == 1 else str(len(models))
    ending = "pdf" if single else "zip"
    return f"symbols/{brand_id}/{secrets.token_urlsafe(24)}/qr-{name}-{count}.{ending}"


def run_symbols(job: JobRun) -> dict[str, Any]:
    """Job: write the file of one run, or go on where a killed worker stopped."""
    run = SymbolRun.objects.get(pk=job.params["run"])
    if not run.sha256:
        _write_file(job, run)
    return {"run": run.pk, "sha256": run.sha256}


def _write_file(job: JobRun, run: SymbolRun) -> None:
    models = models_for(job.actor, run.products)
    total = len(models) * run.copies
    path = rows.path_of(run.path)
    with open_for_steps(path) as file:
        done, end = resume(file, job.cursor)
        step = _of_one_file(run.carrier) if run.form == Form.SHEET else DRAWINGS
        for start in range(done, total, step):
            stop = min(start + step, total)
            part = [models[place // run.copies] for place in range(start, stop)]
            for piece in _step(run, part, start):
                end += file.write(piece)
            synced(file)
            job.advance(done=stop, cursor={"done": stop, "bytes": end}, total=total)
        if run.path.endswith(".zip"):
            with path.open("rb") as entries:
                for piece in directory(entries, end):
                    end += file.write(piece)
            synced(file)
        digest = hashed(file)
    _seal(job.actor, run=run, size=end, sha256=digest, now=job.clock())


def _step(run: SymbolRun, models: Sequence[Product], start: int) -> Iterator[bytes]:
    """The bytes of some models' symbols; the same ones every time."""
    if run.form == Form.SVG:
        for model in models:
            drawing = Drawing(text=link_of(model), level=run.level)
            yield entry(f"{_plain(model.item_no)}.svg", draw(drawing, "svg"))
        return
    layout: Layout = LAYOUTS[run.carrier]
    pdf = sheet_pdf(
        [_sticker(model) for model in models], layout=layout, level=run.level,
        title=run.file_name, font=settings.HEFU_LABEL_FONT,
    )  # fmt: skip
    page = start // layout.per_page + 1
    yield pdf if run.path.endswith(".pdf") else entry(f"{run.carrier}-{page:05d}.pdf", pdf)


def _sticker(model: Product) -> Sticker:
    return Sticker(
        link=link_of(model), digits=grouped(model.short_code), model=model.model, name=model.name,
        host=urlsplit(link_of(model)).netloc,
    )  # fmt: skip


def _plain(item_no: str) -> str:
    """An item number as a file name; two that differ may not become one."""
    safe = re.sub(r"[^\w.-]+", "_", item_no).lstrip(".") or "_"
    return safe if safe == item_no else f"{safe}-{item_no.encode().hex()[:16]}"


@service
def _seal(actor: Actor, *, run: SymbolRun, size: int, sha256: str, now: datetime) -> None:
    won = SymbolRun.objects.filter(pk=run.pk, sha256="").update(size=size, sha256=sha256)
    run.refresh_from_db()
    if won:
        record(actor, "catalog.symbols_written", run, now=now, size=size, sha256=sha256)
