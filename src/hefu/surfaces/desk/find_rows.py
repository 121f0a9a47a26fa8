"""The finders (查找种类): a later app joins with a function and a line of ``FINDERS``."""

from collections.abc import Callable, Iterator
from datetime import date
from typing import Any

from django.db.models import Q, QuerySet
from django.urls import reverse
from django.utils import timezone
from django.utils.http import urlencode
from django.utils.text import Truncator
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from hefu.apps.accounts.selectors import organisations_for, people_for
from hefu.apps.campaigns.errors.coupons import CouponUnusable
from hefu.apps.campaigns.selectors.backtests import backtests_for
from hefu.apps.campaigns.selectors.coupons import batches_for as coupon_batches_for
from hefu.apps.campaigns.selectors.coupons import find_coupon
from hefu.apps.campaigns.selectors.draws import draws_for
from hefu.apps.campaigns.selectors.flash import flash_sales_for
from hefu.apps.campaigns.selectors.promotions import promotions_for
from hefu.apps.campaigns.selectors.shop import rewards_for
from hefu.apps.catalog.rows import folded
from hefu.apps.catalog.selectors import products_matching
from hefu.apps.identity.errors.life import CodeMistyped, CodeUnknown
from hefu.apps.identity.selectors.codes import code_text
from hefu.apps.identity.selectors.orders import batches_for, orders_for
from hefu.apps.identity.selectors.units import unit_by_text
from hefu.apps.members.selectors import card_of, member_by_address
from hefu.apps.network.selectors import channels_for
from hefu.apps.orders.selectors.articles import articles_for
from hefu.apps.orders.selectors.orders import orders_for as sales_for
from hefu.core.actor import Actor
from hefu.core.errors import DomainError
from hefu.core.permissions import Permission
from hefu.surfaces.consumer.results import grouped_code, product_name
from hefu.surfaces.design.numbers import grouped
from hefu.surfaces.desk.find import MOST, Finder, Hit
from hefu.surfaces.desk.find_pages import pages
from hefu.surfaces.desk.moments import code_url
from hefu.surfaces.desk.questions_find import questions
from hefu.surfaces.desk.shown import day

_LONGEST_TITLE = 80  # characters
_SHORTEST = 6  # characters of a code or an address: shorter words are words


def codes(actor: Actor, words: str) -> Iterator[Hit]:
    """The unit that a code, a link or a linked number names; a slip of the hand is told as one."""
    if len(words) < _SHORTEST:
        return
    try:
        unit = unit_by_text(actor, words)
    except CodeMistyped:
        detail = _("A code with a typing error: see where")
        yield Hit(title=words, url=code_url(words), detail=detail, code=True, exact=True)
    except CodeUnknown:
        return
    else:
        batch = unit.batch
        text = code_text(batch, unit.serial)
        detail = f"{product_name(batch)} · {day(batch.produced_on)} · {batch.number}"
        yield Hit(
            title=grouped_code(text), url=code_url(text), detail=detail, code=True, exact=True
        )


def coupons_by_code(actor: Actor, words: str) -> Iterator[Hit]:
    """The coupon whose code was typed: its issue."""
    if len(words) < _SHORTEST:
        return
    try:
        held = find_coupon(actor, words)
    except CouponUnusable:
        return
    url = reverse("desk:coupon_batch", args=[held.batch.pk])
    yield Hit(title=held.code, url=url, detail=held.batch.title, code=True, exact=True)


def members(actor: Actor, words: str) -> Iterator[Hit]:
    """The member who proved this whole phone or e-mail; masked, and nobody by a part of it."""
    if len(words) < _SHORTEST or not any(sign.isdigit() or sign == "@" for sign in words):
        return
    try:
        member = member_by_address(actor, words)
    except DomainError:
        return
    card = card_of(member)
    url = reverse("desk:member", args=[member.pk])
    yield Hit(title=card.masked, url=url, detail=card.nickname, exact=True)


def products(actor: Actor, words: str) -> Iterator[Hit]:
    """Products by any of their names and numbers."""
    for row in products_matching(actor, words)[:MOST]:
        url = reverse("desk:product", args=[row.pk])
        exact = words in (row.item_no, row.gtin, row.short_code)
        yield Hit(title=row.name, url=url, detail=f"{row.model} · {row.item_no}", exact=exact)


def production_orders(actor: Actor, words: str) -> Iterator[Hit]:
    """Production orders by their number."""
    for row in orders_for(actor).filter(number__icontains=words)[:MOST]:
        detail = f"{row.batch} · {grouped(row.quantity)}"
        url = reverse("desk:order", args=[row.pk])
        yield Hit(title=row.number, url=url, detail=detail, code=True, exact=row.number == words)


def batches(actor: Actor, words: str) -> Iterator[Hit]:
    """Batches by number or day of production, with words of their product: ``PN587 01``."""
    wanted, itself = Q(), Q()
    for word in words.split()[:8]:
        own = Q(number__iexact=word)
        if (on := _day(word)) is not None:
            own |= Q(produced_on=on)
        itself |= own
        wanted &= own | Q(product__search__contains=folded(word))
    for row in batches_for(actor).filter(wanted).filter(itself)[:MOST]:
        url = reverse("desk:product", args=[row.product_id])
        detail = f"{row.product.name} · {day(row.produced_on)}"
        yield Hit(title=f"{row.product.model} {row.number}", url=url, detail=detail)


