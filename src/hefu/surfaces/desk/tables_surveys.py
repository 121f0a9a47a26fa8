"""The lists of answers, and of what surveys found by month and product."""

from typing import Any

from django.utils.translation import gettext_lazy as _
from django_tables2 import Column, Table

from hefu.apps.service.models import Ask
from hefu.apps.service.selectors.results import Part
from hefu.core.text import hide_contacts
from hefu.surfaces.desk.columns import SHORT, WhenColumn
from hefu.surfaces.desk.lists import CODE
from hefu.surfaces.desk.shown import NOTHING
from hefu.surfaces.desk.surveys_said import mean_said, share_said
from hefu.surfaces.desk.tables_codes import WIDE, NumberColumn


class AnswersTable(Table):  # type: ignore[misc]  # django-tables2 has no types
    """Answers without their authors; contacts in the words are masked."""

    answered_at = WhenColumn()
    mark = NumberColumn()
    word = Column(attrs=WIDE, orderable=False)
    product = Column(accessor="product__model", verbose_name=_("Model"), attrs=CODE)
    language = Column(attrs=SHORT)

    class Meta:
        model = Ask
        fields = ("answered_at", "mark", "word", "product", "language")
        attrs = {"caption": _("Answers")}
        default = NOTHING

    def render_word(self, value: str) -> str:
        """Masked."""
        return hide_contacts(value)

    def value_word(self, value: str) -> str:
        """Masked in files, too."""
        return hide_contacts(value)


class _PartsTable(Table):  # type: ignore[misc]  # django-tables2 has no types
    """A survey in parts."""

    asked = NumberColumn(accessor="tally__asked", verbose_name=_("Asked"))
    answered = NumberColumn(accessor="tally__answered", verbose_name=_("Answered"))
    rate = Column(accessor="tally__rate", verbose_name=_("Response rate"), attrs=SHORT)
    mean = Column(accessor="tally", verbose_name=_("Mean mark"), attrs=SHORT)
    content = Column(accessor="tally__content", verbose_name=_("Satisfied"), attrs=SHORT)

    class Meta:
        attrs = {"caption": _("Results")}
        default = NOTHING
        orderable = False

    def render_rate(self, value: Any) -> str:
        """Share and interval."""
        return share_said(value)

    def render_content(self, value: Any) -> str:
        """Share and interval."""
        return share_said(value)

    def render_mean(self, record: Part) -> str:
        """Two decimals."""
        return mean_said(record.tally)

    def value_rate(self, value: Any) -> float | None:
        """The share alone, as a number."""
        return None if value is None else round(value.share, 4)

    def value_content(self, value: Any) -> float | None:
        """The share alone, as a number."""
        return None if value is None else round(value.share, 4)

    def value_mean(self, record: Part) -> float | None:
        """As a number."""
        return None if record.tally.mean is None else round(record.tally.mean, 4)


class MonthsTable(_PartsTable):
    """A survey month by month."""

    label = Column(verbose_name=_("Month"), attrs=SHORT)

    class Meta(_PartsTable.Meta):
        sequence = ("label", "...")


class ModelsTable(_PartsTable):
    """A survey by product."""

    label = Column(verbose_name=_("Model"), attrs=CODE)

    class Meta(_PartsTable.Meta):
        sequence = ("label", "...")
