"""The wallet (卡包): coins, points and coupons; a coupon's page is what a till scans."""

from dataclasses import dataclass
from datetime import datetime, time, timedelta

from django.core.paginator import Paginator
from django.http import HttpResponse
from django.urls import reverse
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_safe

from hefu.apps.campaigns.models import CouponState
from hefu.apps.campaigns.selectors.coupons import WalletCoupon, coupon_in_wallet, wallet_for
from hefu.apps.ledger.models import COINS, POINTS
from hefu.apps.ledger.selectors import balance_for
from hefu.surfaces.consumer.results import moment
from hefu.surfaces.consumer.site import Visit, members_only, page
from hefu.surfaces.design.numbers import grouped
from hefu.surfaces.qr import qr_svg

PER_PAGE = 30
_STATES = {
    CouponState.FREE: (gettext_lazy("Ready"), "good"),
    CouponState.HELD: (gettext_lazy("In an open order"), "info"),
    CouponState.USED: (gettext_lazy("Used"), "neutral"),
    CouponState.VOID: (gettext_lazy("Taken back"), "neutral"),
}


@dataclass(frozen=True, kw_only=True, slots=True)
class Card:
    """A coupon as the wallet shows it."""

    code: str
    title: str
    promotion: str
    until: str
    state: str
    tone: str
    usable: bool
    counter: bool
    rules: str  # address of the promotion's public rules


@require_safe
@page
@members_only
def wallet(visit: Visit) -> HttpResponse:
    """Show what is there to be spent, what expires soonest first."""
    member_id = visit.actor.member_id or 0
    balances = {
        currency: balance_for(visit.actor, member_id, currency=currency, now=visit.now)
        for currency in (COINS, POINTS)
    }
    found = wallet_for(visit.actor, now=visit.now)
    cards = Paginator(found, PER_PAGE).get_page(visit.request.GET.get("page"))
    return visit.page(
        "wallet", coins=grouped(balances[COINS].available), page_of_cards=cards,
        points=grouped(balances[POINTS].available), cards=[_card(one, visit) for one in cards],
    )  # fmt: skip


@require_safe
@page
@members_only
def coupon(visit: Visit, code: str) -> HttpResponse:
    """Show one coupon large, with the symbol a till scans."""
    found = coupon_in_wallet(visit.actor, code, now=visit.now)
    card = _card(found, visit)
    return visit.page("coupon", card=card, symbol=_symbol(card), since=moment(found.valid_from))


def _symbol(card: Card) -> SafeString | str:
    text = card.code.replace("-", "")
    return qr_svg(text, label=_("Coupon code as QR")) if card.usable and card.counter else ""


def _card(coupon: WalletCoupon, visit: Visit) -> Card:
    word, tone = _STATES[coupon.state]
    free = coupon.state is CouponState.FREE
    early = visit.now < coupon.valid_from
    if free and coupon.expired:
        word, tone = gettext_lazy("Out of time"), "neutral"
    elif free and early:
        word, tone = gettext_lazy("Not yet"), "info"
    return Card(
        code=coupon.code, title=coupon.title, promotion=coupon.promotion_title,
        until=_last(coupon.valid_until), state=str(word), tone=tone,
        usable=free and not early and not coupon.expired, counter=coupon.counter,
        rules=reverse("consumer:promotion_of", args=[visit.own_brand().slug, coupon.promotion]),
    )  # fmt: skip


def _last(until: datetime) -> str:
    """Name the last day of a coupon that ends at midnight, else its end to the minute."""
    end = timezone.localtime(until)
    if end.time() == time():
        return moment(end - timedelta(days=1))
    return date_format(end, "DATETIME_FORMAT")
