"""Addresses of the desk: a campaign's materials, items outside, what shops put up."""

from django.urls import URLPattern, path

from hefu.surfaces.desk.views import (
    campaign_items,
    campaign_materials,
    store_desk,
    store_tasks,
)

_CAMPAIGN = "promotions/campaigns/<int:pk>/"
urlpatterns: list[URLPattern] = [
    path(f"{_CAMPAIGN}materials/", campaign_materials.materials, name="campaign_materials"),
    path(f"{_CAMPAIGN}materials/new/", campaign_materials.asset_new, name="asset_new"),
    path(f"{_CAMPAIGN}materials/item/", campaign_items.item_new, name="offline_item_new"),
    *(
        path(
            f"{_CAMPAIGN}posters/<int:number>/<slug:size>.{kind}",
            campaign_materials.poster_file,
            {"kind": kind},
            name=f"poster_{kind}",
        )
        for kind in ("pdf", "svg")
    ),
    path(f"{_CAMPAIGN}stores/", store_tasks.campaign_stores, name="campaign_stores"),
    path(f"{_CAMPAIGN}stores/new/", store_tasks.store_task_new, name="store_task_new"),
    path("promotions/materials/<int:pk>/", campaign_materials.asset, name="asset"),
    path("promotions/items/<int:pk>/", campaign_items.item, name="offline_item"),
    *(
        path(
            f"promotions/items/<int:pk>/qr.{kind}",
            campaign_items.item_symbol,
            {"kind": kind},
            name=f"item_{kind}",
        )
        for kind in ("svg", "png", "pdf")
    ),
    path("promotions/store-tasks/<int:pk>/", store_tasks.store_task, name="store_task"),
    path(
        "promotions/store-tasks/<int:pk>/shops.csv",
        store_tasks.store_task_file,
        name="store_task_file",
    ),
    path("store-tasks/", store_desk.store_tasks, name="store_tasks"),
    path("store-tasks/<int:pk>/", store_desk.store_duty, name="store_duty"),
    path("store-tasks/<int:pk>/shown/", store_desk.store_shown, name="store_shown"),
    path("store-tasks/photos/<int:pk>/", store_desk.store_photo, name="store_photo"),
]
