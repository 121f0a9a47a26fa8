"""Funds that a brand and its partners pay into (合作基金), kept by double entry.

What a fund is for is named by ``subject``, a plain reference such as ``campaigns.campaign:42``.
"""

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from hefu.apps.accounts.models import Brand, Organisation


class Fund(models.Model):
    """Money of several parties for one purpose; the database keeps ``balance`` from below zero.

    ``balance`` is moved by conditional UPDATE only and is the sum of its lines in the book "fund".
    """

    brand = models.ForeignKey(Brand, models.PROTECT, related_name="+", db_index=False)
    subject = models.CharField(max_length=80)
    name = models.CharField(_("name"), max_length=80)
    currency = models.CharField(max_length=3, default="CNY")
    target = models.PositiveBigIntegerField()  # what the parties agreed to pay in, minor units
    balance = models.PositiveBigIntegerField(default=0)
    opened_at = models.DateTimeField()
    closed_at = models.DateTimeField(null=True)

    class Meta:
        verbose_name = _("co-op fund")
        verbose_name_plural = _("co-op funds")
        constraints = [
            models.UniqueConstraint(fields=["brand", "subject", "name"], name="ledger_fund_name"),
            models.CheckConstraint(
                condition=Q(closed_at=None) | Q(balance=0), name="ledger_fund_closed_empty"
            ),
        ]

    def __str__(self) -> str:
        return self.name


class FundParty(models.Model):
    """Who pays into a fund, and what this one paid, drew and got back: sums of its lines."""

    fund = models.ForeignKey(Fund, models.PROTECT, related_name="parties")
    organisation = models.ForeignKey(Organisation, models.PROTECT, null=True, related_name="+")
    share_bp = models.PositiveSmallIntegerField()  # agreed, of the target
    due = models.PositiveBigIntegerField()  # the share of the target, minor units
    paid = models.PositiveBigIntegerField(default=0)
    drawn = models.PositiveBigIntegerField(default=0)
    returned = models.PositiveBigIntegerField(default=0)

    class Meta:
        verbose_name = _("party of a fund")
        verbose_name_plural = _("parties of a fund")
        constraints = [
            models.UniqueConstraint(fields=["fund", "organisation"], name="ledger_fund_party"),
            models.UniqueConstraint(
                fields=["fund"], condition=Q(organisation=None), name="ledger_fund_brand"
            ),
        ]


class FundMovement(models.Model):
    """Money that was paid in, drawn or paid back; once per key, never changed, never deleted."""

    class Deed(models.TextChoices):
        """``core.funds.FundDeed`` with its labels."""

        DRAW = "draw", _("cost paid out")
        PAY = "pay", _("paid in")
        RETURN = "return", _("paid back")

    fund = models.ForeignKey(Fund, models.PROTECT, related_name="movements", db_index=False)
    key = models.CharField(max_length=80)
    deed = models.CharField(max_length=6, choices=Deed.choices)
    party = models.ForeignKey(FundParty, models.PROTECT, related_name="movements")
    amount = models.PositiveBigIntegerField()
    note = models.CharField(max_length=200, blank=True)
    receipt = models.CharField(max_length=80, blank=True)  # the number of the paper
    by = models.CharField(max_length=120)
    at = models.DateTimeField()

    class Meta:
        verbose_name = _("movement of a fund")
        verbose_name_plural = _("movements of a fund")
        constraints = [
            models.UniqueConstraint(fields=["fund", "key"], name="ledger_fund_once"),
            models.CheckConstraint(condition=Q(amount__gt=0), name="ledger_fund_moves"),
        ]

    @property
    def currency(self) -> str:
        """Its fund's."""
        return self.fund.currency


class FundPosting(models.Model):
    """One line of a movement; the lines of a movement sum to zero."""

    class Book(models.TextChoices):
        """``core.funds.FundBook`` with its labels."""

        FUND = "fund", _("fund")
        PAID = "paid", _("paid in")
        RETURNED = "returned", _("paid back")
        SPENT = "spent", _("cost paid out")

    movement = models.ForeignKey(FundMovement, models.PROTECT, related_name="postings")
    fund = models.ForeignKey(Fund, models.PROTECT, related_name="postings")
    party = models.ForeignKey(FundParty, models.PROTECT, null=True, related_name="postings")
    book = models.CharField(max_length=8, choices=Book.choices)
    amount = models.BigIntegerField()

    class Meta:
        verbose_name = _("line of a fund")
        verbose_name_plural = _("lines of a fund")
