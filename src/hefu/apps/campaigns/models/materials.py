"""What a campaign is told with (物料): files with rights, its poster, what hangs where."""

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from hefu.apps.accounts.models import Brand
from hefu.apps.campaigns.models.rules import Campaign
from hefu.apps.catalog.models import Media


class Asset(models.Model):
    """One thing to show on one platform; ``format`` names a row of ``core.materials.FORMATS``."""

    brand = models.ForeignKey(Brand, models.PROTECT, related_name="+", db_index=False)
    campaign = models.ForeignKey(Campaign, models.PROTECT, related_name="assets")
    title = models.CharField(max_length=80)
    format = models.CharField(max_length=32)
    owner = models.CharField(max_length=80)  # who holds the rights
    licence = models.CharField(max_length=200, blank=True)  # what for, where, from which contract
    rights_until = models.DateField(null=True)  # the last day; None: without end
    labelled = models.BooleanField(default=False)  # it says that it is advertising (law L15)
    retired_at = models.DateTimeField(null=True)
    created_at = models.DateTimeField()

    class Meta:
        verbose_name = _("material")
        verbose_name_plural = _("materials")

    def __str__(self) -> str:
        return self.title


class AssetVersion(models.Model):
    """What an asset was from a moment on; the newest is the one that is not replaced.

    Sizes are those of the file: pixels of pictures and films, whole millimetres of a PDF's page.
    """

    asset = models.ForeignKey(Asset, models.PROTECT, related_name="versions", db_index=False)
    number = models.PositiveIntegerField()
    media = models.ForeignKey(Media, models.PROTECT, null=True, related_name="+")
    text = models.TextField(blank=True)  # of an article (图文)
    width = models.PositiveIntegerField(default=0)
    height = models.PositiveIntegerField(default=0)
    by = models.CharField(max_length=120)
    at = models.DateTimeField()
    replaced_at = models.DateTimeField(null=True)

    class Meta:
        verbose_name = _("version of a material")
        verbose_name_plural = _("versions of materials")
        constraints = [
            models.UniqueConstraint(fields=["asset", "number"], name="campaigns_asset_number"),
            models.UniqueConstraint(
                fields=["asset"], condition=Q(replaced_at=None), name="campaigns_asset_newest"
            ),
        ]


class PosterBrief(models.Model):
    """What a campaign's poster says that its plan does not: how to take part, and the QR's page."""

    campaign = models.OneToOneField(Campaign, models.PROTECT, related_name="poster_brief")
    how = models.TextField(blank=True)  # a step a line
    link = models.CharField(max_length=300, blank=True)
    by = models.CharField(max_length=120)
    at = models.DateTimeField()


class Poster(models.Model):
    """One wording of a campaign's poster, drawn whenever it is asked for; never edited."""

    brand = models.ForeignKey(Brand, models.PROTECT, related_name="+", db_index=False)
    campaign = models.ForeignKey(Campaign, models.PROTECT, related_name="posters", db_index=False)
    number = models.PositiveIntegerField()
    facts = models.JSONField()  # core.materials.PosterFacts
    content_hash = models.CharField(max_length=64)
    made_by = models.CharField(max_length=120)
    made_at = models.DateTimeField()
    obsolete_at = models.DateTimeField(null=True)
    because = models.JSONField(default=list)  # what changed, as names of the facts

    class Meta:
        verbose_name = _("poster")
        verbose_name_plural = _("posters")
        constraints = [
            models.UniqueConstraint(fields=["campaign", "number"], name="campaigns_poster_number"),
            models.UniqueConstraint(
                fields=["campaign"], condition=Q(obsolete_at=None), name="campaigns_poster_newest"
            ),
        ]


class OfflineItem(models.Model):
    """Something printed that hangs or lies at a place, with its QR and a photo as proof."""

    brand = models.ForeignKey(Brand, models.PROTECT, related_name="+", db_index=False)
    campaign = models.ForeignKey(Campaign, models.PROTECT, related_name="items")
    title = models.CharField(max_length=80)
    kind = models.CharField(max_length=16)  # core.materials.Kind
    venue = models.CharField(max_length=16)  # core.materials.Venue
    region = models.CharField(max_length=6)  # GB/T 2260, province level
    address = models.CharField(max_length=200)
    quantity = models.PositiveIntegerField(default=1)
    link = models.CharField(max_length=300)  # what its QR says
    placement_id = models.BigIntegerField(null=True)  # of the tracked link, where it is one
    poster = models.ForeignKey(Poster, models.PROTECT, null=True, related_name="items")
    shown = models.ForeignKey(AssetVersion, models.PROTECT, null=True, related_name="items")
    photo = models.ForeignKey(Media, models.PROTECT, null=True, related_name="+")
    photo_taken_at = models.DateTimeField(null=True)  # as the camera wrote it
    up_at = models.DateTimeField(null=True)  # the photo came
    down_at = models.DateTimeField(null=True)
    created_by = models.CharField(max_length=120)
    created_at = models.DateTimeField()

    class Meta:
        verbose_name = _("off-line item")
        verbose_name_plural = _("off-line items")

    def __str__(self) -> str:
        return self.title
