"""A campaign's materials as they stand (物料): newest versions, what is wrong, what is outdated."""

from datetime import date, datetime

from django.db.models import Exists, OuterRef, Prefetch, Q, QuerySet
from django.utils import timezone

from hefu.apps.campaigns.models import (
    Asset,
    AssetVersion,
    Campaign,
    OfflineItem,
    Poster,
    PosterBrief,
)
from hefu.apps.campaigns.selectors.plans import open_plan, plan_of, signed_plan
from hefu.apps.catalog.models import Media
from hefu.core.actor import Actor
from hefu.core.advertising import absolute_terms
from hefu.core.errors import NotFound
from hefu.core.materials import (
    FORMATS,
    Finding,
    Format,
    PosterFacts,
    Rights,
    Unit,
    findings,
)
from hefu.core.permissions import Permission
from hefu.core.planning import Phase, phases

OUTDATED = Q(poster__obsolete_at__isnull=False) | Q(shown__replaced_at__isnull=False)


def assets_of(campaign: Campaign) -> QuerySet[Asset]:
    """The materials in use, each with ``newest``: a list of its one version; by title."""
    newest = AssetVersion.objects.filter(replaced_at=None).select_related("media")
    rows = Asset.objects.filter(campaign=campaign, retired_at=None).order_by("title", "pk")
    return rows.prefetch_related(Prefetch("versions", newest, to_attr="newest"))


def asset_by_id(actor: Actor, pk: int) -> Asset:
    """Return one material.

    Raises:
        NotAllowed, NotFound: the role sees no campaigns, or it is not there for this actor.
    """
    actor.require(Permission.CAMPAIGN_VIEW)
    rows = Asset.objects.filter(brand_id=actor.own_brand(), pk=pk).select_related("campaign")
    asset = rows.first()
    if asset is None or actor.is_partner:
        raise NotFound
    return asset


def versions_of(asset: Asset) -> QuerySet[AssetVersion]:
    """All versions, the newest first."""
    return AssetVersion.objects.filter(asset=asset).select_related("media").order_by("-number")


def format_of(asset: Asset) -> Format:
    """The size an asset is meant for.

    Raises:
        NotFound: the table has no such row any more.
    """
    try:
        return FORMATS[asset.format]
    except KeyError as error:
        raise NotFound(field="format") from error


def findings_of(asset: Asset, version: AssetVersion | None, *, on: date) -> tuple[Finding, ...]:
    """What is wrong with a material on a day, both figures named (R177)."""
    media = version.media if version else None
    paper = media is not None and media.media_type == Media.Type.PDF
    return findings(
        format_of(asset), width=version.width if version else 0,
        height=version.height if version else 0, unit=Unit.MM if paper else Unit.PX,
        bytes=media.bytes if media else 0,
        is_film=media is not None and media.media_type == Media.Type.MP4,
        rights=Rights(licence=asset.licence, until=asset.rights_until),
        labelled=asset.labelled, on=on,
    )  # fmt: skip


def brief_of(campaign: Campaign) -> PosterBrief | None:
    """What was said for the campaign's poster beside its plan."""
    return PosterBrief.objects.filter(campaign=campaign).first()


def poster_facts(campaign: Campaign) -> PosterFacts:
    """What the campaign's poster would say now.

    Theme and days are those of the signed plan; while none is signed, of the one being written;
    without any plan the days are the campaign's own.
    """
    version = signed_plan(campaign) or open_plan(campaign)
    brief = brief_of(campaign)
    brand = campaign.brand
    plan = plan_of(version) if version else None
    first_on, last_on = _day(campaign.starts_at), _day(campaign.ends_at)
    if plan is not None:
        run = phases(plan)[Phase.RUN]
        first_on, last_on = run.first_on, run.last_on
    return PosterFacts(
        title=campaign.title, theme=plan.theme if plan else "", first_on=first_on,
        last_on=last_on, how=tuple(brief.how.splitlines()) if brief else (),
        link=brief.link if brief else "", brand=brand.name,
        organiser=brand.trader_name or brand.name, contact=brand.trader_contact,
        colour=brand.colour,
    )  # fmt: skip


def _day(at: datetime | None) -> date | None:
    return timezone.localdate(at) if at else None


def poster_of(campaign: Campaign) -> Poster | None:
    """Return the poster that holds now."""
    return Poster.objects.filter(campaign=campaign, obsolete_at=None).first()


def posters_of(campaign: Campaign) -> QuerySet[Poster]:
    """All of them, the newest first."""
    return Poster.objects.filter(campaign=campaign).order_by("-number")


def poster_by_number(actor: Actor, campaign: Campaign, number: int) -> Poster:
    """Return one version of a campaign's poster.

    Raises:
        NotFound: there is none, or not for this actor.
    """
    rows = posters_of(campaign).filter(brand_id=actor.own_brand(), number=number)
    found = rows.first()
    if found is None:
        raise NotFound
    return found


def words_to_mind(facts: PosterFacts) -> tuple[str, ...]:
    """Absolute words on a poster (law L01)."""
    return absolute_terms("\n".join((facts.title, facts.theme, *facts.how)))


def items_of(campaign: Campaign) -> QuerySet[OfflineItem]:
    """What was printed and hung up, not taken down yet; what shows an old version first."""
    rows = OfflineItem.objects.filter(campaign=campaign, down_at=None)
    rows = rows.select_related("poster", "shown__asset", "photo")
    outdated = OfflineItem.objects.filter(OUTDATED, pk=OuterRef("pk"))
    return rows.annotate(outdated=Exists(outdated)).order_by("-outdated", "region", "title", "pk")


def item_by_id(actor: Actor, pk: int) -> OfflineItem:
    """Return one off-line item.

    Raises:
        NotAllowed, NotFound: the role sees no campaigns, or it is not there for this actor.
    """
    actor.require(Permission.CAMPAIGN_VIEW)
    rows = OfflineItem.objects.filter(brand_id=actor.own_brand(), pk=pk)
    item = rows.select_related("campaign", "poster", "shown__asset", "photo").first()
    if item is None or actor.is_partner:
        raise NotFound
    return item


def is_outdated(item: OfflineItem) -> bool:
    """Whether what hangs there shows a poster or a file that was replaced."""
    poster, shown = item.poster, item.shown
    return bool((poster and poster.obsolete_at) or (shown and shown.replaced_at))
