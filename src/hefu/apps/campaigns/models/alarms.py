"""What will be gone before its promotion ends (将告罄), as the clock last found it."""

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from hefu.apps.accounts.models import Brand


class Shortage(models.Model):
    """A budget, a number of uses or an article's stock that at today's pace does not last.

    There is one open row for each thing; it is closed when the pace falls or more is there.
    """

    class Kind(models.TextChoices):
        """What runs out."""

        BUDGET = "budget", _("budget or uses")
        GOODS = "goods", _("goods of a campaign")
        STOCK = "stock", _("stock")

    brand = models.ForeignKey(Brand, models.PROTECT, related_name="+", db_index=False)
    kind = models.CharField(max_length=6, choices=Kind.choices)
    #: the promotion's short name, the article's sku, of a campaign's goods "campaign: sku"
    subject = models.CharField(max_length=120)
    title = models.CharField(max_length=120)
    runs_out_at = models.DateTimeField()
    raised_at = models.DateTimeField()
    closed_at = models.DateTimeField(null=True)

    class Meta:
        verbose_name = _("shortage")
        verbose_name_plural = _("shortages")
        constraints = [
            models.UniqueConstraint(
                fields=["brand", "kind", "subject"], condition=Q(closed_at=None),
                name="campaigns_shortage_open",
            )
        ]  # fmt: skip
