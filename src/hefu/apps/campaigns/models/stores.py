"""What shops put up for a campaign (门店任务): who has to, by when, and the photo that shows it."""

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from hefu.apps.accounts.models import Brand, Organisation
from hefu.apps.campaigns.models.materials import AssetVersion, Poster
from hefu.apps.campaigns.models.rules import Campaign
from hefu.apps.catalog.models import Media


class StoreTask(models.Model):
    """Something that a list of shops puts up by a day."""

    brand = models.ForeignKey(Brand, models.PROTECT, related_name="+", db_index=False)
    campaign = models.ForeignKey(Campaign, models.PROTECT, related_name="store_tasks")
    title = models.CharField(max_length=80)
    what = models.TextField(max_length=500, blank=True)
    due_on = models.DateField()
    poster = models.ForeignKey(Poster, models.PROTECT, null=True, related_name="+")
    shown = models.ForeignKey(AssetVersion, models.PROTECT, null=True, related_name="+")
    created_by = models.CharField(max_length=120)
    created_at = models.DateTimeField()
    closed_at = models.DateTimeField(null=True)

    class Meta:
        verbose_name = _("store task")
        verbose_name_plural = _("store tasks")

    def __str__(self) -> str:
        return self.title


class StoreDuty(models.Model):
    """One shop's part of a task; moved by conditional UPDATE only."""

    class State(models.TextChoices):
        """Where it stands."""

        OPEN = "open", _("no photo yet")
        SENT = "sent", _("photo to be checked")
        ACCEPTED = "accepted", pgettext_lazy("photo", "accepted")
        REFUSED = "refused", _("photo refused")

    task = models.ForeignKey(StoreTask, models.PROTECT, related_name="duties", db_index=False)
    organisation = models.ForeignKey(Organisation, models.PROTECT, related_name="+", db_index=False)
    state = models.CharField(max_length=8, choices=State.choices, default=State.OPEN)
    reminded_at = models.DateTimeField(null=True)

    class Meta:
        verbose_name = _("shop's task")
        verbose_name_plural = _("shops' tasks")
        constraints = [
            models.UniqueConstraint(fields=["task", "organisation"], name="campaigns_duty_once")
        ]
        indexes = [models.Index(fields=["organisation", "state"], name="campaigns_duty_of")]


class StorePhoto(models.Model):
    """A photo that a shop sent; the place it was taken at is not kept, the time is."""

    class Answer(models.TextChoices):
        """What the brand said to it."""

        WAITING = "waiting", pgettext_lazy("photo", "waiting")
        ACCEPTED = "accepted", pgettext_lazy("photo", "accepted")
        REFUSED = "refused", pgettext_lazy("photo", "refused")
        REPLACED = "replaced", _("replaced")  # the shop sent another before it was looked at

    duty = models.ForeignKey(StoreDuty, models.PROTECT, related_name="photos")
    media = models.ForeignKey(Media, models.PROTECT, related_name="+")
    taken_at = models.DateTimeField(null=True)  # as the camera wrote it
    at = models.DateTimeField()  # when it came
    by = models.CharField(max_length=120)
    answer = models.CharField(max_length=8, choices=Answer.choices, default=Answer.WAITING)
    reason = models.CharField(max_length=200, blank=True)
    answered_by = models.CharField(max_length=120, blank=True)
    answered_at = models.DateTimeField(null=True)

    class Meta:
        verbose_name = _("photo of a shop")
        verbose_name_plural = _("photos of shops")
        constraints = [
            models.UniqueConstraint(
                fields=["duty"], condition=Q(answer="waiting"), name="campaigns_photo_waiting"
            )
        ]
