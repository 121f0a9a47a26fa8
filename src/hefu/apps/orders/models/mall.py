"""How a brand's mall sells (商城设置): fee, coins as payment, time to pay, who takes the money."""

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from hefu.apps.accounts.models import Brand


class Mall(models.Model):
    """The settings of one brand's mall; without a row nothing is sold.

    ``provider`` names an adapter of ``adapters.PROVIDERS``; empty: no money can be taken.
    """

    brand = models.OneToOneField(Brand, models.PROTECT, related_name="mall")
    open = models.BooleanField(_("open"), default=False)
    currency = models.CharField(_("currency"), max_length=3, default="CNY")
    shipping = models.PositiveBigIntegerField(_("shipping fee"), default=0)  # minor units
    coin_value = models.PositiveIntegerField(_("minor units one coin pays"), default=0)  # 0: none
    coin_share_bp = models.PositiveSmallIntegerField(_("coins pay at most, bp"), default=10_000)
    pay_minutes = models.PositiveSmallIntegerField(_("minutes to pay"), default=30)
    provider = models.CharField(_("payment provider"), max_length=20, blank=True)

    class Meta:
        verbose_name = _("mall")
        verbose_name_plural = _("malls")
        constraints = [
            models.CheckConstraint(
                condition=Q(coin_share_bp__lte=10_000) & Q(pay_minutes__gte=1),
                name="orders_mall_sane",
            )
        ]
