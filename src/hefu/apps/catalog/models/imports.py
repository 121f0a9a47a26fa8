"""Lists that were brought in (导入)."""

from django.db import models
from django.utils.translation import gettext_lazy as _

from hefu.apps.accounts.models import Brand
from hefu.apps.catalog.models.media import Media
from hefu.apps.catalog.models.pages import Page


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


class PageImport(models.Model):
    """A list of models that came with their manuals: what pages were made of it."""

    listing = models.OneToOneField(Import, models.PROTECT, related_name="pages")
    files_name = models.CharField(max_length=200, blank=True)
    files_path = models.CharField(max_length=300, blank=True)  # a zip below the data folder
    files = models.PositiveIntegerField(default=0)  # manuals in it
    give_digits = models.BooleanField(default=True)  # to models without
    digits_given = models.PositiveIntegerField(default=0)

    class Meta:
        verbose_name = _("import of pages")
        verbose_name_plural = _("imports of pages")


class ImportedFile(models.Model):
    """A file of an import: taken in once, or refused with a reason; not used by a row, or used."""

    page_import = models.ForeignKey(PageImport, models.CASCADE, related_name="taken")
    name = models.CharField(max_length=200)  # without folders
    media = models.ForeignKey(Media, models.SET_NULL, null=True, related_name="+")
    rule = models.CharField(max_length=40, blank=True)  # why it was refused
    used = models.BooleanField(default=False)

    class Meta:
        verbose_name = _("file of an import")
        verbose_name_plural = _("files of imports")
        constraints = [
            models.UniqueConstraint(
                fields=["page_import", "name"], name="catalog_importedfile_name"
            )
        ]


class ImportedPage(models.Model):
    """A page that a row of an import made or changed."""

    page_import = models.ForeignKey(PageImport, models.CASCADE, related_name="made")
    page = models.ForeignKey(Page, models.PROTECT, related_name="+")

    class Meta:
        verbose_name = _("page of an import")
        verbose_name_plural = _("pages of imports")
        constraints = [
            models.UniqueConstraint(
                fields=["page_import", "page"], name="catalog_importedpage_once"
            )
        ]
