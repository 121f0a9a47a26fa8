"""After the start only changes in the consumer's favour: what is listed must hold in the engine."""

from dataclasses import replace
from datetime import timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from hefu.core.promotions import (
    EVERYTHING,
    AnyOf,
    Basis,
    Birthday,
    Bundle,
    BuyGet,
    CheapestOff,
    DistinctArticles,
    FactIn,
    Gift,
    HoldOut,
    LineOff,
    LineQuantity,
    NthOrder,
    NthPiece,
    OrderOff,
    Part,
    Quantity,
    RegionIn,
    Scope,
    Sets,
    ShippingOff,
    Spend,
    Terms,
    Tier,
    Tiered,
    Verified,
    Way,
)
from hefu.core.promotions.favour import Offer, changes, favours
from hefu.core.promotions.implying import contains, implies
from tests.core.promotions.shop import NOW, cart, in_category, line, offer, price

SHIRTS, FOOD = in_category("shirts"), in_category("food")
PLAIN = offer("p", OrderOff(amount=1000), conditions=(Spend(at_least=10_000),))


def judged(old, new, **more):
    return {one.field: one.in_favour for one in changes(Offer(promotion=old), Offer(promotion=new))}


@pytest.mark.parametrize(
    ("change", "verdict"),
    [
        ({"ends_at": NOW + timedelta(days=2)}, True),
        ({"ends_at": None}, True),
        ({"ends_at": NOW}, False),
        ({"max_uses": 11}, True),
        ({"max_uses": 9}, False),
        ({"max_per_customer": None}, True),
        ({"needs_coupon": True}, False),
        ({"title": "better words"}, False),
        ({"audience": "everybody"}, False),
        ({"priority": 9}, False),
        ({"group": "other"}, False),
        ({"at_budget_edge": "grant_rest"}, True),
        ({"exclusive": True}, False),
        ({"conditions": ()}, True),
        ({"conditions": (Spend(at_least=9_999),)}, True),
        ({"conditions": (Spend(at_least=10_001),)}, False),
        ({"conditions": (Spend(at_least=10_000), Quantity(at_least=1))}, False),
        ({"benefit": OrderOff(amount=1001)}, True),
        ({"benefit": OrderOff(amount=999)}, False),
        ({"benefit": OrderOff(bp=5000)}, False),
        ({"benefit": ShippingOff(bp=10_000)}, False),
    ],
)
def test_R201_each_change_is_judged_by_its_field(change, verdict):
    old = replace(PLAIN, ends_at=NOW + timedelta(days=1), max_uses=10, max_per_customer=1)

    assert set(judged(old, replace(old, **change)).values()) == {verdict}


def test_R201_lower_a_prize_is_refused_more_of_them_is_not():
    gift = offer("g", Gift(sku="cup", value=1000, max_qty=2))

    assert judged(gift, replace(gift, benefit=replace(gift.benefit, value=900))) == {
        "benefit.value": False
    }
    assert judged(gift, replace(gift, benefit=replace(gift.benefit, max_qty=3))) == {
        "benefit.max_qty": True
    }


def test_budget_and_terms_count_too():
    old = Offer(promotion=PLAIN, terms=Terms(way=Way.REPRICE), budget=100)

    assert favours(old, replace(old, budget=101, terms=Terms()))
    assert not favours(old, replace(old, budget=99))
    assert not favours(old, replace(old, terms=Terms(way=Way.LITERAL)))
    assert not changes(old, replace(old, promotion=replace(PLAIN, version=7)))


@pytest.mark.parametrize(
    ("old", "new", "holds"),
    [
        (FactIn(fact="c", values=frozenset("a")), FactIn(fact="c", values=frozenset("ab")), True),
        (FactIn(fact="c", values=frozenset("ab")), FactIn(fact="c", values=frozenset("a")), False),
        (RegionIn(include=frozenset({"440106"})), RegionIn(include=frozenset({"440000"})), True),
        (RegionIn(include=frozenset({"440000"})), RegionIn(include=frozenset({"440106"})), False),
        (RegionIn(exclude=frozenset({"440000"})), RegionIn(exclude=frozenset({"440106"})), True),
        (RegionIn(include=frozenset({"440000"})), RegionIn(), True),
        (Birthday(days_after=1), Birthday(days_after=2), True),
        (NthOrder(n=2), NthOrder(n=1, or_later=True), True),
        (NthOrder(n=1, or_later=True), NthOrder(n=1), False),
        (HoldOut(salt="s", share_bp=500), HoldOut(salt="s", share_bp=400), True),
        (HoldOut(salt="s", share_bp=500), HoldOut(salt="t", share_bp=400), False),
        (Verified(group="student"), Verified(group="teacher"), False),
        (Verified(group="s"), AnyOf(conditions=(Verified(group="s"), Verified(group="t"))), True),
        (AnyOf(conditions=(Verified(group="s"), Verified(group="t"))), Verified(group="s"), False),
        (LineQuantity(at_least=3), LineQuantity(at_least=2), True),
        (DistinctArticles(at_least=3), LineQuantity(at_least=2), False),
        (Spend(at_least=5, basis=Basis.LIST), Spend(at_least=5), False),
        (Spend(at_most=5, scope=EVERYTHING), Spend(at_most=5, scope=SHIRTS), True),
        (Spend(at_most=5, scope=SHIRTS), Spend(at_most=5, scope=EVERYTHING), False),
    ],
)
def test_a_condition_is_kinder_only_where_everybody_still_passes(old, new, holds):
    assert implies(old, new) is holds


