"""The list of resolver links, with how often each type was used."""

from collections.abc import Mapping

from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext_lazy as _
from django_tables2 import A, Column, Table

from hefu.apps.catalog.models import ResolverLink
from hefu.surfaces.design.templatetags.hefu_design import badge
from hefu.surfaces.desk.forms_links import type_label
from hefu.surfaces.desk.lists import CODE, NUMBER
from hefu.surfaces.desk.shown import NOTHING

Counted = Mapping[tuple[str, str, str], int]


class LinksTable(Table):  # type: ignore[misc]  # django-tables2 has no types
    """Resolver links of the brand; ``counted`` has the uses by key and type."""

    place = Column(
        accessor="place", linkify=("desk:link", [A("pk")]), attrs=CODE, verbose_name=_("For"),
        order_by=("key_ai", "key_value", "qualifiers"),
    )  # fmt: skip
    link_type = Column(verbose_name=_("Leads to"))
    title = Column(verbose_name=_("Title"))
    href = Column(verbose_name=_("Target"), attrs={"td": {"class": "wide"}})
    language = Column(verbose_name=_("Language"))
    used = Column(
        accessor="pk", orderable=False, attrs=NUMBER, verbose_name=_("Followed in 30 days")
    )
    state = Column(accessor="withdrawn_at", verbose_name=_("State"), empty_values=())

    class Meta:
        model = ResolverLink
        fields = ("place", "link_type", "title", "href", "language", "used", "state")
        attrs = {"caption": _("Links of codes")}
        default = NOTHING

    def __init__(self, *args: object, counted: Counted, **about: object) -> None:
        super().__init__(*args, **about)
        self._counted = counted

    def render_link_type(self, value: str) -> str:
        """Say it."""
        return type_label(value)

    def value_link_type(self, value: str) -> str:
        """Export the standard's name."""
        return f"gs1:{value}"

    def render_used(self, record: ResolverLink) -> str:
        """How often the type was followed for this key; all keys together for a link of all."""
        return str(self.value_used(record))

    def value_used(self, record: ResolverLink) -> int:
        """The same, in exports."""
        return self._counted.get((record.key_ai, record.key_value, record.link_type), 0)

    def render_state(self, record: ResolverLink) -> SafeString:
        """In use, the default, or withdrawn."""
        if record.withdrawn_at:
            return badge(str(_("withdrawn")))
        used = badge(str(_("in use")), tone="good")
        if not record.default:
            return used
        return format_html("{} {}", used, badge(str(_("default")), tone="info"))

    def value_state(self, record: ResolverLink) -> str:
        """Export a word."""
        return "withdrawn" if record.withdrawn_at else "default" if record.default else "in_use"
