"""Addresses of the desk: the goods of a campaign and its sets."""

from django.urls import URLPattern, path

from hefu.surfaces.desk.views import campaign_goods, campaign_sets

_ONE = "promotions/campaigns/<int:pk>/"
urlpatterns: list[URLPattern] = [
    path(f"{_ONE}goods/", campaign_goods.goods, name="campaign_goods"),
    path(f"{_ONE}goods/ranking/", campaign_goods.rank, name="campaign_ranking"),
    path(f"{_ONE}goods/lists/", campaign_goods.picks, name="campaign_picks"),
    path(f"{_ONE}goods/lists/<int:number>/", campaign_goods.pick, name="campaign_pick"),
    path(f"{_ONE}sets/", campaign_sets.sets, name="campaign_sets"),
    path(f"{_ONE}sets/new/", campaign_sets.set_new, name="campaign_set_new"),
    path(f"{_ONE}sets/<int:set_pk>/", campaign_sets.set_edit, name="campaign_set"),
    path(
        f"{_ONE}sets/<int:set_pk>/withdraw/", campaign_sets.set_withdraw,
        name="campaign_set_withdraw",
    ),
]  # fmt: skip
