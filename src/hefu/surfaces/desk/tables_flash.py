"""The list of flash sales."""

from django.utils.safestring import SafeString
from django.utils.translation import gettext_lazy as _
from django_tables2 import A, Column, Table

from hefu.apps.campaigns.models import FlashSale
from hefu.core.money import format_amount
from hefu.surfaces.design.numbers import price
from hefu.surfaces.design.templatetags.hefu_design import badge
from hefu.surfaces.desk.columns import WhenColumn
from hefu.surfaces.desk.lists import NUMBER
from hefu.surfaces.desk.shown import NOTHING
from hefu.surfaces.desk.tables_codes import WIDE, NumberColumn

#: By phase: the word and its tone.
PHASES = {
    "before": (_("announced"), "info"),
    "open": (_("on sale now"), "good"),
    "gone": (_("nothing left"), "notice"),
    "ended": (_("over"), "neutral"),
    "killed": (_("stopped"), "bad"),
}


def phase_badge(phase: str) -> SafeString:
    """Draw where a sale stands."""
    word, tone = PHASES[phase]
    return badge(str(word), tone=tone)  # type: ignore[arg-type]  # a Tone of the design


class FlashSalesTable(Table):  # type: ignore[misc]  # django-tables2 has no types
    """Flash sales with their counters; ``phases`` by sale."""

    title = Column(linkify=("desk:flash_sale", [A("pk")]), attrs=WIDE)
    state = Column(accessor="pk", orderable=False, verbose_name=_("State"))
    price = Column(attrs=NUMBER)
    initial = NumberColumn()
    left = NumberColumn()
    held = NumberColumn()
    paid = NumberColumn()
    starts_at = WhenColumn()
    ends_at = WhenColumn()

    class Meta:
        model = FlashSale
        fields = (
            "title", "state", "price", "initial", "left", "held", "paid", "starts_at", "ends_at",
        )  # fmt: skip
        attrs = {"caption": _("Flash sales")}
        default = NOTHING

    def __init__(self, *args: object, phases: dict[int, str], **about: object) -> None:
        super().__init__(*args, **about)
        self._phases = phases

    def render_state(self, record: FlashSale) -> SafeString:
        """Where it stands."""
        return phase_badge(self._phases[record.pk])

    def value_state(self, record: FlashSale) -> str:
        """The same, in exports."""
        return self._phases[record.pk]

    def render_price(self, record: FlashSale) -> str:
        """With its currency."""
        return price(record.price, record.currency)

    def value_price(self, record: FlashSale) -> str:
        """As a number, in exports."""
        return format_amount(record.price, record.currency)
