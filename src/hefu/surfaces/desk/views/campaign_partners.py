"""The partners of a campaign (活动伙伴) on the desk: scored apart, let in by a gate, invited."""

from typing import Any

from django.contrib import messages
from django.db.models import Q
from django.http import HttpResponse, HttpResponseRedirect
from django.http.response import HttpResponseBase
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from hefu.apps.accounts.models import Organisation
from hefu.apps.accounts.selectors import organisations_for
from hefu.apps.campaigns.models import Campaign, PartnerSheet
from hefu.apps.campaigns.selectors import partners as selectors
from hefu.apps.campaigns.selectors.plans import campaign_by_id
from hefu.apps.campaigns.services import funds
from hefu.apps.campaigns.services import partners as service
from hefu.core.errors import DomainError, Invalid
from hefu.core.permissions import Permission
from hefu.core.planning.scorecard import Gate, read_marks
from hefu.surfaces.design.parts import Crumb
from hefu.surfaces.desk.forms import put_refusal
from hefu.surfaces.desk.forms_partners import FundForm, ScoreForm, TermsForm
from hefu.surfaces.desk.frame import DeskRequest, page, render
from hefu.surfaces.desk.lists import list_page, searched
from hefu.surfaces.desk.promoting import boards, partnering
from hefu.surfaces.desk.promoting.campaign_tabs import path_to, tabs
from hefu.surfaces.desk.tables_funds import CandidatesTable, state_of

SHOWN = 50  # sheets on a partner's page, the newest


@page(Permission.CAMPAIGN_VIEW)
def partners(request: DeskRequest, pk: int) -> HttpResponseBase:
    """List the network's partners by their points; set the gate, open funds."""
    campaign = campaign_by_id(request.actor, pk)
    terms = selectors.terms_of(campaign)
    gate = selectors.gate_of(terms)
    joined = selectors.joined_partners(campaign)
    deed = request.POST.get("deed", "")
    terms_form = TermsForm(request.POST if deed == "terms" else None, terms=terms, gate=gate)
    fund_form = FundForm(request.POST if deed == "fund" else None, partners=joined)
    made: dict[str, TermsForm | FundForm] = {"terms": terms_form, "fund": fund_form}
    form = made.get(deed)
    if form is not None and form.is_valid():
        try:
            return _changed(request, campaign, form)
        except DomainError as refusal:
            put_refusal(form, refusal)
    words = searched(request)
    network = organisations_for(request.actor)
    if words:
        network = network.filter(Q(name__icontains=words) | Q(code__icontains=words))
    rows = selectors.candidates(request.actor, campaign, network)
    rows.sort(key=_best_first)
    return list_page(
        request, "desk/campaign_partners.html", CandidatesTable(rows, campaign=campaign.pk),
        name=f"{campaign.slug}-partners",
        context={
            "campaign": campaign, "tabs": tabs(campaign, "campaign_partners"),
            "kind": terms.get_kind_display() if terms else "", "gate": partnering.gate_facts(gate),
            "joined": len(joined), "terms_form": terms_form, "fund_form": fund_form,
            "searchable": True, "funds": _funds(request, campaign),
            "may_write": request.actor.may(Permission.CAMPAIGN_MANAGE),
            "may_open": request.actor.may(Permission.BUDGET_MANAGE),
        },
        crumbs=path_to(campaign), status=422 if form is not None and form.errors else 200,
    )  # fmt: skip


def _best_first(one: selectors.Candidate) -> tuple[int, str]:
    return -one.standing.total if one.standing else 1, one.organisation.name


def _funds(request: DeskRequest, campaign: Campaign) -> list[dict[str, Any]]:
    if not request.actor.may(Permission.FUND_VIEW):
        return []
    return [
        {
            "pk": fund.pk, "name": fund.name, "closed": fund.closed_at is not None,
            "target": boards.amount(fund.target, fund.currency),
            "balance": boards.amount(fund.balance, fund.currency),
        }
        for fund in selectors.funds_of(request.actor, campaign)[:SHOWN]
    ]  # fmt: skip


