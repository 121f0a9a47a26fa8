"""The list of requests about personal data."""

from datetime import date

from django.utils import timezone
from django.utils.translation import gettext as gettext_now
from django.utils.translation import gettext_lazy as _
from django_tables2 import A, Column, Table

from hefu.apps.members.models import DataRequest
from hefu.surfaces.design.parts import Tone
from hefu.surfaces.design.templatetags.hefu_design import badge
from hefu.surfaces.desk.forms_rights import CHANNELS, KINDS
from hefu.surfaces.desk.lists import CODE

State = DataRequest.State


class DataRequestsTable(Table):  # type: ignore[misc]  # django-tables2 has no types
    """Requests; who asks is only on the request's own page."""

    number = Column(linkify=("desk:data_request", [A("pk")]), attrs=CODE)
    kind = Column(verbose_name=_("What is asked"))
    channel = Column(verbose_name=_("How it came"))
    received_on = Column(verbose_name=_("Received on"))
    due_on = Column(verbose_name=_("Answer by"))
    state = Column(verbose_name=_("State"))

    class Meta:
        """Nothing of the person."""

        sequence = ("number", "kind", "channel", "received_on", "due_on", "state")

    def render_kind(self, record: DataRequest) -> str:
        """In the reader's words."""
        return str(KINDS[DataRequest.Kind(record.kind)])

    def render_channel(self, record: DataRequest) -> str:
        """In the reader's words."""
        return str(CHANNELS[DataRequest.Channel(record.channel)])

    def render_received_on(self, value: date) -> str:
        """One form everywhere."""
        return f"{value:%Y-%m-%d}"

    def render_due_on(self, value: date) -> str:
        """One form everywhere."""
        return f"{value:%Y-%m-%d}"

    def render_state(self, record: DataRequest) -> str:
        """A badge; late ones cannot be overlooked."""
        word, tone = standing_of(record)
        return badge(word, tone=tone)

    def value_state(self, record: DataRequest) -> str:
        """The same word in files."""
        return standing_of(record)[0]


def standing_of(row: DataRequest) -> tuple[str, Tone]:
    """Return the word and tone of where a request stands today."""
    waiting = row.state in (State.OPEN, State.CHECKED)
    if waiting and row.due_on < timezone.localdate():
        return gettext_now("Late"), "bad"
    words: dict[State, tuple[str, Tone]] = {
        State.OPEN: (gettext_now("Identity not checked"), "notice"),
        State.CHECKED: (gettext_now("To be answered"), "info"),
        State.DONE: (gettext_now("Done"), "good"),
        State.REFUSED: (gettext_now("Refused"), "neutral"),
    }
    return words[State(row.state)]
