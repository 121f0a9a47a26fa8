"""Addresses of the desk: a campaign's channels and its report."""

from django.urls import URLPattern, path

from hefu.surfaces.desk.views import campaign_channels, campaign_report

_OF = "promotions/campaigns/<int:pk>/"

urlpatterns: list[URLPattern] = [
    path(f"{_OF}channels/", campaign_channels.channels, name="campaign_channels"),
    path(f"{_OF}channels/new/", campaign_channels.create, name="campaign_channel_new"),
    path(f"{_OF}channels/<int:place>/", campaign_channels.channel, name="campaign_channel"),
    path(
        f"{_OF}channels/<int:place>/symbol/", campaign_channels.symbol, name="campaign_symbol"
    ),
    path(f"{_OF}report/", campaign_report.report, name="campaign_report"),
    path(
        f"{_OF}report-<int:number>.xlsx", campaign_report.file, {"kind": "xlsx"},
        name="campaign_report_xlsx",
    ),
    path(
        f"{_OF}report-<int:number>.pdf", campaign_report.file, {"kind": "pdf"},
        name="campaign_report_pdf",
    ),
]  # fmt: skip
