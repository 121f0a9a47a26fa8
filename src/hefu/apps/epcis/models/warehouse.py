"""The warehouse (仓库): cartons and pallets by SSCC, what lies in them, outbound files."""

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from hefu.apps.accounts.models import Brand, Organisation
from hefu.apps.identity.models import Batch


class LogisticUnit(models.Model):
    """A carton or pallet that bears an SSCC; a carton may lie on a pallet, once at a time."""

    brand = models.ForeignKey(Brand, models.PROTECT, related_name="+")
    sscc = models.CharField("SSCC", max_length=18)
    parent = models.ForeignKey("self", models.PROTECT, null=True, related_name="children")
    version = models.PositiveIntegerField(default=0)  # grows with every change of its contents
    created_at = models.DateTimeField()

    class Meta:
        verbose_name = _("logistic unit")
        verbose_name_plural = _("logistic units")
        constraints = [
            models.UniqueConstraint(fields=["brand", "sscc"], name="epcis_logistic_sscc"),
            models.CheckConstraint(condition=~Q(parent=models.F("id")), name="epcis_not_on_itself"),
        ]


class Packing(models.Model):
    """One row per batch; whoever packs of a batch changes it first, so packers take turns."""

    batch = models.OneToOneField(Batch, models.PROTECT, primary_key=True, related_name="+")
    version = models.PositiveBigIntegerField(default=0)


class Content(models.Model):
    """Serials of a batch lie in a carton from a time until another."""

    logistic_unit = models.ForeignKey(LogisticUnit, models.PROTECT, related_name="contents")
    batch = models.ForeignKey(Batch, models.PROTECT, related_name="+", db_index=False)
    first = models.BigIntegerField()
    count = models.BigIntegerField()
    since = models.DateTimeField()
    until = models.DateTimeField(null=True)

    class Meta:
        constraints = [models.CheckConstraint(condition=Q(count__gt=0), name="epcis_content_count")]
        indexes = [models.Index(fields=["batch", "first"], name="epcis_content_where")]


class Outbound(models.Model):
    """One file from a hand-held reader: what left the warehouse for whom."""

    brand = models.ForeignKey(Brand, models.PROTECT, related_name="+")
    file_name = models.CharField(max_length=200)
    sha256 = models.CharField(max_length=64)
    path = models.CharField(max_length=300)  # below the data folder
    job_id = models.BigIntegerField(null=True)
    shipped = models.PositiveIntegerField(default=0)
    repeated = models.PositiveIntegerField(default=0)
    refused = models.PositiveIntegerField(default=0)
    units = models.PositiveBigIntegerField(default=0)
    error_path = models.CharField(max_length=300, blank=True)
    created_at = models.DateTimeField()

    class Meta:
        verbose_name = _("outbound file")
        verbose_name_plural = _("outbound files")
        indexes = [models.Index(fields=["brand", "-created_at"], name="epcis_outbound_newest")]


class OutboundOrder(models.Model):
    """What left for an order so far; only moved by conditional UPDATEs, until it is closed."""

    brand = models.ForeignKey(Brand, models.PROTECT, related_name="+")
    number = models.CharField(_("order number"), max_length=60)
    cartons = models.PositiveIntegerField(default=0)
    units = models.PositiveBigIntegerField(default=0)
    closed_at = models.DateTimeField(null=True)
    difference = models.CharField(max_length=200, blank=True)  # why it was closed all the same

    class Meta:
        verbose_name = _("outbound order")
        verbose_name_plural = _("outbound orders")
        constraints = [
            models.UniqueConstraint(fields=["brand", "number"], name="epcis_outbound_order")
        ]


class OutboundLine(models.Model):
    """A carton left for an order; told twice it left once, decided by the unique key."""

    brand = models.ForeignKey(Brand, models.PROTECT, related_name="+", db_index=False)
    outbound = models.ForeignKey(Outbound, models.PROTECT, null=True, related_name="lines")
    order = models.ForeignKey(OutboundOrder, models.PROTECT, related_name="lines")
    carton = models.CharField(_("carton"), max_length=80)  # SSCC, or our code
    organisation = models.ForeignKey(Organisation, models.PROTECT, related_name="+")
    units = models.PositiveBigIntegerField()
    warehouse = models.CharField(_("warehouse"), max_length=60, blank=True)
    at = models.DateTimeField()

    class Meta:
        verbose_name = _("outbound line")
        verbose_name_plural = _("outbound lines")
        constraints = [
            models.UniqueConstraint(fields=["order", "carton"], name="epcis_outbound_line_once")
        ]


class InboundLine(models.Model):
    """A carton or unit arrived somewhere; told twice for one paper it arrived once."""

    brand = models.ForeignKey(Brand, models.PROTECT, related_name="+", db_index=False)
    paper = models.CharField(_("delivery note"), max_length=60)
    carton = models.CharField(_("carton"), max_length=80)  # SSCC, or our code
    organisation = models.ForeignKey(
        Organisation, models.PROTECT, null=True, related_name="+"
    )  # none: one of our own warehouses
    warehouse = models.CharField(_("warehouse"), max_length=60, blank=True)
    units = models.PositiveBigIntegerField()
    at = models.DateTimeField()

    class Meta:
        verbose_name = _("inbound line")
        verbose_name_plural = _("inbound lines")
        constraints = [
            models.UniqueConstraint(
                fields=["brand", "paper", "carton"], name="epcis_inbound_line_once"
            )
        ]
