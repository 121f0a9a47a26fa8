"""What a campaign needs (活动资源): people, goods, systems, and shared things that are booked."""

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from hefu.apps.accounts.models import Brand
from hefu.apps.campaigns.models.rules import Campaign


class Resource(models.Model):
    """A thing of the brand that campaigns share, with how many of it there are."""

    class Kind(models.TextChoices):
        """What it is."""

        BOOTH = "booth", _("booth")  # 展位
        DISPLAY = "display", _("display stock")  # 样机
        SCREEN = "screen", _("screen")  # 屏幕
        SPACE = "space", _("space in a shop")  # 店内场地
        STAND = "stand", _("stand")  # 展架
        WAREHOUSE = "slot", _("place in the warehouse")  # 库位

    brand = models.ForeignKey(Brand, models.PROTECT, related_name="+", db_index=False)
    kind = models.CharField(_("kind"), max_length=8, choices=Kind.choices)
    name = models.CharField(_("name"), max_length=80)
    place = models.CharField(_("where it is"), max_length=120, blank=True)
    capacity = models.PositiveIntegerField(_("how many there are"))
    created_at = models.DateTimeField()

    class Meta:
        verbose_name = _("shared thing")
        verbose_name_plural = _("shared things")
        constraints = [
            models.UniqueConstraint(fields=["brand", "name"], name="campaigns_resource_name")
        ]

    def __str__(self) -> str:
        return self.name


class ResourceBooking(models.Model):
    """So many of a shared thing for a campaign, from an instant until before another."""

    brand = models.ForeignKey(Brand, models.PROTECT, related_name="+", db_index=False)
    campaign = models.ForeignKey(Campaign, models.PROTECT, related_name="bookings")
    resource = models.ForeignKey(Resource, models.PROTECT, related_name="bookings", db_index=False)
    quantity = models.PositiveIntegerField(_("pieces"))
    starts_at = models.DateTimeField(_("from"))
    ends_at = models.DateTimeField(_("until"))
    booked_by = models.CharField(max_length=120)
    booked_at = models.DateTimeField()

    class Meta:
        verbose_name = _("booking")
        verbose_name_plural = _("bookings")
        constraints = [
            models.CheckConstraint(
                condition=Q(ends_at__gt=F("starts_at"), quantity__gt=0),
                name="campaigns_booking_some",
            )
        ]
        indexes = [models.Index(fields=["resource", "ends_at"], name="campaigns_booking_when")]


class StaffNeed(models.Model):
    """How many people a phase needs in a role, and for how many hours in all."""

    class Role(models.TextChoices):
        """What they do."""

        PLANNING = "planning", _("planning")  # 策划
        DOING = "doing", _("carrying out")  # 执行
        SERVICE = "service", _("customer service")  # 客服

    brand = models.ForeignKey(Brand, models.PROTECT, related_name="+", db_index=False)
    campaign = models.ForeignKey(Campaign, models.PROTECT, related_name="+", db_index=False)
    role = models.CharField(_("role"), max_length=8, choices=Role.choices)
    phase = models.CharField(_("phase"), max_length=8)  # core.planning.Phase
    people = models.PositiveSmallIntegerField(_("people"))
    hours = models.PositiveIntegerField(_("hours in all"))

    class Meta:
        verbose_name = _("people needed")
        verbose_name_plural = _("people needed")
        constraints = [
            models.UniqueConstraint(
                fields=["campaign", "role", "phase"], name="campaigns_staff_once"
            )
        ]


class GoodsNeed(models.Model):
    """Pieces of an article that a campaign gives away or uses: planned, or by orders expected."""

    class Kind(models.TextChoices):
        """What for."""

        GIFT = "gift", _("gift")  # 赠品
        GOODS = "goods", _("goods to sell")  # 商品
        PACKAGING = "packaging", _("packaging")  # 包装

    brand = models.ForeignKey(Brand, models.PROTECT, related_name="+", db_index=False)
    campaign = models.ForeignKey(Campaign, models.PROTECT, related_name="+", db_index=False)
    kind = models.CharField(_("kind"), max_length=10, choices=Kind.choices)
    sku = models.CharField(_("article"), max_length=64)  # orders.Article
    title = models.CharField(max_length=120)
    pieces = models.PositiveIntegerField(_("pieces planned"), default=0)
    orders = models.PositiveIntegerField(_("orders expected"), default=0)
    each = models.PositiveIntegerField(_("pieces for each order"), default=0)
    line = models.CharField(max_length=20, blank=True)  # the plan's budget line it is paid from

    class Meta:
        verbose_name = _("goods needed")
        verbose_name_plural = _("goods needed")
        constraints = [
            models.UniqueConstraint(
                fields=["campaign", "kind", "sku"], name="campaigns_goods_need_once"
            )
        ]


class SystemNeed(models.Model):
    """A system that a campaign depends on, and whether somebody has shown that it is ready."""

    brand = models.ForeignKey(Brand, models.PROTECT, related_name="+", db_index=False)
    campaign = models.ForeignKey(Campaign, models.PROTECT, related_name="+", db_index=False)
    name = models.CharField(_("system"), max_length=80)
    ready = models.BooleanField(_("ready"), default=False)
    proof = models.CharField(_("shown by"), max_length=200, blank=True)
    said_by = models.CharField(max_length=120)
    said_at = models.DateTimeField()

    class Meta:
        verbose_name = _("system needed")
        verbose_name_plural = _("systems needed")
        constraints = [
            models.UniqueConstraint(fields=["campaign", "name"], name="campaigns_system_once"),
            models.CheckConstraint(
                condition=Q(ready=False) | ~Q(proof=""), name="campaigns_system_shown"
            ),
        ]
