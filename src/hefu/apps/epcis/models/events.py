"""The event repository (事件库): one row per event, and a look-up table of what it names."""

from django.db import models
from django.utils.translation import gettext_lazy as _

from hefu.apps.accounts.models import Brand, Organisation
from hefu.apps.identity.models import Batch


class Capture(models.Model):
    """A document on its way into the repository; the work is done by a job."""

    class Behaviour(models.TextChoices):
        """What an error does to the rest of the document."""

        ROLLBACK = "rollback", _("nothing is kept")
        PROCEED = "proceed", _("the other events are kept")

    brand = models.ForeignKey(Brand, models.PROTECT, related_name="+", db_index=False)
    key = models.CharField(max_length=36, unique=True)  # the capture ID that others see
    job_id = models.BigIntegerField(null=True)
    behaviour = models.CharField(max_length=8, choices=Behaviour.choices)
    path = models.CharField(max_length=300)  # one event per line, below the data folder
    total = models.PositiveIntegerField()
    stored = models.PositiveIntegerField(default=0)
    repeated = models.PositiveIntegerField(default=0)
    refused = models.PositiveIntegerField(default=0)
    errors = models.JSONField(default=list)  # the first of them, with reasons
    created_at = models.DateTimeField()
    finished_at = models.DateTimeField(null=True)

    class Meta:
        verbose_name = _("capture")
        verbose_name_plural = _("captures")
        indexes = [models.Index(fields=["brand", "-id"], name="epcis_capture_newest")]


class Event(models.Model):
    """One event as it was told. Never changed and never deleted; a correction is a new event.

    ``event_id`` is unique but for an error declaration, which repeats the event it takes back.
    """

    brand = models.ForeignKey(Brand, models.PROTECT, related_name="+", db_index=False)
    capture = models.ForeignKey(Capture, models.PROTECT, null=True, related_name="events")
    own = models.BooleanField(default=False)  # told by Hefu of what Hefu did
    kind = models.CharField(_("type"), max_length=300)  # ObjectEvent ...
    event_id = models.CharField(max_length=500)
    hash = models.CharField(max_length=64)  # SHA-256 of its content (CBV 2.0, 8.9)
    declared = models.BooleanField(default=False)  # an error declaration
    event_at = models.DateTimeField(_("happened at"))
    recorded_at = models.DateTimeField(_("recorded at"))
    action = models.CharField(max_length=7, blank=True)
    biz_step = models.CharField(max_length=300, blank=True)  # bare name, or another's URI
    disposition = models.CharField(max_length=300, blank=True)
    read_point = models.CharField(max_length=500, blank=True)  # canonical
    biz_location = models.CharField(max_length=500, blank=True)
    context = models.TextField(blank=True)  # JSON; empty: the standard's alone
    body = models.TextField()  # JSON, as told
    applied_at = models.DateTimeField(null=True)  # when it changed our units; each event once

    class Meta:
        verbose_name = _("event")
        verbose_name_plural = _("events")
        constraints = [
            models.UniqueConstraint(
                fields=["brand", "event_id", "declared"], name="epcis_event_id"
            ),
            models.UniqueConstraint(fields=["brand", "hash", "declared"], name="epcis_event_hash"),
        ]
        indexes = [
            models.Index(fields=["brand", "event_at"], name="epcis_event_when"),
            models.Index(fields=["brand", "recorded_at"], name="epcis_event_recorded"),
            models.Index(fields=["brand", "biz_step", "event_at"], name="epcis_event_step"),
            models.Index(fields=["brand", "read_point"], name="epcis_event_read_point"),
            models.Index(fields=["brand", "biz_location"], name="epcis_event_location"),
        ]


class Term(models.Model):
    """Something that an event names: a thing, a class, a paper, a party; canonical."""

    brand = models.ForeignKey(
        Brand, models.PROTECT, related_name="+", db_index=False, db_constraint=False
    )
    event = models.ForeignKey(Event, models.PROTECT, related_name="terms", db_constraint=False)
    name = models.CharField(max_length=300)  # epc, child, parent, class, bizTransaction_po ...
    value = models.CharField(max_length=500, blank=True)
    number = models.FloatField(null=True)  # quantities

    class Meta:
        indexes = [
            models.Index(fields=["value", "name"], name="epcis_term_value"),
            models.Index(fields=["brand", "name", "value"], name="epcis_term_name"),
        ]


class Fact(models.Model):
    """A value of a field of others (extension, ILMD ...) or of a sensor, to be looked up by.

    ``field`` names area and field (``rows.field_key``), so that a row stays small.
    """

    brand = models.ForeignKey(
        Brand, models.PROTECT, related_name="+", db_index=False, db_constraint=False
    )
    event = models.ForeignKey(Event, models.PROTECT, related_name="facts", db_constraint=False)
    field = models.BigIntegerField()
    text = models.CharField(max_length=120, null=True)  # noqa: DJ001  (none: it holds fields)
    number = models.FloatField(null=True)
    at = models.DateTimeField(null=True)

    class Meta:
        indexes = [
            models.Index(fields=["brand", "field", "text"], name="epcis_fact_text"),
            models.Index(
                fields=["brand", "field", "number"], name="epcis_fact_number",
                condition=models.Q(number__isnull=False),
            ),
            models.Index(
                fields=["brand", "field", "at"], name="epcis_fact_at",
                condition=models.Q(at__isnull=False),
            ),
        ]  # fmt: skip


class Span(models.Model):
    """An event is about serials ``first .. first + count - 1`` of our batch, unnamed one by one."""

    event = models.ForeignKey(Event, models.PROTECT, related_name="spans")
    batch = models.ForeignKey(Batch, models.PROTECT, related_name="+", db_index=False)
    first = models.BigIntegerField()
    count = models.BigIntegerField()

    class Meta:
        indexes = [models.Index(fields=["batch", "first"], name="epcis_span_where")]


class Party(models.Model):
    """Who stands behind a location or party number (GLN) in other people's events."""

    brand = models.ForeignKey(Brand, models.PROTECT, related_name="+")
    identifier = models.CharField(max_length=500)  # canonical
    organisation = models.ForeignKey(Organisation, models.PROTECT, related_name="+")

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["brand", "identifier"], name="epcis_party_identifier")
        ]


class Applied(models.Model):
    """What another's event did to our units; Hefu does not tell of it again."""

    event = models.ForeignKey(Event, models.PROTECT, related_name="effects")
    deed = models.CharField(max_length=120, blank=True)  # "identity.mark:42"
    note = models.CharField(max_length=200, blank=True)  # why nothing was changed

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["deed"], condition=~models.Q(deed=""), name="epcis_applied_deed"
            )
        ]
