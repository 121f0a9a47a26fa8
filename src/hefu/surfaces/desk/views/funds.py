"""Co-op funds (合作基金) on the desk: the brand sees the whole, a partner its own statement."""

import secrets

from django.contrib import messages
from django.http import HttpResponse, HttpResponseRedirect
from django.http.response import HttpResponseBase
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from hefu.apps.accounts.models import Approval
from hefu.apps.accounts.selectors import approvals_for
from hefu.apps.campaigns.selectors.partners import campaign_of_fund, cost_by_id, costs_of
from hefu.apps.campaigns.services import funds as service
from hefu.apps.ledger.models import Fund
from hefu.apps.ledger.selectors import fund_by_id, funds_for, movements_of, standings_of
from hefu.apps.ledger.services import Payment
from hefu.core.errors import DomainError, Invalid, NotAllowed
from hefu.core.permissions import Permission
from hefu.surfaces.design.parts import Crumb
from hefu.surfaces.desk.forms import put_refusal, sent, whole_number
from hefu.surfaces.desk.forms_partners import MoneyForm
from hefu.surfaces.desk.frame import DeskRequest, page, render
from hefu.surfaces.desk.lists import list_page
from hefu.surfaces.desk.promoting import boards, partnering
from hefu.surfaces.desk.shown import trail
from hefu.surfaces.desk.tables_funds import FundsTable, MovementsTable, OwnFundsTable
from hefu.surfaces.desk.views.approvals import DecisionForm
from hefu.surfaces.desk.words import refusal_text

SHOWN = 20  # costs on a fund's page, the newest


@page(Permission.FUND_VIEW)
def funds(request: DeskRequest) -> HttpResponseBase:
    """List the funds: all of the brand, or those one takes part in."""
    table = OwnFundsTable if request.actor.is_partner else FundsTable
    return list_page(
        request, "desk/funds.html", table(funds_for(request.actor)), name="funds",
        context={"partner": request.actor.is_partner},
    )  # fmt: skip


@page(Permission.FUND_VIEW)
def fund(request: DeskRequest, pk: int) -> HttpResponseBase:
    """Show a fund's statement; who manages budgets notes payments and asks for costs."""
    found = fund_by_id(request.actor, pk)
    parties = standings_of(request.actor, found)
    may_pay = request.actor.may(Permission.BUDGET_MANAGE) and not request.actor.is_partner
    deed = request.POST.get("deed", "")
    made = {
        name: MoneyForm(
            request.POST if deed == name else None, parties=parties, prefix=name
        )
        for name in ("pay", "cost")
    }  # fmt: skip
    form = made.get(deed)
    if request.method == "POST" and not may_pay:
        raise NotAllowed(permission=Permission.BUDGET_MANAGE.value)
    if request.method == "POST" and (form is None or form.is_valid()):
        try:
            messages.success(request, _deed(request, found, deed, form))
            return HttpResponseRedirect(request.path)
        except DomainError as refusal:
            if form is None:
                messages.error(request, refusal_text(refusal))
                return HttpResponseRedirect(request.path)
            put_refusal(form, refusal)
    return list_page(
        request, "desk/fund.html", _movements(request, found),
        name=f"fund-{found.pk}",
        context={
            "fund": found, "forms": made, "may_pay": may_pay and found.closed_at is None,
            "partner": request.actor.is_partner, "key": secrets.token_hex(8),
            "balance": boards.amount(found.balance, found.currency),
            "target": boards.amount(found.target, found.currency),
            "parties": [partnering.standing_shown(one, found.currency) for one in parties],
            "costs": [
                partnering.cost_shown(one) for one in costs_of(request.actor, found)[:SHOWN]
            ],
            "campaign": None if request.actor.is_partner else campaign_of_fund(
                request.actor, found
            ),
        },
        crumbs=trail((_("Co-op funds"), "desk:funds"), end=found.name),
        status=422 if form is not None and form.errors else 200,
    )  # fmt: skip


def _movements(request: DeskRequest, found: Fund) -> MovementsTable:
    """Who noted it is the brand's own business."""
    hidden = ("by",) if request.actor.is_partner else ()
    return MovementsTable(movements_of(request.actor, found), exclude=hidden)


def _deed(request: DeskRequest, found: Fund, deed: str, form: MoneyForm | None) -> str:
    now = timezone.now()
    campaign = campaign_of_fund(request.actor, found)
    if deed == "close":
        back = service.close_fund(
            request.actor, campaign=campaign, fund=found,
            balance=whole_number(request.POST.get("balance", "")) or 0, now=now,
        )  # fmt: skip
        paid = boards.amount(sum(one.amount for one in back), found.currency)
        return _("The fund is closed; %(amount)s went back.") % {"amount": paid}
    if form is None:
        raise Invalid(field="deed", rule="not_a_choice")
    given, whose = form.cleaned_data, form.organisation_id()
    if deed == "pay":
        payment = Payment(
            organisation_id=whose, amount=given["amount"], note=given["note"],
            receipt=given["receipt"], key=f"desk:{request.POST.get('key', '')[:40]}",
        )  # fmt: skip
        service.pay_in(request.actor, campaign=campaign, fund=found, payment=payment, now=now)
        return _("Noted.")
    party = next(one for one in found.parties.all() if one.organisation_id == whose)
    service.ask_cost(
        request.actor, campaign=campaign, party=party, amount=given["amount"], note=given["note"],
        receipt=given["receipt"], now=now,
    )  # fmt: skip
    return _("A second person is asked.")


@page(Permission.CAMPAIGN_VIEW)
def cost(request: DeskRequest, pk: int) -> HttpResponse:
    """Show a cost a fund is asked for; a second person lets it out or refuses."""
    found = cost_by_id(request.actor, pk)
    asked = approvals_for(request.actor).filter(
        kind=service.APPROVAL, subject_id=found.pk, decision=Approval.Decision.OPEN
    ).first()  # fmt: skip
    form = DecisionForm(sent(request))
    if request.method == "POST" and form.is_valid():
        grant = request.POST.get("deed") == "grant"
        try:
            service.decide_cost(
                request.actor, cost=found, grant=grant, note=form.cleaned_data["note"],
                now=timezone.now(),
            )  # fmt: skip
        except DomainError as refusal:
            put_refusal(form, refusal)
        else:
            messages.success(request, _("Decided."))
            return HttpResponseRedirect(reverse("desk:fund", args=[found.party.fund_id]))
    own = asked is not None and asked.asked_by_id == request.actor.user_id
    fund = found.party.fund
    return render(
        request, "desk/fund_cost.html",
        {
            "cost": partnering.cost_shown(found), "fund": fund, "form": form, "asked": asked,
            "balance": boards.amount(fund.balance, fund.currency), "own": own,
            "may_decide": asked is not None and not own
            and request.actor.may(Permission.APPROVAL_DECIDE),
        },
        crumbs=[
            *trail((_("Co-op funds"), "desk:funds")),
            Crumb(label=fund.name, url=reverse("desk:fund", args=[fund.pk])),
            Crumb(label=found.receipt),
        ],
        status=409 if form.errors else 200,
    )  # fmt: skip
