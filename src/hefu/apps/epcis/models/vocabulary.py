"""Master data of others (主数据): what captured documents say about places, products and parties.

The last document that names an element says all there is about it: its attributes and its children.
"""

from django.db import models

from hefu.apps.accounts.models import Brand


class VocabularyAttribute(models.Model):
    """An attribute of an element; ``attribute`` is its name's key (``rows.field_key``)."""

    brand = models.ForeignKey(Brand, models.PROTECT, related_name="+", db_index=False)
    element = models.CharField(max_length=500)  # canonical
    attribute = models.BigIntegerField()
    text = models.CharField(max_length=120, null=True)  # noqa: DJ001  (none: it holds fields)

    class Meta:
        indexes = [
            models.Index(fields=["brand", "attribute", "text"], name="epcis_attribute_value"),
            models.Index(fields=["brand", "element"], name="epcis_attribute_element"),
        ]


class VocabularyChild(models.Model):
    """An element lies directly below another: a shelf in a shop, a dock of a warehouse."""

    brand = models.ForeignKey(Brand, models.PROTECT, related_name="+", db_index=False)
    parent = models.CharField(max_length=500)  # canonical
    child = models.CharField(max_length=500)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["brand", "parent", "child"], name="epcis_vocabulary_child"
            )
        ]


class VocabularyTurn(models.Model):
    """One row per brand; whoever writes its master data changes it first, so writers take turns."""

    brand = models.OneToOneField(Brand, models.PROTECT, primary_key=True, related_name="+")
    version = models.PositiveBigIntegerField(default=0)
