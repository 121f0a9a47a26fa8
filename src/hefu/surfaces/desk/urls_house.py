"""Addresses of the desk: house."""

from django.urls import URLPattern

urlpatterns: list[URLPattern] = []
