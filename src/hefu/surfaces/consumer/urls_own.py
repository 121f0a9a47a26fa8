"""Addresses of a member's own rights."""

from django.urls import path

from hefu.surfaces.consumer.views import refusing
from hefu.surfaces.consumer.views.own import (
    ages,
    asking,
    closing,
    copies,
    devices,
    fresh,
    reading,
)

urlpatterns = [
    path("account/confirm/", fresh.confirm, name="confirm"),
    path("account/messages/", reading.inbox, name="inbox"),
    path("account/advertising/<slug:channel>/", refusing.advertising, name="advertising"),
    path("u/<slug:token>/", refusing.unsubscribe, name="unsubscribe"),
    path("account/answers/", reading.answers, name="answers"),
    path("account/devices/", devices.devices, name="devices"),
    path("account/devices/others/", devices.end_others, name="devices_others"),
    path("account/devices/<int:pk>/end/", devices.end, name="device_end"),
    path("account/copies/", copies.copies, name="copies"),
    path("account/copies/<int:pk>/", copies.copy, name="copy"),
    path("account/requests/", asking.requests, name="requests"),
    path("account/restriction/", asking.restriction, name="restriction"),
    path("account/age/", ages.age, name="age"),
    path("account/close/", closing.close, name="close"),
    path("closed/<str:token>/", closing.receipt, name="receipt"),
    path("closed/<str:token>/receipt.txt", closing.receipt_file, name="receipt_file"),
]
