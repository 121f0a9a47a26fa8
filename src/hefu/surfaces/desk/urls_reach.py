"""Addresses of the desk: a campaign's channels and its report."""

from django.urls import URLPattern, path

from hefu.surfaces.desk.views import campaign_channels

_OF = "promotions/campaigns/<int:pk>/"

urlpatterns: list[URLPattern] = [
    path(f"{_OF}channels/", campaign_channels.channels, name="campaign_channels"),
    path(f"{_OF}channels/new/", campaign_channels.create, name="campaign_channel_new"),
    path(f"{_OF}channels/<int:place>/", campaign_channels.channel, name="campaign_channel"),
    path(f"{_OF}channels/<int:place>/symbol/", campaign_channels.symbol, name="campaign_symbol"),
]
