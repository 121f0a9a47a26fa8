"""From the production order (生产订单) to the sealed file: keys, templates, batches, ranges."""

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from hefu.apps.accounts.fields import SealedTextField
from hefu.apps.accounts.models import Brand, Organisation
from hefu.apps.catalog.models import Product
from hefu.apps.network.models import Channel


class SealKey(models.Model):
    """A brand's master secret under a key id; burning it touches the batches sealed with it."""

    brand = models.ForeignKey(Brand, models.PROTECT, related_name="seal_keys")
    key_id = models.PositiveIntegerField()
    secret = SealedTextField()  # 64 hex characters
    created_at = models.DateTimeField()
    imported = models.BooleanField(default=False)  # brought by the brand, not made here
    burned_at = models.DateTimeField(null=True)
    burned_reason = models.CharField(max_length=200, blank=True)  # for staff

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["brand", "key_id"], name="identity_sealkey_id")
        ]


class CodeTemplate(models.Model):
    """How a maker prints codes (编码由厂家规定); a change is a new version."""

    brand = models.ForeignKey(Brand, models.PROTECT, related_name="code_templates")
    name = models.CharField(_("name"), max_length=60)
    version = models.PositiveIntegerField()
    segments = models.JSONField()  # see selectors.templates.build
    sample = models.CharField(_("sample"), max_length=60, blank=True)  # a code already in print
    length = models.PositiveSmallIntegerField()  # characters printed
    active = models.BooleanField(_("in use"), default=True)
    created_at = models.DateTimeField()

    class Meta:
        verbose_name = _("code template")
        verbose_name_plural = _("code templates")
        constraints = [
            models.UniqueConstraint(
                fields=["brand", "name", "version"], name="identity_template_version"
            )
        ]
        indexes = [models.Index(fields=["length"], name="identity_template_length")]

    def __str__(self) -> str:
        return f"{self.name} v{self.version}"


