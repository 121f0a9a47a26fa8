"""Queries with a name (具名查询), who subscribed to them, and what is on its way to whom."""

from django.db import models
from django.utils.translation import gettext_lazy as _

from hefu.apps.accounts.fields import SealedTextField
from hefu.apps.accounts.models import Brand
from hefu.apps.epcis.models.events import Event


class NamedQuery(models.Model):
    """Parameters of the standard under a name."""

    brand = models.ForeignKey(Brand, models.PROTECT, related_name="+")
    name = models.CharField(_("name"), max_length=100)
    parameters = models.JSONField()
    created_at = models.DateTimeField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["brand", "name"], name="epcis_query_name")]


class Subscription(models.Model):
    """Whoever wants new events that match a query, at an address of theirs.

    Without a schedule they are sent as they come; with one they wait until it is due.
    """

    query = models.ForeignKey(NamedQuery, models.CASCADE, related_name="subscriptions")
    key = models.CharField(max_length=36, unique=True)
    address = models.CharField(max_length=500)
    secret = SealedTextField()
    created_at = models.DateTimeField()
    notified_at = models.DateTimeField(null=True)
    schedule = models.JSONField(default=dict)  # as the standard writes it; empty: as they come
    report_if_empty = models.BooleanField(default=False)
    initial_record_at = models.DateTimeField(null=True)  # what was recorded before is not sent
    ran_at = models.DateTimeField(null=True)  # when the schedule was due last and was run
    due_at = models.DateTimeField(null=True)  # when it is due next; moved by compare-and-swap

    class Meta:
        indexes = [models.Index(fields=["due_at"], name="epcis_subscription_due")]


class Waiting(models.Model):
    """An event that waits for the schedule of a subscription, or was sent with it lately."""

    subscription = models.ForeignKey(Subscription, models.CASCADE, related_name="waiting")
    event = models.ForeignKey(Event, models.PROTECT, related_name="+")
    sent_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["subscription", "event"], name="epcis_waiting_once")
        ]
        indexes = [
            models.Index(
                fields=["sent_at"], name="epcis_waiting_sent",
                condition=models.Q(sent_at__isnull=False),
            )
        ]  # fmt: skip


class Push(models.Model):
    """One message of matching events for one subscriber; sent until it is taken."""

    subscription = models.ForeignKey(Subscription, models.CASCADE, related_name="pushes")
    key = models.CharField(max_length=60)  # stable, so that a receiver can tell a repetition
    events = models.JSONField()  # rows of events, in the order in which they are told
    refusal = models.CharField(max_length=40, blank=True)  # code, if a problem is told instead
    sent_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["subscription", "key"], name="epcis_push_once")
        ]
