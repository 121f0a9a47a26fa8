"""What shops have to put up (门店任务): for the brand all of it, for a shop its own part."""

from dataclasses import dataclass

from django.db.models import Count, F, Q, QuerySet

from hefu.apps.accounts.models import Organisation
from hefu.apps.campaigns.models import (
    AssetVersion,
    Campaign,
    Poster,
    StoreDuty,
    StorePhoto,
    StoreTask,
)
from hefu.apps.catalog.models import Media
from hefu.core.actor import Actor
from hefu.core.errors import NotFound
from hefu.core.permissions import Permission

State = StoreDuty.State
MISSING = (State.OPEN, State.REFUSED)  # no photo that could be accepted


def shops_of(actor: Actor) -> QuerySet[Organisation]:
    """The brand's retailers, by name; for staff who see campaigns."""
    actor.require(Permission.CAMPAIGN_VIEW)
    rows = Organisation.objects.filter(
        brand_id=actor.own_brand(), kind=Organisation.Kind.RETAILER
    ).order_by("name", "pk")
    return rows.none() if actor.is_partner else rows


def tasks_of_campaign(campaign: Campaign) -> QuerySet[StoreTask]:
    """The store tasks of a campaign with how many shops stand where, the nearest day first."""
    counted = {
        f"{state}_count": Count("duties", filter=Q(duties__state=state)) for state in State.values
    }
    rows = StoreTask.objects.filter(campaign=campaign).annotate(all=Count("duties"), **counted)
    return rows.order_by("due_on", "pk")


def task_by_id(actor: Actor, pk: int) -> StoreTask:
    """Return one store task, for staff.

    Raises:
        NotAllowed, NotFound: the role sees no campaigns, or it is not there for this actor.
    """
    actor.require(Permission.CAMPAIGN_VIEW)
    rows = StoreTask.objects.filter(brand_id=actor.own_brand(), pk=pk)
    task = rows.select_related("campaign", "poster", "shown__asset", "shown__media").first()
    if task is None or actor.is_partner:
        raise NotFound
    return task


def is_outdated(task: StoreTask) -> bool:
    """Whether what was given to the shops was replaced since."""
    poster, shown = task.poster, task.shown
    return bool((poster and poster.obsolete_at) or (shown and shown.replaced_at))


def shown_now(task: StoreTask) -> tuple[Poster | None, Media | None]:
    """What a shop that prints today puts up: the newest poster, or the newest file."""
    if task.poster is not None:
        return Poster.objects.filter(campaign=task.campaign, obsolete_at=None).first(), None
    if task.shown is None:
        return None, None
    rows = AssetVersion.objects.filter(asset=task.shown.asset_id, replaced_at=None)
    newest = rows.select_related("media").first()
    return None, newest.media if newest else None


def duties_of(task: StoreTask, *, state: str = "") -> QuerySet[StoreDuty]:
    """Each shop's part of a task, by the shop's name; ``state`` may be "missing", too."""
    rows = StoreDuty.objects.filter(task=task).select_related("organisation")
    if state == "missing":
        rows = rows.filter(state__in=MISSING)
    elif state in State.values:
        rows = rows.filter(state=state)
    return rows.order_by("organisation__name", "pk")


def duties_for(actor: Actor) -> QuerySet[StoreDuty]:
    """The own tasks of a shop, what is still open first; nobody else has any.

    Raises:
        NotAllowed: the role puts nothing up.
    """
    actor.require(Permission.STORE_TASK_ANSWER)
    rows = StoreDuty.objects.filter(
        task__brand_id=actor.own_brand(), organisation_id=actor.organisation_id or 0
    )
    rows = rows.select_related("task__campaign", "task__poster", "task__shown__media")
    return rows.order_by(F("task__closed_at").asc(nulls_first=True), "task__due_on", "pk")


def duty_by_id(actor: Actor, pk: int) -> StoreDuty:
    """Return one of a shop's own tasks.

    Raises:
        NotAllowed, NotFound: the role puts nothing up, or it is another shop's.
    """
    duty = duties_for(actor).filter(pk=pk).first()
    if duty is None:
        raise NotFound
    return duty


def photos_of(duties: list[StoreDuty]) -> dict[int, StorePhoto]:
    """The newest photo of each part, by the part's number; one query for all of them."""
    rows = StorePhoto.objects.filter(duty__in=duties).select_related("media").order_by("pk")
    return {photo.duty_id: photo for photo in rows}


def photo_by_id(actor: Actor, pk: int) -> StorePhoto:
    """Return a photo: to the brand's staff who see campaigns, and to the shop that sent it.

    Raises:
        NotFound: there is none, or not for this actor.
    """
    rows = StorePhoto.objects.filter(duty__task__brand_id=actor.own_brand(), pk=pk)
    if actor.is_partner:
        rows = rows.filter(duty__organisation_id=actor.organisation_id or 0)
    elif not actor.may(Permission.CAMPAIGN_VIEW):
        rows = rows.none()
    photo = rows.select_related("media", "duty__task", "duty__organisation").first()
    if photo is None:
        raise NotFound
    return photo


@dataclass(frozen=True, kw_only=True, slots=True)
class Twin:
    """The same picture, sent for something else before."""

    shop: str
    task: str


def twins_of(photos: list[StorePhoto]) -> dict[int, Twin]:
    """Which photos were sent before, by another shop or for another task; by the photo's number."""
    media = {photo.media_id for photo in photos}
    found: dict[int, Twin] = {}
    rows = StorePhoto.objects.filter(media__in=media).order_by("pk")
    seen = list(rows.select_related("duty__organisation", "duty__task"))
    for photo in photos:
        for other in seen:
            if (other.media_id, other.pk < photo.pk) == (photo.media_id, True) and (
                other.duty_id != photo.duty_id
            ):
                found.setdefault(
                    photo.pk, Twin(shop=other.duty.organisation.name, task=other.duty.task.title)
                )
    return found
