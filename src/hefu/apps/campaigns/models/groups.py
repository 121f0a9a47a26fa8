"""Group buying (拼团): offers and their signed terms, groups, and who has a place in them.

A group is decided by its own row: ``held`` and ``paid`` are moved by conditional UPDATE only, and a
place, a person's one place per group and a person's limit are unique keys. Who changes a group
takes its row first, then places, orders, and the offer's row last.
"""

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from hefu.apps.accounts.models import Brand
from hefu.apps.campaigns.models.rules import Campaign


class OfferState(models.TextChoices):
    """Where an offer stands; whether groups can be opened is a question of its window, too."""

    DRAFT = "draft", _("draft")
    LIVE = "live", _("approved")
    STOPPED = "stopped", _("stopped")


class GroupOffer(models.Model):
    """One article at a group's price; ``document`` are the terms in force, of ``version``.

    The columns repeat what is asked for by the database. ``left + held + sold = pieces``: a group
    that opens takes the pieces of all its places.
    """

    brand = models.ForeignKey(Brand, models.PROTECT, related_name="+", db_index=False)
    campaign = models.ForeignKey(Campaign, models.PROTECT, related_name="+", db_index=False)
    code = models.SlugField(_("short name"), max_length=40)  # part of the page's address
    title = models.CharField(_("title"), max_length=120)
    sku = models.CharField(_("sku"), max_length=64)  # orders.Article of the brand
    state = models.CharField(_("state"), max_length=8, choices=OfferState.choices)
    version = models.PositiveIntegerField(default=0)  # of the terms in force; 0: none yet
    document = models.JSONField(default=dict)  # core.group_buying.GroupTerms
    per_person = models.PositiveSmallIntegerField(_("places per person"), default=1)
    pieces = models.PositiveBigIntegerField(_("pieces of the offer"), default=0)
    left = models.PositiveBigIntegerField(_("left"), default=0)
    held = models.PositiveBigIntegerField(_("in open groups"), default=0)
    sold = models.PositiveBigIntegerField(_("in formed groups"), default=0)
    starts_at = models.DateTimeField(_("starts at"))
    ends_at = models.DateTimeField(_("ends at"))
    stopped_at = models.DateTimeField(_("stopped at"), null=True, blank=True)
    stop_reason = models.CharField(_("why it was stopped"), max_length=200, blank=True)
    created_at = models.DateTimeField()

    class Meta:
        verbose_name = _("group buy")
        verbose_name_plural = _("group buys")
        constraints = [
            models.UniqueConstraint(fields=["brand", "code"], name="campaigns_groupoffer_code"),
            models.CheckConstraint(
                condition=Q(pieces=F("left") + F("held") + F("sold")),
                name="campaigns_groupoffer_adds_up",
            ),
        ]
        indexes = [
            models.Index(fields=["campaign", "-id"], name="campaigns_groupoffer_newest"),
            models.Index(fields=["brand", "sku"], name="campaigns_groupoffer_sku"),
        ]

    def __str__(self) -> str:
        return self.title


class OfferVersion(models.Model):
    """One wording of an offer's terms, with its public rules; approved, it is never changed."""

    class State(models.TextChoices):
        """Where it stands."""

        DRAFT = "draft", _("draft")
        ASKED = "asked", _("waiting for approval")
        SIGNED = "signed", _("approved")
        REPLACED = "replaced", _("replaced")

    offer = models.ForeignKey(
        GroupOffer, models.PROTECT, related_name="versions", db_index=False
    )  # fmt: skip
    number = models.PositiveIntegerField()
    state = models.CharField(max_length=8, choices=State.choices)
    document = models.JSONField()
    page = models.JSONField(default=dict)  # language -> text of the rules page
    content_hash = models.CharField(max_length=64)  # of both
    written_by = models.CharField(max_length=120)
    written_at = models.DateTimeField()
    approved_at = models.DateTimeField(null=True)

    class Meta:
        verbose_name = _("version")
        verbose_name_plural = _("versions")
        constraints = [
            models.UniqueConstraint(
                fields=["offer", "number"], name="campaigns_offerversion_number"
            ),
            models.UniqueConstraint(
                fields=["offer"], condition=Q(state__in=("draft", "asked")),
                name="campaigns_offerversion_open",
            ),
        ]  # fmt: skip


