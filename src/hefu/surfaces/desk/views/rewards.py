"""The points shop behind the counter: rewards on offer, and what waits to be sent."""

import json
from typing import Any

from django.contrib import messages
from django.http import HttpResponse, HttpResponseRedirect
from django.http.response import HttpResponseBase
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from hefu.apps.campaigns.models import CoinKind, RedemptionState, RewardKind
from hefu.apps.campaigns.selectors.shop import (
    redemption_by_id,
    redemptions_for,
    reward_by_id,
    rewards_for,
)
from hefu.apps.campaigns.services.redemptions import (
    cancel_redemption,
    confirm_delivery,
    ship_redemption,
)
from hefu.apps.campaigns.services.shop import (
    RewardTerms,
    better_reward,
    offer_reward,
    withdraw_reward,
)
from hefu.core.errors import DomainError
from hefu.core.permissions import Permission
from hefu.surfaces.design.numbers import grouped
from hefu.surfaces.design.parts import Fact, Tab
from hefu.surfaces.desk.forms import put_refusal
from hefu.surfaces.desk.forms_coupons import ReasonForm, today
from hefu.surfaces.desk.forms_rewards import BetterForm, ParcelForm, RewardForm
from hefu.surfaces.desk.frame import DeskRequest, page, render
from hefu.surfaces.desk.lists import list_page
from hefu.surfaces.desk.shown import NOTHING, trail, when
from hefu.surfaces.desk.tables_coupons import RedemptionsTable, RewardsTable


@page(Permission.CAMPAIGN_VIEW)
def rewards(request: DeskRequest) -> HttpResponseBase:
    """List the rewards."""
    return _list(request, RewardsTable(rewards_for(request.actor)), "rewards")


@page(Permission.CAMPAIGN_VIEW)
def redemptions(request: DeskRequest) -> HttpResponseBase:
    """List what members took, newest first."""
    return _list(request, RedemptionsTable(redemptions_for(request.actor)), "redemptions")


@page(Permission.CAMPAIGN_MANAGE)
def offer(request: DeskRequest) -> HttpResponse:
    """Put a reward into the shop."""
    form = RewardForm(request.actor, request.POST or None, initial={"first_day": today()})
    if request.method == "POST" and form.is_valid():
        try:
            made = offer_reward(
                request.actor, terms=RewardTerms(**form.terms()), now=timezone.now()
            )
        except DomainError as refusal:
            put_refusal(form, refusal)
        else:
            messages.success(request, _("%(title)s is in the shop.") % {"title": made.title})
            return HttpResponseRedirect(reverse("desk:reward", args=[made.pk]))
    return _form(request, form, title=_("New reward"), save=_("Put it into the shop"), lead=_(
        "Once announced, its terms only get better: a lower price, more of them, a later end."
    ))  # fmt: skip


@page(Permission.CAMPAIGN_VIEW)
def reward(request: DeskRequest, pk: int) -> HttpResponse:
    """Show a reward; its terms are bettered from here."""
    found = reward_by_id(request.actor, pk)
    may = request.actor.may(Permission.CAMPAIGN_MANAGE) and found.withdrawn_at is None
    form = BetterForm(request.POST or None)
    if request.method == "POST":
        request.actor.require(Permission.CAMPAIGN_MANAGE)
        if form.is_valid():
            try:
                better_reward(request.actor, reward=found, now=timezone.now(), **form.changes())
            except DomainError as refusal:
                put_refusal(form, refusal)
            else:
                messages.success(request, _("The terms are better now."))
                return HttpResponseRedirect(reverse("desk:reward", args=[pk]))
    kinds, paid = dict(RewardKind.choices), dict(CoinKind.choices)
    facts = [
        Fact(name=_("Kind"), value=str(kinds[RewardKind(found.kind)])),
        Fact(name=_("Paid with"), value=str(paid[CoinKind(found.currency)])),
        Fact(name=_("From"), value=when(found.starts_at)),
        Fact(name=_("Until"), value=when(found.ends_at)),
        Fact(name=_("Per member"), value=grouped(found.per_member) if found.per_member else "–"),
    ]
    context = {
        "reward": found, "facts": facts, "form": form if may else None,
        "price": grouped(found.price), "stock": grouped(found.stock), "left": grouped(found.left),
        "taken": grouped(found.stock - found.left),
    }  # fmt: skip
    return render(
        request, "desk/reward.html", context, status=422 if form.errors else 200,
        crumbs=trail((_("Points shop"), "desk:rewards"), end=found.title),
    )  # fmt: skip


