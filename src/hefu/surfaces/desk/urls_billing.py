"""Addresses of the desk: the brand's account with the operator."""

from django.urls import URLPattern, path

from hefu.surfaces.desk.views import billing

urlpatterns: list[URLPattern] = [
    path("billing/", billing.account, name="billing"),
    path("billing/use/", billing.use, name="billing_use"),
    path("billing/prepaid/", billing.blocks, name="billing_blocks"),
    path("billing/codes/<int:pk>/", billing.codes_end, name="billing_codes"),
    path("billing/invoices/", billing.invoices, name="invoices"),
    path("billing/invoices/<slug:number>/", billing.invoice, name="invoice"),
    path("billing/invoices/<slug:number>/invoice.pdf", billing.invoice_paper, name="invoice_paper"),
    path(
        "billing/invoices/<slug:number>/invoice.xlsx",
        billing.invoice_workbook,
        name="invoice_workbook",
    ),
]
