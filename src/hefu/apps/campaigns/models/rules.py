"""Campaigns, promotions and their versions, and the compiled rules in force (营销活动与规则).

A promotion is a series of versions. A version is written, signed by a second person (bound to its
content hash) and then never edited. What is in force at an instant is one ``RulesetVersion``: all
that a quote needs, content-hashed, so that an order of last year can be priced again.
"""

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from hefu.apps.accounts.models import Brand


class Campaign(models.Model):
    """Promotions with one purpose, one audience, one hold-out and one measure of success."""

    brand = models.ForeignKey(Brand, models.PROTECT, related_name="campaigns", db_index=False)
    slug = models.SlugField(_("short name"), max_length=40)
    title = models.CharField(_("title"), max_length=80)
    purpose = models.CharField(_("purpose"), max_length=200, blank=True)
    hold_out_bp = models.PositiveSmallIntegerField(_("hold-out, basis points"), default=0)
    salt = models.CharField(max_length=32)  # decides who is held out; never changed
    starts_at = models.DateTimeField(_("from"), null=True, blank=True)
    ends_at = models.DateTimeField(_("until"), null=True, blank=True)
    created_at = models.DateTimeField()

    class Meta:
        verbose_name = _("campaign")
        verbose_name_plural = _("campaigns")
        constraints = [
            models.UniqueConstraint(fields=["brand", "slug"], name="campaigns_campaign_slug")
        ]

    def __str__(self) -> str:
        return self.title


class PromotionState(models.TextChoices):
    """Where a promotion stands; whether it runs now is a question of its window."""

    DRAFT = "draft", _("draft")
    ASKED = "asked", _("waiting for approval")
    LIVE = "live", _("approved")  # scheduled, running or ended, by its window
    STOPPED = "stopped", _("stopped")  # by the kill switch


class Promotion(models.Model):
    """One promotion of a brand; ``code`` names it in quotes and never changes."""

    brand = models.ForeignKey(Brand, models.PROTECT, related_name="promotions", db_index=False)
    campaign = models.ForeignKey(
        Campaign, models.PROTECT, null=True, blank=True, related_name="promotions"
    )
    code = models.SlugField(_("short name"), max_length=40)
    title = models.CharField(_("title"), max_length=80)
    state = models.CharField(_("state"), max_length=8, choices=PromotionState.choices)
    live_version = models.PositiveIntegerField(null=True)  # the approved one
    stopped_at = models.DateTimeField(null=True)
    stop_reason = models.CharField(max_length=200, blank=True)
    created_at = models.DateTimeField()
    updated_at = models.DateTimeField()

    class Meta:
        verbose_name = _("promotion")
        verbose_name_plural = _("promotions")
        constraints = [
            models.UniqueConstraint(fields=["brand", "code"], name="campaigns_promotion_code")
        ]

    def __str__(self) -> str:
        return self.title


class PromotionVersion(models.Model):
    """What a promotion says: a ``core.promotions.Promotion`` and what the shell adds to it.

    ``terms`` are ``core.promotions.Terms`` (what a return does). ``page`` is the public rule page,
    generated from the document, and ``page_hash`` its SHA-256 when the promotion started.
    """

    promotion = models.ForeignKey(Promotion, models.PROTECT, related_name="versions")
    number = models.PositiveIntegerField()
    document = models.JSONField()
    terms = models.JSONField(default=dict, blank=True)
    content_hash = models.CharField(max_length=64)
    budget = models.PositiveBigIntegerField(_("budget"), null=True, blank=True)  # minor units
    starts_at = models.DateTimeField(_("from"), null=True, blank=True)
    ends_at = models.DateTimeField(_("until"), null=True, blank=True)
    goal = models.CharField(_("goal"), max_length=200, blank=True)
    publicity = models.CharField(_("publicity"), max_length=200, blank=True)  # where it is told
    #: what a price is compared with, where that is not the lowest price of the week before (L08)
    compared_with = models.CharField(_("compared with"), max_length=120, blank=True)
    override = models.CharField(_("in spite of findings, because"), max_length=300, blank=True)
    evidence = models.JSONField(default=dict, blank=True)  # of the legal gates, when submitted
    backtest_id = models.BigIntegerField(null=True)  # what the approver saw
    page = models.JSONField(default=dict, blank=True)  # language -> text of the rule page
    page_hash = models.CharField(max_length=64, blank=True)
    written_by = models.CharField(max_length=120)
    written_at = models.DateTimeField()
    approved_at = models.DateTimeField(null=True)
    withdrawn_at = models.DateTimeField(null=True)
    blocked_at = models.DateTimeField(null=True)  # its start came, and nobody had agreed

    class Meta:
        verbose_name = _("version")
        verbose_name_plural = _("versions")
        constraints = [
            models.UniqueConstraint(fields=["promotion", "number"], name="campaigns_version_number")
        ]


