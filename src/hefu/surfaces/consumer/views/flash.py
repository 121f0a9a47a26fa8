"""A flash sale's page (秒杀): it says how things stand, however often it is loaded.

The request that reserves goes to the door (``edge/flash.py``) where it shows its ticket; without
one, or on a server without the door, ``sale`` here does the same, with the form's token.
"""

from typing import Any

from django.http import HttpResponse, JsonResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.http import urlencode
from django.views.decorators.http import require_http_methods, require_POST

from hefu.apps.accounts.selectors import brands_for
from hefu.apps.campaigns.models import FlashSale
from hefu.apps.campaigns.selectors.flash import flash_sale_by_code, reservations_for
from hefu.apps.campaigns.services.flash_checkout import Delivery, order_pieces
from hefu.apps.campaigns.services.flash_ending import release
from hefu.apps.campaigns.services.flash_reserving import ReserveWish
from hefu.apps.orders.selectors.articles import article_by_sku, articles_for
from hefu.apps.orders.values import Receiver
from hefu.core.actor import system
from hefu.core.errors import DomainError, NotFound
from hefu.surfaces.consumer.flash import (
    Said,
    Standing,
    left_of,
    may_take,
    note_text,
    price_of,
    said,
    standing_of,
    title_of,
)
from hefu.surfaces.consumer.forms import refuse
from hefu.surfaces.consumer.forms_mall import ReceiverForm
from hefu.surfaces.consumer.sentences import explain
from hefu.surfaces.consumer.shopping import last_receiver
from hefu.surfaces.consumer.site import SURFACE, Visit, members_only, page, to_sign_in
from hefu.surfaces.consumer.touches import touch_of
from hefu.surfaces.edge import tickets
from hefu.surfaces.reserving import reserve


@require_http_methods(["GET", "HEAD", "POST"])
@page
def sale(visit: Visit, brand: str, code: str) -> HttpResponse:
    """Show a sale; POST reserves."""
    found = _sale(visit, brand, code)
    if visit.request.method != "POST":
        return _shown(visit, found)
    if not visit.signed_in:
        return to_sign_in(visit)
    answer = _reserve(visit, found)
    if visit.request.headers.get("Accept", "").startswith("application/json"):
        status = 200 if answer.won else 409
        return JsonResponse({"state": answer.state, "said": str(answer.text)}, status=status)
    note = f"?note={answer.state}" if answer.state in Said.NOTES else ""
    back = redirect(f"{visit.request.path}{note}")
    back.status_code = 303
    return back


@require_http_methods(["GET", "HEAD", "POST"])
@page
@members_only
def order(visit: Visit, brand: str, code: str) -> HttpResponse:
    """Ask where the reserved pieces shall go, then make the mall's order; pressed twice, one."""
    found = _sale(visit, brand, code)
    article = article_by_sku(visit.actor, found.sku)
    kept = {} if article.seven_days else {article.sku: title_of(found)}
    posted = visit.request.POST if visit.request.method == "POST" else None
    form = ReceiverForm(posted, kept=kept, ways=[], initial=last_receiver(visit))
    if posted is not None and form.is_valid():
        said_ = form.cleaned_data
        delivery = Delivery(
            receiver=Receiver(name=said_["name"], phone=said_["phone"], address=said_["address"]),
            region=said_["region"], confirmed=form.confirmed, touch=touch_of(visit),
        )  # fmt: skip
        try:
            made = order_pieces(visit.actor, sale_id=found.pk, delivery=delivery, now=visit.now)
        except DomainError as error:
            refuse(form, str(error.details.get("field", "")), explain(error))
        else:
            return redirect(f"{reverse('consumer:order', args=[made.pk])}?fresh=1")
    mine = list(reservations_for(visit.actor).filter(sale=found, state="held", order_key=""))
    return visit.page(
        "flash_order", status=400 if posted is not None else 200, form=form, sale=found,
        title=title_of(found), price=price_of(found), pieces=len(mine),
        due=min((one.expires_at for one in mine), default=None), back=_url(found, visit),
    )  # fmt: skip


