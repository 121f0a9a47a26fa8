"""Carts: a visitor's, a member's, and one into the other."""

from datetime import timedelta

import pytest

from hefu.apps.members.selectors import visitor
from hefu.apps.orders.errors import NotOnSale
from hefu.apps.orders.models import Article, Cart, CartLine
from hefu.apps.orders.selectors.carts import (
    cart_for,
    items_of,
    pieces_in,
    priced_lines,
    quotable,
)
from hefu.apps.orders.services import carts
from hefu.core.errors import Invalid, NotFound
from tests.apps.orders.shop import a_buyer, an_article, give_coins, open_mall
from tests.factories import NOW, a_brand

pytestmark = pytest.mark.django_db
TOKEN = "a-visitor's-token"


@pytest.fixture
def brand():
    brand = a_brand()
    open_mall(brand, shipping=800)
    an_article(brand, "CUP", 12000, left=5)
    an_article(brand, "POT", 9000)
    return brand


@pytest.fixture
def guest(brand):
    return visitor(brand.pk, surface="consumer")


@pytest.fixture
def buyer(brand):
    return a_buyer(brand)


def put(actor, sku, quantity, **about):
    return carts.put(actor, token=TOKEN, sku=sku, quantity=quantity, now=NOW, **about)


def content(actor, cart):
    return [(item.article.sku, item.quantity) for item in items_of(actor, cart)]


def test_a_change_says_what_shall_be(guest):
    for _ in range(2):
        cart = put(guest, "CUP", 2)
    assert content(guest, cart) == [("CUP", 2)]
    put(guest, "CUP", 1, at_least=True)
    assert content(guest, cart) == [("CUP", 2)]
    put(guest, "CUP", 3, at_least=True)
    put(guest, "POT", 1)
    assert content(guest, cart) == [("CUP", 3), ("POT", 1)]
    put(guest, "CUP", 0)
    assert content(guest, cart) == [("POT", 1)]


def test_the_token_is_not_kept(guest):
    put(guest, "CUP", 1)
    assert TOKEN not in Cart.objects.get().token_key
    assert cart_for(guest, token_key=carts.token_key("another", brand_id=guest.brand_id)) is None


def test_what_is_not_sold_is_not_put_in_and_not_priced(brand, guest):
    with pytest.raises(NotOnSale):
        put(guest, "NOTHING", 1)
    cart = put(guest, "CUP", 1)
    put(guest, "POT", 7)
    Article.objects.filter(sku="CUP").update(on_sale=False)
    assert [(line.sku, line.qty) for line in priced_lines(guest, cart)] == [("POT", 7)]
    assert [item.sold for item in items_of(guest, cart)] == [False, True]


def test_a_cart_has_bounds(brand, guest):
    with pytest.raises(Invalid):
        put(guest, "CUP", carts.MOST_PIECES + 1)
    with pytest.raises(NotFound):
        carts.put(guest, token="", sku="CUP", quantity=1, now=NOW)
    for n in range(carts.MOST_CODES):
        carts.enter_code(guest, token=TOKEN, code=f"CODE{n}", now=NOW)
    for code in ("ONE-MORE", "", "x" * 65):
        with pytest.raises(Invalid):
            carts.enter_code(guest, token=TOKEN, code=code, now=NOW)
    carts.enter_code(guest, token=TOKEN, code="CODE0", now=NOW)
    carts.drop_code(guest, token=TOKEN, code="CODE1", now=NOW)
    assert len(Cart.objects.get().codes) == carts.MOST_CODES - 1


def test_signing_in_brings_the_visitors_cart_along_once(guest, buyer):
    put(guest, "CUP", 2)
    put(guest, "POT", 1)
    carts.enter_code(guest, token=TOKEN, code="SPRING", now=NOW)
    put(buyer, "CUP", 1)

    for _ in range(2):
        cart = carts.merge(buyer, token=TOKEN, now=NOW)

    assert content(buyer, cart) == [("CUP", 3), ("POT", 1)]
    assert cart.codes == ["SPRING"]
    assert Cart.objects.count() == 1
    assert pieces_in(cart_for(buyer)) == 4
    with pytest.raises(NotFound):
        carts.merge(guest, token=TOKEN, now=NOW)


def test_members_do_not_see_each_others_carts(brand, buyer):
    put(buyer, "CUP", 1)
    assert cart_for(a_buyer(brand)) is None
    assert cart_for(a_buyer(a_brand())) is None


def test_coins_are_offered_as_far_as_there_are(brand, buyer):
    cart = put(buyer, "CUP", 1)
    carts.use_coins(buyer, coins=500, now=NOW)
    cart.refresh_from_db()
    assert quotable(buyer, cart).tenders == ()
    give_coins(brand, buyer.member_id, 300)

    found = quotable(buyer, cart)

    (tender,) = found.tenders
    assert (tender.means, tender.units, tender.unit_value, tender.max_share_bp) == (
        "coins", 300, 10, 5000,
    )  # fmt: skip
    assert (found.shipping, found.currency) == (800, "CNY")


def test_carts_nobody_touches_are_forgotten_members_keep_theirs(guest, buyer):
    put(guest, "CUP", 1)
    put(buyer, "CUP", 1)
    assert carts.forget_carts(NOW + timedelta(days=29)) == 0
    assert carts.forget_carts(NOW + timedelta(days=31)) == 1
    assert CartLine.objects.count() == 1
    assert cart_for(buyer) is not None
