"""Publishing product pages (发布产品网页): a second person agrees, a clock minds the times.

What is agreed to is the content with its times, under one hash: the approver says which one was
read, so that nothing else can become public (R138).
"""

from collections.abc import Sequence
from datetime import datetime

from django.db import transaction
from django.db.models import Q

from hefu.apps.accounts import services as accounts
from hefu.apps.accounts.errors import ContentChanged, SamePerson
from hefu.apps.accounts.models import Approval
from hefu.apps.accounts.selectors import approvals_for
from hefu.apps.audit.services import publish, record, service
from hefu.apps.catalog.errors_pages import NothingPublic, NothingWaits
from hefu.apps.catalog.events import PagePublished, PageRetired
from hefu.apps.catalog.models import Page, PageVersion
from hefu.apps.catalog.page_values import Outcome, signature
from hefu.apps.catalog.selectors_pages import (
    open_version,
    page_by_id,
    public_version,
    version_of,
)
from hefu.apps.catalog.services.pages import APPROVAL
from hefu.core.actor import Actor, system
from hefu.core.errors import DomainError, Invalid
from hefu.core.permissions import Permission

#: Versions that one round of the clock moves at most.
STEP = 500

State = PageVersion.State


@service
def approve_page(
    actor: Actor, *, page: Page, seen: str, note: str = "", now: datetime
) -> PageVersion:
    """Agree as the second person to what was read (``seen``, see ``page_values.signature``).

    The version is public at once, or from its time on; another one that waited for its time is set
    aside, as this is the later word.

    Raises:
        NotFound: another brand's.
        NothingWaits: it was decided or withdrawn meanwhile.
        NotAllowed, SamePerson, ContentChanged, AlreadyDecided: see ``accounts.services.decide``.
    """
    page, version = _decide(actor, page, seen=seen, grant=True, note=note, now=now)
    earlier = PageVersion.objects.filter(page=page, state=State.APPROVED)
    earlier.update(state=State.WITHDRAWN, ended_at=now, updated_at=now)
    _settle(actor, version, State.APPROVED, note=note, now=now)
    record(
        actor, "catalog.page_approved", page, now=now, version=version.number,
        hash=version.content_hash,
    )  # fmt: skip
    if version.publish_at is None or version.publish_at <= now:
        _publish(actor, version, now=now)
    return version_of(page, version.number)


@service
def refuse_page(actor: Actor, *, page: Page, seen: str, note: str, now: datetime) -> PageVersion:
    """Refuse as the second person, with a reason that the author reads.

    Raises:
        Invalid: no reason is given.
        See ``approve_page``.
    """
    if not note.strip():
        raise Invalid(field="note", rule="required")
    page, version = _decide(actor, page, seen=seen, grant=False, note=note, now=now)
    _settle(actor, version, State.REFUSED, note=note, now=now)
    record(actor, "catalog.page_refused", page, now=now, version=version.number)
    return version_of(page, version.number)


@service
def approve_pages(
    actor: Actor, *, pages: Sequence[tuple[Page, str]], note: str = "", now: datetime
) -> list[Outcome]:
    """Agree to many, each with the hash that was read; one that is refused stops no other."""
    actor.require(Permission.APPROVAL_DECIDE)
    outcomes = []
    for page, seen in pages:
        try:
            with transaction.atomic():
                approve_page(actor, page=page, seen=seen, note=note, now=now)
        except DomainError as refusal:
            outcomes.append(Outcome(page=page, code=refusal.code))
        else:
            outcomes.append(Outcome(page=page))
    return outcomes


@service
def cancel_publication(actor: Actor, *, page: Page, now: datetime) -> PageVersion:
    """Set aside the approved version that waits for its time; readers keep what they have.

    Raises:
        NotAllowed: the role does not edit products.
        NotFound: another brand's.
        NothingPublic: none waits for its time (any more).
    """
    actor.require(Permission.PRODUCT_EDIT)
    page = page_by_id(actor, page.pk)
    version = PageVersion.objects.filter(page=page, state=State.APPROVED).first()
    if version is None or not _end(version, State.APPROVED, State.WITHDRAWN, note="", now=now):
        raise NothingPublic
    record(actor, "catalog.page_publication_cancelled", page, now=now, version=version.number)
    return version_of(page, version.number)


