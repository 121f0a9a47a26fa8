"""Registration with Django."""

from django.apps import AppConfig


class CatalogConfig(AppConfig):
    """See the package."""

    name = "hefu.apps.catalog"
    label = "catalog"
