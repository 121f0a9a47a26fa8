"""Addresses of the desk: codes."""

from django.urls import URLPattern

urlpatterns: list[URLPattern] = []
