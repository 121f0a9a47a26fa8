"""Registration with Django."""

from django.apps import AppConfig


class LedgerConfig(AppConfig):
    """See the package."""

    name = "hefu.apps.ledger"
    label = "ledger"
