"""The lists of webhooks and of what was sent to them."""

from typing import Any

from django.utils.html import format_html
from django.utils.translation import gettext_lazy as _
from django_tables2 import A, Column, Table

from hefu.apps.notices.models import Dispatch, Endpoint
from hefu.surfaces.design.templatetags.hefu_design import badge
from hefu.surfaces.desk.columns import SHORT, WhenColumn
from hefu.surfaces.desk.lists import CODE
from hefu.surfaces.desk.shown import NOTHING
from hefu.surfaces.desk.tables_codes import NumberColumn
from hefu.surfaces.desk.webhook_words import event_words, reason_words

_SHOWN: dict[str, tuple[Any, Any, str]] = {
    Endpoint.State.ACTIVE: (_("In use"), "good", "check"),
    Endpoint.State.PAUSED: (_("Paused"), "notice", "pause"),
    Endpoint.State.OFF: (_("Switched off"), "bad", "no-symbol"),
    Dispatch.State.WAITING: (_("Not taken yet"), "notice", "clock"),
    Dispatch.State.TAKEN: (_("Taken over"), "good", "check"),
    Dispatch.State.DEAD: (_("Given up"), "bad", "x-mark"),
}


def state_shown(state: str) -> Any:
    """A state as a badge."""
    words, tone, icon = _SHOWN[state]
    return badge(str(words), tone=tone, icon_name=icon)


class WebhooksTable(Table):  # type: ignore[misc]  # django-tables2 has no types
    """Where events go."""

    name = Column(
        linkify=("desk:webhook", [A("pk")]), attrs=SHORT, verbose_name=_("Name of the receiver")
    )
    address = Column(attrs=CODE, verbose_name=_("Web address"))
    events = Column(verbose_name=_("Events"), orderable=False, empty_values=())
    state = Column()
    failing_since = WhenColumn()
    taken_at = WhenColumn()

    class Meta:
        model = Endpoint
        fields = ("name", "address", "events", "state", "failing_since", "taken_at")
        attrs = {"caption": _("Webhooks")}
        default = NOTHING

    def render_events(self, value: list[str]) -> str:
        """How many kinds."""
        return str(len(value)) if value else str(_("all"))

    def value_events(self, value: list[str]) -> str:
        """Export them all."""
        return ", ".join(value)

    def render_state(self, record: Endpoint) -> Any:
        """Draw it."""
        return state_shown(record.state)

    def value_state(self, record: Endpoint) -> str:
        """Export the stable word."""
        return record.state


class MessagesTable(Table):  # type: ignore[misc]  # django-tables2 has no types
    """What was sent to one webhook."""

    happened_at = WhenColumn(linkify=("desk:webhook_message", [A("pk")]))
    type = Column()
    state = Column()
    tries = NumberColumn()
    reason = Column()

    class Meta:
        model = Dispatch
        fields = ("happened_at", "type", "state", "tries", "reason")
        attrs = {"caption": _("Messages")}
        default = NOTHING

    def render_type(self, value: str) -> Any:
        """Its words and its stable name."""
        return format_html(
            '{}<br><span class="muted small code">{}</span>', event_words(value), value
        )

    def value_type(self, value: str) -> str:
        """Export the stable name."""
        return value

    def render_state(self, record: Dispatch) -> Any:
        """Draw it."""
        return state_shown(record.state)

    def value_state(self, record: Dispatch) -> str:
        """Export the stable word."""
        return record.state

    def render_reason(self, value: str) -> str:
        """Say it."""
        return reason_words(value)

    def value_reason(self, value: str) -> str:
        """Export the stable word."""
        return value
