"""Registration with Django."""

from django.apps import AppConfig


class AccountsConfig(AppConfig):
    """Brands, organisations, people."""

    name = "hefu.apps.accounts"
    label = "accounts"
