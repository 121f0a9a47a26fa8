"""Registration with Django."""

from django.apps import AppConfig


class IdentityConfig(AppConfig):
    """See the package."""

    name = "hefu.apps.identity"
    label = "identity"
