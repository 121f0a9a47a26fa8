"""What hangs and lies outside (线下物料): with a QR, a place the law allows, and a photo (R168)."""

from dataclasses import dataclass
from datetime import datetime

from django.utils import timezone

from hefu.apps.audit.services import record, service
from hefu.apps.campaigns.errors.materials import MaterialMoved, VenueBarred
from hefu.apps.campaigns.models import AssetVersion, Campaign, OfflineItem, Placement, Poster
from hefu.apps.campaigns.selectors.materials import item_by_id, poster_of
from hefu.apps.campaigns.selectors.plans import campaign_by_id
from hefu.apps.campaigns.services.material_files import kept_photo
from hefu.apps.catalog.uploads import Incoming
from hefu.core.actor import Actor
from hefu.core.errors import Invalid
from hefu.core.materials import Kind, Venue, barred
from hefu.core.permissions import Permission
from hefu.core.regions import region_named

#: Kinds that are printed and put somewhere.
PRINTED = (Kind.POSTER, Kind.LEAFLET, Kind.ROLL_UP)
MOST = 100_000


@dataclass(frozen=True, kw_only=True, slots=True)
class Place:
    """Where it is: ``region`` as people or GB/T 2260 write it, province level."""

    venue: str
    region: str
    address: str


@dataclass(frozen=True, kw_only=True, slots=True)
class Carried:
    """What is on it: the campaign's poster, a registered material, or neither; and its QR."""

    link: str = ""
    poster: bool = False
    asset_id: int | None = None
    placement_id: int | None = None


@service
def add_item(
    actor: Actor, *, campaign: Campaign, title: str, kind: str, place: Place, carried: Carried,
    quantity: int = 1, now: datetime,
) -> OfflineItem:  # fmt: skip
    """Plan an item for a place.

    Raises:
        NotAllowed, NotFound: the role does not manage campaigns, or another brand's.
        Invalid: a field is missing or none of the choices; names it.
        VenueBarred: the law closes this kind of place to advertising (L12).
    """
    actor.require(Permission.CAMPAIGN_MANAGE)
    campaign = campaign_by_id(actor, campaign.pk)
    if not title.strip():
        raise Invalid(field="title", rule="required")
    if kind not in PRINTED:
        raise Invalid(field="kind", rule="not_a_choice")
    if not 1 <= quantity <= MOST:
        raise Invalid(field="quantity", rule="out_of_range", value=MOST)
    region = _region(place, now=now)
    poster, shown = on_it(campaign, carried)
    item = OfflineItem.objects.create(
        brand_id=campaign.brand_id, campaign=campaign, title=title.strip()[:80], kind=kind,
        venue=place.venue, region=region, address=place.address.strip()[:200],
        quantity=quantity, link=_link(campaign, carried), placement_id=carried.placement_id,
        poster=poster, shown=shown, created_by=actor.label, created_at=now,
    )  # fmt: skip
    record(
        actor, "campaigns.item_planned", item, now=now, kind=kind, venue=place.venue,
        region=region,
    )  # fmt: skip
    return item


def _region(place: Place, *, now: datetime) -> str:
    """Judge a place; returns its region's code."""
    if place.venue not in list(Venue):
        raise Invalid(field="venue", rule="not_a_choice")
    bar = barred(Venue(place.venue), on=timezone.localdate(now))
    if bar is not None:
        raise VenueBarred(field="venue", law=bar.id, article=bar.source, text=bar.text)
    region = region_named(place.region)
    if region is None:
        raise Invalid(field="region", rule="not_a_choice")
    if not place.address.strip():
        raise Invalid(field="address", rule="required")
    return region.code


def on_it(campaign: Campaign, carried: Carried) -> tuple[Poster | None, AssetVersion | None]:
    """What is carried, as it is now.

    Raises:
        Invalid: there is no poster, or no such material in use.
    """
    if carried.poster:
        poster = poster_of(campaign)
        if poster is None:
            raise Invalid(field="shows", rule="not_a_choice")
        return poster, None
    if carried.asset_id is None:
        return None, None
    rows = AssetVersion.objects.filter(
        asset_id=carried.asset_id, asset__campaign=campaign, asset__retired_at=None
    )
    version = rows.filter(replaced_at=None).first()
    if version is None:
        raise Invalid(field="shows", rule="not_a_choice")
    return None, version


def _link(campaign: Campaign, carried: Carried) -> str:
    if not carried.link.startswith(("https://", "http://")) or len(carried.link) > 300:
        raise Invalid(field="link", rule="not_a_choice")
    known = Placement.objects.filter(campaign=campaign, pk=carried.placement_id or 0)
    if carried.placement_id is not None and not known.exists():
        raise Invalid(field="link", rule="not_a_choice")
    return carried.link


@service
def prove_item(
    actor: Actor, *, item: OfflineItem, incoming: Incoming, name: str,
    taken_at: datetime | None, now: datetime,
) -> OfflineItem:  # fmt: skip
    """Keep the photo that shows an item in its place; another one replaces it.

    Raises:
        NotAllowed, NotFound: the role does not manage campaigns, or another brand's.
        Invalid: what came is no photo.
        MaterialMoved: it was taken down.
    """
    actor.require(Permission.CAMPAIGN_MANAGE)
    item = item_by_id(actor, item.pk)
    photo = kept_photo(actor, incoming, name=name, now=now)
    if not OfflineItem.objects.filter(pk=item.pk, down_at=None).update(
        photo=photo, photo_taken_at=taken_at, up_at=now
    ):
        raise MaterialMoved(field="file")
    record(actor, "campaigns.item_proved", item, now=now)
    return item_by_id(actor, item.pk)


@service
def renew_item(actor: Actor, *, item: OfflineItem, now: datetime) -> OfflineItem:
    """Hang the newest version in place of the one that is shown; a new photo is then due.

    Raises:
        NotAllowed, NotFound: the role does not manage campaigns, or another brand's.
        MaterialMoved: it was taken down, or there is no newer version.
    """
    actor.require(Permission.CAMPAIGN_MANAGE)
    item = item_by_id(actor, item.pk)
    poster = poster_of(item.campaign) if item.poster_id else None
    shown = None
    if item.shown is not None:
        shown = AssetVersion.objects.filter(asset=item.shown.asset_id, replaced_at=None).first()
    if (poster or shown) is None or (poster, shown) == (item.poster, item.shown):
        raise MaterialMoved(field="shows")
    if not OfflineItem.objects.filter(pk=item.pk, down_at=None).update(
        poster=poster, shown=shown, photo=None, photo_taken_at=None, up_at=None
    ):
        raise MaterialMoved(field="shows")
    record(actor, "campaigns.item_renewed", item, now=now)
    return item_by_id(actor, item.pk)


@service
def take_down(actor: Actor, *, item: OfflineItem, now: datetime) -> None:
    """Note that an item hangs there no more.

    Raises:
        NotAllowed, NotFound: the role does not manage campaigns, or another brand's.
    """
    actor.require(Permission.CAMPAIGN_MANAGE)
    item = item_by_id(actor, item.pk)
    if OfflineItem.objects.filter(pk=item.pk, down_at=None).update(down_at=now):
        record(actor, "campaigns.item_taken_down", item, now=now)
