"""Addresses of the desk: smart codes of models, and pages from lists."""

from django.urls import URLPattern, path

from hefu.surfaces.desk.views import page_imports, smart

urlpatterns: list[URLPattern] = [
    path("smart-codes/", smart.smart_codes, name="smart_codes"),
    path("smart-codes/digits/", smart.give_digits, name="give_digits"),
    path("smart-codes/files/<int:pk>/", smart.run, name="symbol_run"),
    path("smart-codes/files/<int:pk>/download/", smart.run_file, name="symbol_file"),
    path("smart-codes/proofs/", smart.proof, name="proof"),
    path("smart-codes/proofs/<int:pk>/remove/", smart.proof_away, name="proof_away"),
    path("pages/import/", page_imports.upload, name="page_import_new"),
    path("pages/import/list.<str:kind>", page_imports.empty_list, name="page_import_template"),
    path("pages/import/<int:pk>/", page_imports.result, name="page_import"),
    path("pages/import/<int:pk>/refused.csv", page_imports.refused_rows, name="page_import_errors"),
    path("pages/import/<int:pk>/submit/", page_imports.submit, name="page_import_submit"),
    path("pages/import/<int:pk>/agree/", page_imports.agree, name="page_import_agree"),
    path("products/<int:pk>/symbol/", smart.symbol, name="symbol"),
]
