"""What a campaign's items may show, and where their QR may lead (可选项), as choices of forms."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import BinaryIO

from django.urls import reverse
from django.utils.translation import gettext as _

from hefu.apps.campaigns.models import Campaign
from hefu.apps.campaigns.selectors.materials import assets_of, poster_of
from hefu.apps.campaigns.selectors.placements import placements_for
from hefu.apps.campaigns.selectors.promotions import promotions_for
from hefu.apps.campaigns.services.offline_items import Carried
from hefu.apps.catalog.uploads import Incoming, discard, receive
from hefu.core.errors import DomainError
from hefu.surfaces.consumer.page_addresses import home_of, section_path
from hefu.surfaces.desk.frame import DeskRequest
from hefu.surfaces.desk.promoting.reached import link_of


def links(
    request: DeskRequest, campaign: Campaign, *, tracked: bool = True
) -> list[tuple[str, str, str, int | None]]:
    """Where a QR may lead: key, name, address, and the placement's number where it is tracked."""
    home, brand = home_of(request.brand, request), request.brand
    found: list[tuple[str, str, str, int | None]] = []
    if tracked:
        rows = placements_for(request.actor).filter(campaign=campaign, closed_at=None)
        found += [
            (
                f"placement:{row.pk}", _("counted link: %(name)s") % {"name": row.name},
                link_of(brand, request, row), row.pk,
            )
            for row in rows
        ]  # fmt: skip
    live = promotions_for(request.actor).filter(campaign=campaign, live_version__isnull=False)
    found += [
        (
            f"promotion:{row.code}", _("rules of %(title)s") % {"title": row.title},
            home + reverse("consumer:promotion_of", args=[brand.slug, row.code]), None,
        )
        for row in live
    ]  # fmt: skip
    return [*found, ("section", _("the brand's pages"), home + section_path(brand), None)]


def shown(campaign: Campaign) -> list[tuple[str, str]]:
    """What may be put up: the campaign's poster, and its materials."""
    poster = poster_of(campaign)
    begin = [] if poster is None else [
        ("poster", _("the campaign's poster, version %(n)s") % {"n": poster.number})
    ]  # fmt: skip
    return begin + [(f"asset:{asset.pk}", asset.title) for asset in assets_of(campaign)]


def carried(
    request: DeskRequest, campaign: Campaign, *, shows: str = "", link: str = ""
) -> Carried:
    """Read what was chosen; a choice that is gone by now is refused by the service."""
    known = {key: (url, number) for key, _name, url, number in links(request, campaign)}
    url, number = known.get(link, ("", None))
    asset = shows.removeprefix("asset:") if shows.startswith("asset:") else ""
    return Carried(
        link=url, placement_id=number, poster=shows == "poster",
        asset_id=int(asset) if asset.isdecimal() else None,
    )  # fmt: skip


@contextmanager
def received(file: BinaryIO | None, *, brand_id: int) -> Iterator[Incoming | None]:
    """Take an upload in; where its deed is refused, nothing of it stays.

    Raises:
        MediaRefused, Invalid: it is not what may come in.
    """
    if file is None:
        yield None
        return
    incoming = receive(file, brand_id=brand_id)
    try:
        yield incoming
    except DomainError:
        discard(incoming.folder)
        raise
