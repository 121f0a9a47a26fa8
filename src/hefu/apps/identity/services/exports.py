"""Files for the printer (导出): written by a job in steps, sealed by a hash, every download logged.

A step writes a fixed number of codes; the cursor says how many are on disk and where they end.
Whoever goes on after a kill cuts the file there, so it has no gap and no repeat.
"""

import functools
import re
import secrets
from collections.abc import Callable, Iterable, Iterator
from contextlib import ExitStack
from dataclasses import dataclass
from datetime import datetime
from typing import Any, BinaryIO

from django.conf import settings

from hefu.apps.audit import jobs
from hefu.apps.audit.jobs import JobRun
from hefu.apps.audit.services import record, service
from hefu.apps.identity import labels
from hefu.apps.identity.errors.issue import FileChanged, KeyBurned, NotIssued, NotReady
from hefu.apps.identity.labels import Label, PrintRun
from hefu.apps.identity.models import Download, Export, ProductionOrder
from hefu.apps.identity.selectors.exports import export_by_id, file_of, print_run_of
from hefu.apps.identity.selectors.orders import order_by_id
from hefu.core.actor import Actor
from hefu.core.codes import Range
from hefu.core.errors import Invalid
from hefu.core.permissions import Permission
from hefu.files.steps import hashed, open_for_steps, resume, synced

#: Key of ``config.reactions.JOBS``.
JOB = "identity.export"

Format = Export.Format

#: Codes per step: about a second of work, and what a PDF file holds at most (50 pages).
STEP = {
    Format.CSV: 1 << 20,
    Format.TXT: 1 << 20,
    Format.ZPL: 1 << 19,
    Format.PDF: 50 * labels.PER_PAGE,
    Format.SVG: 2_000,
}
_BLOCK = 1 << 20
_EXPORTABLE = (ProductionOrder.State.ISSUED, ProductionOrder.State.CLOSED)


@service
def start_export(actor: Actor, *, order: ProductionOrder, format: str, now: datetime) -> Export:  # noqa: A002  (as the column)
    """Have the codes of an issued order written to a file; a supplier may for its own orders.

    Raises:
        NotFound: not the actor's order.
        Invalid: no such format.
        NotIssued: the order was not released.
        KeyBurned: its codes prove nothing any more.
    """
    actor.require(Permission.CODE_EXPORT)
    if format not in Format.values:
        raise Invalid(field="format", rule="not_a_choice", value=format)
    order = order_by_id(actor, order.pk)
    if order.state not in _EXPORTABLE:
        raise NotIssued(number=order.number, state=order.state)
    key = order.batch.key
    if key.burned_at is not None:
        raise KeyBurned(batch=str(order.batch), key_id=key.key_id)
    export = Export.objects.create(
        brand_id=order.brand_id, order=order, format=format, created_at=now,
        path=f"exports/{order.brand_id}/{secrets.token_urlsafe(24)}/{_file_name(order, format)}",
    )  # fmt: skip
    job = jobs.start(actor, kind=JOB, params={"export": export.pk}, total=order.quantity, now=now)
    export.job_id = job.pk
    export.save(update_fields=["job_id"])
    record(actor, "identity.export_started", export, now=now, order=order.number, format=format)
    return export


def _file_name(order: ProductionOrder, format: str) -> str:  # noqa: A002
    """Name the file after its order; a large PDF is many in a zip."""
    stem = re.sub(r"[^\w-]+", "_", order.number)
    suffix = {Format.SVG: "svg.zip", Format.PDF: "pdf"}.get(Format(format), format)
    if format == Format.PDF and order.quantity > STEP[Format.PDF]:
        suffix = "pdf.zip"
    return f"{stem}.{suffix}"


def run_export(run: JobRun) -> dict[str, Any]:
    """Job: write the file of one export, or go on where a killed worker stopped."""
    export = Export.objects.select_related(
        "order__batch__product", "order__batch__key", "order__batch__template",
        "order__batch__channel", "order__batch__brand",
    ).get(pk=run.params["export"])  # fmt: skip
    if not export.sha256:
        _write_file(run, export)
    return {"export": export.pk, "sha256": export.sha256, "codes": export.codes}


