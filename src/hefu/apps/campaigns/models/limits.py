"""Limits and budgets (限额与预算): unique slots and conditional counters, never counted orders."""

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from hefu.apps.accounts.models import Brand
from hefu.apps.campaigns.models.rules import Promotion


class Counter(models.Model):
    """What one promotion has used; moved by conditional UPDATE only."""

    promotion = models.OneToOneField(Promotion, models.PROTECT, related_name="counter")
    uses = models.PositiveIntegerField(default=0)
    spent = models.PositiveBigIntegerField(default=0)  # minor units, reserved or confirmed
    max_uses = models.PositiveIntegerField(null=True)
    budget = models.PositiveBigIntegerField(null=True)

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(max_uses__isnull=True) | Q(uses__lte=F("max_uses")),
                name="campaigns_counter_uses",
            ),
            models.CheckConstraint(
                condition=Q(budget__isnull=True) | Q(spent__lte=F("budget")),
                name="campaigns_counter_budget",
            ),
        ]


class UseState(models.TextChoices):
    """Where one use stands."""

    HELD = "held", _("held")
    CONFIRMED = "confirmed", _("confirmed")
    RELEASED = "released", _("released")


class OrderHold(models.Model):
    """What one order holds of all promotions together; its state is moved by compare-and-swap.

    An order of ours (``orders.order:17``) is released when the order ends, so it has no
    expiry of its own; an integrator's has. ``round`` counts: reopening must reserve again.
    """

    brand = models.ForeignKey(Brand, models.PROTECT, related_name="+", db_index=False)
    order_key = models.CharField(max_length=80)  # "orders.order:17", or the integrator's own
    round = models.PositiveSmallIntegerField(default=1)
    customer = models.CharField(max_length=64)  # "member:17" or a keyed pseudonym
    state = models.CharField(max_length=9, choices=UseState.choices)
    ruleset = models.CharField(max_length=64)  # content hash of the rules it was priced by
    currency = models.CharField(max_length=3)
    total = models.PositiveBigIntegerField(_("total"))
    wish = models.CharField(max_length=64)  # SHA-256 of the cart as entered and the customer
    expires_at = models.DateTimeField(null=True)
    at = models.DateTimeField(_("at"))
    ended_at = models.DateTimeField(null=True)

    class Meta:
        verbose_name = _("hold")
        verbose_name_plural = _("holds")
        constraints = [
            models.UniqueConstraint(fields=["brand", "order_key"], name="campaigns_hold_order")
        ]
        indexes = [
            models.Index(
                fields=["expires_at"], condition=Q(state="held", expires_at__isnull=False),
                name="campaigns_hold_due",
            )
        ]  # fmt: skip

    def __str__(self) -> str:
        return self.order_key


class PromotionUse(models.Model):
    """One promotion in one order, in one round of its hold."""

    brand = models.ForeignKey(Brand, models.PROTECT, related_name="+", db_index=False)
    promotion = models.ForeignKey(Promotion, models.PROTECT, related_name="uses", db_index=False)
    hold = models.ForeignKey(OrderHold, models.PROTECT, related_name="uses", db_index=False)
    version = models.PositiveIntegerField()
    order_key = models.CharField(max_length=80)  # as the hold's
    round = models.PositiveSmallIntegerField(default=1)
    customer = models.CharField(max_length=64)  # "member:17" or a keyed pseudonym
    amount = models.PositiveBigIntegerField(_("amount"))
    state = models.CharField(max_length=9, choices=UseState.choices)
    at = models.DateTimeField(_("at"))
    ended_at = models.DateTimeField(null=True)

    class Meta:
        verbose_name = _("use")
        verbose_name_plural = _("uses")
        constraints = [
            models.UniqueConstraint(
                fields=["promotion", "order_key", "round"], name="campaigns_use_once"
            )
        ]
        indexes = [
            models.Index(fields=["brand", "order_key"], name="campaigns_use_order"),
            models.Index(fields=["brand", "-at"], name="campaigns_use_newest"),
            models.Index(fields=["hold"], name="campaigns_use_hold"),
        ]


class CustomerSlot(models.Model):
    """The n-th use of a promotion by a customer; the unique key is the limit."""

    promotion = models.ForeignKey(Promotion, models.PROTECT, related_name="+", db_index=False)
    customer = models.CharField(max_length=64)
    n = models.PositiveSmallIntegerField()
    use = models.ForeignKey(PromotionUse, models.PROTECT, related_name="slots")

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["promotion", "customer", "n"], name="campaigns_slot_once"
            )
        ]


class PartnerCharge(models.Model):
    """What a partner bears of a confirmed use, or gets back of a returned one (negative)."""

    brand = models.ForeignKey(Brand, models.PROTECT, related_name="+", db_index=False)
    organisation_id = models.BigIntegerField()
    use = models.ForeignKey(PromotionUse, models.PROTECT, related_name="charges")
    key = models.CharField(max_length=120)
    amount = models.BigIntegerField(_("amount"))
    at = models.DateTimeField(_("at"))

    class Meta:
        verbose_name = _("partner's part")
        verbose_name_plural = _("partners' parts")
        constraints = [
            models.UniqueConstraint(fields=["brand", "key"], name="campaigns_charge_once")
        ]
        indexes = [models.Index(fields=["organisation_id", "-at"], name="campaigns_charge_whose")]
