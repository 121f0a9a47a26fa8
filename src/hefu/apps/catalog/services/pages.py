"""Writing product pages (编写产品网页): drafts, their submission, and the way back.

The specialist writes, a second person publishes (R138, ``pages_deciding``). A draft is changed in
place under its revision; what was submitted is never changed again.
"""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import datetime

from django.db import IntegrityError, transaction
from django.db.models import F, Max

from hefu.apps.accounts import services as accounts
from hefu.apps.accounts.models import Approval
from hefu.apps.audit.services import record, service
from hefu.apps.catalog.errors_pages import (
    EditedMeanwhile,
    NotADraft,
    PageExists,
    PageIncomplete,
)
from hefu.apps.catalog.models import Media, Page, PageMedia, PageVersion, Product
from hefu.apps.catalog.page_values import Draft, signature
from hefu.apps.catalog.selectors_pages import (
    media_of,
    open_version,
    page_by_id,
    page_of,
    starting_content,
    version_of,
)
from hefu.core.actor import Actor
from hefu.core.errors import Invalid, NotFound
from hefu.core.pages import (
    Gap,
    PageContent,
    content_hash,
    gaps,
    media_named,
    media_places,
    read_content,
    write_content,
)
from hefu.core.permissions import Permission

#: Kind of the approval that makes a version public.
APPROVAL = "catalog.page"

State = PageVersion.State


@service
def create_page(
    actor: Actor, *, product: Product, now: datetime, draft: Draft | None = None
) -> PageVersion:
    """Give a product its page, with a first draft; without ``draft`` the product's names are in it.

    Raises:
        NotAllowed: the role does not edit products.
        NotFound: another brand's product.
        PageExists: it has one already (R095).
        Invalid: see ``save_draft``.
    """
    actor.require(Permission.PRODUCT_EDIT)
    if product.brand_id != actor.own_brand() or actor.is_partner:
        raise NotFound
    try:
        with transaction.atomic():
            page = Page.objects.create(
                brand_id=product.brand_id, product=product, created_at=now, updated_at=now
            )
    except IntegrityError as error:
        taken = Page.objects.get(product=product)
        raise PageExists(field="item_no", value=product.item_no, page=taken.pk) from error
    record(actor, "catalog.page_created", page, now=now, item_no=product.item_no)
    first = draft or Draft(content=starting_content(page))
    return _begin(actor, page, first, now=now)


@service
def start_draft(actor: Actor, *, page: Page, now: datetime) -> PageVersion:
    """Return the draft of a page; begin one with what is public if there is none.

    Raises:
        NotAllowed, NotFound: as ``create_page``.
        NotADraft: a version waits for a second person.
    """
    actor.require(Permission.PRODUCT_EDIT)
    page = page_by_id(actor, page.pk)
    there = open_version(page)
    if there is not None:
        if there.state != State.DRAFT:
            raise NotADraft(state=there.state)
        return there
    return _begin(actor, page, Draft(content=starting_content(page)), now=now)


@service
def save_draft(
    actor: Actor, *, version: PageVersion, draft: Draft, revision: int, now: datetime
) -> PageVersion:
    """Write what an editor states over the draft that the editor saw (its ``revision``).

    Of two editors who saw the same revision the first one saves, the other is told.

    Raises:
        NotAllowed, NotFound: as ``create_page``.
        Invalid: a file is none of the brand's uploads or of another type, a time cannot be.
        EditedMeanwhile: the draft is another one by now.
        NotADraft: it was submitted or set aside.
    """
    actor.require(Permission.PRODUCT_EDIT)
    page = page_by_id(actor, version.page_id)
    content, files = _with_files(page.brand_id, draft.content)
    _check_times(draft, now)
    won = PageVersion.objects.filter(pk=version.pk, state=State.DRAFT, revision=revision).update(
        content=write_content(content), content_hash=content_hash(content),
        languages=list(content.texts), publish_at=draft.publish_at, retire_at=draft.retire_at,
        revision=F("revision") + 1, written_by=actor.label[:120], updated_at=now,
    )  # fmt: skip
    version = version_of(page, version.number)
    if not won and version.state != State.DRAFT:
        raise NotADraft(state=version.state)
    if not won:
        raise EditedMeanwhile(by=version.written_by, revision=version.revision)
    _hold_files(version, files)
    _touch(page, now)
    record(
        actor, "catalog.page_edited", page, now=now, version=version.number,
        hash=version.content_hash,
    )  # fmt: skip
    return version


