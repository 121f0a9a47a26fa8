"""Lists of group buys: a campaign's offers with their counts, an offer's groups."""

from collections.abc import Mapping
from datetime import datetime

from django.utils.safestring import SafeString
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext_lazy
from django_tables2 import A, Column, Table

from hefu.apps.campaigns.models import BuyingGroup, GroupOffer, GroupState, OfferState
from hefu.apps.campaigns.selectors.groups import OfferCounts, terms_of
from hefu.core.money import format_amount
from hefu.surfaces.design.numbers import grouped, price
from hefu.surfaces.design.templatetags.hefu_design import badge
from hefu.surfaces.desk.columns import WhenColumn
from hefu.surfaces.desk.lists import NUMBER
from hefu.surfaces.desk.shown import NOTHING
from hefu.surfaces.desk.tables_codes import WIDE, NumberColumn

PHASES = {
    "draft": (gettext_lazy("being written"), "neutral"),
    "before": (gettext_lazy("announced"), "info"),
    "open": (gettext_lazy("groups can be opened"), "good"),
    "gone": (gettext_lazy("no pieces for a group"), "notice"),
    "ended": (gettext_lazy("over"), "neutral"),
    "stopped": (gettext_lazy("stopped"), "bad"),
}
GROUPS = {
    GroupState.WAITING: (gettext_lazy("waits for its first payment"), "neutral"),
    GroupState.OPEN: (pgettext_lazy("group of buyers", "open"), "info"),
    GroupState.FORMED: (pgettext_lazy("group of buyers", "formed"), "good"),
    GroupState.LAPSED: (pgettext_lazy("group of buyers", "not formed"), "notice"),
    GroupState.VOID: (pgettext_lazy("group of buyers", "never opened"), "neutral"),
}


def phase_of(offer: GroupOffer, now: datetime) -> str:
    """Where an offer stands: draft, before, open, gone (no piece for a group), ended, stopped."""
    if offer.state == OfferState.STOPPED:
        return "stopped"
    if offer.state == OfferState.DRAFT:
        return "draft"
    if now < offer.starts_at:
        return "before"
    if now >= offer.ends_at:
        return "ended"
    return "open" if offer.left >= terms_of(offer).size else "gone"


def phase_badge(phase: str) -> SafeString:
    """Draw where an offer stands."""
    word, tone = PHASES[phase]
    return badge(str(word), tone=tone)  # type: ignore[arg-type]  # a Tone of the design


class OffersTable(Table):  # type: ignore[misc]  # django-tables2 has no types
    """A campaign's offers, with how their groups stand."""

    title = Column(linkify=("desk:group_offer", [A("pk")]), attrs=WIDE)
    state = Column(accessor="pk", orderable=False, verbose_name=gettext_lazy("State"))
    price = Column(accessor="pk", orderable=False, verbose_name=gettext_lazy("Price"), attrs=NUMBER)
    people = Column(
        accessor="pk", orderable=False, verbose_name=gettext_lazy("People in a group"), attrs=NUMBER
    )
    left = NumberColumn()
    open = Column(
        accessor="pk", orderable=False, verbose_name=gettext_lazy("Groups open"), attrs=NUMBER
    )
    formed = Column(
        accessor="pk", orderable=False, verbose_name=gettext_lazy("Groups formed"), attrs=NUMBER
    )
    lapsed = Column(
        accessor="pk", orderable=False, verbose_name=gettext_lazy("Groups not formed"), attrs=NUMBER
    )
    refunded = Column(
        accessor="pk", orderable=False, verbose_name=gettext_lazy("Places refunded"), attrs=NUMBER
    )
    ends_at = WhenColumn()

    class Meta:
        model = GroupOffer
        fields = (
            "title", "state", "price", "people", "left", "open", "formed", "lapsed", "refunded",
            "ends_at",
        )  # fmt: skip
        attrs = {"caption": gettext_lazy("Group buys")}
        default = NOTHING

    def __init__(
        self, *args: object, counts: Mapping[int, OfferCounts], now: datetime, **about: object
    ) -> None:
        super().__init__(*args, **about)
        self._counts, self._now = counts, now

    def _of(self, record: GroupOffer) -> OfferCounts:
        return self._counts.get(record.pk, OfferCounts())

    def render_state(self, record: GroupOffer) -> SafeString:
        """Where it stands."""
        return phase_badge(phase_of(record, self._now))

    def value_state(self, record: GroupOffer) -> str:
        """The same, in exports."""
        return phase_of(record, self._now)

    def render_price(self, record: GroupOffer) -> str:
        """With its currency."""
        terms = terms_of(record)
        return price(terms.price, terms.currency)

    def value_price(self, record: GroupOffer) -> str:
        """As a number, in exports."""
        terms = terms_of(record)
        return format_amount(terms.price, terms.currency)

    def render_people(self, record: GroupOffer) -> str:
        """So many make a group."""
        return grouped(terms_of(record).size)

    def render_open(self, record: GroupOffer) -> str:
        """Groups that can still be formed."""
        return grouped(self._of(record).open)

    def render_formed(self, record: GroupOffer) -> str:
        """Groups whose orders are sent."""
        return grouped(self._of(record).formed)

    def render_lapsed(self, record: GroupOffer) -> str:
        """Groups whose time was over first."""
        return grouped(self._of(record).lapsed)

    def render_refunded(self, record: GroupOffer) -> str:
        """Places whose money went back."""
        return grouped(self._of(record).refunded)


class GroupsTable(Table):  # type: ignore[misc]  # django-tables2 has no types
    """The groups of one offer."""

    pk = Column(verbose_name=pgettext_lazy("group of buyers", "No."), attrs=NUMBER)
    state = Column(orderable=False)
    people = Column(accessor="paid", orderable=False, verbose_name=gettext_lazy("Paid"))
    held = NumberColumn()
    opened_at = WhenColumn()
    expires_at = WhenColumn()
    ended_at = WhenColumn(verbose_name=gettext_lazy("Ended"))

    class Meta:
        model = BuyingGroup
        fields = ("pk", "state", "people", "held", "opened_at", "expires_at", "ended_at")
        attrs = {"caption": gettext_lazy("Groups")}
        default = NOTHING

    def render_state(self, record: BuyingGroup) -> SafeString:
        """Where it stands."""
        word, tone = GROUPS[GroupState(record.state)]
        return badge(str(word), tone=tone)  # type: ignore[arg-type]  # a Tone of the design

    def value_state(self, record: BuyingGroup) -> str:
        """The same, in exports."""
        return record.state

    def render_people(self, record: BuyingGroup) -> str:
        """How many of how many have paid."""
        return _("%(paid)s of %(size)s") % {"paid": record.paid, "size": record.size}
