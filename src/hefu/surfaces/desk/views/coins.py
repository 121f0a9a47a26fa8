"""C-coins (C币): balances, movements, budgets, shortfalls, and whether the book balances."""

from typing import Any

from django.contrib import messages
from django.http import HttpResponse, HttpResponseRedirect
from django.http.response import HttpResponseBase
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from hefu.apps.ledger.models import Budget
from hefu.apps.ledger.selectors import (
    budgets_for,
    ledger_sums,
    member_accounts_for,
    shortfalls_for,
    transfers_for,
)
from hefu.apps.ledger.services import change_budget, create_budget
from hefu.core.errors import DomainError, NotFound
from hefu.core.permissions import Permission
from hefu.surfaces.design.numbers import grouped
from hefu.surfaces.design.parts import Fact, Tab
from hefu.surfaces.desk.forms import put_refusal
from hefu.surfaces.desk.forms_house import BudgetChangeForm, BudgetForm
from hefu.surfaces.desk.frame import DeskRequest, page, render
from hefu.surfaces.desk.lists import list_page
from hefu.surfaces.desk.shown import trail
from hefu.surfaces.desk.tables_consumers import (
    BalancesTable,
    BudgetsTable,
    ShortfallsTable,
    TransfersTable,
)


@page(Permission.LEDGER_VIEW)
def balances(request: DeskRequest) -> HttpResponseBase:
    """List who has how many coins, the most first."""
    rows = member_accounts_for(request.actor).order_by("-balance", "pk")
    return _list(request, BalancesTable(rows), "balances")


@page(Permission.LEDGER_VIEW)
def movements(request: DeskRequest) -> HttpResponseBase:
    """List every movement, newest first."""
    rows = transfers_for(request.actor).select_related("budget")
    return _list(request, TransfersTable(rows), "movements")


@page(Permission.LEDGER_VIEW)
def budgets(request: DeskRequest) -> HttpResponseBase:
    """List the budgets with what is left."""
    return _list(request, BudgetsTable(budgets_for(request.actor)), "budgets")


@page(Permission.LEDGER_VIEW)
def shortfalls(request: DeskRequest) -> HttpResponseBase:
    """List what could not be taken back."""
    return _list(request, ShortfallsTable(shortfalls_for(request.actor)), "shortfalls")


@page(Permission.LEDGER_VIEW)
def book(request: DeskRequest) -> HttpResponse:
    """Add the whole book up, now: where every coin lies, and that the sum is zero."""
    sums = [each for each in ledger_sums().books if each.brand_id == request.actor.own_brand()]
    books = [
        {
            "currency": each.currency,
            "balanced": each.total == 0,
            "facts": [
                Fact(name=_("Given out"), value=grouped(-each.issued)),
                Fact(name=_("With members"), value=grouped(each.member)),
                Fact(name=_("Set aside"), value=grouped(each.held)),
                Fact(name=_("Spent"), value=grouped(each.spent)),
                Fact(name=_("Expired"), value=grouped(each.expired)),
                Fact(name=_("Taken back"), value=grouped(each.reversed)),
                Fact(name=_("Difference"), value=grouped(each.total)),
            ],
        }
        for each in sums
    ]
    return render(request, "desk/coins_book.html", {"books": books, "tabs": _tabs("book")})


@page(Permission.BUDGET_MANAGE)
def budget_new(request: DeskRequest) -> HttpResponse:
    """Open a budget."""
    form = BudgetForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            made = create_budget(request.actor, now=timezone.now(), **form.cleaned_data)
        except DomainError as refusal:
            put_refusal(form, refusal)
        else:
            messages.success(request, _("The budget %(name)s is open.") % {"name": made})
            return HttpResponseRedirect(reverse("desk:budgets"))
    return _form(request, form, title=_("New budget"), save=_("Open the budget"))


@page(Permission.LEDGER_VIEW)
def budget(request: DeskRequest, pk: int) -> HttpResponse:
    """Show a budget; its numbers are changed from here by those who may."""
    found = _budget(request, pk)
    may = request.actor.may(Permission.BUDGET_MANAGE)
    begun = {"limit": found.limit, "per_person": found.per_person}
    form = BudgetChangeForm(request.POST or None, initial=begun)
    if request.method == "POST":
        request.actor.require(Permission.BUDGET_MANAGE)
        if form.is_valid():
            try:
                change_budget(request.actor, budget_id=pk, now=timezone.now(), **form.cleaned_data)
            except DomainError as refusal:
                put_refusal(form, refusal)
            else:
                messages.success(request, _("The budget %(name)s was changed.") % {"name": found})
                return HttpResponseRedirect(reverse("desk:budget", args=[pk]))
    left = found.limit - found.used
    context = {
        "budget": found, "form": form if may else None,
        "left": grouped(left), "used": grouped(found.used), "limit": grouped(found.limit),
        "per_person": grouped(found.per_person) if found.per_person is not None else _("no cap"),
    }  # fmt: skip
    return render(
        request, "desk/budget.html", context, status=422 if form.errors else 200,
        crumbs=trail((_("C-coins"), "desk:coins"), (_("Budgets"), "desk:budgets"), end=found.name),
    )  # fmt: skip


def _budget(request: DeskRequest, pk: int) -> Budget:
    found = budgets_for(request.actor).filter(pk=pk).first()
    if found is None:
        raise NotFound
    return found


def _form(request: DeskRequest, form: BudgetForm, *, title: str, save: str) -> HttpResponse:
    return render(
        request, "desk/form.html",
        {"form": form, "title": title, "save": save, "explained": _(
            "Coins that may be given away for one purpose. When it is used up, activations "
            "still work; they only bring no coins.")},
        crumbs=trail((_("C-coins"), "desk:coins"), (_("Budgets"), "desk:budgets"), end=title),
        status=422 if form.errors else 200,
    )  # fmt: skip


def _list(request: DeskRequest, table: Any, which: str) -> HttpResponseBase:
    return list_page(
        request, "desk/coins.html", table, name=which,
        context={
            "tabs": _tabs(which), "which": which,
            "may_budget": request.actor.may(Permission.BUDGET_MANAGE),
        },
    )  # fmt: skip


def _tabs(which: str) -> list[Tab]:
    views = {
        "balances": ("desk:coins", _("Balances")),
        "movements": ("desk:coins_history", _("Movements")),
        "budgets": ("desk:budgets", _("Budgets")),
        "shortfalls": ("desk:shortfalls", _("Shortfalls")),
        "book": ("desk:coins_book", _("The book")),
    }
    return [
        Tab(label=label, url=reverse(view), current=name == which)
        for name, (view, label) in views.items()
    ]
