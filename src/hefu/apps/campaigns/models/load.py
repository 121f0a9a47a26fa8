"""Evidence of load tests (压测证据): what was measured, on what, and the file that says so."""

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from hefu.apps.accounts.models import Brand
from hefu.apps.campaigns.models.flash import FlashSale


class LoadEvidence(models.Model):
    """One load test by our own script; written once, never edited."""

    class Kind(models.TextChoices):
        """What was asked for."""

        FLASH = "flash", _("rehearsal of a flash sale")  # reserving, of a sale that sells nothing
        PAGES = "pages", _("pages")

    brand = models.ForeignKey(Brand, models.PROTECT, related_name="load_evidence", db_index=False)
    kind = models.CharField(_("kind"), max_length=8, choices=Kind.choices)
    # rehearsed for this sale alone; empty: for the whole house
    sale = models.ForeignKey(
        FlashSale, models.PROTECT, null=True, related_name="load_evidence", verbose_name=_("sale")
    )
    target = models.CharField(_("server"), max_length=200)
    clients = models.PositiveIntegerField(_("clients"))
    duration_us = models.PositiveBigIntegerField()
    requests = models.PositiveBigIntegerField(_("requests"))
    good = models.PositiveBigIntegerField(_("answered well"))
    failed = models.PositiveBigIntegerField(_("errors"))
    good_per_second = models.PositiveIntegerField(_("answers per second"))
    p50_us = models.PositiveBigIntegerField()
    p95_us = models.PositiveBigIntegerField()
    p99_us = models.PositiveBigIntegerField()
    version = models.CharField(_("version"), max_length=60)  # of the software, with its commit
    machine = models.JSONField(default=dict)
    measured_at = models.DateTimeField(_("measured at"))
    path = models.CharField(max_length=200)  # below the data folder
    sha256 = models.CharField(max_length=64)  # of the file
    created_by_id = models.BigIntegerField(null=True)

    class Meta:
        verbose_name = _("load test")
        verbose_name_plural = _("load tests")
        constraints = [
            models.UniqueConstraint(fields=["brand", "sha256"], name="campaigns_load_file"),
            models.CheckConstraint(
                condition=Q(requests__gte=models.F("good")), name="campaigns_load_counts"
            ),
        ]
        indexes = [models.Index(fields=["brand", "-measured_at"], name="campaigns_load_newest")]

    def __str__(self) -> str:
        return f"{self.kind} {self.measured_at:%Y-%m-%d %H:%M}"
