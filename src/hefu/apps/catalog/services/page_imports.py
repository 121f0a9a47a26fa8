"""Pages from a list and its manuals (批量建页): 300 models and their PDFs become 300 drafts.

One job: first the files of the archive are taken in, each once, then the rows. A killed worker's
successor goes on where the last file or step was committed; the same list twice changes nothing.
"""

import zipfile
import zlib
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Any, BinaryIO

from django.db.models import F, QuerySet

from hefu.apps.accounts.models import User
from hefu.apps.audit import jobs, rows
from hefu.apps.audit.models import Job
from hefu.apps.audit.services import service
from hefu.apps.catalog.models import ImportedFile, PageImport, Product
from hefu.apps.catalog.page_lists import (
    MOST_BYTES,
    Member,
    check_archive,
    members,
    opened,
    page_columns,
)
from hefu.apps.catalog.services.digits import assign_digits
from hefu.apps.catalog.services.lists import ListKind, queue_list, take_list
from hefu.apps.catalog.services.media import keep_media
from hefu.apps.catalog.services.page_rows import RowSaving
from hefu.apps.catalog.uploads import receive
from hefu.core.actor import Actor
from hefu.core.errors import DomainError, Invalid, NotFound
from hefu.core.permissions import Permission
from hefu.files import keep_file, open_table

JOB = "catalog.import_pages"
KIND = "catalog.pages"
_FOLDER = "page-imports"
_KEPT = timedelta(days=1)
_PAGES = ListKind(
    kind=KIND, job=JOB, started="catalog.pages_import_started", columns=page_columns,
    number="item_no", step=50,
)  # fmt: skip


@dataclass(frozen=True, kw_only=True, slots=True)
class Archive:
    """A zip that was received; ``path`` is below the data folder."""

    path: str
    name: str


def receive_archive(file: BinaryIO, *, name: str, brand_id: int) -> Archive:
    """Write a zip of manuals to disk and look at it, before any transaction: it may be large.

    Raises:
        Invalid: ``archive``: see ``check_archive``; nothing is kept.
    """
    folder = rows.path_of(_FOLDER) / str(brand_id)
    try:
        kept = keep_file(file, folder, check=check_archive, alone=True, most=MOST_BYTES)
    except Invalid as refusal:
        raise Invalid(**{**refusal.details, "field": "archive"}) from refusal
    return Archive(path=rows.kept_as(kept.path), name=name[:200])


@service
def import_pages(
    actor: Actor, *, file: BinaryIO, file_name: str, archive: Archive | None = None,
    give_digits: bool = True, now: datetime,
) -> PageImport:  # fmt: skip
    """Keep a list and queue what is to be made of it and its manuals; the header is checked.

    An archive that comes to no end is removed by ``forget_archives``.

    Raises:
        FileUnreadable, Invalid: not a table, or a required column is missing; nothing is kept.
    """
    actor.require(Permission.PRODUCT_EDIT)
    if actor.is_partner:
        raise NotFound
    listing = queue_list(actor, _PAGES, file=file, file_name=file_name, now=now)
    return PageImport.objects.create(
        listing=listing, give_digits=give_digits, files_path=archive.path if archive else "",
        files_name=archive.name if archive else "",
    )  # fmt: skip


def forget_archives(now: datetime) -> int:
    """Remove archives a day old that no job waits for; returns how many. A clock calls it."""
    waiting = PageImport.objects.filter(listing__job_id__in=_open_jobs())
    wanted = set(waiting.values_list("files_path", flat=True))
    removed = 0
    for path in rows.path_of(_FOLDER).glob("*/*"):
        old = datetime.fromtimestamp(path.stat().st_mtime, tz=now.tzinfo) < now - _KEPT
        if old and rows.kept_as(path) not in wanted:
            path.unlink(missing_ok=True)
            removed += 1
    return removed


def _open_jobs() -> QuerySet[Job, int]:
    states = (Job.State.QUEUED, Job.State.RUNNING)
    return Job.objects.filter(kind=JOB, state__in=states).values_list("pk", flat=True)


def run_import(run: jobs.JobRun) -> dict[str, Any]:
    """Job: take in the files, then the rows, then number the models."""
    bound = PageImport.objects.select_related("listing").get(listing__job_id=run.job.pk)
    hand = _author(run)
    _take_files(run, bound)
    saving = RowSaving(actor=hand, bound=bound, clock=run.clock)
    counting = _Counting(
        job=run.job, worker=run.worker, clock=run.clock, before=bound.taken.count()
    )
    counts = take_list(counting, _PAGES, save=saving.save)
    if bound.give_digits:
        products = Product.objects.filter(page__in=bound.made.values("page"))
        numbers = list(products.values_list("pk", flat=True))
        given = assign_digits(hand, products=numbers, now=run.clock())
        rows_ = PageImport.objects.filter(pk=bound.pk)
        rows_.update(digits_given=F("digits_given") + given)
    if bound.files_path:
        rows.path_of(bound.files_path).unlink(missing_ok=True)
    return counts


def _author(run: jobs.JobRun) -> Actor:
    """The job, in the name of who brought the list: nobody approves what is their own (R138)."""
    asker = User.objects.filter(pk=run.job.asked_by_id or 0).first()
    return replace(run.actor, user_id=asker.pk, label=asker.email) if asker else run.actor


def _take_files(run: jobs.JobRun, bound: PageImport) -> None:
    """Take in each file of the archive once; a refused one is remembered with its reason."""
    path = rows.path_of(bound.files_path)
    if not bound.files_path or not path.exists():  # none, or all were taken in before
        return
    with opened(path) as archive:
        every = members(archive)
        done = set(bound.taken.values_list("name", flat=True))
        PageImport.objects.filter(pk=bound.pk).update(files=len(every))
        for place, member in enumerate(every, start=1):
            if member.name in done:
                continue
            _take_file(run, bound, archive, member)
            if run.cursor.get("rows", 0) == 0:
                run.advance(done=place, cursor=run.cursor, total=_total(bound, len(every)))


def _take_file(
    run: jobs.JobRun, bound: PageImport, archive: zipfile.ZipFile, member: Member
) -> None:
    """Unpack one file into the pages' files; what it is decides, not its name."""
    taken = ImportedFile(page_import=bound, name=member.name)
    try:
        if member.twice:
            raise Invalid(field="archive", rule="name_twice")
        with archive.open(member.info) as stream:
            incoming = receive(stream, brand_id=run.actor.own_brand())  # type: ignore[arg-type]  # it reads
        taken.media = keep_media(run.actor, incoming=incoming, name=member.name, now=run.clock())
    except DomainError as refusal:
        taken.rule = str(refusal.details.get("rule") or refusal.code)[:40]
    except (zipfile.BadZipFile, NotImplementedError, EOFError, zlib.error):
        taken.rule = "damaged"
    ImportedFile.objects.bulk_create([taken], ignore_conflicts=True)


def _total(bound: PageImport, files: int) -> int:
    """Files and rows together, as the progress counts them."""
    return files + sum(1 for _row in open_table(rows.path_of(bound.listing.path)).rows())


@dataclass(kw_only=True)
class _Counting(jobs.JobRun):
    """A run whose rows are counted after its files."""

    before: int = 0

    def advance(self, *, done: int, cursor: dict[str, Any], total: int | None = None) -> None:
        """Commit how far we are, files included."""
        whole = None if total is None else total + self.before
        super().advance(done=done + self.before, cursor=cursor, total=whole)
