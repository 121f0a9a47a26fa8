"""Product models: item number (货号), model (型号) and name (品名) apart, oddity O12."""

from django.db import models
from django.utils.translation import gettext_lazy as _

from hefu.apps.accounts.models import Brand


class Product(models.Model):
    """One model of a brand, as sold; the unit of pages, templates and warranty terms."""

    class Kind(models.TextChoices):
        """What a code on it stands for."""

        UNIT = "unit", _("product")
        PART = "part", _("part")
        PACKAGING = "packaging", _("packaging")

    brand = models.ForeignKey(Brand, models.PROTECT, related_name="products")
    kind = models.CharField(_("kind"), max_length=10, choices=Kind.choices, default=Kind.UNIT)
    item_no = models.CharField(_("item number"), max_length=40)
    model = models.CharField(_("model"), max_length=40)
    name = models.CharField(_("name"), max_length=120)
    name_en = models.CharField(_("English name"), max_length=120, blank=True)
    series = models.CharField(_("series"), max_length=80, blank=True)
    gtin = models.CharField(_("GTIN"), max_length=14, blank=True)  # 14 digits, or none yet
    short_code = models.CharField(
        _("short digits"), max_length=12, blank=True
    )  # text: leading zero
    warranty_months = models.PositiveSmallIntegerField(_("warranty, months"), default=12)
    extra_months = models.PositiveSmallIntegerField(_("more months for activation"), default=0)
    coins = models.PositiveIntegerField(_("C-coins for activation"), default=0)
    search = models.TextField(blank=True, editable=False)  # bigrams, see selectors
    active = models.BooleanField(_("on sale"), default=True)
    created_at = models.DateTimeField()
    updated_at = models.DateTimeField()

    class Meta:
        verbose_name = _("product")
        verbose_name_plural = _("products")
        constraints = [
            models.UniqueConstraint(fields=["brand", "item_no"], name="catalog_product_item_no"),
            models.UniqueConstraint(
                fields=["brand", "gtin"], condition=~models.Q(gtin=""), name="catalog_product_gtin"
            ),
            models.UniqueConstraint(
                fields=["brand", "short_code"], condition=~models.Q(short_code=""),
                name="catalog_product_short_code",
            ),
        ]  # fmt: skip

    def __str__(self) -> str:
        return f"{self.item_no} {self.name}"
