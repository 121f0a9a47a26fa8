"""The points shop (积分商城): rewards with price, stock and limit, and what members took."""

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from hefu.apps.accounts.fields import SealedTextField
from hefu.apps.accounts.models import Brand
from hefu.apps.campaigns.models.coupons import Coupon, CouponBatch


class RewardKind(models.TextChoices):
    """What a member gets."""

    GOODS = "goods", _("goods, sent to an address")
    COUPON = "coupon", _("a coupon")


class CoinKind(models.TextChoices):
    """The currency of the ledger that pays; see ``ledger.models``."""

    COINS = "C", _("C-coins")
    POINTS = "P", _("points")


class Reward(models.Model):
    """Something to be had for coins or points; ``left`` is moved by conditional UPDATE only."""

    brand = models.ForeignKey(Brand, models.PROTECT, related_name="rewards", db_index=False)
    slug = models.SlugField(_("short name"), max_length=40)
    title = models.CharField(_("title"), max_length=80)
    title_en = models.CharField(_("English title"), max_length=80, blank=True)
    description = models.TextField(_("description"), blank=True)
    kind = models.CharField(_("kind"), max_length=6, choices=RewardKind.choices)
    currency = models.CharField(_("paid with"), max_length=8, choices=CoinKind.choices)
    price = models.PositiveIntegerField(_("price"))
    stock = models.PositiveIntegerField(_("quantity"))  # announced; only ever raised
    left = models.PositiveIntegerField(_("left"))
    per_member = models.PositiveSmallIntegerField(_("per member"), null=True, blank=True)
    coupons = models.ForeignKey(
        CouponBatch, models.PROTECT, null=True, blank=True, related_name="rewards"
    )
    starts_at = models.DateTimeField(_("from"))
    ends_at = models.DateTimeField(_("until"), null=True, blank=True)
    withdrawn_at = models.DateTimeField(null=True)
    created_at = models.DateTimeField()
    updated_at = models.DateTimeField()

    class Meta:
        verbose_name = _("reward")
        verbose_name_plural = _("rewards")
        constraints = [
            models.UniqueConstraint(fields=["brand", "slug"], name="campaigns_reward_slug"),
            models.CheckConstraint(condition=Q(left__lte=F("stock")), name="campaigns_reward_left"),
            models.CheckConstraint(
                condition=Q(kind="coupon", coupons__isnull=False)
                | Q(kind="goods", coupons__isnull=True),
                name="campaigns_reward_kind",
            ),
        ]

    def __str__(self) -> str:
        return self.title


class RedemptionState(models.TextChoices):
    """Where a redemption stands."""

    ORDERED = "ordered", _("ordered")
    SHIPPED = "shipped", _("on its way")
    DELIVERED = "delivered", _("delivered")
    CANCELLED = "cancelled", _("cancelled")


class Redemption(models.Model):
    """One reward taken by one member; its n is the slot that the limit is made of."""

    brand = models.ForeignKey(Brand, models.PROTECT, related_name="+", db_index=False)
    reward = models.ForeignKey(Reward, models.PROTECT, related_name="redemptions")
    member_id = models.BigIntegerField()
    n = models.PositiveIntegerField()
    key = models.CharField(max_length=80)  # the request's; also names the spend in the ledger
    price = models.PositiveIntegerField(_("price"))
    state = models.CharField(_("state"), max_length=9, choices=RedemptionState.choices)
    receiver = SealedTextField(_("receiver"), blank=True, default="")
    carrier = models.CharField(_("carrier"), max_length=40, blank=True)
    tracking = models.CharField(_("tracking number"), max_length=60, blank=True)
    coupon = models.OneToOneField(Coupon, models.PROTECT, null=True, related_name="redemption")
    at = models.DateTimeField(_("at"))
    shipped_at = models.DateTimeField(null=True)
    ended_at = models.DateTimeField(null=True)

    class Meta:
        verbose_name = _("redemption")
        verbose_name_plural = _("redemptions")
        constraints = [
            models.UniqueConstraint(fields=["brand", "key"], name="campaigns_redemption_once"),
            models.UniqueConstraint(
                fields=["reward", "member_id", "n"], condition=~Q(state="cancelled"),
                name="campaigns_redemption_slot",
            ),
        ]  # fmt: skip
        indexes = [
            models.Index(fields=["brand", "-at"], name="campaigns_redemption_newest"),
            models.Index(fields=["member_id", "-at"], name="campaigns_redemption_whose"),
        ]