@service
def retire_page(actor: Actor, *, page: Page, reason: str, now: datetime) -> PageVersion:
    """Take the public version offline at once, with a reason; to bring it back needs approval.

    Raises:
        NotAllowed: the role does not edit products.
        NotFound: another brand's.
        Invalid: no reason is given, or it is too long.
        NothingPublic: nothing is public (any more).
    """
    actor.require(Permission.PRODUCT_EDIT)
    reason = reason.strip()
    if not reason:
        raise Invalid(field="reason", rule="required")
    if len(reason) > 300:
        raise Invalid(field="reason", rule="too_long", value=300)
    page = page_by_id(actor, page.pk)
    version = public_version(page)
    if version is None or not _end(version, State.PUBLISHED, State.RETIRED, note=reason, now=now):
        raise NothingPublic
    record(
        actor, "catalog.page_retired", page, now=now, version=version.number, reason=reason
    )  # fmt: skip
    _tell(PageRetired, version, now=now)
    return version_of(page, version.number)


def mind_pages(now: datetime) -> int:
    """Publish and retire what is due; returns how many versions moved. A clock calls it.

    Safe to race with itself and with people: each version moves by one conditional UPDATE.
    """
    due = Q(state=State.APPROVED, publish_at__lte=now) | Q(
        state=State.PUBLISHED, retire_at__lte=now
    )
    rows = PageVersion.objects.filter(due).select_related("page__product").order_by("pk")[:STEP]
    moved = 0
    for version in rows.defer("content"):
        moved += _mind(system("clock", brand_id=version.page.brand_id), version=version, now=now)
    return moved


@service
def _mind(actor: Actor, *, version: PageVersion, now: datetime) -> int:
    moved = 0
    if version.state == State.APPROVED:
        moved += _publish(actor, version, now=now)
    if version.retire_at is not None and version.retire_at <= now:
        ended = _end(version, State.PUBLISHED, State.RETIRED, note="", now=now)
        if ended:
            record(actor, "catalog.page_retired", version.page, now=now, version=version.number)
            _tell(PageRetired, version, now=now)
        moved += ended
    return moved


def _decide(
    actor: Actor, page: Page, *, seen: str, grant: bool, note: str, now: datetime
) -> tuple[Page, PageVersion]:
    page = page_by_id(actor, page.pk)
    version = open_version(page)
    approval = approvals_for(actor).filter(
        kind=APPROVAL, subject_kind=page._meta.label_lower, subject_id=page.pk,
        decision=Approval.Decision.OPEN,
    ).first()  # fmt: skip
    if approval is None or version is None or version.state != State.SUBMITTED:
        raise NothingWaits(page=page.pk)
    actor.require(Permission.APPROVAL_DECIDE)
    if version.written_by == actor.label:  # whoever pressed the button, the author is no second
        raise SamePerson
    now_there = signature(version)
    if seen != now_there:
        raise ContentChanged
    accounts.decide(
        actor, approval=approval, grant=grant, note=note, now=now, content_hash=now_there
    )
    return page, version


def _settle(actor: Actor, version: PageVersion, state: State, *, note: str, now: datetime) -> None:
    won = PageVersion.objects.filter(pk=version.pk, state=State.SUBMITTED).update(
        state=state, decided_at=now, decided_by=actor.label[:120], note=note.strip()[:300],
        updated_at=now,
    )  # fmt: skip
    if not won:
        raise NothingWaits(page=version.page_id)


def _publish(actor: Actor, version: PageVersion, *, now: datetime) -> int:
    """Make an approved version the public one; 0 if somebody moved it first."""
    with transaction.atomic():
        there = PageVersion.objects.filter(page_id=version.page_id, state=State.PUBLISHED)
        there.exclude(pk=version.pk).update(
            state=State.SUPERSEDED, ended_at=now, updated_at=now
        )  # fmt: skip
        won = PageVersion.objects.filter(pk=version.pk, state=State.APPROVED).update(
            state=State.PUBLISHED, published_at=now, updated_at=now
        )
        if not won:
            transaction.set_rollback(True)
    if won:
        record(actor, "catalog.page_published", version.page, now=now, version=version.number)
        _tell(PagePublished, version, now=now)
    return won


def _tell(kind: type[PagePublished | PageRetired], version: PageVersion, *, now: datetime) -> None:
    product = version.page.product
    event = kind(
        brand_id=product.brand_id, product_id=product.pk, item_no=product.item_no,
        number=version.number,
    )  # fmt: skip
    publish(event, now=now)


def _end(version: PageVersion, old: State, new: State, *, note: str, now: datetime) -> int:
    rows = PageVersion.objects.filter(pk=version.pk, state=old)
    said = {"note": note} if note else {}
    return rows.update(state=new, ended_at=now, updated_at=now, **said)