@service
def put_draft(
    actor: Actor, *, product: Product, draft: Draft, revision: int | None, now: datetime
) -> PageVersion:
    """Write the draft of a product's page, whole; for programs that hold the content themselves.

    ``revision`` is that of the draft as it was read; None expects that there is no draft, and
    makes the page where there is none.

    Raises:
        EditedMeanwhile: there is a draft, or another one than was read.
        NotAllowed, NotFound, Invalid, NotADraft: see ``save_draft``.
    """
    actor.require(Permission.PRODUCT_EDIT)
    page = page_of(actor, product)
    if page is None and revision is None:
        return create_page(actor, product=product, draft=draft, now=now)
    if page is None:
        raise EditedMeanwhile
    version = open_version(page)
    if revision is None and version is not None and version.state == State.DRAFT:
        raise EditedMeanwhile(by=version.written_by, revision=version.revision)
    if version is None:
        version = start_draft(actor, page=page, now=now)
        revision = version.revision if revision is None else revision
    return save_draft(actor, version=version, draft=draft, revision=revision or 0, now=now)


@service
def discard_draft(actor: Actor, *, page: Page, now: datetime) -> None:
    """Set the draft aside; it stays in the history and can be brought back from there.

    Raises:
        NotAllowed, NotFound: as ``create_page``.
        NotADraft: there is none.
    """
    actor.require(Permission.PRODUCT_EDIT)
    page = page_by_id(actor, page.pk)
    version = _the_draft(page)
    _move(version, State.DRAFT, State.WITHDRAWN, ended_at=now, updated_at=now)
    _touch(page, now)
    record(actor, "catalog.page_draft_discarded", page, now=now, version=version.number)


@service
def restore_version(actor: Actor, *, page: Page, number: int, now: datetime) -> PageVersion:
    """Begin a new draft with what version ``number`` said; it needs approval like any other.

    A draft that is open is set aside first, and stays in the history.

    Raises:
        NotAllowed, NotFound: as ``create_page``; there is no such version.
        NotADraft: a version waits for a second person.
        Invalid: a file it showed was removed since.
    """
    actor.require(Permission.PRODUCT_EDIT)
    page = page_by_id(actor, page.pk)
    old = version_of(page, number)
    there = open_version(page)
    if there is not None and there.pk == old.pk:
        raise NotADraft(state=there.state)
    if there is not None:
        discard_draft(actor, page=page, now=now)
    draft = Draft(content=read_content(old.content))
    return _begin(actor, page, draft, restored_from=number, now=now)


@service
def submit_page(actor: Actor, *, page: Page, now: datetime) -> Approval:
    """Ask a second person to agree to the draft as it stands; from now on nobody changes it.

    Raises:
        NotAllowed, NotFound: as ``create_page``.
        NotADraft: there is none, or it waits already.
        PageIncomplete: readers would miss something; see ``blocking_gaps``.
        Invalid: it would end before it began.
    """
    actor.require(Permission.PRODUCT_EDIT)
    page = page_by_id(actor, page.pk)
    version = _the_draft(page)
    content = read_content(version.content)
    missing = blocking_gaps(content)
    if missing:
        first = missing[0]
        raise PageIncomplete(field=first.place, rule=first.rule, gaps=len(missing))
    _check_times(Draft(content=content, retire_at=version.retire_at), now)
    _move(version, State.DRAFT, State.SUBMITTED, submitted_at=now, updated_at=now)
    _touch(page, now)
    record(
        actor, "catalog.page_submitted", page, now=now, version=version.number,
        hash=version.content_hash,
    )  # fmt: skip
    return accounts.ask_approval(
        actor, kind=APPROVAL, subject=page, content_hash=signature(version),
        summary=_summary(page, version, content), now=now,
    )  # fmt: skip


@service
def withdraw_submission(actor: Actor, *, page: Page, now: datetime) -> PageVersion:
    """Take back what was submitted: it is a draft again, and nobody is asked any more.

    Raises:
        NotAllowed, NotFound: as ``create_page``.
        NotADraft: nothing waits (any more).
    """
    actor.require(Permission.PRODUCT_EDIT)
    page = page_by_id(actor, page.pk)
    version = open_version(page)
    if version is None or version.state != State.SUBMITTED:
        raise NotADraft(state=version.state if version else "")
    _move(version, State.SUBMITTED, State.DRAFT, submitted_at=None, updated_at=now)
    accounts.withdraw_approval(actor, kind=APPROVAL, subject=page, now=now)
    _touch(page, now)
    record(actor, "catalog.page_submission_withdrawn", page, now=now, version=version.number)
    return version_of(page, version.number)


