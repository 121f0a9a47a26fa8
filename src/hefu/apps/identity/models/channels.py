"""A wrongly named channel put right (渠道更正): who changed it, from what to what, and why."""

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from hefu.apps.accounts.models import Brand
from hefu.apps.identity.models.issue import Batch
from hefu.apps.network.models import Channel


class ChannelChange(models.Model):
    """One change of a batch's channel; what was activated before it keeps ``former``."""

    class State(models.TextChoices):
        """Where the change stands."""

        WAITING = "waiting", _("waiting for approval")
        APPLIED = "applied", _("applied")
        REFUSED = "refused", _("refused")

    brand = models.ForeignKey(Brand, models.PROTECT, related_name="channel_changes")
    batch = models.ForeignKey(Batch, models.PROTECT, related_name="channel_changes")
    former = models.ForeignKey(Channel, models.PROTECT, related_name="+")
    channel = models.ForeignKey(Channel, models.PROTECT, related_name="+")
    reason = models.CharField(max_length=200)  # for staff
    activated = models.BigIntegerField(default=0)  # units that had an owner when it was asked for
    state = models.CharField(max_length=8, choices=State.choices)
    asked_by_id = models.BigIntegerField(null=True)
    asked_at = models.DateTimeField()
    applied_at = models.DateTimeField(null=True)

    class Meta:
        verbose_name = _("change of a channel")
        verbose_name_plural = _("changes of channels")
        constraints = [
            models.UniqueConstraint(
                fields=["batch"], condition=Q(state="waiting"), name="identity_change_one_waits"
            ),
            models.CheckConstraint(
                condition=Q(state="applied", applied_at__isnull=False)
                | ~Q(state="applied") & Q(applied_at__isnull=True),
                name="identity_change_applied_at",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.former} → {self.channel}"
