"""Django's view of this app."""

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class ServiceConfig(AppConfig):
    """See the package."""

    name = "hefu.apps.service"
    verbose_name = _("service")
