"""Sales channels: the table behind the channel characters of a code (jd = 京东)."""

from django.db import models
from django.utils.translation import gettext_lazy as _

from hefu.apps.accounts.models import Brand, Organisation


class Channel(models.Model):
    """A way to market; a batch or shipment is bound to one, sometimes only when it ships."""

    class Kind(models.TextChoices):
        """R089: the five kinds of the source, and others."""

        OWN_STORE = "own_store", _("own store")
        OWN_SITE = "own_site", _("own web shop")
        FLAGSHIP = "flagship", _("flagship store on a marketplace")
        MARKETPLACE = "marketplace", _("marketplace")
        DEALER = "dealer", _("dealers and shops")
        OTHER = "other", _("other")

    brand = models.ForeignKey(Brand, models.PROTECT, related_name="channels")
    code = models.CharField(_("code"), max_length=8)  # canonical: lower case
    name = models.CharField(_("name"), max_length=60)
    kind = models.CharField(_("kind"), max_length=12, choices=Kind.choices)
    organisation = models.ForeignKey(
        Organisation, models.PROTECT, null=True, blank=True, related_name="channels"
    )
    region = models.CharField(_("region"), max_length=6, blank=True)  # GB/T 2260, where it sells
    active = models.BooleanField(_("in use"), default=True)

    class Meta:
        verbose_name = _("channel")
        verbose_name_plural = _("channels")
        constraints = [
            models.UniqueConstraint(fields=["brand", "code"], name="network_channel_code")
        ]

    def __str__(self) -> str:
        return self.name
