"""Accounts, transfers and their lines, lots, holds and budgets of C-coins (C币).

Members are referred to by plain id. Growing tables carry brand and time, so that they partition.
"""

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from hefu.apps.accounts.models import Brand

COINS = "C"  # the currency of C-coins
POINTS = "P"  # of points earned by buying


class DeedChoices(models.TextChoices):
    """``core.ledger.Deed`` with its labels."""

    CAPTURE = "capture", _("held coins spent")
    EXPIRE = "expire", _("expired")
    GRANT = "grant", _("granted")
    HOLD = "hold", _("set aside")
    REFUND = "refund", _("given back")
    RELEASE = "release", _("set free again")
    REVERSE = "reverse", _("taken back")
    SPEND = "spend", _("spent")


class BookChoices(models.TextChoices):
    """``core.ledger.Book`` with its labels."""

    EXPIRED = "expired", _("expired")
    HELD = "held", _("held")
    ISSUED = "issued", _("issued")
    MEMBER = "member", _("member's")
    REVERSED = "reversed", _("taken back")
    SPENT = "spent", _("spent")


class Budget(models.Model):
    """What a brand gives away for one purpose; ``used`` is moved by conditional UPDATE only."""

    brand = models.ForeignKey(Brand, models.PROTECT, related_name="budgets")
    name = models.CharField(_("name"), max_length=80)
    currency = models.CharField(_("currency"), max_length=8, default=COINS)
    limit = models.PositiveBigIntegerField(_("limit"))
    used = models.PositiveBigIntegerField(_("used"), default=0)
    per_person = models.PositiveBigIntegerField(_("per person"), null=True, blank=True)
    created_at = models.DateTimeField(_("created at"))

    class Meta:
        verbose_name = _("budget")
        verbose_name_plural = _("budgets")
        constraints = [
            models.UniqueConstraint(fields=["brand", "name"], name="ledger_budget_name"),
            models.CheckConstraint(condition=Q(used__lte=F("limit")), name="ledger_budget_kept"),
        ]

    def __str__(self) -> str:
        return self.name


class BudgetShare(models.Model):
    """What one person has had from one budget."""

    budget = models.ForeignKey(Budget, models.PROTECT, related_name="shares", db_index=False)
    member_id = models.BigIntegerField()
    used = models.PositiveBigIntegerField()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["budget", "member_id"], name="ledger_share_person")
        ]


class Account(models.Model):
    """A book of one currency: a member's, with cached sums, or one of the brand's, without."""

    brand = models.ForeignKey(Brand, models.PROTECT, related_name="+", db_index=False)
    currency = models.CharField(_("currency"), max_length=8, default=COINS)
    book = models.CharField(_("book"), max_length=8, choices=BookChoices.choices)
    member_id = models.BigIntegerField(null=True)
    balance = models.PositiveBigIntegerField(_("balance"), default=0)  # can be spent
    held = models.PositiveBigIntegerField(_("held"), default=0)  # in the member's open holds
    owed_from_held = models.PositiveBigIntegerField(default=0)  # settled when a hold is released

    class Meta:
        verbose_name = _("account")
        verbose_name_plural = _("accounts")
        constraints = [
            models.UniqueConstraint(
                fields=["brand", "currency", "member_id"],
                condition=Q(member_id__isnull=False),
                name="ledger_account_member",
            ),
            models.UniqueConstraint(
                fields=["brand", "currency", "book"],
                condition=Q(member_id__isnull=True),
                name="ledger_account_brand",
            ),
            models.CheckConstraint(
                condition=Q(book="member", member_id__isnull=False)
                | (~Q(book="member") & Q(member_id__isnull=True, balance=0, held=0)),
                name="ledger_account_whose",
            ),
            models.CheckConstraint(
                condition=Q(owed_from_held__lte=F("held")), name="ledger_account_owed"
            ),
        ]


class Transfer(models.Model):
    """One movement; its key makes it happen once. Never changed, never deleted once committed."""

    brand = models.ForeignKey(Brand, models.PROTECT, related_name="+", db_index=False)
    key = models.CharField(_("key"), max_length=120)
    deed = models.CharField(_("deed"), max_length=8, choices=DeedChoices.choices)
    currency = models.CharField(max_length=8, default=COINS)
    member_id = models.BigIntegerField()
    amount = models.PositiveBigIntegerField(_("amount"))
    budget = models.ForeignKey(Budget, models.PROTECT, null=True, related_name="+", db_index=False)
    origin = models.ForeignKey("self", models.PROTECT, null=True, related_name="+", db_index=False)
    reason = models.CharField(_("reason"), max_length=60, blank=True)  # stable code, or plain words
    subject = models.CharField(_("subject"), max_length=80, blank=True)  # "identity.unit:42"
    by = models.CharField(_("by"), max_length=120)
    at = models.DateTimeField(_("at"))

    class Meta:
        verbose_name = _("transfer")
        verbose_name_plural = _("transfers")
        constraints = [
            models.UniqueConstraint(fields=["brand", "key"], name="ledger_transfer_once")
        ]
        indexes = [models.Index(fields=["brand", "at"], name="ledger_transfer_when")]

    def __str__(self) -> str:
        return self.key


