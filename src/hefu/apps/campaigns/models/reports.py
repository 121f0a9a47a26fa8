"""Reports of campaigns (总结报告): figures frozen when they were measured, conclusions beside them.

Both are append-only: measured again is a new version, and so is a text that says something else.
"""

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from hefu.apps.accounts.models import Brand
from hefu.apps.campaigns.models.plans import PlanVersion
from hefu.apps.campaigns.models.rules import Campaign


class ReportVersion(models.Model):
    """One measurement of a campaign (``core.planning.report``); never changed."""

    brand = models.ForeignKey(Brand, models.PROTECT, related_name="+", db_index=False)
    campaign = models.ForeignKey(Campaign, models.PROTECT, related_name="+", db_index=False)
    number = models.PositiveIntegerField()
    plan = models.ForeignKey(PlanVersion, models.PROTECT, related_name="+", db_index=False)
    by_clock = models.BooleanField(default=False)  # on the day the plan says; else somebody asked
    document = models.JSONField()
    content_hash = models.CharField(max_length=64)
    measured_by = models.CharField(max_length=120)
    measured_at = models.DateTimeField()

    class Meta:
        verbose_name = _("report")
        verbose_name_plural = _("reports")
        constraints = [
            models.UniqueConstraint(fields=["campaign", "number"], name="campaigns_report_number"),
            models.UniqueConstraint(
                fields=["plan"], condition=Q(by_clock=True), name="campaigns_report_on_its_day"
            ),
        ]


class ReportText(models.Model):
    """What people conclude, in one wording; the newest is the one that is read."""

    brand = models.ForeignKey(Brand, models.PROTECT, related_name="+", db_index=False)
    campaign = models.ForeignKey(Campaign, models.PROTECT, related_name="+", db_index=False)
    number = models.PositiveIntegerField()
    text = models.TextField()
    beside = models.PositiveIntegerField()  # the number of the figures that were on the page
    written_by = models.CharField(max_length=120)
    written_at = models.DateTimeField()

    class Meta:
        verbose_name = _("conclusions")
        verbose_name_plural = _("conclusions")
        constraints = [
            models.UniqueConstraint(fields=["campaign", "number"], name="campaigns_text_number")
        ]
