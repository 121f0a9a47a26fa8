"""Checkout (结算): who gets the goods, what is confirmed, the price once more; then the order.

The page says what it showed (``seen``, by the way of paying where the price may depend on it): if
the price of now is another one, nothing is ordered and the new price is shown first. A form sent
twice carries one key and makes one order.
"""

import uuid
from typing import Any

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from hefu.apps.campaigns.errors.promotions import PriceChanged
from hefu.apps.orders.models import Cart, Order
from hefu.apps.orders.selectors.articles import mall_for
from hefu.apps.orders.selectors.orders import order_by_key
from hefu.apps.orders.services import carts
from hefu.apps.orders.values import Receiver
from hefu.core.errors import DomainError
from hefu.surfaces.consumer.forms import refuse
from hefu.surfaces.consumer.forms_mall import ReceiverForm
from hefu.surfaces.consumer.sentences import explain
from hefu.surfaces.consumer.shopping import (
    Basket,
    WayPrice,
    basket_of,
    last_receiver,
    own_cart,
    place,
    ways_of,
)
from hefu.surfaces.consumer.site import Visit, members_only, page


@require_http_methods(["GET", "HEAD", "POST"])
@page
@members_only
def checkout(visit: Visit) -> HttpResponse:
    """Ask where the goods shall go, then order."""
    if visit.request.method == "POST":
        return _press(visit)
    cart = own_cart(visit)
    ways = ways_of(visit, basket_of(visit, cart).quoted)
    way = _way(visit.request.GET.get("way", ""), ways)
    basket = basket_of(visit, cart, way=way)
    if not basket.ready:
        return redirect("consumer:cart")
    form = _form(basket, ways, initial={**last_receiver(visit), "way": way})
    return _show(visit, basket, form, ways)


def _way(said: str, ways: list[WayPrice]) -> str:
    """Return the way of paying that was said, else the first that is offered."""
    known = [one.way for one in ways]
    return said if said in known else next(iter(known), "")


def _form(basket: Basket, ways: list[WayPrice], *said: Any, **about: Any) -> ReceiverForm:
    kept = {row.sku: row.title for row in basket.kept}
    offered = [(one.way, f"{one.words} · {one.due}") for one in ways]
    return ReceiverForm(*said, kept=kept, ways=offered, **about)


def _show(
    visit: Visit, basket: Basket, form: ReceiverForm, ways: list[WayPrice], *, status: int = 200,
    key: str = "",
) -> HttpResponse:  # fmt: skip
    total = basket.quoted.quote.total if basket.quoted else 0
    mall = mall_for(visit.actor)
    return visit.page(
        "checkout", status=status, basket=basket, pieces=basket.pieces, form=form, ways=ways,
        key=key or str(uuid.uuid4()),
        seen=total, minutes=mall.pay_minutes, can_pay=bool(mall.provider),
    )  # fmt: skip


def _press(visit: Visit) -> HttpResponse:
    key = f"mall:{visit.actor.member_id}:{visit.request.POST.get('key', '')[:40]}"
    known = order_by_key(visit.actor, key)
    if known is not None:  # pressed twice, or come back to
        return redirect("consumer:order", order_id=known.pk)
    cart = own_cart(visit)
    region = visit.request.POST.get("region", "")
    if cart is not None and region.isdigit() and region != cart.region:
        cart = carts.set_region(visit.actor, token="", region=region, now=visit.now)
    ways = ways_of(visit, basket_of(visit, cart).quoted)
    way = _way(visit.request.POST.get("way", ""), ways)
    basket = basket_of(visit, cart, way=way)
    if cart is None or basket.quoted is None or not basket.ready:
        return redirect("consumer:cart")
    form = _form(basket, ways, visit.request.POST)
    own_key = visit.request.POST.get("key", "")
    if not form.is_valid():
        return _show(visit, basket, form, ways, status=400, key=own_key)
    try:
        order = _order(visit, cart, form, key=key)
    except PriceChanged:
        messages.info(
            visit.request, _("The price changed in the meantime. Please look at it once more.")
        )
        return _show(visit, basket, form, ways, status=409, key=own_key)
    except DomainError as error:
        refuse(form, str(error.details.get("field", "")), explain(error))
        again = basket_of(visit, own_cart(visit), way=way)
        return _show(visit, again, form, ways, status=409, key=own_key)
    return _to_pay(order)


def _order(visit: Visit, cart: Cart, form: ReceiverForm, *, key: str) -> Order:
    said = form.cleaned_data
    way = said.get("way", "")
    seen = visit.request.POST.get(f"seen_{way}" if way else "seen", "")
    return place(
        visit, cart, key=key, confirmed=form.confirmed,
        receiver=Receiver(name=said["name"], phone=said["phone"], address=said["address"]),
        seen=int(seen) if seen.isascii() and seen.isdigit() and len(seen) < 16 else -1,
        way=way,
    )  # fmt: skip


def _to_pay(order: Order) -> HttpResponse:
    return redirect(f"{reverse('consumer:order', args=[order.pk])}?fresh=1")