@page(Permission.CAMPAIGN_MANAGE)
def withdraw(request: DeskRequest, pk: int) -> HttpResponse:
    """Take a reward out of the shop, with a reason."""
    found = reward_by_id(request.actor, pk)
    form = ReasonForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        reason = form.cleaned_data["reason"]
        withdraw_reward(request.actor, reward=found, reason=reason, now=timezone.now())
        messages.success(request, _("%(title)s is out of the shop.") % {"title": found.title})
        return HttpResponseRedirect(reverse("desk:reward", args=[pk]))
    title = _("Withdraw the reward")
    return _form(request, form, title=title, save=title, lead=_(
        "Nobody can take it any more; what members have taken is still delivered."
    ))  # fmt: skip


@page(Permission.CAMPAIGN_VIEW)
def redemption(request: DeskRequest, pk: int) -> HttpResponse:
    """Show one redemption; who manages sales sends it, or undoes it."""
    found = redemption_by_id(request.actor, pk)
    may = request.actor.may(Permission.SALE_MANAGE)
    form = ParcelForm(request.POST or None)
    if request.method == "POST":
        request.actor.require(Permission.SALE_MANAGE)
        try:
            text = _deed(request, found, form)
        except DomainError as refusal:
            put_refusal(form, refusal)
        else:
            if text:
                messages.success(request, text)
                return HttpResponseRedirect(reverse("desk:redemption", args=[pk]))
    state = RedemptionState(found.state)
    receiver = json.loads(found.receiver) if found.receiver and may else {}
    facts = [
        Fact(name=_("State"), value=str(state.label)),
        Fact(name=_("Taken"), value=when(found.at)),
        Fact(name=_("Price"), value=grouped(found.price)),
        Fact(name=_("Parcel"), value=f"{found.carrier} {found.tracking}".strip() or NOTHING),
    ]
    context = {
        "redemption": found, "facts": facts, "receiver": receiver, "may": may,
        "form": form if may and state is RedemptionState.ORDERED else None,
        "on_way": may and state is RedemptionState.SHIPPED,
    }  # fmt: skip
    crumbs = trail(
        (_("Points shop"), "desk:rewards"), (_("Redemptions"), "desk:redemptions"),
        end=found.reward.title,
    )  # fmt: skip
    return render(
        request, "desk/redemption.html", context, crumbs=crumbs, status=422 if form.errors else 200
    )


def _deed(request: DeskRequest, found: Any, form: ParcelForm) -> str:
    """Do what was pressed; returns what was done, or nothing where the form has errors."""
    deed, now = request.POST.get("deed"), timezone.now()
    if deed == "cancel":
        cancel_redemption(request.actor, redemption=found, now=now)
        return _("It was taken back; the member has what was paid.")
    if deed == "arrived":
        confirm_delivery(request.actor, redemption=found, now=now)
        return _("It arrived; the address was erased.")
    if not form.is_valid():
        return ""
    ship_redemption(request.actor, redemption=found, now=now, **form.cleaned_data)
    return _("It is on its way.")


def _form(request: DeskRequest, form: Any, *, title: str, save: str, lead: str) -> HttpResponse:
    return render(
        request, "desk/form.html",
        {"form": form, "title": title, "save": save, "explained": lead},
        crumbs=trail((_("Points shop"), "desk:rewards"), end=title),
        status=422 if form.errors else 200,
    )  # fmt: skip


def _list(request: DeskRequest, table: Any, which: str) -> HttpResponseBase:
    tabs = [
        Tab(label=label, url=reverse(f"desk:{name}"), current=name == which)
        for name, label in (("rewards", _("Rewards")), ("redemptions", _("Redemptions")))
    ]
    return list_page(
        request, "desk/rewards.html", table, name=which,
        context={
            "tabs": tabs, "which": which,
            "may_offer": request.actor.may(Permission.CAMPAIGN_MANAGE),
        },
    )  # fmt: skip
