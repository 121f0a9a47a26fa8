"""The partners of a campaign as staff see them (活动伙伴); a partner sees none of it."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from django.db.models import QuerySet

from hefu.apps.accounts.models import Organisation
from hefu.apps.accounts.selectors import organisations_for
from hefu.apps.campaigns.models import (
    Campaign,
    FundCost,
    PartnerInvitation,
    PartnerSheet,
    PartnerTerms,
)
from hefu.apps.campaigns.selectors.plans import campaign_by_id
from hefu.apps.ledger.models import Fund
from hefu.apps.ledger.selectors import funds_for
from hefu.core.actor import Actor
from hefu.core.errors import NotFound
from hefu.core.permissions import Permission
from hefu.core.planning.scorecard import (
    USUAL,
    Criterion,
    Gate,
    Standing,
    read_marks,
    standing,
)


@dataclass(frozen=True, kw_only=True, slots=True)
class Candidate:
    """A partner with its figures (None: nobody scored) and its invitation, where there is one."""

    organisation: Organisation
    standing: Standing | None
    invitation: PartnerInvitation | None


def subject_of_fund(campaign: Campaign) -> str:
    """Name a campaign as the ledger's funds refer to it."""
    return f"campaigns.campaign:{campaign.pk}"


def terms_of(campaign: Campaign) -> PartnerTerms | None:
    """Return what was written about the campaign's partners."""
    return PartnerTerms.objects.filter(campaign=campaign).first()


def gate_of(terms: PartnerTerms | None) -> Gate:
    """Return the gate in force: the usual one while none was written."""
    if terms is None:
        return USUAL
    return Gate(
        weights={Criterion(name): share for name, share in terms.weights.items()},
        threshold=terms.threshold,
        floors={Criterion(name): floor for name, floor in terms.floors.items()},
    )


def sheets_of(campaign: Campaign, organisation: Organisation) -> list[PartnerSheet]:
    """The sheets that count: the last one of each assessor, by who scored first."""
    rows = PartnerSheet.objects.filter(campaign=campaign, organisation=organisation)
    return list(_last(rows.order_by("pk")).values())


def all_sheets_of(campaign: Campaign, organisation: Organisation) -> QuerySet[PartnerSheet]:
    """Every sheet that was ever filed of a partner, the newest first."""
    rows = PartnerSheet.objects.filter(campaign=campaign, organisation=organisation)
    return rows.order_by("-pk")


def _last(rows: QuerySet[PartnerSheet]) -> dict[int, PartnerSheet]:
    found: dict[int, PartnerSheet] = {}
    for row in rows:
        found[row.assessor_id] = row
    return found


def standing_of(campaign: Campaign, organisation: Organisation, gate: Gate) -> Standing | None:
    """Put the sheets of a partner together; None while nobody scored."""
    sheets = sheets_of(campaign, organisation)
    return standing([read_marks(row.marks) for row in sheets], gate) if sheets else None


def candidates(
    actor: Actor, campaign: Campaign, organisations: QuerySet[Organisation]
) -> list[Candidate]:
    """Put some of the network's partners beside their figures; three queries."""
    actor.require(Permission.CAMPAIGN_VIEW)
    rows, among = list(organisations), organisations.order_by().values("pk")
    sheets: dict[int, list[PartnerSheet]] = {}
    filed = PartnerSheet.objects.filter(campaign=campaign, organisation__in=among)
    for row in filed.order_by("pk"):
        sheets.setdefault(row.organisation_id, []).append(row)
    invited = PartnerInvitation.objects.filter(campaign=campaign, organisation__in=among)
    answers = {row.organisation_id: row for row in invited}
    gate = gate_of(terms_of(campaign))
    return [
        Candidate(
            organisation=row, standing=_standing(sheets.get(row.pk, []), gate),
            invitation=answers.get(row.pk),
        )
        for row in rows
    ]  # fmt: skip


def _standing(rows: list[PartnerSheet], gate: Gate) -> Standing | None:
    last = {row.assessor_id: row for row in rows}
    return standing([read_marks(row.marks) for row in last.values()], gate) if last else None


def partner_of(actor: Actor, pk: int) -> Organisation:
    """Return a partner of the brand's network, for staff.

    Raises:
        NotFound: there is none, or the actor is a partner.
    """
    actor.require(Permission.CAMPAIGN_VIEW)
    found = None if actor.is_partner else organisations_for(actor).filter(pk=pk).first()
    if found is None:
        raise NotFound
    return found


def joined_partners(campaign: Campaign) -> list[Organisation]:
    """The partners that take part, by name."""
    rows = PartnerInvitation.objects.filter(
        campaign=campaign, state=PartnerInvitation.State.JOINED
    ).select_related("organisation")
    return [row.organisation for row in rows.order_by("organisation__name", "pk")]


def funds_of(actor: Actor, campaign: Campaign) -> QuerySet[Fund]:
    """The co-op funds of a campaign, the newest first."""
    return funds_for(actor).filter(subject=subject_of_fund(campaign))


def fund_of(actor: Actor, campaign: Campaign, pk: int) -> Fund:
    """Return a fund of this campaign.

    Raises:
        NotFound: it is no fund of it.
    """
    found = funds_of(actor, campaign).filter(pk=pk).first()
    if found is None:
        raise NotFound
    return found


def campaign_of_fund(actor: Actor, fund: Fund) -> Campaign:
    """Return the campaign a fund belongs to, for staff.

    Raises:
        NotFound: the fund is of something else, or the actor is a partner.
    """
    kind, _colon, number = fund.subject.partition(":")
    if kind != "campaigns.campaign" or not number.isdigit():
        raise NotFound
    return campaign_by_id(actor, int(number))


def costs_of(actor: Actor, fund: Fund) -> QuerySet[FundCost]:
    """The costs that a fund was asked for, the newest first; partners see none."""
    rows = FundCost.objects.filter(brand_id=actor.own_brand(), party__fund=fund)
    rows = rows.select_related("party__fund", "party__organisation").order_by("-pk")
    return rows.none() if actor.is_partner else rows


def cost_by_id(actor: Actor, pk: int) -> FundCost:
    """Return one cost with its fund and campaign, for staff.

    Raises:
        NotAllowed: the role sees no campaigns, or no funds.
        NotFound: there is none, or not for this actor.
    """
    actor.require(Permission.CAMPAIGN_VIEW)
    actor.require(Permission.FUND_VIEW)  # it says what the fund holds
    rows = FundCost.objects.filter(pk=pk, brand_id=actor.own_brand())
    found = rows.select_related("party__fund", "party__organisation", "campaign").first()
    if found is None or actor.is_partner:
        raise NotFound
    return found


def evidence_of(sheets: list[PartnerSheet], gate: Gate, found: Standing) -> Mapping[str, Any]:
    """What an invitation rests on, as JSON values."""
    return {
        "sheets": [row.pk for row in sheets], "total": found.total, "spread": found.spread,
        "threshold": gate.threshold,
        "weights": {one.value: share for one, share in gate.weights.items()},
        "floors": {one.value: floor for one, floor in gate.floors.items()},
    }  # fmt: skip
