"""How an order is paid, and what goes back (支付与退款)."""

from django.db import models
from django.utils.translation import gettext_lazy as _

from hefu.apps.accounts.models import Brand
from hefu.apps.orders.models.sales import Order


class PaymentState(models.TextChoices):
    """Where one payment stands."""

    ASKED = "asked", _("asked for")
    TAKEN = "taken", _("taken")
    FAILED = "failed", _("failed")
    ENDED = "ended", _("ended")  # the order was released before it was paid


class Payment(models.Model):
    """One part of an order's total by one means: money by a provider, points or coins in kind.

    ``reference`` is the provider's, unique: a notification told twice is one payment.
    """

    brand = models.ForeignKey(Brand, models.PROTECT, related_name="+", db_index=False)
    order = models.ForeignKey(Order, models.PROTECT, related_name="payments")
    means = models.CharField(_("means"), max_length=20)  # money, coins, points ...
    provider = models.CharField(max_length=20, blank=True)  # a name of adapters.PROVIDERS
    only = models.CharField(max_length=20, blank=True)  # the way it must be paid, see ``Ask``
    reference = models.CharField(max_length=80, blank=True)
    units = models.BigIntegerField(default=0)  # coins or points; 0 for money
    amount = models.BigIntegerField(_("amount"))
    state = models.CharField(max_length=6, choices=PaymentState.choices)
    at = models.DateTimeField(_("at"))

    class Meta:
        verbose_name = _("payment")
        verbose_name_plural = _("payments")
        constraints = [
            models.UniqueConstraint(
                fields=["brand", "provider", "reference"], condition=~models.Q(reference=""),
                name="orders_payment_reference",
            )
        ]  # fmt: skip


class RefundState(models.TextChoices):
    """Where a refund stands."""

    OWED = "owed", _("owed")
    PAID = "paid", _("paid back")
    FAILED = "failed", _("failed")


class OrderRefund(models.Model):
    """One return's money: what came back, and what is paid back over which means."""

    brand = models.ForeignKey(Brand, models.PROTECT, related_name="+", db_index=False)
    order = models.ForeignKey(Order, models.PROTECT, related_name="refunds")
    key = models.CharField(max_length=120)  # whose deed: asking twice refunds once
    units = models.JSONField(default=dict)  # line id -> units that came back
    gifts = models.JSONField(default=dict)
    reason = models.CharField(_("reason"), max_length=60)
    amount = models.BigIntegerField(_("amount"))
    by_means = models.JSONField(default=dict)
    in_kind = models.JSONField(default=dict)
    document = models.JSONField(default=dict)  # core.promotions.Refund, whole
    state = models.CharField(max_length=6, choices=RefundState.choices)
    at = models.DateTimeField(_("at"))

    class Meta:
        verbose_name = _("refund")
        verbose_name_plural = _("refunds")
        constraints = [models.UniqueConstraint(fields=["brand", "key"], name="orders_refund_once")]
        indexes = [models.Index(fields=["brand", "-at"], name="orders_refund_newest")]
