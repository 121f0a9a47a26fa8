"""Single units (单品) and what was seen of them; marks say the same of whole ranges."""

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from hefu.apps.accounts.models import Brand, Organisation
from hefu.apps.identity.models.issue import Batch
from hefu.apps.network.models import Channel


class Unit(models.Model):
    """One physical thing with a code; the row is made when it is first touched."""

    brand = models.ForeignKey(Brand, models.PROTECT, related_name="units")
    # the unique key on (batch, serial) is the index of the batch
    batch = models.ForeignKey(Batch, models.PROTECT, related_name="units", db_index=False)
    serial = models.BigIntegerField()
    scan_count = models.PositiveIntegerField(_("times checked"), default=0)
    first_scan_at = models.DateTimeField(_("first checked at"), null=True)
    first_scan_region = models.CharField(max_length=6, blank=True)  # GB/T 2260
    last_scan_at = models.DateTimeField(_("last checked at"), null=True)
    suspicious_at = models.DateTimeField(null=True)  # first time a rule said so

    class Meta:
        verbose_name = _("unit")
        verbose_name_plural = _("units")
        constraints = [
            models.UniqueConstraint(fields=["batch", "serial"], name="identity_unit_serial")
        ]


class Mark(models.Model):
    """A fact about serials ``first .. first + count - 1`` of a batch: printed, shipped, void ...

    A single unit is a mark of count 1. Never changed but for ``lifted_at`` (unfrozen, found).
    """

    class Kind(models.TextChoices):
        """Stations of a unit's life, and the exceptions to it."""

        PRINTED = "printed", _("printed")
        COMMISSIONED = "commissioned", _("commissioned")
        SHIPPED = "shipped", _("shipped")
        VOID = "void", _("void")
        LOST = "lost", _("lost")
        FROZEN = "frozen", _("frozen")
        RECALLED = "recalled", _("recalled")

    brand = models.ForeignKey(Brand, models.PROTECT, related_name="+", db_index=False)
    batch = models.ForeignKey(Batch, models.PROTECT, related_name="marks", db_index=False)
    kind = models.CharField(_("kind"), max_length=12, choices=Kind.choices)
    first = models.BigIntegerField()
    count = models.BigIntegerField()
    single = models.BooleanField(default=False)  # count == 1: looked up by serial, not cached
    channel = models.ForeignKey(Channel, models.PROTECT, null=True, related_name="+")
    organisation = models.ForeignKey(Organisation, models.PROTECT, null=True, related_name="+")
    region = models.CharField(_("region"), max_length=6, blank=True)  # GB/T 2260, where it went
    reason = models.CharField(_("reason"), max_length=200, blank=True)
    at = models.DateTimeField()
    lifted_at = models.DateTimeField(null=True)

    class Meta:
        verbose_name = _("mark")
        verbose_name_plural = _("marks")
        indexes = [
            models.Index(fields=["batch", "single", "first"], name="identity_mark_where"),
            models.Index(fields=["brand", "kind", "at"], name="identity_mark_kind"),
        ]
        constraints = [models.CheckConstraint(condition=Q(count__gt=0), name="identity_mark_count")]


class ExternalSerial(models.Model):
    """A number somebody else gave the unit: IMEI, maker's serial number, GTIN with serial."""

    class Kind(models.TextChoices):
        """R091; the values of ``core.codes.ExternalKind``."""

        IMEI = "imei", "IMEI"
        SERIAL_NUMBER = "serial_number", _("maker's serial number")
        GTIN_SERIAL = "gtin_serial", "GTIN + S/N"

    brand = models.ForeignKey(Brand, models.PROTECT, related_name="+")
    unit = models.ForeignKey(Unit, models.PROTECT, related_name="external_serials")
    kind = models.CharField(max_length=14, choices=Kind.choices)
    value = models.CharField(max_length=60)
    linked_at = models.DateTimeField()
    unlinked_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["brand", "kind", "value"], condition=Q(unlinked_at__isnull=True),
                name="identity_external_live",
            )
        ]  # fmt: skip


class Containment(models.Model):
    """``child`` is in ``parent`` (unit in carton, part in unit) from a time until another."""

    brand = models.ForeignKey(Brand, models.PROTECT, related_name="+")
    parent = models.ForeignKey(Unit, models.PROTECT, related_name="contents")
    child = models.ForeignKey(Unit, models.PROTECT, related_name="places")
    since = models.DateTimeField()
    until = models.DateTimeField(null=True)
    reason = models.CharField(max_length=120, blank=True)
    left_because = models.CharField(max_length=120, blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["child"], condition=Q(until__isnull=True), name="identity_one_live_parent"
            ),
            models.CheckConstraint(
                condition=~Q(parent=models.F("child")), name="identity_not_in_itself"
            ),
        ]


class Scan(models.Model):
    """Somebody looked at a code; append-only. No address, no position: keyed marks and a region.

    Written by the thousand, in the transaction that made the unit's row: the database need not
    check again that brand and unit exist (units and brands are never deleted).
    """

    brand = models.ForeignKey(
        Brand, models.PROTECT, related_name="+", db_index=False, db_constraint=False
    )
    unit = models.ForeignKey(
        Unit, models.PROTECT, related_name="scans", db_index=False, db_constraint=False
    )
    at = models.DateTimeField()
    region = models.CharField(max_length=6, blank=True)  # GB/T 2260, city at the finest
    device_key = models.CharField(max_length=16, blank=True)
    address_key = models.CharField(max_length=16, blank=True)
    verdict = models.CharField(max_length=20)
    surface = models.CharField(max_length=12)

    class Meta:
        verbose_name = _("scan")
        verbose_name_plural = _("scans")
        indexes = [
            models.Index(fields=["unit", "at"], name="identity_scan_unit"),
            models.Index(fields=["brand", "at"], name="identity_scan_when"),
        ]


class GuessAlarm(models.Model):
    """Too many unknown codes from one place: somebody may be guessing."""

    class Scope(models.TextChoices):
        """What the limit counted."""

        ADDRESS = "address", _("one network address")
        DEVICE = "device", _("one device")
        GLOBAL = "global", _("everywhere")

    scope = models.CharField(max_length=8, choices=Scope.choices)
    source_key = models.CharField(max_length=32, blank=True)  # keyed, never the address itself
    misses = models.PositiveIntegerField()
    raised_at = models.DateTimeField()
    hour = models.DateTimeField()  # one alarm per source and hour

    class Meta:
        verbose_name = _("guessing alarm")
        verbose_name_plural = _("guessing alarms")
        constraints = [
            models.UniqueConstraint(
                fields=["scope", "source_key", "hour"], name="identity_alarm_once"
            )
        ]
