"""Partners of a campaign (活动伙伴): how they are scored, who is invited, what the fund pays."""

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from hefu.apps.accounts.models import Brand, Organisation
from hefu.apps.campaigns.models.rules import Campaign
from hefu.apps.ledger.models import FundParty


class PartnerTerms(models.Model):
    """What a campaign asks of its partners: the kind of it, weights and gate of the score sheet."""

    class Kind(models.TextChoices):
        """Kinds of campaigns with the channel (渠道活动)."""

        JOINT = "joint", _("joint promotion")  # 联合促销
        OFFLINE = "offline", _("in shops and places")  # 线下活动
        ONLINE = "online", _("on line")  # 线上活动
        THEME = "theme", _("around a theme")  # 主题活动

    brand = models.ForeignKey(Brand, models.PROTECT, related_name="+", db_index=False)
    campaign = models.OneToOneField(Campaign, models.PROTECT, related_name="partner_terms")
    kind = models.CharField(_("kind"), max_length=8, choices=Kind.choices)
    weights = models.JSONField()  # criterion -> basis points
    threshold = models.PositiveSmallIntegerField()  # hundredths of a point
    floors = models.JSONField(default=dict)  # criterion -> points
    written_by = models.CharField(max_length=120)
    written_at = models.DateTimeField()

    class Meta:
        verbose_name = _("terms for partners")
        verbose_name_plural = _("terms for partners")


class PartnerSheet(models.Model):
    """One assessor's score sheet of a partner, kept as it was; scoring again is a new one."""

    brand = models.ForeignKey(Brand, models.PROTECT, related_name="+", db_index=False)
    campaign = models.ForeignKey(Campaign, models.PROTECT, related_name="+", db_index=False)
    organisation = models.ForeignKey(Organisation, models.PROTECT, related_name="+")
    assessor_id = models.BigIntegerField()  # accounts.User
    assessor = models.CharField(max_length=120)
    number = models.PositiveSmallIntegerField()  # of this assessor: the last one counts
    marks = models.JSONField()  # core.planning.scorecard
    weights = models.JSONField()  # as they were then
    total = models.PositiveIntegerField()  # with these weights, ten-thousandths of a point
    written_at = models.DateTimeField()

    class Meta:
        verbose_name = _("score sheet")
        verbose_name_plural = _("score sheets")
        constraints = [
            models.UniqueConstraint(
                fields=["campaign", "organisation", "assessor_id", "number"],
                name="campaigns_sheet_number",
            )
        ]


class PartnerInvitation(models.Model):
    """A partner that passed the gate and was asked to take part; with the figures of that day."""

    class State(models.TextChoices):
        """What the partner said."""

        INVITED = "invited", _("invited")
        JOINED = "joined", _("takes part")
        DECLINED = "declined", _("does not take part")

    brand = models.ForeignKey(Brand, models.PROTECT, related_name="+", db_index=False)
    campaign = models.ForeignKey(Campaign, models.PROTECT, related_name="+", db_index=False)
    organisation = models.ForeignKey(Organisation, models.PROTECT, related_name="+")
    state = models.CharField(_("state"), max_length=8, choices=State.choices)
    evidence = models.JSONField()  # sheets, total, threshold, weights and floors as they were
    invited_by = models.CharField(max_length=120)
    invited_at = models.DateTimeField()
    answered_at = models.DateTimeField(null=True)

    class Meta:
        verbose_name = _("invitation")
        verbose_name_plural = _("invitations")
        constraints = [
            models.UniqueConstraint(
                fields=["campaign", "organisation"], name="campaigns_partner_once"
            )
        ]


class FundCost(models.Model):
    """A cost of a party that a campaign's co-op fund is asked for; a second person agrees."""

    class State(models.TextChoices):
        """Where it stands."""

        ASKED = "asked", _("waits for a second person")
        DRAWN = "drawn", _("paid out")
        REFUSED = "refused", _("refused")

    brand = models.ForeignKey(Brand, models.PROTECT, related_name="+", db_index=False)
    campaign = models.ForeignKey(Campaign, models.PROTECT, related_name="fund_costs")
    party = models.ForeignKey(FundParty, models.PROTECT, related_name="+")
    amount = models.PositiveBigIntegerField(_("amount"))  # minor units of the fund
    note = models.CharField(_("what the cost is for"), max_length=200)
    receipt = models.CharField(_("receipt"), max_length=80)  # the number of the paper
    state = models.CharField(_("state"), max_length=8, choices=State.choices)
    asked_by = models.CharField(max_length=120)
    asked_at = models.DateTimeField()
    decided_by = models.CharField(max_length=120, blank=True)
    decided_at = models.DateTimeField(null=True)

    class Meta:
        verbose_name = _("cost of a fund")
        verbose_name_plural = _("costs of a fund")
        constraints = [
            models.CheckConstraint(condition=Q(amount__gt=0), name="campaigns_cost_something")
        ]
