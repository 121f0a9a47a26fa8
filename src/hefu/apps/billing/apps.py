"""Django's view of this app."""

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class BillingConfig(AppConfig):
    """What a brand pays for."""

    name = "hefu.apps.billing"
    verbose_name = _("billing")
