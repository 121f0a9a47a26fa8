"""The queue as it is drawn (问答工作台): how long is left, who is at it, figures in words."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from django.urls import reverse
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString
from django.utils.text import capfirst
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext
from django_tables2 import Column, Table

from hefu.apps.community.models import Question, Showing
from hefu.apps.community.selectors.desk import Figures, Part
from hefu.core.actor import Actor
from hefu.core.permissions import Permission
from hefu.core.text import hide_contacts
from hefu.surfaces.design.numbers import grouped
from hefu.surfaces.design.parts import Tone
from hefu.surfaces.design.templatetags.hefu_design import badge
from hefu.surfaces.desk.columns import SHORT, WhenColumn
from hefu.surfaces.desk.shown import NOTHING, when

PARTS = {
    Part.OPEN: gettext_lazy("Unanswered"),
    Part.LATE: gettext_lazy("Past the target"),
    Part.UNREAD: gettext_lazy("To be read"),
    Part.REPORTED: gettext_lazy("Reported"),
    Part.MINE: gettext_lazy("Mine"),
    Part.ANSWERED: gettext_lazy("Answered"),
    Part.HIDDEN: gettext_lazy("Hidden, merged"),
}
_LONGEST = 120


def span(length: timedelta) -> str:
    """A length of time, as roughly as one says it."""
    minutes = int(length.total_seconds() // 60)
    if minutes < 60:
        return ngettext("%(n)s minute", "%(n)s minutes", minutes) % {"n": minutes}
    hours = minutes // 60
    if hours < 48:
        return ngettext("%(n)s hour", "%(n)s hours", hours) % {"n": hours}
    return ngettext("%(n)s day", "%(n)s days", hours // 24) % {"n": hours // 24}


@dataclass(frozen=True, kw_only=True)
class Due:
    """Where a question stands with the clock."""

    text: str
    tone: Tone
    icon: str = ""


def due_of(row: Question, now: datetime) -> Due:
    """Say how long is left, how late it is, or how long it took."""
    if row.merged_into_id is not None:
        return Due(text=_("merged"), tone="neutral")
    if row.showing == Showing.HIDDEN:
        return Due(text=_("hidden"), tone="neutral")
    if row.answered_at is not None:
        took = {"span": span(row.answered_at - row.asked_at)}
        late = row.answered_at > row.due_at
        return Due(text=_("answered after %(span)s") % took, tone="notice" if late else "good")
    if row.due_at <= now:
        said = _("late by %(span)s") % {"span": span(now - row.due_at)}
        return Due(text=said, tone="bad", icon="exclamation-triangle")
    soon = row.due_at - now < timedelta(hours=2)
    return Due(
        text=_("%(span)s left") % {"span": span(row.due_at - now)},
        tone="notice" if soon else "neutral", icon="clock" if soon else "",
    )  # fmt: skip


def words_for(actor: Actor, text: str) -> str:
    """What somebody wrote: whole for those who answer, without contacts for those who look."""
    return text if actor.may(Permission.QUESTION_ANSWER) else hide_contacts(text)


class QuestionsTable(Table):  # type: ignore[misc]  # django-tables2 has no types
    """Questions, as the queue has them."""

    text = Column(verbose_name=gettext_lazy("Question"), orderable=False)
    product = Column(accessor="product__name", verbose_name=gettext_lazy("Product"))
    asked_at = WhenColumn(verbose_name=gettext_lazy("Time of the question"))
    due_at = Column(verbose_name=gettext_lazy("Clock"), attrs=SHORT)
    signs = Column(verbose_name=gettext_lazy("State"), empty_values=(), orderable=False)
    taken_by_id = Column(verbose_name=gettext_lazy("Who is at it"), attrs=SHORT, orderable=False)

    class Meta:
        model = Question
        fields = ("text", "product", "asked_at", "due_at", "signs", "taken_by_id")
        attrs = {"caption": gettext_lazy("Questions")}
        default = NOTHING

    def __init__(
        self, rows: Any, *, actor: Actor, names: Mapping[int, str], now: datetime, **about: Any
    ) -> None:
        self.actor, self.names, self.now = actor, names, now
        super().__init__(rows, **about)

    def render_text(self, record: Question) -> SafeString:
        """The words, which lead to the question."""
        text = words_for(self.actor, record.text)
        short = text if len(text) <= _LONGEST else f"{text[: _LONGEST - 1]}…"
        url = reverse("desk:question", args=[record.pk])
        return format_html('<a href="{}" id="q{}" data-row>{}</a>', url, record.pk, short)

    def value_text(self, record: Question) -> str:
        """Export the words."""
        return words_for(self.actor, record.text)

    def render_due_at(self, record: Question) -> SafeString:
        """How long is left."""
        due = due_of(record, self.now)
        return badge(due.text, tone=due.tone, icon_name=due.icon)

    def value_due_at(self, record: Question) -> datetime:
        """Export the instant."""
        return record.due_at

    def render_signs(self, record: Question) -> Any:
        """What is special about it."""
        signs = signs_of(record)
        drawn = format_html_join(" ", "{}", ((badge(word, tone=tone),) for word, tone in signs))
        return drawn or NOTHING

    def value_signs(self, record: Question) -> str:
        """Export the words."""
        return ", ".join(word for word, _tone in signs_of(record))

    def render_taken_by_id(self, value: int) -> str:
        """The person's name."""
        return self.names.get(value, NOTHING)

    def value_taken_by_id(self, value: int) -> str:
        """Export the name."""
        return self.names.get(value, "")


def signs_of(record: Question) -> Iterable[tuple[str, Tone]]:
    """What is special about a question, in words and tones."""
    signs: list[tuple[str, Tone]] = []
    if record.showing == Showing.WAITING:
        signs.append((_("to be read"), "info"))
    if getattr(record, "unread_answer", False):
        signs.append((_("answer to be read"), "info"))
    if getattr(record, "reported", False):
        signs.append((_("reported"), "bad"))
    if record.showing == Showing.HIDDEN:
        signs.append((capfirst(str(record.get_reason_display())), "neutral"))
    if record.member_id is None:
        signs.append((_("guest"), "neutral"))
    return signs


def tiles(figures: Figures, now: datetime) -> list[dict[str, str]]:
    """The figures above the queue, as ``stat`` takes them."""
    share = figures.in_time_bp
    late = {"late": grouped(figures.late)}
    return [
        {
            "label": _("Answered in time, 30 days"),
            "value": NOTHING if share is None else f"{share / 100:.0f} %",
            "hint": _("%(answered)s of %(asked)s questions answered") % {
                "answered": grouped(figures.answered), "asked": grouped(figures.asked),
            },
        },
        {
            "label": _("Median time to the answer"),
            "value": NOTHING if figures.median is None else span(figures.median),
            "hint": _("By the clock, nights and holidays included."),
        },
        {
            "label": _("Unanswered"), "value": grouped(figures.open),
            "hint": _("%(late)s of them late") % late if figures.late else _("None of them late."),
            "tone": "bad" if figures.late else "good",
        },
        {
            "label": _("Waiting longest"),
            "value": NOTHING if figures.oldest_at is None else span(now - figures.oldest_at),
            "hint": when(figures.oldest_at) if figures.oldest_at else _("Nobody waits."),
        },
    ]  # fmt: skip
