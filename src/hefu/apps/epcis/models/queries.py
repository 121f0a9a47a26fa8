"""Queries with a name (具名查询), who subscribed to them, and what is on its way to whom."""

from django.db import models
from django.utils.translation import gettext_lazy as _

from hefu.apps.accounts.fields import SealedTextField
from hefu.apps.accounts.models import Brand


class NamedQuery(models.Model):
    """Parameters of the standard under a name."""

    brand = models.ForeignKey(Brand, models.PROTECT, related_name="+")
    name = models.CharField(_("name"), max_length=100)
    parameters = models.JSONField()
    created_at = models.DateTimeField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["brand", "name"], name="epcis_query_name")]


class Subscription(models.Model):
    """Whoever wants new events that match a query, at an address of theirs."""

    query = models.ForeignKey(NamedQuery, models.CASCADE, related_name="subscriptions")
    key = models.CharField(max_length=36, unique=True)
    address = models.CharField(max_length=500)
    secret = SealedTextField()
    created_at = models.DateTimeField()
    notified_at = models.DateTimeField(null=True)


class Push(models.Model):
    """One message of matching events for one subscriber; sent until it is taken."""

    subscription = models.ForeignKey(Subscription, models.CASCADE, related_name="pushes")
    key = models.CharField(max_length=60)  # stable, so that a receiver can tell a repetition
    events = models.JSONField()  # rows of events
    sent_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["subscription", "key"], name="epcis_push_once")
        ]
