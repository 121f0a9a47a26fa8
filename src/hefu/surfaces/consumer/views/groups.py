"""Group buys (拼团): an offer's page, a group's page to share, and ordering a place."""

from typing import Any

from django.http import HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.crypto import get_random_string
from django.utils.http import urlencode
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from hefu.apps.accounts.selectors import brands_for
from hefu.apps.campaigns.models import BuyingGroup, GroupOffer
from hefu.apps.campaigns.selectors.groups import (
    brand_of_group,
    group_address,
    group_by_token,
    offer_by_code,
    offer_rules,
    places_left,
    places_of,
    terms_of,
)
from hefu.apps.campaigns.services.groups import PlaceWish, join_group, open_group
from hefu.apps.ledger.selectors import balance_for
from hefu.apps.orders.models import Article, Order
from hefu.apps.orders.selectors.articles import article_by_sku, articles_for, mall_for
from hefu.apps.orders.values import Receiver
from hefu.core.actor import system
from hefu.core.errors import DomainError, NotFound
from hefu.surfaces.consumer.forms import refuse
from hefu.surfaces.consumer.forms_groups import PlaceForm
from hefu.surfaces.consumer.grouping import (
    offer_state,
    offer_title,
    refusal_words,
    standing_of,
)
from hefu.surfaces.consumer.shopping import clock_text, last_receiver, title_of
from hefu.surfaces.consumer.site import SURFACE, Visit, members_only, page
from hefu.surfaces.design.numbers import grouped, price
from hefu.surfaces.qr import qr_svg


@require_safe
@page
def offer(visit: Visit, brand: str, code: str) -> HttpResponse:
    """Show an offer: the price in a group and alone, the terms, and the button to open a group."""
    found = _offer(visit, brand, code)
    terms = terms_of(found)
    article = articles_for(visit.actor).filter(sku=found.sku).first()
    state = offer_state(found, terms, now=visit.now)
    return visit.page(
        "group_offer", offer=found, terms=terms, title=offer_title(terms), state=state,
        price=price(terms.price, terms.currency), article=article,
        alone=price(article.unit, article.currency) if article else "",
        goods=title_of(article) if article else "", left=grouped(found.left),
        begins=clock_text(found.starts_at), ends=clock_text(found.ends_at),
        may_open=state == "open" and article is not None
        and (not visit.signed_in or places_left(visit.actor, found) > 0),
        names=(visit.own_brand().slug, found.code), sign_in_url=_sign_in(visit),
    )  # fmt: skip


@require_safe
@page
def rules(visit: Visit, brand: str, code: str) -> HttpResponse:
    """Show the rules as they were signed, word for word, with their hash."""
    found = offer_rules(_offer(visit, brand, code), language=visit.language)
    title, *sections = found.text.split("\n\n")
    return visit.page(
        "promotion", rules=found, title=title,
        sections=[(lines[0], lines[1:]) for lines in (one.split("\n") for one in sections)],
    )  # fmt: skip


@require_http_methods(["GET", "HEAD", "POST"])
@page
def begin(visit: Visit, brand: str, code: str) -> HttpResponse:
    """Order the first place of a new group; pressed twice, one order."""
    found = _offer(visit, brand, code)
    return _begin(visit, found)


@members_only
def _begin(visit: Visit, found: GroupOffer) -> HttpResponse:
    form = _form(visit, found)
    if form.is_bound and form.is_valid():
        try:
            made = open_group(
                visit.actor, offer_id=found.pk, wish=_wish(visit, form), now=visit.now
            )
        except DomainError as error:
            refuse(form, str(error.details.get("field", "")), refusal_words(error))
        else:
            return _to_order(made)
    back = reverse("consumer:group_offer", args=[visit.own_brand().slug, found.code])
    return _show_form(visit, form, found, unit=terms_of(found).price, back=back, joins=False)