class Posting(models.Model):
    """One line of a transfer; the lines of a transfer sum to zero."""

    brand = models.ForeignKey(Brand, models.PROTECT, related_name="+", db_index=False)
    at = models.DateTimeField(_("at"))
    transfer = models.ForeignKey(Transfer, models.PROTECT, related_name="postings")
    account = models.ForeignKey(Account, models.PROTECT, related_name="postings", db_index=False)
    amount = models.BigIntegerField(_("amount"))

    class Meta:
        verbose_name = _("line")
        verbose_name_plural = _("lines")
        indexes = [models.Index(fields=["account", "-id"], name="ledger_posting_account")]


class Lot(models.Model):
    """The coins of one grant; the announced expiry never changes (law L49)."""

    brand = models.ForeignKey(Brand, models.PROTECT, related_name="+", db_index=False)
    account = models.ForeignKey(Account, models.PROTECT, related_name="lots", db_index=False)
    transfer = models.OneToOneField(Transfer, models.PROTECT, related_name="lot")
    amount = models.PositiveBigIntegerField()
    remaining = models.PositiveBigIntegerField()
    expired = models.PositiveBigIntegerField(default=0)
    granted_at = models.DateTimeField()
    expires_at = models.DateTimeField(null=True)

    class Meta:
        verbose_name = _("lot")
        verbose_name_plural = _("lots")
        constraints = [
            models.CheckConstraint(
                condition=Q(amount__gte=F("remaining") + F("expired")), name="ledger_lot_kept"
            )
        ]
        indexes = [
            models.Index(
                fields=["account"], condition=Q(remaining__gt=0), name="ledger_lot_account"
            ),
            models.Index(
                fields=["expires_at"],
                condition=Q(remaining__gt=0, expires_at__isnull=False),
                name="ledger_lot_due",
            ),
        ]


class Draw(models.Model):
    """Which lot a debit took from; negative where coins went back to it."""

    transfer = models.ForeignKey(Transfer, models.PROTECT, related_name="draws")
    lot = models.ForeignKey(Lot, models.PROTECT, related_name="draws")
    amount = models.BigIntegerField()


class Hold(models.Model):
    """Coins set aside until they are captured, released, or the time is up."""

    class State(models.TextChoices):
        """Where the hold stands."""

        OPEN = "open", _("open")
        CAPTURED = "captured", _("captured")
        RELEASED = "released", _("released")

    brand = models.ForeignKey(Brand, models.PROTECT, related_name="+", db_index=False)
    account = models.ForeignKey(Account, models.PROTECT, related_name="holds")
    transfer = models.OneToOneField(Transfer, models.PROTECT, related_name="hold")
    amount = models.PositiveBigIntegerField()
    captured = models.PositiveBigIntegerField(default=0)
    state = models.CharField(max_length=8, choices=State.choices, default=State.OPEN)
    expires_at = models.DateTimeField()
    ended_at = models.DateTimeField(null=True)

    class Meta:
        verbose_name = _("hold")
        verbose_name_plural = _("holds")
        indexes = [
            models.Index(fields=["expires_at"], condition=Q(state="open"), name="ledger_hold_due")
        ]


class Shortfall(models.Model):
    """What a claw-back could not take because it was spent; a note, not a negative balance."""

    brand = models.ForeignKey(Brand, models.PROTECT, related_name="+", db_index=False)
    account = models.ForeignKey(Account, models.PROTECT, related_name="shortfalls")
    transfer = models.OneToOneField(Transfer, models.PROTECT, related_name="shortfall")
    amount = models.PositiveBigIntegerField(_("amount"))
    settled = models.PositiveBigIntegerField(_("settled"), default=0)  # from released holds
    at = models.DateTimeField(_("at"))

    class Meta:
        verbose_name = _("shortfall")
        verbose_name_plural = _("shortfalls")
        indexes = [models.Index(fields=["brand", "-at"], name="ledger_shortfall_when")]
