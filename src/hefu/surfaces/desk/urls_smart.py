"""Addresses of the desk: smart codes of models."""

from django.urls import URLPattern, path

from hefu.surfaces.desk.views import smart

urlpatterns: list[URLPattern] = [
    path("smart-codes/", smart.smart_codes, name="smart_codes"),
    path("smart-codes/digits/", smart.give_digits, name="give_digits"),
    path("smart-codes/files/<int:pk>/", smart.run, name="symbol_run"),
    path("smart-codes/files/<int:pk>/download/", smart.run_file, name="symbol_file"),
    path("smart-codes/proofs/", smart.proof, name="proof"),
    path("smart-codes/proofs/<int:pk>/remove/", smart.proof_away, name="proof_away"),
    path("products/<int:pk>/symbol/", smart.symbol, name="symbol"),
]
