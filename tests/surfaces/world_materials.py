"""Materials of a campaign and a shop's task in the world, as values of addresses."""

import io
from datetime import timedelta
from typing import Any

from hefu.apps.campaigns.models import AssetVersion, Poster, StoreDuty, StorePhoto
from hefu.apps.campaigns.services.assets import RightsSaid, add_asset
from hefu.apps.campaigns.services.offline_items import Carried, Place, add_item
from hefu.apps.campaigns.services.promotions import open_campaign
from hefu.apps.campaigns.services.stores import TaskSaid, give_task
from hefu.apps.catalog.services.media import keep_media
from hefu.apps.catalog.uploads import receive
from hefu.core.materials import PosterFacts, document, poster_hash
from tests.apps.catalog.files import picture
from tests.factories import NOW, a_partner, operator

MATERIAL_MARKS = ("world's cover", "world's board", "world's shop window")
_LINK = "https://c.example.com/"
_FACTS = PosterFacts(
    title="world's cover", theme="world's cover", first_on=NOW.date(), last_on=NOW.date(),
    how=("scan",), link=_LINK, brand="world", organiser="world", contact="", colour="#2b6a5b",
)  # fmt: skip


def material_values(brand: Any) -> dict[Any, Any]:
    """Register a material, hang an item, give a shop a task with a photo; returns their values."""
    cover, board, window = MATERIAL_MARKS
    house = operator(brand)
    campaign = open_campaign(house, slug="world-2", title=cover, now=NOW)
    asset = add_asset(
        house, campaign=campaign, title=cover, format="wechat-cover", text=cover,
        rights=RightsSaid(owner=cover), now=NOW,
    )  # fmt: skip
    poster = Poster.objects.create(
        brand=brand, campaign=campaign, number=1, facts=document(_FACTS),
        content_hash=poster_hash(_FACTS),
        made_by="tests", made_at=NOW,
    )  # fmt: skip
    item = add_item(
        house, campaign=campaign, title=board, kind="poster",
        place=Place(venue="shop", region="310000", address=board), carried=Carried(link=_LINK),
        now=NOW,
    )  # fmt: skip
    shop = a_partner(brand, "retailer")
    said = TaskSaid(title=window, due_on=(NOW + timedelta(days=30)).date(), carried=Carried())
    task = give_task(house, campaign=campaign, said=said, shops=[shop.pk], now=NOW)
    duty = StoreDuty.objects.get(task=task)
    incoming = receive(io.BytesIO(picture(size=(40, 30))), brand_id=brand.pk)
    media = keep_media(house, incoming=incoming, name="photo.jpg", now=NOW)
    photo = StorePhoto.objects.create(duty=duty, media=media, at=NOW, by="tests")
    assert AssetVersion.objects.filter(asset=asset).exists()
    inside = "desk/promotions/campaigns/<int:pk>/"
    posters = tuple(f"posters/<int:number>/<slug:size>.{kind}" for kind in ("pdf", "svg"))
    sides = ("materials/", "materials/new/", "materials/item/", "stores/", "stores/new/")
    return {
        **{(inside + part, "pk"): campaign.pk for part in (*sides, *posters)},
        **{(inside + part, "number"): poster.number for part in posters},
        "size": "a4",
        ("desk/promotions/materials/<int:pk>/", "pk"): asset.pk,
        ("desk/promotions/items/<int:pk>/", "pk"): item.pk,
        **{(f"desk/promotions/items/<int:pk>/qr.{kind}", "pk"): item.pk
           for kind in ("svg", "png", "pdf")},
        ("desk/promotions/store-tasks/<int:pk>/", "pk"): task.pk,
        ("desk/promotions/store-tasks/<int:pk>/shops.csv", "pk"): task.pk,
        ("desk/store-tasks/<int:pk>/", "pk"): duty.pk,
        ("desk/store-tasks/<int:pk>/shown/", "pk"): duty.pk,
        ("desk/store-tasks/photos/<int:pk>/", "pk"): photo.pk,
    }  # fmt: skip
