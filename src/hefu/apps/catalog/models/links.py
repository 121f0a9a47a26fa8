"""Where the codes of products lead (解析链接), and how often."""

from django.db import models
from django.utils.translation import gettext_lazy as _

from hefu.apps.accounts.models import Brand
from hefu.core.gs1.resolver import Place


class ResolverLink(models.Model):
    """Where a scan of an identified thing may lead (GS1 resolver).

    A place may hold variables, so that one row serves every unit of a product; ``key_value`` is
    empty for every key of the brand. Withdrawn links stay: the resolver says 410, not 404.
    """

    brand = models.ForeignKey(Brand, models.PROTECT, related_name="resolver_links")
    key_ai = models.CharField(max_length=4)
    key_value = models.CharField(max_length=90, blank=True)
    qualifiers = models.CharField(max_length=200, blank=True)  # e.g. /10/{lot}/21/{serial}
    link_type = models.CharField(_("link type"), max_length=40)  # a name of core.gs1.resolver
    href = models.CharField(_("target"), max_length=500)
    title = models.CharField(_("link title"), max_length=120)
    language = models.CharField(_("language"), max_length=5, blank=True)  # zh, zh-CN
    media_type = models.CharField(_("media type"), max_length=60, blank=True)
    context = models.CharField(_("context"), max_length=40, blank=True)
    default = models.BooleanField(_("default"), default=False)
    forward = models.BooleanField(_("pass the query on"), default=True)
    withdrawn_at = models.DateTimeField(null=True, blank=True)
    created_at = models.DateTimeField()
    updated_at = models.DateTimeField()

    class Meta:
        verbose_name = _("resolver link")
        verbose_name_plural = _("resolver links")
        constraints = [
            models.UniqueConstraint(
                fields=["brand", "key_ai", "key_value", "qualifiers", "link_type", "language",
                        "media_type", "context", "href"],
                name="catalog_resolverlink_once",
            ),
        ]  # fmt: skip
        indexes = [
            models.Index(
                fields=["key_ai", "key_value", "qualifiers"], name="catalog_resolverlink_place"
            )
        ]

    def __str__(self) -> str:
        return f"{self.link_type} {self.place}"

    @property
    def place(self) -> Place:
        """What the link is for."""
        return Place(key_ai=self.key_ai, key_value=self.key_value, qualifiers=self.qualifiers)


class LinkCount(models.Model):
    """How often a link type of a key was followed, or asked for in vain, on one business day."""

    brand = models.ForeignKey(Brand, models.PROTECT, related_name="+")
    day = models.DateField()
    key_ai = models.CharField(max_length=4)
    key_value = models.CharField(max_length=90)
    link_type = models.CharField(max_length=40)
    followed = models.PositiveBigIntegerField(default=0)
    missing = models.PositiveBigIntegerField(default=0)

    class Meta:
        verbose_name = _("link count")
        verbose_name_plural = _("link counts")
        constraints = [
            models.UniqueConstraint(
                fields=["brand", "day", "key_ai", "key_value", "link_type"],
                name="catalog_linkcount_cell",
            )
        ]
