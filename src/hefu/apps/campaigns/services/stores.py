"""Store tasks (门店任务): given to shops, shown by a photo, checked by the brand (R173).

The place a photo was taken at is not kept; when it was taken, and when it came, is. A picture that
is older than its task shows nothing of it and is not taken.
"""

from dataclasses import dataclass
from datetime import date, datetime, timedelta

from django.conf import settings
from django.db import IntegrityError, transaction
from django.db.models import Q
from django.utils import timezone

from hefu.apps.accounts.fields import lookup
from hefu.apps.accounts.models import User
from hefu.apps.audit.services import record, service
from hefu.apps.campaigns.errors.materials import MaterialMoved, PhotoTooOld
from hefu.apps.campaigns.models import Campaign, StoreDuty, StorePhoto, StoreTask
from hefu.apps.campaigns.selectors.plans import campaign_by_id
from hefu.apps.campaigns.selectors.stores import (
    MISSING,
    duty_by_id,
    photo_by_id,
    shops_of,
    task_by_id,
)
from hefu.apps.campaigns.services.material_files import kept_photo
from hefu.apps.campaigns.services.offline_items import Carried, on_it
from hefu.apps.catalog.uploads import Incoming
from hefu.apps.notices.services import queue_message
from hefu.core.actor import Actor
from hefu.core.errors import Invalid, NotFound
from hefu.core.permissions import Permission

State, Answer = StoreDuty.State, StorePhoto.Answer
#: Nobody is reminded of the same task twice within it.
AGAIN = timedelta(hours=20)


@dataclass(frozen=True, kw_only=True, slots=True)
class TaskSaid:
    """What shops put up, and by which day."""

    title: str
    due_on: date
    what: str = ""
    carried: Carried


@dataclass(frozen=True, kw_only=True, slots=True)
class Reminded:
    """How many shops were written to; of how many nobody could be, and who heard lately."""

    told: int
    nobody: tuple[str, ...]
    lately: int


@service
def give_task(
    actor: Actor, *, campaign: Campaign, said: TaskSaid, shops: list[int], now: datetime
) -> StoreTask:
    """Give a list of shops something to put up.

    Raises:
        NotAllowed, NotFound: the role does not manage campaigns, or another brand's.
        Invalid: no title, a day that is over, no shop, or one that is no shop of the brand.
    """
    actor.require(Permission.CAMPAIGN_MANAGE)
    campaign = campaign_by_id(actor, campaign.pk)
    if not said.title.strip():
        raise Invalid(field="title", rule="required")
    if said.due_on < timezone.localdate(now):
        raise Invalid(field="due_on", rule="in_the_past")
    wanted = set(shops)
    known = set(shops_of(actor).filter(pk__in=wanted).values_list("pk", flat=True))
    if not wanted or wanted - known:
        raise Invalid(field="shops", rule="not_a_choice" if wanted else "required")
    poster, shown = on_it(campaign, said.carried)
    task = StoreTask.objects.create(
        brand_id=campaign.brand_id, campaign=campaign, title=said.title.strip()[:80],
        what=said.what.strip()[:500], due_on=said.due_on, poster=poster, shown=shown,
        created_by=actor.label, created_at=now,
    )  # fmt: skip
    StoreDuty.objects.bulk_create(
        StoreDuty(task=task, organisation_id=shop) for shop in sorted(known)
    )
    record(actor, "campaigns.store_task_given", task, now=now, shops=len(known))
    return task


@service
def send_photo(
    actor: Actor, *, duty: StoreDuty, incoming: Incoming, name: str, taken_at: datetime | None,
    now: datetime,
) -> StorePhoto:  # fmt: skip
    """Send the photo of a shop's own task; another one before the answer replaces it.

    Raises:
        NotAllowed, NotFound: the role puts nothing up, or it is another shop's.
        Invalid: what came is no photo.
        PhotoTooOld: its camera says that it was taken before the task was given.
        MaterialMoved: the task is over, was accepted, or another photo came in this moment.
    """
    duty = duty_by_id(actor, duty.pk)
    task = duty.task
    if taken_at is not None and taken_at < task.created_at.replace(microsecond=0):
        raise PhotoTooOld(
            field="file", taken_at=taken_at.isoformat(), since=task.created_at.isoformat()
        )
    media = kept_photo(actor, incoming, name=name, now=now)
    StorePhoto.objects.filter(duty=duty, answer=Answer.WAITING).update(answer=Answer.REPLACED)
    open_ = StoreDuty.objects.filter(pk=duty.pk, task__closed_at=None)
    if not open_.exclude(state=State.ACCEPTED).update(state=State.SENT):
        raise MaterialMoved(field="file")
    try:
        with transaction.atomic():
            photo = StorePhoto.objects.create(
                duty=duty, media=media, taken_at=taken_at, at=now, by=actor.label
            )
    except IntegrityError as error:
        raise MaterialMoved(field="file") from error
    record(actor, "campaigns.store_photo_sent", task, now=now, shop=duty.organisation_id)
    return photo


