"""Addresses of the desk: webhooks, the WeChat account, signing in through a provider."""

from django.urls import URLPattern, path

from hefu.surfaces.desk.views import webhooks

urlpatterns: list[URLPattern] = [
    path("webhooks/", webhooks.webhooks, name="webhooks"),
    path("webhooks/new/", webhooks.create, name="webhook_new"),
    path("webhooks/<int:pk>/", webhooks.webhook, name="webhook"),
    path("webhooks/<int:pk>/edit/", webhooks.edit, name="webhook_edit"),
    path("webhooks/<int:pk>/deed/", webhooks.deed, name="webhook_deed"),
    path("webhooks/messages/<int:pk>/", webhooks.message, name="webhook_message"),
]