def _changed(
    request: DeskRequest, campaign: Campaign, form: TermsForm | FundForm
) -> HttpResponseRedirect:
    now = timezone.now()
    if isinstance(form, TermsForm):
        try:
            service.set_terms(
                request.actor, campaign=campaign, kind=form.cleaned_data["kind"], gate=form.gate(),
                now=now,
            )  # fmt: skip
        except Invalid as refusal:
            if refusal.details["field"] == "weights":
                refusal.details["field"] = "weight_awareness"
            raise
        messages.success(request, _("Saved."))
        return HttpResponseRedirect(reverse("desk:campaign_partners", args=[campaign.pk]))
    given = form.cleaned_data
    try:
        fund = funds.open_fund(
            request.actor, campaign=campaign, name=given["name"], target=given["target"],
            shares=form.shares(), now=now,
        )  # fmt: skip
    except Invalid as refusal:
        if refusal.details["field"] == "shares":
            refusal.details["field"] = "share_brand"
        raise
    messages.success(request, _("The fund %(name)s is open.") % {"name": fund.name})
    return HttpResponseRedirect(reverse("desk:fund", args=[fund.pk]))


@page(Permission.CAMPAIGN_VIEW)
def partner(request: DeskRequest, pk: int, partner: int) -> HttpResponse:
    """Show a partner's sheets; file one's own, invite it, note its answer."""
    campaign = campaign_by_id(request.actor, pk)
    organisation = selectors.partner_of(request.actor, partner)
    mine = _own_sheet(request, campaign, organisation)
    deed = request.POST.get("deed", "")
    form = ScoreForm(
        request.POST if deed == "score" else None, marks=read_marks(mine.marks) if mine else None
    )
    if request.method == "POST" and (deed != "score" or form.is_valid()):
        try:
            messages.success(request, _deed(request, campaign, organisation, deed, form))
        except DomainError as refusal:
            messages.error(request, partnering.refusal_said(refusal))
        return HttpResponseRedirect(request.path)
    return _show(request, campaign, organisation, form, scored=mine is not None)


def _own_sheet(
    request: DeskRequest, campaign: Campaign, organisation: Organisation
) -> PartnerSheet | None:
    sheets = selectors.sheets_of(campaign, organisation)
    return next((row for row in sheets if row.assessor_id == request.actor.user_id), None)


def _deed(
    request: DeskRequest, campaign: Campaign, organisation: Organisation, deed: str, form: ScoreForm
) -> str:
    now = timezone.now()
    if deed == "score":
        service.score_partner(
            request.actor, campaign=campaign, organisation=organisation, marks=form.marks(), now=now
        )
        return _("Your sheet is filed.")
    if deed == "invite":
        service.invite_partner(request.actor, campaign=campaign, organisation=organisation, now=now)
        return _("%(name)s is invited.") % {"name": organisation.name}
    if deed not in ("joins", "declines"):
        raise Invalid(field="deed", rule="not_a_choice")
    service.answer_invitation(
        request.actor, campaign=campaign, organisation=organisation, joins=deed == "joins", now=now
    )
    return _("Noted.")


def _show(
    request: DeskRequest, campaign: Campaign, organisation: Organisation, form: ScoreForm, *,
    scored: bool,
) -> HttpResponse:  # fmt: skip
    """Others' sheets are shown to an assessor only beside an own one: each scores apart."""
    may_write = request.actor.may(Permission.CAMPAIGN_MANAGE)
    gate: Gate = selectors.gate_of(selectors.terms_of(campaign))
    [found] = selectors.candidates(
        request.actor, campaign, organisations_for(request.actor).filter(pk=organisation.pk)
    )
    counting = {row.pk for row in selectors.sheets_of(campaign, organisation)}
    filed: list[PartnerSheet] = []
    if scored or not may_write:
        filed = list(selectors.all_sheets_of(campaign, organisation)[:SHOWN])
    word, tone = state_of(found)
    return render(
        request, "desk/campaign_partner.html",
        {
            "campaign": campaign, "partner": organisation, "form": form, "may_write": may_write,
            "tabs": tabs(campaign, "campaign_partners"), "state": word, "tone": tone,
            "gate": partnering.gate_facts(gate), "standing": found.standing,
            "invitation": found.invitation, "scored": scored, "apart": may_write and not scored,
            "figures": partnering.figures(gate, found.standing) if found.standing else [],
            "sheets": [
                partnering.sheet_shown(row, last=row.pk in counting) for row in filed
            ],
        },
        crumbs=[
            *path_to(campaign)[:-1],
            Crumb(
                label=campaign.title, url=reverse("desk:campaign_partners", args=[campaign.pk])
            ),
            Crumb(label=organisation.name),
        ],
        status=422 if form.errors else 200,
    )  # fmt: skip
