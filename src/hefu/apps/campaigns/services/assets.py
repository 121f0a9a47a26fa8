"""The register of a campaign's materials (物料登记): files for platforms, rights, versions."""

from dataclasses import dataclass
from datetime import date, datetime

from django.db import IntegrityError, transaction

from hefu.apps.audit.services import record, service
from hefu.apps.campaigns.errors.materials import MaterialMoved
from hefu.apps.campaigns.models import Asset, AssetVersion, Campaign
from hefu.apps.campaigns.selectors.materials import asset_by_id
from hefu.apps.campaigns.selectors.plans import campaign_by_id
from hefu.apps.campaigns.services.material_files import kept, sides
from hefu.apps.catalog.uploads import Incoming
from hefu.core.actor import Actor
from hefu.core.errors import Invalid
from hefu.core.materials import FORMATS, Kind
from hefu.core.permissions import Permission

LONGEST_TEXT = 20_000


@dataclass(frozen=True, kw_only=True, slots=True)
class RightsSaid:
    """Whose a material is, what for, until which day, and whether it says that it advertises."""

    owner: str
    licence: str = ""
    until: date | None = None
    labelled: bool = False


@service
def add_asset(
    actor: Actor, *, campaign: Campaign, title: str, format: str, rights: RightsSaid,  # noqa: A002
    incoming: Incoming | None = None, name: str = "", text: str = "", now: datetime,
) -> Asset:  # fmt: skip
    """Register a material with its first version.

    Raises:
        NotAllowed, NotFound: the role does not manage campaigns, or another brand's.
        Invalid: no title, owner or such format; neither a file nor, of an article, a text.
    """
    actor.require(Permission.CAMPAIGN_MANAGE)
    campaign = campaign_by_id(actor, campaign.pk)
    if not title.strip():
        raise Invalid(field="title", rule="required")
    if format not in FORMATS:
        raise Invalid(field="format", rule="not_a_choice")
    asset = Asset(
        brand_id=campaign.brand_id, campaign=campaign, title=title.strip()[:80], format=format,
        created_at=now,
    )  # fmt: skip
    _say_rights(asset, rights)
    asset.save()
    record(actor, "campaigns.asset_added", asset, now=now, format=format)
    _write(actor, asset, incoming=incoming, name=name, text=text, now=now)
    return asset


@service
def add_version(
    actor: Actor, *, asset: Asset, incoming: Incoming | None = None, name: str = "",
    text: str = "", now: datetime,
) -> AssetVersion:  # fmt: skip
    """Replace a material by a new version; items that show the old one are then to be replaced.

    Raises:
        NotAllowed, NotFound: the role does not manage campaigns, or another brand's.
        Invalid: neither a file nor, of an article, a text.
        MaterialMoved: it was retired, or somebody else replaced it in this moment.
    """
    actor.require(Permission.CAMPAIGN_MANAGE)
    asset = asset_by_id(actor, asset.pk)
    if asset.retired_at:
        raise MaterialMoved(field="file")
    return _write(actor, asset, incoming=incoming, name=name, text=text, now=now)


def _write(
    actor: Actor, asset: Asset, *, incoming: Incoming | None, name: str, text: str, now: datetime
) -> AssetVersion:
    article = FORMATS[asset.format].kind is Kind.ARTICLE
    text = text.strip() if article else ""
    if incoming is None and not text:
        raise Invalid(field="file", rule="required")
    if len(text) > LONGEST_TEXT:
        raise Invalid(field="text", rule="too_long", value=LONGEST_TEXT)
    media = kept(actor, incoming, name=name, now=now) if incoming else None
    width, height = sides(media) if media else (0, 0)
    before = AssetVersion.objects.filter(asset=asset).order_by("-number").first()
    AssetVersion.objects.filter(asset=asset, replaced_at=None).update(replaced_at=now)
    try:
        with transaction.atomic():
            version = AssetVersion.objects.create(
                asset=asset, number=before.number + 1 if before else 1, media=media, text=text,
                width=width, height=height, by=actor.label, at=now,
            )  # fmt: skip
    except IntegrityError as error:
        raise MaterialMoved(field="file") from error
    if before is not None:
        record(actor, "campaigns.asset_replaced", asset, now=now, version=version.number)
    return version


@service
def change_rights(actor: Actor, *, asset: Asset, rights: RightsSaid, now: datetime) -> Asset:
    """Write down other rights, such as a licence that was made longer.

    Raises:
        NotAllowed, NotFound: the role does not manage campaigns, or another brand's.
        Invalid: no owner.
    """
    actor.require(Permission.CAMPAIGN_MANAGE)
    asset = asset_by_id(actor, asset.pk)
    _say_rights(asset, rights)
    asset.save(update_fields=["owner", "licence", "rights_until", "labelled"])
    until = rights.until.isoformat() if rights.until else ""
    record(actor, "campaigns.asset_rights_changed", asset, now=now, until=until)
    return asset


def _say_rights(asset: Asset, rights: RightsSaid) -> None:
    if not rights.owner.strip():
        raise Invalid(field="owner", rule="required")
    asset.owner, asset.licence = rights.owner.strip()[:80], rights.licence.strip()[:200]
    asset.rights_until, asset.labelled = rights.until, rights.labelled


@service
def retire_asset(actor: Actor, *, asset: Asset, now: datetime) -> None:
    """Take a material out of use; its versions stay for the archive (law L16).

    Raises:
        NotAllowed, NotFound: the role does not manage campaigns, or another brand's.
    """
    actor.require(Permission.CAMPAIGN_MANAGE)
    asset = asset_by_id(actor, asset.pk)
    if Asset.objects.filter(pk=asset.pk, retired_at=None).update(retired_at=now):
        record(actor, "campaigns.asset_retired", asset, now=now)
