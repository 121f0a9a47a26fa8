"""Orders (订单) of the brand's own mall, of its shops' counters, and imported from marketplaces.

An order keeps what it was priced with (cart, facts, instant, rule set hash, quote), so that every
refund is computed from the original and nothing has to be remembered elsewhere.
"""

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from hefu.apps.accounts.fields import SealedTextField
from hefu.apps.accounts.models import Brand


class Source(models.TextChoices):
    """Where the order was made."""

    MALL = "mall", _("own mall")
    COUNTER = "counter", _("shop counter")
    API = "api", _("own shop, by API")
    TAOBAO = "taobao", _("Taobao and Tmall")
    JD = "jd", _("JD")
    DOUYIN = "douyin", _("Douyin")
    SHOPIFY = "shopify", _("Shopify")


class OrderState(models.TextChoices):
    """Where the order stands; imported states are mapped to these."""

    OPEN = "open", _("waiting for payment")
    PAID = "paid", _("paid")
    SHIPPED = "shipped", _("shipped")
    DONE = "done", _("done")
    CANCELLED = "cancelled", _("cancelled")  # by somebody, or because its time was up
    REFUNDED = "refunded", _("refunded")  # nothing stays


class Order(models.Model):
    """One order; amounts are minor units of its currency.

    ``total`` is what is to be paid by all means; ``due`` of it in money. An imported order has no
    quote: its lines say what the marketplace says was paid.
    """

    brand = models.ForeignKey(Brand, models.PROTECT, related_name="orders", db_index=False)
    source = models.CharField(_("source"), max_length=10, choices=Source.choices)
    shop = models.CharField(_("shop"), max_length=80, blank=True)  # of the marketplace
    number = models.CharField(_("number"), max_length=64)  # text: 18 digits, leading zeros
    key = models.CharField(max_length=80, blank=True)  # whose wish: asked twice, ordered once
    channel = models.CharField(_("channel"), max_length=8, blank=True)  # network.Channel.code
    member_id = models.BigIntegerField(null=True)
    buyer_key = models.CharField(max_length=32, blank=True)  # keyed pseudonym, stable per brand
    state = models.CharField(_("state"), max_length=10, choices=OrderState.choices)
    currency = models.CharField(_("currency"), max_length=3)
    listed = models.BigIntegerField(_("before discounts"))
    discount = models.BigIntegerField(_("discount"), default=0)
    shipping = models.BigIntegerField(_("shipping"), default=0)
    tax = models.BigIntegerField(_("tax"), default=0)
    total = models.BigIntegerField(_("total"))
    due = models.BigIntegerField(_("due in money"), default=0)
    refunded = models.BigIntegerField(_("refunded"), default=0)
    region = models.CharField(_("region"), max_length=6, blank=True)  # GB/T 2260, province or finer
    #: why its goods are not sent yet though it is paid: ``group``, a group buy that is not formed
    waits_for = models.CharField(max_length=12, blank=True, default="")
    parcel = models.CharField(_("parcel"), max_length=80, blank=True)  # carrier and number, as told
    receiver = SealedTextField(_("receiver"), blank=True, default="")  # JSON: name, phone, address
    doubts = models.JSONField(default=list, blank=True)  # what does not add up, as stable codes
    ruleset = models.CharField(max_length=64, blank=True)  # hash of the rules it was priced by
    priced_at = models.DateTimeField(null=True)
    cart = models.JSONField(default=dict, blank=True)  # core.promotions documents
    facts = models.JSONField(default=dict, blank=True)
    quote = models.JSONField(default=dict, blank=True)
    terms = models.JSONField(default=dict, blank=True)  # core.promotions.Terms of its returns
    returned = models.JSONField(default=dict, blank=True)  # core.promotions.Returned so far
    returns_version = models.PositiveIntegerField(default=0)  # compare-and-swap of ``returned``
    placed_at = models.DateTimeField(_("placed at"))
    expires_at = models.DateTimeField(null=True)  # an open order of ours is released then
    paid_at = models.DateTimeField(_("paid at"), null=True)
    shipped_at = models.DateTimeField(_("shipped at"), null=True)
    ended_at = models.DateTimeField(null=True)
    ended_because = models.CharField(max_length=12, blank=True)  # services.sales.Because
    updated_at = models.DateTimeField()

    class Meta:
        verbose_name = _("order")
        verbose_name_plural = _("orders")
        constraints = [
            models.UniqueConstraint(
                fields=["brand", "source", "number"], name="orders_order_number"
            ),
            models.UniqueConstraint(
                fields=["brand", "key"], condition=~Q(key=""), name="orders_order_key"
            ),
        ]
        indexes = [
            models.Index(fields=["brand", "-placed_at", "-id"], name="orders_order_newest"),
            models.Index(
                fields=["member_id", "-placed_at"], condition=Q(member_id__isnull=False),
                name="orders_order_member",
            ),
            models.Index(
                fields=["brand", "buyer_key"], condition=~Q(buyer_key=""), name="orders_order_buyer"
            ),
            models.Index(
                fields=["expires_at"], condition=Q(state="open", expires_at__isnull=False),
                name="orders_order_due",
            ),
        ]  # fmt: skip

    def __str__(self) -> str:
        return self.number


class OrderLine(models.Model):
    """So many units of one article; ``net`` is what was paid for all of them."""

    order = models.ForeignKey(Order, models.PROTECT, related_name="lines", db_index=False)
    place = models.PositiveSmallIntegerField()  # from 0; a line of a quote has the same place
    line_no = models.CharField(max_length=64, blank=True)  # the marketplace's own number
    sku = models.CharField(_("sku"), max_length=64, blank=True)
    article_id = models.BigIntegerField(null=True)
    product_id = models.BigIntegerField(null=True)  # catalog.Product; None: not recognised
    title = models.CharField(_("title"), max_length=200)
    unit = models.BigIntegerField(_("price"))  # list price of one
    quantity = models.PositiveIntegerField(_("quantity"))
    net = models.BigIntegerField(_("paid"))
    cost = models.BigIntegerField(null=True)  # of one unit, when it was sold
    shown = models.JSONField(default=dict, blank=True)  # colour, size ... as the shop writes them
    returned = models.PositiveIntegerField(_("returned"), default=0)  # units
    #: when the buyer confirmed, for this purchase, that the seven-day right is excluded (law L21)
    excluded_at = models.DateTimeField(null=True)

    class Meta:
        verbose_name = _("order line")
        verbose_name_plural = _("order lines")
        constraints = [
            models.UniqueConstraint(fields=["order", "place"], name="orders_line_place"),
            models.CheckConstraint(
                condition=Q(returned__lte=models.F("quantity")), name="orders_line_returned"
            ),
        ]
        indexes = [
            models.Index(
                fields=["product_id"], condition=Q(product_id__isnull=False),
                name="orders_line_product",
            )
        ]  # fmt: skip
