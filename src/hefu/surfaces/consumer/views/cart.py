"""The cart (购物车): every change answers with the price of now and the reason of every offer."""

from django.http import HttpResponse
from django.shortcuts import redirect
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from hefu.apps.campaigns.models import CouponState
from hefu.apps.campaigns.selectors.coupons import WalletCoupon, wallet_for
from hefu.apps.orders.services import carts
from hefu.core.errors import DomainError, Invalid
from hefu.surfaces.consumer.forms import refuse
from hefu.surfaces.consumer.forms_mall import CodeForm, CoinsForm
from hefu.surfaces.consumer.sentences import explain
from hefu.surfaces.consumer.shopping import Basket, basket_of, cart_token, own_cart
from hefu.surfaces.consumer.site import Visit, members_only, page
from hefu.surfaces.consumer.touches import carry

SHOWN = 10  # coupons of the wallet beside the cart


@require_safe
@page
def cart(visit: Visit) -> HttpResponse:
    """Show the cart with its live quote."""
    visit.own_brand()
    return show(visit)


def show(
    visit: Visit,
    *,
    status: int = 200,
    code_form: CodeForm | None = None,
    coins_form: CoinsForm | None = None,
    wrong: str = "",
) -> HttpResponse:
    """Render the cart's page."""
    basket = basket_of(visit, own_cart(visit))
    return visit.page(
        "cart", status=status, basket=basket, pieces=basket.pieces, wrong=wrong,
        wallet=_wallet(visit, basket),
        code_form=code_form or CodeForm(),
        coins_form=coins_form or CoinsForm(initial={"coins": basket.coins_wanted or ""}),
    )  # fmt: skip


def _wallet(visit: Visit, basket: Basket) -> list[WalletCoupon]:
    """The member's coupons that could be used now: one press instead of seventeen characters."""
    if not visit.signed_in:
        return []
    entered = {_plain(code) for code in basket.codes}
    return [
        one
        for one in wallet_for(visit.actor, now=visit.now)
        if one.state is CouponState.FREE
        and one.valid_from <= visit.now < one.valid_until
        and _plain(one.code) not in entered
    ][:SHOWN]


def _plain(code: str) -> str:
    return code.replace("-", "").replace(" ", "").upper()


@require_POST
@page
def put(visit: Visit, sku: str) -> HttpResponse:
    """Have so many of an article in the cart.

    The article's page adds: it says how many it had seen there (``had``), so that a press told
    twice, or a page shown earlier, does not add twice.
    """
    visit.own_brand()
    try:
        _put(visit, sku)
    except Invalid as error:  # said in the cart, where the number was typed
        return show(visit, status=400, wrong=explain(error))
    return redirect("consumer:cart")


def _put(visit: Visit, sku: str) -> None:
    posted = visit.request.POST
    quantity = _number(posted.get("quantity", ""))
    adds = "had" in posted
    wanted = quantity + _number(posted["had"]) if adds else quantity
    token = cart_token(visit, new=True)
    carry(visit)
    carts.put(visit.actor, token=token, sku=sku, quantity=wanted, at_least=adds, now=visit.now)


def _number(text: str) -> int:
    text = text.strip()
    if not (text.isascii() and text.isdigit() and len(text) < 7):
        raise Invalid(field="quantity", rule="not_a_number")
    return int(text)


@require_POST
@page
def code(visit: Visit) -> HttpResponse:
    """Take a coupon code, or drop one."""
    visit.own_brand()
    token = cart_token(visit, new=True)
    if dropped := visit.request.POST.get("drop", ""):
        carts.drop_code(visit.actor, token=token, code=dropped, now=visit.now)
        return redirect("consumer:cart")
    form = CodeForm(visit.request.POST)
    if form.is_valid():
        try:
            carts.enter_code(
                visit.actor, token=token, code=form.cleaned_data["code"], now=visit.now
            )
        except DomainError as error:
            refuse(form, "code", explain(error))
        else:
            return redirect("consumer:cart")
    return show(visit, status=400, code_form=form)


@require_http_methods(["POST"])
@page
@members_only
def coins(visit: Visit) -> HttpResponse:
    """Say how many coins shall pay."""
    form = CoinsForm(visit.request.POST)
    if not form.is_valid():
        return show(visit, status=400, coins_form=form)
    carts.use_coins(visit.actor, coins=form.cleaned_data["coins"], now=visit.now)
    return redirect("consumer:cart")
