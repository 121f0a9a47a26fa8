"""Placements (推广位): where a campaign is told of, with a link each, and what came of them.

Visits are counters by day and region, added to by conditional upsert: no row knows who came.
"""

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from hefu.apps.accounts.models import Brand
from hefu.apps.campaigns.models.rules import Campaign
from hefu.apps.orders.models import Order


class Placement(models.Model):
    """One place where a campaign is told of; ``code`` is in its public address."""

    brand = models.ForeignKey(Brand, models.PROTECT, related_name="+", db_index=False)
    campaign = models.ForeignKey(
        Campaign, models.PROTECT, related_name="placements", db_index=False
    )
    kind = models.CharField(_("channel"), max_length=10)  # core.reach.Channel
    name = models.CharField(_("name"), max_length=80)
    organisation_id = models.BigIntegerField(null=True)  # the partner who shows it
    cost = models.PositiveBigIntegerField(_("cost"), null=True)  # minor units; None: of its line
    line = models.CharField(max_length=20, blank=True)  # PlanLine.line
    target_kind = models.CharField(max_length=10)  # core.reach.Target
    target = models.CharField(max_length=64, blank=True)  # item number, sku, short name
    code = models.CharField(max_length=12, unique=True)
    closed_at = models.DateTimeField(null=True)  # what comes later is counted as late
    created_by = models.CharField(max_length=120)
    created_at = models.DateTimeField()

    class Meta:
        verbose_name = _("placement")
        verbose_name_plural = _("placements")
        constraints = [
            models.UniqueConstraint(fields=["campaign", "name"], name="campaigns_placement_name"),
            models.CheckConstraint(
                condition=Q(cost__isnull=False) | ~Q(line=""), name="campaigns_placement_costs"
            ),
        ]

    def __str__(self) -> str:
        return self.name


class PlacementDay(models.Model):
    """Hits of one placement on one day, out of one region; ``core.reach.Hit`` names the columns."""

    placement = models.ForeignKey(Placement, models.PROTECT, related_name="days", db_index=False)
    day = models.DateField()
    region = models.CharField(max_length=6, blank=True)  # as a scan's; "" where unknown
    visits = models.PositiveIntegerField(default=0)
    again = models.PositiveIntegerField(default=0)
    robots = models.PositiveIntegerField(default=0)
    late = models.PositiveIntegerField(default=0)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["placement", "day", "region"], name="campaigns_placement_day"
            )
        ]


class PlacementOrder(models.Model):
    """That an order is put down to a placement; once per order, decided when it was placed."""

    placement = models.ForeignKey(Placement, models.PROTECT, related_name="orders")
    order = models.OneToOneField(Order, models.PROTECT, related_name="+")
    touched_at = models.DateTimeField()
    at = models.DateTimeField()
