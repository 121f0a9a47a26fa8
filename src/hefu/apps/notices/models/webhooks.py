"""Webhooks (事件推送): addresses of a brand's own systems, and what was sent to them."""

from django.db import models
from django.utils.translation import gettext_lazy as _

from hefu.apps.accounts.fields import SealedTextField
from hefu.apps.accounts.models import Brand


class Endpoint(models.Model):
    """An address that hears of a brand's events."""

    class State(models.TextChoices):
        """Whether it hears of them now."""

        ACTIVE = "active", _("in use")
        PAUSED = "paused", _("paused")  # what happens meanwhile waits
        OFF = "off", _("switched off")  # failed for days; what happens meanwhile is not kept

    brand = models.ForeignKey(Brand, models.PROTECT, related_name="+")
    name = models.CharField(_("name"), max_length=80)
    address = models.CharField(_("address"), max_length=500)
    events = models.JSONField(default=list)  # public names; empty: every event, new ones too
    secret = SealedTextField()
    old_secret = SealedTextField(blank=True, default="")  # valid beside the new one for a while
    old_until = models.DateTimeField(null=True)
    state = models.CharField(_("state"), max_length=6, choices=State.choices, default=State.ACTIVE)
    failing_since = models.DateTimeField(_("failing since"), null=True)  # nothing taken since then
    failures = models.PositiveIntegerField(default=0)  # in a row
    held_until = models.DateTimeField(null=True)  # after a failure nobody calls until then
    taken_at = models.DateTimeField(_("last taken"), null=True)
    created_by_id = models.BigIntegerField(null=True)
    created_at = models.DateTimeField(_("made"))

    class Meta:
        verbose_name = _("webhook")
        verbose_name_plural = _("webhooks")
        indexes = [models.Index(fields=["brand", "state"], name="notices_endpoint_of")]

    def __str__(self) -> str:
        return self.name


class Dispatch(models.Model):
    """One event on its way to one address; the same ID and body however often it is sent."""

    class State(models.TextChoices):
        """What became of it."""

        WAITING = "waiting", _("waiting")
        TAKEN = "taken", _("taken")
        DEAD = "dead", _("given up")

    endpoint = models.ForeignKey(Endpoint, models.CASCADE, related_name="dispatches")
    key = models.CharField(max_length=40, unique=True)  # webhook-id
    type = models.CharField(_("event"), max_length=80)  # public name
    version = models.PositiveSmallIntegerField(default=1)
    payload = models.JSONField(default=dict)  # the event's own fields; empty once forgotten
    body = SealedTextField(blank=True, default="")  # as first sent; empty once forgotten
    state = models.CharField(_("state"), max_length=7, choices=State.choices, default=State.WAITING)
    turn = models.PositiveIntegerField(default=0)  # raised whenever it is queued: older ones lapse
    tries = models.PositiveSmallIntegerField(_("tries"), default=0)  # since it was queued last
    reason = models.CharField(_("reason"), max_length=60, blank=True)  # of the last failure
    happened_at = models.DateTimeField(_("happened"))
    queued_at = models.DateTimeField()  # the first time, or when it was put back
    taken_at = models.DateTimeField(_("taken"), null=True)

    class Meta:
        verbose_name = _("webhook message")
        verbose_name_plural = _("webhook messages")
        indexes = [
            models.Index(fields=["endpoint", "happened_at"], name="notices_dispatch_when"),
            models.Index(fields=["happened_at"], name="notices_dispatch_old"),
        ]


class Attempt(models.Model):
    """One try to hand a message over."""

    dispatch = models.ForeignKey(Dispatch, models.CASCADE, related_name="attempts")
    at = models.DateTimeField()
    status = models.PositiveSmallIntegerField(null=True)  # of HTTP, where there was an answer
    reason = models.CharField(max_length=60, blank=True)  # empty: taken
    took_ms = models.PositiveIntegerField(null=True)
