"""What the brand's mall sells (商品), its categories, and its stock as the sum of movements."""

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from hefu.apps.accounts.models import Brand


class Category(models.Model):
    """A node of the brand's category tree; promotions name a node and mean all below it."""

    brand = models.ForeignKey(Brand, models.PROTECT, related_name="+", db_index=False)
    code = models.CharField(_("code"), max_length=40)
    name = models.CharField(_("name"), max_length=80)
    name_en = models.CharField(_("English name"), max_length=80, blank=True)
    parent = models.ForeignKey("self", models.PROTECT, null=True, blank=True, related_name="below")

    class Meta:
        verbose_name = _("category")
        verbose_name_plural = _("categories")
        constraints = [
            models.UniqueConstraint(fields=["brand", "code"], name="orders_category_code")
        ]

    def __str__(self) -> str:
        return self.name


class Article(models.Model):
    """One thing that can be put into a cart: a sku of a product, with its price and its stock.

    ``available`` is moved together with its ``StockMovement`` by conditional UPDATE only; it is
    the sum of all movements. None: stock is not counted (a service, a digital good).
    """

    brand = models.ForeignKey(Brand, models.PROTECT, related_name="articles", db_index=False)
    sku = models.CharField(_("sku"), max_length=64)  # text: leading zeros
    product_id = models.BigIntegerField(null=True, blank=True)  # catalog.Product
    title = models.CharField(_("title"), max_length=120)
    title_en = models.CharField(_("English title"), max_length=120, blank=True)
    description = models.TextField(_("description"), blank=True)
    unit = models.PositiveBigIntegerField(_("price"))  # minor units of the currency
    cost = models.PositiveBigIntegerField(_("cost"), null=True, blank=True)
    floor = models.PositiveBigIntegerField(_("lowest price"), default=0)
    currency = models.CharField(_("currency"), max_length=3, default="CNY")
    tax_bp = models.PositiveIntegerField(_("tax, basis points"), default=1300)
    tags = models.JSONField(_("tags"), default=list, blank=True)
    available = models.PositiveBigIntegerField(_("in stock"), null=True, blank=True)
    seven_days = models.BooleanField(
        _("returnable within seven days"), default=True
    )  # law L20, L21
    on_sale = models.BooleanField(_("on sale"), default=False)
    categories = models.ManyToManyField(Category, related_name="articles", blank=True)
    created_at = models.DateTimeField()
    updated_at = models.DateTimeField()

    class Meta:
        verbose_name = _("article")
        verbose_name_plural = _("articles")
        constraints = [models.UniqueConstraint(fields=["brand", "sku"], name="orders_article_sku")]
        indexes = [
            models.Index(
                fields=["product_id"], condition=Q(product_id__isnull=False),
                name="orders_article_product",
            )
        ]  # fmt: skip

    def __str__(self) -> str:
        return f"{self.sku} {self.title}"


class MovementKind(models.TextChoices):
    """Why stock changed."""

    RECEIPT = "receipt", _("received")
    RESERVE = "reserve", _("set aside for an order")
    RELEASE = "release", _("set free again")
    RETURN = "return", _("came back")
    CORRECTION = "correction", _("counted")


class StockMovement(models.Model):
    """One change of stock, never edited; its key makes it happen once."""

    brand = models.ForeignKey(Brand, models.PROTECT, related_name="+", db_index=False)
    article = models.ForeignKey(Article, models.PROTECT, related_name="movements", db_index=False)
    key = models.CharField(max_length=120)  # e.g. order:17:reserve
    kind = models.CharField(max_length=10, choices=MovementKind.choices)
    quantity = models.BigIntegerField(_("quantity"))  # signed
    subject = models.CharField(max_length=80, blank=True)  # "orders.order:17"
    by = models.CharField(max_length=120)
    at = models.DateTimeField(_("at"))

    class Meta:
        verbose_name = _("stock movement")
        verbose_name_plural = _("stock movements")
        constraints = [
            models.UniqueConstraint(fields=["brand", "key", "article"], name="orders_movement_once")
        ]
        indexes = [models.Index(fields=["article", "-id"], name="orders_movement_article")]
