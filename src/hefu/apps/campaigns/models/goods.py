"""The goods of a campaign (活动选品): how they are picked, their roles, and sets that are shown.

Every deed about a campaign's goods first moves ``CampaignGoods.changes``: of two at the same moment
the second one sees what the first one did.
"""

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from hefu.apps.accounts.models import Brand
from hefu.apps.campaigns.models.rules import Campaign
from hefu.apps.orders.models import Article
from hefu.core.planning.picking import WHOLE


class CampaignGoods(models.Model):
    """How a campaign's articles are ranked (``core.planning.picking.Rules``) and its sets shown."""

    campaign = models.OneToOneField(Campaign, models.PROTECT, related_name="goods")
    quality_bp = models.PositiveSmallIntegerField(_("weight of quality"))
    demand_bp = models.PositiveSmallIntegerField(_("weight of demand"))
    newness_bp = models.PositiveSmallIntegerField(_("weight of newness"))
    window_days = models.PositiveSmallIntegerField(_("days of the window"))
    fresh_days = models.PositiveSmallIntegerField(_("days until nothing is new"))
    least = models.PositiveSmallIntegerField(_("articles a set needs"), default=2)
    changes = models.PositiveBigIntegerField(default=0)

    class Meta:
        verbose_name = _("goods of a campaign")
        verbose_name_plural = _("goods of campaigns")
        constraints = [
            models.CheckConstraint(
                condition=Q(quality_bp=WHOLE - F("demand_bp") - F("newness_bp")),
                name="campaigns_goods_weights",
            ),
            models.CheckConstraint(
                condition=Q(window_days__gte=1, fresh_days__gte=1, least__gte=1),
                name="campaigns_goods_sane",
            ),
        ]


class PickList(models.Model):
    """A pick list (选品清单) as it was saved: articles, figures, rules; never changed again."""

    brand = models.ForeignKey(Brand, models.PROTECT, related_name="+", db_index=False)
    campaign = models.ForeignKey(Campaign, models.PROTECT, related_name="picks", db_index=False)
    number = models.PositiveIntegerField()
    document = models.JSONField()  # core.planning.picking.document_of
    content_hash = models.CharField(max_length=64)
    picked = models.PositiveIntegerField(_("articles"))
    made_by = models.CharField(_("by"), max_length=120)
    made_at = models.DateTimeField(_("saved at"))

    class Meta:
        verbose_name = _("pick list")
        verbose_name_plural = _("pick lists")
        constraints = [
            models.UniqueConstraint(fields=["campaign", "number"], name="campaigns_pick_number")
        ]


class GoodsRole(models.TextChoices):
    """The part that an article plays in a campaign (产品角色)."""

    HERO = "hero", _("hero")  # 主打
    TRAFFIC = "traffic", _("traffic")  # 促销
    BUNDLE = "bundle", _("bundle")  # 捆绑
    NEW = "new", _("new")  # 新品


class CampaignArticle(models.Model):
    """An article of a campaign with its one role."""

    brand = models.ForeignKey(Brand, models.PROTECT, related_name="+", db_index=False)
    campaign = models.ForeignKey(Campaign, models.PROTECT, related_name="articles", db_index=False)
    article = models.ForeignKey(Article, models.PROTECT, related_name="+")
    role = models.CharField(_("role"), max_length=8, choices=GoodsRole.choices)
    by = models.CharField(max_length=120)
    at = models.DateTimeField()

    class Meta:
        verbose_name = _("article of a campaign")
        verbose_name_plural = _("articles of campaigns")
        constraints = [
            models.UniqueConstraint(fields=["campaign", "article"], name="campaigns_role_once"),
            models.CheckConstraint(
                condition=Q(role__in=GoodsRole.values), name="campaigns_role_known"
            ),
        ]


class GoodsSet(models.Model):
    """Articles that go together (搭配), for a segment of members, or the default for all others.

    ``audience`` is a ``selectors.goods_sets.Segment``; of several sets the lowest ``place`` counts.
    """

    brand = models.ForeignKey(Brand, models.PROTECT, related_name="+", db_index=False)
    campaign = models.ForeignKey(Campaign, models.PROTECT, related_name="sets", db_index=False)
    title = models.CharField(_("title"), max_length=60)
    title_en = models.CharField(_("English title"), max_length=60, blank=True)
    is_default = models.BooleanField(default=False)
    audience = models.JSONField(default=dict, blank=True)
    place = models.PositiveSmallIntegerField(_("place"), default=0)
    created_at = models.DateTimeField()
    withdrawn_at = models.DateTimeField(null=True)

    class Meta:
        verbose_name = _("set")
        verbose_name_plural = _("sets")
        constraints = [
            models.UniqueConstraint(
                fields=["campaign"], condition=Q(is_default=True, withdrawn_at=None),
                name="campaigns_set_default",
            )
        ]  # fmt: skip
        indexes = [
            models.Index(
                fields=["brand"], condition=Q(withdrawn_at=None), name="campaigns_set_live"
            ),
            models.Index(fields=["campaign", "place"], name="campaigns_set_order"),
        ]

    def __str__(self) -> str:
        return self.title


class GoodsSetArticle(models.Model):
    """An article of a set; the order in which they were named."""

    goods_set = models.ForeignKey(GoodsSet, models.CASCADE, related_name="articles", db_index=False)
    article = models.ForeignKey(Article, models.PROTECT, related_name="+")
    place = models.PositiveSmallIntegerField()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["goods_set", "article"], name="campaigns_set_article")
        ]
