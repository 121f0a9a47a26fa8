"""The lists of draws and of those who won."""

from typing import Any

from django.utils.functional import Promise
from django.utils.text import capfirst
from django.utils.translation import gettext_lazy as _
from django_tables2 import A, Column, Table

from hefu.apps.campaigns.models import Draw, DrawState, Win
from hefu.surfaces.design.parts import Tone
from hefu.surfaces.design.templatetags.hefu_design import badge
from hefu.surfaces.desk.shown import NOTHING
from hefu.surfaces.desk.tables_codes import WIDE, NumberColumn, WhenColumn

TONES: dict[str, Tone] = {
    DrawState.WAITING: "notice",
    DrawState.PUBLISHED: "info",
    DrawState.RUNNING: "good",
    DrawState.CLOSED: "info",
    DrawState.KILLED: "bad",
    Win.State.OFFERED: "notice",
    Win.State.CLAIMED: "info",
    Win.State.DELIVERED: "good",
}


def state_of(value: str, label: str | Promise) -> Any:
    """The badge of a draw's or a prize's state."""
    return badge(capfirst(str(label)), tone=TONES.get(value, "neutral"))


class DrawsTable(Table):  # type: ignore[misc]  # django-tables2 has no types
    """Draws of the brand."""

    title = Column(linkify=("desk:draw", [A("pk")]), attrs=WIDE, verbose_name=_("Title"))
    state = Column(verbose_name=_("State"))
    kind = Column(verbose_name=_("Who wins is decided"))
    starts_at = WhenColumn(verbose_name=_("Begins"))
    ends_at = WhenColumn(verbose_name=_("Until"))
    entered = NumberColumn(verbose_name=_("Entries"))

    class Meta:
        model = Draw
        fields = ("title", "state", "kind", "starts_at", "ends_at", "entered")
        attrs = {"caption": _("Draws")}
        default = NOTHING

    def render_state(self, record: Draw) -> Any:
        """Draw it."""
        return state_of(record.state, DrawState(record.state).label)

    def value_state(self, record: Draw) -> str:
        """Export the stable word."""
        return record.state

    def value_kind(self, record: Draw) -> str:
        """Export the stable word."""
        return record.kind


class WinsTable(Table):  # type: ignore[misc]  # django-tables2 has no types
    """Who won what, masked, and where it stands."""

    prize = Column(
        accessor="prize__name", linkify=("desk:win", [A("pk")]), verbose_name=_("Prize"),
        attrs=WIDE, default=_("substitute"),
    )  # fmt: skip
    masked_name = Column(verbose_name=_("Winner"))
    state = Column(verbose_name=_("State"))
    won_at = WhenColumn(verbose_name=_("Won"))
    claim_by = WhenColumn(verbose_name=_("Claim by"))
    delivered_at = WhenColumn(verbose_name=_("Delivered"))
    proof = Column(verbose_name=_("Proof of delivery"), orderable=False)

    class Meta:
        model = Win
        fields = ("prize", "masked_name", "state", "won_at", "claim_by", "delivered_at", "proof")
        attrs = {"caption": _("Winners")}
        default = NOTHING

    def render_state(self, record: Win) -> Any:
        """Draw it."""
        return state_of(record.state, Win.State(record.state).label)

    def value_state(self, record: Win) -> str:
        """Export the stable word."""
        return record.state
