"""A member's products and their warranty cards (我的产品、保修卡)."""

from django.core.paginator import Paginator
from django.db.models import F
from django.http import HttpResponse
from django.utils.http import urlencode
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from hefu.apps.campaigns.selectors.draws import draws_open_to
from hefu.apps.catalog.selectors_public import with_page
from hefu.apps.identity.models import Activation, Appeal
from hefu.apps.identity.selectors.activations import (
    activation_by_id,
    activations_for,
    appeals_for,
)
from hefu.apps.identity.selectors.units import ref_of
from hefu.apps.ledger.selectors import transfers_for
from hefu.surfaces.consumer.drawn import draw_url
from hefu.surfaces.consumer.owned import card_for, drawn_card, own_code, product_text, thing_of
from hefu.surfaces.consumer.page_addresses import page_path
from hefu.surfaces.consumer.results import product_facts
from hefu.surfaces.consumer.site import Visit, members_only, page
from hefu.surfaces.consumer.surveys import survey_after_activation
from hefu.surfaces.consumer.warranties import explanation
from hefu.surfaces.design.numbers import grouped

PER_PAGE = 20
#: The ledger's word for coins that came with an activation; subjects name the activation.
_SUBJECT = "identity.activation:{}"


@require_safe
@page
@members_only
def mine(visit: Visit) -> HttpResponse:
    """Show what the member has, and had."""
    # live ones first: what somebody handed over is a memory
    newest = F("ended_at").desc(nulls_first=True), "-at", "-pk"
    rows = activations_for(visit.actor).order_by(*newest)
    paged = Paginator(rows, PER_PAGE).get_page(visit.request.GET.get("page"))
    return visit.page(
        "mine", things=[thing_of(visit, row) for row in paged], page_of_things=paged,
        appeals=[_appeal(row) for row in appeals_for(visit.actor)[:5]],
    )  # fmt: skip


def _appeal(row: Appeal) -> dict[str, str]:
    words = {
        Appeal.State.OPEN.value: _("A person is looking at it."),
        Appeal.State.UPHELD.value: _("You were right: the product is yours now."),
        Appeal.State.REJECTED.value: _("It stays as it is."),
    }
    return {
        "product": product_text(row.unit.batch.product),
        "state": words[row.state],
        "answer": row.answer,
    }


@require_safe
@page
@members_only
def product(visit: Visit, activation_id: int) -> HttpResponse:
    """Show one product with its warranty card and the coins that came with it."""
    activation = activation_by_id(visit.actor, activation_id)
    card = card_for(visit, activation)
    coins = _coins(visit, activation)
    return visit.page(
        "product", activation_id=activation.pk, live=activation.ended_at is None,
        fresh="fresh" in visit.request.GET, card=drawn_card(visit, activation, card),
        steps=explanation(card) if card else (), coins_amount=f"+{grouped(coins)}" if coins else "",
        draws=_draws(visit, activation), page_url=_page_url(visit, activation),
        survey=survey_after_activation(visit, activation),
        facts=product_facts(ref_of(activation.unit).batch, code=own_code(activation)),
    )  # fmt: skip


def _page_url(visit: Visit, activation: Activation) -> str:
    """The product's public page with the manual that fits this unit, or ""."""
    if not with_page([activation.product_id], now=visit.now):
        return ""
    batch = activation.unit.batch
    own = visit.host_brand_id is not None
    found = f"{batch.produced_on}/{batch.number}"
    return page_path(activation.product, own_host=own, batch=found)


def _coins(visit: Visit, activation: Activation) -> int:
    came = transfers_for(visit.actor).filter(deed="grant", subject=_SUBJECT.format(activation.pk))
    return sum(transfer.amount for transfer in came)


def _draws(visit: Visit, activation: Activation) -> list[dict[str, str]]:
    """Draws in which this activation brings a chance, with the way there."""
    code = own_code(activation)
    return [
        {"title": draw.title, "url": f"{draw_url(draw)}?{urlencode({'code': code})}"}
        for draw in draws_open_to(visit.actor, activation, now=visit.now)
    ]
