"""Registration with Django."""

from django.apps import AppConfig


class NetworkConfig(AppConfig):
    """See the package."""

    name = "hefu.apps.network"
    label = "network"
