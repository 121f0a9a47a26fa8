"""Carts (购物车): what a member, or a visitor with a token, has in mind; never a promise."""

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from hefu.apps.accounts.models import Brand
from hefu.apps.orders.models.articles import Article


class Cart(models.Model):
    """A member's cart, or a visitor's by the hash of his token until he signs in."""

    brand = models.ForeignKey(Brand, models.PROTECT, related_name="+", db_index=False)
    member_id = models.BigIntegerField(null=True)
    token_key = models.CharField(max_length=64, blank=True)
    codes = models.JSONField(default=list, blank=True)  # as typed
    coins = models.PositiveBigIntegerField(default=0)  # that the buyer wants to use at most
    region = models.CharField(max_length=6, blank=True)
    updated_at = models.DateTimeField()

    class Meta:
        verbose_name = _("cart")
        verbose_name_plural = _("carts")
        constraints = [
            models.UniqueConstraint(
                fields=["brand", "member_id"], condition=Q(member_id__isnull=False),
                name="orders_cart_member",
            ),
            models.UniqueConstraint(
                fields=["brand", "token_key"], condition=~Q(token_key=""), name="orders_cart_token"
            ),
        ]  # fmt: skip


class CartLine(models.Model):
    """So many of one article; prices are always those of now."""

    cart = models.ForeignKey(Cart, models.CASCADE, related_name="lines", db_index=False)
    article = models.ForeignKey(Article, models.PROTECT, related_name="+", db_index=False)
    quantity = models.PositiveIntegerField(_("quantity"))

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["cart", "article"], name="orders_cart_line"),
            models.CheckConstraint(condition=Q(quantity__gte=1), name="orders_cart_some"),
        ]
