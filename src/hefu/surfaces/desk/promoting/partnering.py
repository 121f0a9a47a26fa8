"""A partner's score sheets and a fund as their pages show them (伙伴评分与合作基金)."""

from typing import Any

from django.utils.translation import gettext as _

from hefu.apps.campaigns.errors.partners import BelowGate
from hefu.apps.campaigns.models import FundCost, PartnerSheet
from hefu.apps.ledger.selectors import FundStanding
from hefu.core.errors import DomainError
from hefu.core.planning.scorecard import Criterion, Gate, Standing, read_marks
from hefu.surfaces.design.parts import Fact
from hefu.surfaces.desk.forms_partners import CRITERIA
from hefu.surfaces.desk.promoting import boards
from hefu.surfaces.desk.shown import when
from hefu.surfaces.desk.tables_funds import points
from hefu.surfaces.desk.words import refusal_text

COST_TONES = {
    FundCost.State.ASKED: "notice", FundCost.State.DRAWN: "good", FundCost.State.REFUSED: "neutral",
}  # fmt: skip


def gate_facts(gate: Gate) -> list[Fact]:
    """The gate in a few lines."""
    floors = ", ".join(f"{CRITERIA[one]} {floor}" for one, floor in gate.floors.items())
    weights = " · ".join(f"{CRITERIA[one]} {boards.share(gate.weights[one])}" for one in Criterion)
    return [
        Fact(name=_("Points needed in all"), value=points(gate.threshold)),
        Fact(name=_("At least in single criteria"), value=floors or _("nothing")),
        Fact(name=_("What counts how much"), value=weights),
    ]


def figures(gate: Gate, found: Standing) -> list[dict[str, Any]]:
    """Mean and spread of each criterion, then the total; what is needed where something is."""
    rows: list[dict[str, Any]] = [
        {
            "name": str(CRITERIA[one]), "weight": boards.share(gate.weights[one]),
            "mean": points(found.means[one]), "spread": points(found.spreads[one]),
            "needed": points(gate.floors[one] * 100) if one in gate.floors else "",
            "short": found.means[one] < gate.floors.get(one, 0) * 100,
        }
        for one in Criterion
    ]  # fmt: skip
    total: dict[str, Any] = {
        "name": _("In all, weighted"), "weight": boards.share(10_000),
        "mean": points(found.total), "spread": points(found.spread),
        "needed": points(gate.threshold), "short": found.total < gate.threshold,
    }  # fmt: skip
    return [*rows, total]


def sheet_shown(row: PartnerSheet, *, last: bool) -> dict[str, Any]:
    """A sheet as it was filed."""
    marks = read_marks(row.marks)
    return {
        "by": row.assessor, "at": when(row.written_at), "number": row.number, "last": last,
        "total": points(row.total // 100),
        "marks": [
            {"name": str(CRITERIA[one]), "points": marks[one].points, "note": marks[one].note}
            for one in Criterion
        ],
    }  # fmt: skip


def refusal_said(refusal: DomainError) -> str:
    """Say a refusal; of the gate with both figures."""
    if not isinstance(refusal, BelowGate):
        return refusal_text(refusal)
    criterion = str(refusal.details["criterion"])
    return _("Not invited. %(what)s: %(reached)s points, and %(needed)s are needed.") % {
        "what": CRITERIA[Criterion(criterion)] if criterion else _("In all, weighted"),
        "reached": points(int(refusal.details["reached"] or 0)),
        "needed": points(int(refusal.details["needed"] or 0)),
    }


def standing_shown(one: FundStanding, currency: str) -> dict[str, str]:
    """A party of a fund in words."""
    return {
        "name": one.name or _("the brand"), "share": boards.share(one.share_bp),
        **{
            field: boards.amount(getattr(one, field), currency)
            for field in ("due", "paid", "drawn", "returned", "balance")
        },
    }  # fmt: skip


def cost_shown(cost: FundCost) -> dict[str, Any]:
    """A cost in words."""
    organisation = cost.party.organisation
    return {
        "pk": cost.pk, "whose": organisation.name if organisation else _("the brand"),
        "amount": boards.amount(cost.amount, cost.party.fund.currency), "note": cost.note,
        "receipt": cost.receipt, "state": cost.get_state_display(),
        "tone": COST_TONES[FundCost.State(cost.state)], "asked_by": cost.asked_by,
        "asked_at": when(cost.asked_at), "decided_by": cost.decided_by,
        "fund": cost.party.fund.name,
    }  # fmt: skip