class GroupState(models.TextChoices):
    """Where a group stands."""

    WAITING = "waiting", _("waiting for its first payment")
    OPEN = "open", _("open")
    FORMED = "formed", _("formed")
    LAPSED = "lapsed", _("not formed")
    VOID = "void", _("never opened")  # who ordered first did not pay


class BuyingGroup(models.Model):
    """One group of people; ``token`` is its unguessable address. Price and size never change."""

    brand = models.ForeignKey(Brand, models.PROTECT, related_name="+", db_index=False)
    offer = models.ForeignKey(GroupOffer, models.PROTECT, related_name="groups", db_index=False)
    token = models.CharField(max_length=40, unique=True)
    key = models.CharField(max_length=80)  # whose wish: asked twice, opened once
    state = models.CharField(_("state"), max_length=8, choices=GroupState.choices)
    price = models.PositiveBigIntegerField(_("price"))
    size = models.PositiveSmallIntegerField(_("people"))
    held = models.PositiveSmallIntegerField(_("places not paid yet"), default=0)
    paid = models.PositiveSmallIntegerField(_("paid"), default=0)
    created_at = models.DateTimeField()
    opened_at = models.DateTimeField(_("opened at"), null=True)
    expires_at = models.DateTimeField(_("open until"), null=True)  # from the first payment on
    ended_at = models.DateTimeField(null=True)  # formed, lapsed or void

    class Meta:
        verbose_name = _("group")
        verbose_name_plural = _("groups")
        constraints = [
            models.UniqueConstraint(fields=["brand", "key"], name="campaigns_group_key"),
            models.CheckConstraint(
                condition=Q(size__gte=F("held") + F("paid")), name="campaigns_group_within"
            ),
            models.CheckConstraint(
                condition=~Q(state="formed") | Q(paid=F("size")), name="campaigns_group_whole"
            ),
        ]
        indexes = [
            models.Index(
                fields=["expires_at"], condition=Q(state="open"), name="campaigns_group_due"
            ),
            models.Index(
                fields=["id"], condition=Q(state="lapsed", paid__gt=0), name="campaigns_group_owing"
            ),
            models.Index(fields=["offer", "-id"], name="campaigns_group_newest"),
        ]  # fmt: skip

    def __str__(self) -> str:
        return f"{self.offer_id}:{self.pk}"


class PlaceState(models.TextChoices):
    """Where somebody's place in a group stands; only the first two are alive."""

    HELD = "held", _("to be paid")
    PAID = "paid", _("paid")
    FREED = "freed", _("given back")  # not paid in time, or cancelled before
    REFUNDED = "refunded", _("refunded")


class GroupPlace(models.Model):
    """One person's place in a group, with its order. ``slot`` counts a person's places from 1."""

    brand = models.ForeignKey(Brand, models.PROTECT, related_name="+", db_index=False)
    group = models.ForeignKey(BuyingGroup, models.PROTECT, related_name="places", db_index=False)
    offer = models.ForeignKey(GroupOffer, models.PROTECT, related_name="+", db_index=False)
    member_id = models.BigIntegerField()
    number = models.PositiveSmallIntegerField()  # 1 to the group's size
    slot = models.PositiveSmallIntegerField()  # 1 to the offer's limit per person
    state = models.CharField(_("state"), max_length=8, choices=PlaceState.choices)
    order_id = models.BigIntegerField(null=True)  # orders.Order; null within its own transaction
    created_at = models.DateTimeField()
    paid_at = models.DateTimeField(null=True)
    ended_at = models.DateTimeField(null=True)  # given back or refunded

    class Meta:
        verbose_name = _("place")
        verbose_name_plural = _("places")
        constraints = [
            models.UniqueConstraint(
                fields=["group", "number"], condition=Q(state__in=("held", "paid")),
                name="campaigns_place_number",
            ),
            models.UniqueConstraint(
                fields=["group", "member_id"], condition=Q(state__in=("held", "paid")),
                name="campaigns_place_person",
            ),
            models.UniqueConstraint(
                fields=["offer", "member_id", "slot"], condition=Q(state__in=("held", "paid")),
                name="campaigns_place_slot",
            ),
            models.UniqueConstraint(fields=["order_id"], name="campaigns_place_order"),
        ]  # fmt: skip
        indexes = [
            models.Index(fields=["group", "id"], name="campaigns_place_newest"),
            models.Index(fields=["member_id", "-id"], name="campaigns_place_whose"),
        ]

    def __str__(self) -> str:
        return f"{self.group_id}:{self.number}"
