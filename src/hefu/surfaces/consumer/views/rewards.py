"""The points shop (积分商城): look, take one, follow it to the door; or take it back."""

import secrets

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from hefu.apps.campaigns.models import Redemption, RedemptionState, Reward, RewardKind
from hefu.apps.campaigns.selectors.shop import (
    redemption_by_id,
    redemptions_for,
    reward_on_offer,
    rewards_on_offer,
)
from hefu.apps.campaigns.services.redemptions import (
    cancel_redemption,
    confirm_delivery,
    redeem,
)
from hefu.apps.ledger.models import COINS
from hefu.apps.ledger.selectors import balance_for
from hefu.core.errors import DomainError
from hefu.surfaces.consumer.forms_rewards import GoodsForm, RedeemForm
from hefu.surfaces.consumer.results import moment
from hefu.surfaces.consumer.sentences import explain
from hefu.surfaces.consumer.site import Visit, members_only, page
from hefu.surfaces.design.numbers import grouped

PER_PAGE = 20
_STATES = {
    RedemptionState.ORDERED: (gettext_lazy("Being packed"), "info"),
    RedemptionState.SHIPPED: (gettext_lazy("On its way"), "info"),
    RedemptionState.DELIVERED: (gettext_lazy("Yours"), "good"),
    RedemptionState.CANCELLED: (gettext_lazy("Taken back"), "neutral"),
}


@require_safe
@page
def rewards(visit: Visit) -> HttpResponse:
    """List what coins and points bring; anybody may look."""
    visit.own_brand()
    visit.remember_brand()
    found = Paginator(rewards_on_offer(visit.actor, now=visit.now), PER_PAGE).get_page(
        visit.request.GET.get("page")
    )
    return visit.page(
        "rewards", page_of_rewards=found, rewards=[_offer(visit, one) for one in found]
    )


@require_http_methods(["GET", "HEAD", "POST"])
@page
def reward(visit: Visit, slug: str) -> HttpResponse:
    """Show one reward; POST takes one, once however often it is pressed."""
    visit.own_brand()
    visit.remember_brand()
    found = reward_on_offer(visit.actor, slug, now=visit.now)
    posted = visit.request.POST if visit.request.method == "POST" else None
    kind = GoodsForm if found.kind == RewardKind.GOODS else RedeemForm
    form = kind(posted, initial={"key": secrets.token_urlsafe(18)})
    refusal = ""
    if posted is not None and visit.signed_in and form.is_valid():
        try:
            done = redeem(
                visit.actor, reward=found, key=form.cleaned_data["key"],
                receiver={name: form.cleaned_data.get(name, "") for name in GoodsForm.RECEIVER},
                now=visit.now,
            )  # fmt: skip
        except DomainError as error:
            refusal = explain(error)
        else:
            messages.success(visit.request, _("It is yours."))
            return redirect("consumer:redemption", redemption_id=done.pk)
    return visit.page(
        "reward", status=400 if posted is not None else 200, offer=_offer(visit, found),
        form=form, refusal=refusal, has=_has(visit, found), reward=found,
        enough=_balance(visit, found) >= found.price,
    )  # fmt: skip


@require_safe
@page
@members_only
def redemptions(visit: Visit) -> HttpResponse:
    """List what the member took, newest first."""
    found = Paginator(redemptions_for(visit.actor), PER_PAGE).get_page(
        visit.request.GET.get("page")
    )
    return visit.page("redemptions", page_of_things=found, things=[_thing(one) for one in found])


@require_safe
@page
@members_only
def redemption(visit: Visit, redemption_id: int) -> HttpResponse:
    """Show where one redemption stands and what can be done about it."""
    found = redemption_by_id(visit.actor, redemption_id)
    state = RedemptionState(found.state)
    return visit.page(
        "redemption", thing=_thing(found), redemption=found,
        may_cancel=state is RedemptionState.ORDERED,
        may_confirm=state is RedemptionState.SHIPPED,
    )  # fmt: skip


@require_POST
@page
@members_only
def cancel(visit: Visit, redemption_id: int) -> HttpResponse:
    """Undo it while it has not left."""
    found = redemption_by_id(visit.actor, redemption_id)
    cancel_redemption(visit.actor, redemption=found, now=visit.now)
    messages.success(visit.request, _("It was taken back; you have what you paid."))
    return redirect("consumer:redemption", redemption_id=redemption_id)


@require_POST
@page
@members_only
def arrived(visit: Visit, redemption_id: int) -> HttpResponse:
    """Note that it is here; the address is forgotten."""
    found = redemption_by_id(visit.actor, redemption_id)
    confirm_delivery(visit.actor, redemption=found, now=visit.now)
    messages.success(visit.request, _("Good. Your address for it has been erased."))
    return redirect("consumer:redemption", redemption_id=redemption_id)


def _offer(visit: Visit, reward: Reward) -> dict[str, object]:
    english = visit.language == "en"
    return {
        "slug": reward.slug,
        "title": reward.title_en if english and reward.title_en else reward.title,
        "price": price_text(reward.price, reward.currency),
        "left": _("sold out") if not reward.left else _("%(n)s left") % {"n": grouped(reward.left)},
        "gone": not reward.left,
        "early": visit.now < reward.starts_at,
        "starts": moment(reward.starts_at),
        "until": moment(reward.ends_at) if reward.ends_at else "",
        "limit": reward.per_member,
    }


def price_text(price: int, currency: str) -> str:
    """Say a price in coins or points."""
    if currency == COINS:
        text = ngettext("%(n)s C-coin", "%(n)s C-coins", price)
    else:
        text = ngettext("%(n)s point", "%(n)s points", price)
    return text % {"n": grouped(price)}


def _balance(visit: Visit, reward: Reward) -> int:
    if not visit.signed_in:
        return 0
    member_id = visit.actor.member_id or 0
    balance = balance_for(visit.actor, member_id, currency=reward.currency, now=visit.now)
    return balance.available


def _has(visit: Visit, reward: Reward) -> str:
    return price_text(_balance(visit, reward), reward.currency) if visit.signed_in else ""


def _thing(redemption: Redemption) -> dict[str, object]:
    word, tone = _STATES[RedemptionState(redemption.state)]
    reward = redemption.reward
    parcel = " ".join(part for part in (redemption.carrier, redemption.tracking) if part)
    return {
        "pk": redemption.pk, "title": reward.title, "at": moment(redemption.at), "parcel": parcel,
        "price": price_text(redemption.price, reward.currency), "state": str(word), "tone": tone,
    }  # fmt: skip
