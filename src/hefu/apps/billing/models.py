"""Contracts (合同), prepaid code-years (预付), what was metered, and invoices (账单).

Prices are hundredths of the currency's minor unit (``core.metering``), amounts are minor units.
Days are days of the operator's calendar (``settings.TIME_ZONE``).
"""

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from hefu.apps.accounts.models import Brand


class Operator(models.Model):
    """Who sends the invoices: one row; its counters give numbers without gaps."""

    name = models.CharField(_("name"), max_length=120)
    tax_number = models.CharField(_("tax number"), max_length=40, blank=True)
    address = models.CharField(_("address"), max_length=200, blank=True)
    contact = models.CharField(_("contact"), max_length=120, blank=True)
    bank = models.CharField(_("bank account"), max_length=200, blank=True)
    prefix = models.CharField(max_length=10, default="HF")  # of invoice numbers
    invoices = models.PositiveIntegerField(default=0)  # numbers given; moved by UPDATEs only
    contracts = models.PositiveIntegerField(default=0)  # the same; also orders who signs

    class Meta:
        verbose_name = _("operator")
        verbose_name_plural = _("operators")
        constraints = [
            models.CheckConstraint(condition=Q(pk=1), name="billing_operator_is_one"),
        ]

    def __str__(self) -> str:
        return self.name


class Contract(models.Model):
    """What a brand and the operator agreed on; of two of one brand no day is in both."""

    brand = models.ForeignKey(Brand, models.PROTECT, related_name="contracts")
    number = models.CharField(_("contract number"), max_length=40, unique=True)
    currency = models.CharField(_("currency"), max_length=3)
    code_price = models.PositiveIntegerField(_("price per code and year"))
    smart_price = models.PositiveIntegerField(_("price per smart code"), default=0)  # R104: free
    tax_bp = models.PositiveIntegerField(_("tax rate"))  # basis points, within the price
    from_on = models.DateField(_("from"))
    until_on = models.DateField(_("until"))  # the last day
    grace_days = models.PositiveSmallIntegerField(_("days of grace"))
    payment_days = models.PositiveSmallIntegerField(_("days to pay"), default=30)
    buyer = models.CharField(_("buyer"), max_length=120)
    buyer_tax_number = models.CharField(_("buyer's tax number"), max_length=40, blank=True)
    buyer_address = models.CharField(_("buyer's address"), max_length=200, blank=True)
    invoice_due_on = models.DateField(null=True)  # next draw; null: all of it was invoiced
    signed_at = models.DateTimeField(_("made at"))

    class Meta:
        verbose_name = _("contract")
        verbose_name_plural = _("contracts")
        constraints = [
            models.UniqueConstraint(fields=["brand", "from_on"], name="billing_contract_begins"),
            models.CheckConstraint(
                condition=Q(until_on__gte=F("from_on")), name="billing_contract_lasts"
            ),
            models.CheckConstraint(condition=Q(smart_price=0), name="billing_smart_codes_free"),
        ]
        indexes = [models.Index(fields=["invoice_due_on"], name="billing_contract_due")]

    def __str__(self) -> str:
        return self.number


class Block(models.Model):
    """Code-years bought ahead: used by the years that begin while it holds, oldest block first."""

    contract = models.ForeignKey(Contract, models.PROTECT, related_name="blocks")
    brand = models.ForeignKey(Brand, models.PROTECT, related_name="+", db_index=False)
    key = models.CharField(max_length=60, unique=True)  # the sale's; the same again is the same
    codes = models.PositiveBigIntegerField(_("codes"))
    years = models.PositiveSmallIntegerField(_("years"))
    left = models.PositiveBigIntegerField(_("left"))  # code-years; moved by UPDATEs only
    amount = models.PositiveBigIntegerField(_("amount"))  # minor units, tax included
    bought_on = models.DateField(_("bought on"))
    expires_on = models.DateField(_("usable until"))  # the last day
    invoice = models.ForeignKey("Invoice", models.PROTECT, null=True, related_name="blocks")
    sold_at = models.DateTimeField()

    class Meta:
        verbose_name = _("prepaid block")
        verbose_name_plural = _("prepaid blocks")
        constraints = [
            models.CheckConstraint(
                condition=Q(left__lte=F("codes") * F("years")), name="billing_block_not_refilled"
            ),
            models.CheckConstraint(
                condition=Q(expires_on__gte=F("bought_on")), name="billing_block_lasts"
            ),
        ]
        indexes = [models.Index(fields=["brand", "bought_on"], name="billing_block_oldest")]

    def __str__(self) -> str:
        return self.key


class Meter(models.Model):
    """The codes of one issued production order, and when their next year begins."""

    brand = models.ForeignKey(Brand, models.PROTECT, related_name="+", db_index=False)
    order_id = models.BigIntegerField(unique=True)
    issued_on = models.DateField()
    codes = models.PositiveBigIntegerField()
    years = models.PositiveSmallIntegerField(default=0)  # begun and looked at
    next_on = models.DateField(null=True)  # when the next one begins; null: ended
    ended_on = models.DateField(null=True)  # the brand wants no year that begins after this

    class Meta:
        verbose_name = _("meter")
        verbose_name_plural = _("meters")
        indexes = [
            models.Index(fields=["next_on"], name="billing_meter_due"),
            models.Index(fields=["brand", "issued_on"], name="billing_meter_brand"),
        ]


