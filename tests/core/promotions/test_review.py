"""What is found wrong with rules before anybody buys."""

from datetime import timedelta

from hefu.core.promotions import (
    FactIn,
    Fault,
    Group,
    LineOff,
    NthOrder,
    OrderOff,
    Policy,
    RegionIn,
    Rules,
    Scope,
    Spend,
    Tier,
    Tiered,
    review,
)
from tests.core.promotions.shop import NOW, in_category, line, offer, yuan

GOODS = (
    line("pot", 100, 1, "kitchen", cost=yuan(60)),
    line("cup", 10, 1, "kitchen", cost=yuan(9)),
    line("book", 30, 1, "books"),
)


def found(*promotions, **more):
    """The faults by promotion."""
    rules = Rules(promotions=promotions, **more)
    return {(one.promotion, one.other): one for one in review(rules, GOODS, NOW)}


def faults(*promotions, **more):
    return {key: finding.fault for key, finding in found(*promotions, **more).items()}


def test_rules_that_can_never_apply():
    channel = [FactIn(fact="channel", values=frozenset({name})) for name in ("pc", "app")]
    over = RegionIn(include=frozenset({"440106"}), exclude=frozenset({"440000"}))
    rules = (
        offer("over", LineOff(bp=1, scope=in_category("books")), ends_at=NOW),
        offer("none", LineOff(bp=1, scope=in_category("books")), max_uses=0),
        offer("both", LineOff(bp=1, scope=in_category("books")), conditions=tuple(channel)),
        offer("where", LineOff(bp=1, scope=in_category("books")), conditions=(over,)),
        offer(
            "narrow",
            LineOff(bp=1, scope=in_category("books")),
            conditions=(Spend(at_least=500), Spend(at_most=400)),
        ),
        offer("shoes", LineOff(bp=1, scope=in_category("shoes"))),
        offer("fine", LineOff(bp=1, scope=in_category("books")), ends_at=NOW + timedelta(1)),
    )

    assert faults(*rules) == {
        ("over", ""): Fault.OVER,
        ("none", ""): Fault.NO_USES,
        ("both", ""): Fault.IMPOSSIBLE,
        ("where", ""): Fault.IMPOSSIBLE,
        ("narrow", ""): Fault.IMPOSSIBLE,
        ("shoes", ""): Fault.NO_GOODS,
    }


def test_a_promotion_whose_place_another_always_takes():
    books = in_category("books")
    rules = (
        offer("wide", LineOff(bp=100), priority=2, exclusive=True),
        offer("books", LineOff(bp=50, scope=books), priority=1),
        offer("fifth", OrderOff(bp=10, scope=books), group="g", conditions=(NthOrder(n=5),)),
        offer("every", OrderOff(bp=5, scope=books), group="g", priority=-1),
        offer("later", OrderOff(bp=5, scope=books), group="g", priority=-2),
    )

    got = faults(*rules, groups=(Group(id="g", policy=Policy.FIRST),))

    assert got == {("books", "wide"): Fault.SHADOWED, ("later", "every"): Fault.SHADOWED}


def test_a_higher_tier_that_gives_less():
    tiers = (Tier(at_least=10_000, bp=3000), Tier(at_least=20_000, amount=3000))
    books = in_category("books")

    assert faults(offer("t", Tiered(tiers=tiers, scope=books))) == {
        ("t", ""): Fault.TIER_GIVES_LESS
    }


def test_R193_everything_means_everything():
    scope = Scope(everything=True, except_skus=frozenset({"cup", "pot"}))

    assert faults(offer("p", LineOff(bp=2000, scope=scope), title="全场8折")) == {
        ("p", ""): Fault.NOT_EVERYTHING
    }


def test_R182_pairs_that_sell_below_cost_are_named_with_the_worst_article():
    pots = Scope(skus=frozenset({"pot"}))
    rules = (
        offer("a", LineOff(bp=2500, scope=pots)),
        offer("b", OrderOff(amount=5000, scope=pots), conditions=(Spend(at_least=yuan(200)),)),
        offer("c", OrderOff(bp=500), code="CODE"),
        offer("d", LineOff(bp=2000, scope=in_category("kitchen"))),
    )
    got = found(*rules)

    # d sells the cup at 8.00 where it costs 9.00: 3.00 are lost on three
    assert (got["d", ""].sku, got["d", ""].amount) == ("cup", 300)
    # a leaves 75.00, of three pots 225.00; b takes 50.00 more: 175.00 where 180.00 were paid
    assert (got["a", "b"].sku, got["a", "b"].amount) == ("pot", 500)
    assert set(got) == {("d", ""), ("a", "b")}
    assert found(*rules, margin_floor_bp=1) == {}
