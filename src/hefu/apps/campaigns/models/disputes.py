"""Payment disputes (支付纠纷): what a payer claims at the provider, when we answer, how it ended.

The words and the evidence may name people: they are sealed.
"""

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from hefu.apps.accounts.fields import SealedTextField
from hefu.apps.accounts.models import Brand
from hefu.apps.orders.models import Order, OrderRefund


class PaymentDispute(models.Model):
    """One case of a payment provider about one order; amounts in the order's minor units."""

    class Kind(models.TextChoices):
        """What the payer says."""

        NOT_RECEIVED = "not_received", _("goods not received")
        NOT_AS_DESCRIBED = "not_described", _("not as described")
        WRONG_AMOUNT = "wrong_amount", _("wrong amount")
        NOT_AUTHORISED = "not_authorised", _("not authorised by the payer")
        DOUBLE_CHARGE = "double_charge", _("charged twice")
        OTHER = "other", _("other")

    class State(models.TextChoices):
        """Where the case stands."""

        OPEN = "open", _("to be answered")
        ANSWERED = "answered", _("answered, not decided")
        WON = "won", _("won")
        LOST = "lost", pgettext_lazy("payment dispute", "lost")
        SETTLED = "settled", pgettext_lazy("payment dispute", "settled")

    brand = models.ForeignKey(Brand, models.PROTECT, related_name="+", db_index=False)
    order = models.ForeignKey(Order, models.PROTECT, related_name="disputes")
    reference = models.CharField(_("provider's reference"), max_length=80)
    kind = models.CharField(_("kind"), max_length=14, choices=Kind.choices)
    amount = models.PositiveBigIntegerField(_("amount"))
    due_on = models.DateField(_("to be answered by"))
    state = models.CharField(_("state"), max_length=8, choices=State.choices)
    opened_at = models.DateTimeField(_("opened at"))
    answered_at = models.DateTimeField(_("answered at"), null=True)
    ended_at = models.DateTimeField(_("ended at"), null=True)
    refund = models.ForeignKey(OrderRefund, models.PROTECT, null=True, related_name="+")

    class Meta:
        verbose_name = _("payment dispute")
        verbose_name_plural = _("payment disputes")
        constraints = [
            models.UniqueConstraint(
                fields=["brand", "reference"], name="campaigns_dispute_reference"
            ),
            models.CheckConstraint(
                condition=Q(state__in=("open", "answered"), ended_at__isnull=True)
                | Q(state__in=("won", "lost", "settled"), ended_at__isnull=False),
                name="campaigns_dispute_ended",
            ),
            models.CheckConstraint(
                condition=Q(refund__isnull=True) | Q(state__in=("lost", "settled")),
                name="campaigns_dispute_refund",
            ),
        ]
        indexes = [
            models.Index(fields=["brand", "state", "due_on"], name="campaigns_dispute_due"),
        ]

    def __str__(self) -> str:
        return self.reference


class DisputeNote(models.Model):
    """What somebody wrote down about a case; append-only."""

    dispute = models.ForeignKey(PaymentDispute, models.PROTECT, related_name="notes")
    text = SealedTextField()
    by = models.CharField(max_length=120)
    at = models.DateTimeField()

    class Meta:
        verbose_name = _("note")
        verbose_name_plural = _("notes")


class DisputeFile(models.Model):
    """A piece of evidence: a document or a photo, sealed on disk."""

    dispute = models.ForeignKey(PaymentDispute, models.PROTECT, related_name="files")
    name = models.CharField(max_length=120)
    content_type = models.CharField(max_length=40)
    size = models.PositiveBigIntegerField()
    sha256 = models.CharField(max_length=64)  # of the bytes as they came
    path = models.CharField(max_length=200)  # below the data folder
    by = models.CharField(max_length=120)
    at = models.DateTimeField()

    class Meta:
        verbose_name = _("evidence")
        verbose_name_plural = _("evidence")
        constraints = [
            models.UniqueConstraint(
                fields=["dispute", "sha256"], name="campaigns_dispute_file_once"
            )
        ]
