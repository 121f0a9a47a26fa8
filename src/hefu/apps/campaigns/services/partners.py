"""Choosing the partners of a campaign (伙伴筛选): terms, score sheets, a gate, invitations."""

from collections.abc import Mapping
from datetime import datetime

from django.db import IntegrityError, transaction

from hefu.apps.accounts.models import Organisation
from hefu.apps.audit.services import record, service
from hefu.apps.campaigns.errors.partners import BelowGate, NotScored
from hefu.apps.campaigns.models import Campaign, PartnerInvitation, PartnerSheet, PartnerTerms
from hefu.apps.campaigns.selectors.partners import (
    evidence_of,
    gate_of,
    partner_of,
    sheets_of,
    terms_of,
)
from hefu.apps.campaigns.selectors.plans import campaign_by_id
from hefu.core.actor import Actor
from hefu.core.errors import Invalid, NotAllowed, NotFound
from hefu.core.permissions import Permission
from hefu.core.planning.scorecard import (
    Criterion,
    Gate,
    Mark,
    check_gate,
    check_sheet,
    marks_document,
    read_marks,
    standing,
    weighted,
)

State = PartnerInvitation.State


@service
def set_terms(
    actor: Actor, *, campaign: Campaign, kind: str, gate: Gate, now: datetime
) -> PartnerTerms:
    """Say what kind of channel campaign it is, and the weights and the gate of its partners.

    Sheets stay as they were; from now on they count with the new weights. Who was invited stays
    invited, with the figures of that day.

    Raises:
        NotAllowed, NotFound: the role manages no campaigns, or another brand's.
        Invalid: no such kind; a gate that makes no sense (``core.planning.scorecard.check_gate``).
    """
    actor.require(Permission.CAMPAIGN_MANAGE)
    campaign = campaign_by_id(actor, campaign.pk)
    if kind not in PartnerTerms.Kind.values:
        raise Invalid(field="kind", rule="not_a_choice", value=kind)
    check_gate(gate)
    terms, _made = PartnerTerms.objects.update_or_create(
        campaign=campaign,
        defaults={
            "brand_id": campaign.brand_id, "kind": kind, "threshold": gate.threshold,
            "weights": {one.value: share for one, share in gate.weights.items()},
            "floors": {one.value: floor for one, floor in gate.floors.items()},
            "written_by": actor.label, "written_at": now,
        },
    )  # fmt: skip
    record(
        actor, "campaigns.partner_terms_set", campaign, now=now, kind=kind,
        threshold=gate.threshold,
    )  # fmt: skip
    return terms


@service
def score_partner(
    actor: Actor, *, campaign: Campaign, organisation: Organisation,
    marks: Mapping[Criterion, Mark], now: datetime,
) -> PartnerSheet:  # fmt: skip
    """File one's own score sheet of a partner; an earlier one of the same person stays on file.

    Raises:
        NotAllowed: the role manages no campaigns, or it is no person.
        NotFound: another brand's campaign or partner.
        Invalid: a criterion without points, or with others than 1 to 5.
    """
    actor.require(Permission.CAMPAIGN_MANAGE)
    if actor.user_id is None:
        raise NotAllowed(permission=Permission.CAMPAIGN_MANAGE.value)  # a person scores, not a key
    campaign = campaign_by_id(actor, campaign.pk)
    organisation = partner_of(actor, organisation.pk)
    check_sheet(marks)
    weights = gate_of(terms_of(campaign)).weights
    mine = PartnerSheet.objects.filter(
        campaign=campaign, organisation=organisation, assessor_id=actor.user_id
    )
    last = mine.order_by("-number").first()
    try:
        with transaction.atomic():
            sheet = PartnerSheet.objects.create(
                brand_id=campaign.brand_id, campaign=campaign, organisation=organisation,
                assessor_id=actor.user_id, assessor=actor.label,
                number=last.number + 1 if last else 1, marks=marks_document(marks),
                weights={one.value: share for one, share in weights.items()},
                total=weighted(marks, weights), written_at=now,
            )  # fmt: skip
    except IntegrityError as error:  # the same person twice in one moment
        raise Invalid(field="marks", rule="taken") from error
    record(
        actor, "campaigns.partner_scored", campaign, now=now, partner=organisation.code,
        total=sheet.total,
    )  # fmt: skip
    return sheet


@service
def invite_partner(
    actor: Actor, *, campaign: Campaign, organisation: Organisation, now: datetime
) -> PartnerInvitation:
    """Ask a partner to take part, if its sheets pass the gate; the figures are kept with it.

    Raises:
        NotAllowed, NotFound: see ``score_partner``.
        NotScored: nobody has filled in a sheet.
        BelowGate: the total or one criterion is below what is needed; says both figures.
        Invalid: it was invited already.
    """
    actor.require(Permission.CAMPAIGN_MANAGE)
    campaign = campaign_by_id(actor, campaign.pk)
    organisation = partner_of(actor, organisation.pk)
    sheets = sheets_of(campaign, organisation)
    if not sheets:
        raise NotScored
    gate = gate_of(terms_of(campaign))
    found = standing([read_marks(row.marks) for row in sheets], gate)
    if found.shortfalls:
        short = found.shortfalls[0]
        raise BelowGate(
            criterion=short.criterion.value if short.criterion else "", reached=short.reached,
            needed=short.needed,
        )  # fmt: skip
    try:
        with transaction.atomic():
            invitation = PartnerInvitation.objects.create(
                brand_id=campaign.brand_id, campaign=campaign, organisation=organisation,
                state=State.INVITED, evidence=dict(evidence_of(sheets, gate, found)),
                invited_by=actor.label, invited_at=now,
            )  # fmt: skip
    except IntegrityError as error:
        raise Invalid(field="partner", rule="taken", value=organisation.name) from error
    record(
        actor, "campaigns.partner_invited", campaign, now=now, partner=organisation.code,
        total=found.total, threshold=gate.threshold,
    )  # fmt: skip
    return invitation


@service
def answer_invitation(
    actor: Actor, *, campaign: Campaign, organisation: Organisation, joins: bool, now: datetime
) -> PartnerInvitation:
    """Note what an invited partner said; it may change its mind.

    Raises:
        NotAllowed, NotFound: see ``score_partner``; also when it was not invited.
    """
    actor.require(Permission.CAMPAIGN_MANAGE)
    campaign = campaign_by_id(actor, campaign.pk)
    organisation = partner_of(actor, organisation.pk)
    invitation = PartnerInvitation.objects.filter(
        campaign=campaign, organisation=organisation
    ).first()
    if invitation is None:
        raise NotFound(field="partner")
    invitation.state = State.JOINED if joins else State.DECLINED
    invitation.answered_at = now
    invitation.save(update_fields=["state", "answered_at"])
    record(
        actor, "campaigns.partner_answered", campaign, now=now, partner=organisation.code,
        answer=invitation.state,
    )  # fmt: skip
    return invitation