def _write_file(run: JobRun, export: Export) -> None:
    printed = print_run_of(export.order)
    with open_for_steps(file_of(export)) as file:
        done, end = resume(file, run.cursor)
        step = STEP[Format(export.format)]
        for start in range(done, printed.total, step):
            stop = min(start + step, printed.total)
            for chunk in _step(export, printed, start, stop):
                end += file.write(chunk)
            synced(file)
            run.advance(done=stop, cursor={"done": stop, "bytes": end}, total=printed.total)
        for piece in _ending(export, end):
            end += file.write(piece)
        synced(file)
        digest = hashed(file)
    _seal(run.actor, export, codes=printed.total, size=end, sha256=digest, now=run.clock())


def _step(export: Export, run: PrintRun, start: int, stop: int) -> Iterator[bytes | memoryview]:
    """The bytes of codes ``start`` to ``stop - 1`` of the order; the same ones every time."""
    write = {
        Format.CSV: labels.csv_rows, Format.TXT: labels.txt_rows, Format.ZPL: labels.zpl_rows,
    }.get(Format(export.format))  # fmt: skip
    parts = labels.positions(run.ranges, start, stop)
    if write is not None:
        if export.format == Format.CSV and start == 0:
            yield labels.csv_header(run)
        for part in parts:
            for chunk in write(run, part):
                yield chunk.data
        return
    sheet = _labels(run, parts)
    if export.format == Format.SVG:
        for label in sheet:
            svg = labels.label_svg(link=label.link, caption=label.caption, name=run.name)
            yield labels.entry(f"{label.caption}.svg", svg)
        return
    pdf = labels.label_sheets(
        list(sheet), name=run.name, font=getattr(settings, "HEFU_LABEL_FONT", "")
    )
    single = export.path.endswith(".pdf")
    yield pdf if single else labels.entry(f"labels-{start + 1:09d}-{stop:09d}.pdf", pdf)


def _labels(run: PrintRun, parts: Iterable[Range]) -> Iterator[Label]:
    for part in parts:
        for text in run.texts("{code} " + run.link, part):
            code, link = text.split(" ")
            yield Label(link=link, caption=run.caption(code))


def _ending(export: Export, end: int) -> Iterator[bytes]:
    """The directory of a zip, made from the entries on disk."""
    if not export.path.endswith(".zip"):
        return
    with file_of(export).open("rb") as entries:
        yield from labels.directory(entries, end)


@service
def _seal(
    actor: Actor, export: Export, *, codes: int, size: int, sha256: str, now: datetime
) -> None:
    """Write down what the finished file is; once."""
    won = Export.objects.filter(pk=export.pk, sha256="").update(
        codes=codes, size=size, sha256=sha256, finished_at=now
    )
    export.refresh_from_db()
    if won:
        record(
            actor, "identity.export_sealed", export, now=now, codes=codes, size=size, sha256=sha256
        )


@dataclass(frozen=True, kw_only=True)
class Opened:
    """A file handed out; the caller closes ``file``."""

    name: str
    size: int
    sha256: str
    file: BinaryIO

    def __iter__(self) -> Iterator[bytes]:
        """Yield the file in blocks and close it."""
        with self.file:
            while block := self.file.read(_BLOCK):
                yield block


def service_once_read(log: Callable[..., None]) -> Callable[..., Opened]:
    """Make a service of ``log`` that hands out a file, hashed before the transaction begins.

    A large file takes seconds to read, and on SQLite all who write would wait for it.
    """
    within = service(log)

    @functools.wraps(log)
    def run(actor: Actor, *, export: Export, now: datetime) -> Opened:
        export = export_by_id(actor, export.pk)
        if not export.sha256:
            raise NotReady(export=export.pk)
        with ExitStack() as unless_handed_out:
            try:
                file = unless_handed_out.enter_context(file_of(export).open("rb"))
            except OSError as error:
                raise FileChanged(export=export.pk) from error
            if hashed(file) != export.sha256:
                raise FileChanged(export=export.pk)
            within(actor, export=export, now=now)
            file.seek(0)
            unless_handed_out.pop_all()
        return Opened(name=file_of(export).name, size=export.size, sha256=export.sha256, file=file)

    return run


@service_once_read
def download_export(actor: Actor, *, export: Export, now: datetime) -> None:
    """Hand out a finished file (``Opened``), after checking its hash; log who took which bytes.

    Raises:
        NotFound: not the actor's export.
        NotReady: it is not finished.
        FileChanged: it is missing, or not what was sealed.
    """
    Download.objects.create(
        export=export, user_id=actor.user_id, by=actor.label[:120], sha256=export.sha256, at=now
    )
    record(
        actor, "identity.export_downloaded", export, now=now, sha256=export.sha256,
        codes=export.codes,
    )  # fmt: skip
