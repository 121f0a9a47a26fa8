"""A unit in its owner's hands: activation (激活), hand-over, warranty facts, appeals."""

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from hefu.apps.accounts.fields import SealedTextField
from hefu.apps.accounts.models import Brand
from hefu.apps.catalog.models import Product
from hefu.apps.identity.models.units import Unit
from hefu.apps.members.models import Member
from hefu.apps.network.models import Channel


class Activation(models.Model):
    """A unit bound to a member; at most one is live per unit, decided by the unique key."""

    class Ending(models.TextChoices):
        """Why it ended."""

        TRANSFERRED = "transferred", _("handed over")
        RETURNED = "returned", _("returned")
        CORRECTED = "corrected", _("corrected after an appeal")

    brand = models.ForeignKey(Brand, models.PROTECT, related_name="activations", db_index=False)
    unit = models.ForeignKey(Unit, models.PROTECT, related_name="activations")
    member = models.ForeignKey(Member, models.PROTECT, related_name="activations", db_index=False)
    product = models.ForeignKey(Product, models.PROTECT, related_name="activations")
    channel = models.ForeignKey(Channel, models.PROTECT, null=True, related_name="activations")
    key = models.CharField(max_length=36, unique=True)  # the request's; a repeated one wins again
    at = models.DateTimeField(_("activated at"))
    region = models.CharField(_("region"), max_length=6, blank=True)  # GB/T 2260; "" = unknown
    region_from = models.CharField(max_length=8, blank=True)  # address, place, or nothing
    place = models.CharField(max_length=20, blank=True)  # "23.1,113.3": consented, about 10 km
    surface = models.CharField(max_length=12)
    agent = models.CharField(max_length=40, blank=True)  # browser family, no version
    ended_at = models.DateTimeField(null=True)
    ending = models.CharField(max_length=12, choices=Ending.choices, blank=True)

    class Meta:
        verbose_name = _("activation")
        verbose_name_plural = _("activations")
        constraints = [
            models.UniqueConstraint(
                fields=["unit"], condition=Q(ended_at__isnull=True), name="identity_activation_live"
            )
        ]
        indexes = [
            models.Index(fields=["brand", "at"], name="identity_activation_when"),
            models.Index(fields=["member", "-at"], name="identity_activation_member"),
        ]


class TransferOffer(models.Model):
    """The owner hands the unit over; whoever shows the code in time becomes the owner."""

    activation = models.ForeignKey(Activation, models.PROTECT, related_name="offers")
    code_key = models.CharField(max_length=32, unique=True)
    created_at = models.DateTimeField()
    expires_at = models.DateTimeField()
    taken_at = models.DateTimeField(null=True)


class WarrantyFact(models.Model):
    """What the warranty is computed from; facts are added, never changed (law L26)."""

    class Kind(models.TextChoices):
        """Stations of a warranty."""

        DELIVERED = "delivered", _("delivered")
        INSTALLED = "installed", _("installed")
        ACTIVATED = "activated", _("activated")
        REPAIR_IN = "repair_in", _("handed in for repair")
        REPAIR_OUT = "repair_out", _("back from repair")
        REPLACED = "replaced", _("replaced")

    brand = models.ForeignKey(Brand, models.PROTECT, related_name="+")
    unit = models.ForeignKey(Unit, models.PROTECT, related_name="warranty_facts")
    kind = models.CharField(max_length=12, choices=Kind.choices)
    on = models.DateField()
    evidence = models.CharField(max_length=200, blank=True)
    recorded_at = models.DateTimeField()

    class Meta:
        indexes = [models.Index(fields=["unit", "on"], name="identity_warranty_unit")]


class Appeal(models.Model):
    """Somebody holds a unit that another activated; answered by a person (oddity O19)."""

    class State(models.TextChoices):
        """Where the appeal stands."""

        OPEN = "open", _("open")
        UPHELD = "upheld", _("upheld")
        REJECTED = "rejected", _("rejected")

    brand = models.ForeignKey(Brand, models.PROTECT, related_name="appeals")
    unit = models.ForeignKey(Unit, models.PROTECT, related_name="appeals")
    member = models.ForeignKey(Member, models.PROTECT, related_name="appeals")
    text = SealedTextField()
    invoice_path = models.CharField(max_length=300, blank=True)  # below the data folder
    state = models.CharField(max_length=8, choices=State.choices, default=State.OPEN)
    created_at = models.DateTimeField()
    answer = models.CharField(max_length=500, blank=True)
    answered_by_id = models.BigIntegerField(null=True)
    answered_at = models.DateTimeField(null=True)

    class Meta:
        verbose_name = _("appeal")
        verbose_name_plural = _("appeals")
        constraints = [
            models.UniqueConstraint(
                fields=["unit", "member"],
                condition=Q(state="open"),
                name="identity_appeal_one_open",
            )
        ]
