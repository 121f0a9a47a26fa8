"""Smart codes of models (智慧码): the digits they were ever given, proofs for apps, print files."""

from django.db import models
from django.utils.translation import gettext_lazy as _

from hefu.apps.accounts.models import Brand
from hefu.apps.catalog.models.products import Product


class ShortDigits(models.Model):
    """Digits that lead to a model, now or because an old print says so.

    One in the whole house, leading zeros not counted: what a newcomer would like to have is taken,
    and no spreadsheet makes of one model's digits another's by losing a zero.
    """

    brand = models.ForeignKey(Brand, models.PROTECT, related_name="+")
    product = models.ForeignKey(Product, models.PROTECT, related_name="digits")
    digits = models.CharField(_("short digits"), max_length=12)
    bare = models.CharField(max_length=12, unique=True)  # without leading zeros
    own = models.BooleanField(default=False)  # given by the house, not the maker's
    created_at = models.DateTimeField()

    class Meta:
        verbose_name = _("short digits")
        verbose_name_plural = _("short digits")

    def __str__(self) -> str:
        return self.digits


class LinkProof(models.Model):
    """A file by which an app's platform sees that the brand's links are the brand's (校验文件)."""

    brand = models.ForeignKey(Brand, models.PROTECT, related_name="+")
    name = models.CharField(_("file name"), max_length=64)
    content = models.CharField(max_length=200)  # one plain line, see core.codes.plain_links
    created_at = models.DateTimeField()

    class Meta:
        verbose_name = _("verification file")
        verbose_name_plural = _("verification files")
        constraints = [
            models.UniqueConstraint(fields=["brand", "name"], name="catalog_linkproof_name")
        ]

    def __str__(self) -> str:
        return self.name


class SymbolRun(models.Model):
    """Symbols of many models in one file, written by a job: print sheets, or a zip of drawings."""

    class Form(models.TextChoices):
        """What the file is."""

        SHEET = "sheet", _("print sheets (PDF)")
        SVG = "svg", _("symbols one by one (SVG in a zip)")

    class Carrier(models.TextChoices):
        """What the symbols are printed on (R099)."""

        MANUAL = "manual", _("manual")
        WARRANTY = "warranty", _("warranty card")
        CERTIFICATE = "certificate", _("certificate")

    brand = models.ForeignKey(Brand, models.PROTECT, related_name="+")
    form = models.CharField(_("kind"), max_length=8, choices=Form.choices)
    carrier = models.CharField(_("carrier"), max_length=12, choices=Carrier.choices, blank=True)
    level = models.CharField(max_length=1)  # of error correction: L, M, Q, H
    products = models.JSONField(default=list)  # ids in the order printed
    copies = models.PositiveSmallIntegerField(default=1)  # of each model
    job_id = models.BigIntegerField(null=True)
    path = models.CharField(max_length=300)  # below the data folder
    sha256 = models.CharField(max_length=64, blank=True)  # when the file is whole
    size = models.BigIntegerField(default=0)
    created_at = models.DateTimeField(_("created at"))

    class Meta:
        verbose_name = _("print file of symbols")
        verbose_name_plural = _("print files of symbols")
        indexes = [models.Index(fields=["brand", "-created_at"], name="catalog_symbolrun_new")]

    @property
    def file_name(self) -> str:
        """What people call the file."""
        return self.path.rpartition("/")[2]
