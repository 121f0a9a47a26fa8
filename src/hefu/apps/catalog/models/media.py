"""Files that product pages show (媒体): pictures, manuals, films, each known by its content."""

from django.db import models
from django.utils.translation import gettext_lazy as _

from hefu.apps.accounts.models import Brand


class Media(models.Model):
    """One uploaded file of a brand; ``sha256`` is of the bytes as they are served.

    Pictures are written anew before they are kept, so what came (``source_sha256``) is another
    file; by it the same upload is recognised. The bytes lie in the folder of ``uploads.folders``.
    """

    class Type(models.TextChoices):
        """What is taken; the value is the content type."""

        JPEG = "image/jpeg", "JPEG"
        PNG = "image/png", "PNG"
        WEBP = "image/webp", "WebP"
        PDF = "application/pdf", "PDF"
        MP4 = "video/mp4", "MP4"

    brand = models.ForeignKey(Brand, models.PROTECT, related_name="media")
    sha256 = models.CharField(max_length=64)
    source_sha256 = models.CharField(max_length=64)
    media_type = models.CharField(_("media type"), max_length=40, choices=Type.choices)
    name = models.CharField(_("file name"), max_length=200)
    bytes = models.PositiveBigIntegerField(_("size"))
    width = models.PositiveIntegerField(default=0)  # pixels of pictures and films
    height = models.PositiveIntegerField(default=0)
    seconds = models.PositiveIntegerField(default=0)  # of films
    widths = models.JSONField(default=list, blank=True)  # of the smaller WebP copies, ascending
    created_at = models.DateTimeField()

    class Meta:
        verbose_name = _("media file")
        verbose_name_plural = _("media files")
        constraints = [
            models.UniqueConstraint(fields=["brand", "sha256"], name="catalog_media_content")
        ]
        indexes = [models.Index(fields=["brand", "source_sha256"], name="catalog_media_source")]

    def __str__(self) -> str:
        return self.name

    @property
    def is_picture(self) -> bool:
        """Whether it is an image with smaller copies."""
        return self.media_type.startswith("image/")
