"""The price book (价格表) on the desk: proposed by one person, agreed to by another."""

from collections.abc import Callable
from typing import Any

from django.contrib import messages
from django.http import HttpResponse, HttpResponseRedirect
from django.http.response import HttpResponseBase
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from hefu.apps.accounts.models import Approval
from hefu.apps.accounts.selectors import approvals_for
from hefu.apps.campaigns.models import PriceEntry
from hefu.apps.campaigns.selectors.prices import price_by_id, prices_for
from hefu.apps.campaigns.services import prices as service
from hefu.apps.orders.selectors.articles import articles_for
from hefu.core.errors import DomainError, NotAllowed, NotFound
from hefu.core.permissions import Permission
from hefu.surfaces.design.numbers import grouped
from hefu.surfaces.design.parts import Fact
from hefu.surfaces.desk.forms import put_refusal, sent
from hefu.surfaces.desk.forms_promotions import PriceForm
from hefu.surfaces.desk.frame import DeskRequest, page, render
from hefu.surfaces.desk.lists import list_page, searched
from hefu.surfaces.desk.promoting import boards
from hefu.surfaces.desk.promoting.gates_said import refused
from hefu.surfaces.desk.promoting.prices import price_badge, price_words
from hefu.surfaces.desk.shown import NOTHING, trail, when
from hefu.surfaces.desk.tables_promotions import PricesTable
from hefu.surfaces.desk.views.approvals import DecisionForm


@page(Permission.CAMPAIGN_VIEW)
def prices(request: DeskRequest) -> HttpResponseBase:
    """List the price book."""
    rows, words = prices_for(request.actor), searched(request)
    if words:
        rows = rows.filter(sku__icontains=words)
    return list_page(
        request, "desk/price_book.html", PricesTable(rows, now=timezone.now()), name="price-book",
        context={
            "tabs": boards.tabs("price_book"), "searchable": True, "search_hint": _("Article"),
            "may_propose": request.actor.may(Permission.CAMPAIGN_MANAGE),
        },
    )  # fmt: skip


@page(Permission.CAMPAIGN_MANAGE)
def propose(request: DeskRequest) -> HttpResponse:
    """Propose a price; a second person is asked at once."""
    form = PriceForm(request.actor, sent(request))
    if form.is_bound and form.is_valid():
        try:
            entry = service.propose_price(request.actor, price=form.price(), now=timezone.now())
        except DomainError as refusal:
            if refusal.details.get("field") in form.fields:
                put_refusal(form, refusal)
            else:
                form.add_error(None, refused(refusal, {}, "CNY"))
        else:
            messages.success(request, _("Proposed. A second person decides."))
            return HttpResponseRedirect(reverse("desk:price", args=[entry.pk]))
    title = _("New price")
    return render(
        request, "desk/form.html",
        {"form": form, "title": title, "save": _("Propose"), "explained": _(
            "A price of one article for a quantity, a time or an audience. Who it is for is shown "
            "beside it: prices that differ under the same conditions are never hidden.")},
        crumbs=_crumbs(title), status=422 if form.errors else 200,
    )  # fmt: skip


@page(Permission.CAMPAIGN_VIEW)
def price(request: DeskRequest, pk: int) -> HttpResponse:
    """Show one entry, and what may be done with it."""
    return _show(request, price_by_id(request.actor, pk))


def _show(
    request: DeskRequest, entry: PriceEntry, form: DecisionForm | None = None
) -> HttpResponse:
    asked = approvals_for(request.actor).filter(
        kind=service.APPROVAL, subject_id=entry.pk, decision=Approval.Decision.OPEN
    ).first()  # fmt: skip
    own = asked is not None and asked.asked_by_id == request.actor.user_id
    may = request.actor.may
    return render(
        request, "desk/price.html",
        {
            "entry": entry, "badge": price_badge(entry, timezone.now()), "asked": asked,
            "facts": _facts(request, entry), "decision_form": form or DecisionForm(),
            "may_decide": may(Permission.APPROVAL_DECIDE) and not own,
            "may_withdraw": may(Permission.CAMPAIGN_MANAGE) and entry.withdrawn_at is None
            and entry.approved_at is not None,
        },
        crumbs=_crumbs(entry.sku), status=409 if form else 200,
    )  # fmt: skip


def _crumbs(end: str) -> Any:
    steps = ((_("Promotions"), "desk:promotions"), (_("Price book"), "desk:price_book"))
    return trail(*steps, end=end)


def _facts(request: DeskRequest, entry: PriceEntry) -> list[Fact]:
    article = articles_for(request.actor).filter(sku=entry.sku).first()
    listed = boards.amount(article.unit, entry.currency) if article else NOTHING
    facts = [
        Fact(name=_("Article"), value=article.title if article else entry.sku),
        Fact(name=_("Price"), value=boards.amount(entry.unit, entry.currency)),
        Fact(name=_("List price"), value=listed),
        Fact(name=_("From this quantity"), value=grouped(entry.min_qty)),
        Fact(name=_("Published audience"), value=entry.audience or _("everybody")),
        Fact(name=_("Time"), value=boards.window(entry.starts_at, entry.ends_at)),
        *(Fact(name=_("Condition"), value=words) for words in price_words(entry)),
        Fact(name=_("Written by"), value=f"{entry.written_by}, {when(entry.written_at)}"),
        Fact(name=_("Content hash"), value=entry.content_hash, code=True),
    ]
    for name, at in ((_("Approved"), entry.approved_at), (_("Withdrawn"), entry.withdrawn_at)):
        if at is not None:
            facts.append(Fact(name=name, value=when(at)))
    return facts


@page(Permission.APPROVAL_DECIDE)
@require_POST
def decide(request: DeskRequest, pk: int) -> HttpResponse:
    """Agree or refuse as the second person."""
    entry = price_by_id(request.actor, pk)
    form = DecisionForm(request.POST)
    if not form.is_valid():
        return _show(request, entry, form)
    grant = request.POST.get("decision") == "grant"
    deed: Callable[..., PriceEntry] = service.approve_price if grant else service.refuse_price
    try:
        deed(request.actor, entry=entry, note=form.cleaned_data["note"], now=timezone.now())
    except (NotFound, NotAllowed):
        raise
    except DomainError as refusal:
        if refusal.details.get("field") == "note":
            put_refusal(form, refusal)
        else:
            form.add_error(None, refused(refusal, {}, entry.currency))
        return _show(request, entry, form)
    said = _("Agreed. The price holds at once, within its time.") if grant else _("Refused.")
    messages.success(request, said)
    return HttpResponseRedirect(reverse("desk:price", args=[pk]))


@page(Permission.CAMPAIGN_MANAGE)
@require_POST
def withdraw(request: DeskRequest, pk: int) -> HttpResponse:
    """Take a price out of force."""
    entry = price_by_id(request.actor, pk)
    service.withdraw_price(request.actor, entry=entry, now=timezone.now())
    messages.success(request, _("Withdrawn. The list price holds again."))
    return HttpResponseRedirect(reverse("desk:price", args=[pk]))
