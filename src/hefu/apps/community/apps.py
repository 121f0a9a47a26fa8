"""Registration with Django."""

from django.apps import AppConfig


class CommunityConfig(AppConfig):
    """See the package."""

    name = "hefu.apps.community"
    label = "community"
