"""Registration with Django."""

from django.apps import AppConfig


class MembersConfig(AppConfig):
    """See the package."""

    name = "hefu.apps.members"
    label = "members"
