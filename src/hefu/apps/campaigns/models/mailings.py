"""Marketing messages (营销消息): what is sent, to whom it went, and who wants none."""

from datetime import time

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from hefu.apps.accounts.models import Brand
from hefu.apps.campaigns.models.rules import Campaign


class MailingChannel(models.TextChoices):
    """``core.mailings.Channel`` with its labels."""

    EMAIL = "email", _("e-mail")
    SMS = "sms", _("SMS")
    INBOX = "inbox", _("on the member's page")


class Mailing(models.Model):
    """One message of a campaign to an audience; ``document`` is all that a second person reads.

    The document holds the title, channel, texts, audience, planned time, the reason for words that
    advertising avoids, and, once it is submitted, the sender that stands in every message.
    """

    class State(models.TextChoices):
        """Where it stands."""

        DRAFT = "draft", _("draft")
        ASKED = "asked", _("waiting for approval")
        APPROVED = "approved", _("approved")
        SENDING = "sending", _("being sent")
        DONE = "done", _("sent")
        STOPPED = "stopped", _("stopped")

    brand = models.ForeignKey(Brand, models.PROTECT, related_name="+", db_index=False)
    campaign = models.ForeignKey(Campaign, models.PROTECT, related_name="mailings", db_index=False)
    title = models.CharField(_("title"), max_length=80)
    channel = models.CharField(_("channel"), max_length=5, choices=MailingChannel.choices)
    document = models.JSONField()
    content_hash = models.CharField(max_length=64)
    state = models.CharField(_("state"), max_length=8, choices=State.choices)
    revision = models.PositiveIntegerField(default=1)  # two editors do not mix
    planned_at = models.DateTimeField(_("planned for"), null=True)  # none: once it is approved
    written_by = models.CharField(max_length=120)
    written_at = models.DateTimeField()
    approved_at = models.DateTimeField(null=True)
    next_at = models.DateTimeField(null=True)  # when the clock looks again
    ended_at = models.DateTimeField(null=True)
    job_id = models.BigIntegerField(null=True)

    class Meta:
        verbose_name = _("mailing")
        verbose_name_plural = _("mailings")
        indexes = [
            models.Index(fields=["campaign", "-written_at"], name="campaigns_mailing_newest"),
            models.Index(
                fields=["next_at"], condition=Q(next_at__isnull=False), name="campaigns_mailing_due"
            ),
        ]

    def __str__(self) -> str:
        return self.title


class MailingSend(models.Model):
    """A mailing and one member, once: what is waiting, and what was sent on which consent (L14).

    Who got none is not kept by reason: those are counts (``MailingCount``), and the row goes when
    the mailing is over.
    """

    class State(models.TextChoices):
        """What became of it."""

        WAITING = "waiting", _("waiting")
        SENT = "sent", _("handed over")
        SKIPPED = "skipped", _("not sent")

    mailing = models.ForeignKey(Mailing, models.PROTECT, related_name="sends", db_index=False)
    member_id = models.BigIntegerField()
    state = models.CharField(max_length=7, choices=State.choices, default=State.WAITING)
    due_at = models.DateTimeField()  # later than now: held by quiet hours
    counted = models.BooleanField(default=False)  # in the member's week
    consent_id = models.BigIntegerField(null=True)  # members.Consent: purpose and text version
    text_hash = models.CharField(max_length=64, blank=True)  # of the words in their language
    language = models.CharField(max_length=10, blank=True)
    message_id = models.BigIntegerField(null=True)  # notices.Message
    at = models.DateTimeField(null=True)

    class Meta:
        verbose_name = _("sent message")
        verbose_name_plural = _("sent messages")
        constraints = [
            models.UniqueConstraint(fields=["mailing", "member_id"], name="campaigns_send_once")
        ]
        indexes = [
            models.Index(
                fields=["mailing", "member_id"], condition=Q(state="waiting"),
                name="campaigns_send_waiting",
            ),
            models.Index(
                fields=["message_id"], condition=Q(message_id__isnull=False),
                name="campaigns_send_message",
            ),
            models.Index(fields=["member_id"], name="campaigns_send_whose"),
        ]  # fmt: skip


class MailingCount(models.Model):
    """How many members of a mailing's audience were skipped for one reason; a number only."""

    mailing = models.ForeignKey(Mailing, models.PROTECT, related_name="counts", db_index=False)
    reason = models.CharField(max_length=12)  # services.mailing_sending.Skip
    count = models.PositiveIntegerField(default=0)

    class Meta:
        verbose_name = _("count of skipped members")
        verbose_name_plural = _("counts of skipped members")
        constraints = [
            models.UniqueConstraint(fields=["mailing", "reason"], name="campaigns_count_once")
        ]


class MarketingChoice(models.Model):
    """A member and a channel for advertising: the link that refuses it, and whether it was used.

    A send moves ``touched_at`` where nothing is refused, in its own transaction: a refusal waits
    for it or comes first, never in between.
    """

    brand = models.ForeignKey(Brand, models.PROTECT, related_name="+", db_index=False)
    member_id = models.BigIntegerField()
    channel = models.CharField(max_length=5, choices=MailingChannel.choices)
    token_key = models.CharField(max_length=32, unique=True)  # of what the link says
    touched_at = models.DateTimeField()
    refused_at = models.DateTimeField(null=True)
    refused_by = models.CharField(max_length=9, blank=True)  # link, one_click, account
    allowed_at = models.DateTimeField(null=True)  # by the signed-in member, the last time

    class Meta:
        verbose_name = _("refusal of advertising")
        verbose_name_plural = _("refusals of advertising")
        constraints = [
            models.UniqueConstraint(fields=["member_id", "channel"], name="campaigns_choice_once")
        ]


class MailingLimit(models.Model):
    """How many advertising messages one member got by one channel in one week."""

    scope = models.CharField(max_length=20)  # the channel
    key = models.CharField(max_length=32)  # the member's number
    window = models.DateTimeField()  # its beginning, as ``core.mailings.week_clock`` counts
    count = models.PositiveIntegerField(default=0)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["scope", "key", "window"], name="campaigns_mailing_window"
            )
        ]
        indexes = [models.Index(fields=["window"], name="campaigns_mailing_old")]


class MailingRules(models.Model):
    """A brand's own measure: how often, when not, and where it is reached (R358, L14)."""

    brand = models.OneToOneField(Brand, models.PROTECT, related_name="+")
    email_week = models.PositiveSmallIntegerField(default=2)
    sms_week = models.PositiveSmallIntegerField(default=1)
    inbox_week = models.PositiveSmallIntegerField(default=3)
    quiet_from = models.TimeField(default=time(21))
    quiet_until = models.TimeField(default=time(8))
    zone = models.CharField(max_length=40, default="Asia/Shanghai")
    contact = models.CharField(max_length=120, blank=True)  # empty: the trader's

    class Meta:
        verbose_name = _("rules of messages")
        verbose_name_plural = _("rules of messages")