@require_safe
@page
def group(visit: Visit, token: str) -> HttpResponse:
    """Show a group to whoever has its address: places, time left, and how to join or invite."""
    found = _group(visit, token)
    visit.remember_brand()
    standing, terms = standing_of(visit, found), terms_of(found.offer)
    address = group_address(visit.own_brand(), found.token)
    shares = standing.state in ("open", "full")
    article = articles_for(visit.actor).filter(sku=found.offer.sku).first()
    return visit.page(
        "group", group=found, standing=standing, places=places_of(visit.actor, found),
        title=offer_title(terms), price=price(found.price, terms.currency),
        alone=price(article.unit, article.currency) if article else "",
        until=clock_text(found.expires_at), address=address if shares else "",
        qr=qr_svg(address, label=_("The group's address as QR code")) if shares else "",
        server_ms=int(visit.now.timestamp() * 1000),
        counts_to_ms=int(standing.counts_to.timestamp() * 1000) if standing.counts_to else 0,
        names=(visit.own_brand().slug, found.offer.code), sign_in_url=_sign_in(visit),
        joinable=standing.may_join and article is not None,
    )  # fmt: skip


@require_http_methods(["GET", "HEAD", "POST"])
@page
def join(visit: Visit, token: str) -> HttpResponse:
    """Order a place in somebody's group; pressed twice, one order."""
    found = _group(visit, token)
    return _join(visit, found)


@members_only
def _join(visit: Visit, found: BuyingGroup) -> HttpResponse:
    form = _form(visit, found.offer)
    if form.is_bound and form.is_valid():
        try:
            made = join_group(
                visit.actor, token=found.token, wish=_wish(visit, form), now=visit.now
            )
        except DomainError as error:
            refuse(form, str(error.details.get("field", "")), refusal_words(error))
        else:
            return _to_order(made)
    back = reverse("consumer:group", args=[found.token])
    return _show_form(visit, form, found.offer, unit=found.price, back=back, joins=True)


def _show_form(
    visit: Visit, form: PlaceForm, offer: GroupOffer, *, unit: int, back: str, joins: bool
) -> HttpResponse:
    terms = terms_of(offer)
    return visit.page(
        "group_order", status=400 if form.errors else 200, form=form, title=offer_title(terms),
        back=back, price=price(unit, terms.currency), joins=joins,
        key=visit.request.POST.get("key", "")[:40] or get_random_string(22),
        can_pay=bool(mall_for(visit.actor).provider),
    )  # fmt: skip


def _offer(visit: Visit, brand: str, code: str) -> GroupOffer:
    own = brands_for(system(SURFACE)).filter(slug=brand).first()
    if own is None:
        raise NotFound
    visit.turn_to(own.pk)
    visit.remember_brand()
    return offer_by_code(visit.actor, code)


def _group(visit: Visit, token: str) -> BuyingGroup:
    visit.turn_to(brand_of_group(token))
    return group_by_token(visit.actor, token)


def _form(visit: Visit, found: GroupOffer) -> PlaceForm:
    article = article_by_sku(visit.actor, found.sku)
    posted = visit.request.POST if visit.request.method == "POST" else None
    return PlaceForm(
        posted, kept=_kept(article), ways=[], coins=_coins(visit), initial=last_receiver(visit)
    )


def _kept(article: Article) -> dict[str, str]:
    return {} if article.seven_days else {article.sku: title_of(article)}


def _coins(visit: Visit) -> int:
    """The member's coins, where the mall takes them."""
    if not mall_for(visit.actor).coin_value:
        return 0
    return balance_for(visit.actor, visit.actor.member_id or 0).available


def _wish(visit: Visit, form: PlaceForm) -> PlaceWish:
    said: dict[str, Any] = form.cleaned_data
    return PlaceWish(
        receiver=Receiver(name=said["name"], phone=said["phone"], address=said["address"]),
        region=said["region"], confirmed=form.confirmed, coins=said.get("coins") or 0,
        key=visit.request.POST.get("key", "")[:40],
    )  # fmt: skip


def _to_order(made: Order) -> HttpResponse:
    return redirect(f"{reverse('consumer:order', args=[made.pk])}?fresh=1")


def _sign_in(visit: Visit) -> str:
    return f"{reverse('consumer:sign_in')}?{urlencode({'next': visit.request.path})}"
