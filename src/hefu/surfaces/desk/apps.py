"""Registration with Django."""

from django.apps import AppConfig


class DeskConfig(AppConfig):
    """Where staff and partners work."""

    name = "hefu.surfaces.desk"
    label = "desk"