def test_a_scope_contains_what_it_certainly_contains():
    assert contains(EVERYTHING, SHIRTS)
    assert contains(in_category("shirts", "food"), SHIRTS)
    assert not contains(SHIRTS, in_category("shirts", "food"))
    assert not contains(SHIRTS, EVERYTHING)
    less = in_category("shirts", except_skus=frozenset({"a"}))
    assert contains(SHIRTS, less)
    assert not contains(less, SHIRTS)


# -- whatever the list calls a favour never costs a buyer more

_SCOPES = st.sampled_from(
    [EVERYTHING, SHIRTS, FOOD, in_category("shirts", "food"), Scope(skus=frozenset({"a", "b"})),
     in_category("shirts", except_skus=frozenset({"b"}))]
)  # fmt: skip
_BP = st.integers(0, 100).map(lambda share: share * 100)
_FEN = st.integers(0, 6000)
_FEW = st.none() | st.integers(1, 3)


def _part(qty):
    return st.builds(Part, qty=qty, scope=_SCOPES)


_BENEFITS = {
    "line percent": st.builds(
        LineOff, bp=_BP, scope=_SCOPES, max_units=_FEW, min_unit=st.none() | _FEN,
        max_unit=st.none() | _FEN,
    ),
    "line price": st.builds(LineOff, price=_FEN, scope=_SCOPES, max_units=_FEW),
    "order percent": st.builds(
        OrderOff, bp=_BP, scope=_SCOPES, max_units=_FEW, max_amount=st.none() | _FEN
    ),
    "order every": st.builds(
        OrderOff, amount=_FEN, scope=_SCOPES, every=st.integers(1, 9000), max_times=_FEW
    ),
    "order total": st.builds(OrderOff, total=_FEN, scope=_SCOPES, max_units=_FEW),
    "tiers": st.builds(
        Tiered,
        tiers=st.lists(
            st.one_of(
                st.builds(Tier, at_least=_FEN, amount=_FEN), st.builds(Tier, at_least=_FEN, bp=_BP)
            ),
            min_size=1, max_size=3, unique_by=lambda tier: tier.at_least,
        ).map(tuple),
        scope=_SCOPES,
    ),
    "buy get": st.builds(
        BuyGet, buy=_part(st.integers(1, 3)), get=_part(st.integers(1, 2)), bp=_BP, max_times=_FEW
    ),
    "bundle": st.builds(
        Bundle, parts=st.tuples(_part(st.integers(1, 2)), _part(st.just(1))), price=_FEN,
        max_sets=_FEW,
    ),
    "sets": st.builds(Sets, size=st.integers(1, 3), bp=_BP, max_sets=_FEW, scope=_SCOPES),
    "nth": st.builds(NthPiece, size=st.just(2), bp=_BP, max_pieces=_FEW, scope=_SCOPES),
    "cheapest": st.builds(CheapestOff, units=st.integers(1, 3), bp=_BP, scope=_SCOPES),
}  # fmt: skip

_CONDITIONS = st.lists(
    st.one_of(
        st.builds(Spend, at_least=st.none() | _FEN, at_most=st.none() | _FEN, scope=_SCOPES),
        st.builds(Quantity, at_least=st.none() | st.integers(1, 5), scope=_SCOPES),
        st.builds(LineQuantity, at_least=st.integers(1, 4), scope=_SCOPES),
    ),
    max_size=2,
).map(tuple)

_CARTS = st.lists(
    st.tuples(
        st.sampled_from(["a", "b", "c", "d"]), st.integers(0, 4000), st.integers(1, 4),
        st.sampled_from(["shirts", "food", "other"]),
    ),
    min_size=1, max_size=4, unique_by=lambda row: row[0],
).map(
    lambda rows: cart(
        *(line(name, f"{fen // 100}.{fen % 100:02}", qty, kind) for name, fen, qty, kind in rows)
    )
)  # fmt: skip


@pytest.mark.parametrize("kind", sorted(_BENEFITS))
@settings(max_examples=80, deadline=None)
@given(data=st.data())
def test_what_counts_as_a_favour_never_costs_more(kind, data):
    old = offer("p", data.draw(_BENEFITS[kind]), conditions=data.draw(_CONDITIONS))
    other = data.draw(_BENEFITS[kind])
    # one field at a time from another promotion, so that favours are met often
    fields = [
        name for name in other.__slots__ if getattr(old.benefit, name) != getattr(other, name)
    ]
    taken = data.draw(st.sampled_from(fields)) if fields else None
    benefit = replace(old.benefit, **{taken: getattr(other, taken)}) if taken else old.benefit
    kept = data.draw(st.sampled_from([old.conditions, old.conditions[1:], data.draw(_CONDITIONS)]))
    new = replace(old, benefit=benefit, conditions=kept)
    if not favours(Offer(promotion=old), Offer(promotion=new)):
        return
    goods = data.draw(_CARTS)

    assert price(goods, new).total <= price(goods, old).total
