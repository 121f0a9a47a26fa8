"""Product models (item number 货号, model 型号 and name 品名 apart, oddity O12) and their links."""

from django.db import models
from django.utils.translation import gettext_lazy as _

from hefu.apps.accounts.models import Brand
from hefu.core.gs1.resolver import Place


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


class ResolverLink(models.Model):
    """Where a scan of an identified thing may lead (GS1 resolver).

    A place may hold variables, so that one row serves every unit of a product; ``key_value`` is
    empty for every key of the brand. Withdrawn links stay: the resolver says 410, not 404.
    """

    brand = models.ForeignKey(Brand, models.PROTECT, related_name="resolver_links")
    key_ai = models.CharField(max_length=4)
    key_value = models.CharField(max_length=90, blank=True)
    qualifiers = models.CharField(max_length=200, blank=True)  # e.g. /10/{lot}/21/{serial}
    link_type = models.CharField(_("link type"), max_length=40)  # a name of core.gs1.resolver
    href = models.CharField(_("target"), max_length=500)
    title = models.CharField(_("link title"), max_length=120)
    language = models.CharField(_("language"), max_length=5, blank=True)  # zh, zh-CN
    media_type = models.CharField(_("media type"), max_length=60, blank=True)
    context = models.CharField(_("context"), max_length=40, blank=True)
    default = models.BooleanField(_("default"), default=False)
    forward = models.BooleanField(_("pass the query on"), default=True)
    withdrawn_at = models.DateTimeField(null=True, blank=True)
    created_at = models.DateTimeField()
    updated_at = models.DateTimeField()

    class Meta:
        verbose_name = _("resolver link")
        verbose_name_plural = _("resolver links")
        constraints = [
            models.UniqueConstraint(
                fields=["brand", "key_ai", "key_value", "qualifiers", "link_type", "language",
                        "media_type", "context", "href"],
                name="catalog_resolverlink_once",
            ),
        ]  # fmt: skip
        indexes = [
            models.Index(
                fields=["key_ai", "key_value", "qualifiers"], name="catalog_resolverlink_place"
            )
        ]

    def __str__(self) -> str:
        return f"{self.link_type} {self.place}"

    @property
    def place(self) -> Place:
        """What the link is for."""
        return Place(key_ai=self.key_ai, key_value=self.key_value, qualifiers=self.qualifiers)


class LinkCount(models.Model):
    """How often a link type of a key was followed, or asked for in vain, on one business day."""

    brand = models.ForeignKey(Brand, models.PROTECT, related_name="+")
    day = models.DateField()
    key_ai = models.CharField(max_length=4)
    key_value = models.CharField(max_length=90)
    link_type = models.CharField(max_length=40)
    followed = models.PositiveBigIntegerField(default=0)
    missing = models.PositiveBigIntegerField(default=0)

    class Meta:
        verbose_name = _("link count")
        verbose_name_plural = _("link counts")
        constraints = [
            models.UniqueConstraint(
                fields=["brand", "day", "key_ai", "key_value", "link_type"],
                name="catalog_linkcount_cell",
            )
        ]