class Batch(models.Model):
    """One production batch; all its units are implied by its ranges and its key."""

    brand = models.ForeignKey(Brand, models.PROTECT, related_name="batches")
    product = models.ForeignKey(Product, models.PROTECT, related_name="batches")
    number = models.CharField(_("batch"), max_length=20)  # text: 01 is not 1
    produced_on = models.DateField(_("produced on"))
    planned = models.BigIntegerField(_("planned quantity"))
    ordered = models.BigIntegerField(default=0)  # by orders not refused; only moved by UPDATEs
    channel = models.ForeignKey(Channel, models.PROTECT, null=True, related_name="batches")
    reference = models.PositiveIntegerField(unique=True)  # 20 bits, random: counts nothing
    context = models.CharField(max_length=80, blank=True)  # Parsed.context of a maker's template
    key = models.ForeignKey(SealKey, models.PROTECT, related_name="batches")
    template = models.ForeignKey(CodeTemplate, models.PROTECT, null=True, related_name="batches")
    body_bits = models.PositiveSmallIntegerField(default=30)
    tag_bits = models.PositiveSmallIntegerField(default=30)
    inner = models.BooleanField(_("with inner codes"), default=False)
    next_serial = models.BigIntegerField(default=0)  # only ever grown by a conditional UPDATE
    created_at = models.DateTimeField()

    class Meta:
        verbose_name = _("batch")
        verbose_name_plural = _("batches")
        constraints = [
            models.UniqueConstraint(
                fields=["product", "produced_on", "number"], name="identity_batch_number"
            ),
            # two batches that seal under one context would print the same codes
            models.UniqueConstraint(
                fields=["brand", "context"], condition=~Q(context=""), name="identity_batch_context"
            ),
            models.CheckConstraint(
                condition=Q(next_serial__gte=0), name="identity_batch_serials_grow"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.product.model} {self.produced_on:%Y-%m-%d} {self.number}"


class ProductionOrder(models.Model):
    """An order for codes; the order number makes it idempotent, a second person releases it."""

    class State(models.TextChoices):
        """Where the order stands."""

        DRAFT = "draft", _("draft")
        WAITING = "waiting", _("waiting for approval")
        ISSUED = "issued", _("issued")
        REFUSED = "refused", _("refused")
        CLOSED = "closed", _("reconciled")

    brand = models.ForeignKey(Brand, models.PROTECT, related_name="production_orders")
    number = models.CharField(_("order number"), max_length=40)
    batch = models.ForeignKey(Batch, models.PROTECT, related_name="orders")
    quantity = models.BigIntegerField(_("quantity"))
    channel = models.ForeignKey(
        Channel, models.PROTECT, null=True, blank=True, related_name="production_orders"
    )
    supplier = models.ForeignKey(
        Organisation, models.PROTECT, null=True, blank=True, related_name="production_orders"
    )
    over_issue = models.BooleanField(_("beyond the plan"), default=False)
    state = models.CharField(_("state"), max_length=8, choices=State.choices, default=State.DRAFT)
    created_by_id = models.BigIntegerField(null=True)
    created_at = models.DateTimeField(_("created at"))
    issued_at = models.DateTimeField(_("issued at"), null=True)
    used = models.BigIntegerField(_("used"), null=True)  # told by the factory at closing
    void = models.BigIntegerField(_("void"), null=True)
    closed_at = models.DateTimeField(null=True)

    class Meta:
        verbose_name = _("production order")
        verbose_name_plural = _("production orders")
        constraints = [
            models.UniqueConstraint(fields=["brand", "number"], name="identity_order_number"),
            models.CheckConstraint(condition=Q(quantity__gt=0), name="identity_order_quantity"),
            models.CheckConstraint(
                condition=Q(closed_at__isnull=True) | Q(quantity=F("used") + F("void")),
                name="identity_order_reconciled",
            ),
        ]
        indexes = [
            models.Index(fields=["brand", "state", "-created_at"], name="identity_order_newest")
        ]

    def __str__(self) -> str:
        return self.number


class SerialRange(models.Model):
    """Serials ``first .. first + count - 1`` of a batch were issued; all that issuing writes."""

    batch = models.ForeignKey(Batch, models.PROTECT, related_name="ranges")
    order = models.ForeignKey(ProductionOrder, models.PROTECT, related_name="ranges")
    first = models.BigIntegerField()
    count = models.BigIntegerField()
    created_at = models.DateTimeField()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["batch", "first"], name="identity_range_first")
        ]


class Export(models.Model):
    """One file for the printer, made by a job, sealed by its hash."""

    class Format(models.TextChoices):
        """What printers and factories read."""

        CSV = "csv", "CSV"
        TXT = "txt", "TXT"
        ZPL = "zpl", "ZPL"
        PDF = "pdf", "PDF"
        SVG = "svg", "SVG (zip)"

    brand = models.ForeignKey(Brand, models.PROTECT, related_name="exports")
    order = models.ForeignKey(ProductionOrder, models.PROTECT, related_name="exports")
    format = models.CharField(_("format"), max_length=3, choices=Format.choices)
    job_id = models.BigIntegerField(null=True)
    path = models.CharField(max_length=300, blank=True)  # below the data folder
    codes = models.BigIntegerField(_("codes"), default=0)
    size = models.BigIntegerField(_("bytes"), default=0)
    sha256 = models.CharField(max_length=64, blank=True)  # empty until the file is whole
    created_at = models.DateTimeField()
    finished_at = models.DateTimeField(null=True)

    class Meta:
        verbose_name = _("export")
        verbose_name_plural = _("exports")


class Download(models.Model):
    """Somebody took an export away: who, when, which bytes."""

    export = models.ForeignKey(Export, models.PROTECT, related_name="downloads")
    user_id = models.BigIntegerField(null=True)
    by = models.CharField(max_length=120)
    sha256 = models.CharField(max_length=64)
    at = models.DateTimeField()
