"""The lists of co-op funds, their movements, and of partners to choose from."""

from typing import Any

from django.utils.html import format_html
from django.utils.translation import gettext as _now
from django.utils.translation import gettext_lazy as _
from django_tables2 import A, Column, Table

from hefu.apps.campaigns.selectors.partners import Candidate
from hefu.apps.ledger.models import Fund, FundMovement
from hefu.surfaces.design.templatetags.hefu_design import badge
from hefu.surfaces.desk.columns import WhenColumn, WordColumn
from hefu.surfaces.desk.lists import CODE, NUMBER
from hefu.surfaces.desk.promoting import boards
from hefu.surfaces.desk.shown import NOTHING
from hefu.surfaces.desk.tables_codes import WIDE, NumberColumn
from hefu.surfaces.desk.tables_sales import AmountColumn


class FundsTable(Table):  # type: ignore[misc]  # django-tables2 has no types
    """Funds with what they hold; for the brand's staff."""

    name = Column(linkify=("desk:fund", [A("pk")]), attrs=WIDE, verbose_name=_("Fund"))
    target = AmountColumn(verbose_name=_("To be paid in"))
    balance = AmountColumn(verbose_name=_("In the fund"))
    opened_at = WhenColumn(verbose_name=_("Opened"))
    closed_at = WhenColumn(verbose_name=_("Closed"))

    class Meta:
        model = Fund
        fields = ("name", "target", "balance", "opened_at", "closed_at")
        attrs = {"caption": _("Co-op funds")}
        default = NOTHING


class OwnFundsTable(FundsTable):
    """A partner's funds: what they hold in all is not the partner's to see."""

    class Meta(FundsTable.Meta):
        exclude = ("target", "balance")


class MovementsTable(Table):  # type: ignore[misc]  # django-tables2 has no types
    """What came into a fund and went out of it."""

    at = WhenColumn(verbose_name=_("At"))
    deed = WordColumn(words=dict(FundMovement.Deed.choices), verbose_name=_("Movement"))
    party = Column(
        accessor="party__organisation__name", attrs=WIDE, verbose_name=_("Whose"), empty_values=()
    )
    amount = AmountColumn(verbose_name=_("Amount"))
    note = Column(attrs=WIDE, verbose_name=_("For what"))
    receipt = Column(attrs=CODE, verbose_name=_("Number of the receipt"))
    by = Column(verbose_name=_("Noted by"))

    class Meta:
        model = FundMovement
        fields = ("at", "deed", "party", "amount", "note", "receipt", "by")
        attrs = {"caption": _("Movements")}
        default = NOTHING

    def render_party(self, value: str | None) -> str:
        """Name the partner, or the brand."""
        return value or _now("the brand")


class CandidatesTable(Table):  # type: ignore[misc]  # django-tables2 has no types
    """Partners of the network beside their figures (``selectors.partners.Candidate``)."""

    name = Column(accessor="organisation__name", attrs=WIDE, verbose_name=_("Partner"))
    kind = Column(
        accessor="organisation__get_kind_display", orderable=False, verbose_name=_("Kind")
    )
    assessors = NumberColumn(accessor="standing__assessors", verbose_name=_("Assessors"))
    total = Column(accessor="standing__total", attrs=NUMBER, verbose_name=_("Score"))
    spread = Column(accessor="standing__spread", attrs=NUMBER, verbose_name=_("Spread"))
    state = Column(accessor="organisation__pk", orderable=False, verbose_name=_("State"))
    code = Column(accessor="organisation__code", attrs=CODE, verbose_name=_("Partner number"))

    class Meta:
        fields = ("name", "kind", "assessors", "total", "spread", "state", "code")
        attrs = {"caption": _("Partners")}
        default = NOTHING

    def __init__(self, *args: object, campaign: int, **about: object) -> None:
        super().__init__(*args, **about)
        self._campaign = campaign

    def render_name(self, value: str, record: Candidate) -> Any:
        """Lead to its sheets."""
        url = boards.where("campaign_partner", self._campaign, record.organisation.pk)
        return format_html('<a href="{}">{}</a>', url, value)

    def value_name(self, value: str) -> str:
        """Export the name."""
        return value

    def render_total(self, value: int) -> str:
        """Hundredths as points."""
        return points(value)

    def render_spread(self, value: int) -> str:
        """Hundredths as points."""
        return points(value)

    def render_state(self, record: Candidate) -> Any:
        """Draw where it stands."""
        word, tone = state_of(record)
        return badge(word, tone=tone)

    def value_state(self, record: Candidate) -> str:
        """Export the word."""
        return state_of(record)[0]


def points(hundredths: int) -> str:
    """Write hundredths of a point: 320 is 3.20."""
    return f"{hundredths // 100}.{hundredths % 100:02d}"


def state_of(one: Candidate) -> tuple[str, Any]:
    """Say where a partner stands in a campaign: word and tone."""
    if one.invitation is not None:
        tones = {"invited": "info", "joined": "good", "declined": "neutral"}
        return str(one.invitation.get_state_display()), tones[one.invitation.state]
    if one.standing is None:
        return _now("not scored yet"), "neutral"
    if one.standing.shortfalls:
        return _now("below the gate"), "bad"
    return _now("may be invited"), "notice"
