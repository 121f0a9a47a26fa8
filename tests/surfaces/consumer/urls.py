"""The phone pages and what they stand on, alone."""

from django.urls import include, path

urlpatterns = [
    path("design/", include("hefu.surfaces.design.urls")),
    path("", include("hefu.surfaces.consumer.urls")),
]
