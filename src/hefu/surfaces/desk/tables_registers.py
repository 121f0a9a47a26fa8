"""The list of the registers."""

from datetime import date

from django.utils.translation import gettext as gettext_now
from django.utils.translation import gettext_lazy as _
from django_tables2 import A, Column, Table

from hefu.apps.members.models import Record
from hefu.surfaces.design.parts import Tone
from hefu.surfaces.design.templatetags.hefu_design import badge
from hefu.surfaces.desk.forms_registers import KINDS


class RecordsTable(Table):  # type: ignore[misc]  # django-tables2 has no types
    """Assessments, transfers and breaches, the newest first."""

    title = Column(linkify=("desk:register_record", [A("pk")]), verbose_name=_("Title"))
    kind = Column(verbose_name=_("Register"))
    on = Column(verbose_name=_("Day"))
    state = Column(verbose_name=_("State"), accessor="closed_at", empty_values=(), orderable=False)

    def render_kind(self, record: Record) -> str:
        """In the reader's words."""
        return str(KINDS[Record.Kind(record.kind)])

    def render_on(self, value: date) -> str:
        """One form everywhere."""
        return f"{value:%Y-%m-%d}"

    def render_state(self, record: Record) -> str:
        """A breach that nobody reported is red."""
        word, tone = standing_of(record)
        return badge(word, tone=tone)

    def value_state(self, record: Record) -> str:
        """The same word in files."""
        return standing_of(record)[0]


def standing_of(row: Record) -> tuple[str, Tone]:
    """Return the word and tone of where a record stands."""
    if row.closed_at:
        return gettext_now("Closed"), "neutral"
    if row.kind == Record.Kind.BREACH and not row.authority_told_at:
        return gettext_now("To be reported at once"), "bad"
    if row.kind == Record.Kind.BREACH and not row.people_told_at:
        return gettext_now("People to be told"), "notice"
    return gettext_now("In force"), "good"
