"""Addresses of group buys; part of the phone pages. A group's own is the one to share."""

from django.urls import path

from hefu.surfaces.consumer.views import groups

urlpatterns = [
    path("groups/<slug:brand>/<slug:code>/", groups.offer, name="group_offer"),
    path("groups/<slug:brand>/<slug:code>/rules/", groups.rules, name="group_rules"),
    path("groups/<slug:brand>/<slug:code>/open/", groups.begin, name="group_open"),
    path("group/<slug:token>/", groups.group, name="group"),
    path("group/<slug:token>/join/", groups.join, name="group_join"),
]
