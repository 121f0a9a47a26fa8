"""The lists of channels, partners, people, keys and the audit trail."""

from typing import Any

from django.utils.html import format_html
from django.utils.translation import gettext_lazy as _
from django_tables2 import A, Column, Table

from hefu.apps.accounts.models import ApiKey, Organisation, RoleChoices, User
from hefu.apps.audit.models import Entry
from hefu.apps.network.models import Channel
from hefu.surfaces.desk.columns import (
    SHORT,
    PlaceColumn,
    SurfaceColumn,
    WhenColumn,
    WordColumn,
    YesNoColumn,
)
from hefu.surfaces.desk.deeds import sentence_of
from hefu.surfaces.desk.lists import CODE
from hefu.surfaces.desk.shown import NOTHING
from hefu.surfaces.desk.tables_codes import NumberColumn


class ChannelsTable(Table):  # type: ignore[misc]  # django-tables2 has no types
    """Ways to market."""

    code = Column(attrs=CODE)
    name = Column(attrs=SHORT)
    kind = WordColumn()
    organisation = Column(accessor="organisation__name", verbose_name=_("Partner"), attrs=SHORT)
    region = PlaceColumn()
    active = YesNoColumn(yes=_("In use"), no=_("Retired"))

    class Meta:
        model = Channel
        fields = ("code", "name", "kind", "organisation", "region", "active")
        attrs = {"caption": _("Channels")}
        default = NOTHING


class PartnersTable(Table):  # type: ignore[misc]  # django-tables2 has no types
    """Distributors, retailers, suppliers, repair points."""

    code = Column(attrs=CODE)
    name = Column(attrs=SHORT)
    kind = WordColumn()
    region = PlaceColumn()

    class Meta:
        model = Organisation
        fields = ("code", "name", "kind", "region")
        attrs = {"caption": _("Partners")}
        default = NOTHING


class PeopleTable(Table):  # type: ignore[misc]  # django-tables2 has no types
    """Who may log in."""

    name = Column(linkify=("desk:person", [A("pk")]), attrs=SHORT)
    email = Column()
    role = WordColumn(words=dict(RoleChoices.choices))
    organisation = Column(accessor="organisation__name", verbose_name=_("Partner"), attrs=SHORT)
    second_factor = YesNoColumn(
        yes=_("Set up"), no=_("None"), accessor="totp_confirmed_at", empty_values=(),
        verbose_name=_("Second factor"),
    )  # fmt: skip
    is_active = YesNoColumn(yes=_("May sign in"), no=_("Closed"), verbose_name=_("Log-in"))

    class Meta:
        model = User
        fields = ("name", "email", "role", "organisation", "second_factor", "is_active")
        attrs = {"caption": _("People")}
        default = NOTHING


class ApiKeysTable(Table):  # type: ignore[misc]  # django-tables2 has no types
    """Keys of integrations."""

    name = Column(linkify=("desk:api_key", [A("pk")]))
    prefix = Column(attrs=CODE, verbose_name=_("Begins with"))
    scopes = NumberColumn(verbose_name=_("Permissions"), orderable=False)
    created_by = Column(accessor="created_by__name", verbose_name=_("Made by"))
    created_at = WhenColumn(verbose_name=_("Made"))
    live = YesNoColumn(
        yes=_("In use"), no=_("Revoked"), accessor="revoked_at", empty_values=(),
        verbose_name=_("State"),
    )  # fmt: skip

    class Meta:
        model = ApiKey
        fields = ("name", "prefix", "scopes", "created_by", "created_at", "live")
        attrs = {"caption": _("API keys")}
        default = NOTHING

    def render_prefix(self, value: str) -> str:
        """As the key is written."""
        return f"hefu_{value}_…"

    def render_scopes(self, value: list[str]) -> int:
        """How many."""
        return len(value)

    def value_scopes(self, value: list[str]) -> str:
        """Export them all."""
        return ", ".join(value)

    def render_live(self, record: ApiKey) -> Any:
        """Whether it works."""
        return self.columns["live"].column.render(value=record.revoked_at is None)

    def value_live(self, record: ApiKey) -> str:
        """Export the word."""
        return str(self.columns["live"].column.value(value=record.revoked_at is None))


class AuditTable(Table):  # type: ignore[misc]  # django-tables2 has no types
    """Deeds, newest first."""

    seq = NumberColumn(verbose_name=_("No."))
    at = WhenColumn(verbose_name=_("When"))
    sentence = Column(accessor="action", verbose_name=_("Deed"), order_by=("action",))
    actor = Column(verbose_name=_("By"))
    surface = SurfaceColumn(verbose_name=_("Through"))
    subject = Column(verbose_name=_("About"), attrs=CODE)

    class Meta:
        model = Entry
        fields = ("seq", "at", "sentence", "actor", "surface", "subject")
        attrs = {"caption": _("Audit trail")}
        default = NOTHING

    def render_sentence(self, record: Entry) -> Any:
        """Say it in the reader's language."""
        return format_html(
            '{}<br><span class="muted small code">{}</span>', sentence_of(record), record.action
        )

    def value_sentence(self, record: Entry) -> str:
        """Export the sentence."""
        return sentence_of(record)
