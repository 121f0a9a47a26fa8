"""Flash sales (秒杀): a limited stock at a price for a while, and who has reserved what of it.

``left + held + paid = initial`` holds in every committed state. Who changes a reservation takes the
sale's row first, so that the row's lock puts all of them in one order.
"""

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from hefu.apps.accounts.models import Brand


class FlashSale(models.Model):
    """One article at one price; its counters are moved by conditional UPDATE only."""

    brand = models.ForeignKey(Brand, models.PROTECT, related_name="flash_sales", db_index=False)
    code = models.SlugField(_("short name"), max_length=40)  # part of the page's address
    title = models.CharField(_("title"), max_length=120)
    title_en = models.CharField(_("English title"), max_length=120, blank=True)
    sku = models.CharField(_("sku"), max_length=64, blank=True)  # orders.Article of the brand
    price = models.PositiveBigIntegerField(_("price"))  # minor units of the currency, of one piece
    currency = models.CharField(_("currency"), max_length=3, default="CNY")
    initial = models.PositiveBigIntegerField(_("pieces for sale"))
    left = models.PositiveBigIntegerField(_("left"))
    held = models.PositiveBigIntegerField(
        pgettext_lazy("pieces of a flash sale", "held"), default=0
    )
    paid = models.PositiveBigIntegerField(_("paid"), default=0)
    arrivals = models.PositiveBigIntegerField(default=0)  # the last number given to a reservation
    per_person = models.PositiveSmallIntegerField(_("pieces per person"), default=1)
    hold_minutes = models.PositiveIntegerField(_("minutes to pay"), default=15)
    expected_people = models.PositiveIntegerField(_("people expected"), default=0)  # 0: not said
    expected_per_second = models.PositiveIntegerField(_("arrivals per second"), default=0)
    rehearsal = models.BooleanField(default=False)  # of a load test: seen by nobody, sells nothing
    starts_at = models.DateTimeField(_("starts at"))
    ends_at = models.DateTimeField(_("ends at"))
    pay_url = models.URLField(_("where to pay"), max_length=300, blank=True)  # the brand's own shop
    killed_at = models.DateTimeField(_("stopped at"), null=True, blank=True)
    killed_why = models.CharField(_("why it was stopped"), max_length=200, blank=True)
    created_at = models.DateTimeField()
    changed_at = models.DateTimeField()  # compare-and-swap of the terms

    class Meta:
        verbose_name = _("flash sale")
        verbose_name_plural = _("flash sales")
        constraints = [
            models.UniqueConstraint(fields=["brand", "code"], name="campaigns_flashsale_code"),
            models.CheckConstraint(
                condition=Q(initial=F("left") + F("held") + F("paid")),
                name="campaigns_flashsale_adds_up",
            ),
            models.CheckConstraint(
                condition=Q(starts_at__lt=F("ends_at")), name="campaigns_flashsale_lasts"
            ),
            models.CheckConstraint(
                condition=Q(per_person__gte=1, hold_minutes__gte=1),
                name="campaigns_flashsale_possible",
            ),
        ]
        indexes = [
            models.Index(fields=["brand", "-starts_at"], name="campaigns_flashsale_newest")
        ]  # fmt: skip

    def __str__(self) -> str:
        return self.title


class ReservationState(models.TextChoices):
    """Where one reserved piece stands; only the first two are alive."""

    HELD = "held", pgettext_lazy("pieces of a flash sale", "held")
    PAID = "paid", _("paid")
    RELEASED = "released", _("given back")
    EXPIRED = "expired", _("not paid in time")


#: States that occupy a slot of the member and a piece of the stock.
LIVE = (ReservationState.HELD, ReservationState.PAID)


class Reservation(models.Model):
    """One piece set aside for one member. ``slot`` counts from 1: its key is the limit."""

    # no constraints: pieces are written under the lock of the sale's row, which therefore exists,
    # and checking that again for every piece would cost more than writing it
    brand = models.ForeignKey(
        Brand, models.PROTECT, related_name="+", db_index=False, db_constraint=False
    )
    sale = models.ForeignKey(
        FlashSale, models.PROTECT, related_name="reservations", db_index=False, db_constraint=False
    )
    member_id = models.BigIntegerField()
    slot = models.PositiveSmallIntegerField()
    arrival = models.PositiveBigIntegerField(_("arrival"))  # increases in order of arrival
    state = models.CharField(_("state"), max_length=8, choices=ReservationState.choices)
    surface = models.CharField(max_length=12)
    order_key = models.CharField(max_length=80, blank=True)  # "orders.order:17", or the shop's own
    reserved_at = models.DateTimeField(_("reserved at"))
    expires_at = models.DateTimeField(_("to be paid until"))
    ended_at = models.DateTimeField(null=True)  # paid, given back or run out

    class Meta:
        verbose_name = _("reservation")
        verbose_name_plural = _("reservations")
        constraints = [
            models.UniqueConstraint(
                fields=["sale", "member_id", "slot"], condition=Q(state__in=("held", "paid")),
                name="campaigns_reservation_slot",
            ),
            models.UniqueConstraint(
                fields=["sale", "arrival"], name="campaigns_reservation_arrival"
            ),
        ]  # fmt: skip
        indexes = [
            models.Index(
                fields=["expires_at"], condition=Q(state="held"), name="campaigns_reservation_due"
            ),
            models.Index(fields=["member_id", "-id"], name="campaigns_reservation_whose"),
        ]

    def __str__(self) -> str:
        return f"{self.sale_id}:{self.arrival}"
