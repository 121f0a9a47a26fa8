"""Addresses. The printed codes' own (``/01/...``) are answered by the edge before Django."""

from importlib.util import find_spec

from django.contrib import admin
from django.urls import URLPattern, URLResolver, include, path
from django.views.i18n import set_language

from hefu.config.health import live, ready
from hefu.surfaces.api.app import api

handler404 = "hefu.surfaces.consumer.views.pages.unknown"

urlpatterns: list[URLPattern | URLResolver] = [
    path("health/live", live, name="live"),
    path("health/ready", ready, name="ready"),
    path("api/v1/", api.urls),
    path("api/epcis/", include("hefu.surfaces.api.epcis")),
    path("backstage/", admin.site.urls),
    path("language/", set_language, name="set_language"),
    path("design/", include("hefu.surfaces.design.urls")),
]
for prefix, module in (("desk/", "hefu.surfaces.desk.urls"), ("", "hefu.surfaces.consumer.urls")):
    if find_spec(module):
        urlpatterns.append(path(prefix, include(module)))
