"""Addresses of the desk: partners and resources of campaigns, shared things, co-op funds."""

from django.urls import URLPattern, path

from hefu.surfaces.desk.views import campaign_partners, campaign_resources, funds

_ONE = "promotions/campaigns/<int:pk>"

urlpatterns: list[URLPattern] = [
    path(f"{_ONE}/partners/", campaign_partners.partners, name="campaign_partners"),
    path(f"{_ONE}/partners/<int:partner>/", campaign_partners.partner, name="campaign_partner"),
    path(f"{_ONE}/resources/", campaign_resources.needs, name="campaign_resources"),
    path("promotions/resources/", campaign_resources.resources, name="resources"),
    path("funds/", funds.funds, name="funds"),
    path("funds/<int:pk>/", funds.fund, name="fund"),
    path("funds/costs/<int:pk>/", funds.cost, name="fund_cost"),
]