def blocking_gaps(content: PageContent) -> list[Gap]:
    """Return what must be mended before a page can be submitted."""
    return [gap for gap in gaps(content) if gap.blocking]


def _summary(page: Page, version: PageVersion, content: PageContent) -> dict[str, str | int | None]:
    return {
        "number": page.product.item_no, "title": page.product.name, "version": version.number,
        "languages": ", ".join(content.texts), "manuals": len(content.manuals),
        "publish_at": version.publish_at.isoformat() if version.publish_at else None,
        "retire_at": version.retire_at.isoformat() if version.retire_at else None,
    }  # fmt: skip


def _begin(
    actor: Actor, page: Page, draft: Draft, *, restored_from: int | None = None, now: datetime
) -> PageVersion:
    content, files = _with_files(page.brand_id, draft.content)
    _check_times(draft, now)
    last = PageVersion.objects.filter(page=page).aggregate(last=Max("number"))["last"] or 0
    try:
        with transaction.atomic():
            version = PageVersion.objects.create(
                page=page, number=last + 1, state=State.DRAFT, content=write_content(content),
                content_hash=content_hash(content), languages=list(content.texts),
                publish_at=draft.publish_at, retire_at=draft.retire_at,
                restored_from=restored_from, written_by=actor.label[:120],
                created_at=now, updated_at=now,
            )  # fmt: skip
    except IntegrityError as error:  # somebody began one in this moment
        raise EditedMeanwhile from error
    _hold_files(version, files)
    _touch(page, now)
    action = "catalog.page_restored" if restored_from else "catalog.page_drafted"
    about = {"restored_from": restored_from} if restored_from else {}
    record(actor, action, page, now=now, version=version.number, **about)
    return version


def _the_draft(page: Page) -> PageVersion:
    version = open_version(page)
    if version is None or version.state != State.DRAFT:
        raise NotADraft(state=version.state if version else "")
    return version


def _move(version: PageVersion, old: State, new: State, **changes: datetime | None) -> None:
    """Move a version on, exactly if it stands where it was seen, at the revision that was seen."""
    won = PageVersion.objects.filter(
        pk=version.pk, state=old, revision=version.revision
    ).update(state=new, **changes)  # fmt: skip
    if not won:
        raise EditedMeanwhile


def _touch(page: Page, now: datetime) -> None:
    Page.objects.filter(pk=page.pk).update(updated_at=now)


def _check_times(draft: Draft, now: datetime) -> None:
    if draft.retire_at is None:
        return
    if draft.retire_at <= now:
        raise Invalid(field="retire_at", rule="in_the_past")
    if draft.publish_at is not None and draft.retire_at <= draft.publish_at:
        raise Invalid(field="retire_at", rule="order")


#: What an uploaded file may be, by the field of the document that names it.
_TYPES = {"poster": "image/", "image": "image/", "video": "video/"}


def _with_files(brand_id: int, content: PageContent) -> tuple[PageContent, Sequence[Media]]:
    """Insist that every file is an upload of the brand; manuals say its type and size."""
    files = media_of(brand_id, sorted(media_named(content)))
    for place, kind, digest in media_places(content):
        file = files.get(digest)
        if file is None:
            raise Invalid(field=place, rule="not_uploaded", value=digest[:12])
        if not file.media_type.startswith(_TYPES.get(kind, "")):
            raise Invalid(field=place, rule="other_type", value=file.media_type)
    return _typed(content, files), list(files.values())


def _typed(content: PageContent, files: Mapping[str, Media]) -> PageContent:
    manuals = tuple(
        replace(
            manual, media_type=files[manual.media].media_type, bytes=files[manual.media].bytes
        )
        for manual in content.manuals
    )  # fmt: skip
    return replace(content, manuals=manuals)


def _hold_files(version: PageVersion, files: Sequence[Media]) -> None:
    PageMedia.objects.filter(version=version).exclude(media__in=files).delete()
    PageMedia.objects.bulk_create(
        [PageMedia(version=version, media=file) for file in files], ignore_conflicts=True
    )
