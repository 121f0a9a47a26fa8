"""Deeds on the catalogue."""

from hefu.apps.catalog.services.imports import import_products, run_import
from hefu.apps.catalog.services.products import save_product

__all__ = ["import_products", "run_import", "save_product"]
