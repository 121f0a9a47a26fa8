"""Addresses of the desk: webhooks, the WeChat account, signing in through a provider."""

from django.urls import URLPattern, path

from hefu.surfaces.desk.views import provider, sign_in, webhooks, wechat

urlpatterns: list[URLPattern] = [
    path("sign-in-by-organisation/", sign_in.by_email, name="sign_in_by_email"),
    path("sign-in/<slug:brand>/", sign_in.of_brand, name="sign_in_of"),
    path("sign-in/<slug:brand>/away/", sign_in.away, name="sign_in_away"),
    path("sign-in/<slug:brand>/back/", sign_in.back, name="sign_in_back"),
    path("people/provider/", provider.provider, name="provider"),
    path("people/provider/end/", provider.end_provider, name="provider_end"),
    path("people/provider/<int:pk>/forget/", provider.forget, name="provider_forget"),
    path("wechat/", wechat.wechat, name="wechat"),
    path("wechat/remove/", wechat.remove, name="wechat_remove"),
    path("webhooks/", webhooks.webhooks, name="webhooks"),
    path("webhooks/new/", webhooks.create, name="webhook_new"),
    path("webhooks/<int:pk>/", webhooks.webhook, name="webhook"),
    path("webhooks/<int:pk>/edit/", webhooks.edit, name="webhook_edit"),
    path("webhooks/<int:pk>/deed/", webhooks.deed, name="webhook_deed"),
    path("webhooks/messages/<int:pk>/", webhooks.message, name="webhook_message"),
]