@service
def answer_photo(
    actor: Actor, *, photo: StorePhoto, accept: bool, reason: str = "", now: datetime
) -> StorePhoto:
    """Say whether a photo shows what was asked for; a refusal has its reason.

    Raises:
        NotAllowed, NotFound: the role does not manage campaigns, or another brand's.
        Invalid: refused without a reason.
        MaterialMoved: it was answered, or replaced by another photo.
    """
    actor.require(Permission.CAMPAIGN_MANAGE)
    photo = photo_by_id(actor, photo.pk)
    if actor.is_partner:
        raise NotFound
    reason = reason.strip()[:200]
    if not accept and not reason:
        raise Invalid(field="reason", rule="required")
    answer = Answer.ACCEPTED if accept else Answer.REFUSED
    if not StorePhoto.objects.filter(pk=photo.pk, answer=Answer.WAITING).update(
        answer=answer, reason=reason, answered_by=actor.label, answered_at=now
    ):
        raise MaterialMoved(field="answer")
    state = State.ACCEPTED if accept else State.REFUSED
    # a photo that came in this moment waits for its own answer
    mine = StoreDuty.objects.filter(pk=photo.duty_id).exclude(photos__answer=Answer.WAITING)
    mine.update(state=state)
    record(
        actor, f"campaigns.store_photo_{answer.value}", photo.duty.task, now=now,
        shop=photo.duty.organisation_id,
    )  # fmt: skip
    return photo_by_id(actor, photo.pk)


@service
def remind_missing(actor: Actor, *, task: StoreTask, now: datetime) -> Reminded:
    """Write to the people of every shop that still owes a photo, each shop once a day at most.

    Raises:
        NotAllowed, NotFound: the role does not manage campaigns, or another brand's.
        MaterialMoved: the task is over.
    """
    actor.require(Permission.CAMPAIGN_MANAGE)
    task = task_by_id(actor, task.pk)
    if task.closed_at:
        raise MaterialMoved(field="task")
    missing = StoreDuty.objects.filter(task=task, state__in=MISSING)
    duties = list(missing.select_related("organisation").order_by("pk"))
    people: dict[int, list[User]] = {}
    shops = [duty.organisation_id for duty in duties]
    for person in User.objects.filter(organisation__in=shops, is_active=True).order_by("pk"):
        people.setdefault(person.organisation_id or 0, []).append(person)
    told, lately, nobody = 0, 0, []
    due = Q(reminded_at=None) | Q(reminded_at__lte=now - AGAIN)
    for duty in duties:
        if duty.organisation_id not in people:
            nobody.append(duty.organisation.name)
        elif missing.filter(due, pk=duty.pk).update(reminded_at=now):
            told += 1
            _write_to(actor, people[duty.organisation_id], duty, task, now=now)
        else:
            lately += 1
    record(actor, "campaigns.shops_reminded", task, now=now, shops=told)
    return Reminded(told=told, nobody=tuple(nobody), lately=lately)


def _write_to(
    actor: Actor, people: list[User], duty: StoreDuty, task: StoreTask, *, now: datetime
) -> None:
    brand = task.brand
    site = f"https://{brand.host}" if brand.host else settings.HEFU_ORIGIN
    context = {
        "task": task.title, "day": task.due_on.isoformat(),
        "link": f"{site}/desk/store-tasks/{duty.pk}/",
    }  # fmt: skip
    for person in people:
        queue_message(
            actor, channel="email", address=person.email, language="zh-hans", now=now,
            address_key=lookup(person.email, purpose="email", brand_id=brand.pk),
            template="store_task_due", context=context,
        )  # fmt: skip


@service
def close_task(actor: Actor, *, task: StoreTask, now: datetime) -> None:
    """End a task: no more photos are taken for it.

    Raises:
        NotAllowed, NotFound: the role does not manage campaigns, or another brand's.
    """
    actor.require(Permission.CAMPAIGN_MANAGE)
    task = task_by_id(actor, task.pk)
    if StoreTask.objects.filter(pk=task.pk, closed_at=None).update(closed_at=now):
        record(actor, "campaigns.store_task_closed", task, now=now)
