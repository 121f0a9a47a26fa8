"""Django's registration of this app."""

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class EpcisConfig(AppConfig):
    """Supply chain events and the warehouse."""

    name = "hefu.apps.epcis"
    label = "epcis"
    verbose_name = _("supply chain events")
