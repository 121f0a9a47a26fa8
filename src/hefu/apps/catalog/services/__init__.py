"""Deeds on the catalogue."""

from hefu.apps.catalog.services.imports import import_products, run_import
from hefu.apps.catalog.services.links import count_uses, save_link, withdraw_link
from hefu.apps.catalog.services.products import save_product

__all__ = [
    "count_uses",
    "import_products",
    "run_import",
    "save_link",
    "save_product",
    "withdraw_link",
]
