"""Django's registration of this app."""

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class OrdersConfig(AppConfig):
    """See the package."""

    name = "hefu.apps.orders"
    label = "orders"
    verbose_name = _("orders and stock")
