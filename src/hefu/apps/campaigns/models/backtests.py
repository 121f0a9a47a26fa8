"""Backtests (促销回测): what was compared on which orders, and what was found."""

from django.db import models
from django.utils.translation import gettext_lazy as _

from hefu.apps.accounts.models import Brand


class BacktestSource(models.TextChoices):
    """Where the orders come from."""

    HOUSE = "house", _("orders in this house")
    FILE = "file", _("an uploaded list")
    SAME = "same", _("the orders of an earlier backtest")


class Backtest(models.Model):
    """One comparison of two rule sets on the same orders; never changed once it is finished.

    ``plan`` is a ``core.backtest.Plan`` with both rule sets whole, so that a hash in the report can
    be looked up here. ``folder`` holds the prepared orders (pseudonyms only) and the state of a
    replay under way. ``result`` is ``core.backtest.report``; ``result_hash`` is the SHA-256 of its
    canonical bytes.
    """

    brand = models.ForeignKey(Brand, models.PROTECT, related_name="backtests", db_index=False)
    name = models.CharField(_("name"), max_length=80)
    source = models.CharField(_("orders from"), max_length=8, choices=BacktestSource.choices)
    source_name = models.CharField(max_length=200, blank=True)  # file, or name of the earlier one
    reading = models.JSONField(default=dict, blank=True)  # how the source is read
    today_hash = models.CharField(max_length=64)
    tomorrow_hash = models.CharField(max_length=64)
    today_name = models.CharField(max_length=120)
    tomorrow_name = models.CharField(max_length=120)
    plan = models.JSONField()
    assumptions = models.JSONField()
    salt = models.CharField(max_length=40)  # of the hold-out, the campaign's where there is one
    hold_out_bp = models.PositiveSmallIntegerField(default=0)
    folder = models.CharField(max_length=120)
    orders_hash = models.CharField(max_length=64, blank=True)  # SHA-256 of the prepared orders
    reading_found = models.JSONField(default=dict, blank=True)  # counts: kept, set aside, and why
    result = models.JSONField(default=dict, blank=True)
    result_hash = models.CharField(max_length=64, blank=True)
    job_id = models.BigIntegerField(null=True)
    created_by = models.CharField(max_length=120)
    created_at = models.DateTimeField()
    finished_at = models.DateTimeField(null=True)

    class Meta:
        verbose_name = _("backtest")
        verbose_name_plural = _("backtests")
        indexes = [
            models.Index(fields=["brand", "-id"], name="campaigns_backtest_newest"),
            models.Index(fields=["brand", "tomorrow_hash"], name="campaigns_backtest_rules"),
        ]

    def __str__(self) -> str:
        return self.name
