"""Lists that were brought in (导入)."""

from django.db import models
from django.utils.translation import gettext_lazy as _

from hefu.apps.accounts.models import Brand


class Import(models.Model):
    """One uploaded list: what it was (hash), how it went, and the rows it could not take."""

    brand = models.ForeignKey(Brand, models.PROTECT, related_name="imports")
    kind = models.CharField(max_length=40)  # catalog.products
    file_name = models.CharField(max_length=200)
    sha256 = models.CharField(max_length=64)
    job_id = models.BigIntegerField(null=True)
    path = models.CharField(max_length=300)  # below the data folder
    created = models.PositiveIntegerField(default=0)
    updated = models.PositiveIntegerField(default=0)
    unchanged = models.PositiveIntegerField(default=0)
    refused = models.PositiveIntegerField(default=0)
    error_path = models.CharField(max_length=300, blank=True)  # the refused rows, with reasons
    created_at = models.DateTimeField()

    class Meta:
        verbose_name = _("import")
        verbose_name_plural = _("imports")
        indexes = [models.Index(fields=["brand", "-created_at"], name="catalog_import_newest")]
