"""Registration with Django."""

from django.apps import AppConfig


class AuditConfig(AppConfig):
    """Entries, outbox, jobs."""

    name = "hefu.apps.audit"
    label = "audit"
