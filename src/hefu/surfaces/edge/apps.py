"""Registration with Django, for the template of failures."""

from django.apps import AppConfig


class EdgeConfig(AppConfig):
    """The hot path."""

    name = "hefu.surfaces.edge"
    label = "edge"
