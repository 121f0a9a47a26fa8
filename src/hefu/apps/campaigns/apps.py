"""Django's registration of this app."""

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class CampaignsConfig(AppConfig):
    """See the package."""

    name = "hefu.apps.campaigns"
    label = "campaigns"
    verbose_name = _("campaigns")
