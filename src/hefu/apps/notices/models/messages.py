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
        INBOX = "inbox", _("on the member's page")

    class State(models.TextChoices):
        """What became of it."""

        QUEUED = "queued", _("queued")
        SENDING = "sending", _("on its way")
        SENT = "sent", _("sent")
        FAILED = "failed", _("failed")

    brand = models.ForeignKey(Brand, models.PROTECT, related_name="messages")
    channel = models.CharField(max_length=5, choices=Channel.choices)
    address = SealedTextField(blank=True)
    address_key = models.CharField(max_length=32, blank=True)  # keyed look-up
    member_id = models.BigIntegerField(null=True)  # whom it is to, where that is known
    template = models.CharField(max_length=60)
    language = models.CharField(max_length=10)
    subject = models.CharField(max_length=120, blank=True)
    body = SealedTextField(blank=True)  # empty once forgotten
    #: advertising only: one press there stops such messages (law L14; RFC 8058)
    refuse_url = SealedTextField(blank=True, default="")
    state = models.CharField(max_length=7, choices=State.choices, default=State.QUEUED)
    error = models.CharField(max_length=300, blank=True)
    created_at = models.DateTimeField()
    expires_at = models.DateTimeField(null=True)  # a late one-time code helps nobody
    claimed_at = models.DateTimeField(null=True)  # a sender took it; a dead sender's claim lapses
    sent_at = models.DateTimeField(null=True)
    read_at = models.DateTimeField(null=True)  # on the member's page

    class Meta:
        verbose_name = _("message")
        verbose_name_plural = _("messages")
        indexes = [
            models.Index(fields=["brand", "address_key", "created_at"], name="notices_message_to"),
            models.Index(
                fields=["created_at"], condition=~models.Q(body=""), name="notices_message_body"
            ),
            models.Index(
                fields=["member_id", "-created_at"], condition=models.Q(member_id__isnull=False),
                name="notices_message_whose",
            ),
        ]  # fmt: skip


class Silence(models.Model):
    """A member who is sent nothing but what the account needs, since and why (law L14, L37)."""

    brand = models.ForeignKey(Brand, models.PROTECT, related_name="+", db_index=False)
    member_id = models.BigIntegerField()
    reason = models.CharField(max_length=20)
    since = models.DateTimeField()

    class Meta:
        verbose_name = _("silence")
        verbose_name_plural = _("silences")
        constraints = [
            models.UniqueConstraint(fields=["brand", "member_id"], name="notices_silence_once")
        ]