@require_POST
@page
def give_back(visit: Visit, brand: str, code: str) -> HttpResponse:
    """Give back what is held and not paid."""
    found = _sale(visit, brand, code)
    return _give_back(visit, found)


@members_only
def _give_back(visit: Visit, found: FlashSale) -> HttpResponse:
    mine = reservations_for(visit.actor).filter(sale=found, state="held", order_key="")
    for pk in list(mine.values_list("pk", flat=True)):
        release(visit.actor, reservation_id=pk, now=visit.now)
    return redirect(_url(found, visit))


def _sale(visit: Visit, brand: str, code: str) -> FlashSale:
    own = brands_for(system(SURFACE)).filter(slug=brand).first()
    if own is None:
        raise NotFound
    visit.turn_to(own.pk)
    return flash_sale_by_code(visit.actor, code)


def _reserve(visit: Visit, found: FlashSale) -> Said:
    text = visit.request.GET.get("pieces", "1")
    pieces = int(text) if text.isascii() and text.isdigit() and len(text) < 4 else 1
    wish = ReserveWish(sale_id=found.pk, member_id=visit.actor.member_id or 0, pieces=pieces)
    try:
        return said(reserve(visit.actor, wish=wish, now=visit.now))
    except DomainError as refusal:
        return said(refusal)


def _shown(visit: Visit, found: FlashSale) -> HttpResponse:
    visit.remember_brand()
    mine = list(reservations_for(visit.actor).filter(sale=found)) if visit.signed_in else []
    standing = standing_of(found, mine, now=visit.now)
    return visit.page(
        "flash", sale=found, standing=standing, title=title_of(found), price=price_of(found),
        left=left_of(found), takes=_takes(visit, found, standing),
        note=note_text(visit.request.GET.get("note", "")),
        server_ms=int(visit.now.timestamp() * 1000),
        counts_to_ms=int(standing.counts_to.timestamp() * 1000) if standing.counts_to else 0,
        pay_url=_pay_url(visit, found, standing), mine=len(standing.held) + len(standing.paid),
        sign_in_url=f"{reverse('consumer:sign_in')}?{urlencode({'next': visit.request.path})}",
        back_url=reverse("consumer:flash_give_back", args=_names(found, visit)),
    )  # fmt: skip


def _takes(visit: Visit, found: FlashSale, standing: Standing) -> list[dict[str, Any]]:
    """One button per number of pieces, each with the member's ticket."""
    session_key = visit.request.session.session_key
    if not visit.signed_in or not session_key:
        return []
    until = int(visit.now.timestamp()) + tickets.GOOD_FOR
    ticket = tickets.Ticket(
        sale_id=found.pk, brand_id=found.brand_id, member_id=visit.actor.member_id or 0, until=until
    )
    shown = tickets.written(ticket, session_key=session_key)
    return [
        {"pieces": pieces, "url": f"?ticket={shown}&pieces={pieces}"}
        for pieces in may_take(found, standing, now=visit.now)
    ]


def _pay_url(visit: Visit, found: FlashSale, standing: Standing) -> str:
    """Where the held pieces are paid: their order, the mall, or the brand's own shop."""
    if not standing.held:
        return ""
    if ordered := next((one.order_key for one in standing.held if one.order_key), ""):
        return reverse("consumer:order", args=[int(ordered.rpartition(":")[2])])
    if not found.pay_url:
        sold_here = articles_for(visit.actor).filter(sku=found.sku or None).exists()
        return reverse("consumer:flash_order", args=_names(found, visit)) if sold_here else ""
    numbers = ",".join(str(one.pk) for one in standing.held)
    glue = "&" if "?" in found.pay_url else "?"
    return f"{found.pay_url}{glue}{urlencode({'reservations': numbers})}"


def _names(found: FlashSale, visit: Visit) -> tuple[str, str]:
    return visit.own_brand().slug, found.code


def _url(found: FlashSale, visit: Visit) -> str:
    return reverse("consumer:flash", args=_names(found, visit))
