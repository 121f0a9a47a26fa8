"""Registration with Django."""

from django.apps import AppConfig


class BackstageConfig(AppConfig):
    """Raw data, for the operator's engineers."""

    name = "hefu.surfaces.backstage"
    label = "backstage"
