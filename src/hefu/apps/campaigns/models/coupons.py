"""Coupons (优惠券): issued, unguessable, in a member's wallet, redeemed once.

A coupon's code is derived from its batch and its number (``core.codes``), never stored: a dump of
the database shows none. Printed coupons are a range; one gets its row when it is first used.
"""

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from hefu.apps.accounts.models import Brand
from hefu.apps.campaigns.models.limits import PromotionUse
from hefu.apps.campaigns.models.rules import Promotion


class CouponBatch(models.Model):
    """So many coupons of one promotion, issued at once; ``issued`` is moved conditionally."""

    brand = models.ForeignKey(Brand, models.PROTECT, related_name="+", db_index=False)
    promotion = models.ForeignKey(Promotion, models.PROTECT, related_name="coupon_batches")
    title = models.CharField(_("title"), max_length=80)
    reference = models.PositiveIntegerField()  # 20 bits, random: the batch part of its codes
    bearer = models.BooleanField(_("for whoever holds it"), default=False)  # printed, not personal
    quantity = models.PositiveIntegerField(_("quantity"))
    issued = models.PositiveIntegerField(_("issued"), default=0)
    per_member = models.PositiveSmallIntegerField(_("per member"), default=1)
    valid_from = models.DateTimeField(_("valid from"))
    valid_until = models.DateTimeField(_("valid until"))
    counter_sale = models.BooleanField(_("redeemable at a counter"), default=True)
    job_id = models.BigIntegerField(null=True)
    report = models.JSONField(default=dict, blank=True)  # asked, issued, left over and why
    created_by = models.CharField(max_length=120)
    created_at = models.DateTimeField()

    class Meta:
        verbose_name = _("coupon issue")
        verbose_name_plural = _("coupon issues")
        constraints = [
            models.UniqueConstraint(
                fields=["brand", "reference"], name="campaigns_batch_reference"
            ),
            models.CheckConstraint(
                condition=Q(issued__lte=F("quantity")), name="campaigns_batch_issued"
            ),
        ]
        indexes = [models.Index(fields=["brand", "-created_at"], name="campaigns_batch_newest")]

    def __str__(self) -> str:
        return self.title


class CouponState(models.TextChoices):
    """Where one coupon stands; whether it has expired is a question of its time."""

    FREE = "free", _("to be used")
    HELD = "held", _("in an open order")
    USED = "used", _("used")
    VOID = "void", _("void")


class Coupon(models.Model):
    """One coupon: a member's from the start, or one of a printed range on first touch."""

    brand = models.ForeignKey(Brand, models.PROTECT, related_name="+", db_index=False)
    batch = models.ForeignKey(CouponBatch, models.PROTECT, related_name="coupons", db_index=False)
    number = models.PositiveIntegerField()  # place in its batch; the code is derived from it
    member_id = models.BigIntegerField(null=True)
    member_n = models.PositiveSmallIntegerField(default=1)  # the member's n-th of this batch
    state = models.CharField(max_length=4, choices=CouponState.choices)
    use = models.ForeignKey(PromotionUse, models.PROTECT, null=True, related_name="coupons")
    redeemed_at = models.DateTimeField(_("redeemed at"), null=True)
    redeemed_by = models.CharField(max_length=120, blank=True)  # the counter's person
    organisation_id = models.BigIntegerField(null=True)  # the counter's shop
    issued_at = models.DateTimeField()

    class Meta:
        verbose_name = _("coupon")
        verbose_name_plural = _("coupons")
        constraints = [
            models.UniqueConstraint(fields=["batch", "number"], name="campaigns_coupon_number"),
            models.UniqueConstraint(
                fields=["batch", "member_id", "member_n"],
                condition=Q(member_id__isnull=False),
                name="campaigns_coupon_member",
            ),
        ]
        indexes = [
            models.Index(
                fields=["member_id", "state"], condition=Q(member_id__isnull=False),
                name="campaigns_coupon_wallet",
            )
        ]  # fmt: skip
