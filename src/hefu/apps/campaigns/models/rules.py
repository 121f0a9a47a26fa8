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
    backtest_id = models.BigIntegerField(null=True)  # what the approver saw
    page = models.JSONField(default=dict, blank=True)  # language -> text of the rule page
    page_hash = models.CharField(max_length=64, blank=True)
    written_by = models.CharField(max_length=120)
    written_at = models.DateTimeField()
    approved_at = models.DateTimeField(null=True)
    withdrawn_at = models.DateTimeField(null=True)

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
        indexes = [models.Index(fields=["brand", "-id"], name="campaigns_ruleset_newest")]
