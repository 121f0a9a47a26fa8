"""Addresses of the design system: a brand's colour as a style sheet, and the living guide."""

from django.urls import path, re_path

from hefu.surfaces.design import views

app_name = "design"
urlpatterns = [
    path("", views.guide, name="guide"),
    path("consumer/", views.consumer_guide, name="consumer_guide"),
    path("progress/", views.guide_progress, name="guide_progress"),
    re_path(r"^brand-(?P<colour>[0-9a-f]{6})\.css$", views.brand_css, name="brand_css"),
]
