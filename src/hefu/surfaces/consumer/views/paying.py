"""Paying (支付): to the provider's page, back from it, and what the provider tells us.

What the buyer's browser brings back is believed in nothing: only a signed notification pays. The
test provider's page is ours; it says what a real one could say, in the same way.
"""

from django.conf import settings
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_http_methods, require_POST

from hefu.apps.orders.adapters import PROVIDERS, Ask, TestProvider, Told
from hefu.apps.orders.errors import SignatureWrong
from hefu.apps.orders.models import OrderState
from hefu.apps.orders.selectors.orders import order_by_id, payment_by_reference
from hefu.apps.orders.services import sales
from hefu.surfaces.consumer.shopping import clock_text
from hefu.surfaces.consumer.site import Visit, members_only, page
from hefu.surfaces.design.numbers import price
from hefu.surfaces.paying_ways import way_words

_TEST = "test"
LARGEST = 64_000  # bytes of a notification


@require_POST
@page
@members_only
def pay(visit: Visit, order_id: int) -> HttpResponse:
    """Send the buyer to the provider's page."""
    order = order_by_id(visit.actor, order_id)
    if order.state != OrderState.OPEN:
        return redirect("consumer:order", order_id=order.pk)
    payment = sales.ask_again(visit.actor, order=order, now=visit.now)
    brand = visit.own_brand()
    origin = settings.HEFU_ORIGIN
    ask = Ask(
        reference=payment.reference, amount=payment.amount, currency=order.currency,
        subject=f"{brand.name} {order.number}",
        return_url=visit.request.build_absolute_uri(
            reverse("consumer:order", args=[order.pk])
        ),
        notify_url=f"{origin}{reverse('consumer:pay_notify', args=[payment.provider])}",
        only=payment.only,
    )  # fmt: skip
    return redirect(PROVIDERS[payment.provider].page_for(ask))


@csrf_exempt  # a provider has no session of ours; its signature is checked instead
@require_POST
def notify(request: HttpRequest, provider: str) -> HttpResponse:
    """Hear what a provider tells; answered with 200 once it is written down."""
    if len(request.body) > LARGEST:
        return HttpResponse(status=413)
    try:
        sales.take_notification(
            provider, body=request.body, headers=request.headers, now=timezone.now()
        )
    except SignatureWrong:
        return HttpResponse("signature", status=403, content_type="text/plain")
    return HttpResponse("success", content_type="text/plain")


@require_http_methods(["GET", "HEAD", "POST"])
@page
@members_only
def test_page(visit: Visit, reference: str) -> HttpResponse:
    """The test provider's page: a button for everything that can happen to a payment."""
    payment = payment_by_reference(visit.actor, provider=_TEST, reference=reference)
    order = payment.order
    ways = [payment.only] if payment.only else TestProvider.ways
    if visit.request.method != "POST":
        return visit.page(
            "test_payment", amount=price(payment.amount, order.currency), number=order.number,
            order_id=order.pk, until=clock_text(order.expires_at),
            ways=[(way, way_words(way)) for way in ways],
        )  # fmt: skip
    wish, way = visit.request.POST.get("wish", ""), visit.request.POST.get("way", "")
    told = Told(
        reference=reference, taken=wish != "refuse", amount=payment.amount,
        currency=order.currency, way=way if way in ways else ways[0],
    )  # fmt: skip
    body, headers = TestProvider().notification(told)
    for _time in range(2 if wish == "twice" else 1):
        sales.take_notification(_TEST, body=body, headers=headers, now=visit.now)
    if wish == "refuse":
        messages.info(visit.request, _("The payment was refused. You can try again."))
    return redirect(f"{reverse('consumer:order', args=[order.pk])}?fresh=1")
