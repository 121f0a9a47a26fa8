"""How a brand wants questions answered (应答规则): hours, target, moderation, stored replies."""

from datetime import date, time, timedelta
from typing import Any

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from hefu.apps.accounts.models import Brand
from hefu.core.clocks.working import Hours

WORK_DAY = 540  # minutes from nine to six


class QueuePolicy(models.Model):
    """One brand's rules; a brand without a row goes by the defaults.

    The target is working time: nine hours are one working day, so that what is asked in the
    evening is due the next evening, and nothing is late on a Sunday.
    """

    brand = models.OneToOneField(Brand, models.PROTECT, related_name="+")
    read_first = models.BooleanField(_("staff read before others do"), default=True)
    members_answer = models.BooleanField(_("members may answer"), default=True)
    target_minutes = models.PositiveIntegerField(_("target, minutes of work"), default=WORK_DAY)
    weekdays = models.JSONField(_("working days"), default=list)  # 0 is Monday; empty: 0 to 4
    opens = models.TimeField(_("opens"), default=time(9))
    closes = models.TimeField(_("closes"), default=time(18))
    closed_on = models.JSONField(_("days off"), default=list)  # ISO dates
    open_on = models.JSONField(_("worked although a weekend"), default=list)
    changed_at = models.DateTimeField(null=True)

    class Meta:
        verbose_name = _("question policy")
        verbose_name_plural = _("question policies")
        constraints = [
            models.CheckConstraint(
                condition=Q(opens__lt=F("closes")), name="community_policy_opens"
            ),
            models.CheckConstraint(
                condition=Q(target_minutes__gte=1), name="community_policy_target"
            ),
        ]

    @property
    def target(self) -> timedelta:
        """How much working time an answer may take."""
        return timedelta(minutes=self.target_minutes)

    @property
    def hours(self) -> Hours:
        """When somebody sits at the desk."""
        return Hours(
            weekdays=frozenset(self.weekdays or range(5)), opens=self.opens, closes=self.closes,
            closed_on=_days(self.closed_on), open_on=_days(self.open_on),
        )  # fmt: skip


def _days(texts: Any) -> frozenset[date]:
    return frozenset(date.fromisoformat(text) for text in texts)


class Reply(models.Model):
    """A stored reply to begin an answer with; ``{product}`` and ``{model}`` are filled in."""

    brand = models.ForeignKey(Brand, models.PROTECT, related_name="+", db_index=False)
    title = models.CharField(_("title"), max_length=60)
    text = models.TextField(_("text"), max_length=3000)
    language = models.CharField(_("language"), max_length=10, default="zh-hans")
    changed_at = models.DateTimeField()
    retired_at = models.DateTimeField(null=True)

    class Meta:
        verbose_name = _("stored reply")
        verbose_name_plural = _("stored replies")
        constraints = [
            models.UniqueConstraint(
                fields=["brand", "title"], condition=Q(retired_at__isnull=True),
                name="community_reply_title",
            )
        ]  # fmt: skip

    def __str__(self) -> str:
        return self.title


class Limit(models.Model):
    """How often one member, client or product was written for in one window of time."""

    scope = models.CharField(max_length=20)  # a name of services.limits
    key = models.CharField(max_length=32)  # keyed: neither a member nor a client can be read
    window = models.DateTimeField()  # its beginning
    count = models.PositiveIntegerField(default=0)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["scope", "key", "window"], name="community_limit_window"
            )
        ]
        indexes = [models.Index(fields=["window"], name="community_limit_old")]
