"""The list of a campaign's messages."""

from collections.abc import Mapping
from typing import Any

from django.urls import reverse
from django.utils.html import format_html
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy
from django_tables2 import Column, Table

from hefu.apps.campaigns.models import Mailing
from hefu.surfaces.design.templatetags.hefu_design import badge
from hefu.surfaces.desk.columns import WhenColumn, WordColumn
from hefu.surfaces.desk.forms_mailings import CHANNELS
from hefu.surfaces.desk.lists import NUMBER
from hefu.surfaces.desk.promoting.mailings import STATES
from hefu.surfaces.desk.shown import NOTHING
from hefu.surfaces.desk.tables_codes import WIDE


class MailingsTable(Table):  # type: ignore[misc]  # django-tables2 has no types
    """Messages of one campaign; ``sent`` has the numbers handed over."""

    title = Column(attrs=WIDE, verbose_name=_("Title"))
    channel = WordColumn(
        words={one.value: word for one, word in CHANNELS}, verbose_name=_("How it travels")
    )
    state = Column(verbose_name=_("State"))
    planned_at = WhenColumn(verbose_name=_("Not before"))
    sent = Column(
        accessor="pk", orderable=False, attrs=NUMBER,
        verbose_name=pgettext_lazy("number of messages", "Sent"),
    )  # fmt: skip
    ended_at = WhenColumn(verbose_name=_("Ended"))

    class Meta:
        model = Mailing
        fields = ("title", "channel", "state", "planned_at", "sent", "ended_at")
        attrs = {"caption": _("Messages")}
        default = NOTHING

    def __init__(self, *args: object, sent: Mapping[int, int], **about: object) -> None:
        super().__init__(*args, **about)
        self._sent = sent

    def render_title(self, value: str, record: Mailing) -> Any:
        """Lead to its page."""
        url = reverse("desk:mailing", args=[record.campaign_id, record.pk])
        return format_html('<a href="{}">{}</a>', url, value)

    def value_title(self, value: str) -> str:
        """Export the title."""
        return value

    def render_state(self, record: Mailing) -> Any:
        """Draw it as a badge."""
        word, tone = STATES[record.state]
        return badge(str(word), tone=tone)

    def value_state(self, record: Mailing) -> str:
        """Export the word."""
        return str(STATES[record.state][0])

    def render_sent(self, record: Mailing) -> int:
        """How many were handed over."""
        return self._sent.get(record.pk, 0)

    def value_sent(self, record: Mailing) -> int:
        """The same, in exports."""
        return self.render_sent(record)