def _day(word: str) -> date | None:
    try:
        return date.fromisoformat(word)
    except ValueError:
        return None


def sales(actor: Actor, words: str) -> Iterator[Hit]:
    """Sales orders by their number or their parcel's."""
    rows = sales_for(actor).filter(Q(number__icontains=words) | Q(parcel=words))
    for row in rows[:MOST]:
        url = reverse("desk:sale", args=[row.pk])
        exact = words in (row.number, row.parcel)
        placed = day(timezone.localdate(row.placed_at))
        yield Hit(title=row.number, url=url, detail=placed, code=True, exact=exact)


def _named(
    rows_for: Callable[[Actor], QuerySet[Any]], view: str, title: str, *others: str
) -> Callable[[Actor, str], Iterator[Hit]]:
    """Make a finder of rows whose ``title``, or another of their short names, holds the words."""

    def find(actor: Actor, words: str) -> Iterator[Hit]:
        wanted = Q(**{f"{title}__icontains": words})
        for field in others:
            wanted |= Q(**{f"{field}__icontains": words})
        for row in rows_for(actor).filter(wanted)[:MOST]:
            detail = str(getattr(row, others[0])) if others else ""
            url = reverse(view, args=[row.pk])
            named = Truncator(getattr(row, title)).chars(_LONGEST_TITLE)
            yield Hit(title=named, url=url, detail=detail)

    return find


def partners(actor: Actor, words: str) -> Iterator[Hit]:
    """Partners and channels by name or code; their list, searched."""
    listed = (("desk:partners", organisations_for(actor)), ("desk:channels", channels_for(actor)))
    for view, rows in listed:
        for row in rows.filter(Q(name__icontains=words) | Q(code__iexact=words))[:MOST]:
            url = f"{reverse(view)}?{urlencode({'q': row.code})}"
            yield Hit(title=row.name, url=url, detail=row.code)


P = Permission
FINDERS: tuple[Finder, ...] = (
    Finder(label=gettext_lazy("Code"), icon="qr-code", needs=P.CODE_VIEW, find=codes),
    Finder(label=gettext_lazy("Go to"), icon="arrow-right", needs=None, find=pages),
    Finder(
        label=gettext_lazy("Coupon"), icon="ticket", needs=P.CAMPAIGN_VIEW, find=coupons_by_code
    ),
    Finder(label=gettext_lazy("Member"), icon="user", needs=P.MEMBER_VIEW, find=members),
    Finder(label=gettext_lazy("Products"), icon="cube", needs=P.PRODUCT_VIEW, find=products),
    Finder(
        label=gettext_lazy("Production orders"), icon="clipboard-document-list",
        needs=P.ORDER_VIEW, find=production_orders,
    ),
    Finder(label=gettext_lazy("Batches"), icon="queue-list", needs=P.CODE_VIEW, find=batches),
    Finder(
        label=gettext_lazy("Sales orders"), icon="shopping-cart", needs=P.SALE_VIEW, find=sales
    ),
    Finder(
        label=gettext_lazy("Articles"), icon="shopping-bag", needs=P.SALE_VIEW,
        find=_named(articles_for, "desk:article", "title", "sku"),
    ),
    Finder(
        label=gettext_lazy("Promotions"), icon="receipt-percent", needs=P.CAMPAIGN_VIEW,
        find=_named(promotions_for, "desk:promotion", "title", "code"),
    ),
    Finder(
        label=gettext_lazy("Coupons"), icon="ticket", needs=P.CAMPAIGN_VIEW,
        find=_named(coupon_batches_for, "desk:coupon_batch", "title"),
    ),
    Finder(
        label=gettext_lazy("Draws"), icon="trophy", needs=P.CAMPAIGN_VIEW,
        find=_named(draws_for, "desk:draw", "title", "slug"),
    ),
    Finder(
        label=gettext_lazy("Flash sales"), icon="bolt", needs=P.CAMPAIGN_VIEW,
        find=_named(flash_sales_for, "desk:flash_sale", "title", "code", "title_en"),
    ),
    Finder(
        label=gettext_lazy("Points shop"), icon="gift", needs=P.CAMPAIGN_VIEW,
        find=_named(rewards_for, "desk:reward", "title", "slug", "title_en"),
    ),
    Finder(
        label=gettext_lazy("Backtests"), icon="scale", needs=P.CAMPAIGN_VIEW,
        find=_named(backtests_for, "desk:backtest", "name"),
    ),
    Finder(
        label=gettext_lazy("Questions"), icon="chat-bubble-left-right", needs=P.QUESTION_VIEW,
        find=questions,
    ),
    Finder(
        label=gettext_lazy("Channels and partners"), icon="building-storefront",
        needs=P.CHANNEL_VIEW, find=partners,
    ),
    Finder(
        label=gettext_lazy("People"), icon="identification", needs=P.PEOPLE_MANAGE,
        find=_named(people_for, "desk:person", "name"),
    ),
)  # fmt: skip
