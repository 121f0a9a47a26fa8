"""Copies of a member's data (数据副本): made by a job, sealed in a file, deleted in days."""

import base64
import os
import secrets
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

from django.conf import settings
from django.db import IntegrityError, transaction
from django.utils import timezone

from hefu.apps.accounts.fields import field_key
from hefu.apps.accounts.models import Brand
from hefu.apps.audit import jobs
from hefu.apps.audit.jobs import JobRun
from hefu.apps.audit.services import record, service
from hefu.apps.members.archive import pack
from hefu.apps.members.errors import CopyNotReady
from hefu.apps.members.holders import holders
from hefu.apps.members.models import DataExport, DataRequest, Member
from hefu.apps.members.rights import fresh_sign_in
from hefu.apps.members.selectors import open_member, signed_in_member
from hefu.apps.members.services.member_data import person_of
from hefu.apps.members.services.requests import note_done
from hefu.apps.notices.services import queue_message
from hefu.core.actor import Actor
from hefu.core.errors import NotFound
from hefu.core.permissions import Permission
from hefu.core.privacy import NONCE_BYTES, open_text, seal_text

#: Key of ``config.reactions.JOBS``.
JOB = "members.copy"
KEPT = timedelta(days=7)
PATIENCE = timedelta(hours=1)  # a copy that is not made by then is not made any more
_SEALED_AS = "members.copy"

State = DataExport.State


@service
def ask_copy(actor: Actor, *, sign_in_id: int, now: datetime) -> DataExport:
    """Have a copy of all data of the signed-in member made; one at a time.

    Raises:
        NotFound: nobody is signed in.
        ProofNeeded: the address was not proved within the last minutes.
    """
    member = signed_in_member(actor)
    fresh_sign_in(actor, sign_in_id=sign_in_id, now=now)
    copy, fresh = _begin(actor, member, now=now)
    if fresh:
        note_done(actor, member=member, kind=DataRequest.Kind.COPY, now=now)
    return copy


@service
def ask_copy_for(actor: Actor, *, member_id: int, now: datetime) -> DataExport:
    """Have a copy made for a member who asked otherwise; only they can open it, on their page.

    Raises:
        NotAllowed: the role does not handle members' rights.
        NotFound: no open account of the brand.
    """
    member = open_member(actor, member_id, needs=Permission.MEMBER_RIGHTS)
    return _begin(actor, member, now=now)[0]


def _begin(actor: Actor, member: Member, *, now: datetime) -> tuple[DataExport, bool]:
    making = DataExport.objects.filter(member=member, state=State.MAKING)
    try:
        with transaction.atomic():
            copy = DataExport.objects.create(brand_id=member.brand_id, member=member, asked_at=now)
    except IntegrityError:
        return making.get(), False
    job = jobs.start(actor, kind=JOB, params={"copy": copy.pk}, total=1, now=now)
    copy.job_id = job.pk
    copy.save(update_fields=["job_id"])
    record(actor, "members.copy_asked", copy, now=now)
    return copy, True


def run_copy(run: JobRun) -> dict[str, Any]:
    """Job: gather what every app holds, seal it into a file, tell the member."""
    copy = DataExport.objects.select_related("member").get(pk=run.params["copy"])
    if copy.state == State.MAKING and copy.member.closed_at is None:
        _write(run.actor, copy, now=run.clock())
    return {"copy": copy.pk, "bytes": copy.bytes}


def _write(actor: Actor, copy: DataExport, *, now: datetime) -> None:
    member = copy.member
    person = person_of(member)
    with transaction.atomic():  # one moment for all tables
        found = holders()
        tables = [table for holder in reversed(found) for table in holder.held(person)]
        files = [one for holder in found if holder.files for one in holder.files(person)]
    content = pack(
        tables, files, brand=_brand_name(member), language=member.language,
        now=timezone.localtime(now),
    )  # fmt: skip
    relative = Path("copies") / str(member.brand_id) / f"{secrets.token_urlsafe(18)}.sealed"
    _keep(relative, content)
    _ready(actor, copy, path=str(relative), size=len(content), now=now)


def _brand_name(member: Member) -> str:
    brand = Brand.objects.get(pk=member.brand_id)
    return (brand.name_en or brand.name) if member.language == "en" else brand.name


def _keep(relative: Path, content: bytes) -> None:
    path = Path(settings.HEFU_DATA) / relative
    path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    sealed = seal_text(
        base64.b64encode(content).decode(), key=field_key(), nonce=os.urandom(NONCE_BYTES),
        context=_SEALED_AS,
    )  # fmt: skip
    with os.fdopen(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w") as file:
        file.write(sealed)
        file.flush()
        os.fsync(file.fileno())


@service
def _ready(actor: Actor, copy: DataExport, *, path: str, size: int, now: datetime) -> None:
    until = now + KEPT
    won = DataExport.objects.filter(pk=copy.pk, state=State.MAKING).update(
        state=State.READY, path=path, bytes=size, ready_at=now, expires_at=until
    )
    if not won:  # another worker made it, or the account was closed meanwhile
        (Path(settings.HEFU_DATA) / path).unlink(missing_ok=True)
        return
    copy.refresh_from_db()
    record(actor, "members.copy_made", copy, now=now, bytes=size)
    member = copy.member
    channel, address, key = (
        ("sms", member.phone, member.phone_key) if member.phone
        else ("email", member.email, member.email_key)
    )  # fmt: skip
    queue_message(
        actor, channel=channel, address=address, address_key=key or "", template="copy_ready",
        language=member.language, now=now, member_id=member.pk, expires_at=until,
        context={"until": f"{timezone.localtime(until):%Y-%m-%d %H:%M}"},
    )  # fmt: skip


@service
def fetch_copy(actor: Actor, *, copy_id: int, sign_in_id: int, now: datetime) -> bytes:
    """Return the zip to the member whose it is; every download is an entry in the trail.

    Raises:
        NotFound: no copy of theirs.
        ProofNeeded: the address was not proved within the last minutes.
        CopyNotReady: it is still being made, or its days are over.
    """
    member = signed_in_member(actor)
    copy = DataExport.objects.filter(member=member, pk=copy_id).first()
    if copy is None:
        raise NotFound
    fresh_sign_in(actor, sign_in_id=sign_in_id, now=now)
    path = Path(settings.HEFU_DATA) / copy.path
    ready = copy.state == State.READY and copy.expires_at and now < copy.expires_at
    if not ready or not path.is_file():
        raise CopyNotReady(state=copy.state)
    content = base64.b64decode(open_text(path.read_text(), key=field_key(), context=_SEALED_AS))
    DataExport.objects.filter(pk=copy.pk).update(fetched_at=now)
    record(actor, "members.copy_fetched", copy, now=now)
    return content


def forget_copies(now: datetime) -> int:
    """Clock: delete copies whose days are over, and give up those never made; says how many."""
    due = DataExport.objects.filter(state=State.READY, expires_at__lte=now)
    done = 0
    for pk, path in list(due.values_list("pk", "path")):
        (Path(settings.HEFU_DATA) / path).unlink(missing_ok=True)
        done += DataExport.objects.filter(pk=pk).update(state=State.GONE, path="")
    stuck = DataExport.objects.filter(state=State.MAKING, asked_at__lt=now - PATIENCE)
    return done + stuck.update(state=State.FAILED)
