"""Messages that leave the house (通知), with what became of them."""

from django.db import models
from django.utils.translation import gettext_lazy as _

from hefu.apps.accounts.fields import SealedTextField
from hefu.apps.accounts.models import Brand


class Message(models.Model):
    """One message to one address; address and text are sealed, the text goes once it is old."""

    class Channel(models.TextChoices):
        """How it travels."""

        SMS = "sms", _("SMS")
        EMAIL = "email", _("e-mail")

    class State(models.TextChoices):
        """What became of it."""

        QUEUED = "queued", _("queued")
        SENDING = "sending", _("on its way")
        SENT = "sent", _("sent")
        FAILED = "failed", _("failed")

    brand = models.ForeignKey(Brand, models.PROTECT, related_name="messages")
    channel = models.CharField(max_length=5, choices=Channel.choices)
    address = SealedTextField()
    address_key = models.CharField(max_length=32)  # keyed look-up
    template = models.CharField(max_length=60)
    language = models.CharField(max_length=10)
    subject = models.CharField(max_length=120, blank=True)
    body = SealedTextField(blank=True)  # empty once forgotten
    state = models.CharField(max_length=7, choices=State.choices, default=State.QUEUED)
    error = models.CharField(max_length=300, blank=True)
    created_at = models.DateTimeField()
    expires_at = models.DateTimeField(null=True)  # a late one-time code helps nobody
    claimed_at = models.DateTimeField(null=True)  # a sender took it; a dead sender's claim lapses
    sent_at = models.DateTimeField(null=True)

    class Meta:
        verbose_name = _("message")
        verbose_name_plural = _("messages")
        indexes = [
            models.Index(fields=["brand", "address_key", "created_at"], name="notices_message_to"),
            models.Index(
                fields=["created_at"], condition=~models.Q(body=""), name="notices_message_body"
            ),
        ]
