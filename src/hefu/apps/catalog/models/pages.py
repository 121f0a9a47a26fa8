"""Product pages (产品网页): one per product (R095), in versions that a second person agrees to."""

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from hefu.apps.accounts.models import Brand
from hefu.apps.catalog.models.media import Media
from hefu.apps.catalog.models.products import Product


class Page(models.Model):
    """The page of one product; what it says stands in its versions."""

    brand = models.ForeignKey(Brand, models.PROTECT, related_name="pages")
    product = models.OneToOneField(Product, models.PROTECT, related_name="page")  # R095
    created_at = models.DateTimeField()
    updated_at = models.DateTimeField()

    class Meta:
        verbose_name = _("product page")
        verbose_name_plural = _("product pages")
        indexes = [models.Index(fields=["brand", "-updated_at"], name="catalog_page_newest")]

    def __str__(self) -> str:
        return str(self.product)


class PageVersion(models.Model):
    """One version of a page: edited while it is a draft, never after."""

    class State(models.TextChoices):
        """Where a version stands; arrows: ``services.pages`` and ``services.pages_deciding``."""

        DRAFT = "draft", _("draft")
        SUBMITTED = "submitted", _("waits for approval")
        APPROVED = "approved", _("approved, not yet public")
        PUBLISHED = "published", _("public")
        SUPERSEDED = "superseded", _("replaced")
        RETIRED = "retired", _("taken offline")
        REFUSED = "refused", _("refused")
        WITHDRAWN = "withdrawn", _("set aside")

    page = models.ForeignKey(Page, models.PROTECT, related_name="versions")
    number = models.PositiveIntegerField(_("version"))
    state = models.CharField(_("state"), max_length=10, choices=State.choices)
    content = models.JSONField(default=dict)  # a document of core.pages
    content_hash = models.CharField(max_length=64)
    languages = models.JSONField(default=list)  # of the content, so that lists need not read it
    revision = models.PositiveIntegerField(default=1)  # of two editors the slower one is told
    restored_from = models.PositiveIntegerField(null=True)  # a roll-back to this number
    publish_at = models.DateTimeField(_("public from"), null=True, blank=True)  # or at once
    retire_at = models.DateTimeField(_("public until"), null=True, blank=True)
    written_by = models.CharField(max_length=120)
    created_at = models.DateTimeField()
    updated_at = models.DateTimeField()
    submitted_at = models.DateTimeField(null=True)
    decided_at = models.DateTimeField(null=True)
    decided_by = models.CharField(max_length=120, blank=True)
    note = models.CharField(max_length=300, blank=True)  # of who decided, or took it offline
    published_at = models.DateTimeField(null=True)
    ended_at = models.DateTimeField(null=True)  # replaced or taken offline

    class Meta:
        verbose_name = _("version of a page")
        verbose_name_plural = _("versions of pages")
        constraints = [
            models.UniqueConstraint(fields=["page", "number"], name="catalog_pageversion_number"),
            models.UniqueConstraint(
                fields=["page"], condition=Q(state__in=("draft", "submitted")),
                name="catalog_pageversion_one_open",
            ),
            models.UniqueConstraint(
                fields=["page"], condition=Q(state="published"),
                name="catalog_pageversion_one_public",
            ),
            models.CheckConstraint(
                condition=Q(publish_at__isnull=True) | Q(retire_at__isnull=True)
                | Q(retire_at__gt=F("publish_at")),
                name="catalog_pageversion_ends_later",
            ),
        ]  # fmt: skip
        indexes = [
            models.Index(
                fields=["publish_at"], condition=Q(state="approved"),
                name="catalog_pageversion_due",
            ),
            models.Index(
                fields=["retire_at"], condition=Q(state="published"),
                name="catalog_pageversion_over",
            ),
        ]  # fmt: skip

    def __str__(self) -> str:
        return f"{self.page} v{self.number}"


class PageMedia(models.Model):
    """An uploaded file that a version shows: held by its key, so that nobody removes it."""

    version = models.ForeignKey(PageVersion, models.CASCADE, related_name="media")
    media = models.ForeignKey(Media, models.PROTECT, related_name="+")

    class Meta:
        verbose_name = _("file of a page")
        verbose_name_plural = _("files of pages")
        constraints = [
            models.UniqueConstraint(fields=["version", "media"], name="catalog_pagemedia_once")
        ]