class CostShare(models.Model):
    """Who bears which part of a version's discounts (分摊); the brand bears what is left."""

    version = models.ForeignKey(PromotionVersion, models.PROTECT, related_name="shares")
    organisation_id = models.BigIntegerField()
    share_bp = models.PositiveSmallIntegerField(_("share, basis points"))

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["version", "organisation_id"], name="campaigns_share_once"
            ),
            models.CheckConstraint(condition=Q(share_bp__lte=10_000), name="campaigns_share_part"),
        ]


class HouseRules(models.Model):
    """What holds beside the promotions of a brand: margin floor, groups, points earned.

    ``changes`` is moved before rules are assembled, so that two approvals at the same moment
    are assembled one after the other and the second one sees the first.
    """

    brand = models.OneToOneField(Brand, models.PROTECT, related_name="house_rules")
    margin_floor_bp = models.PositiveSmallIntegerField(_("least margin, basis points"), default=0)
    groups = models.JSONField(default=list, blank=True)  # core.promotions.Group, beyond the house's
    accruals = models.JSONField(default=list, blank=True)  # core.promotions.Accrual
    points_days = models.PositiveSmallIntegerField(_("life of points, days"), default=730)
    changes = models.PositiveBigIntegerField(default=0)

    class Meta:
        verbose_name = _("house rules")
        verbose_name_plural = _("house rules")
        constraints = [
            models.CheckConstraint(
                condition=Q(margin_floor_bp__lt=10_000), name="campaigns_house_margin"
            )
        ]


class PriceEntry(models.Model):
    """One entry of the price book (价格表): a ``core.promotions.Price``.

    A second person approved it; it is in force until it is withdrawn or its time is over.
    """

    brand = models.ForeignKey(Brand, models.PROTECT, related_name="+", db_index=False)
    sku = models.CharField(_("sku"), max_length=64)
    unit = models.PositiveBigIntegerField(_("price"))
    currency = models.CharField(_("currency"), max_length=3)
    min_qty = models.PositiveIntegerField(_("from this quantity"), default=1)
    conditions = models.JSONField(default=list, blank=True)  # core.promotions.Condition
    audience = models.CharField(_("for whom"), max_length=120, blank=True)  # law L17: published
    starts_at = models.DateTimeField(_("from"), null=True, blank=True)
    ends_at = models.DateTimeField(_("until"), null=True, blank=True)
    content_hash = models.CharField(max_length=64)
    written_by = models.CharField(max_length=120)
    written_at = models.DateTimeField()
    approved_at = models.DateTimeField(null=True)
    withdrawn_at = models.DateTimeField(null=True)

    class Meta:
        verbose_name = _("price")
        verbose_name_plural = _("price book")
        indexes = [models.Index(fields=["brand", "sku"], name="campaigns_price_sku")]

    def __str__(self) -> str:
        return f"{self.sku} {self.audience}"


class RulesetVersion(models.Model):
    """The rules in force from an instant on (规则集), whole; the newest of a brand is in force."""

    brand = models.ForeignKey(Brand, models.PROTECT, related_name="rulesets", db_index=False)
    content_hash = models.CharField(max_length=64)
    document = models.JSONField()  # core.promotions.Rules
    from_at = models.DateTimeField()
    because = models.CharField(max_length=80)  # e.g. promotion:spring@2 approved

    class Meta:
        verbose_name = _("rules in force")
        verbose_name_plural = _("rules in force")
        indexes = [
            models.Index(fields=["brand", "-id"], name="campaigns_ruleset_newest"),
            models.Index(fields=["brand", "content_hash"], name="campaigns_ruleset_hash"),
        ]
