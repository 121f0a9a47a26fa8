"""Addresses of the desk: a campaign's group buys."""

from django.urls import URLPattern, path

from hefu.surfaces.desk.views import groups

_OF = "promotions/campaigns/<int:pk>/"

urlpatterns: list[URLPattern] = [
    path(f"{_OF}groups/", groups.offers, name="group_offers"),
    path(f"{_OF}groups/new/", groups.create, name="group_offer_new"),
    path("promotions/groups/<int:pk>/", groups.offer, name="group_offer"),
]
