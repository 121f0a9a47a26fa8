"""Lists of orders taken over from marketplaces (导入的平台订单): each list, and Taobao's halves."""

from django.db import models
from django.utils.translation import gettext_lazy as _

from hefu.apps.accounts.models import Brand
from hefu.apps.orders.models.sales import Source


class SalesImport(models.Model):
    """One uploaded list of orders: what it was (hash), how it went, the rows it could not take.

    The list itself names buyers: it is removed as soon as it is taken in, ``path`` is then empty.
    """

    brand = models.ForeignKey(Brand, models.PROTECT, related_name="+", db_index=False)
    source = models.CharField(_("source"), max_length=10, choices=Source.choices)
    layout = models.CharField(max_length=20)  # a name of platforms.LAYOUTS
    shop = models.CharField(_("shop"), max_length=60, blank=True)
    file_name = models.CharField(_("file"), max_length=200)
    sha256 = models.CharField(max_length=64)
    path = models.CharField(max_length=300, blank=True)  # below the data folder
    job_id = models.BigIntegerField(null=True)
    created = models.PositiveIntegerField(_("new"), default=0)
    updated = models.PositiveIntegerField(_("changed"), default=0)
    unchanged = models.PositiveIntegerField(_("unchanged"), default=0)
    waiting = models.PositiveIntegerField(_("waiting for the other list"), default=0)
    refused = models.PositiveIntegerField(_("refused"), default=0)
    doubtful = models.PositiveIntegerField(_("do not add up"), default=0)
    unmatched = models.PositiveIntegerField(_("lines not recognised"), default=0)
    error_path = models.CharField(max_length=300, blank=True)  # refused rows, without persons
    created_at = models.DateTimeField(_("sent"))
    finished_at = models.DateTimeField(null=True)

    class Meta:
        verbose_name = _("sales import")
        verbose_name_plural = _("sales imports")
        indexes = [
            models.Index(fields=["brand", "-created_at"], name="orders_salesimport_newest"),
            models.Index(
                fields=["created_at"], condition=~models.Q(path=""), name="orders_salesimport_kept"
            ),
        ]  # fmt: skip


class TaobaoHalf(models.Model):
    """What either of Taobao's two lists says of an order, so that any of them may come first."""

    brand = models.ForeignKey(Brand, models.PROTECT, related_name="+", db_index=False)
    number = models.CharField(max_length=64)
    goods = models.BigIntegerField(null=True)  # the list of orders: all pieces, fen
    pieces = models.PositiveIntegerField(null=True)
    lines = models.JSONField(default=list, blank=True)  # the list of lines

    class Meta:
        verbose_name = _("half of a Taobao order")
        verbose_name_plural = _("halves of Taobao orders")
        constraints = [
            models.UniqueConstraint(fields=["brand", "number"], name="orders_taobaohalf_number")
        ]
