"""The list of things that campaigns share (共享资源)."""

from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy
from django_tables2 import Column, Table

from hefu.apps.campaigns.models import Resource
from hefu.surfaces.desk.columns import WordColumn
from hefu.surfaces.desk.shown import NOTHING
from hefu.surfaces.desk.tables_codes import WIDE, NumberColumn


class ResourcesTable(Table):  # type: ignore[misc]  # django-tables2 has no types
    """Shared things with how many there are."""

    name = Column(attrs=WIDE, verbose_name=pgettext_lazy("thing", "Name"))
    kind = WordColumn(words=dict(Resource.Kind.choices), verbose_name=_("Kind"))
    place = Column(attrs=WIDE, verbose_name=_("Where it is"))
    capacity = NumberColumn(verbose_name=_("How many there are"))

    class Meta:
        model = Resource
        fields = ("name", "kind", "place", "capacity")
        attrs = {"caption": _("Shared things")}
        default = NOTHING