class Charge(models.Model):
    """One begun year of one order's codes; the unique key makes it once, whoever meters."""

    contract = models.ForeignKey(Contract, models.PROTECT, related_name="charges")
    brand = models.ForeignKey(Brand, models.PROTECT, related_name="+", db_index=False)
    order_id = models.BigIntegerField()
    order_number = models.CharField(_("order number"), max_length=40)
    batch = models.CharField(_("batch"), max_length=20)
    item_no = models.CharField(_("item number"), max_length=40)
    year = models.PositiveSmallIntegerField(_("year"))  # 1 begins with the issue
    starts_on = models.DateField(_("from"))
    ends_on = models.DateField(_("until"))
    codes = models.PositiveBigIntegerField(_("codes"))  # without those void before it began
    void = models.PositiveBigIntegerField(_("void"), default=0)
    prepaid = models.PositiveBigIntegerField(_("prepaid"), default=0)
    price = models.PositiveIntegerField(_("price"))
    invoice = models.ForeignKey("Invoice", models.PROTECT, null=True, related_name="charges")
    metered_at = models.DateTimeField()

    class Meta:
        verbose_name = _("charge")
        verbose_name_plural = _("charges")
        constraints = [
            models.UniqueConstraint(fields=["order_id", "year"], name="billing_charge_once"),
            models.CheckConstraint(
                condition=Q(prepaid__lte=F("codes")), name="billing_charge_prepaid"
            ),
        ]
        indexes = [
            models.Index(fields=["brand", "starts_on"], name="billing_charge_when"),
            models.Index(
                fields=["contract", "starts_on"], condition=Q(invoice__isnull=True),
                name="billing_charge_open",
            ),
        ]  # fmt: skip


class BlockUse(models.Model):
    """So many codes of a charge were covered by a block."""

    block = models.ForeignKey(Block, models.PROTECT, related_name="uses")
    charge = models.ForeignKey(Charge, models.PROTECT, related_name="uses")
    codes = models.PositiveBigIntegerField()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["block", "charge"], name="billing_blockuse_once")
        ]


class Invoice(models.Model):
    """An invoice or a credit note: ``content`` is all it says, ``sha256`` seals it.

    Never changed but for when it was paid; a mistake is put right by a credit note.
    """

    class Kind(models.TextChoices):
        """What the paper is."""

        INVOICE = "invoice", _("invoice")
        CREDIT = "credit", _("credit note")

    contract = models.ForeignKey(Contract, models.PROTECT, related_name="invoices")
    brand = models.ForeignKey(Brand, models.PROTECT, related_name="invoices", db_index=False)
    kind = models.CharField(_("kind"), max_length=8, choices=Kind.choices, default=Kind.INVOICE)
    seq = models.PositiveIntegerField(unique=True)  # of the operator: 1, 2, 3 ...
    number = models.CharField(_("invoice number"), max_length=30, unique=True)
    month = models.DateField(_("month"))  # its first day
    content = models.JSONField()
    sha256 = models.CharField(max_length=64)
    currency = models.CharField(max_length=3)
    gross = models.BigIntegerField(_("total"))  # minor units, tax included; below 0: a credit
    issued_on = models.DateField(_("issued on"))
    due_on = models.DateField(_("to be paid by"), null=True)
    issued_at = models.DateTimeField()
    paid_at = models.DateTimeField(_("paid at"), null=True)
    payment = models.CharField(_("payment"), max_length=80, blank=True)  # the bank's reference
    credits = models.ForeignKey("self", models.PROTECT, null=True, related_name="credit_notes")

    class Meta:
        verbose_name = _("invoice")
        verbose_name_plural = _("invoices")
        constraints = [
            models.UniqueConstraint(
                fields=["contract", "month"], condition=Q(kind="invoice"),
                name="billing_invoice_month",
            ),
            models.CheckConstraint(
                condition=Q(kind="invoice", credits__isnull=True, gross__gte=0)
                | Q(kind="credit", credits__isnull=False, gross__lte=0),
                name="billing_invoice_kind",
            ),
        ]  # fmt: skip
        indexes = [models.Index(fields=["brand", "-seq"], name="billing_invoice_newest")]

    def __str__(self) -> str:
        return self.number


class CreditedLine(models.Model):
    """A line of an invoice that a credit note took back; once."""

    invoice = models.ForeignKey(Invoice, models.PROTECT, related_name="credited_lines")
    line = models.PositiveIntegerField()  # counts from 1
    credit = models.ForeignKey(Invoice, models.PROTECT, related_name="+")

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["invoice", "line"], name="billing_line_credited_once")
        ]
